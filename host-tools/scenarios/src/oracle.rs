//! The terminal's side of the card's cryptography, written from `ssc-facts` over the bare cipher crates and sharing no
//! code with the card: keys of a card from the demo roots, cryptograms, MACs, enciphered PINs.
//!
//! 3DES: session key = 3DES-E(card key, challenge), cryptogram = DES-E(session key, source), MAC = DES-CBC, leftmost 4
//! bytes. SM4 (S): the same with challenge and source padded with zeros to 16; the cryptogram is the XOR of the two halves,
//! the MAC the XOR of the four words of the last SM4-CBC block.

use aes::Aes128;
use cmac::{Cmac, Mac};
use des::cipher::{BlockCipherEncrypt, KeyInit};

/// The algorithm of a card key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Two-key 3DES.
    TripleDes,
    /// SM4.
    Sm4,
}

/// A key of one card. It shows nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct OracleKey {
    /// Its algorithm.
    pub algorithm: Algorithm,
    bytes: [u8; 16],
}

impl std::fmt::Debug for OracleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OracleKey({:?})", self.algorithm)
    }
}

/// The published transport key, from which the demo roots come.
const TRANSPORT_KEY: [u8; 16] = *b"@ABCDEFGHIJKLMNO";

/// A root of the demo vault: AES-CMAC(transport key, "ssc demo root " ‖ name ‖ " 3DES" or " SM4"). `name` is that of the
/// key table, such as `SSSE/RK`.
#[must_use]
pub fn demo_root(algorithm: Algorithm, name: &str) -> [u8; 16] {
    let kind = match algorithm {
        Algorithm::TripleDes => "3DES",
        Algorithm::Sm4 => "SM4",
    };
    let mut mac = <Cmac<Aes128> as KeyInit>::new(&TRANSPORT_KEY.into());
    mac.update(format!("ssc demo root {name} {kind}").as_bytes());
    mac.finalize().into_bytes().into()
}

/// The key one level down (P): E(key, f ‖ NOT f).
fn diversify(algorithm: Algorithm, key: [u8; 16], factor: [u8; 8]) -> [u8; 16] {
    let both: [u8; 16] =
        std::array::from_fn(|at| factor.get(at).map_or_else(|| !factor[at - 8], |byte| *byte));
    match algorithm {
        Algorithm::TripleDes => {
            let (halves, _) = both.as_chunks::<8>();
            let halves = halves.iter().flat_map(|half| tdes(key, *half));
            padded(&halves.collect::<Vec<u8>>())
        }
        Algorithm::Sm4 => sm4_block(key, both),
    }
}

fn tdes(key: [u8; 16], block: [u8; 8]) -> [u8; 8] {
    let mut block = block.into();
    des::TdesEde2::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

fn des_block(key: [u8; 8], block: [u8; 8]) -> [u8; 8] {
    let mut block = block.into();
    des::Des::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

fn sm4_block(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    sm4::Sm4::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

impl OracleKey {
    /// A key of 16 bytes.
    #[must_use]
    pub const fn new(algorithm: Algorithm, bytes: [u8; 16]) -> Self {
        Self { algorithm, bytes }
    }

    /// The key of one card from `root`, by province and city: `region` is six ASCII digits, `factor` the last 8 bytes of
    /// the contact ATR.
    #[must_use]
    pub fn from_root(
        algorithm: Algorithm,
        root: [u8; 16],
        region: &[u8; 6],
        factor: &[u8; 8],
    ) -> Self {
        let [a, b, c, d, e, f] = *region;
        let province = diversify(algorithm, root, [a, b, b'0', b'0', b'0', b'0', b's', b'h']);
        let city = diversify(algorithm, province, [a, b, c, d, e, f, b's', b'x']);
        Self::new(algorithm, diversify(algorithm, city, *factor))
    }

    /// The key that a card made with the demo vault has under `name`.
    #[must_use]
    pub fn demo(algorithm: Algorithm, name: &str, region: &[u8; 6], factor: &[u8; 8]) -> Self {
        Self::from_root(algorithm, demo_root(algorithm, name), region, factor)
    }

    /// Its bytes, for a search that must find them nowhere.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// The session key of a challenge of 4, 8 or 16 bytes: 8 bytes with 3DES, 16 with SM4.
    #[must_use]
    pub fn session(&self, challenge: &[u8]) -> Vec<u8> {
        match self.algorithm {
            Algorithm::TripleDes => tdes(self.bytes, padded(challenge)).to_vec(),
            Algorithm::Sm4 => sm4_block(self.bytes, padded(challenge)).to_vec(),
        }
    }

    /// One block, 8 bytes with 3DES and 16 with SM4, under the session key of `challenge`.
    #[must_use]
    pub fn block(&self, challenge: &[u8], block: &[u8]) -> Vec<u8> {
        let session = self.session(challenge);
        match self.algorithm {
            Algorithm::TripleDes => des_block(padded(&session), padded(block)).to_vec(),
            Algorithm::Sm4 => sm4_block(padded(&session), padded(block)).to_vec(),
        }
    }

    /// The cryptogram over `source`.
    #[must_use]
    pub fn cryptogram(&self, challenge: &[u8], source: &[u8; 8]) -> [u8; 8] {
        let block = self.block(challenge, source);
        match block.split_first_chunk::<8>() {
            Some((left, [])) => *left,
            _ => std::array::from_fn(|at| block[at] ^ block[at + 8]),
        }
    }

    /// The MAC of four bytes over `header` (CLA INS P1 P2 Lc) and `data`, under the session key of `challenge`.
    #[must_use]
    pub fn mac(&self, challenge: &[u8], header: &[u8; 5], data: &[u8]) -> [u8; 4] {
        let size = match self.algorithm {
            Algorithm::TripleDes => 8,
            Algorithm::Sm4 => 16,
        };
        let mut message = [&header[..], data, &[0x80]].concat();
        message.resize(message.len().next_multiple_of(size), 0);
        let mut last = vec![0; size];
        for block in message.chunks(size) {
            let mixed: Vec<u8> = block.iter().zip(&last).map(|(a, b)| a ^ b).collect();
            last = self.block(challenge, &mixed);
        }
        match self.algorithm {
            Algorithm::TripleDes => padded(&last),
            Algorithm::Sm4 => {
                std::array::from_fn(|at| last[at] ^ last[at + 4] ^ last[at + 8] ^ last[at + 12])
            }
        }
    }

    /// What PIN RELOAD carries: length ‖ PIN (packed BCD) ‖ 80 00…, one block under the session key of `challenge`.
    #[must_use]
    pub fn reloaded_pin(&self, challenge: &[u8], pin: &[u8]) -> Vec<u8> {
        let length = u8::try_from(pin.len()).unwrap_or(u8::MAX);
        self.block(challenge, &[&[length], pin, &[0x80]].concat())
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
        let made = OracleKey::new(Algorithm::TripleDes, KEY).cryptogram(&CHALLENGE, &SOURCE);
        assert_eq!(hex::encode_upper(made), "CDEA4CC9A59F7169");
    }

    /// OpenSSL 3: `enc -sm4-ecb -nopad -K 0123…3210` over the challenge and eight 00 gives the session key, the same
    /// with that key over the source and eight 00 a block; the XOR of its halves is the cryptogram.
    #[test]
    fn the_cryptogram_with_sm4_is_openssls() {
        let made = OracleKey::new(Algorithm::Sm4, KEY).cryptogram(&CHALLENGE, &SOURCE);
        assert_eq!(hex::encode_upper(made), "2A73A50994D225D6");
    }

    fn algorithm(case: &test_vectors::Case) -> Algorithm {
        match case.bytes("algorithm").unwrap() {
            [0x01] => Algorithm::TripleDes,
            _ => Algorithm::Sm4,
        }
    }

    /// Answers that OpenSSL gave, beside each its command.
    #[test]
    fn sessions_macs_and_enciphered_pins_are_openssls() {
        for case in test_vectors::cases("generated/session").unwrap() {
            let key = OracleKey::new(algorithm(&case), case.array("card-key").unwrap());
            let challenge = case.bytes("challenge").unwrap();
            assert_eq!(key.session(challenge), case.bytes("session").unwrap());
            let cryptogram = key.cryptogram(challenge, &case.array("source").unwrap());
            assert_eq!(cryptogram, *case.bytes("cryptogram").unwrap());
            let pin = key.reloaded_pin(challenge, &[0x12, 0x34, 0x56]);
            assert_eq!(pin, case.bytes("pin-enciphered").unwrap());
        }
        for case in test_vectors::cases("generated/pin-reload").unwrap() {
            let key = OracleKey::new(algorithm(&case), case.array("stk").unwrap());
            let challenge = case.bytes("challenge").unwrap();
            let (header, data) = case.bytes("command").unwrap().split_first_chunk().unwrap();
            let pin = case.bytes("pin").unwrap();
            // Seven bytes of a PIN leave no room for 80: what is longer than a block is cut.
            let block = key.reloaded_pin(challenge, pin);
            let mac = key.mac(challenge, header, &block);
            assert_eq!([&block[..], &mac].concat(), data, "{}", case.origin());
        }
        for case in test_vectors::cases("generated/secure-messaging").unwrap() {
            let key = OracleKey::new(algorithm(&case), case.array("stk").unwrap());
            let header = case.array("header").unwrap();
            let challenge = case.bytes("challenge").unwrap();
            let mac = key.mac(challenge, &header, case.bytes("data").unwrap());
            assert_eq!(mac, *case.bytes("mac").unwrap(), "{}", case.origin());
        }
    }

    #[test]
    fn keys_of_a_card_are_openssls() {
        let mut made = 0;
        for case in test_vectors::cases("generated/demo-roots").unwrap() {
            let label = String::from_utf8(case.bytes("label").unwrap().to_vec()).unwrap();
            let (name, algorithm) = match label.rsplit_once(' ').unwrap() {
                (name, "3DES") => (name, Algorithm::TripleDes),
                (name, "SM4") => (name, Algorithm::Sm4),
                _ => continue,
            };
            let root = case.array("root").unwrap();
            assert_eq!(demo_root(algorithm, name), root);
            let (region, factor) = (case.array("region"), case.array("card-factor"));
            let key = OracleKey::from_root(algorithm, root, &region.unwrap(), &factor.unwrap());
            assert_eq!(key.bytes(), case.bytes("card-key").unwrap());
            made += 1;
        }
        assert!(made > 1);
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let shown = format!("{:?}", OracleKey::new(Algorithm::Sm4, KEY));
        assert_eq!(shown, "OracleKey(Sm4)");
    }
}
