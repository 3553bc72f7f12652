//! External and internal authentication, and the MAC of the identification code (LD/T 32.4, LD/T 33).

use apdu_specs::Status;
use apdu_specs::access::Access;
use apdu_specs::applications::ssc::names::SSSE_FID;
use apdu_specs::applications::{find_directory, find_key};
use apdu_specs::keys::{CardKey, FIRST_KEY_VERSION};
use card_crypto::constant_time_eq;
use card_crypto::session::may_be_answered;
use serde::{Serialize, Serializer};
use ssc_reader::commands::ssc;
use ssc_reader::{ResponseApdu, spec_words};
use ssc_words::{Bilingual, Lang};

use crate::{Dialogue, Pin, TerminalError};
use ssc_keys::{KeyRef, SecurityModule};

/// Bytes of a challenge.
const EIGHT: u16 = 8;
/// Name of IRK in a vault.
const IRK: &str = "SSSE/IRK";

impl<'a> Dialogue<'a> {
    /// EXTERNAL AUTHENTICATE with a key of the current directory or of SSSE: GET CHALLENGE, then cryptogram ‖ source.
    ///
    /// A key that the card has accepted is not presented twice, and one that it has refused is not tried again.
    ///
    /// # Errors
    /// [`TerminalError::NoKeys`], [`TerminalError::Keys`] where the vault lacks the key, [`TerminalError::KeyRefused`],
    /// and what keeps the key from being derived.
    pub fn external_authenticate(&mut self, key: &'static CardKey) -> Result<(), TerminalError> {
        if self.accepted.contains(key.vault_id) {
            return Ok(());
        }
        if let Some(sw) = self.refused.get(key.vault_id) {
            return Err(self.key_refused(key, *sw));
        }
        let of = self.key_ref(key)?;
        let challenge = self.challenge()?;
        let source = self.source()?;
        let cryptogram = self.module(key)?.cryptogram(&of, &challenge, &source)?;
        self.present(key, &cryptogram, &source)
    }

    /// EXTERNAL AUTHENTICATE with a cryptogram that somebody else has made for the card's last challenge.
    ///
    /// # Errors
    /// [`TerminalError::KeyRefused`], [`TerminalError::InsertCard`].
    pub(crate) fn present(
        &mut self,
        key: &CardKey,
        cryptogram: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<(), TerminalError> {
        let command = ssc::external_authenticate(key.identifier, cryptogram, source);
        let sw = self.exchange(&command)?.sw;
        if sw != Status::SUCCESS {
            self.refused.insert(key.vault_id, sw);
            return Err(self.key_refused(key, sw));
        }
        self.accepted.insert(key.vault_id);
        Ok(())
    }

    fn key_refused(&self, key: &CardKey, sw: Status) -> TerminalError {
        let key = key.vault_id;
        if self.last_try_over_the_air(sw) {
            TerminalError::InsertCard { key: Some(key) }
        } else {
            TerminalError::KeyRefused { key, sw }
        }
    }

    /// Whether a card that answers this over the air keeps its last try for contact.
    fn last_try_over_the_air(&self, sw: Status) -> bool {
        sw == Status::CONDITIONS_NOT_SATISFIED && self.card.interface().is_contactless()
    }

    /// INTERNAL AUTHENTICATE with IRK: factor ‖ source, both random (X for the order). SSSE must be selected.
    ///
    /// # Errors
    /// No keys, or no answer. A wrong cryptogram is a [`Check::Failed`].
    pub fn internal_authenticate(&mut self) -> Result<Check, TerminalError> {
        let irk = ssse_key(IRK).ok_or(TerminalError::NoKeys { key: IRK })?;
        let of = self.key_ref(irk)?;
        let (factor, source) = (self.source()?, self.source()?);
        let expected = self.module(irk)?.cryptogram(&of, &factor, &source)?;
        let answer = self.ask_internal(&factor, &source)?;
        if !answer.is_ok() {
            return Ok(Check::Refused { sw: answer.sw });
        }
        Ok(Check::passed_if(constant_time_eq(&answer.data, &expected)))
    }

    /// INTERNAL AUTHENTICATE: what the card answers to factor ‖ source.
    pub(crate) fn ask_internal(
        &mut self,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<ResponseApdu, TerminalError> {
        self.exchange(&ssc::internal_authenticate(factor, source))
    }

    /// VERIFY: presents the PIN once.
    ///
    /// # Errors
    /// [`TerminalError::PinRefused`], [`TerminalError::InsertCard`].
    pub fn verify_pin(&mut self, pin: &Pin) -> Result<(), TerminalError> {
        match self.exchange(&ssc::verify(pin.packed()))?.sw {
            Status::SUCCESS => {
                self.pin_verified = true;
                Ok(())
            }
            sw => {
                self.pin_verified = false;
                Err(if self.last_try_over_the_air(sw) {
                    TerminalError::InsertCard { key: None }
                } else {
                    TerminalError::PinRefused { sw }
                })
            }
        }
    }

    /// Whether the MAC at the end of the identification code was made with this card's IRK (P).
    ///
    /// # Errors
    /// No keys. A wrong MAC is a [`Check::Failed`].
    pub fn check_identification_code(&mut self) -> Result<Check, TerminalError> {
        let irk = ssse_key(IRK).ok_or(TerminalError::NoKeys { key: IRK })?;
        // The code was made when the card was issued, with the first version of the key (P).
        let of = KeyRef {
            version: FIRST_KEY_VERSION,
            ..self.key_ref(irk)?
        };
        let code = self.identification_code().to_vec();
        let Some((first_twelve, mac)) = code.split_first_chunk::<12>() else {
            return Ok(Check::Failed);
        };
        let expected = self
            .module(irk)?
            .identification_code_mac(&of, first_twelve)?;
        Ok(match expected {
            Some(expected) => Check::passed_if(constant_time_eq(mac, &expected)),
            None => Check::Unknown,
        })
    }

    /// The key that a read condition of the current directory names, if it names one.
    pub(crate) fn key_of(&self, condition: Access) -> Option<&'static CardKey> {
        match condition {
            Access::Key(key) | Access::PinOrKey(key) | Access::PinAndKey(key) => {
                find_key(self.directory.fid, key)
            }
            Access::Free | Access::Pin | Access::Never => None,
        }
    }

    /// Names a key of this card.
    pub(crate) fn key_ref(&self, key: &'static CardKey) -> Result<KeyRef, TerminalError> {
        Ok(KeyRef {
            key,
            algorithm: self.algorithm(),
            version: self.key_version,
            region: self.region()?,
            card_factor: self.card_factor()?,
        })
    }

    /// The security module, wanted for `key`.
    pub(crate) fn module(
        &mut self,
        key: &CardKey,
    ) -> Result<&mut (dyn SecurityModule + 'a), TerminalError> {
        let key = key.vault_id;
        self.sam.as_deref_mut().ok_or(TerminalError::NoKeys { key })
    }

    /// The card's next challenge. Every computation with a key of this card, whoever makes it, is for one from here: so no
    /// card, and nobody between card and terminal, has the terminal answer one that ends in zeros.
    pub(crate) fn challenge(&mut self) -> Result<[u8; 8], TerminalError> {
        let challenge = self.exchange(&ssc::get_challenge(EIGHT))?.ok()?;
        let challenge: [u8; 8] =
            challenge
                .try_into()
                .map_err(|challenge: Vec<u8>| TerminalError::Challenge {
                    length: challenge.len(),
                })?;
        if may_be_answered(&challenge) {
            Ok(challenge)
        } else {
            Err(TerminalError::ShortChallenge)
        }
    }

    pub(crate) fn source(&self) -> Result<[u8; 8], TerminalError> {
        let mut source = [0; 8];
        (self.random)(&mut source)?;
        Ok(source)
    }
}

/// The key of SSSE with this name in the vault.
pub(crate) fn ssse_key(vault_id: &str) -> Option<&'static CardKey> {
    let mut keys = find_directory(SSSE_FID)?.keys.iter();
    keys.find(|key| key.vault_id == vault_id)
}

/// How one check of a card came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Check {
    /// The card has the key.
    Passed,
    /// It has not: the value is wrong.
    Failed,
    /// The security module at hand cannot tell (a PSAM for the identification code).
    Unknown,
    /// The card has an older version of the key than the one that was asked for.
    Older {
        /// Which it has.
        version: u8,
        /// Which was asked for.
        asked: u8,
    },
    /// The card refused to be checked.
    Refused {
        /// SW1 SW2.
        #[serde(serialize_with = "as_number")]
        sw: Status,
    },
}

/// The status word as a number.
fn as_number<S: Serializer>(sw: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(sw.0)
}

impl Check {
    fn passed_if(passed: bool) -> Self {
        if passed { Self::Passed } else { Self::Failed }
    }
}

impl Bilingual for Check {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Passed, Lang::En) => "passed".into(),
            (Self::Passed, Lang::Zh) => "通过".into(),
            (Self::Failed, Lang::En) => "FAILED: the value is wrong".into(),
            (Self::Failed, Lang::Zh) => "未通过：值错误".into(),
            (Self::Unknown, Lang::En) => "not checked: this needs a vault".into(),
            (Self::Unknown, Lang::Zh) => "未检查：需要密钥库".into(),
            (Self::Older { version, asked }, Lang::En) => {
                format!(
                    "FAILED: made with version {version} of the key, and version {asked} was asked for"
                )
            }
            (Self::Older { version, asked }, Lang::Zh) => {
                format!("未通过：使用密钥版本 {version}，而要求版本 {asked}")
            }
            (Self::Refused { sw }, Lang::En) => {
                format!("REFUSED: {sw} ({})", spec_words::status(*sw, lang))
            }
            (Self::Refused { sw }, Lang::Zh) => {
                format!("卡片拒绝：{sw}（{}）", spec_words::status(*sw, lang))
            }
        }
    }
}
