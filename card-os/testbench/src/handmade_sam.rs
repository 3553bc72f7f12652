//! A small PSAM by hand.
//!
//! ```text
//! MF ── 0015 (30 bytes), 0016 terminal identifier 112233445566
//!    ── DDF1 "sx1.sh.社会保障" ── DF01 D15600000590, application PSAM
//!         keys 08 (use 67) 12 (48) 13 (46) 14 (27) 15 (44), purchase 01 (22, version 1, three tries)
//!    ── DDF3 "sx3.sh.社会保障" ── DF01, application PSAM
//!         keys 08 (67) 12 (48), purchase 01 (22, version 1, three tries)
//! ```

use std::sync::{Mutex, OnceLock};

use card_os::Interface;

use super::ciphers::FieldKey;
use super::handmade::{dgi, entry, fcp, keys};
use super::host::{Host, TRANSPORT};
use super::{Flash, TestCard, blank_flash, hex};

/// Select the 3DES application.
pub const PSAM: &str = "00A4040006D15600000590";
/// Select the SM4 environment.
pub const SX3: &str = "00A404000F7378332E73682EC9E7BBE1B1A3D5CF";
/// Select an application by FID.
pub const DF01: &str = "00A4000002DF01";
/// The master keys that the scenarios of this PSAM know: 3DES and SM4.
pub const TDES_KEY: FieldKey =
    FieldKey::Tdes(*b"\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10");
pub const SM4_KEY: FieldKey =
    FieldKey::Sm4(*b"\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10");

/// The MF's files.
pub fn files() -> Vec<u8> {
    [
        fcp("820101 8002001E 83020015 8604 0000 FF00"),
        dgi(0x0015, &[0x15; 30]),
        fcp("820101 80020006 83020016 8604 0000 FF00"),
        dgi(0x0016, &hex("112233445566")),
    ]
    .concat()
}

/// An environment: its DDF, and its application with these keys.
pub fn environment(ddf: &str, application: &str, dek: [u8; 16], entries: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = [
        dgi(0x0061, &hex("3F00")),
        fcp(ddf),
        fcp(application),
        fcp("820101 80020004 83020019 8604 0000 FF00"),
        fcp("820101 80020019 8302001C 8604 0000 FF00"),
        dgi(0x001C, &[0x01]),
    ]
    .concat();
    for group in entries.chunks(8) {
        stream.extend(keys(dek, group));
    }
    stream
}

/// The 3DES environment.
pub fn sx1(dek: [u8; 16], entries: &[Vec<u8>]) -> Vec<u8> {
    environment(
        "820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF A50388011E",
        "820138 8302DF01 8406D15600000590 C00101",
        dek,
        entries,
    )
}

/// The SM4 environment.
pub fn sx3(dek: [u8; 16], entries: &[Vec<u8>]) -> Vec<u8> {
    environment(
        "820138 8302DDF3 840F7378332E73682EC9E7BBE1B1A3D5CF A50988011E9F0C03860103",
        "820138 8302DF01 C00101",
        dek,
        entries,
    )
}

/// All of it.
pub fn stream(dek: [u8; 16]) -> Vec<u8> {
    let tdes = [
        entry(0x67, 0x08, 15, TDES_KEY),
        entry(0x48, 0x12, 15, TDES_KEY),
        entry(0x46, 0x13, 15, TDES_KEY),
        entry(0x27, 0x14, 15, TDES_KEY),
        entry(0x44, 0x15, 15, TDES_KEY),
        entry(0x22, 0x01, 3, TDES_KEY),
    ];
    let sm4 = [
        entry(0x67, 0x08, 15, SM4_KEY),
        entry(0x48, 0x12, 15, SM4_KEY),
        entry(0x22, 0x01, 3, SM4_KEY),
    ];
    [files(), sx1(dek, &tdes), sx3(dek, &sm4)].concat()
}

/// A new PSAM of this stream, SECURED.
pub fn issue(interface: Interface, stream: &[u8]) -> TestCard {
    let mut card = TestCard::with_flash(blank_flash(), Interface::T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    assert_eq!(host.store(&mut card, stream, 247), 0x9000);
    let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
    assert_eq!(answer.sw, 0x9000);
    TestCard::with_flash(card.into_flash(), interface)
}

/// The flash of the PSAM above.
pub fn flash() -> Flash {
    static MADE: OnceLock<Mutex<Flash>> = OnceLock::new();
    MADE.get_or_init(|| Mutex::new(issue(Interface::T1, &stream(TRANSPORT[2])).into_flash()))
        .lock()
        .expect("nothing panics under it")
        .clone()
}
