//! SM2 and SM3 against the standards' examples, gmssl's and OpenSSL's answers.

mod known_answers;
mod openssl;

use core::convert::Infallible;

use card_crypto::sm2::PrivateKey;
use rand_core::{TryCryptoRng, TryRng};

/// A random source that gives what a test wants, each entry once, and then zeros.
struct Given(Vec<[u8; 32]>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let next = if self.0.is_empty() {
            [0; 32]
        } else {
            self.0.remove(0)
        };
        bytes.fill(0);
        for (to, from) in bytes.iter_mut().zip(next) {
            *to = from;
        }
        Ok(())
    }
}

impl TryCryptoRng for Given {}

/// A key and random numbers that nobody chose: SM3 of a label.
fn numbers(label: &str, count: u32) -> Vec<[u8; 32]> {
    (0..count)
        .map(|number| card_crypto::sm3::sm3(&[label.as_bytes(), &number.to_be_bytes()]))
        .collect()
}

fn key(label: &str) -> PrivateKey {
    PrivateKey::from_bytes(&numbers(label, 1)[0]).expect("a hash is below n but for one in 2^32")
}
