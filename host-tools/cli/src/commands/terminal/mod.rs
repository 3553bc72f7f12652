//! `ssc terminal …`: the functions of LD/T 33.

mod items;
mod pins;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "terminal",
    [
        "Do what a terminal does (LD/T 33): read and write items, check, change, reload and unblock the PIN",
        "终端功能（LD/T 33）：读写数据项，校验、修改、重置和解锁 PIN",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[
    command::<items::ReadBasic>(),
    command::<items::Read>(),
    command::<items::Write>(),
    command::<pins::VerifyPin>(),
    command::<pins::ChangePin>(),
    command::<pins::ReloadPin>(),
    command::<pins::UnblockPin>(),
];

const EXAMPLES: &[Example] = &[example(
    "ssc terminal read-basic --reader \"ACS ACR39U\" --psam \"Gemalto\"",
    "a card in one reader, the PSAM in another",
    "卡在一个读卡器中，PSAM 在另一个",
)];
