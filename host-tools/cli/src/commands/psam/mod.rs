//! `ssc psam …`

mod issue;
mod show;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "psam",
    [
        "Make a terminal's PSAM, show what one tells of itself",
        "制作终端的 PSAM，显示其自身信息",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[command::<issue::Args>(), command::<show::Args>()];

const EXAMPLES: &[Example] = &[example(
    "ssc psam issue --region 440300 --terminal-id 440300000001 --image psam.ssccard",
    "a simulated PSAM with the published demo keys",
    "用公开的演示密钥制作模拟 PSAM",
)];
