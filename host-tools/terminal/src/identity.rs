//! Whether a card is genuine, and why (LD/T 32.4, LD/T 33).

use apdu_specs::applications::domain::tags::KEY_INFORMATION;
use apdu_specs::applications::ssc::tags::DATA_CARD_KEY;
use apdu_specs::keys::{FIRST_KEY_VERSION, LAST_KEY_VERSION};
use serde::Serialize;
use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::commands::any;
use ssc_words::{Bilingual, Lang};

use crate::authenticate::Check;
use crate::{Dialogue, TerminalError};

/// IRK's identifier on the card.
const IRK: u8 = 0x00;
/// Bytes of the identification code before its MAC; the last four of these are the serial number's.
const BEFORE_MAC: usize = 12;

/// What the checks amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The card holds the key of the card that its data name, and these are what the issuer wrote.
    Genuine,
    /// Its data are a genuine card's, and it does not hold that card's key: a copy.
    Copy,
    /// It holds the key, and its identification code is not what the issuer wrote, or not for this chip.
    Altered,
    /// Neither its key nor its data are of these master keys: another issuer's, or a forgery.
    NotOfTheseKeys,
    /// It does not hold the key, and whether its data are genuine cannot be told here (PSAM).
    NotGenuine,
    /// It holds an older version of the key than the one that was asked for.
    OldVersion,
    /// The card refused to be checked.
    Unconfirmed,
}

impl Bilingual for Verdict {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Genuine, Lang::En) => "genuine",
            (Self::Genuine, Lang::Zh) => "真卡",
            (Self::Copy, Lang::En) => {
                "a COPY: the data of a genuine card on a card that does not hold its key; keep it and report it"
            }
            (Self::Copy, Lang::Zh) => "复制卡：数据为真卡数据，但卡中没有该卡的密钥；请扣留并上报",
            (Self::Altered, Lang::En) => {
                "ALTERED: the card holds its key, but its identification code is not what the issuer wrote; keep it and report it"
            }
            (Self::Altered, Lang::Zh) => {
                "已被改动：卡中密钥正确，但卡识别码不是发卡方所写；请扣留并上报"
            }
            (Self::NotOfTheseKeys, Lang::En) => {
                "NOT genuine under these keys: another issuer's card, or a forgery; try the vault or PSAM of the issuer that it names"
            }
            (Self::NotOfTheseKeys, Lang::Zh) => {
                "以这些密钥不能证实：其他发卡方的卡，或伪卡；请使用其所称发卡方的密钥库或 PSAM 再试"
            }
            (Self::NotGenuine, Lang::En) => {
                "NOT genuine under this PSAM: a copy, or another issuer's card; check it with a vault to tell them apart"
            }
            (Self::NotGenuine, Lang::Zh) => {
                "以此 PSAM 不能证实：复制卡，或其他发卡方的卡；请用密钥库检查以区分"
            }
            (Self::OldVersion, Lang::En) => {
                "NOT genuine under the key version that was asked for: the card holds an older one. If that one is withdrawn, keep the card and report it; if it is still in force, ask for it"
            }
            (Self::OldVersion, Lang::Zh) => {
                "以所要求的密钥版本不能证实：卡中为更旧的版本。若旧版本已停用，请扣留并上报；若仍有效，请指定该版本"
            }
            (Self::Unconfirmed, Lang::En) => {
                "not confirmed: the card refused internal authentication"
            }
            (Self::Unconfirmed, Lang::Zh) => "未能证实：卡片拒绝内部认证",
        }
        .to_owned()
    }
}

/// Whether a card is genuine, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Authenticity {
    /// The card identification code, 32 hex digits.
    pub identification_code: String,
    /// What the checks amount to.
    pub verdict: Verdict,
    /// Whether the serial number in it is the chip's, by the ATR.
    pub serial_number: Check,
    /// Its MAC. A copy of another card's data passes this.
    pub identification_code_mac: Check,
    /// Internal authentication with IRK and random factors. Only a card that holds the key passes this.
    pub internal_authentication: Check,
}

impl Authenticity {
    fn new(identification_code: String, serial: Check, mac: Check, internal: Check) -> Self {
        let data_good = serial == Check::Passed && mac != Check::Failed;
        let verdict = match (internal, mac) {
            (Check::Passed, _) if data_good => Verdict::Genuine,
            (Check::Passed, _) => Verdict::Altered,
            (Check::Older { .. }, _) => Verdict::OldVersion,
            (Check::Refused { .. } | Check::Unknown, _) => Verdict::Unconfirmed,
            (Check::Failed, Check::Passed) => Verdict::Copy,
            (Check::Failed, Check::Failed) => Verdict::NotOfTheseKeys,
            (Check::Failed, _) => Verdict::NotGenuine,
        };
        Self {
            identification_code,
            verdict,
            serial_number: serial,
            identification_code_mac: mac,
            internal_authentication: internal,
        }
    }

    /// Whether the card is genuine.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.verdict == Verdict::Genuine
    }
}

impl Bilingual for Authenticity {
    fn say(&self, lang: Lang) -> String {
        let serial = self.serial_number.say(lang);
        let mac = self.identification_code_mac.say(lang);
        let internal = self.internal_authentication.say(lang);
        let verdict = self.verdict.say(lang);
        match lang {
            Lang::En => format!(
                "{verdict} (serial number {serial}; MAC of the identification code {mac}; internal authentication {internal})"
            ),
            Lang::Zh => {
                format!("{verdict}（序列号{serial}；卡识别码 MAC {mac}；内部认证{internal}）")
            }
        }
    }
}

/// Checks whether a card is genuine, by three things: whether the serial number in its identification code is the chip's,
/// whether the code's MAC is the issuer's, and internal authentication, which a copy fails.
///
/// # Errors
/// The card cannot be read or its keys not be derived. A card that is not genuine is no error.
pub fn verify_identity(
    card: &mut dyn Card,
    keys: &dyn KeyService,
) -> Result<Authenticity, TerminalError> {
    Dialogue::open(card, Some(keys))?.verify_identity()
}

impl Dialogue<'_> {
    /// As the function [`verify_identity`].
    ///
    /// # Errors
    /// As the function [`verify_identity`].
    pub fn verify_identity(&mut self) -> Result<Authenticity, TerminalError> {
        self.enter_environment()?;
        let internal = self.authenticate_with_newest()?;
        let code = self.identification_code();
        let serial = code.get(BEFORE_MAC - 4..BEFORE_MAC);
        let chips = self.historical_bytes().last_chunk::<4>();
        let serial = match serial.zip(chips) {
            Some((serial, chips)) if serial == chips => Check::Passed,
            _ => Check::Failed,
        };
        let code = hex::encode_upper(code);
        let mac = self.check_identification_code()?;
        Ok(Authenticity::new(code, serial, mac, internal))
    }

    /// Internal authentication with the version that is asked for, or with a newer one that the card holds: a card whose IRK
    /// was rotated answers with its newest version. One that answers with an older version than asked for has not passed.
    pub(crate) fn authenticate_with_newest(&mut self) -> Result<Check, TerminalError> {
        let internal = self.internal_authenticate()?;
        if internal != Check::Failed {
            return Ok(internal);
        }
        let asked = self.key_version;
        let newest = self.newest_version(IRK)?;
        // What no root can have is no version: a false card could call for a key that nobody has, instead of failing.
        let known = FIRST_KEY_VERSION..=LAST_KEY_VERSION;
        let Some(version) = newest.filter(|version| *version != asked && known.contains(version))
        else {
            return Ok(internal);
        };
        self.key_version = version;
        let again = self.internal_authenticate();
        self.key_version = asked;
        Ok(match again? {
            Check::Passed if version < asked => Check::Older { version, asked },
            other => other,
        })
    }

    /// The newest version that the card says it holds of the key `identifier`; `None` from a card that does not say (P).
    fn newest_version(&mut self, identifier: u8) -> Result<Option<u8>, TerminalError> {
        let answer = self.exchange(&any::get_data_of(DATA_CARD_KEY, identifier))?;
        // C0 04 identifier, version, algorithm, length: one after the other, the newest last.
        let newest = match answer.data.last_chunk::<6>() {
            Some([KEY_INFORMATION, 4, held, version, _, _]) if *held == identifier => {
                Some(*version)
            }
            _ => None,
        };
        Ok(newest.filter(|_| answer.is_ok()))
    }
}

#[cfg(test)]
mod tests {
    use apdu_specs::Status;

    use super::{Authenticity, Check, Verdict};
    use ssc_words::{Bilingual, Lang};

    #[test]
    fn every_outcome_has_its_verdict_in_both_languages() {
        use Check::{Failed, Passed, Refused, Unknown};
        let sw = Status::REFERENCED_DATA_NOT_FOUND;
        let older = Check::Older {
            version: 1,
            asked: 2,
        };
        for (serial, mac, internal, verdict) in [
            (Passed, Passed, Passed, Verdict::Genuine),
            (Passed, Unknown, Passed, Verdict::Genuine),
            (Failed, Passed, Passed, Verdict::Altered),
            (Passed, Failed, Passed, Verdict::Altered),
            (Passed, Passed, Failed, Verdict::Copy),
            // a copy on a chip with another ATR
            (Failed, Passed, Failed, Verdict::Copy),
            (Passed, Failed, Failed, Verdict::NotOfTheseKeys),
            (Passed, Unknown, Failed, Verdict::NotGenuine),
            (Passed, Passed, Refused { sw }, Verdict::Unconfirmed),
            (Passed, Passed, older, Verdict::OldVersion),
            (Passed, Failed, older, Verdict::OldVersion),
            (Passed, Failed, Refused { sw }, Verdict::Unconfirmed),
        ] {
            let identity = Authenticity::new("00".into(), serial, mac, internal);
            assert_eq!(identity.verdict, verdict, "{serial:?} {mac:?} {internal:?}");
            assert_eq!(identity.is_genuine(), verdict == Verdict::Genuine);
            assert_ne!(identity.say(Lang::En), identity.say(Lang::Zh));
        }
    }
}
