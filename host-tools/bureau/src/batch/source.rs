//! Where a batch comes from: a file that is read more than once, each time from its beginning, or bytes in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::BatchError;

/// Bytes read at once.
const BUFFER: usize = 64 * 1024;
/// Longest batch taken from a pipe, in bytes: what cannot be read twice is kept in memory.
const LONGEST_PIPE: u64 = 64 * 1024 * 1024;

/// A batch that can be read from its beginning as often as is wanted.
#[derive(Clone)]
pub(super) enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Source {
    /// Of a path. A pipe is read to its end.
    pub fn of(path: &Path) -> Result<Self, BatchError> {
        let read = || -> io::Result<Self> {
            let file = File::open(path)?;
            if file.metadata()?.is_file() {
                return Ok(Self::File(path.to_owned()));
            }
            let mut bytes = Vec::new();
            file.take(LONGEST_PIPE + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > LONGEST_PIPE {
                return Err(io::Error::other("more than 64 MB from a pipe"));
            }
            Ok(Self::Bytes(bytes.into()))
        };
        read().map_err(|source| BatchError::Read {
            path: path.to_owned(),
            source,
        })
    }

    /// What could not be read.
    pub fn failed(&self, source: io::Error) -> BatchError {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Bytes(_) => PathBuf::from("-"),
        };
        BatchError::Read { path, source }
    }

    /// Reads from the beginning; `meter` counts the bytes.
    pub fn open(&self, meter: &Meter) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(Box::new(self.buffered(meter)?))
    }

    /// Reads from anywhere in it, as the parts of a workbook are.
    pub fn open_parts(&self, meter: &Meter) -> io::Result<Box<dyn Parts>> {
        Ok(Box::new(self.buffered(meter)?))
    }

    fn buffered(&self, meter: &Meter) -> io::Result<BufReader<Metered<Box<dyn Parts>>>> {
        let input: Box<dyn Parts> = match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
        };
        let meter = meter.clone();
        meter.0.store(0, Ordering::Relaxed);
        Ok(BufReader::with_capacity(BUFFER, Metered { input, meter }))
    }

    /// Its first eight bytes, or fewer.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open(&Meter::default())?
            .take(8)
            .read_to_end(&mut head)?;
        Ok(head)
    }

    /// What changes when somebody writes the file.
    pub fn stamp(&self) -> Option<(u64, SystemTime)> {
        match self {
            Self::File(path) => {
                let data = path.metadata().ok()?;
                Some((data.len(), data.modified().ok()?))
            }
            Self::Bytes(_) => None,
        }
    }

    /// The file was changed while it was read.
    pub fn changed(&self) -> BatchError {
        self.failed(io::Error::other(
            "somebody changed the file while it was read",
        ))
    }

    /// Its length in bytes.
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Self::File(path) => Ok(path.metadata()?.len()),
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }
}

/// What the parts of a workbook are read from.
pub(super) trait Parts: Read + Seek + Send {}

impl<T: Read + Seek + Send> Parts for T {}

/// Counts the bytes read of a source.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Metered<R> {
    input: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.meter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}
