//! Which token of which host security module, and its PIN: never on the command line.

use std::path::PathBuf;

use ssc_keys::hsm::{self, Hsm, HsmConfig, Login, PinTries, TokenChoice};
use ssc_keys::secret_file;
use zeroize::Zeroizing;

use crate::advice;
use crate::audit;
use crate::commands::row::Arguments;
use crate::failure::Failure;
use crate::pin_command;
use crate::secret;
use crate::text::text;
use crate::ui::Ui;

/// Which token.
#[derive(Debug, clap::Args)]
pub struct TokenArgs {
    /// Label of the HSM's token; without it the only one there is
    #[arg(long, value_name = "LABEL", requires = "hsm")]
    token_label: Option<String>,
    /// Slot of the HSM's token
    #[arg(
        long,
        value_name = "N",
        requires = "hsm",
        conflicts_with = "token_label"
    )]
    slot: Option<u64>,
    /// TOML file with the maker's numbers for SM4: table sm4 with key_type, ecb and derive; without it SM4 comes from --vault
    #[arg(long, value_name = "FILE", requires = "hsm")]
    hsm_config: Option<PathBuf>,
    /// First line of this file is the token's PIN; otherwise SSC_HSM_PIN, or a question without echo
    #[arg(long, value_name = "FILE", requires = "hsm")]
    hsm_pin_file: Option<PathBuf>,
    /// First line that this command prints is the token's PIN: an agent or a password manager; run without a shell, quotes hold words together
    #[arg(
        long,
        value_name = "CMD",
        requires = "hsm",
        conflicts_with = "hsm_pin_file"
    )]
    hsm_pin_command: Option<String>,
    /// Spend the last try that the token has left for its PIN; a wrong one then blocks it
    #[arg(long, requires = "hsm")]
    hsm_last_try: bool,
}

impl TokenArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            ("token_label", "加密机令牌的标签；缺省为唯一的令牌"),
            ("slot", "加密机令牌的槽位号"),
            (
                "hsm_config",
                "TOML 文件，[sm4] 一节以 key_type、ecb、derive 给出厂商的 SM4 编号；缺省时 SM4 取自 --vault",
            ),
            (
                "hsm_pin_file",
                "此文件的第一行为令牌的 PIN；否则用 SSC_HSM_PIN，或不回显地询问",
            ),
            (
                "hsm_pin_command",
                "此命令输出的第一行为令牌的 PIN（代理程序或密码管理器）；不经 shell 运行，引号内为一个词",
            ),
            (
                "hsm_last_try",
                "使用令牌 PIN 剩余的最后一次机会；错误则锁定",
            ),
        ],
        flattened: &[],
    };
}

impl TokenArgs {
    /// The options as they were given.
    pub fn options(&self, words: &mut Vec<String>) {
        advice::option(words, "--token-label", self.token_label.as_deref());
        advice::option(words, "--slot", self.slot.map(|slot| slot.to_string()));
        advice::path(words, "--hsm-config", self.hsm_config.as_deref());
        advice::path(words, "--hsm-pin-file", self.hsm_pin_file.as_deref());
        advice::option(words, "--hsm-pin-command", self.hsm_pin_command.as_deref());
    }

    /// Logs in to the token of the module in the file `module`, and says so if its keys are published.
    ///
    /// # Errors
    /// No such module or token, no PIN or a wrong one.
    pub fn open(&self, module: &std::path::Path, ui: &Ui) -> Result<Hsm, Failure> {
        let token = match (&self.token_label, self.slot) {
            (Some(label), _) => TokenChoice::Label(label.clone()),
            (None, Some(slot)) => TokenChoice::Slot(slot),
            (None, None) => TokenChoice::Only,
        };
        let config = self
            .hsm_config
            .as_deref()
            .map(HsmConfig::read)
            .transpose()?;
        // A file that others can read is refused before the token is asked for anything.
        let of_file = self.hsm_pin_file.as_deref();
        let of_file = of_file.map(secret_file::first_line).transpose()?;
        // Before anybody is asked for a PIN that cannot be tried.
        match hsm::pin_tries(module, &token, self.hsm_last_try)? {
            PinTries::Fewer => ui.warn(&text(
                "the token has had a wrong PIN since its last right one, and blocks its PIN after a few: the next one is tried once",
                "自上次正确输入以来令牌收到过错误的 PIN，多次错误会锁定：下一个只尝试一次",
            )),
            PinTries::Last => ui.warn(&text(
                "this is the last try of the token's PIN: a wrong one blocks it",
                "这是令牌 PIN 的最后一次机会：错误则锁定",
            )),
            PinTries::Untold | PinTries::None => {}
        }
        let pin = match of_file {
            Some(pin) => pin,
            None => self.pin(ui)?,
        };
        let login = Login {
            pin: &pin,
            last_try: self.hsm_last_try,
        };
        let hsm = Hsm::open_audited(
            module,
            &token,
            login,
            audit::named_log(),
            ui.audit.command(),
        )?;
        if let Some(trail) = hsm.trail() {
            ui.audit.watch(trail);
        }
        if hsm.is_demo() {
            ui.announce_demo_keys();
        }
        Ok(match config.and_then(|config| config.sm4) {
            Some(sm4) => hsm.with_sm4(sm4)?,
            None => hsm,
        })
    }

    /// The PIN, where no file has it.
    fn pin(&self, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
        if let Some(command) = &self.hsm_pin_command {
            return pin_command::first_line(command);
        }
        if let Some(pin) = secret::from_environment(secret::HSM_PIN)? {
            return Ok(pin);
        }
        secret::ask(
            &text("PIN of the HSM's token: ", "加密机令牌的 PIN："),
            text(
                "no PIN for the HSM's token: put it into SSC_HSM_PIN, give --hsm-pin-file or --hsm-pin-command, or run this in a terminal",
                "没有加密机令牌的 PIN：请放入环境变量 SSC_HSM_PIN、使用 --hsm-pin-file 或 --hsm-pin-command，或在终端中运行",
            ),
            ui,
        )
    }
}
