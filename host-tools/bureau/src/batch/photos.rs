//! The photos of a batch: found in its folder, read with bounds, made ready for the card on all processors.

use std::{
    fs::File,
    io::Read,
    path::{Component, Path, PathBuf},
    thread,
};

use super::{Detail, ReadOptions, Rule, Violation, draft::Draft, header::Header};
use ssc_person::CitizenNumber;
use ssc_person::photo::{self, Ready};

/// What the file of a photo that is named by its person's number ends in.
const ENDINGS: [&str; 7] = ["jpg", "jpeg", "png", "bmp", "tif", "tiff", "webp"];

/// Which photo a row wants.
pub(super) enum Wanted {
    /// By the row's own words.
    Named(String),
    /// By the number of its person.
    OfNumber(CitizenNumber),
}

impl Wanted {
    /// As a finding may show it.
    pub fn shown(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::OfNumber(_) => "",
        }
    }
}

/// Loads every photo that the rows want.
pub(super) fn load_all<'d>(
    header: &Header,
    drafts: impl Iterator<Item = &'d mut Draft>,
    options: &ReadOptions,
) {
    let mut jobs: Vec<&mut Draft> = drafts.filter(|draft| draft.photo.is_some()).collect();
    if jobs.is_empty() {
        return;
    }
    let folder = options.photos.as_deref().or(options.folder.as_deref());
    let folder = folder.and_then(|folder| folder.canonicalize().ok());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = jobs.len().div_ceil(workers);
    thread::scope(|scope| {
        for jobs in jobs.chunks_mut(share) {
            let folder = folder.as_deref();
            scope.spawn(move || {
                for draft in jobs {
                    if let Some(wanted) = draft.photo.take() {
                        let photo = load(folder, &wanted);
                        draft.set_photo(header, &wanted, photo);
                    }
                }
            });
        }
    });
}

/// Reads a photo below `folder` (which has no symbolic links left) and makes it ready for the card.
fn load(folder: Option<&Path>, wanted: &Wanted) -> Result<Ready, Violation> {
    let folder = folder.ok_or(Rule::PhotoMissing)?;
    let path = match wanted {
        Wanted::Named(name) => named(folder, name)?,
        Wanted::OfNumber(number) => of_number(folder, number).ok_or(Rule::PhotoMissing)?,
    };
    let path = path.canonicalize().map_err(missing)?;
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
    photo::ready(&bytes)
}

fn missing(error: std::io::Error) -> Violation {
    Violation::with(
        Rule::PhotoMissing,
        Detail::File(error.kind(), error.to_string()),
    )
}

fn named(folder: &Path, name: &str) -> Result<PathBuf, Violation> {
    // Batches are often made on Windows
    let name = name.replace('\\', "/");
    let inside = |component| matches!(component, Component::Normal(_) | Component::CurDir);
    let has_drive = name.as_bytes().get(1) == Some(&b':');
    if has_drive || !Path::new(&name).components().all(inside) {
        return Err(Rule::PhotoPath.into());
    }
    Ok(folder.join(name))
}

/// `420106….jpg`, with a small x and a capital ending too.
fn of_number(folder: &Path, number: &CitizenNumber) -> Option<PathBuf> {
    let number = number.as_str();
    [number.to_owned(), number.to_lowercase()]
        .iter()
        .flat_map(|stem| {
            ENDINGS.iter().flat_map(move |ending| {
                [
                    format!("{stem}.{ending}"),
                    format!("{stem}.{}", ending.to_uppercase()),
                ]
            })
        })
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}
