//! Commands for a card machine that has no socket.

use ssc_reader::hooks::Hooks;

use crate::commands::row::Arguments;

/// Which commands feed the heads.
#[derive(Clone, Debug, clap::Args)]
pub struct HookArgs {
    /// Command that brings the next card into a head; SSC_HEAD, SSC_JOB and SSC_LINE tell which; ends with 10 where no card is left
    #[arg(long, value_name = "CMD")]
    on_next: Option<String>,
    /// Command that moves the card of a head to the good ones
    #[arg(long, value_name = "CMD")]
    on_good: Option<String>,
    /// Command that moves the card of a head to the bad ones
    #[arg(long, value_name = "CMD")]
    on_bad: Option<String>,
}

impl HookArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "on_next",
                "将下一张卡送入发卡头的命令；由 SSC_HEAD、SSC_JOB、SSC_LINE 说明；没有卡时以 10 退出",
            ),
            ("on_good", "将发卡头中的卡移入好卡的命令"),
            ("on_bad", "将发卡头中的卡移入坏卡的命令"),
        ],
        flattened: &[],
    };

    /// The commands.
    pub fn hooks(&self) -> Hooks {
        Hooks {
            next: self.on_next.clone(),
            good: self.on_good.clone(),
            bad: self.on_bad.clone(),
        }
    }
}
