//! A card in a file: a header of 32 bytes, then the raw flash.
//!
//! | bytes | |
//! |---|---|
//! | 8 | `SSCIMAGE` |
//! | 2 | format version, 0002 |
//! | 2, 2, 2 | geometry: bytes a page, bytes a write, pages (big-endian) |
//! | 13 | historical bytes of the card, for whoever lists images; the card itself reads its own from its memory |
//! | 3 | 00 |
//!
//! A file of version 0001 holds a card whose store has format 1, which programs of that time read. It is opened as it is, and gets
//! version 0002 before the card's first write: from then on such a program says that it does not know the file, and not that the card
//! answers 6581.
//!
//! The file is as private as the card: it holds its keys and its PIN in clear.

mod draft;
mod error;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use card_os::Identity;
use ssc_files::whole_file::{Readers, WholeFile};

use crate::{Flash, PAGES};
use draft::Draft;
pub use error::{ImageError, ImageFault};
use error::{OLDEST, VERSION};

const MAGIC: &[u8; 8] = b"SSCIMAGE";
/// Where the version stands.
const VERSION_AT: u64 = MAGIC.len() as u64;
/// Bytes of the header.
pub const HEADER_LENGTH: usize = 32;

/// A card image that is open, and locked against everyone else until it is dropped.
#[derive(Debug)]
pub struct Image {
    file: File,
    path: PathBuf,
    identity: Identity,
    flash: Flash,
    version: u16,
}

impl Image {
    /// Makes the image of a blank card. A file that is there already is left alone.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create(path: &Path, identity: &Identity) -> Result<Self, ImageError> {
        let told = |fault| ImageError {
            path: path.into(),
            fault,
        };
        let blank = crate::blank_flash(identity).map_err(|_| told(ImageFault::Manufacture))?;
        let io = |error| told(created(error));
        let mut whole = WholeFile::begin(path, Readers::Owner).map_err(io)?;
        // Nobody else opens it between its name and our first command.
        lock(whole.file()).map_err(told)?;
        whole
            .write_all(&header(identity))
            .and_then(|()| whole.write_all(blank.as_bytes()))
            .map_err(io)?;
        Ok(Self {
            file: whole.create().map_err(io)?,
            path: path.into(),
            identity: *identity,
            flash: blank,
            version: VERSION,
        })
    }

    /// Opens an image that is there.
    ///
    /// # Errors
    /// It is missing, in use, cut off, of another version or no image at all. It stays as it is.
    pub fn open(path: &Path) -> Result<Self, ImageError> {
        Self::read(path).map_err(|fault| ImageError {
            path: path.into(),
            fault,
        })
    }

    fn read(path: &Path) -> Result<Self, ImageFault> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => ImageFault::Missing,
                _ => ImageFault::Io(error),
            })?;
        lock(&file)?;
        let length = file.metadata().map_err(ImageFault::Io)?.len();
        let mut header = Vec::with_capacity(HEADER_LENGTH);
        (&mut file)
            .take(count(HEADER_LENGTH))
            .read_to_end(&mut header)
            .map_err(ImageFault::Io)?;
        let (identity, version) = read_header(&header)?;
        let wanted = count(HEADER_LENGTH + PAGES * crate::PAGE);
        if length != wanted {
            return Err(ImageFault::Length {
                wanted,
                found: length,
            });
        }
        let mut bytes = Vec::with_capacity(PAGES * crate::PAGE);
        file.read_to_end(&mut bytes).map_err(ImageFault::Io)?;
        let flash = Flash::from_bytes(&bytes).ok_or(ImageFault::Header)?;
        Ok(Self {
            file,
            path: path.into(),
            identity,
            flash,
            version,
        })
    }

    /// The historical bytes in the header.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The flash, which from now on writes every change into the file, and what makes the changes last.
    pub(crate) fn into_flash(self) -> (Flash, Durable) {
        let Self {
            file,
            path,
            mut flash,
            version,
            ..
        } = self;
        let file = Arc::new(OnceLock::from(file));
        let durable = Durable::new(file, path, None);
        durable.follow(&mut flash, version != VERSION);
        (flash, durable)
    }
}

/// A blank card that gets its file when it is made, or put away: its flash, and what makes the file.
///
/// # Errors
/// A file has the name already, or no blank card fits the flash.
pub(crate) fn draft(path: PathBuf, identity: &Identity) -> Result<(Flash, Durable), ImageError> {
    let blank = match path.try_exists() {
        Ok(false) => crate::blank_flash(identity).map_err(|_| ImageFault::Manufacture),
        Ok(true) => Err(ImageFault::Exists),
        Err(error) => Err(ImageFault::Io(error)),
    };
    let mut flash = blank.map_err(|fault| ImageError {
        path: path.clone(),
        fault,
    })?;
    let file = Arc::new(OnceLock::new());
    let draft = Draft {
        path: path.clone(),
        identity: *identity,
        file: Arc::clone(&file),
    };
    let durable = Durable::new(file, path, Some(draft));
    durable.follow(&mut flash, false);
    Ok((flash, durable))
}

fn created(error: io::Error) -> ImageFault {
    match error.kind() {
        io::ErrorKind::AlreadyExists => ImageFault::Exists,
        _ => ImageFault::Io(error),
    }
}

/// Makes what the flash has written outlast a power failure of this machine.
#[derive(Debug)]
pub(crate) struct Durable {
    /// Empty as long as the card is a draft.
    file: Arc<OnceLock<File>>,
    path: PathBuf,
    changed: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<io::Error>>>,
    draft: Option<Draft>,
}

impl Durable {
    fn new(file: Arc<OnceLock<File>>, path: PathBuf, draft: Option<Draft>) -> Self {
        Self {
            file,
            path,
            changed: Arc::new(AtomicBool::new(false)),
            failure: Arc::new(Mutex::new(None)),
            draft,
        }
    }

    /// What `flash` writes from now on goes into the file, once there is one.
    fn follow(&self, flash: &mut Flash, older: bool) {
        let file = Arc::clone(&self.file);
        let older = AtomicBool::new(older);
        let (changed, failure) = (Arc::clone(&self.changed), Arc::clone(&self.failure));
        flash.set_mirror(Box::new(move |offset, bytes| {
            let Some(file) = file.get() else {
                return Ok(());
            };
            changed.store(true, Ordering::Relaxed);
            let place = count(HEADER_LENGTH) + count(offset);
            let renewed = if older.load(Ordering::Relaxed) {
                file.write_all_at(&VERSION.to_be_bytes(), VERSION_AT)
                    .inspect(|()| older.store(false, Ordering::Relaxed))
            } else {
                Ok(())
            };
            let written = renewed.and_then(|()| file.write_all_at(bytes, place));
            written.inspect_err(|error| {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                *failure = Some(io::Error::new(error.kind(), error.to_string()));
            })
        }));
    }

    /// The card was asked by `command` and may be noted as made: its file is written, if it has none yet.
    ///
    /// # Errors
    /// As for [`settle`](Self::settle).
    pub(crate) fn asked(&self, command: &[u8], flash: &Flash) -> Result<(), ImageError> {
        if self.draft.is_some() && draft::ends_loading(command) {
            self.put_away(flash)?;
        }
        self.settle()
    }

    /// The card is let go of: one that has no file yet gets it as it is.
    ///
    /// # Errors
    /// As for [`settle`](Self::settle).
    pub(crate) fn put_away(&self, flash: &Flash) -> Result<(), ImageError> {
        let Some(draft) = &self.draft else {
            return Ok(());
        };
        draft.write(flash).map_err(|fault| ImageError {
            path: self.path.clone(),
            fault,
        })
    }

    /// Called before an answer leaves: what the command changed is on disk then. Costs nothing where nothing changed.
    ///
    /// # Errors
    /// The disk is full or gone, or the file has lost its name: what is written to it then is lost with this process.
    pub(crate) fn settle(&self) -> Result<(), ImageError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let done = match &*failure {
            // The file is behind the card from now on: every answer would be as wrong as this one.
            Some(error) => Err(ImageFault::Io(io::Error::new(
                error.kind(),
                error.to_string(),
            ))),
            None => match self.file.get() {
                Some(file) if self.changed.swap(false, Ordering::Relaxed) => file
                    .sync_data()
                    .map_err(ImageFault::Io)
                    .and_then(|()| is_named(file, &self.path)),
                _ => Ok(()),
            },
        };
        done.map_err(|fault| {
            self.changed.store(true, Ordering::Relaxed);
            ImageError {
                path: self.path.clone(),
                fault,
            }
        })
    }
}

/// Whether `path` still leads to the open `file`: neither deleted nor moved nor replaced.
pub(crate) fn is_named(file: &File, path: &Path) -> Result<(), ImageFault> {
    let place = |metadata: &std::fs::Metadata| (metadata.dev(), metadata.ino());
    let ours = file.metadata().map_err(ImageFault::Io)?;
    match std::fs::metadata(path) {
        Ok(there) if place(&there) == place(&ours) => Ok(()),
        _ => Err(ImageFault::Gone),
    }
}

/// How long a lock of another one is waited for: a program that this process starts holds copies of its open files, and
/// with them their locks, until it is loaded.
const LOCK_WAIT: Duration = Duration::from_millis(200);

fn lock(file: &File) -> Result<(), ImageFault> {
    let deadline = Instant::now() + LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(ImageFault::InUse),
            Err(TryLockError::Error(error)) => return Err(ImageFault::Io(error)),
        }
    }
}

fn header(identity: &Identity) -> Vec<u8> {
    let number = |value: usize| u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes();
    let mut header = MAGIC.to_vec();
    header.extend(VERSION.to_be_bytes());
    for value in [crate::PAGE, crate::WRITE, PAGES] {
        header.extend(number(value));
    }
    header.extend(identity.historical());
    header.resize(HEADER_LENGTH, 0);
    header
}

fn read_header(header: &[u8]) -> Result<(Identity, u16), ImageFault> {
    let Some((magic, rest)) = header.split_first_chunk::<8>() else {
        return Err(ImageFault::NotAnImage);
    };
    if magic != MAGIC {
        return Err(ImageFault::NotAnImage);
    }
    let (numbers, rest) = rest.split_at_checked(8).ok_or(ImageFault::Header)?;
    let number = |at: usize| match numbers.get(at..at + 2) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => 0,
    };
    let version = number(0);
    if !(OLDEST..=VERSION).contains(&version) {
        return Err(ImageFault::UnknownVersion(version));
    }
    let (page, write, pages) = (number(2), number(4), number(6));
    let ours = [page, write, pages].map(usize::from) == [crate::PAGE, crate::WRITE, PAGES];
    if !ours {
        return Err(ImageFault::Geometry(page, write, pages));
    }
    match rest.split_first_chunk::<13>() {
        Some((historical, [0, 0, 0])) => Ok((Identity::from_historical(*historical), version)),
        _ => Err(ImageFault::Header),
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
