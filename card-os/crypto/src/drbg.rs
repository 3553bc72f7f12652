//! CTR_DRBG with AES-128, without derivation function (NIST SP 800-90A, 10.2.1): whole-entropy seeds of 32 bytes.
//!
//! What is given out cannot be computed from the state of afterwards: each call ends with a new key. The limit of 2⁴⁸ calls between two
//! seeds is beyond any card's life.

use core::convert::Infallible;
use core::marker::PhantomData;

use crate::cipher::{BlockCipher, Ciphers};
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroize;

/// Bytes given out at one go at most (the standard allows 2¹⁶): a new key for each.
const LARGEST: usize = 256;

/// What the card's random generator starts from.
pub struct Seed {
    /// 32 bytes that nobody can guess and that are never the same twice, from a tested hardware source.
    pub entropy: [u8; 32],
    /// How often this chip has started: what keeps two starts apart should the source fail. A board must not count it in flash that
    /// wears out: whoever passes by with a reader starts a card as often as he likes.
    pub starts: u32,
}

/// The card's random generator, over the chip's AES.
pub struct Drbg<C> {
    key: [u8; 16],
    counter: [u8; 16],
    ciphers: PhantomData<C>,
}

impl<C: Ciphers> Drbg<C> {
    /// Instantiates from `seed`; the number of starts is the personalization string (its four bytes, then zeros).
    pub fn new(mut seed: Seed) -> Self {
        for (byte, start) in seed.entropy.iter_mut().zip(seed.starts.to_be_bytes()) {
            *byte ^= start;
        }
        let mut drbg = Self {
            key: [0; 16],
            counter: [0; 16],
            ciphers: PhantomData,
        };
        drbg.update(&seed.entropy);
        seed.entropy.zeroize();
        drbg
    }

    /// `V + 1`, enciphered.
    fn block(&mut self) -> [u8; 16] {
        self.counter = u128::from_be_bytes(self.counter)
            .wrapping_add(1)
            .to_be_bytes();
        let mut block = self.counter;
        C::Aes::new(&self.key).encrypt(&mut block);
        block
    }

    /// CTR_DRBG_Update (10.2.1.2).
    fn update(&mut self, provided: &[u8; 32]) {
        let (mut key, mut counter) = (self.block(), self.block());
        let mut state = key.iter_mut().chain(&mut counter);
        for byte in provided {
            if let Some(state) = state.next() {
                *state ^= byte;
            }
        }
        (self.key, self.counter) = (key, counter);
        key.zeroize();
        counter.zeroize();
    }
}

impl<C: Ciphers> TryRng for Drbg<C> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(LARGEST) {
            for to in part.chunks_mut(16) {
                for (to, from) in to.iter_mut().zip(self.block()) {
                    *to = from;
                }
            }
            self.update(&[0; 32]);
        }
        Ok(())
    }
}

impl<C: Ciphers> TryCryptoRng for Drbg<C> {}
