//! The terminal's cryptograms (docs/ssc-facts.md, 3), over the bare cipher crates.

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use sm4::Sm4;

/// A card key with its algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKey {
    /// Two-key triple DES.
    Tdes([u8; 16]),
    /// SM4.
    Sm4([u8; 16]),
}

/// One block of a cipher.
macro_rules! encrypt {
    ($cipher:ty, $key:expr, $block:expr) => {{
        let mut block = $block.into();
        <$cipher>::new(&$key.into()).encrypt_block(&mut block);
        block.into()
    }};
}

pub fn des(key: [u8; 8], block: [u8; 8]) -> [u8; 8] {
    encrypt!(Des, key, block)
}

pub fn tdes(key: [u8; 16], block: [u8; 8]) -> [u8; 8] {
    encrypt!(TdesEde2, key, block)
}

pub fn sm4(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    encrypt!(Sm4, key, block)
}

pub fn aes(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    encrypt!(Aes128, key, block)
}

/// AES-CBC without padding.
pub fn aes_cbc(key: [u8; 16], iv: [u8; 16], data: &[u8]) -> Vec<u8> {
    let mut last = iv;
    data.chunks(16)
        .flat_map(|chunk| {
            let plain: [u8; 16] = chunk.try_into().expect("whole blocks");
            last = aes(key, std::array::from_fn(|i| plain[i] ^ last[i]));
            last
        })
        .collect()
}

/// The inverse of [`aes_cbc`].
pub fn aes_cbc_decrypt(key: [u8; 16], iv: [u8; 16], data: &[u8]) -> Vec<u8> {
    let mut last = iv;
    data.chunks(16)
        .flat_map(|chunk| {
            let mut block = aes::Block::try_from(chunk).expect("whole blocks");
            Aes128::new(&key.into()).decrypt_block(&mut block);
            let plain: [u8; 16] = std::array::from_fn(|i| block[i] ^ last[i]);
            last = chunk.try_into().expect("whole blocks");
            plain
        })
        .collect()
}

pub fn aes_cmac(key: [u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(&key.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// 80 00 … to whole blocks of 16.
pub fn pad80(data: &[u8]) -> Vec<u8> {
    let mut padded = data.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(16), 0);
    padded
}

fn wide(bytes: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..bytes.len()].copy_from_slice(bytes);
    block
}

impl FieldKey {
    /// The algorithm's marker.
    pub fn marker(self) -> u8 {
        match self {
            Self::Tdes(_) => 0x01,
            Self::Sm4(_) => 0x03,
        }
    }

    pub fn bytes(self) -> [u8; 16] {
        match self {
            Self::Tdes(key) | Self::Sm4(key) => key,
        }
    }

    /// First three bytes of the encryption of a block of zeros.
    pub fn kcv(self) -> [u8; 3] {
        match self {
            Self::Tdes(key) => *tdes(key, [0; 8]).first_chunk().unwrap(),
            Self::Sm4(key) => *sm4(key, [0; 16]).first_chunk().unwrap(),
        }
    }

    /// The 4-byte MAC of a command with CLA 84 under the session key of `challenge` (8 bytes); SM4 only:
    /// CBC, folded by XOR of the four words.
    pub fn mac4(self, challenge: &[u8], header: [u8; 5], data: &[u8]) -> [u8; 4] {
        let session = sm4(self.bytes(), wide(challenge));
        let mut last = [0; 16];
        for block in pad80(&[&header[..], data].concat()).chunks(16) {
            last = sm4(session, std::array::from_fn(|i| block[i] ^ last[i]));
        }
        std::array::from_fn(|i| last[i] ^ last[i + 4] ^ last[i + 8] ^ last[i + 12])
    }

    /// The key that `factor` makes of this one: one level of derivation (docs/ssc-facts.md, 3).
    pub fn diversified(self, factor: [u8; 8]) -> Self {
        let inverse = factor.map(|byte| !byte);
        match self {
            Self::Tdes(key) => {
                let halves = [tdes(key, factor), tdes(key, inverse)].concat();
                Self::Tdes(halves.try_into().expect("two halves"))
            }
            Self::Sm4(key) => {
                let block = [factor, inverse].concat();
                Self::Sm4(sm4(key, block.try_into().expect("one block")))
            }
        }
    }

    /// Bytes of the cipher's block.
    pub fn block_length(self) -> usize {
        match self {
            Self::Tdes(_) => 8,
            Self::Sm4(_) => 16,
        }
    }

    /// CBC from zeros over whole blocks under the session key of `challenge`.
    pub fn message_cbc(self, challenge: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Self::Tdes(key) => {
                let session = tdes(key, *wide(challenge).first_chunk().unwrap());
                let mut last = [0; 8];
                let cbc = data.chunks(8).flat_map(|block| {
                    last = des(session, std::array::from_fn(|i| block[i] ^ last[i]));
                    last
                });
                cbc.collect()
            }
            Self::Sm4(key) => {
                let session = sm4(key, wide(challenge));
                let mut last = [0; 16];
                let cbc = data.chunks(16).flat_map(|block| {
                    last = sm4(session, std::array::from_fn(|i| block[i] ^ last[i]));
                    last
                });
                cbc.collect()
            }
        }
    }

    /// The MAC over `data` under the session key of `challenge`: CBC over 80 00 … to whole blocks; the leftmost 4 bytes of the
    /// last with DES, the XOR of its words with SM4.
    pub fn message_mac(self, challenge: &[u8], data: &[u8]) -> [u8; 4] {
        let block = self.block_length();
        let mut padded = [data, &[0x80]].concat();
        padded.resize(padded.len().next_multiple_of(block), 0);
        let cbc = self.message_cbc(challenge, &padded);
        let last = &cbc[cbc.len() - block..];
        match self {
            Self::Tdes(_) => *last.first_chunk().unwrap(),
            Self::Sm4(_) => {
                std::array::from_fn(|i| last[i] ^ last[i + 4] ^ last[i + 8] ^ last[i + 12])
            }
        }
    }

    /// The cryptogram over `source` under the session key of `factor` (4, 8 or 16 bytes).
    pub fn cryptogram(self, factor: &[u8], source: [u8; 8]) -> [u8; 8] {
        match self {
            Self::Tdes(key) => {
                let session = tdes(key, *wide(factor).first_chunk().unwrap());
                des(session, source)
            }
            Self::Sm4(key) => {
                let session = sm4(key, wide(factor));
                let block = sm4(session, wide(&source));
                std::array::from_fn(|i| block[i] ^ block[i + 8])
            }
        }
    }
}
