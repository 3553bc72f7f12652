//! The exit codes of every subcommand, in one table.

use std::process::ExitCode;

use ssc_words::{ErrorKind, Lang};

use crate::text::pick;

macro_rules! exits {
    ($($name:ident $code:literal $kind:literal, $english:literal, $chinese:literal;)*) => {
        /// How `ssc` ends.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Exit {
            $(#[doc = $english] $name = $code,)*
        }

        impl Exit {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The number.
            pub fn code(self) -> u8 {
                self as u8
            }

            /// The name in `--json`; it never changes.
            pub fn kind(self) -> &'static str {
                match self { $(Self::$name => $kind,)* }
            }

            /// What it means.
            pub fn words(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => pick(lang, $english, $chinese),)* }
            }
        }
    };
}

exits! {
    Ok 0 "ok", "done", "完成";
    Output 1 "output", "a file or stdout could not be written", "无法写入文件或标准输出";
    Usage 2 "usage", "the command line is wrong", "命令行有误";
    Input 3 "input", "bad input: a batch with faults, a file that cannot be read, bad hex", "输入有误：批次有错、文件无法读取、十六进制有误";
    Reader 4 "reader", "no reader, no card, a card that does not answer, or another program has it", "没有读卡器、没有卡片、卡片无应答，或被其他程序占用";
    Card 5 "card", "the card answered, and refused", "卡片有应答，但拒绝";
    Keys 6 "keys", "vault, passphrase or key", "密钥库、口令或密钥";
    Incomplete 7 "incomplete", "some cards were not issued", "有卡未发出";
    NotGenuine 8 "not_genuine", "the card is not genuine, or could not be confirmed", "卡片不是真卡，或未能证实";
    Interrupted 130 "interrupted", "stopped by Ctrl-C; what was begun is kept", "被 Ctrl-C 停止；已开始的内容均已保存";
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Output => Self::Output,
            ErrorKind::Usage => Self::Usage,
            ErrorKind::Input => Self::Input,
            ErrorKind::Reader => Self::Reader,
            ErrorKind::Card => Self::Card,
            ErrorKind::Keys => Self::Keys,
            ErrorKind::NotGenuine => Self::NotGenuine,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

/// The table as `ssc --help` shows it.
pub fn table(lang: Lang) -> String {
    let mut out = String::from(pick(lang, "Exit codes:", "退出码："));
    for exit in Exit::ALL {
        out.push_str(&format!("\n  {}  {}", exit.code(), exit.words(lang)));
    }
    out
}
