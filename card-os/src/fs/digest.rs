//! Digests of EFs, so that a bureau need not read them back over the line (P). They travel inside the secure
//! channel, whose MAC keeps them from being forged: four bytes tell every slip of writing.

use apdu_specs::Status;
use card_crypto::mac::AesCmac;

use super::{File, Kind, record, transparent};
use crate::platform::Platform;
use crate::store::Store;

/// The first four bytes of AES-CMAC under sixteen zero bytes over an EF's contents: a transparent EF's bytes, or
/// its records one behind the other, a cyclic EF's from the newest on.
///
/// # Errors
/// 6581.
pub fn of_file<P: Platform>(
    store: &mut Store<P::Flash>,
    file: &File,
) -> Result<[u8; DIGEST_LENGTH], Status> {
    let mut cmac = AesCmac::<P::Ciphers>::new(&KEY);
    let mut buffer = [0; 256];
    match file.descriptor.kind {
        Kind::Transparent { size } => {
            let mut offset = 0;
            while offset < size {
                let length = size.saturating_sub(offset).min(transparent::CHUNK);
                let part = buffer
                    .get_mut(..usize::from(length))
                    .ok_or(Status::INTERNAL_ERROR)?;
                transparent::read(store, file.slot, offset, part)?;
                cmac.update(part);
                offset = offset.saturating_add(length);
            }
        }
        Kind::Directory { .. } => return Err(Status::INCOMPATIBLE_FILE),
        Kind::Cyclic { .. } | Kind::LinearFixed { .. } | Kind::LinearVariable { .. } => {
            for number in 1..=u8::MAX {
                let index = match record::locate(store, file, number) {
                    Ok(index) => index,
                    Err(Status::RECORD_NOT_FOUND) => break,
                    Err(status) => return Err(status),
                };
                let length = store.read(file.slot.content(index), 0, &mut buffer)?;
                cmac.update(buffer.get(..length).ok_or(Status::INTERNAL_ERROR)?);
            }
        }
    }
    Ok(first_four(&cmac.finish()))
}

/// The same over bytes that `gather` gives to the function it gets.
///
/// # Errors
/// Those of `gather`.
pub fn of_parts<P: Platform>(
    gather: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), Status>,
) -> Result<[u8; DIGEST_LENGTH], Status> {
    mac_of_parts::<P>(gather).map(|mac| first_four(&mac))
}

/// The whole MAC over them.
///
/// # Errors
/// Those of `gather`.
pub fn mac_of_parts<P: Platform>(
    gather: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), Status>,
) -> Result<[u8; 16], Status> {
    let mut cmac = AesCmac::<P::Ciphers>::new(&KEY);
    gather(&mut |part| cmac.update(part))?;
    Ok(cmac.finish())
}

const KEY: [u8; 16] = [0; 16];
/// Bytes of a digest.
pub const DIGEST_LENGTH: usize = 4;

fn first_four(mac: &[u8; 16]) -> [u8; DIGEST_LENGTH] {
    let [a, b, c, d, ..] = *mac;
    [a, b, c, d]
}
