//! What goes wrong on a flash.

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why an access to the flash failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlashError {
    /// The power is off: nothing works until [`SimulatedFlash::power_on`](crate::SimulatedFlash::power_on).
    Cut,
    /// An address or a length is not aligned to words or pages.
    NotAligned,
    /// The access reaches past the end.
    OutOfBounds,
    /// A word was programmed twice without an erase between.
    Rule,
    /// The mirror could not store the change; the flash is off as after a power cut.
    Mirror,
}

impl std::fmt::Display for FlashError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FlashError::Cut => {
                "the flash has no power (a simulated cut): power it on and mount again"
            }
            FlashError::NotAligned => {
                "the access is not aligned to the words or pages of the flash"
            }
            FlashError::OutOfBounds => "the access reaches past the end of the flash",
            FlashError::Rule => "a word of the flash was programmed twice without an erase",
            FlashError::Mirror => {
                "the change could not be stored outside (is the disk full?): the flash is now off"
            }
        })
    }
}

impl std::error::Error for FlashError {}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashError::NotAligned => NorFlashErrorKind::NotAligned,
            FlashError::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            FlashError::Cut | FlashError::Rule | FlashError::Mirror => NorFlashErrorKind::Other,
        }
    }
}
