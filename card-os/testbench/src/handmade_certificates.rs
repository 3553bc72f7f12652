//! The certificate environment by hand, its PIN 123456, and the terminal's side of its cryptograms over the bare crates sm3
//! and sm4.
//!
//! ```text
//! MF ── PKI DDF4 "PKI.社会保障"        keys 00 EAK, 02 administrator
//!        └─ DF01 "SS.CERT.ADF1"      0012 to 0015, 0018, 0019; key 81 the PIN
//! ```

use std::sync::{Mutex, OnceLock};

use card_os::Interface;
use sm3::Digest;

use super::ciphers::{FieldKey, pad80, sm4};
use super::handmade::{self, dgi, entry, fcp, keys};
use super::host::{Host, TRANSPORT};
use super::{Flash, TestCard, blank_flash, hex};

/// Select the environment.
pub const PKI: &str = "00A404000C504B492EC9E7BBE1B1A3D5CF";
/// Select the application.
pub const ADF: &str = "00A404000C53532E434552542E41444631";
/// Make the signing pair.
pub const GENERATE: &str = "8040000008 C0020012 C2020013";
/// READ PUBLIC KEY.
pub const READ: &str = "80C9828042";
/// The PIN.
pub const PIN: &[u8] = b"123456";
/// EAK and the administrator's key.
pub const EAK: [u8; 16] = [0xEA; 16];
pub const ADMINISTRATOR: [u8; 16] = [0xAD; 16];

/// The first half of SM3 over a PIN's digits, packed BCD, an odd one padded with F.
pub fn pin_key(digits: &[u8]) -> [u8; 16] {
    let packed: Vec<u8> = digits
        .chunks(2)
        .map(|pair| (pair[0] & 0x0F) << 4 | pair.get(1).map_or(0x0F, |low| low & 0x0F))
        .collect();
    half_sm3(&packed)
}

fn half_sm3(bytes: &[u8]) -> [u8; 16] {
    *sm3::Sm3::digest(bytes).first_chunk().expect("16 of 32")
}

/// The directories with their files and keys.
pub fn stream(dek: [u8; 16]) -> Vec<u8> {
    let mut stream = [
        dgi(0x0061, &hex("3F00")),
        fcp("820138 8302DDF4 840C504B492EC9E7BBE1B1A3D5CF C00102"),
        keys(
            dek,
            &[
                entry(0x02, 0x00, 15, FieldKey::Sm4(EAK)),
                entry(0x08, 0x02, 15, FieldKey::Sm4(ADMINISTRATOR)),
            ],
        ),
        fcp("820138 8302DF01 840C53532E434552542E41444631 C00102"),
        keys(dek, &[entry(0x07, 0x81, 3, FieldKey::Sm4(pin_key(PIN)))]),
    ]
    .concat();
    for file in ["0012", "0014"] {
        stream.extend(fcp(&format!("820101 80020042 8302{file} 8604 0000 FF00")));
    }
    for file in ["0013", "0015"] {
        stream.extend(fcp(&format!("820101 80020022 8302{file} 8604 FF00 FF00")));
    }
    for file in ["0018", "0019"] {
        stream.extend(fcp(&format!("820101 80020800 8302{file} 8604 0000 0302")));
    }
    stream.extend(dgi(0x0061, &hex("3F00")));
    stream
}

/// The flash of a card with these directories, SECURED.
pub fn flash() -> Flash {
    static MADE: OnceLock<Mutex<Flash>> = OnceLock::new();
    made(&MADE, &stream(TRANSPORT[2]))
}

/// The same beside the hand-made file system.
pub fn flash_with_files() -> Flash {
    static MADE: OnceLock<Mutex<Flash>> = OnceLock::new();
    let stream = [handmade::stream(TRANSPORT[2]), stream(TRANSPORT[2])];
    made(&MADE, &stream.concat())
}

fn made(once: &OnceLock<Mutex<Flash>>, stream: &[u8]) -> Flash {
    let make = || {
        let mut card = TestCard::with_flash(blank_flash(), Interface::T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
        assert_eq!(host.store(&mut card, stream, 247), 0x9000);
        let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
        assert_eq!(answer.sw, 0x9000);
        Mutex::new(card.into_flash())
    };
    let flash = once.get_or_init(make);
    flash.lock().expect("nothing panics under it").clone()
}

/// A challenge, zeros behind it to a whole block, under a key.
pub fn enciphered(key: [u8; 16], challenge: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..challenge.len()].copy_from_slice(challenge);
    sm4(key, block)
}

/// CHANGE PIN for `challenge`: the data enciphered and the MAC (P).
pub fn change(key: [u8; 16], challenge: &[u8], header: [u8; 5], data: &[u8]) -> Vec<u8> {
    let derived = half_sm3(&[&key[..], &[0x84]].concat());
    let session = enciphered(derived, challenge);
    let cbc = |data: &[u8]| {
        let mut last = [0; 16];
        data.chunks(16)
            .flat_map(|block| {
                last = sm4(session, std::array::from_fn(|at| block[at] ^ last[at]));
                last
            })
            .collect::<Vec<u8>>()
    };
    let enciphered = cbc(data);
    let chain = cbc(&pad80(&[&header[..], &enciphered].concat()));
    let last = &chain[chain.len() - 16..];
    let mac: [u8; 4] =
        std::array::from_fn(|at| last[at] ^ last[at + 4] ^ last[at + 8] ^ last[at + 12]);
    [&header[..], &enciphered, &mac].concat()
}

/// WRITE KEY of key `kid` for `challenge` under the key that has authenticated: the key sealed and the MAC. `head` is what stands
/// before the key in the clear text, 13 00 00 00.
pub fn write_key(
    authority: [u8; 16],
    challenge: &[u8],
    kid: u8,
    head: [u8; 4],
    new: [u8; 16],
) -> Vec<u8> {
    let header = [0x84, 0xD4, 0x01, kid, 0x24];
    let mut plain = [&head[..], &new, &[0x80]].concat();
    plain.resize(32, 0);
    let sealed: Vec<u8> = plain
        .chunks(16)
        .flat_map(|block| sm4(authority, block.try_into().expect("a block")))
        .collect();
    let mut last = [0; 16];
    last[..challenge.len()].copy_from_slice(challenge);
    for block in pad80(&[&header[..], &sealed].concat()).chunks(16) {
        last = sm4(authority, std::array::from_fn(|at| block[at] ^ last[at]));
    }
    let mac: [u8; 4] =
        std::array::from_fn(|at| last[at] ^ last[at + 4] ^ last[at + 8] ^ last[at + 12]);
    [&header[..], &sealed, &mac].concat()
}
