//! `ssc profile …`

mod check;
mod new;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "profile",
    [
        "Make and check profiles: the rules by which a bureau issues cards",
        "生成和检查配置：制卡机构的发卡规则",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[command::<new::Args>(), command::<check::Args>()];

const EXAMPLES: &[Example] = &[
    example(
        "ssc profile new --generation 3.00 -o city.toml",
        "write a commented example",
        "写出带注释的示例",
    ),
    example(
        "ssc profile check city.toml",
        "every fault with its line and column",
        "逐条列出错误的行和列",
    ),
];
