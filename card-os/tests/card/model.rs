//! A plain model of the files and records of the hand-made card's DF02, for random commands.
//!
//! It knows no store, no transactions and no slots: vectors of bytes, and ISO 7816-4 as the facts have it.

/// An elementary file of DF02.
#[derive(Clone, Debug)]
pub enum File {
    Transparent(Vec<u8>),
    Fixed {
        length: usize,
        most: usize,
        records: Vec<Vec<u8>>,
    },
    Variable {
        longest: usize,
        most: usize,
        room: usize,
        records: Vec<Vec<u8>>,
    },
    /// The newest first.
    Cyclic {
        length: usize,
        most: usize,
        records: Vec<Vec<u8>>,
    },
}

use File::{Cyclic, Fixed, Transparent, Variable};

/// What the card should hold, and where the session should stand.
pub struct Model {
    pub files: [(u8, File); 7],
    pub current: Option<usize>,
    t0: bool,
}

/// Data and status word.
pub type Answer = (Vec<u8>, u16);

impl Model {
    pub fn new(t0: bool) -> Self {
        let fixed = |length, most, records| Fixed {
            length,
            most,
            records,
        };
        let cyclic = |length, most, records| Cyclic {
            length,
            most,
            records,
        };
        Self {
            files: [
                (0x05, fixed(8, 3, vec![vec![0x11; 8], vec![0x22; 8]])),
                (0x06, cyclic(4, 3, vec![vec![0xC2; 4], vec![0xC1; 4]])),
                (
                    0x07,
                    Variable {
                        longest: 16,
                        most: 5,
                        room: 32,
                        records: vec![
                            vec![0x40, 2, 0xAA, 0xAA],
                            vec![0x40, 3, 0xBB, 0xBB, 0xBB],
                            vec![0x41, 0],
                        ],
                    },
                ),
                (0x08, Transparent(vec![0; 256])),
                (0x09, Transparent(vec![0; 257])),
                (0x0A, cyclic(2, 2, vec![])),
                (0x0B, fixed(255, 1, vec![vec![0xFB; 255]])),
            ],
            current: None,
            t0,
        }
    }

    /// The file that an SFI names, which becomes current.
    fn addressed(&mut self, sfi: u8) -> Result<&mut File, u16> {
        if sfi == 31 {
            return Err(0x6A86);
        }
        if sfi != 0 {
            let found = self.files.iter().position(|(fid, _)| *fid == sfi);
            self.current = Some(found.ok_or(0x6A82u16)?);
        }
        let current = self.current.ok_or(0x6986u16)?;
        Ok(&mut self.files[current].1)
    }

    /// The answer where `data` is all there is for `le`.
    fn exact(&self, data: Vec<u8>, le: u8) -> Answer {
        let le = usize::from(le);
        if le != 0 && (le < data.len() || (le > data.len() && self.t0)) {
            return (vec![], 0x6C00 | data.len() as u16 & 0xFF);
        }
        (data, 0x9000)
    }

    pub fn read_record(&mut self, sfi: u8, p1: u8, mode: u8, le: u8) -> Result<Answer, u16> {
        let file = self.addressed(sfi)?.clone();
        let records = match file {
            Transparent(_) => return Err(0x6981),
            Fixed { records, .. } | Cyclic { records, .. } if mode != 0 => records,
            Fixed { .. } | Cyclic { .. } => return Err(0x6981),
            Variable { records, .. } => records,
        };
        let number = if mode == 0 {
            records.iter().position(|record| record[0] == p1)
        } else {
            usize::from(p1)
                .checked_sub(1)
                .filter(|index| *index < records.len())
        };
        let number = number.ok_or(0x6A83u16)?;
        let mut data = records[number].clone();
        if mode == 5 {
            for record in &records[number + 1..] {
                if data.len() + record.len() > 256 {
                    break;
                }
                data.extend(record);
            }
        }
        Ok(self.exact(data, le))
    }

    pub fn write_record(&mut self, sfi: u8, p1: u8, mode: Mode, data: &[u8]) -> Result<(), u16> {
        match self.addressed(sfi)? {
            Transparent(_) if mode == Mode::Previous => Err(0x6A86),
            Transparent(_) => Err(0x6981),
            Cyclic {
                length,
                most,
                records,
            } => {
                if !matches!(
                    (mode, p1),
                    (Mode::Append, _) | (Mode::Number, 1) | (Mode::Previous, 0)
                ) {
                    return Err(0x6A86);
                }
                if data.len() != *length {
                    return Err(0x6700);
                }
                records.insert(0, data.to_vec());
                records.truncate(*most);
                Ok(())
            }
            Fixed {
                length,
                most,
                records,
            } => match mode {
                Mode::Append if data.len() != *length => Err(0x6700),
                Mode::Append if records.len() == *most => Err(0x6A84),
                Mode::Append => {
                    records.push(data.to_vec());
                    Ok(())
                }
                Mode::Number => {
                    let index = usize::from(p1).checked_sub(1);
                    let record = index.and_then(|index| records.get_mut(index));
                    let record = record.ok_or(0x6A83u16)?;
                    if data.len() != *length {
                        return Err(0x6700);
                    }
                    *record = data.to_vec();
                    Ok(())
                }
                Mode::Tag => Err(0x6981),
                Mode::Previous => Err(0x6A86),
            },
            Variable {
                longest,
                most,
                room,
                records,
            } => {
                let index = match mode {
                    Mode::Append => None,
                    Mode::Previous => return Err(0x6A86),
                    Mode::Number => {
                        let index = usize::from(p1).checked_sub(1);
                        Some(
                            index
                                .filter(|index| *index < records.len())
                                .ok_or(0x6A83u16)?,
                        )
                    }
                    Mode::Tag => {
                        let index = records.iter().position(|record| record[0] == p1);
                        Some(index.ok_or(0x6A83u16)?)
                    }
                };
                let whole = data.len() >= 2 && data.len() == 2 + usize::from(data[1]);
                if !whole || index.is_some_and(|index| records[index][0] != data[0]) {
                    return Err(0x6A80);
                }
                let mut after = records.clone();
                match index {
                    Some(index) => after[index] = data.to_vec(),
                    None => after.push(data.to_vec()),
                }
                let taken: usize = after.iter().map(Vec::len).sum();
                if data.len() > *longest || taken > *room || after.len() > *most {
                    return Err(0x6A84);
                }
                *records = after;
                Ok(())
            }
        }
    }

    /// The bytes of the addressed transparent EF, and the offset.
    fn binary(&mut self, p1: u8, p2: u8) -> Result<(&mut Vec<u8>, usize), u16> {
        let (file, offset) = if p1 & 0x80 == 0 {
            (self.addressed(0)?, u16::from_be_bytes([p1, p2]))
        } else if p1 & 0x60 != 0 || p1 & 0x1F == 0 {
            return Err(0x6A86);
        } else {
            (self.addressed(p1 & 0x1F)?, u16::from(p2))
        };
        let Transparent(bytes) = file else {
            return Err(0x6981);
        };
        let offset = usize::from(offset);
        if offset >= bytes.len() {
            return Err(0x6B00);
        }
        Ok((bytes, offset))
    }

    pub fn read_binary(&mut self, p1: u8, p2: u8, le: u8) -> Result<Answer, u16> {
        let t0 = self.t0;
        let (bytes, offset) = self.binary(p1, p2)?;
        let rest = &bytes[offset..];
        let ne = if le == 0 { 256 } else { usize::from(le) };
        let data = rest[..ne.min(rest.len())].to_vec();
        match ne > rest.len() && le != 0 {
            true if t0 => Ok((vec![], 0x6C00 | rest.len() as u16)),
            true => Ok((data, 0x6282)),
            false => Ok((data, 0x9000)),
        }
    }

    pub fn update_binary(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<(), u16> {
        let (bytes, offset) = self.binary(p1, p2)?;
        if offset + data.len() > bytes.len() {
            return Err(0x6A84);
        }
        bytes[offset..offset + data.len()].copy_from_slice(data);
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Tag,
    Previous,
    Number,
    Append,
}
