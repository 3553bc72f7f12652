//! `ssc batch …`

mod check;
mod columns;
mod sample;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "batch",
    [
        "Check a batch file of cardholders, list the columns it may have, make one of synthetic persons",
        "检查持卡人批次文件，列出可有的列，或生成虚构人员的批次",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[
    command::<check::Args>(),
    command::<columns::Args>(),
    command::<sample::Args>(),
];

const EXAMPLES: &[Example] = &[
    example(
        "ssc batch columns",
        "what a batch may hold",
        "批次文件可有哪些列",
    ),
    example(
        "ssc batch check batch.csv",
        "list every fault of a batch",
        "列出批次的全部错误",
    ),
];
