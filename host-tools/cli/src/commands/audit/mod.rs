//! `ssc audit …`

mod export;
mod key;
mod sign;
mod verify;

#[cfg(test)]
pub use verify::Verified;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "audit",
    [
        "The signed log of each job: is it, and are the books, as they were written",
        "每个作业的签名日志：日志与登记簿是否仍是当初写入的内容",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[
    command::<verify::Args>(),
    command::<key::Args>(),
    command::<export::Args>(),
    command::<sign::Args>(),
];

const EXAMPLES: &[Example] = &[
    example(
        "ssc audit verify --all --vault keys.vault",
        "look through the log of every job",
        "检查每个作业的日志",
    ),
    example(
        "ssc audit key --vault keys.vault",
        "the public key, to be noted elsewhere",
        "公钥，请记在他处",
    ),
];

/// The end of a log as it is noted elsewhere.
pub fn end(seq: i64, hash: &[u8]) -> String {
    format!("{seq}:{}", hex::encode(hash))
}
