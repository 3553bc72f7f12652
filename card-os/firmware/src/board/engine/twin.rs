//! The software twin of the engines: registers, and what the hardware does when START is written.
//!
//! The registers are plain memory here, in the style of a peripheral: the driver writes key and data, writes the control register,
//! waits while BUSY is set, and reads what came of it. Software computes before START returns, so nothing is ever seen busy.

use core::sync::atomic::{AtomicU32, Ordering};

use card_crypto::{BlockCipher, Ciphers, LookUps};
use zeroize::Zeroize;

/// Registers one behind the other, 32 bits each, first byte lowest.
pub struct Bank<const WORDS: usize>([AtomicU32; WORDS]);

impl<const WORDS: usize> Bank<WORDS> {
    const fn new() -> Self {
        Self([const { AtomicU32::new(0) }; WORDS])
    }

    /// Writes as many registers as there are bytes for.
    pub fn write(&self, bytes: &[u8]) {
        for (register, word) in self.0.iter().zip(bytes.as_chunks().0) {
            register.store(u32::from_le_bytes(*word), Ordering::Relaxed);
        }
    }

    /// Reads as many registers as there is room for.
    pub fn read(&self, bytes: &mut [u8]) {
        for (register, word) in self.0.iter().zip(bytes.as_chunks_mut().0) {
            *word = register.load(Ordering::Relaxed).to_le_bytes();
        }
    }

    fn wipe(&self) {
        for register in &self.0 {
            register.store(0, Ordering::Relaxed);
        }
    }
}

/// The control register's field ALGORITHM.
#[derive(Clone, Copy)]
pub enum Algorithm {
    /// AES-128.
    Aes,
    /// Single DES, a key of 8 bytes.
    Des,
    /// Two-key triple DES.
    TripleDes,
    /// SM4.
    Sm4,
}

/// The control register's bit DIRECTION.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// 0.
    Encrypt,
    /// 1.
    Decrypt,
}

/// The status registers' bit BUSY, and that of a point that is none.
const BUSY: u32 = 1;
#[cfg(feature = "certificates")]
const NOT_ON_CURVE: u32 = 2;

/// The engine for block ciphers.
pub struct BlockEngine {
    /// KEY: 16 bytes, write only.
    pub key: Bank<4>,
    /// DATA IN: 16 bytes, write only.
    pub data_in: Bank<4>,
    /// DATA OUT: 16 bytes, read only.
    pub data_out: Bank<4>,
    status: AtomicU32,
}

/// Where it is on this chip.
pub static BLOCK: BlockEngine = BlockEngine {
    key: Bank::new(),
    data_in: Bank::new(),
    data_out: Bank::new(),
    status: AtomicU32::new(0),
};

impl BlockEngine {
    /// Writes the control register with START.
    pub fn start(&self, algorithm: Algorithm, direction: Direction) {
        self.status.store(BUSY, Ordering::Relaxed);
        match algorithm {
            Algorithm::Aes => self.compute::<<LookUps as Ciphers>::Aes, 16, 16>(direction),
            Algorithm::Des => self.compute::<<LookUps as Ciphers>::Des, 8, 8>(direction),
            Algorithm::TripleDes => {
                self.compute::<<LookUps as Ciphers>::TripleDes, 16, 8>(direction);
            }
            Algorithm::Sm4 => self.compute::<<LookUps as Ciphers>::Sm4, 16, 16>(direction),
        }
        self.status.store(0, Ordering::Relaxed);
    }

    /// Reads the status register's BUSY.
    pub fn is_busy(&self) -> bool {
        self.status.load(Ordering::Relaxed) & BUSY != 0
    }

    /// Writes the control register with CLEAR: all registers are zero.
    pub fn wipe(&self) {
        self.key.wipe();
        self.data_in.wipe();
        self.data_out.wipe();
    }

    #[inline(never)]
    fn compute<C: BlockCipher<KEY, LENGTH>, const KEY: usize, const LENGTH: usize>(
        &self,
        direction: Direction,
    ) {
        let (mut key, mut block) = ([0; KEY], [0; LENGTH]);
        self.key.read(&mut key);
        self.data_in.read(&mut block);
        let cipher = C::new(&key);
        match direction {
            Direction::Encrypt => cipher.encrypt(&mut block),
            Direction::Decrypt => cipher.decrypt(&mut block),
        }
        self.data_out.write(&block);
        key.zeroize();
        block.zeroize();
    }
}

/// The curve engine's control register: which point is multiplied.
#[cfg(feature = "certificates")]
#[derive(Clone, Copy)]
pub enum Point {
    /// The base point, which the engine has.
    Base,
    /// That of the register POINT.
    Given,
}

/// The engine for SM2's curve.
#[cfg(feature = "certificates")]
pub struct CurveEngine {
    /// SCALAR: 32 bytes, write only.
    pub scalar: Bank<8>,
    /// POINT: x and y, write only.
    pub point: Bank<16>,
    /// PRODUCT: x and y, read only.
    pub product: Bank<16>,
    status: AtomicU32,
}

/// Where it is on this chip.
#[cfg(feature = "certificates")]
pub static CURVE: CurveEngine = CurveEngine {
    scalar: Bank::new(),
    point: Bank::new(),
    product: Bank::new(),
    status: AtomicU32::new(0),
};

#[cfg(feature = "certificates")]
impl CurveEngine {
    /// Writes the control register with START.
    #[inline(never)]
    pub fn start(&self, which: Point) {
        use card_crypto::sm2::{Curve, SoftwareCurve};

        self.status.store(BUSY, Ordering::Relaxed);
        let (mut scalar, mut point) = ([0; 32], [0; 64]);
        self.scalar.read(&mut scalar);
        self.point.read(&mut point);
        let product = match which {
            Point::Base => Some(SoftwareCurve::multiply_base(&scalar)),
            Point::Given => SoftwareCurve::multiply(&point, &scalar),
        };
        scalar.zeroize();
        if let Some(mut product) = product {
            self.product.write(&product);
            product.zeroize();
        }
        let status = if product.is_some() { 0 } else { NOT_ON_CURVE };
        self.status.store(status, Ordering::Relaxed);
    }

    /// Reads the status register's BUSY.
    pub fn is_busy(&self) -> bool {
        self.status.load(Ordering::Relaxed) & BUSY != 0
    }

    /// Whether POINT was a point of the curve, and SCALAR no zero.
    pub fn is_on_curve(&self) -> bool {
        self.status.load(Ordering::Relaxed) & NOT_ON_CURVE == 0
    }

    /// Writes the control register with CLEAR: all registers are zero.
    pub fn wipe(&self) {
        self.scalar.wipe();
        self.point.wipe();
        self.product.wipe();
    }
}
