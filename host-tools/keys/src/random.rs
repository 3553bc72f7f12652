//! The system's random source.

use crate::KeyError;

/// Fills `bytes`.
///
/// # Errors
/// [`KeyError::NoRandom`].
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(bytes).map_err(|error| KeyError::NoRandom {
        detail: error.to_string(),
    })
}
