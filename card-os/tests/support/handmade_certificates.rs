//! The certificate environment by hand, its PIN 123456, and the terminal's side of its cryptograms over the bare crates sm3
//! and sm4.
//!
//! ```text
//! MF ── PKI DDF4 "PKI.社会保障"        keys 00 EAK, 02 administrator
//!        └─ ADF1 "SS.CERT.ADF1"      0012 to 0015, 0018, 0019; key 81 the PIN
//! ```

use sm3::Digest;

use super::ciphers::{FieldKey, pad80, sm4};
use super::handmade::{dgi, entry, fcp, keys};
use super::hex;

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

/// The first half of SM3 over a PIN.
pub fn pin_key(pin: &[u8]) -> [u8; 16] {
    *sm3::Sm3::digest(pin).first_chunk().expect("16 of 32")
}

/// The directories with their files and keys.
pub fn stream(dek: [u8; 16]) -> Vec<u8> {
    let mut stream = [
        fcp("820138 8302DDF4 840C504B492EC9E7BBE1B1A3D5CF C00102"),
        keys(
            dek,
            &[
                entry(0x02, 0x00, 15, FieldKey::Sm4(EAK)),
                entry(0x08, 0x02, 15, FieldKey::Sm4(ADMINISTRATOR)),
            ],
        ),
        fcp("820138 8302ADF1 840C53532E434552542E41444631 C00102"),
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
        stream.extend(fcp(&format!("820101 80020800 8302{file} 8604 0000 0202")));
    }
    stream.extend(dgi(0x0061, &hex("3F00")));
    stream
}

/// A challenge, zeros behind it to a whole block, under a key.
pub fn enciphered(key: [u8; 16], challenge: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..challenge.len()].copy_from_slice(challenge);
    sm4(key, block)
}

/// CHANGE PIN or WRITE KEY for `challenge`: the data enciphered and the MAC (P).
pub fn change(key: [u8; 16], challenge: &[u8], header: [u8; 5], data: &[u8]) -> Vec<u8> {
    let derived = pin_key(&[&key[..], &[0x84]].concat());
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
