//! Ciphers in software: RustCrypto's.

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};
use sm4::Sm4;

use crate::cipher::{BlockCipher, Ciphers};

/// Ciphers in software for every machine: AES without look-ups.
pub struct Software;

impl Ciphers for Software {
    type Aes = Aes128;
    type Des = Des;
    type TripleDes = TdesEde2;
    type Sm4 = Sm4;
    #[cfg(feature = "certificates")]
    type Curve = crate::sm2::SoftwareCurve;
}

/// The same for a core without data cache: AES looks up its table, as DES and SM4 do everywhere. Never for a host.
pub struct LookUps;

impl Ciphers for LookUps {
    type Aes = crate::table_aes::Aes128;
    type Des = Des;
    type TripleDes = TdesEde2;
    type Sm4 = Sm4;
    #[cfg(feature = "certificates")]
    type Curve = crate::sm2::SoftwareCurve;
}

/// The crates wipe their round keys when dropped.
macro_rules! block_cipher {
    ($cipher:ty, $key:literal, $block:literal) => {
        impl BlockCipher<$key, $block> for $cipher {
            fn new(key: &[u8; $key]) -> Self {
                KeyInit::new(key.into())
            }

            fn encrypt(&self, block: &mut [u8; $block]) {
                self.encrypt_block(block.into());
            }

            fn decrypt(&self, block: &mut [u8; $block]) {
                self.decrypt_block(block.into());
            }
        }
    };
}

block_cipher!(Aes128, 16, 16);
block_cipher!(Des, 8, 8);
block_cipher!(TdesEde2, 16, 8);
block_cipher!(Sm4, 16, 16);
