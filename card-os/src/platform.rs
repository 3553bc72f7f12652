//! What a chip gives to the card: all that differs between one chip and another.

use core::marker::PhantomData;

use embedded_storage::nor_flash::NorFlash;
use rand_core::CryptoRng;

/// A chip, as types: nothing of it is made but by who starts the card, who gives flash and random source to
/// [`Card::new`](crate::Card::new).
pub trait Platform {
    /// The card's memory, with the rules of [`store`](crate::store).
    type Flash: NorFlash;
    /// The random source: nobody can guess what comes next.
    type Random: CryptoRng;
}

/// A chip without engines of its own, over any flash and random source: the simulator, tests, and a small microcontroller.
pub struct PlainChip<F, R>(PhantomData<(F, R)>);

impl<F: NorFlash, R: CryptoRng> Platform for PlainChip<F, R> {
    type Flash = F;
    type Random = R;
}
