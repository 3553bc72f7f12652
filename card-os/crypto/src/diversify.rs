//! From the master of a key ceremony (密钥仪式) to the roots (根密钥), and from a root to the key of one card, by way of the
//! province and the city.
//!
//! | what | value | evidence |
//! |---|---|---|
//! | root | NIST SP 800-108r1, clause 4.1: counter mode, AES-128 CMAC, counter and length of 4 bytes | P |
//! | … its label | "ssc root" | P |
//! | … its context | the root's name, algorithm and version: "SSSE/RK SM4 1" | P |
//! | MAC key of exported keys | the same, from the key that wraps them: label "ssc export", context "MAC" | P |
//! | card factor | last 8 historical bytes of the contact ATR | C |
//! | city factor | six ASCII region digits ‖ "sx" | C |
//! | province factor | "XX0000" ‖ "sh" | S |
//! | 3DES | 3DES-E(key, f) ‖ 3DES-E(key, NOT f), as PBOC | P |
//! | SM4 | SM4-E(key, f ‖ NOT f), by analogy with JR/T 0025.17 | P |
//! | order | root → province → city → card | P |
//! | key in a SAM | diversified already by the levels that the SAM does not do: none of 3, the province of 2, the city too of 1 | P |
//! | issuer SCP03 keys | "KDF 3": AES-CMAC(root, 01 ‖ 000000pp00 ‖ 00 00 ‖ card factor) | P |
//!
//! Whoever holds LD/T 32.4 corrects what is P here, and nowhere else.

use crate::algorithm::Algorithm;
use crate::block::Key16;
use crate::cipher::{BlockCipher, Ciphers};
use crate::mac::aes_cmac;
use crate::scp03::KeySet;
use crate::software::Software;

/// The root (根密钥) `name` (such as `SSSE/RK`) for `algorithm` (`3DES`, `SM4`, `AES`) in `version` (1 to 9), from a ceremony's
/// master. **P**
#[must_use]
pub fn root_key(master: &[u8; 16], name: &str, algorithm: &str, version: u8) -> Key16 {
    let digit = [b'0'.saturating_add(version)];
    let context: [&[u8]; 5] = [name.as_bytes(), b" ", algorithm.as_bytes(), b" ", &digit];
    kdf(master, b"ssc root", context)
}

/// The key of the MAC over a file of keys that are wrapped under `kek`, so that no key can be put in another's place. **P**
#[must_use]
pub fn export_mac_key(kek: &[u8; 16]) -> Key16 {
    kdf(kek, b"ssc export", [b"MAC", b"", b"", b"", b""])
}

/// NIST SP 800-108r1, clause 4.1, with AES-128 CMAC: one round gives the 128 bits that every key here has. OpenSSL has it as
/// KBKDF.
fn kdf(key: &[u8; 16], label: &[u8], context: [&[u8]; 5]) -> Key16 {
    let [a, b, c, d, e] = context;
    let (counter, length) = (1_u32.to_be_bytes(), 128_u32.to_be_bytes());
    Key16::new(aes_cmac(
        key,
        &[&counter, label, &[0], a, b, c, d, e, &length],
    ))
}

/// The key one level down: from `key` and a factor of 8 bytes. **P**
#[must_use]
pub fn diversify(algorithm: Algorithm, key: &[u8; 16], factor: &[u8; 8]) -> Key16 {
    diversify_with::<Software>(algorithm, key, factor)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn diversify_with<C: Ciphers>(algorithm: Algorithm, key: &[u8; 16], factor: &[u8; 8]) -> Key16 {
    let mut derived = Key16::zero();
    let both = factor.iter().copied().chain(factor.iter().map(|b| !b));
    for (to, from) in derived.as_mut_bytes().iter_mut().zip(both) {
        *to = from;
    }
    match algorithm {
        Algorithm::TripleDes => {
            let (halves, _) = derived.as_mut_bytes().as_chunks_mut::<8>();
            let cipher = C::TripleDes::new(key);
            for half in halves {
                cipher.encrypt(half);
            }
        }
        Algorithm::Sm4 => C::Sm4::new(key).encrypt(derived.as_mut_bytes()),
    }
    derived
}

/// The card's factor: the last 8 of its 13 historical bytes. **C**
#[must_use]
pub const fn card_factor(historical_bytes: &[u8; 13]) -> [u8; 8] {
    let [_, _, _, _, _, a, b, c, d, e, f, g, h] = *historical_bytes;
    [a, b, c, d, e, f, g, h]
}

/// The factor of a city: its six ASCII region digits (GB/T 2260) and "sx". **C**
#[must_use]
pub const fn city_factor(region: &[u8; 6]) -> [u8; 8] {
    let [a, b, c, d, e, f] = *region;
    [a, b, c, d, e, f, b's', b'x']
}

/// The factor of the province of a region: its first two ASCII digits, "0000" and "sh". **S**
#[must_use]
pub const fn province_factor(region: &[u8; 6]) -> [u8; 8] {
    let [a, b, ..] = *region;
    [a, b, b'0', b'0', b'0', b'0', b's', b'h']
}

/// The key of one card: `root` diversified by the province, the city and the card in turn. **P**
#[must_use]
pub fn card_key(
    algorithm: Algorithm,
    root: &[u8; 16],
    region: &[u8; 6],
    card_factor: &[u8; 8],
) -> Key16 {
    let city = city_key(algorithm, &province_key(algorithm, root, region), region);
    diversify(algorithm, city.as_bytes(), card_factor)
}

/// What a SAM that diversifies by `levels` levels (1 to 3) keeps of `root`, so that it comes to [`card_key`]: the root
/// itself, the province's key, or the city's. `None` for any other number of levels. **P**
#[must_use]
pub fn sam_key(
    algorithm: Algorithm,
    root: &[u8; 16],
    region: &[u8; 6],
    levels: u8,
) -> Option<Key16> {
    match levels {
        3 => Some(Key16::new(*root)),
        2 => Some(province_key(algorithm, root, region)),
        1 => Some(city_key(
            algorithm,
            &province_key(algorithm, root, region),
            region,
        )),
        _ => None,
    }
}

fn province_key(algorithm: Algorithm, root: &[u8; 16], region: &[u8; 6]) -> Key16 {
    diversify(algorithm, root, &province_factor(region))
}

fn city_key(algorithm: Algorithm, province: &Key16, region: &[u8; 6]) -> Key16 {
    diversify(algorithm, province.as_bytes(), &city_factor(region))
}

/// The key diversification data that INITIALIZE UPDATE answers: two zero bytes and the card's factor. **P**
#[must_use]
pub const fn key_diversification_data(card_factor: &[u8; 8]) -> [u8; 10] {
    let [a, b, c, d, e, f, g, h] = *card_factor;
    [0, 0, a, b, c, d, e, f, g, h]
}

/// The SCP03 keys of one card: its initial ones (key version 32 hex) or the issuer's (31), each from a root of its own. **P**
///
/// Each is AES-CMAC(root, 01 ‖ 000000pp00 ‖ key diversification data), pp = 01 ENC, 02 MAC, 03 DEK: NIST SP 800-108 in
/// counter mode with a counter of one byte before the fixed data. GlobalPlatformPro calls this "KDF 3", so that it opens
/// such a card when it is given the root.
#[must_use]
pub fn scp03_keys(root: &[u8; 16], card_factor: &[u8; 8]) -> KeySet {
    let made = scp03_keys_of(card_factor, |message| {
        Ok::<_, core::convert::Infallible>(aes_cmac(root, &[message]))
    });
    match made {
        Ok(keys) => keys,
        Err(never) => match never {},
    }
}

/// The same where somebody else has the root: `cmac` gives its AES-CMAC over a message.
///
/// # Errors
/// Those of `cmac`.
pub fn scp03_keys_of<E>(
    card_factor: &[u8; 8],
    cmac: impl Fn(&[u8]) -> Result<[u8; 16], E>,
) -> Result<KeySet, E> {
    let [_, _, a, b, c, d, e, f, g, h] = key_diversification_data(card_factor);
    let derive = |purpose: u8| {
        let message = [1, 0, 0, 0, purpose, 0, 0, 0, a, b, c, d, e, f, g, h];
        cmac(&message).map(Key16::new)
    };
    Ok(KeySet {
        enc: derive(1)?,
        mac: derive(2)?,
        dek: derive(3)?,
    })
}
