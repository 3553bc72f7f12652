//! What a card of an order is decided from, so that an order that goes on goes on with the same: the profile, the keys and the data.
//!
//! Keys and data are check values, made with a key that no card has: whoever reads a journal learns neither, and cannot try names; but with the
//! demo keys, which are published, he can.

use card_crypto::mac::aes_cmac;
use serde::{Deserialize, Serialize};
use ssc_keys::KeyService;
use ssc_keys::service::NO_CHIP;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::difference::Difference;
use crate::job::Decided;
use crate::journal::Record;

/// Bytes of a check value.
const CHECK: usize = 8;
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

/// Check value of the keys, as hex; `demo` for the published ones.
///
/// # Errors
/// The keys are not to be had.
pub fn of_keys(keys: &dyn KeyService) -> Result<String, CardError> {
    if keys.is_demo() {
        return Ok("demo".to_owned());
    }
    let key = keys.issuer_keys(&NO_CHIP)?;
    Ok(hex::encode_upper(
        &aes_cmac(key.mac.as_bytes(), &[OF_KEYS])[..CHECK],
    ))
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
            profile: decided.model.name.to_owned(),
            keys: of_keys(keys)?,
            data: check(&[OF_DATA, &data]),
        })
    }

    /// The first difference between what the journal has and what is to be made now, from this.
    #[must_use]
    pub fn difference(&self, record: &Record, decided: &Decided) -> Option<Difference> {
        if record.number != decided.holder.number.as_str() {
            Some(Difference::Number)
        } else if record.card_number != decided.card_number.as_str() {
            Some(Difference::CardNumber)
        } else if record.basis.profile != self.profile {
            Some(Difference::Profile {
                journal: record.basis.profile.clone(),
                now: self.profile.clone(),
            })
        } else if record.basis.keys != self.keys {
            Some(Difference::Keys)
        } else if record.basis.data != self.data {
            Some(Difference::Data)
        } else {
            None
        }
    }
}
