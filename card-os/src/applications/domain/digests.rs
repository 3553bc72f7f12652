//! GET DATA DFnn: digests of all files and keys, for the bureau's check (P).

use core::ops::Range;

use apdu_specs::applications::domain::parameters::digests::{DIGEST_OF_ALL, OF_ALL_LENGTH};
use apdu_specs::keys::KeyRole;
use apdu_specs::life_cycle::LifeCycles;
use apdu_specs::{Application, Status};

use crate::context::Context;
use crate::credential::key_store;
use crate::fs::{File, Head, Kind, digest, directory};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::reply::Reply;
use crate::store::Store;

/// Most digests in one answer: with the channel's padding and MAC they stay within 256 bytes.
const MOST_DIGESTS: u8 = 59;

/// The digests of all files from number `skip` on: the MF's EFs, then for each directory its EFs and its keys (P). The MF
/// has no keys. They are for the bureau's check and end with SECURED: four bytes are enough to find a PIN or a short field by
/// trying. What nobody reads has none at all. In place of a number, [`DIGEST_OF_ALL`] asks for one over all of them.
pub fn answer<P: Platform>(
    cx: &mut Context<'_, P>,
    skip: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !LifeCycles::PERSONALIZATION.contains(cx.life_cycle) {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    if skip == DIGEST_OF_ALL {
        let mac = digest::mac_of_parts::<P>(|update| {
            each::<P>(cx.store, 0..u8::MAX, &mut |digest| {
                update(digest);
                Ok(())
            })
        })?;
        return reply.extend(
            mac.first_chunk::<OF_ALL_LENGTH>()
                .unwrap_or(&[0; OF_ALL_LENGTH]),
        );
    }
    let wanted = skip..skip.saturating_add(MOST_DIGESTS);
    each::<P>(cx.store, wanted, &mut |digest| reply.extend(digest))
}

/// Gives the digests with the numbers `wanted`.
fn each<P: Platform>(
    store: &mut Store<P::Flash>,
    wanted: Range<u8>,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Status>,
) -> Result<(), Status> {
    let mut number: u8 = 0;
    let mut next = Slot::MF.number();
    while let Some(directory) = directory::find(store, next, Head::is_directory)? {
        next = directory::after(directory.slot);
        let mut after = next;
        while let Some(file) = directory::find(store, after, |file| {
            file.parent == directory.slot && !file.is_directory()
        })? {
            after = directory::after(file.slot);
            if file.descriptor.hides_something() {
                continue;
            }
            if wanted.contains(&number) {
                take(&digest::of_file::<P>(store, &file)?)?;
            }
            number = number.saturating_add(1);
        }
        if directory.slot == Slot::MF {
            continue;
        }
        if wanted.contains(&number) {
            take(&keys_digest::<P>(store, &directory)?)?;
        }
        number = number.saturating_add(1);
    }
    Ok(())
}

/// Over the entries of a directory's keys without the keys themselves, and without the check values of people's secrets, which
/// would tell a PIN.
fn keys_digest<P: Platform>(
    store: &mut Store<P::Flash>,
    directory: &File,
) -> Result<[u8; digest::DIGEST_LENGTH], Status> {
    let Kind::Directory { application } = directory.descriptor.kind else {
        return Err(Status::INTERNAL_ERROR);
    };
    let mut keys = match application {
        Application::Psam => directory.slot.sam_keys(),
        Application::Any | Application::Ssc | Application::Domain | Application::Certificates => {
            directory.slot.keys()
        }
    };
    digest::of_parts::<P>(|update| {
        while let Some(id) = keys.present(store) {
            key_store::public_parts(store, id, |part| {
                let [role, kid, algorithm, version, tries, check_value @ ..] = *part;
                update(&[role, kid, algorithm, version, tries]);
                if KeyRole::from_byte(role).is_none_or(KeyRole::has_versions) {
                    update(&check_value);
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}
