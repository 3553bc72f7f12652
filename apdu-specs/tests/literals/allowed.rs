//! Numbers that happen to be a CLA, an INS, a tag or an SW1, and mean something else where they stand.

/// Where (a file, or a folder with `/` at its end), which numbers (none: all), and what they are there.
#[derive(Debug)]
pub struct Allowed {
    pub place: &'static str,
    pub written: &'static [&'static str],
    pub why: &'static str,
}

const fn allow(
    place: &'static str,
    written: &'static [&'static str],
    why: &'static str,
) -> Allowed {
    Allowed {
        place,
        written,
        why,
    }
}

pub static ALLOWED: &[Allowed] = &[
    allow(
        "card-os/crypto/src/padding.rs",
        &["0x80"],
        "the one place of the byte that padding begins with",
    ),
    allow(
        "card-os/crypto/src/scp03.rs",
        &["0x04", "0x80"],
        "SCP03's constants of derivation, and its counter block for answers",
    ),
    allow(
        "card-os/crypto/src/sm2.rs",
        &["0x04"],
        "the one place of SEC 1's mark of a point that is not compressed",
    ),
    allow("card-os/crypto/src/sm2/", &[], "coordinates of SM2's curve"),
    allow(
        "card-os/crypto/src/table_aes.rs",
        &["0x63"],
        "the constant of AES's S-box",
    ),
    allow(
        "card-os/firmware/src/main.rs",
        &["0x04", "0x20"],
        "control messages of vpcd",
    ),
    allow(
        "card-os/src/fs/descriptor.rs",
        &["0x04", "0x0C"],
        "states of a file as the store keeps them",
    ),
    allow(
        "host-tools/bureau/src/batch/encoding.rs",
        &["0xBB", "0xBF", "0x84", "0x81"],
        "byte order marks, lead bytes of GB18030",
    ),
    allow(
        "host-tools/bureau/src/batch/survey.rs",
        &["0xB0"],
        "lead bytes of the common characters of GB18030",
    ),
    allow(
        "host-tools/person/src/name/misread.rs",
        &["0xB0"],
        "lead bytes of the common characters of GB18030",
    ),
    allow(
        "host-tools/person/src/name/mod.rs",
        &["0x20", "0x81"],
        "bytes of GB18030",
    ),
    allow(
        "host-tools/reader/src/commands.rs",
        &["CommandApdu::new"],
        "the one place where a command is made from its row",
    ),
    allow(
        "host-tools/simulator/src/firmware/card.rs",
        &["0x04", "0x20"],
        "control messages of vpcd",
    ),
    allow(
        "host-tools/simulator/src/vpcd.rs",
        &["0x04"],
        "control messages of vpcd",
    ),
    allow(
        "host-tools/terminal/src/dump.rs",
        &["0xD8"],
        "how a JPEG begins",
    ),
];

/// Which row allows this number in this file.
pub fn entry(path: &str, written: &str) -> Option<usize> {
    ALLOWED.iter().position(|row| {
        let here = path == row.place || row.place.ends_with('/') && path.starts_with(row.place);
        here && (row.written.is_empty() || row.written.contains(&written))
    })
}
