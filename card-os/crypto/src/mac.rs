//! Message authentication codes, each over parts that are gathered without copying.

#[cfg(not(feature = "table-aes"))]
use aes::Aes128;
use cbc::cipher::{BlockCipherEncrypt, KeyInit};
use cmac::{Cmac, Mac};
use des::Des;
use retail_mac::RetailMac;
use sm4::Sm4;
use zeroize::Zeroize;

#[cfg(feature = "table-aes")]
use crate::table_aes::Aes128;

/// What ISO/IEC 9797-1 padding method 2 appends; the MAC crates add the zeros.
const PADDING_START: &[u8] = &[0x80];

/// AES-128 CMAC (NIST SP 800-38B, RFC 4493) over the concatenation of `parts`: 16 bytes.
#[must_use]
pub fn aes_cmac(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = AesCmac::new(key);
    for part in parts {
        mac.update(part);
    }
    mac.finish()
}

/// AES-128 CMAC over data that come piece by piece.
pub struct AesCmac(Cmac<Aes128>);

impl AesCmac {
    /// Begins under `key`.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self(<Cmac<Aes128> as KeyInit>::new(key.into()))
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The 16 bytes of the MAC.
    #[must_use]
    pub fn finish(self) -> [u8; 16] {
        self.0.finalize().into_bytes().into()
    }
}

/// Retail MAC (ISO/IEC 9797-1 algorithm 3 with DES, padding method 2, initial value zero) over the concatenation of
/// `parts`: 8 bytes.
#[must_use]
pub fn retail_mac(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 8] {
    let mut mac = <RetailMac<Des> as KeyInit>::new(key.into());
    for part in parts {
        mac.update(part);
    }
    mac.update(PADDING_START);
    mac.finalize().into_bytes().into()
}

/// DES-CBC-MAC (ISO/IEC 9797-1 algorithm 1, padding method 2) from an initial value: 8 bytes.
///
/// The secure messaging of generations 1.00 and 2.00: the key is a session key.
#[must_use]
pub fn des_cbc_mac(key: &[u8; 8], iv: &[u8; 8], parts: &[&[u8]]) -> [u8; 8] {
    let cipher = Des::new(key.into());
    let mut chain = Chain::new(*iv, |block: &mut [u8; 8]| {
        cipher.encrypt_block(block.into())
    });
    for part in parts {
        chain.update(part);
    }
    chain.finish()
}

/// SM4-CBC-MAC (padding method 2, initial value zero) folded to 4 bytes: the exclusive-or of the four words of the last
/// block. Evidence **S** (seen in the certificate environment; project-defined elsewhere).
#[must_use]
pub fn sm4_cbc_mac_folded(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 4] {
    sm4_cbc_mac_folded_from(key, &[0; 16], parts)
}

/// The same from an initial value.
#[must_use]
pub fn sm4_cbc_mac_folded_from(key: &[u8; 16], iv: &[u8; 16], parts: &[&[u8]]) -> [u8; 4] {
    let cipher = Sm4::new(key.into());
    let mut chain = Chain::new(*iv, |block: &mut [u8; 16]| {
        cipher.encrypt_block(block.into());
    });
    for part in parts {
        chain.update(part);
    }
    let mut last = chain.finish();
    let mut folded = [0; 4];
    for word in last.chunks_exact(4) {
        for (to, from) in folded.iter_mut().zip(word) {
            *to ^= from;
        }
    }
    last.zeroize();
    folded
}

/// The last cipher block of DES-CBC over `data`, of which an incomplete last block is padded with 80 00… and a complete one is
/// not: 8 bytes. Without data it is the initial value.
#[must_use]
pub fn des_cbc_residue(key: &[u8; 8], iv: &[u8; 8], data: &[u8]) -> [u8; 8] {
    let cipher = Des::new(key.into());
    let mut chain = Chain::new(*iv, |block: &mut [u8; 8]| {
        cipher.encrypt_block(block.into())
    });
    chain.update(data);
    chain.residue()
}

/// The same with SM4: 16 bytes.
#[must_use]
pub fn sm4_cbc_residue(key: &[u8; 16], iv: &[u8; 16], data: &[u8]) -> [u8; 16] {
    let cipher = Sm4::new(key.into());
    let mut chain = Chain::new(*iv, |block: &mut [u8; 16]| {
        cipher.encrypt_block(block.into());
    });
    chain.update(data);
    chain.residue()
}

/// CBC-MAC's chaining value, into which bytes are added one after another.
struct Chain<const N: usize, F: FnMut(&mut [u8; N])> {
    block: [u8; N],
    /// Bytes of the current block that are in; always less than `N`.
    filled: usize,
    encrypt: F,
}

impl<const N: usize, F: FnMut(&mut [u8; N])> Chain<N, F> {
    const fn new(iv: [u8; N], encrypt: F) -> Self {
        Self {
            block: iv,
            filled: 0,
            encrypt,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(place) = self.block.get_mut(self.filled) {
                *place ^= byte;
            }
            self.filled += 1;
            if self.filled >= N {
                (self.encrypt)(&mut self.block);
                self.filled = 0;
            }
        }
    }

    /// Padded only where the last block is incomplete.
    fn residue(self) -> [u8; N] {
        if self.filled == 0 {
            self.block
        } else {
            self.finish()
        }
    }

    /// Padding method 2: 80, then zeros, which leave the chaining value as it is.
    fn finish(mut self) -> [u8; N] {
        self.update(PADDING_START);
        if self.filled != 0 {
            (self.encrypt)(&mut self.block);
        }
        self.block
    }
}
