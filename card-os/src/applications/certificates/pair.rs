//! Key pairs in their files: CA 40 and the public key, CB 20 and the private one. A file that holds anything else holds none.

use apdu_specs::Status;
use apdu_specs::applications::certificates::{self, KeyPair, PRIVATE_KEY_SIZE, PUBLIC_KEY_SIZE};
use card_crypto::sm2::{POINT_LENGTH, PrivateKey, SCALAR_LENGTH};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use super::objects::last;
use crate::context::Context;
use crate::fs::{File, directory, transparent};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::store::{Store, Transaction};

/// Bytes of a public key's file.
pub const PUBLIC_FILE: usize = PUBLIC_KEY_SIZE as usize;
const PRIVATE_FILE: usize = PRIVATE_KEY_SIZE as usize;

/// The file `fid` of the current directory, if it is as large as `size`.
///
/// # Errors
/// 6A82, 6581.
pub fn file<P: Platform>(cx: &mut Context<'_, P>, fid: u16, size: u16) -> Result<File, Status> {
    let found = directory::elementary_file(cx.store, cx.session.security.directory, fid)?;
    if transparent::size(&found)? == size {
        Ok(found)
    } else {
        Err(Status::FILE_NOT_FOUND)
    }
}

/// The file of `pair`'s public key.
///
/// # Errors
/// 6A82, 6581.
pub fn public_file<P: Platform>(cx: &mut Context<'_, P>, pair: &KeyPair) -> Result<File, Status> {
    file(cx, pair.public, PUBLIC_KEY_SIZE)
}

/// The file of `pair`'s private key.
///
/// # Errors
/// 6A82, 6581.
pub fn private_file<P: Platform>(cx: &mut Context<'_, P>, pair: &KeyPair) -> Result<File, Status> {
    file(cx, pair.private, PRIVATE_KEY_SIZE)
}

/// The 66 bytes of a public key's file.
///
/// # Errors
/// 6A88 where it holds no key, 6581.
pub fn read_public_file<F: NorFlash>(
    store: &mut Store<F>,
    slot: Slot,
) -> Result<[u8; PUBLIC_FILE], Status> {
    let mut bytes = [0; PUBLIC_FILE];
    transparent::read(store, slot, 0, &mut bytes)?;
    last(&bytes, certificates::tags::ACSE_PUBLIC_KEY)
        .map_err(|_| Status::REFERENCED_DATA_NOT_FOUND)?;
    Ok(bytes)
}

/// The public key of `pair`.
///
/// # Errors
/// 6A82, 6A88 where there is none yet, 6581.
pub fn public_key<P: Platform>(
    cx: &mut Context<'_, P>,
    pair: &KeyPair,
) -> Result<[u8; POINT_LENGTH], Status> {
    let slot = public_file(cx, pair)?.slot;
    let bytes = read_public_file(cx.store, slot)?;
    bytes
        .last_chunk()
        .copied()
        .ok_or(Status::REFERENCED_DATA_NOT_FOUND)
}

/// The private key of `pair`.
///
/// # Errors
/// 6A82, 6A88 where there is none yet, 6581.
pub fn private_key<P: Platform>(
    cx: &mut Context<'_, P>,
    pair: &KeyPair,
) -> Result<PrivateKey, Status> {
    let slot = private_file(cx, pair)?.slot;
    let mut bytes = [0; PRIVATE_FILE];
    let key = transparent::read(cx.store, slot, 0, &mut bytes).and_then(|()| {
        last(&bytes, certificates::tags::ACSE_PRIVATE_KEY)
            .ok()
            .and_then(|key| <&[u8; SCALAR_LENGTH]>::try_from(key).ok())
            .and_then(|key| PrivateKey::from_bytes(key).ok())
            .ok_or(Status::REFERENCED_DATA_NOT_FOUND)
    });
    bytes.zeroize();
    key
}

/// Writes a public key into its file.
///
/// # Errors
/// 6A84, 6581.
pub fn write_public<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    slot: Slot,
    key: &[u8; POINT_LENGTH],
) -> Result<(), Status> {
    transparent::write(
        tx,
        slot,
        0,
        &[certificates::tags::ACSE_PUBLIC_KEY, POINT_LENGTH as u8],
    )?;
    transparent::write(tx, slot, 2, key)
}

/// Writes a private key into its file; with `None` it holds none any more.
///
/// # Errors
/// 6A84, 6581.
pub fn write_private<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    slot: Slot,
    key: Option<&PrivateKey>,
) -> Result<(), Status> {
    let Some(key) = key else {
        return transparent::write(tx, slot, 0, &[0; PRIVATE_FILE]);
    };
    let mut bytes = key.to_bytes();
    let header = [certificates::tags::ACSE_PRIVATE_KEY, SCALAR_LENGTH as u8];
    let written = transparent::write(tx, slot, 0, &header)
        .and_then(|()| transparent::write(tx, slot, 2, &bytes));
    bytes.zeroize();
    written
}
