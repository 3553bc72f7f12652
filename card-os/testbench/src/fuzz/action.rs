//! What one step of an input is.

use apdu_specs::applications::commands;
use arbitrary::Arbitrary;
use simulated_flash::Cut;

use super::{Fuzz, Step, command, interface_of, pick};
use crate::handmade;
use crate::hex;

/// What the fuzzer can do.
#[derive(Arbitrary, Debug)]
pub enum Action {
    /// Any bytes.
    Raw(Vec<u8>),
    /// A command of the table, with parameters of its own or such as its rule allows.
    Row {
        row: u8,
        class: Option<u8>,
        p1: u8,
        p2: u8,
        data: Vec<u8>,
        le: Option<u8>,
    },
    /// SELECT of one of the names and identifiers that there are.
    Select(u8),
    /// READ or UPDATE of one of the files that there are.
    Read {
        binary: bool,
        p1: u8,
        sfi: u8,
        le: u8,
    },
    Update {
        binary: bool,
        append: bool,
        p1: u8,
        sfi: u8,
        data: Vec<u8>,
    },
    /// VERIFY.
    Verify {
        right: bool,
    },
    /// CHANGE PIN, from and to one of two.
    ChangePin {
        right: bool,
    },
    /// GET CHALLENGE and EXTERNAL AUTHENTICATE.
    Authenticate {
        key: u8,
        right: bool,
    },
    /// GET CHALLENGE, then PIN UNBLOCK, PIN RELOAD or CARD BLOCK with its MAC.
    Maintain {
        what: u8,
        right: bool,
    },
    /// The secure channel.
    Open {
        level: u8,
    },
    /// A command of the table through it.
    Channel {
        row: u8,
        p1: u8,
        p2: u8,
        data: Vec<u8>,
    },
    /// Data groupings through it.
    Store {
        grouping: u8,
        split: u8,
    },
    SetSecured,
    Wipe,
    Reset,
    Switch(u8),
    /// Power off and on, and a cut after so many flash operations from now on.
    Cut {
        operations: u8,
        kind: u8,
    },
}

impl Step for Action {
    fn act(&self, fuzz: &mut Fuzz) {
        match self {
            Self::Raw(bytes) => {
                fuzz.send(&bytes[..bytes.len().min(300)]);
            }
            Self::Row {
                row,
                class,
                p1,
                p2,
                data,
                le,
            } => {
                let rows: Vec<_> = commands().collect();
                let row = *pick(&rows, *row);
                let header = [class.unwrap_or(row.class), row.ins, *p1, *p2];
                fuzz.send(&command(header, data, *le));
            }
            Self::Select(number) => {
                let select = *pick(&SELECTS, *number);
                fuzz.send(&hex(select));
            }
            Self::Read {
                binary,
                p1,
                sfi,
                le,
            } => {
                let header = if *binary {
                    [0x00, 0xB0, 0x80 | (sfi % 0x20), *p1]
                } else {
                    [0x00, 0xB2, *p1, sfi << 3 | [0, 4, 5][usize::from(*le) % 3]]
                };
                fuzz.send(&command(header, &[], Some(*le)));
            }
            Self::Update {
                binary,
                append,
                p1,
                sfi,
                data,
            } => {
                let header = match (binary, append) {
                    (true, _) => [0x00, 0xD6, 0x80 | (sfi % 0x20), *p1],
                    (false, true) => [0x00, 0xE2, 0x00, sfi << 3],
                    (false, false) => [0x00, 0xDC, *p1, sfi << 3 | [0, 3, 4][data.len() % 3]],
                };
                fuzz.send(&command(header, data, None));
            }
            Self::Verify { right } => {
                let pin = if *right == fuzz.watch.pin_changed() {
                    "246810"
                } else {
                    "123456"
                };
                fuzz.send(&hex(&format!("0020000003{pin}")));
            }
            Self::ChangePin { right } => {
                let (old, new) = if fuzz.watch.pin_changed() == *right {
                    ("246810", "123456")
                } else {
                    ("123456", "246810")
                };
                fuzz.send(&hex(&format!("805E010007{old}FF{new}")));
            }
            Self::Authenticate { key, right } => fuzz.authenticate(*key, *right),
            Self::Maintain { what, right } => fuzz.maintain(*what, *right),
            Self::Open { level } => fuzz.open(*level),
            Self::Channel { row, p1, p2, data } => {
                let rows: Vec<_> = commands().collect();
                let row = *pick(&rows, *row);
                let data = &data[..data.len().min(220)];
                fuzz.channel([row.class & !0x04, row.ins, *p1, *p2], data);
            }
            Self::Store { grouping, split } => fuzz.store(*grouping, *split),
            Self::SetSecured => {
                fuzz.channel([0x80, 0xF0, 0x80, 0x0F], &[]);
            }
            Self::Wipe => {
                fuzz.channel([0x80, 0xE2, 0x88, 0x00], &[0x00, 0xF0, 0x00]);
            }
            Self::Reset => {
                fuzz.card.reset();
                fuzz.forget();
            }
            Self::Switch(number) => {
                fuzz.card.switch(interface_of(*number));
                fuzz.forget();
            }
            Self::Cut { operations, kind } => {
                let cut = match kind % 3 {
                    0 => Cut::Before,
                    1 => Cut::After,
                    _ => Cut::Middle {
                        seed: u64::from(*kind),
                    },
                };
                fuzz.power_cycle(Some((u64::from(*operations), cut)));
            }
        }
    }

    fn harmless(&self) -> bool {
        matches!(
            self,
            Self::Select(_)
                | Self::Read { .. }
                | Self::Update { .. }
                | Self::Open { .. }
                | Self::SetSecured
                | Self::Reset
                | Self::Switch(_)
                | Self::Cut { .. }
        )
    }
}

/// Names and identifiers that there are.
pub const SELECTS: [&str; 16] = [
    handmade::SSSE,
    handmade::DF01,
    handmade::DF02,
    handmade::DDF2,
    "00A40000023F0000",
    "00A4000002DF0A00",
    "00A4040008A00000015100000000",
    "00A4040000",
    "00A40400077378312E73682E00",
    "00A40402077378312E73682E00",
    "00A4040205D15600000500",
    "00A4040C05D156000005",
    "00A4020002EF0500",
    "00A4020402EF0600",
    "00A4020002EF0700",
    "00A40000020007",
];
