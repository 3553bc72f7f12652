//! What is written: page headers, entries and commits, and how each shows that it is whole.
//!
//! All numbers are little-endian.
//!
//! | page header, 16 bytes | |
//! |---|---|
//! | 0 | `53` |
//! | 1 | format version, `02` |
//! | 2–3 | units at the start of the page that belong to an entry begun on the page before; bit 15: the page was opened in the middle of a transaction |
//! | 4–7 | sequence number |
//! | 8–9 | how many pages before this one the oldest valid page is |
//! | 10–11 | number of the transaction that opened the page |
//! | 12–15 | CRC-32 of the bytes before |
//!
//! | entry header, 8 bytes, then the data padded to units | |
//! |---|---|
//! | 0–1 | number of the object |
//! | 2–3 | bits 0–8: length of the data; bits 9–12: name space; bit 13: always set; bit 14: first entry of its transaction; bit 15: deletion, without data |
//! | 4–5 | transaction number |
//! | 6–7 | CRC-16 of the page's sequence number and the bytes before |
//!
//! | commit, 8 bytes, written twice | |
//! |---|---|
//! | 0–1 | transaction number |
//! | 2–5 | CRC-32 of all entries, headers and data |
//! | 6–7 | CRC-16 as above, XOR a constant that differs for the first and the second copy |
//!
//! A unit of zeros is the first thing written after a mount: see [`super::log::Log::settle`].
//!
//! # Format 1
//!
//! Cards of the first releases have version `01` in their page headers, and no name spaces: those bits are zero, and
//! [`ObjectId::of_format_1`] says which name the object has now. Such pages are read as they are and never written on: the first
//! entry of this code goes to a page of its own, of format 2, which a program of format 1 refuses. Pages of both formats stand in one log
//! until the collector has passed the old ones.

use super::names::{ObjectId, Space};

/// The format that this code writes.
pub(super) const VERSION: u8 = 2;
/// The oldest format that it reads.
const OLDEST: u8 = 1;
/// First byte of every page header.
pub(super) const MAGIC: u8 = 0x53;
/// Bytes of a page header.
pub(super) const PAGE_HEADER: usize = 16;

const CONTINUED: u16 = 0x8000;
const DELETED: u16 = 0x8000;
const START: u16 = 0x4000;
const ENTRY: u16 = 0x2000;
const LENGTH: u16 = 0x01FF;
const SPACE: u16 = 0x1E00;
const SPACE_AT: u32 = SPACE.trailing_zeros();
const MARK: [(u16, Copy); 2] = [(0x3C96, Copy::First), (0xC369, Copy::Second)];

/// The header of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct PageHeader {
    pub version: u8,
    /// Units that belong to an entry begun on the page before.
    pub first: u16,
    /// Opened in the middle of a transaction.
    pub continued: bool,
    pub seq: u32,
    /// Pages back to the oldest valid one.
    pub distance: u16,
    pub number: u16,
}

impl PageHeader {
    pub(super) fn encode(&self) -> [u8; PAGE_HEADER] {
        let first = (self.first & !CONTINUED) | if self.continued { CONTINUED } else { 0 };
        let ([f0, f1], [s0, s1, s2, s3]) = (first.to_le_bytes(), self.seq.to_le_bytes());
        let ([d0, d1], [n0, n1]) = (self.distance.to_le_bytes(), self.number.to_le_bytes());
        let body = [MAGIC, self.version, f0, f1, s0, s1, s2, s3, d0, d1, n0, n1];
        let [c0, c1, c2, c3] = Crc32::new().with(&body).value().to_le_bytes();
        [
            MAGIC,
            self.version,
            f0,
            f1,
            s0,
            s1,
            s2,
            s3,
            d0,
            d1,
            n0,
            n1,
            c0,
            c1,
            c2,
            c3,
        ]
    }

    /// Whether this code can read the page.
    pub(super) fn is_known(&self) -> bool {
        is_known(self.version)
    }

    /// `None` unless magic and checksum are right; the version may be another.
    pub(super) fn decode(bytes: &[u8; PAGE_HEADER]) -> Option<Self> {
        let [magic, version, f0, f1, s0, s1, s2, s3, d0, d1, n0, n1, ..] = *bytes;
        let first = u16::from_le_bytes([f0, f1]);
        let header = Self {
            version,
            first: first & !CONTINUED,
            continued: first & CONTINUED != 0,
            seq: u32::from_le_bytes([s0, s1, s2, s3]),
            distance: u16::from_le_bytes([d0, d1]),
            number: u16::from_le_bytes([n0, n1]),
        };
        (magic == MAGIC && header.encode() == *bytes).then_some(header)
    }
}

/// Whether this code reads pages of a version.
pub(super) fn is_known(version: u8) -> bool {
    (OLDEST..=VERSION).contains(&version)
}

/// The header of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: ObjectId,
    pub len: u16,
    pub deleted: bool,
    /// First of its transaction: what lies before it without a commit was torn.
    pub start: bool,
    pub number: u16,
}

impl Entry {
    pub(super) fn encode(&self, seq: u32) -> [u8; 8] {
        let flags = if self.deleted { DELETED } else { 0 } | if self.start { START } else { 0 };
        let space = u16::from(self.id.space().number()) << SPACE_AT;
        let ([i0, i1], [l0, l1]) = (
            self.id.number().to_le_bytes(),
            ((self.len & LENGTH) | space | ENTRY | flags).to_le_bytes(),
        );
        let [n0, n1] = self.number.to_le_bytes();
        closed([i0, i1, l0, l1, n0, n1], seq, 0)
    }

    /// Units of the data.
    pub(super) fn data_units(&self) -> u32 {
        u32::from(self.len).div_ceil(8)
    }
}

/// Which of its two copies a commit is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Copy {
    First,
    Second,
}

/// A commit of transaction `number`, whose entries have the checksum `crc`.
pub(super) fn encode_commit(number: u16, crc: u32, copy: Copy, seq: u32) -> [u8; 8] {
    let ([n0, n1], [c0, c1, c2, c3]) = (number.to_le_bytes(), crc.to_le_bytes());
    let mark = MARK
        .iter()
        .find(|(_, of)| *of == copy)
        .map_or(0, |(mark, _)| *mark);
    closed([n0, n1, c0, c1, c2, c3], seq, mark)
}

/// What a unit of the log is.
pub(super) enum Record {
    /// Never programmed, or not so that one could see it.
    Blank,
    Entry(Entry),
    Commit {
        number: u16,
        crc: u32,
        copy: Copy,
    },
    /// Neither: what a power cut left.
    Torn,
}

impl Record {
    /// Reads a unit of the page `seq`.
    pub(super) fn decode(unit: &[u8; 8], seq: u32) -> Self {
        if *unit == [0xFF; 8] {
            return Record::Blank;
        }
        let [a0, a1, b0, b1, c0, c1, check0, check1] = *unit;
        let mark = u16::from_le_bytes([check0, check1]) ^ check([a0, a1, b0, b1, c0, c1], seq);
        let (a, b, c) = (
            u16::from_le_bytes([a0, a1]),
            u16::from_le_bytes([b0, b1]),
            u16::from_le_bytes([c0, c1]),
        );
        if mark == 0 && b & ENTRY != 0 {
            let (deleted, start) = (b & DELETED != 0, b & START != 0);
            let id = match Space::new(((b & SPACE) >> SPACE_AT) as u8) {
                Some(space) => ObjectId::new(space, a),
                None => ObjectId::of_format_1(a),
            };
            return Record::Entry(Entry {
                id,
                len: b & LENGTH,
                deleted,
                start,
                number: c,
            });
        }
        match MARK.iter().find(|(of, _)| *of == mark) {
            Some(&(_, copy)) => Record::Commit {
                number: a,
                crc: u32::from_le_bytes([b0, b1, c0, c1]),
                copy,
            },
            None => Record::Torn,
        }
    }
}

fn check(bytes: [u8; 6], seq: u32) -> u16 {
    crc16(crc16(0xFFFF, &seq.to_le_bytes()), &bytes)
}

fn closed(bytes: [u8; 6], seq: u32, mark: u16) -> [u8; 8] {
    let [a, b, c, d, e, f] = bytes;
    let [check0, check1] = (check(bytes, seq) ^ mark).to_le_bytes();
    [a, b, c, d, e, f, check0, check1]
}

/// CRC-16/IBM-3740 (polynomial 1021, initial value FFFF). The polynomial has four terms, so that a byte's remainder is a few shifts.
fn crc16(initial: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(initial, |crc, &byte| {
        let high = (crc >> 8) ^ u16::from(byte);
        let high = high ^ (high >> 4);
        (crc << 8) ^ (high << 12) ^ (high << 5) ^ high
    })
}

/// CRC-32/ISO-HDLC (polynomial 04C11DB7 reflected), by half bytes: 64 bytes of table, and the whole flash is read with it at mount.
#[derive(Clone, Copy)]
pub(super) struct Crc32(u32);

const NIBBLES: [u32; 16] = {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 4 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

impl Crc32 {
    pub(super) fn new() -> Self {
        Self(u32::MAX)
    }

    pub(super) fn with(self, bytes: &[u8]) -> Self {
        let step = |crc: u32| (crc >> 4) ^ NIBBLES.get((crc & 0x0F) as usize).copied().unwrap_or(0);
        Self(
            bytes
                .iter()
                .fold(self.0, |crc, &byte| step(step(crc ^ u32::from(byte)))),
        )
    }

    pub(super) fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the catalogue of parametrised CRC algorithms (reveng); the second also `printf 123456789 | gzip -c | tail -c8`.
    #[test]
    fn checksums_have_their_published_check_values() {
        assert_eq!(crc16(0xFFFF, b"123456789"), 0x29B1);
        assert_eq!(
            Crc32::new().with(b"1234").with(b"56789").value(),
            0xCBF4_3926
        );
    }

    #[test]
    fn a_unit_is_what_it_was_written_as_and_only_on_its_page() {
        let entry = Entry {
            id: ObjectId::new(Space::PSAM, 0x0102),
            len: 272,
            deleted: false,
            start: true,
            number: 0xBEEF,
        };
        let unit = entry.encode(77);
        assert!(matches!(Record::decode(&unit, 77), Record::Entry(read) if read == entry));
        assert!(
            (0..1000)
                .filter(|&seq| seq != 77)
                .all(|seq| matches!(Record::decode(&unit, seq), Record::Torn))
        );
        for bit in 0..64 {
            let mut wrong = unit;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(Record::decode(&wrong, 77), Record::Torn),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn the_copies_of_a_commit_differ() {
        let units = [Copy::First, Copy::Second].map(|copy| encode_commit(9, 0xDEAD_BEEF, copy, 5));
        let read = units.map(|unit| match Record::decode(&unit, 5) {
            Record::Commit {
                number: 9,
                crc: 0xDEAD_BEEF,
                copy,
            } => copy,
            _ => panic!("not a commit"),
        });
        assert!(read == [Copy::First, Copy::Second]);
    }

    #[test]
    fn a_page_header_is_read_back_and_a_changed_bit_is_seen() {
        let header = PageHeader {
            version: VERSION,
            first: 30,
            continued: true,
            seq: 0x1234_5678,
            distance: 99,
            number: 7,
        };
        let bytes = header.encode();
        assert!(PageHeader::decode(&bytes) == Some(header));
        for bit in 0..128 {
            let mut wrong = bytes;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(PageHeader::decode(&wrong).is_none(), "bit {bit}");
        }
    }
}
