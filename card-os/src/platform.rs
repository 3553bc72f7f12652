//! What a chip gives to the card: all that differs between one chip and another.

use core::marker::PhantomData;

use card_crypto::{Ciphers, Software};
use embedded_storage::nor_flash::NorFlash;
use rand_core::CryptoRng;

/// A chip, as types: nothing of it is made but by who starts the card, who gives flash and random source to
/// [`Card::new`](crate::Card::new).
pub trait Platform {
    /// The card's memory, with the rules of [`store`](crate::store).
    type Flash: NorFlash;
    /// The random source: nobody can guess what comes next.
    type Random: CryptoRng;
    /// The ciphers: the chip's engines, or those in software.
    type Ciphers: Ciphers;
}

/// AES-128 of the chip `P`.
pub type Aes<P> = <<P as Platform>::Ciphers as Ciphers>::Aes;
/// SM4 of the chip `P`.
#[cfg(feature = "certificates")]
pub type Sm4<P> = <<P as Platform>::Ciphers as Ciphers>::Sm4;

/// A chip with nothing of its own, for simulators and tests: any flash and random source, and ciphers in software.
pub struct PlainChip<F, R>(PhantomData<(F, R)>);

impl<F: NorFlash, R: CryptoRng> Platform for PlainChip<F, R> {
    type Flash = F;
    type Random = R;
    type Ciphers = Software;
}
