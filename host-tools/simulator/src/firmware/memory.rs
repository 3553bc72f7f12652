//! The memory of a firmware card: a file that is the emulated board's PSRAM.
//!
//! The first 131,072 bytes are the card's flash, byte for byte; behind them lies what the host tells the board
//! (`card-os/firmware/src/board/mps2_an386.rs` has the layout). The file is 16 MB because the board's memory is, nearly all of it
//! a hole that takes no room on the disk. It is as private as the card: it holds its keys and its PIN in clear.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use card_os::Identity;
use ssc_files::whole_file::{Readers, WholeFile};
use tempfile::TempPath;

use super::{FirmwareError, FirmwareFault};

/// Bytes of the card's flash, as in the simulator's images.
pub const FLASH_LENGTH: usize = crate::PAGES * crate::PAGE;
/// Bytes of the board's PSRAM.
pub(super) const LENGTH: u64 = 16 << 20;

const HOST: u64 = FLASH_LENGTH as u64;
const MAGIC: &[u8; 8] = b"SSCNVM\x00\x01";
const STARTS: u64 = HOST + 28;
const ENTROPY: u64 = HOST + 32;
const ORDER_NONE: u32 = 0;
const ORDER_GIVEN: u32 = 1;
/// What a simulator's image begins with.
const SIMULATOR_IMAGE: &[u8; 8] = b"SSCIMAGE";

/// A firmware card's memory, locked against other programs until it is dropped.
#[derive(Debug)]
pub struct Memory {
    file: File,
    path: Place,
}

#[derive(Debug)]
enum Place {
    Kept(std::path::PathBuf),
    Temporary(TempPath),
}

impl Memory {
    /// The memory of a card to be: erased flash and the order to make a blank card at the first start.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create(path: &Path, identity: &Identity) -> Result<Self, FirmwareError> {
        Self::made(path, |file| {
            file.write_all_at(&[0xFF; FLASH_LENGTH], 0)?;
            write_order(file, ORDER_GIVEN, identity)
        })
    }

    /// The memory of a card that lives elsewhere: its flash, as an image of the simulator's holds it.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create_from(path: &Path, flash: &[u8; FLASH_LENGTH]) -> Result<Self, FirmwareError> {
        Self::made(path, |file| {
            file.write_all_at(flash, 0)?;
            write_order(file, ORDER_NONE, &Identity::from_serial([0; 6]))
        })
    }

    /// As [`create`](Memory::create), in a file that vanishes with the card.
    ///
    /// # Errors
    /// No temporary file can be written.
    pub fn temporary(identity: &Identity) -> Result<Self, FirmwareError> {
        let folder = std::env::temp_dir();
        let told = |error| FirmwareFault::Io(error).of(&folder);
        let (file, path) = tempfile::Builder::new()
            .prefix("ssc-firmware-")
            .tempfile()
            .map_err(told)?
            .into_parts();
        file.write_all_at(&[0xFF; FLASH_LENGTH], 0).map_err(told)?;
        write_order(&file, ORDER_GIVEN, identity).map_err(told)?;
        Ok(Self {
            file,
            path: Place::Temporary(path),
        })
    }

    /// The memory of a card that was made before.
    ///
    /// # Errors
    /// It is missing, in use, or no such memory. It stays as it is.
    pub fn open(path: &Path) -> Result<Self, FirmwareError> {
        let read = || {
            let file = OpenOptions::new().read(true).write(true).open(path);
            let file = file.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => FirmwareFault::Missing,
                _ => FirmwareFault::Io(error),
            })?;
            lock(&file)?;
            let mut start = [0; 8];
            let _ = file.read_at(&mut start, 0).map_err(FirmwareFault::Io)?;
            if start == *SIMULATOR_IMAGE {
                return Err(FirmwareFault::SimulatorImage);
            }
            let mut magic = [0; 8];
            let length = file.metadata().map_err(FirmwareFault::Io)?.len();
            if length != LENGTH || file.read_exact_at(&mut magic, HOST).is_err() || magic != *MAGIC
            {
                return Err(FirmwareFault::NotAMemory);
            }
            Ok(file)
        };
        let file = read().map_err(|fault| fault.of(path))?;
        Ok(Self {
            file,
            path: Place::Kept(path.into()),
        })
    }

    fn made(
        path: &Path,
        fill: impl FnOnce(&File) -> io::Result<()>,
    ) -> Result<Self, FirmwareError> {
        let make = || {
            let whole = WholeFile::begin(path, Readers::Owner).map_err(FirmwareFault::Io)?;
            lock(whole.file())?;
            fill(whole.file()).map_err(FirmwareFault::Io)?;
            whole.create().map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => FirmwareFault::Exists,
                _ => FirmwareFault::Io(error),
            })
        };
        let file = make().map_err(|fault: FirmwareFault| fault.of(path))?;
        Ok(Self {
            file,
            path: Place::Kept(path.into()),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.path {
            Place::Kept(path) => path,
            Place::Temporary(path) => path,
        }
    }

    /// The card's flash as it is now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn flash(&self) -> Result<Vec<u8>, FirmwareError> {
        let mut flash = vec![0; FLASH_LENGTH];
        self.file
            .read_exact_at(&mut flash, 0)
            .map_err(|error| FirmwareFault::Io(error).of(self.path()))?;
        Ok(flash)
    }

    /// Whether the file still has its name: what the board writes is lost otherwise.
    pub(super) fn is_there(&self) -> Result<(), FirmwareError> {
        let named = crate::image::is_named(&self.file, self.path());
        named.map_err(|_| FirmwareFault::Gone.of(self.path()))
    }

    /// How often the board has started. It counts when its line is open.
    pub(super) fn starts(&self) -> io::Result<u32> {
        let mut starts = [0; 4];
        self.file.read_exact_at(&mut starts, STARTS)?;
        Ok(u32::from_le_bytes(starts))
    }

    /// Gives the board a new seed, this one or a random one: it has no random source of its own. Before each start.
    pub(super) fn freshen(&self, seed: Option<[u8; 32]>) -> io::Result<()> {
        let mut entropy = seed.unwrap_or_default();
        if seed.is_none() {
            getrandom::fill(&mut entropy).map_err(|error| io::Error::other(error.to_string()))?;
        }
        self.file.write_all_at(&entropy, ENTROPY)
    }
}

fn write_order(file: &File, order: u32, identity: &Identity) -> io::Result<()> {
    let mut page = MAGIC.to_vec();
    page.extend(order.to_le_bytes());
    page.extend(identity.historical());
    file.write_all_at(&page, HOST)?;
    file.set_len(LENGTH)
}

fn lock(file: &File) -> Result<(), FirmwareFault> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => FirmwareFault::InUse,
        TryLockError::Error(error) => FirmwareFault::Io(error),
    })
}
