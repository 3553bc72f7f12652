//! `ssc terminal verify-pin`, `change-pin`, `reload-pin` and `unblock-pin`.

use serde_json::json;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::pin_source::{NewPinArgs, PinArgs};
use crate::terminal_args::TerminalArgs;
use crate::text::pick;
use crate::ui::Ui;

/// Check the cardholder's PIN, as iVerifyPIN
#[derive(Debug, clap::Args)]
pub struct VerifyPin {
    #[command(flatten)]
    pin: PinArgs,
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for VerifyPin {
    const NAME: &'static str = "verify-pin";
    const RUN: Run<Self> = verify_pin;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc terminal verify-pin --pin-file -",
        "the PIN from a pipe",
        "PIN 来自管道",
    )];
    const CHINESE: Chinese = Chinese {
        about: "校验持卡人 PIN（iVerifyPIN）",
        more: &[],
        arguments: Arguments {
            own: &[],
            flattened: &[&PinArgs::CHINESE, &TerminalArgs::CHINESE],
        },
    };
}

/// Change the PIN with the old one, as iChangePIN
#[derive(Debug, clap::Args)]
pub struct ChangePin {
    #[command(flatten)]
    pin: PinArgs,
    #[command(flatten)]
    new: NewPinArgs,
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for ChangePin {
    const NAME: &'static str = "change-pin";
    const RUN: Run<Self> = change_pin;
    const EXAMPLES: &'static [Example] = &[example(
        "SSC_PIN=123456 SSC_NEW_PIN=246810 ssc terminal change-pin",
        "both out of the environment",
        "两者均取自环境变量",
    )];
    const CHINESE: Chinese = Chinese {
        about: "用原 PIN 修改 PIN（iChangePIN）",
        more: &[],
        arguments: Arguments {
            own: &[],
            flattened: &[
                &PinArgs::CHINESE,
                &NewPinArgs::CHINESE,
                &TerminalArgs::CHINESE,
            ],
        },
    };
}

/// Set a new PIN without the old one, as iReloadPIN
///
/// It needs PUK and STK, out of a PSAM or a vault.
#[derive(Debug, clap::Args)]
pub struct ReloadPin {
    #[command(flatten)]
    new: NewPinArgs,
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for ReloadPin {
    const NAME: &'static str = "reload-pin";
    const RUN: Run<Self> = reload_pin;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc terminal reload-pin --psam \"Gemalto\"",
        "asks for the new PIN twice",
        "两次询问新 PIN",
    )];
    const CHINESE: Chinese = Chinese {
        about: "不用原 PIN 重置 PIN（iReloadPIN）",
        more: &["需要 PSAM 或密钥库中的 PUK 和 STK。"],
        arguments: Arguments {
            own: &[],
            flattened: &[&NewPinArgs::CHINESE, &TerminalArgs::CHINESE],
        },
    };
}

/// Give a blocked PIN its tries back, as iUnblockPIN
///
/// It needs PUK and STK, out of a PSAM or a vault. The PIN stays the same.
#[derive(Debug, clap::Args)]
pub struct UnblockPin {
    #[command(flatten)]
    terminal: TerminalArgs,
}

impl Verb for UnblockPin {
    const NAME: &'static str = "unblock-pin";
    const RUN: Run<Self> = unblock_pin;
    const EXAMPLES: &'static [Example] = &[example(
        "ssc terminal unblock-pin --vault keys.vault",
        "after too many wrong tries",
        "PIN 因多次错误被锁定后",
    )];
    const CHINESE: Chinese = Chinese {
        about: "解锁已锁定的 PIN（iUnblockPIN）",
        more: &["需要 PSAM 或密钥库中的 PUK 和 STK。PIN 不变。"],
        arguments: Arguments {
            own: &[],
            flattened: &[&TerminalArgs::CHINESE],
        },
    };
}

/// Says that it is done.
pub fn done(ui: &Ui, english: &str, chinese: &str) -> Result<(), Failure> {
    if ui.json {
        ui.document(&json!({ "return_code": 0 }))
    } else {
        ui.line(pick(ui.lang, english, chinese))
    }
}

/// iVerifyPIN.
///
/// # Errors
/// No PIN, or the card refuses it.
pub fn verify_pin(args: &VerifyPin, ui: &Ui) -> Result<(), Failure> {
    let pin = args.pin.get(ui)?;
    args.terminal
        .with_session(ui, |session, _| session.verify_pin(&pin))?;
    done(ui, "the PIN is right", "PIN 正确")
}

/// iChangePIN.
///
/// # Errors
/// No PINs, or the card refuses them.
pub fn change_pin(args: &ChangePin, ui: &Ui) -> Result<(), Failure> {
    let (old, new) = (args.pin.get(ui)?, args.new.get(ui)?);
    args.terminal
        .with_session(ui, |session, _| session.change_pin(&old, &new))?;
    done(ui, "the PIN was changed", "PIN 已修改")
}

/// iReloadPIN.
///
/// # Errors
/// No PIN, no keys, or the card refuses.
pub fn reload_pin(args: &ReloadPin, ui: &Ui) -> Result<(), Failure> {
    let new = args.new.get(ui)?;
    args.terminal
        .with_session(ui, |session, _| session.reload_pin(&new))?;
    done(ui, "the new PIN is set", "新 PIN 已设置")
}

/// iUnblockPIN.
///
/// # Errors
/// No keys, or the card refuses.
pub fn unblock_pin(args: &UnblockPin, ui: &Ui) -> Result<(), Failure> {
    args.terminal
        .with_session(ui, |session, _| session.unblock_pin())?;
    done(ui, "the PIN has all its tries again", "PIN 已解锁")
}
