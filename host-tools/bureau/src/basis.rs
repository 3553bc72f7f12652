//! The check value of a job's keys: a job goes on with the keys that it was made with. It is made with a key that no card has, so whoever
//! reads it learns no key.

use card_crypto::mac::aes_cmac;
use ssc_keys::KeyService;
use ssc_keys::service::NO_CHIP;

use crate::card_error::CardError;

/// Bytes of a check value.
const CHECK: usize = 8;
const OF_KEYS: &[u8] = b"ssc journal: keys";

/// What stands for the check value of the published keys.
pub const DEMO: &str = "demo";

/// Check value of the keys, as hex; [`DEMO`] for the published ones.
///
/// # Errors
/// The keys are not to be had.
pub fn of_keys(keys: &dyn KeyService) -> Result<String, CardError> {
    if keys.is_demo() {
        return Ok(DEMO.to_owned());
    }
    let key = keys.issuer_keys(&NO_CHIP)?;
    Ok(hex::encode_upper(
        &aes_cmac(key.mac.as_bytes(), &[OF_KEYS])[..CHECK],
    ))
}
