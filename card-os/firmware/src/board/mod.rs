//! What a board gives to the card. A port is one file beside this one, and its memory map (`.x`, see `build.rs`).

pub mod cortex;
#[cfg(feature = "engine")]
mod engine;
mod mps2_an386;

#[cfg(feature = "measure")]
pub use mps2_an386::ticks;
pub use mps2_an386::{Flash, Line, keep_seed, start, wipe_stack};

use card_os::{Identity, Platform};

use card_crypto::drbg::{Drbg, Seed};

/// The chip's own engines.
#[cfg(feature = "engine")]
pub type Ciphers = engine::Engines;
/// A Cortex-M4 of this kind has no engine and no data cache.
#[cfg(not(feature = "engine"))]
pub type Ciphers = card_crypto::LookUps;

/// What the board's chip gives to the card.
pub struct Chip;

impl Platform for Chip {
    type Flash = Flash;
    type Random = Drbg<Ciphers>;
    type Ciphers = Ciphers;
}

/// A byte line to the reader: a UART here, an ISO 7816 USART on a card.
pub trait ByteLine {
    /// The next byte; waits for it, asleep where the chip can.
    fn receive(&mut self) -> u8;

    /// Sends one byte.
    fn send(&mut self, byte: u8);
}

/// A board that has started.
pub struct Board {
    /// The card's memory.
    pub flash: Flash,
    /// The line to the reader.
    pub line: Line,
    /// For the random generator.
    pub seed: Seed,
    /// An order to make a blank card of this identity in the flash, which is erased or was begun with. Given outside the
    /// card, at manufacture only.
    pub manufacture: Option<Manufacture>,
}

/// An order to make a blank card.
pub struct Manufacture {
    /// Its historical bytes.
    pub identity: Identity,
    /// To be called when the blank card is made: the order is not given again.
    pub done: fn(),
}
