//! Random commands, mostly valid, against a plain model of files and records in memory.
//!
//! The model knows no store, no transactions and no slots: vectors of bytes, and ISO 7816-4 as the
//! facts have it. Whatever the card answers and keeps must be what the model says.

use card_os::Interface::{self, ContactT0, ContactT1};
use proptest::prelude::*;

use crate::support::handmade::DF02;
use crate::support::{TestCard, to_hex};

/// An elementary file of DF02.
#[derive(Clone, Debug)]
enum File {
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
struct Model {
    files: [(u8, File); 7],
    current: Option<usize>,
    t0: bool,
}

type Answer = (Vec<u8>, u16);

impl Model {
    fn new(t0: bool) -> Self {
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

    fn read_record(&mut self, sfi: u8, p1: u8, mode: u8, le: u8) -> Result<Answer, u16> {
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

    fn write_record(&mut self, sfi: u8, p1: u8, mode: Mode, data: &[u8]) -> Result<(), u16> {
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

    fn read_binary(&mut self, p1: u8, p2: u8, le: u8) -> Result<Answer, u16> {
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

    fn update_binary(&mut self, p1: u8, p2: u8, data: &[u8]) -> Result<(), u16> {
        let (bytes, offset) = self.binary(p1, p2)?;
        if offset + data.len() > bytes.len() {
            return Err(0x6A84);
        }
        bytes[offset..offset + data.len()].copy_from_slice(data);
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Tag,
    Previous,
    Number,
    Append,
}

/// One step.
#[derive(Clone, Debug)]
enum Step {
    Select(u8),
    Read {
        sfi: u8,
        p1: u8,
        mode: u8,
        le: u8,
    },
    Write {
        sfi: u8,
        p1: u8,
        mode: Mode,
        data: Vec<u8>,
    },
    ReadBinary {
        p1: u8,
        p2: u8,
        le: u8,
    },
    UpdateBinary {
        p1: u8,
        p2: u8,
        data: Vec<u8>,
    },
    Reset,
    PowerCycle,
}

/// Mostly the files that there are, sometimes the current one.
fn sfi() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 0x05..=0x0Bu8, 3 => Just(0u8), 1 => prop_oneof![1..=0x0Bu8, 0x0D..=0x1Fu8]]
}

/// Record data: mostly of a right length and shape.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let tlv = (
        prop_oneof![Just(0x40u8), Just(0x41), any::<u8>()],
        prop::collection::vec(any::<u8>(), 0..=15),
    )
        .prop_map(|(tag, value)| {
            let mut record = vec![tag, value.len() as u8];
            record.extend(value);
            record
        });
    prop_oneof![
        4 => tlv,
        2 => any::<[u8; 8]>().prop_map(Vec::from),
        2 => any::<[u8; 4]>().prop_map(Vec::from),
        1 => any::<[u8; 2]>().prop_map(Vec::from),
        1 => any::<u8>().prop_map(|byte| vec![byte; 255]),
        1 => prop::collection::vec(any::<u8>(), 1..=20),
    ]
}

fn le() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0u8), 1 => 1..=17u8, 1 => any::<u8>()]
}

/// P1 and P2 of READ and UPDATE BINARY.
fn offset() -> impl Strategy<Value = (u8, u8)> {
    prop_oneof![
        4 => (prop_oneof![Just(0x88u8), Just(0x89u8)], any::<u8>()),
        4 => (Just(0u8), any::<u8>()),
        1 => (Just(1u8), 0..=2u8),
        1 => any::<(u8, u8)>().prop_filter("SFI 0C is under a key", |(p1, _)| *p1 != 0x8C),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let number =
        || prop_oneof![5 => 0..=6u8, 2 => Just(0x40u8), 1 => Just(0x41u8), 1 => any::<u8>()];
    let mode = prop_oneof![Just(0u8), Just(4u8), Just(5u8)];
    let write_mode = prop_oneof![
        Just(Mode::Tag),
        Just(Mode::Previous),
        Just(Mode::Number),
        Just(Mode::Append)
    ];
    let bytes = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 1..=20),
        1 => prop::collection::vec(any::<u8>(), 1..=255),
    ];
    prop_oneof![
        2 => prop_oneof![0x05..=0x0Bu8, Just(0x0D)].prop_map(Step::Select),
        8 => (sfi(), number(), mode, le()).prop_map(|(sfi, p1, mode, le)| Step::Read { sfi, p1, mode, le }),
        10 => (sfi(), number(), write_mode, record())
            .prop_map(|(sfi, p1, mode, data)| Step::Write { sfi, p1, mode, data }),
        5 => (offset(), le()).prop_map(|((p1, p2), le)| Step::ReadBinary { p1, p2, le }),
        5 => (offset(), bytes).prop_map(|((p1, p2), data)| Step::UpdateBinary { p1, p2, data }),
        1 => Just(Step::Reset),
        1 => Just(Step::PowerCycle),
    ]
}

/// The bytes of a step, and the answer by the model.
fn command(step: &Step, model: &mut Model) -> (Vec<u8>, Answer) {
    let with_data = |header: [u8; 4], data: &[u8]| {
        let mut command = header.to_vec();
        command.push(data.len() as u8);
        command.extend(data);
        command
    };
    let refused = |result: Result<Answer, u16>| result.unwrap_or_else(|status| (vec![], status));
    let done = |result: Result<(), u16>| (vec![], result.err().unwrap_or(0x9000));
    match step {
        Step::Select(fid) => {
            let found = model.files.iter().position(|(one, _)| one == fid);
            model.current = found.or(model.current);
            let status = if found.is_some() { 0x9000 } else { 0x6A82 };
            (
                with_data([0x00, 0xA4, 0x02, 0x00], &[0x00, *fid]),
                (vec![], status),
            )
        }
        Step::Read { sfi, p1, mode, le } => (
            vec![0x00, 0xB2, *p1, sfi << 3 | mode, *le],
            refused(model.read_record(*sfi, *p1, *mode, *le)),
        ),
        Step::Write {
            sfi,
            p1,
            mode,
            data,
        } => {
            let answer = done(model.write_record(*sfi, *p1, *mode, data));
            let (ins, p1, mode) = match mode {
                Mode::Append => (0xE2, 0x00, 0),
                Mode::Tag => (0xDC, *p1, 0),
                Mode::Previous => (0xDC, *p1, 3),
                Mode::Number => (0xDC, *p1, 4),
            };
            (with_data([0x00, ins, p1, sfi << 3 | mode], data), answer)
        }
        Step::ReadBinary { p1, p2, le } => (
            vec![0x00, 0xB0, *p1, *p2, *le],
            refused(model.read_binary(*p1, *p2, *le)),
        ),
        Step::UpdateBinary { p1, p2, data } => (
            with_data([0x00, 0xD6, *p1, *p2], data),
            done(model.update_binary(*p1, *p2, data)),
        ),
        Step::Reset | Step::PowerCycle => unreachable!("they are no commands"),
    }
}

fn run(interface: Interface, steps: &[Step]) {
    let mut card = TestCard::personalized(interface);
    let mut model = Model::new(interface == ContactT0);
    card.ok(DF02);
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Reset => card.reset(),
            Step::PowerCycle => card = card.power_cycle(),
            _ => {
                let (command, expected) = command(step, &mut model);
                let answer = card.send(&command);
                assert_eq!(
                    (to_hex(&answer.data), format!("{:04X}", answer.sw)),
                    (to_hex(&expected.0), format!("{:04X}", expected.1)),
                    "step {number}: {step:?} on {interface:?}"
                );
                continue;
            }
        }
        card.ok(DF02);
        model.current = None;
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if std::env::var("CARD_TESTS").is_ok_and(|form| form == "full") { 20_000 } else { 300 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_card_keeps_what_the_model_keeps(
        t0: bool,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        run(if t0 { ContactT0 } else { ContactT1 }, &steps);
    }
}
