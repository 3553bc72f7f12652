//! `ssc keys …`, which older scripts call `ssc vault …`.

mod audit;
mod bring;
mod ceremony;
mod check_values;
mod complete;
mod component;
mod export;
mod import;
mod new;
mod pins;
mod show;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "keys",
    [
        "Make a vault of master keys or hold a key ceremony, show, export and import keys, open a sealed file of PINs, check the audit log",
        "新建密钥库或举行密钥仪式，显示、导出和导入密钥，打开密封的 PIN 文件，检查审计日志",
    ],
    EXAMPLES,
    ROWS,
).also("vault");

const ROWS: &[Row] = &[
    command::<new::Args>(),
    command::<complete::Args>(),
    command::<component::Args>(),
    command::<ceremony::Args>(),
    command::<show::Args>(),
    command::<export::Args>(),
    command::<import::Args>(),
    command::<pins::Args>(),
    command::<audit::Args>(),
];

const EXAMPLES: &[Example] = &[
    example(
        "ssc keys new keys.vault",
        "make a vault of random master keys",
        "新建随机主密钥的密钥库",
    ),
    example(
        "ssc keys component --need 2 anna.component bo.component chen.component",
        "first a master key in components",
        "先制作主密钥的分量",
    ),
    example(
        "ssc keys ceremony keys.vault --component anna.component --component chen.component",
        "then the ceremony: a vault of all root keys",
        "然后举行密钥仪式：生成全部根密钥的密钥库",
    ),
];
