//! The card as it runs on a microcontroller: `card-os/firmware` in QEMU, as a card of this program.
//!
//! ```no_run
//! use ssc_reader::Reader;
//! use ssc_simulator::firmware::{Firmware, FirmwareReader};
//! use ssc_simulator::Serials;
//!
//! let firmware = Firmware::find()?;
//! let mut reader = FirmwareReader::blank(firmware, Serials::random()?);
//! let mut card = reader.connect()?;
//! assert_eq!(card.atr()[..4], [0x3B, 0x6D, 0x00, 0x00]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each card is a QEMU of its own (30 MB, started in 0.1 s), ended when the card is dropped. Its flash is a file: what the
//! card has committed is there whatever ends the emulator. [`vpcd::serve`](crate::vpcd::serve) puts the card on PC/SC.

mod card;
mod error;
mod machine;
mod memory;

use std::path::{Path, PathBuf};

pub use card::{FirmwareCard, FirmwareReader, READER_NAME};
pub use error::{FirmwareError, FirmwareFault};
pub use machine::{MachineOptions, PowerSwitch};
pub use memory::{FLASH_LENGTH, Memory};

/// Where `scripts/firmware` puts the image that it builds, from the root of the project.
const BUILT: &str = "card-os/firmware/target/thumbv7em-none-eabi/release/card-firmware";

/// The firmware's image, an ELF file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware(PathBuf);

impl Firmware {
    /// The image at `path`.
    ///
    /// # Errors
    /// [`FirmwareFault::NoImage`].
    pub fn at(path: impl Into<PathBuf>) -> Result<Self, FirmwareError> {
        let path = path.into();
        if path.is_file() {
            Ok(Self(path))
        } else {
            Err(FirmwareFault::NoImage.of(&path))
        }
    }

    /// The image that `SSC_FIRMWARE` names, else the one that `scripts/firmware` has built: in the current folder's project, else in the
    /// one that this program was built from.
    ///
    /// # Errors
    /// [`FirmwareFault::NoImage`].
    pub fn find() -> Result<Self, FirmwareError> {
        if let Some(path) = std::env::var_os("SSC_FIRMWARE") {
            return Self::at(path);
        }
        let here = Path::new(BUILT);
        if here.is_file() {
            return Self::at(here);
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Self::at(root.canonicalize().unwrap_or(root).join(BUILT))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}
