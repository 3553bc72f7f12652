//! A little card for whole dumps: files in a map, opened by key or PIN. It shares no code with card-os, and knows one
//! authentication: the known answer's.

use std::collections::{BTreeMap, BTreeSet};

use ssc_reader::{Card, Interface, ReaderError};

use super::{ATR, FCI, Known, SELECT_SSSE, bytes};

/// What opens a file.
#[derive(Clone, Copy)]
pub enum Lock {
    Free,
    Pin,
    Key(u8),
    Both(u8),
    Never,
}

/// What a file holds.
pub enum Body {
    /// Whole records, with tag and length where they have them.
    Records(Vec<Vec<u8>>),
    Bytes(Vec<u8>),
}

pub struct LittleCard {
    pub files: BTreeMap<(u16, u16), (Lock, Body)>,
    /// Key identifiers that this card does not accept.
    pub foreign: BTreeSet<u8>,
    /// Key identifiers as they were presented.
    pub presented: Vec<u8>,
    pub verified: usize,
    known: Known,
    fci: String,
    atr: Vec<u8>,
    directory: u16,
    file: Option<u16>,
    keys: BTreeSet<(u16, u8)>,
    pin: bool,
    challenge: bool,
}

const SSSE: u16 = 0;
const OK: [u8; 2] = [0x90, 0x00];

impl LittleCard {
    pub fn new(known: Known) -> Self {
        Self {
            files: BTreeMap::new(),
            foreign: BTreeSet::new(),
            presented: Vec::new(),
            verified: 0,
            known,
            fci: FCI.to_owned(),
            atr: bytes(ATR),
            directory: SSSE,
            file: None,
            keys: BTreeSet::new(),
            pin: false,
            challenge: false,
        }
    }

    pub fn with_fci(mut self, fci: &str) -> Self {
        self.fci = fci.to_owned();
        self
    }

    /// A file of records, each in hexadecimal; directory 0 is SSSE.
    pub fn records(mut self, directory: u16, fid: u16, lock: Lock, records: &[&str]) -> Self {
        let records = records.iter().map(|record| bytes(record)).collect();
        self.files
            .insert((directory, fid), (lock, Body::Records(records)));
        self
    }

    pub fn bytes(mut self, directory: u16, fid: u16, lock: Lock, content: Vec<u8>) -> Self {
        self.files
            .insert((directory, fid), (lock, Body::Bytes(content)));
        self
    }

    fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let [0x00, ins, p1, p2, rest @ ..] = command else {
            return vec![0x6E, 0x00];
        };
        let data = rest.split_first().map_or(&[][..], |(lc, data)| {
            data.get(..usize::from(*lc)).unwrap_or_default()
        });
        let found = match ins {
            0xA4 => self.select(*p1, data),
            0xB2 => self.read_record(*p1, *p2),
            0xB0 => self.read_binary(u16::from_be_bytes([*p1, *p2]), rest.first().copied()),
            0x84 => {
                self.challenge = true;
                Ok(bytes(self.known.challenge))
            }
            0x82 => self.authenticate(*p2, data),
            0x20 => self.verify(data),
            _ => Err(0x6D00),
        };
        match found {
            Ok(data) => [&data[..], &OK].concat(),
            Err(sw) => sw.to_be_bytes().to_vec(),
        }
    }

    fn select(&mut self, p1: u8, data: &[u8]) -> Result<Vec<u8>, u16> {
        let name = bytes(SELECT_SSSE).split_off(5);
        match (p1, data) {
            (0x04, data) if *data == name => {
                self.directory = SSSE;
                self.file = None;
                Ok(bytes(&self.fci))
            }
            (0x00, [high, low]) => {
                let fid = u16::from_be_bytes([*high, *low]);
                if !self.files.keys().any(|(directory, _)| *directory == fid) {
                    return Err(0x6A82);
                }
                self.directory = fid;
                self.file = None;
                self.keys.retain(|(directory, _)| *directory == SSSE);
                Ok(vec![0x6F, 0x00])
            }
            (0x02, [high, low]) => {
                let fid = u16::from_be_bytes([*high, *low]);
                if !self.files.contains_key(&(self.directory, fid)) {
                    return Err(0x6A82);
                }
                self.file = Some(fid);
                Ok(Vec::new())
            }
            _ => Err(0x6A82),
        }
    }

    fn current(&self) -> Result<&Body, u16> {
        let file = self.file.ok_or(0x6986_u16)?;
        let (lock, body) = &self.files[&(self.directory, file)];
        let has = |key: u8| {
            let owner = if key & 0x80 == 0 {
                SSSE
            } else {
                self.directory
            };
            self.keys.contains(&(owner, key))
        };
        let open = match *lock {
            Lock::Free => true,
            Lock::Pin => self.pin,
            Lock::Key(key) => has(key),
            Lock::Both(key) => self.pin && has(key),
            Lock::Never => false,
        };
        if open { Ok(body) } else { Err(0x6982) }
    }

    fn read_record(&self, p1: u8, p2: u8) -> Result<Vec<u8>, u16> {
        let Body::Records(records) = self.current()? else {
            return Err(0x6981);
        };
        let found = match p2 {
            0x04 => records.get(usize::from(p1).wrapping_sub(1)),
            0x00 => records.iter().find(|record| record.first() == Some(&p1)),
            _ => return Err(0x6A86),
        };
        found.cloned().ok_or(0x6A83)
    }

    fn read_binary(&self, offset: u16, le: Option<u8>) -> Result<Vec<u8>, u16> {
        let Body::Bytes(content) = self.current()? else {
            return Err(0x6981);
        };
        let rest = content.get(usize::from(offset)..).ok_or(0x6B00_u16)?;
        let wanted = match le {
            Some(0) | None => 256,
            Some(le) => usize::from(le),
        };
        if rest.is_empty() {
            return Err(0x6B00);
        }
        if wanted > rest.len() {
            // T=0: tell the right length
            return Err(0x6C00 | u16::try_from(rest.len()).unwrap());
        }
        Ok(rest[..wanted].to_vec())
    }

    fn authenticate(&mut self, key: u8, data: &[u8]) -> Result<Vec<u8>, u16> {
        self.presented.push(key);
        if !std::mem::take(&mut self.challenge) {
            return Err(0x6985);
        }
        let expected = [bytes(self.known.cryptogram), bytes(self.known.source)].concat();
        if data != expected || self.foreign.contains(&key) {
            return Err(0x63CE);
        }
        let owner = if key & 0x80 == 0 {
            SSSE
        } else {
            self.directory
        };
        self.keys.insert((owner, key));
        Ok(Vec::new())
    }

    fn verify(&mut self, data: &[u8]) -> Result<Vec<u8>, u16> {
        self.verified += 1;
        self.pin = data == bytes("123456");
        if self.pin {
            Ok(Vec::new())
        } else {
            Err(0x63C2)
        }
    }
}

impl Card for LittleCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn interface(&self) -> Interface {
        Interface::T1
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        Ok(self.answer(command))
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.directory = SSSE;
        self.file = None;
        self.keys.clear();
        self.pin = false;
        Ok(())
    }
}
