//! The commands, one file each, a folder for each group; [`row`] is the shape of each.

pub mod audit;
mod batch;
mod card;
mod cert;
mod chip;
mod help;
mod hsm;
pub mod job;
mod keys;
mod profile;
mod psam;
pub mod row;
mod terminal;
mod version;

use card::{apdu, issue, read, readers, sim, verify};
use row::{Example, Row, command, example};

/// What `ssc` can do, in the order of its help.
pub const ROWS: &[Row] = &[
    batch::ROW,
    profile::ROW,
    chip::ROW,
    job::ROW,
    audit::ROW,
    command::<issue::Args>(),
    command::<read::Args>(),
    terminal::ROW,
    command::<verify::Args>(),
    psam::ROW,
    command::<sim::Args>(),
    command::<readers::Args>(),
    command::<apdu::Args>(),
    keys::ROW,
    hsm::ROW,
    cert::ROW,
    command::<help::Args>(),
    command::<version::Args>(),
];

/// The examples of `ssc` itself.
pub const FIRST_STEPS: &[Example] = &[
    example(
        "ssc batch sample --count 20 --seed 1 -o batch.csv",
        "make 20 synthetic persons",
        "生成 20 名虚构人员",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --images cards",
        "issue their cards in this process, kept as images",
        "在本进程内为其发卡，并保存为映像",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --reader \"ACS ACR39U\"",
        "the same on cards in a PC/SC reader",
        "在 PC/SC 读卡器上发卡",
    ),
    example(
        "ssc read --image cards/0123456789AB.ssccard --all",
        "read one of them as a terminal does",
        "像终端一样读其中一张",
    ),
];
