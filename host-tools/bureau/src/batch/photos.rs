//! The photos of a batch: found in its folder, read with bounds, made ready for the card on all processors.

use std::{
    fs::File,
    io::Read,
    path::{Component, Path},
    thread,
};

use super::{Detail, Rule, Violation, draft::Draft, header::Header};
use ssc_person::photo;

/// Loads every photo that the rows name.
pub(super) fn load_all<'d>(
    header: &Header,
    drafts: impl Iterator<Item = &'d mut Draft>,
    folder: Option<&Path>,
) {
    let mut jobs: Vec<&mut Draft> = drafts.filter(|draft| draft.photo_path.is_some()).collect();
    if jobs.is_empty() {
        return;
    }
    let folder = folder.and_then(|folder| folder.canonicalize().ok());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = jobs.len().div_ceil(workers);
    thread::scope(|scope| {
        for jobs in jobs.chunks_mut(share) {
            let folder = folder.as_deref();
            scope.spawn(move || {
                for draft in jobs {
                    let path = draft.photo_path.as_deref().unwrap_or_default();
                    let photo = load(folder, path);
                    draft.set_photo(header, photo);
                }
            });
        }
    });
}

/// Reads a photo below `folder` (which has no symbolic links left) and makes it ready for the card.
fn load(folder: Option<&Path>, name: &str) -> Result<Vec<u8>, Violation> {
    let folder = folder.ok_or(Rule::PhotoMissing)?;
    // Batches are often made on Windows
    let name = name.replace('\\', "/");
    let inside = |component| matches!(component, Component::Normal(_) | Component::CurDir);
    if !Path::new(&name).components().all(inside) {
        return Err(Rule::PhotoPath.into());
    }
    let missing = |error: std::io::Error| {
        Violation::with(Rule::PhotoMissing, Detail::System(error.to_string()))
    };
    let path = folder.join(name).canonicalize().map_err(missing)?;
    // A symbolic link may lead out of the folder
    if !path.starts_with(folder) {
        return Err(Rule::PhotoPath.into());
    }
    // Asked before it is opened: opening a pipe would wait for a writer
    if !path.metadata().map_err(missing)?.is_file() {
        return Err(Rule::PhotoMissing.into());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| {
            file.take(photo::FILE_LIMIT as u64 + 1)
                .read_to_end(&mut bytes)
        })
        .map_err(missing)?;
    photo::to_card(&bytes)
}
