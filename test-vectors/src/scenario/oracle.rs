//! The terminal's side of EXTERNAL AUTHENTICATE, written from `ssc-facts` and sharing no code with the card.
//!
//! 3DES: session key = 3DES-E(card key, challenge), cryptogram = DES-E(session key, source). SM4 (S): the same with
//! challenge and source padded with zeros to 16, and the cryptogram is the XOR of the two halves.

use des::cipher::{BlockCipherEncrypt, KeyInit};

/// The algorithm of a card key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Two-key 3DES.
    TripleDes,
    /// SM4.
    Sm4,
}

/// The cryptogram of a terminal that has `key`, for a challenge of 4, 8 or 16 bytes.
#[must_use]
pub fn cryptogram(
    algorithm: Algorithm,
    key: &[u8; 16],
    challenge: &[u8],
    source: &[u8; 8],
) -> [u8; 8] {
    match algorithm {
        Algorithm::TripleDes => {
            let mut session = padded::<8>(challenge).into();
            des::TdesEde2::new(key.into()).encrypt_block(&mut session);
            let mut block = (*source).into();
            des::Des::new(&session).encrypt_block(&mut block);
            block.into()
        }
        Algorithm::Sm4 => {
            let mut session = padded::<16>(challenge).into();
            sm4::Sm4::new(key.into()).encrypt_block(&mut session);
            let mut block = padded::<16>(source).into();
            sm4::Sm4::new(&session).encrypt_block(&mut block);
            let block: [u8; 16] = block.into();
            std::array::from_fn(|at| block[at] ^ block[at + 8])
        }
    }
}

/// `bytes` with zeros on the right, or cut.
fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut block = [0; N];
    for (place, byte) in block.iter_mut().zip(bytes) {
        *place = *byte;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 16] = [
        0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32,
        0x10,
    ];
    const CHALLENGE: [u8; 8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
    const SOURCE: [u8; 8] = [0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8];

    /// OpenSSL 3 (`-provider legacy -provider default`, `-nopad`):
    /// `printf '\x11\x22…\x88' | openssl enc -des-ede-ecb -K 0123456789ABCDEFFEDCBA9876543210` gives the session key,
    /// `printf '\xA1…\xA8' | openssl enc -des-ecb -K <session key>` the cryptogram.
    #[test]
    fn the_cryptogram_with_3des_is_openssls() {
        let made = cryptogram(Algorithm::TripleDes, &KEY, &CHALLENGE, &SOURCE);
        assert_eq!(hex::encode_upper(made), "CDEA4CC9A59F7169");
    }

    /// OpenSSL 3: `enc -sm4-ecb -nopad -K 0123…3210` over the challenge and eight 00 gives the session key, the same
    /// with that key over the source and eight 00 a block; the XOR of its halves is the cryptogram.
    #[test]
    fn the_cryptogram_with_sm4_is_openssls() {
        let made = cryptogram(Algorithm::Sm4, &KEY, &CHALLENGE, &SOURCE);
        assert_eq!(hex::encode_upper(made), "2A73A50994D225D6");
    }
}
