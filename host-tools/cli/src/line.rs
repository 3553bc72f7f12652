//! What is known of the line to the cards.

use crate::commands::row::Arguments;
use ssc_bureau::domain_keys::Line;

/// What is known of the line to the cards.
#[derive(Debug, clap::Args)]
pub struct LineArgs {
    /// Issue chips that still carry published keys with a vault of your own too: nobody can listen between here and the card
    #[arg(long)]
    trusted_line: bool,
}

impl LineArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "trusted_line",
            "用自己的密钥库时，也发仍带公开密钥的芯片：确认本机与卡之间无人能监听",
        )],
        flattened: &[],
    };
}

impl LineArgs {
    /// It is said to be trusted.
    pub fn is_trusted(&self) -> bool {
        self.trusted_line
    }

    /// These options and what was said of the line.
    pub fn with(&self, mut options: Vec<String>) -> Vec<String> {
        if self.trusted_line {
            options.push("--trusted-line".to_owned());
        }
        options
    }

    /// As the bureau takes it.
    pub fn line(&self) -> Line {
        if self.trusted_line {
            Line::Trusted
        } else {
            Line::Open
        }
    }
}
