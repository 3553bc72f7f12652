//! The dialogue with a card's certificate environment.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{
    ENCRYPTION, KeyPair, PIN_KEY, SIGNING, keys, names, tags,
};
use apdu_specs::applications::ssc::names::SSSE;
use apdu_specs::applications::ssc::records::{IDENTIFICATION_CODE, ISSUER_FILE};
use apdu_specs::atr::ATR_PREFIX;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::certificate::{
    enciphered_challenge, maintenance_session, protect, seal_key, seal_mac,
};
use card_crypto::session::{factor_from_challenge, may_be_answered};
use card_crypto::sm2::{DEFAULT_ID, POINT_LENGTH, message_hash, za};
use card_crypto::sm3::pin_key;
use card_crypto::{Algorithm, Factor, Key16};
use ssc_keys::{KeyService, ModuleError, Signer};
use ssc_reader::commands::{any, certificates, ssc};
use ssc_reader::{Card, CommandApdu, ResponseApdu, exchange};

use crate::{CertificateError, Holder};

/// Bytes of a MAC.
const MAC: usize = 4;
/// Bytes of a challenge.
const CHALLENGE: u16 = 16;
/// Status word of a last try over the air.
const NOT_NOW: Status = Status::CONDITIONS_NOT_SATISFIED;
/// Status word of reference data that is not there: a key file without a key.
const NOT_THERE: Status = Status::REFERENCED_DATA_NOT_FOUND;

/// A card whose certificate application is selected.
pub struct Environment<'a> {
    card: &'a mut dyn Card,
    identity: Option<Diversification>,
}

/// What a card's keys are derived by: region (six digits) and card factor.
type Diversification = ([u8; 6], [u8; 8]);

impl<'a> Environment<'a> {
    /// Resets the card, learns its region from SSSE, and selects the certificate application.
    ///
    /// # Errors
    /// [`CertificateError::NoEnvironment`], and no answer.
    pub fn open(card: &'a mut dyn Card) -> Result<Self, CertificateError> {
        card.reset()?;
        let mut environment = Self {
            identity: identity(card)?,
            card,
        };
        for name in [names::PKI, names::CERTIFICATES] {
            let select = any::select_by_name(name);
            let answer = environment.exchange(&select)?;
            if !answer.is_ok() {
                return Err(CertificateError::NoEnvironment { sw: answer.sw });
            }
        }
        Ok(environment)
    }

    /// Shows the PIN, its digits packed BCD, an odd one padded with F.
    ///
    /// # Errors
    /// [`CertificateError::Wrong`], [`CertificateError::Blocked`], [`CertificateError::InsertCard`], and no answer.
    pub fn verify_pin(&mut self, packed: &[u8]) -> Result<(), CertificateError> {
        self.verify(Holder::Cardholder, &pin_key(packed)).map(drop)
    }

    /// Shows the administrator's key of this card, out of `keys`.
    ///
    /// # Errors
    /// [`CertificateError::NoIdentity`], [`CertificateError::Keys`], [`CertificateError::Wrong`],
    /// [`CertificateError::Blocked`], and no answer.
    pub fn verify_administrator(&mut self, keys: &dyn KeyService) -> Result<(), CertificateError> {
        let key = self.administrator(keys)?;
        self.verify(Holder::Administrator, &key).map(drop)
    }

    /// The administrator's key of this card.
    fn administrator(&self, keys: &dyn KeyService) -> Result<Key16, CertificateError> {
        let (region, factor) = self.identity.ok_or(CertificateError::NoIdentity)?;
        let row = keys::PKI
            .iter()
            .find(|key| key.role == apdu_specs::keys::KeyRole::Administrator)
            .ok_or(CertificateError::Malformed(
                "no administrator in the tables",
            ))?;
        Ok(keys.card_key(
            row.vault_id,
            FIRST_KEY_VERSION,
            Algorithm::Sm4,
            &region,
            &factor,
        )?)
    }

    /// VERIFY; gives its challenge, which serves the MAC of the next change once more.
    fn verify(&mut self, holder: Holder, key: &Key16) -> Result<Factor, CertificateError> {
        let challenge = self.challenge()?;
        let cryptogram = enciphered_challenge(key, &challenge);
        let command = certificates::verify(holder.reference(), &cryptogram);
        let answer = self.exchange(&command)?;
        if answer.sw == NOT_NOW && self.card.interface().is_contactless() {
            return Err(CertificateError::InsertCard { holder });
        }
        self.judge(holder, answer)?;
        Ok(challenge)
    }

    fn judge(&self, holder: Holder, answer: ResponseApdu) -> Result<(), CertificateError> {
        match (answer.sw, answer.sw.tries()) {
            (_, Some(left)) => Err(CertificateError::Wrong { holder, left }),
            (Status::BLOCKED, None) => Err(CertificateError::Blocked { holder }),
            (_, None) => Ok(answer.ok().map(drop)?),
        }
    }

    /// Puts `new` in the place of a PIN that nobody knows, or that is blocked, with the administrator's key of this card: VERIFY,
    /// then WRITE KEY with the same challenge. It has all its tries, and is to be verified then.
    ///
    /// # Errors
    /// As [`verify_administrator`](Self::verify_administrator), and the card refuses.
    pub fn replace_pin(
        &mut self,
        keys: &dyn KeyService,
        new: &[u8],
    ) -> Result<(), CertificateError> {
        let administrator = self.administrator(keys)?;
        let challenge = self.verify(Holder::Administrator, &administrator)?;
        let sealed = zeroize::Zeroizing::new(seal_key(&administrator, &pin_key(new)));
        let header = certificates::write_key(PIN_KEY, sealed.as_slice()).header_with(MAC);
        let mac = seal_mac(&administrator, &challenge, &header, &sealed);
        let command = certificates::write_key(PIN_KEY, &[sealed.as_slice(), &mac].concat());
        self.exchange(&command)?.ok()?;
        Ok(())
    }

    /// Puts `new` in the place of the PIN `old`, both packed BCD. A wrong old one costs a try; the new one is to be verified then.
    ///
    /// # Errors
    /// [`CertificateError::Wrong`] (with the tries that are left), [`CertificateError::Blocked`], and no answer.
    pub fn change_pin(&mut self, old: &[u8], new: &[u8]) -> Result<(), CertificateError> {
        let challenge = self.challenge()?;
        let session = maintenance_session(&pin_key(old), &challenge);
        let mut data = zeroize::Zeroizing::new(*pin_key(new).as_bytes());
        let header = certificates::change_pin(&*data).header_with(MAC);
        let mac = protect(&session, &header, &mut *data)
            .map_err(|_| CertificateError::Malformed("block length"))?;
        let command = certificates::change_pin(&[data.as_slice(), &mac].concat());
        let answer = self.exchange(&command)?;
        if answer.sw == Status::MAC_INCORRECT {
            let answer = self.exchange(&certificates::tries_left(PIN_KEY))?;
            return self.judge(Holder::Cardholder, answer);
        }
        self.judge(Holder::Cardholder, answer)
    }

    /// Makes the signing pair on the card, in the place of the last one; after the PIN or the administrator. Gives its
    /// public key, `x ‖ y`.
    ///
    /// # Errors
    /// The card refuses, or does not answer.
    pub fn generate(&mut self) -> Result<[u8; POINT_LENGTH], CertificateError> {
        self.exchange(&certificates::generate_key_pair(&SIGNING))?
            .ok()?;
        // Programs send this after it. What a card answers is of no more use than the public key that it shows then.
        self.exchange(&certificates::check_key_pair(&SIGNING))?;
        self.public_key(&SIGNING)
    }

    /// The public key of `pair`, `x ‖ y`.
    ///
    /// # Errors
    /// [`CertificateError::NoPair`], [`CertificateError::Malformed`], and no answer.
    pub fn public_key(
        &mut self,
        pair: &'static KeyPair,
    ) -> Result<[u8; POINT_LENGTH], CertificateError> {
        // The file is selected for its own sake: READ PUBLIC KEY reads the signing key unless another is current.
        self.exchange(&any::select_file(pair.public))?.ok()?;
        let answer = self.exchange(&certificates::read_public_key())?;
        if answer.sw == NOT_THERE {
            return Err(CertificateError::NoPair { pair });
        }
        match answer.ok()?.as_slice() {
            [tags::ACSE_PUBLIC_KEY, length, key @ ..] if usize::from(*length) == key.len() => {
                key.try_into().ok()
            }
            _ => None,
        }
        .ok_or(CertificateError::Malformed(
            "a public key is CA 40 and 64 bytes",
        ))
    }

    /// Signs `message` with the signing key after the PIN: `r ‖ s` over SM3(ZA ‖ message), ZA for the default identity.
    ///
    /// # Errors
    /// [`CertificateError::NoPair`]; the card refuses, or does not answer.
    pub fn sign(&mut self, message: &[u8]) -> Result<[u8; POINT_LENGTH], CertificateError> {
        let public = self.public_key(&SIGNING)?;
        let e = message_hash(&za(DEFAULT_ID, &public), &[message]);
        let signature = self.exchange(&certificates::sign(&e))?.ok()?;
        signature
            .try_into()
            .map_err(|_| CertificateError::Malformed("a signature has 64 bytes"))
    }

    /// Imports the encryption pair: opens the envelope (C1 ‖ C3 ‖ C2, 112 bytes), then brings the public key and the
    /// private one enciphered under the envelope's key. After the PIN or the administrator.
    ///
    /// # Errors
    /// The card refuses an envelope that is not for it, or a private key that is not the public one's; no answer.
    pub fn import(
        &mut self,
        envelope: &[u8; 112],
        public: &[u8; POINT_LENGTH],
        enciphered_private: &[u8; 32],
    ) -> Result<(), CertificateError> {
        for command in [
            certificates::open_envelope(&SIGNING, envelope),
            certificates::import_public_key(&ENCRYPTION, public),
            certificates::import_private_key(&ENCRYPTION, enciphered_private),
        ] {
            self.exchange(&command)?.ok()?;
        }
        Ok(())
    }

    fn challenge(&mut self) -> Result<Factor, CertificateError> {
        let challenge = self.exchange(&ssc::get_challenge(CHALLENGE))?.ok()?;
        let factor = factor_from_challenge(Algorithm::Sm4, &challenge)
            .map_err(|_| CertificateError::Malformed("a challenge of 16 bytes was asked for"))?;
        if may_be_answered(&challenge) {
            Ok(factor)
        } else {
            Err(CertificateError::ShortChallenge)
        }
    }

    pub(crate) fn exchange(
        &mut self,
        command: &CommandApdu,
    ) -> Result<ResponseApdu, CertificateError> {
        Ok(exchange(self.card, command)?)
    }
}

/// The card's signing pair; the PIN must have been verified.
impl Signer for Environment<'_> {
    fn public_key(&mut self) -> Result<[u8; POINT_LENGTH], ModuleError> {
        Ok(Environment::public_key(self, &SIGNING)?)
    }

    fn sign(&mut self, message: &[u8]) -> Result<[u8; POINT_LENGTH], ModuleError> {
        Ok(Environment::sign(self, message)?)
    }
}

/// Region and card factor, which the administrator's key is derived by: EF05 tag 01 of SSSE, which is free, and the ATR's
/// last 8 historical bytes. `None` where the card is not one of the ministry's.
fn identity(card: &mut dyn Card) -> Result<Option<Diversification>, CertificateError> {
    let factor = card.atr().strip_prefix(&ATR_PREFIX);
    let factor = factor.and_then(|historical| historical.last_chunk::<8>().copied());
    let mut code = Vec::new();
    for select in [any::select_by_name(SSSE), any::select_file(ISSUER_FILE)] {
        if !exchange(card, &select)?.is_ok() {
            return Ok(None);
        }
    }
    let answer = exchange(card, &ssc::read_record_by_tag(IDENTIFICATION_CODE))?;
    if answer.is_ok() {
        code = answer.data;
    }
    let region = match code.as_slice() {
        [IDENTIFICATION_CODE, _, a, b, c, ..] => {
            let digits = hex::encode([*a, *b, *c]);
            digits.as_bytes().try_into().ok()
        }
        _ => None,
    };
    Ok(region.zip(factor))
}
