//! A small file system by hand: every kind of file, every access condition, keys in DDF and ADF, 3DES
//! and SM4, a masked and a refused record.
//!
//! ```text
//! MF ── SSSE  DDF1 "sx1.sh.社会保障"   EF05 EF06 EF07 EF08, keys 00 02 04 05 06 0A, PIN
//!        ├─ DF01 D15600000500         01 to 0B: conditions, keys 83 84
//!        ├─ DF02 D15600000501         05 to 0B: kinds of files, all free; 0C under key 83 (two tries)
//!        └─ DF0A without a name
//!     ── 2F01 under key 04, which the MF does not have
//!     ── DDF2 "sx1.sh.test"           EF05, keys 00 (3DES) and 04
//!     ── DDF3 16 bytes of name
//! ```

use std::sync::{Mutex, OnceLock};

use card_os::Interface;

use super::ciphers::{FieldKey, aes_cbc, pad80};
use super::host::{Host, TRANSPORT};
use super::{Flash, TestCard, blank_flash, hex};

/// Select SSSE.
pub const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";
/// Select the other DDF, whose name begins as SSSE's.
pub const DDF2: &str = "00A404000B7378312E73682E74657374";
/// Select DF01, by its AID.
pub const DF01: &str = "00A4040006D15600000500";
/// Select DF02, by its AID.
pub const DF02: &str = "00A4040006D15600000501";
/// VERIFY with the right PIN.
pub const RIGHT_PIN: &str = "0020000003123456";
/// VERIFY with a wrong one.
pub const WRONG_PIN: &str = "0020000003654321";

/// IRK of SSSE.
pub const IRK: FieldKey = FieldKey::Sm4([0x10; 16]);
/// Maintenance key of SSSE: no key to authenticate with.
pub const STK: FieldKey = FieldKey::Sm4([0x12; 16]);
/// Update key of SSSE, identifier 04.
pub const UK: FieldKey = FieldKey::Tdes(*b"\x14\x24\x34\x44\x54\x64\x74\x84UKUKUKUK");
/// PIN unblock key of SSSE, identifier 06.
pub const PUK: FieldKey = FieldKey::Tdes([0x16; 16]);
/// Read key of SSSE, identifier 0A.
pub const RK: FieldKey = FieldKey::Sm4([0x1A; 16]);
/// Keys 83 of DF01 and DF02, and 84 of DF01.
pub const DF01_83: FieldKey = FieldKey::Tdes(*b"\x01\x23\x45\x67\x89\xAB\xCD\xEFDF01-key");
pub const DF01_84: FieldKey = FieldKey::Sm4([0x84; 16]);
pub const DF02_83: FieldKey = FieldKey::Tdes([0x83; 16]);
/// Keys 00 and 04 of the other DDF.
pub const OTHER_IRK: FieldKey = FieldKey::Tdes(*b"IRK of the other");
pub const OTHER_04: FieldKey = FieldKey::Tdes([0x44; 16]);

/// A data grouping.
pub fn dgi(id: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    match value.len() {
        length @ 0..=0xFE => bytes.push(length as u8),
        length => {
            bytes.push(0xFF);
            bytes.extend((length as u16).to_be_bytes());
        }
    }
    bytes.extend(value);
    bytes
}

/// DGI 0062 with the FCP's contents in hexadecimal digits.
pub fn fcp(contents: &str) -> Vec<u8> {
    let contents = hex(contents);
    let mut template = vec![0x62, contents.len() as u8];
    template.extend(contents);
    dgi(0x0062, &template)
}

/// An entry of DGI 8F01.
pub fn entry(role: u8, kid: u8, tries: u8, key: FieldKey) -> Vec<u8> {
    let mut entry = vec![role, kid, key.marker(), 0x01, tries];
    entry.extend(key.bytes());
    entry.extend(key.kcv());
    entry
}

/// DGI 8F01 under the data-encryption key.
pub fn keys(dek: [u8; 16], entries: &[Vec<u8>]) -> Vec<u8> {
    dgi(0x8F01, &aes_cbc(dek, [0; 16], &pad80(&entries.concat())))
}

/// DGI 8F02: PIN 123456, three tries, 4 to 12 digits.
pub fn pin(dek: [u8; 16]) -> Vec<u8> {
    let entry = hex("03040C06 123456FFFFFFFFFF 80000000");
    dgi(0x8F02, &aes_cbc(dek, [0; 16], &entry))
}

/// SSSE with its files, keys and PIN.
pub fn ssse(dek: [u8; 16]) -> Vec<u8> {
    [
        fcp("820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF A50988011E9F0C03860103"),
        // EF05: read free, write key 04, record 7 masked until key 0A
        fcp("82050521001207 80020040 8302EF05 8608 0000 0204 0701020A"),
        dgi(
            0xEF05,
            &hex("0110 110100D156000005000000015C5C5C5C 0201 31 0304 332E3030
                  040C 110100FFFFFFFFFFFFFFFFFF 0504 20260101 0604 20360101
                  0709 583030303030303139"),
        ),
        // EF06: read key 0A, write key 04
        fcp("82050521002006 80020080 8302EF06 8604 020A 0204"),
        dgi(0xEF06, &hex("0803 313233 0902 C4E3 4E08 5EC2E7DA7A11F00D")),
        // EF07: 300 bytes, free
        fcp("820101 8002012C 8302EF07 8604 0000 0000"),
        dgi(0xEF07, &photo()),
        // EF08: four bytes, read key 0A, write key 04
        fcp("820101 80020004 8302EF08 8604 020A 0204"),
        dgi(0xEF08, &hex("08080808")),
        keys(
            dek,
            &[
                entry(0x01, 0x00, 15, IRK),
                entry(0x03, 0x02, 15, STK),
                entry(0x02, 0x04, 15, UK),
                entry(0x04, 0x06, 15, PUK),
                entry(0x02, 0x0A, 15, RK),
            ],
        ),
        pin(dek),
    ]
    .concat()
}

/// The contents of EF07: 300 bytes, each telling its offset.
pub fn photo() -> Vec<u8> {
    (0..300u16).map(|offset| (offset % 251) as u8).collect()
}

/// DF01: one file for each access condition, two bytes each.
pub fn df01(dek: [u8; 16]) -> Vec<u8> {
    let conditions = [
        "0000", "0100", "0283", "0383", "0483", "FF00", "0204", "0304", "040A",
    ];
    let mut stream = fcp("820138 8302DF01 8406D15600000500");
    for (number, condition) in (1..).zip(conditions) {
        stream.extend(fcp(&format!(
            "820101 80020002 830200{number:02X} 8604 {condition}{condition}"
        )));
        stream.extend(dgi(number, &[number as u8; 2]));
    }
    // read free, written by no one
    stream.extend(fcp("820101 80020002 8302000A 8604 0000 FF00"));
    // records: 2 refused before the PIN, 3 masked before key 84, 4 masked for ever
    stream.extend(fcp(
        "82050521000804 80020020 8302000B 8610 0000 0000 02000100 03010284 0401FF00",
    ));
    stream.extend(dgi(0x000B, &hex("0102 1111 0202 2222 0303 333333 0401 44")));
    stream.extend(keys(
        dek,
        &[
            entry(0x02, 0x83, 15, DF01_83),
            entry(0x02, 0x84, 15, DF01_84),
        ],
    ));
    stream
}

/// DF02: every kind of file, free.
pub fn df02(dek: [u8; 16]) -> Vec<u8> {
    [
        fcp("820138 8302DF02 8406D15600000501"),
        // linear fixed, 3 records of 8, two there
        fcp("82050221000803 83020005 8604 0000 0000"),
        dgi(0x0005, &hex("1111111111111111 2222222222222222")),
        // cyclic, 3 records of 4, two there: C2 is the newest
        fcp("82050621000403 83020006 8604 0000 0000"),
        dgi(0x0006, &hex("C1C1C1C1 C2C2C2C2")),
        // linear variable, records to 16 bytes, 5 of them, 32 bytes in all; 40 twice
        fcp("82050521001005 80020020 83020007 8604 0000 0000"),
        dgi(0x0007, &hex("4002 AAAA 4003 BBBBBB 4100")),
        // transparent, 256 and 257 bytes
        fcp("820101 80020100 83020008 8604 0000 0000"),
        fcp("820101 80020101 83020009 8604 0000 0000"),
        // cyclic, two records, none there
        fcp("82050621000202 8302000A 8604 0000 0000"),
        // linear fixed, one record of 255 bytes
        fcp("8205022100FF01 8302000B 8604 0000 0000"),
        dgi(0x000B, &[0xFB; 255]),
        // two bytes under the directory's own key
        fcp("820101 80020002 8302000C 8604 0283 0283"),
        keys(dek, &[entry(0x02, 0x83, 2, DF02_83)]),
    ]
    .concat()
}

/// The rest of the tree.
pub fn others(dek: [u8; 16]) -> Vec<u8> {
    [
        dgi(0x0061, &hex("DDF1")),
        fcp("820138 8302DF0A"),
        dgi(0x0061, &hex("3F00")),
        fcp("820101 80020001 83022F01 8604 0204 0204"),
        fcp("820138 8302DDF2 840B7378312E73682E74657374"),
        fcp("820101 80020001 8302EF05 8604 0204 0204"),
        keys(
            dek,
            &[
                entry(0x01, 0x00, 15, OTHER_IRK),
                entry(0x02, 0x04, 15, OTHER_04),
            ],
        ),
        dgi(0x0061, &hex("3F00")),
        fcp("820138 8302DDF3 8410B00102030405060708090A0B0C0D0E0F"),
    ]
    .concat()
}

/// All of it.
pub fn stream(dek: [u8; 16]) -> Vec<u8> {
    [
        ssse(dek),
        df01(dek),
        dgi(0x0061, &hex("DDF1")),
        df02(dek),
        others(dek),
    ]
    .concat()
}

/// The flash of a card with all this; SECURED, or still open.
pub fn flash(secured: bool) -> Flash {
    static OPEN: OnceLock<Mutex<Flash>> = OnceLock::new();
    static SECURED: OnceLock<Mutex<Flash>> = OnceLock::new();
    let made = if secured {
        SECURED.get_or_init(|| {
            let mut card = TestCard::with_flash(flash(false), Interface::T1);
            let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
            let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
            assert_eq!(answer.sw, 0x9000);
            Mutex::new(card.into_flash())
        })
    } else {
        OPEN.get_or_init(|| {
            let mut card = TestCard::with_flash(blank_flash(), Interface::T1);
            let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
            let stream = stream(TRANSPORT[2]);
            assert_eq!(host.store(&mut card, &stream, 247), 0x9000);
            Mutex::new(card.into_flash())
        })
    };
    made.lock().expect("nothing panics under it").clone()
}

/// GET CHALLENGE, then EXTERNAL AUTHENTICATE with key `kid`.
pub fn authenticate(card: &mut TestCard, kid: u8, key: FieldKey) -> u16 {
    let challenge = card.ok("0084000008");
    external_authenticate(card, kid, key, &challenge)
}

/// EXTERNAL AUTHENTICATE with the cryptogram for `challenge`.
pub fn external_authenticate(card: &mut TestCard, kid: u8, key: FieldKey, challenge: &[u8]) -> u16 {
    let source = *b"source01";
    let mut command = vec![0x00, 0x82, 0x00, kid, 0x10];
    command.extend(key.cryptogram(challenge, source));
    command.extend(source);
    card.send(&command).sw
}
