//! The drivers of a chip with engines for AES, DES, 3DES, SM4 and SM2's curve: what takes the place of ciphers in software, in one
//! file and nowhere else.
//!
//! No emulated chip has such engines: [`twin`] does in software what the hardware would do. A port keeps this file, and gives it the
//! addresses of its registers.

mod twin;

use card_crypto::BlockCipher;
use zeroize::{Zeroize, ZeroizeOnDrop};

#[cfg(feature = "certificates")]
use twin::Point;
use twin::{Algorithm, BLOCK, Direction};

/// The engines as the card's ciphers.
pub struct Engines;

impl card_crypto::Ciphers for Engines {
    type Aes = Keyed<Aes, 16>;
    type Des = Keyed<Des, 8>;
    type TripleDes = Keyed<TripleDes, 16>;
    type Sm4 = Keyed<Sm4, 16>;
    #[cfg(feature = "certificates")]
    type Curve = Curve;
}

/// Which cipher of the block engine is meant.
pub trait Mode {
    /// As its control register has it.
    const ALGORITHM: Algorithm;
}

macro_rules! mode {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("The block engine as ", stringify!($name), ".")]
            pub struct $name;

            impl Mode for $name {
                const ALGORITHM: Algorithm = Algorithm::$name;
            }
        )*
    };
}

mode!(Aes Des TripleDes Sm4);

/// A key for the block engine. The engine has registers for one, and another cipher may have had it in between: each call brings
/// the key along.
pub struct Keyed<M, const KEY: usize> {
    key: [u8; KEY],
    mode: core::marker::PhantomData<M>,
}

impl<M: Mode, const KEY: usize> Keyed<M, KEY> {
    fn run<const LENGTH: usize>(&self, direction: Direction, block: &mut [u8; LENGTH]) {
        BLOCK.key.write(&self.key);
        BLOCK.data_in.write(block);
        BLOCK.start(M::ALGORITHM, direction);
        while BLOCK.is_busy() {}
        BLOCK.data_out.read(block);
        // Neither the key nor the last block may be read out of the engine later.
        BLOCK.wipe();
    }
}

impl<M: Mode, const KEY: usize, const LENGTH: usize> BlockCipher<KEY, LENGTH> for Keyed<M, KEY> {
    fn new(key: &[u8; KEY]) -> Self {
        Self {
            key: *key,
            mode: core::marker::PhantomData,
        }
    }

    fn encrypt(&self, block: &mut [u8; LENGTH]) {
        self.run(Direction::Encrypt, block);
    }

    fn decrypt(&self, block: &mut [u8; LENGTH]) {
        self.run(Direction::Decrypt, block);
    }
}

impl<M, const KEY: usize> Drop for Keyed<M, KEY> {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl<M, const KEY: usize> ZeroizeOnDrop for Keyed<M, KEY> {}

/// The curve engine.
#[cfg(feature = "certificates")]
pub struct Curve;

#[cfg(feature = "certificates")]
impl card_crypto::sm2::Curve for Curve {
    fn multiply_base(scalar: &[u8; 32]) -> [u8; 64] {
        twin::CURVE.scalar.write(scalar);
        product(Point::Base).unwrap_or([0; 64])
    }

    fn multiply(point: &[u8; 64], scalar: &[u8; 32]) -> Option<[u8; 64]> {
        twin::CURVE.scalar.write(scalar);
        twin::CURVE.point.write(point);
        product(Point::Given)
    }
}

/// What the engine makes of its scalar and `point`; `None` where that is no point of the curve.
#[cfg(feature = "certificates")]
fn product(point: Point) -> Option<[u8; 64]> {
    use twin::CURVE;

    CURVE.start(point);
    while CURVE.is_busy() {}
    let mut product = [0; 64];
    CURVE.product.read(&mut product);
    let on_curve = CURVE.is_on_curve();
    CURVE.wipe();
    on_curve.then_some(product)
}
