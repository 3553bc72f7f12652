//! How a PIN and keys are shown to the certificate environment (ACSE 证书环境), and how new ones come into it.
//!
//! VERIFY and EXTERNAL AUTHENTICATE carry the enciphered challenge (**S**). CHANGE PIN and WRITE KEY are known by their
//! lengths alone: what is in them is **P**, here and nowhere else.

use zeroize::Zeroize;

use crate::algorithm::Algorithm;
use crate::block::{Key16, LengthError, sm4_cbc_decrypt, sm4_cbc_encrypt};
use crate::session::{Factor, SessionKey, secure_messaging_mac, session_key};
use crate::sm3::sm3;

/// Appended to a key before it is hashed into its maintenance key: the class byte of the commands that use that one.
const MAINTENANCE: u8 = 0x84;

/// The challenge, padded right with zeros to 16 bytes, enciphered by SM4 under `key`: what VERIFY carries. **S**
#[must_use]
pub fn enciphered_challenge(key: &Key16, challenge: &Factor) -> [u8; 16] {
    match session_key(Algorithm::Sm4, key.as_bytes(), challenge) {
        SessionKey::Sm4(ref cryptogram) => *cryptogram,
        // SM4 makes no other.
        SessionKey::Des(_) => [0; 16],
    }
}

/// The session key of CHANGE PIN and WRITE KEY: SM4-E(K', challenge), where K' is the first half of SM3(key ‖ 84). **P**
///
/// Not of the key itself: the enciphered challenge of [`enciphered_challenge`], which anyone on the line sees, would then
/// be the session key for the same challenge.
#[must_use]
pub fn maintenance_session(key: &Key16, challenge: &Factor) -> SessionKey {
    let mut derived = Key16::zero();
    let mut hash = sm3(&[key.as_bytes(), &[MAINTENANCE]]);
    for (to, from) in derived.as_mut_bytes().iter_mut().zip(&hash) {
        *to = *from;
    }
    hash.zeroize();
    session_key(Algorithm::Sm4, derived.as_bytes(), challenge)
}

/// Enciphers `data` in place for CHANGE PIN or WRITE KEY (SM4-CBC with a zero initial value) and gives the MAC over `header`
/// and what came of it. **P**
///
/// # Errors
/// [`LengthError`] unless the data are whole blocks of 16.
pub fn protect(
    session: &SessionKey,
    header: &[u8; 5],
    data: &mut [u8],
) -> Result<[u8; 4], LengthError> {
    sm4_cbc_encrypt(sm4(session)?, &[0; 16], data)?;
    Ok(secure_messaging_mac(session, header, data))
}

/// Deciphers in place what [`protect`] enciphered; its MAC is to be checked before.
///
/// # Errors
/// [`LengthError`] unless the data are whole blocks of 16.
pub fn unprotect(session: &SessionKey, data: &mut [u8]) -> Result<(), LengthError> {
    sm4_cbc_decrypt(sm4(session)?, &[0; 16], data)
}

fn sm4(session: &SessionKey) -> Result<&[u8; 16], LengthError> {
    match session {
        SessionKey::Sm4(key) => Ok(key),
        SessionKey::Des(_) => Err(LengthError),
    }
}
