//! PUT KEY for a card key (P): one version of one key, while the card is in the field.

use apdu_specs::keys::KEY_ENTRY_LENGTH;
use apdu_specs::{Application, Status};
use card_crypto::BlockCipher;
use card_crypto::scp03::unpad80;
use zeroize::Zeroize;

use crate::apdu::Apdu;
use crate::applications::domain::keys::DomainKeys;
use crate::context::Context;
use crate::credential::key_store::{KeyEntry, Placing, write};
use crate::fs::{Kind, directory, wipe};
use crate::objects::Slot;
use crate::platform::{Aes, Platform};
use crate::reply::Reply;

/// FID of the directory (2), then an entry of DGI 8F01 padded with 80 00… to 32 bytes under the data-encryption key.
/// P1 = 00 adds it to the versions of a key that is there, another P1 is the version in whose place it comes. Answers
/// version and check value. The channel goes on. What the old key has shown is forgotten already: the selection of the
/// security domain ended it.
///
/// # Errors
/// 6A80 for data that are no such entry, or one that does not go with the key's other versions; 6A82 for an unknown
/// directory; 6A81 for one of a PSAM or the certificate environment, and for a role without versions; 6A88 for a key or a
/// version that is not there, 6A84 for a fourth version, 6985 while a wipe is not finished, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    wipe::none_under_way(cx.store)?;
    let (fid, cipher) = apdu
        .data
        .split_first_chunk::<2>()
        .ok_or(Status::WRONG_DATA)?;
    let mut plain: [u8; 32] = cipher.try_into().map_err(|_| Status::WRONG_DATA)?;
    let directory = directory::by_fid(cx.store, Slot::MF, u16::from_be_bytes(*fid))?;
    // A PSAM's keys have one version, and those of the certificate environment are not the issuer's: with a second EAK it
    // would write itself the holder's PIN.
    let own = Kind::Directory {
        application: Application::Ssc,
    };
    if directory.descriptor.kind != own {
        return Err(Status::FUNCTION_NOT_SUPPORTED);
    }
    let placing = match apdu.p1 {
        0 => Placing::Add,
        version => Placing::Replace(version),
    };
    let keys = DomainKeys::load(cx.store)?;
    let result = Aes::<P>::new(keys.set.dek.as_bytes())
        .decrypt_cbc(&[0; 16], &mut plain)
        .map_err(|_| Status::WRONG_DATA)
        .and_then(|()| {
            let entry = entry(&plain)?;
            cx.store
                .transaction(|tx| write::<P>(tx, directory.slot, entry, placing))?;
            let entry = KeyEntry::parse(entry).ok_or(Status::INTERNAL_ERROR)?;
            reply.extend(&[entry.version])?;
            reply.extend(entry.kcv)
        });
    plain.zeroize();
    result
}

fn entry(padded: &[u8; 32]) -> Result<&[u8; KEY_ENTRY_LENGTH], Status> {
    let length = unpad80(padded).map_err(|_| Status::WRONG_DATA)?;
    padded
        .get(..length)
        .and_then(|entry| entry.try_into().ok())
        .ok_or(Status::WRONG_DATA)
}
