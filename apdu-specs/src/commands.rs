//! Commands: the columns of their tables, and how a card finds the row of one.
//!
//! Each application's room has a table of its own. A row is split into rules for the card and words for people.

#[macro_use]
mod rows;

use crate::application::Application;
use crate::life_cycle::{LifeCycle, LifeCycles};
use crate::{Evidence, Interface, Status};

pub(crate) use rows::{Traits, columns};

/// The ISO cases (ISO 7816-3, 12.1.2) that a command may take, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cases(u8);

impl Cases {
    /// Case 1: no data either way. On T=0 it arrives as five bytes with P3 = 00.
    pub const ONE: Self = Self(1);
    /// Case 2: data from the card only.
    pub const TWO: Self = Self(2);
    /// Case 3: data to the card only.
    pub const THREE: Self = Self(4);
    /// Case 4: data both ways.
    pub const FOUR: Self = Self(8);

    /// Both sets together.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The rule for P1 or P2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Every value.
    Any,
    /// One value.
    Is(u8),
    /// One of these.
    OneOf(&'static [u8]),
    /// `value & mask == result`: (mask, result).
    Masked(u8, u8),
    /// The low three bits are one of these; the high five carry an SFI.
    LowBits(&'static [u8]),
}

impl Parameter {
    /// Whether `value` keeps the rule.
    pub fn allows(self, value: u8) -> bool {
        match self {
            Self::Any => true,
            Self::Is(one) => value == one,
            Self::OneOf(list) => list.contains(&value),
            Self::Masked(mask, result) => value & mask == result,
            // SFI 1F is reserved (ISO 7816-4, 7.3.2).
            Self::LowBits(list) => value < 0xF8 && list.contains(&(value & 0x07)),
        }
    }
}

/// Interfaces on which a command is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interfaces {
    /// Contact and contactless.
    Both,
    /// Contact only: PIN change and maintenance.
    Contact,
}

impl Interfaces {
    /// Whether `interface` is one of them.
    pub const fn has(self, interface: Interface) -> bool {
        match self {
            Self::Both => true,
            Self::Contact => !interface.is_contactless(),
        }
    }
}

/// What the card does with a wrong Le.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeRule {
    /// The command answers no data, or the handler judges Le itself.
    Own,
    /// 00 or exactly the length that is there, else `6Cxx`.
    Exact,
    /// Fewer bytes than there are, or 00 for all, are legal; more are answered as the protocol has it.
    UpTo,
}

/// CLA bit of a command secured by GlobalPlatform's channel, or a secure message under STK.
pub const SECURED: u8 = 0x04;

/// INS of GET RESPONSE, which the link answers on T=0 in whatever class it comes.
pub const GET_RESPONSE: u8 = 0xC0;

/// Classes of a secure message under STK and the last challenge, for commands that may be one: 04 and 84 with the field's MAC
/// of 4 bytes behind the data, 0C with the data objects of ISO 7816-4 clause 10 and the header authenticated.
pub const SECURE_MESSAGING_CLASSES: [u8; 3] = [0x04, 0x84, SECURE_MESSAGING_OBJECTS];

/// The class of the secure messages that are data objects.
pub const SECURE_MESSAGING_OBJECTS: u8 = 0x0C;

/// The rules of one command (clauses of ISO 7816-4 are those of its 2013 edition): what the card scans. 6E00, 6D00, 6A86, 6700 and 6985 follow from it.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// In which application.
    pub application: Application,
    /// Its place in the application's table, from 0: which handler, and which words.
    pub number: u8,
    /// CLA rule: `cla & class_mask == class`.
    pub class_mask: u8,
    /// See `class_mask`.
    pub class: u8,
    /// Whether it may also come as a secure message, in one of [`SECURE_MESSAGING_CLASSES`].
    pub secure_messaging: bool,
    /// Whether it works while the current directory's application is blocked. All others answer 6A81 there, or 9303 where
    /// it is blocked for good (P).
    pub works_in_a_blocked_application: bool,
    /// Whether it may come plain while a secure channel is open: it ends the channel, and something new begins.
    pub begins_anew: bool,
    /// INS.
    pub ins: u8,
    /// ISO cases.
    pub cases: Cases,
    /// Rule for P1.
    pub p1: Parameter,
    /// Rule for P2.
    pub p2: Parameter,
    /// Least Lc in bytes where there is data; of a secured command, after deciphering.
    pub lc_min: u8,
    /// Greatest Lc in bytes.
    pub lc_max: u8,
    /// Le.
    pub le: LeRule,
    /// Life cycles in which it is allowed, else 6985.
    pub life_cycles: LifeCycles,
    /// Interfaces on which it is allowed, else 6985.
    pub interfaces: Interfaces,
}

impl Command {
    /// Whether CLA and INS are this row's.
    pub fn matches(&self, cla: u8, ins: u8) -> bool {
        self.ins == ins
            && (cla & self.class_mask == self.class
                || self.secure_messaging && SECURE_MESSAGING_CLASSES.contains(&cla))
    }
}

/// The words of one command, for the manual, traces and tests.
#[derive(Clone, Copy, Debug)]
pub struct CommandWords {
    /// The standard's name.
    pub name: &'static str,
    /// 中文名
    pub chinese: &'static str,
    /// What it does and how its fields are laid out.
    pub meaning: &'static str,
    /// Clause of the standard.
    pub clause: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
    /// Whether its data field carries secrets that no trace may show.
    pub secret: bool,
    /// Status words it may answer beside the common ones ([`COMMON_STATUS`]).
    pub status: &'static [Status],
}

/// Status words that every command may answer: from parsing, from a memory that failed, and in a blocked
/// application.
pub static COMMON_STATUS: &[Status] = &[
    Status::WRONG_LENGTH,
    Status::WRONG_P1P2,
    Status::CONDITIONS_NOT_SATISFIED,
    Status::CLASS_NOT_SUPPORTED,
    Status::INSTRUCTION_NOT_SUPPORTED,
    Status::CHANNEL_NOT_SUPPORTED,
    Status::SECURE_MESSAGING_NOT_SUPPORTED,
    Status::CHAINING_NOT_SUPPORTED,
    Status::MEMORY_FAILURE,
    // A blocked application's directory is current.
    Status::FUNCTION_NOT_SUPPORTED,
    Status::PERMANENTLY_BLOCKED,
];

/// The commands of one application, as a card links them.
#[derive(Clone, Copy, Debug)]
pub struct CommandTable {
    /// Whose they are.
    pub application: Application,
    /// A row for each.
    pub rows: &'static [Command],
}

/// Finds the row for a command in the tables of the applications that a card was built with: that of the selected
/// application first, then those of [`Application::asked`].
///
/// # Errors
/// 6D00 where no row of the application knows INS, 6E00 where only CLA differs, 6A86 where only
/// P1 or P2 do.
pub fn find(
    tables: &[&CommandTable],
    application: Application,
    cla: u8,
    ins: u8,
    p1: u8,
    p2: u8,
) -> Result<&'static Command, Status> {
    let mut nearest = Status::INSTRUCTION_NOT_SUPPORTED;
    for asked in application.asked() {
        for table in tables.iter().filter(|table| table.application == *asked) {
            for row in table.rows {
                if row.ins == ins && nearest == Status::INSTRUCTION_NOT_SUPPORTED {
                    nearest = Status::CLASS_NOT_SUPPORTED;
                }
                if row.matches(cla, ins) {
                    if row.p1.allows(p1) && row.p2.allows(p2) {
                        return Ok(row);
                    }
                    nearest = Status::WRONG_P1P2;
                }
            }
        }
    }
    Err(nearest)
}

impl Command {
    /// Whether the command is allowed in this life cycle and on this interface.
    ///
    /// # Errors
    /// 6985.
    pub const fn allowed(&self, state: LifeCycle, over: Interface) -> Result<(), Status> {
        if self.interfaces.has(over) && self.life_cycles.contains(state) {
            Ok(())
        } else {
            Err(Status::CONDITIONS_NOT_SATISFIED)
        }
    }
}
