//! Finding files: children of a directory, directories by FID or name.

use apdu_specs::{Status, files};
use embedded_storage::nor_flash::NorFlash;

use super::{File, Head, load};
use crate::objects::Slot;
use crate::store::Store;

/// The first file from slot `from` on, by its head.
///
/// # Errors
/// 6581.
pub fn head_from<F: NorFlash>(
    store: &mut Store<F>,
    from: u8,
) -> Result<Option<(Slot, Head)>, Status> {
    let Some(from) = Slot::new(from) else {
        return Ok(None);
    };
    let mut bytes = [0; Head::LENGTH];
    let Some(slot) = store
        .read_first_from(from.descriptor(), &mut bytes)?
        .and_then(Slot::of_descriptor)
    else {
        return Ok(None);
    };
    let head = Head::decode(&bytes).ok_or(Status::MEMORY_FAILURE)?;
    Ok(Some((slot, head)))
}

/// The first file from slot `from` on that `wanted` accepts.
///
/// # Errors
/// 6581.
pub fn find<F: NorFlash>(
    store: &mut Store<F>,
    from: u8,
    wanted: impl Fn(&Head) -> bool,
) -> Result<Option<File>, Status> {
    let mut next = from;
    while let Some((slot, head)) = head_from(store, next)? {
        if wanted(&head) {
            return load(store, slot).map(Some);
        }
        next = after(slot);
    }
    Ok(None)
}

/// The number behind that of `slot`. Files are made one behind the other and go all at once, so that what a directory holds stands
/// behind it.
pub const fn after(slot: Slot) -> u8 {
    slot.number().saturating_add(1)
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
    find(store, after(directory), |file| {
        file.parent == directory && file.fid == fid && !file.is_directory()
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The EF with short identifier `sfi` (1 to 1E) in `directory`: the low five bits of its FID (C).
///
/// # Errors
/// 6A82, 6581.
pub fn by_sfi<F: NorFlash>(store: &mut Store<F>, directory: Slot, sfi: u8) -> Result<File, Status> {
    find(store, after(directory), |file| {
        let [_, low] = file.fid.to_be_bytes();
        file.parent == directory && low == sfi && !file.is_directory()
    })?
    .ok_or(Status::FILE_NOT_FOUND)
}

/// The directory with identifier `fid` in `directory`.
///
/// # Errors
/// 6A82, 6581.
pub fn child<F: NorFlash>(store: &mut Store<F>, directory: Slot, fid: u16) -> Result<File, Status> {
    find(store, after(directory), |file| {
        file.parent == directory && file.fid == fid && file.is_directory()
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
    find(store, 1, |file| file.is_directory() && file.fid == fid)?.ok_or(Status::FILE_NOT_FOUND)
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
    let mut next = self::after(after);
    // Directories alone have names.
    while let Some(file) = find(store, next, Head::is_directory)? {
        let known = &file.descriptor.name;
        if !known.is_empty() && known.starts_with(name) {
            return Ok(Some(file));
        }
        next = self::after(file.slot);
    }
    Ok(None)
}

/// The environment of `directory`: itself where it lies under the MF, else its parent.
pub fn environment(directory: &File) -> Slot {
    if directory.descriptor.parent == Slot::MF {
        directory.slot
    } else {
        directory.descriptor.parent
    }
}
