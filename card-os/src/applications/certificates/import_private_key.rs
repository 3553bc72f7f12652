//! IMPORT KEY of a private key (S; P for how it may be enciphered).

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, ENCRYPTION, Operation};
use card_crypto::BlockCipher;
use card_crypto::sm2::{POINT_LENGTH, PrivateKey, SCALAR_LENGTH};
use zeroize::Zeroize;

use super::State;
use super::objects::{last, this_file};
use super::{allowed, pair};
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::{Platform, Sm4};

/// Takes the encryption pair's private key if it belongs to the public key that was imported before: as it comes, or
/// deciphered by SM4-ECB under the key of the envelope that was opened.
///
/// # Errors
/// 6982, 6A80 for another file or a key that does not belong to the public one, 6A88 where there is no public key, 6A82,
/// 6A84, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    allowed(&cx.session.security, Operation::Import)?;
    let rest = this_file(
        apdu.data,
        certificates::tags::ACSE_PRIVATE_FID,
        ENCRYPTION.private,
    )?;
    let given = last(rest, certificates::tags::ACSE_PRIVATE_KEY)?;
    let mut bytes: [u8; SCALAR_LENGTH] = given.try_into().map_err(|_| Status::WRONG_DATA)?;
    let public = pair::public_key(cx, &ENCRYPTION)?;
    let slot = pair::private_file(cx, &ENCRYPTION)?.slot;
    let mut key = belonging::<P>(&bytes, &public);
    if let (None, Some(envelope)) = (&key, &state.envelope) {
        let (blocks, _) = bytes.as_chunks_mut();
        let cipher = Sm4::<P>::new(envelope.as_bytes());
        for block in blocks {
            cipher.decrypt(block);
        }
        key = belonging::<P>(&bytes, &public);
    }
    bytes.zeroize();
    let key = key.ok_or(Status::WRONG_DATA)?;
    cx.store
        .transaction(|tx| pair::write_private(tx, slot, Some(&key)))
}

/// The private key of these bytes, if `public` is its public key.
fn belonging<P: Platform>(
    bytes: &[u8; SCALAR_LENGTH],
    public: &[u8; POINT_LENGTH],
) -> Option<PrivateKey> {
    PrivateKey::from_bytes(bytes)
        .ok()
        .filter(|key| key.public_key_with::<P::Ciphers>() == *public)
}
