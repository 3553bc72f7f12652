//! A card for developers, in this process or on PC/SC through vpcd.
//!
//! [`SimulatedReader`] is a reader in this process, [`Image`] a card in a file. Every card here is a
//! [`ssc_reader::Card`], and [`vpcd::serve`] puts any of them, also one wrapped in [`ssc_reader::Trace`] or
//! [`ssc_reader::Meter`], into a virtual PC/SC reader.
#![forbid(unsafe_code)]

mod echo;
pub mod feeder;
pub mod firmware;
pub mod image;
mod in_process;
mod inserted;
pub mod machine;
pub mod vpcd;

pub use card_os::{Identity, Interface};
pub use echo::EchoCard;
pub use image::{Image, ImageError};
pub use in_process::{READER_NAME, Serials, SimulatedCard, SimulatedReader};
pub use inserted::Inserted;

/// Bytes of a flash page.
pub const PAGE: usize = 2048;
/// Bytes that the flash programs at once.
pub const WRITE: usize = 8;
/// Pages of the flash: 128 kB, what small secure microcontrollers give to data.
pub const PAGES: usize = 64;

/// The simulated card's memory.
pub type Flash = simulated_flash::SimulatedFlash<PAGE, WRITE>;

/// The simulated card's chip.
type Chip = card_os::PlainChip<Flash, rand_chacha::ChaCha20Rng>;

/// The memory of a blank card.
fn blank_flash(identity: &Identity) -> Result<Flash, card_os::store::StoreError> {
    card_os::Card::<Chip>::manufacture(Flash::new(PAGES), identity).map_err(|(error, _)| error)
}
