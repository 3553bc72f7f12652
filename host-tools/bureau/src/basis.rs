//! What a card of an order is decided from, so that an order that goes on goes on with the same: the profile, the keys and the data.
//!
//! Keys and data are check values, made with a key that no card has: whoever reads a journal learns neither, and cannot try names.

use card_crypto::mac::aes_cmac;
use serde::{Deserialize, Serialize};
use ssc_keys::KeyService;
use ssc_words::{Bilingual, Lang};
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::job::Decided;
use crate::journal::Record;

/// Bytes of a check value.
const CHECK: usize = 8;
/// The card factor of no chip.
const NO_CHIP: [u8; 8] = [0; 8];
const OF_KEYS: &[u8] = b"ssc journal: keys";
const OF_DATA: &[u8] = b"ssc journal: data";

/// What a card is decided from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Name of the profile.
    pub profile: String,
    /// Check value of the keys, as hex; `demo` for the published ones.
    pub keys: String,
    /// Check value of what the batch and the options say, as hex. Neither the PIN nor the dates are in it: the first has its sealed
    /// file, the second are the day's unless the batch names them.
    pub data: String,
}

impl Basis {
    /// What `decided` is decided from, with these keys.
    ///
    /// # Errors
    /// The keys are not to be had.
    pub fn of(decided: &Decided, keys: &dyn KeyService) -> Result<Self, CardError> {
        let key = keys.issuer_keys(&NO_CHIP)?;
        let data = (
            &decided.holder,
            &decided.region,
            &decided.card_number,
            decided.category,
            &decided.institution,
        );
        let data = serde_json::to_vec(&data).map(Zeroizing::new);
        let data = data.map_err(|_| CardError::Internal("data of a card"))?;
        let check =
            |parts: &[&[u8]]| hex::encode_upper(&aes_cmac(key.mac.as_bytes(), parts)[..CHECK]);
        Ok(Self {
            profile: decided.profile.name.to_owned(),
            keys: if keys.is_demo() {
                "demo".to_owned()
            } else {
                check(&[OF_KEYS])
            },
            data: check(&[OF_DATA, &data]),
        })
    }
}

/// In what a journal and a job differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The batch has no such row, or refuses it.
    Row,
    /// The social security number.
    Number,
    /// The card number.
    CardNumber,
    /// The profile.
    Profile {
        /// The journal's.
        journal: String,
        /// This one.
        now: String,
    },
    /// The keys.
    Keys,
    /// Something else that the row or the options say.
    Data,
}

impl Difference {
    /// The first difference between what the journal has and what is to be made now.
    #[must_use]
    pub fn between(record: &Record, decided: &Decided, now: &Basis) -> Option<Self> {
        if record.number != decided.holder.number.as_str() {
            Some(Self::Number)
        } else if record.card_number != decided.card_number.as_str() {
            Some(Self::CardNumber)
        } else if record.basis.profile != now.profile {
            Some(Self::Profile {
                journal: record.basis.profile.clone(),
                now: now.profile.clone(),
            })
        } else if record.basis.keys != now.keys {
            Some(Self::Keys)
        } else if record.basis.data != now.data {
            Some(Self::Data)
        } else {
            None
        }
    }
}

impl Bilingual for Difference {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Row => (
                "the batch has no such valid row".into(),
                "批次中没有该有效行".into(),
            ),
            Self::Number => ("the number differs".into(), "号码不同".into()),
            Self::CardNumber => ("the card number differs".into(), "卡号不同".into()),
            Self::Profile { journal, now } => (
                format!(
                    "it was begun for cards of {journal}, and this is {now} (--generation, --certificates)"
                ),
                format!("开始时为 {journal} 版卡，现为 {now}（--generation、--certificates）"),
            ),
            Self::Keys => (
                "it was begun with other keys (--vault)".into(),
                "开始时使用的是其他密钥（--vault）".into(),
            ),
            Self::Data => (
                "the name or another datum of the row, or the region of the order, differs".into(),
                "该行的姓名或其他数据，或命令给出的行政区划不同".into(),
            ),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}
