//! Finding files: children of a directory, directories by FID or name.

use apdu_specs::{Status, files};
use embedded_storage::nor_flash::NorFlash;

use super::{File, load};
use crate::objects::Slot;
use crate::store::Store;

/// The first file from slot `from` on that `wanted` accepts.
///
/// # Errors
/// 6581.
pub fn find<F: NorFlash>(
    store: &mut Store<F>,
    from: u8,
    wanted: impl Fn(&File) -> bool,
) -> Result<Option<File>, Status> {
    let mut next = from;
    while let Some(slot) = Slot::new(next) {
        let Some(slot) = store
            .first_from(slot.descriptor())
            .and_then(Slot::of_descriptor)
        else {
            break;
        };
        let file = load(store, slot)?;
        if wanted(&file) {
            return Ok(Some(file));
        }
        next = slot.number().saturating_add(1);
    }
    Ok(None)
}

/// The EF with identifier `fid` in `directory`.
///
/// # Errors
/// 6A82, 6581.
pub fn elementary_file<F: NorFlash>(
    store: &mut Store<F>,
    directory: Slot,
    fid: u16,
) -> Result<File, Status> {
    find(store, 1, |file| {
        file.descriptor.parent == directory
            && file.descriptor.fid == fid
            && !file.descriptor.is_directory()
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The EF with short identifier `sfi` (1 to 1E) in `directory`: the low five bits of its FID (C).
///
/// # Errors
/// 6A82, 6581.
pub fn by_sfi<F: NorFlash>(store: &mut Store<F>, directory: Slot, sfi: u8) -> Result<File, Status> {
    find(store, 1, |file| {
        let [_, low] = file.descriptor.fid.to_be_bytes();
        file.descriptor.parent == directory && low == sfi && !file.descriptor.is_directory()
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The directory with identifier `fid` in `directory`.
///
/// # Errors
/// 6A82, 6581.
pub fn child<F: NorFlash>(store: &mut Store<F>, directory: Slot, fid: u16) -> Result<File, Status> {
    find(store, 1, |file| {
        file.descriptor.parent == directory
            && file.descriptor.fid == fid
            && file.descriptor.is_directory()
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The directory with identifier `fid` as seen from `current`: its own child, its parent's, the
/// MF's, then any other, so that DFs can be selected from one another and from the MF (C).
///
/// # Errors
/// 6A82, 6581.
pub fn by_fid<F: NorFlash>(store: &mut Store<F>, current: Slot, fid: u16) -> Result<File, Status> {
    if fid == files::MF {
        return load(store, Slot::MF);
    }
    let parent = load(store, current)?.descriptor.parent;
    for near in [current, parent, Slot::MF] {
        match child(store, near, fid) {
            Err(Status::FILE_NOT_FOUND) => {}
            found => return found,
        }
    }
    find(store, 1, |file| {
        file.descriptor.is_directory() && file.descriptor.fid == fid
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The first directory after slot `after` whose name begins with `name`.
///
/// # Errors
/// 6581.
pub fn by_name<F: NorFlash>(
    store: &mut Store<F>,
    after: Slot,
    name: &[u8],
) -> Result<Option<File>, Status> {
    find(store, after.number().saturating_add(1), |file| {
        !file.descriptor.name.is_empty() && file.descriptor.name.starts_with(name)
    })
}

/// The environment of `directory`: itself where it lies under the MF, else its parent.
pub fn environment(directory: &File) -> Slot {
    if directory.descriptor.parent == Slot::MF {
        directory.slot
    } else {
        directory.descriptor.parent
    }
}
