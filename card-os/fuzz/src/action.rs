//! What one step of an input is.

use arbitrary::Arbitrary;

use crate::support::handmade;

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
