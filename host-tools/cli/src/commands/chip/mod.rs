//! `ssc chip …`

mod prepare;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "chip",
    [
        "Give blank chips keys of their own before they are issued",
        "发卡前为空白芯片写入其自有的密钥",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[command::<prepare::Args>()];

const EXAMPLES: &[Example] = &[example(
    "ssc chip prepare --vault keys.vault --reader \"ACS ACR39U\"",
    "the chips that are put into the reader one after the other",
    "依次放入读卡器的芯片",
)];
