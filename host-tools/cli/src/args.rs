//! The command line: what is common to all subcommands.

use clap::{ArgAction, Args, Parser, ValueEnum};

use crate::commands::row::{Arguments, Chinese};

/// Issue social security cards, read them and simulate them
#[derive(Debug, Parser)]
#[command(
    name = "ssc",
    version,
    disable_version_flag = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Options of every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

impl Cli {
    /// Its help in Chinese.
    pub const CHINESE: Chinese = Chinese {
        about: "社会保障卡：发卡、读卡、模拟",
        more: &[],
        arguments: Arguments {
            own: &[("version", "显示版本")],
            flattened: &[&Global::CHINESE],
        },
    };
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub struct Global {
    /// Language of messages; otherwise LC_ALL, LC_MESSAGES or LANG decides
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LANG",
        display_order = 900
    )]
    pub lang: Option<LangArg>,
    /// Print one JSON document on stdout, for errors too
    #[arg(long, global = true, display_order = 901)]
    pub json: bool,
    /// Leave out notes and progress
    #[arg(short, long, global = true, display_order = 902)]
    pub quiet: bool,
    /// Print this help
    #[arg(short = 'h', long, global = true, action = ArgAction::Help, display_order = 903)]
    help: Option<bool>,
}

impl Global {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "lang",
                "消息的语言；否则由 LC_ALL、LC_MESSAGES 或 LANG 决定",
            ),
            ("json", "在标准输出打印一个 JSON 文档，出错时也是"),
            ("quiet", "不显示提示和进度"),
            ("help", "显示本帮助"),
        ],
        flattened: &[],
    };
}

/// A language by its code.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    /// English
    En,
    /// Chinese
    Zh,
}
