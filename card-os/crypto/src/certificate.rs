//! How a PIN and keys are shown to the certificate environment (ACSE 证书环境), and how new ones come into it.
//!
//! VERIFY and EXTERNAL AUTHENTICATE carry the enciphered challenge (**S**). CHANGE PIN is known by its length alone: what is in it
//! is **P**. Of WRITE KEY the clear text and the kind of MAC are known (**S**), not under which key: here the one that has
//! authenticated (**P**). All of it is here and nowhere else.

use crate::padding::MARK;
use apdu_specs::applications::certificates::CertificatesCommand;
use zeroize::Zeroize;

use crate::algorithm::Algorithm;
use crate::block::Key16;
use crate::cipher::LengthError;
use crate::cipher::{BlockCipher, Ciphers};
use crate::mac::cbc_mac_folded;
use crate::session::{Factor, SessionKey, secure_messaging_mac, session_key_with};
use crate::sm3::sm3;
use crate::software::Software;

/// Appended to a key before it is hashed into its maintenance key: the class byte of the commands that use that one.
const MAINTENANCE: u8 = CertificatesCommand::ChangePin.row().class;

/// The challenge, padded right with zeros to 16 bytes, enciphered by SM4 under `key`: what VERIFY carries. **S**
#[must_use]
pub fn enciphered_challenge(key: &Key16, challenge: &Factor) -> [u8; 16] {
    enciphered_challenge_with::<Software>(key, challenge)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn enciphered_challenge_with<C: Ciphers>(key: &Key16, challenge: &Factor) -> [u8; 16] {
    match session_key_with::<C>(Algorithm::Sm4, key.as_bytes(), challenge) {
        SessionKey::Sm4(ref cryptogram) => *cryptogram,
        // SM4 makes no other.
        SessionKey::Des(_) => [0; 16],
    }
}

/// The session key of CHANGE PIN: SM4-E(K', challenge), where K' is the first half of SM3(key ‖ 84). **P**
///
/// Not of the key itself: the enciphered challenge of [`enciphered_challenge`], which anyone on the line sees, would then
/// be the session key for the same challenge.
#[must_use]
pub fn maintenance_session(key: &Key16, challenge: &Factor) -> SessionKey {
    maintenance_session_with::<Software>(key, challenge)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn maintenance_session_with<C: Ciphers>(key: &Key16, challenge: &Factor) -> SessionKey {
    let mut derived = Key16::zero();
    let mut hash = sm3(&[key.as_bytes(), &[MAINTENANCE]]);
    for (to, from) in derived.as_mut_bytes().iter_mut().zip(&hash) {
        *to = *from;
    }
    hash.zeroize();
    session_key_with::<C>(Algorithm::Sm4, derived.as_bytes(), challenge)
}

/// Enciphers `data` in place for CHANGE PIN (SM4-CBC with a zero initial value) and gives the MAC over `header` and what came of
/// it. **P**
///
/// # Errors
/// [`LengthError`] unless the data are whole blocks of 16.
pub fn protect(
    session: &SessionKey,
    header: &[u8; 5],
    data: &mut [u8],
) -> Result<[u8; 4], LengthError> {
    sm4::<Software>(session)?.encrypt_cbc(&[0; 16], data)?;
    Ok(secure_messaging_mac(session, header, data))
}

/// Deciphers in place what [`protect`] enciphered; its MAC is to be checked before.
///
/// # Errors
/// [`LengthError`] unless the data are whole blocks of 16.
pub fn unprotect<C: Ciphers>(session: &SessionKey, data: &mut [u8]) -> Result<(), LengthError> {
    sm4::<C>(session)?.decrypt_cbc(&[0; 16], data)
}

/// Bytes of WRITE KEY's clear text.
pub const NEW_KEY: usize = 32;
/// What stands before the key in it: its length with three bytes that no source explains. **S**
const NEW_KEY_HEAD: [u8; 4] = [0x13, 0x00, 0x00, 0x00];

/// The data of WRITE KEY: `13 00 00 00` ‖ key ‖ `80 00…` (**S**), enciphered by SM4-ECB under `authority`, the key that has
/// authenticated (**P**).
#[must_use]
pub fn seal_key(authority: &Key16, new: &Key16) -> [u8; NEW_KEY] {
    let mut data = [0; NEW_KEY];
    let head = NEW_KEY_HEAD.iter().chain(new.as_bytes()).chain(&[MARK]);
    for (to, from) in data.iter_mut().zip(head) {
        *to = *from;
    }
    let (blocks, _) = data.as_chunks_mut();
    let cipher = <Software as Ciphers>::Sm4::new(authority.as_bytes());
    for block in blocks {
        BlockCipher::encrypt(&cipher, block);
    }
    data
}

/// The key that [`seal_key`] has sealed; its MAC is to be checked before. `None` for any other clear text.
#[must_use]
pub fn unseal_key<C: Ciphers>(authority: &Key16, data: &[u8; NEW_KEY]) -> Option<Key16> {
    let mut plain = *data;
    let (blocks, _) = plain.as_chunks_mut();
    let cipher = C::Sm4::new(authority.as_bytes());
    for block in blocks {
        cipher.decrypt(block);
    }
    let mut new = None;
    if let Some((&NEW_KEY_HEAD, rest)) = plain.split_first_chunk()
        && let Some((key, [MARK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])) = rest.split_first_chunk()
    {
        new = Some(Key16::new(*key));
    }
    plain.zeroize();
    new
}

/// The MAC of WRITE KEY over `header` and `data`: SM4-CBC with the challenge as initial value (**S**) under `authority` (**P**),
/// padded 80 00…, folded to 4 bytes.
#[must_use]
pub fn seal_mac(
    authority: &Key16,
    challenge: &Factor,
    header: &[u8; 5],
    data: &[u8; NEW_KEY],
) -> [u8; 4] {
    seal_mac_with::<Software>(authority, challenge, header, data)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn seal_mac_with<C: Ciphers>(
    authority: &Key16,
    challenge: &Factor,
    header: &[u8; 5],
    data: &[u8; NEW_KEY],
) -> [u8; 4] {
    let cipher = C::Sm4::new(authority.as_bytes());
    cbc_mac_folded(&cipher, challenge.block(), &[header, data])
}

fn sm4<C: Ciphers>(session: &SessionKey) -> Result<C::Sm4, LengthError> {
    match session {
        SessionKey::Sm4(key) => Ok(C::Sm4::new(key)),
        SessionKey::Des(_) => Err(LengthError),
    }
}
