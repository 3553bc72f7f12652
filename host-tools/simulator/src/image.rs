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

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use card_os::Identity;
use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::{Flash, PAGES};

const MAGIC: &[u8; 8] = b"SSCIMAGE";
const VERSION: u16 = 2;
/// The oldest version that is read.
const OLDEST: u16 = 1;
/// Where the version stands.
const VERSION_AT: u64 = MAGIC.len() as u64;
/// Bytes of the header.
pub const HEADER_LENGTH: usize = 32;

/// Why a card image cannot be used. Nothing is ever recreated in its place.
#[derive(Debug)]
pub struct ImageError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ImageFault,
}

/// What is wrong with a card image.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageFault {
    /// Creation was asked for, and there is a file already.
    Exists,
    /// There is no such file.
    Missing,
    /// Another program has this card.
    InUse,
    /// The first 8 bytes are others.
    NotAnImage,
    /// A format version that this program does not know.
    UnknownVersion(u16),
    /// A geometry that this program does not simulate: page, write, pages.
    Geometry(u16, u16, u16),
    /// Header bytes that are to be zero are not.
    Header,
    /// The file has not the length that its header says.
    Length {
        /// Bytes that the header calls for.
        wanted: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// The file was deleted, moved or replaced while its card was running.
    Gone,
    /// A blank card could not be made.
    Manufacture,
    /// The system refused.
    Io(io::Error),
}

impl ImageFault {
    fn english(&self) -> String {
        match self {
            Self::Exists => "there is a file already; choose another name, or open it without asking for a new card".into(),
            Self::Missing => "there is no such file; ask for a new card to make one".into(),
            Self::InUse => "another program has this card; end that one first".into(),
            Self::NotAnImage => "this is no card image; give the file that `ssc sim --image` made".into(),
            Self::UnknownVersion(version) => format!(
                "it has format version {version}, and this program knows {OLDEST} to {VERSION}; use the program that made it"
            ),
            Self::Geometry(page, write, pages) => format!(
                "its flash has {pages} pages of {page} bytes, written by {write}; this program simulates another one: use the program that made it"
            ),
            Self::Header => "its header is damaged; restore the file from a copy".into(),
            Self::Length { wanted, found } => format!(
                "it has {found} bytes where its header calls for {wanted}: it was cut off or added to; restore the file from a copy"
            ),
            Self::Gone => "the file was deleted, moved or replaced while its card was running: what the card has written since is lost; end the card, and put the file back from a copy".into(),
            Self::Manufacture => "a blank card could not be made in it; report this".into(),
            Self::Io(error) => format!("{error}; check the path, the rights and the space on the disk"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Exists => "文件已存在；请换一个名称，或不要求新卡而直接打开它".into(),
            Self::Missing => "没有这个文件；要新建请要求新卡".into(),
            Self::InUse => "另一程序正在使用此卡；请先结束该程序".into(),
            Self::NotAnImage => "这不是卡映像；请给出 `ssc sim --image` 生成的文件".into(),
            Self::UnknownVersion(version) => {
                format!("其格式版本为 {version}，本程序只认识 {OLDEST} 至 {VERSION}；请使用生成它的程序")
            }
            Self::Geometry(page, write, pages) => format!(
                "其闪存为 {pages} 页、每页 {page} 字节、每次写 {write} 字节，与本程序模拟的不同；请使用生成它的程序"
            ),
            Self::Header => "文件头已损坏；请从副本恢复".into(),
            Self::Length { wanted, found } => {
                format!(
                    "文件长 {found} 字节，而文件头要求 {wanted} 字节：文件被截断或被追加；请从副本恢复"
                )
            }
            Self::Gone => "卡片运行期间该文件被删除、移动或替换：此后写入卡片的内容已丢失；请结束该卡，并从副本恢复文件".into(),
            Self::Manufacture => "无法在其中制作空白卡；请报告此问题".into(),
            Self::Io(error) => format!("{error}；请检查路径、权限和磁盘空间"),
        }
    }
}

impl Bilingual for ImageError {
    fn say(&self, lang: Lang) -> String {
        let path = self.path.display();
        match lang {
            Lang::En => format!("card image {path}: {}", self.fault.english()),
            Lang::Zh => format!("卡映像 {path}：{}", self.fault.chinese()),
        }
    }
}

impl std::fmt::Display for ImageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            ImageFault::Io(error) => Some(error),
            _ => None,
        }
    }
}

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
        let io = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => told(ImageFault::Exists),
            _ => told(ImageFault::Io(error)),
        };
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
        let file = Arc::new(file);
        let durable = Durable {
            file: Arc::clone(&file),
            path,
            changed: Arc::new(AtomicBool::new(false)),
            failure: Arc::new(Mutex::new(None)),
        };
        let older = AtomicBool::new(version != VERSION);
        let (changed, failure) = (Arc::clone(&durable.changed), Arc::clone(&durable.failure));
        flash.set_mirror(Box::new(move |offset, bytes| {
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
        (flash, durable)
    }
}

/// Makes what the flash has written outlast a power failure of this machine.
#[derive(Debug)]
pub(crate) struct Durable {
    file: Arc<File>,
    path: PathBuf,
    changed: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl Durable {
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
            None if self.changed.swap(false, Ordering::Relaxed) => self
                .file
                .sync_data()
                .map_err(ImageFault::Io)
                .and_then(|()| is_named(&self.file, &self.path)),
            None => Ok(()),
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

impl Kind for ImageError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Input
    }
}
