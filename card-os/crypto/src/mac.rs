//! Message authentication codes, each over parts that are gathered without copying.

use crate::padding::MARK;
use des::Des;
use sm4::Sm4;
use zeroize::Zeroize;

use crate::cipher::{BlockCipher, Ciphers, add};
use crate::software::Software;

/// What ISO/IEC 9797-1 padding method 2 appends; the zeros leave a chaining value as it is.
const PADDING_START: &[u8] = &[MARK];

/// AES-128 CMAC (NIST SP 800-38B, RFC 4493) over the concatenation of `parts`: 16 bytes.
#[must_use]
pub fn aes_cmac(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    aes_cmac_with::<Software>(key, parts)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn aes_cmac_with<C: Ciphers>(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = AesCmac::<C>::new(key);
    for part in parts {
        mac.update(part);
    }
    mac.finish()
}

/// AES-128 CMAC over data that come piece by piece.
pub struct AesCmac<C: Ciphers> {
    cipher: C::Aes,
    chain: Chain<16>,
}

impl<C: Ciphers> AesCmac<C> {
    /// Begins under `key`.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self {
            cipher: C::Aes::new(key),
            chain: Chain::new([0; 16]),
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.chain.update(&self.cipher, bytes);
    }

    /// The 16 bytes of the MAC.
    #[must_use]
    pub fn finish(mut self) -> [u8; 16] {
        // K1 closes a whole last block, K2 one that is padded (SP 800-38B, 6.1 and 6.2).
        let mut subkey = [0; 16];
        self.cipher.encrypt(&mut subkey);
        subkey = doubled(subkey);
        if self.chain.filled < 16 {
            subkey = doubled(subkey);
            self.chain.add(PADDING_START);
        }
        add(&mut self.chain.block, &subkey);
        subkey.zeroize();
        self.cipher.encrypt(&mut self.chain.block);
        self.chain.block
    }
}

/// Times x in GF(2^128), in constant time (SP 800-38B, 6.1).
fn doubled(block: [u8; 16]) -> [u8; 16] {
    let number = u128::from_be_bytes(block);
    ((number << 1) ^ (0x87 & (number >> 127).wrapping_neg())).to_be_bytes()
}

/// Retail MAC (ISO/IEC 9797-1 algorithm 3 with DES, padding method 2, initial value zero) over the concatenation of
/// `parts`: 8 bytes.
#[must_use]
pub fn retail_mac(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 8] {
    let ([first, second], _) = key.as_chunks() else {
        // 16 bytes are two keys.
        return [0; 8];
    };
    let mut mac = des_cbc_mac(first, &[0; 8], parts);
    <Des as BlockCipher<8, 8>>::new(second).decrypt(&mut mac);
    <Des as BlockCipher<8, 8>>::new(first).encrypt(&mut mac);
    mac
}

/// DES-CBC-MAC (ISO/IEC 9797-1 algorithm 1, padding method 2) from an initial value: 8 bytes.
///
/// The secure messaging of generations 1.00 and 2.00: the key is a session key.
#[must_use]
pub fn des_cbc_mac(key: &[u8; 8], iv: &[u8; 8], parts: &[&[u8]]) -> [u8; 8] {
    cbc_mac(&<Des as BlockCipher<8, 8>>::new(key), iv, parts)
}

/// SM4-CBC-MAC (padding method 2, initial value zero) folded to 4 bytes: the exclusive-or of the four words of the last
/// block. Evidence **S** (seen in the certificate environment; project-defined elsewhere).
#[must_use]
pub fn sm4_cbc_mac_folded(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 4] {
    cbc_mac_folded(&<Sm4 as BlockCipher<16, 16>>::new(key), &[0; 16], parts)
}

/// CBC-MAC (ISO/IEC 9797-1 algorithm 1, padding method 2) from an initial value, with any cipher.
pub(crate) fn cbc_mac<const KEY: usize, const BLOCK: usize>(
    cipher: &impl BlockCipher<KEY, BLOCK>,
    iv: &[u8; BLOCK],
    parts: &[&[u8]],
) -> [u8; BLOCK] {
    let mut chain = Chain::new(*iv);
    for part in parts {
        chain.update(cipher, part);
    }
    chain.finish(cipher)
}

/// The same folded to 4 bytes: the exclusive-or of the words of the last block.
pub(crate) fn cbc_mac_folded<const KEY: usize, const BLOCK: usize>(
    cipher: &impl BlockCipher<KEY, BLOCK>,
    iv: &[u8; BLOCK],
    parts: &[&[u8]],
) -> [u8; 4] {
    let mut last = cbc_mac(cipher, iv, parts);
    let mut folded = [0; 4];
    for word in last.chunks_exact(4) {
        for (to, from) in folded.iter_mut().zip(word) {
            *to ^= from;
        }
    }
    last.zeroize();
    folded
}

/// The last cipher block of CBC over `data`, of which an incomplete last block is padded with 80 00… and a complete one is not.
/// Without data it is the initial value.
pub(crate) fn cbc_residue<const KEY: usize, const BLOCK: usize>(
    cipher: &impl BlockCipher<KEY, BLOCK>,
    iv: &[u8; BLOCK],
    data: &[u8],
) -> [u8; BLOCK] {
    let mut chain = Chain::new(*iv);
    chain.update(cipher, data);
    if chain.filled % BLOCK == 0 {
        chain.flush(cipher);
        chain.block
    } else {
        chain.finish(cipher)
    }
}

/// CBC-MAC's chaining value, into which bytes are added one after another.
struct Chain<const BLOCK: usize> {
    block: [u8; BLOCK],
    /// Bytes of the current block that are in. A whole one is enciphered when more comes, since CMAC closes the last in its own way.
    filled: usize,
}

impl<const BLOCK: usize> Chain<BLOCK> {
    const fn new(iv: [u8; BLOCK]) -> Self {
        Self {
            block: iv,
            filled: 0,
        }
    }

    fn update<const KEY: usize>(&mut self, cipher: &impl BlockCipher<KEY, BLOCK>, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.flush(cipher);
            rest = self.add(rest);
        }
    }

    /// Adds what there is room for in the current block; gives what is left.
    fn add<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.filled == 0
            && let Some((whole, rest)) = bytes.split_first_chunk()
        {
            add(&mut self.block, whole);
            self.filled = BLOCK;
            return rest;
        }
        let room = self.block.get_mut(self.filled..).unwrap_or_default();
        let taken = room.len().min(bytes.len());
        add_bytes(room, bytes);
        self.filled += taken;
        bytes.get(taken..).unwrap_or_default()
    }

    /// Enciphers a whole block.
    fn flush<const KEY: usize>(&mut self, cipher: &impl BlockCipher<KEY, BLOCK>) {
        if self.filled >= BLOCK {
            cipher.encrypt(&mut self.block);
            self.filled = 0;
        }
    }

    /// Padding method 2.
    fn finish<const KEY: usize>(mut self, cipher: &impl BlockCipher<KEY, BLOCK>) -> [u8; BLOCK] {
        self.update(cipher, PADDING_START);
        cipher.encrypt(&mut self.block);
        self.block
    }
}

/// No generic function, so that it is made quick here and not small where it is used.
fn add_bytes(block: &mut [u8], bytes: &[u8]) {
    for (to, from) in block.iter_mut().zip(bytes) {
        *to ^= from;
    }
}

impl<const BLOCK: usize> Drop for Chain<BLOCK> {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}
