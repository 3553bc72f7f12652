//! `ssc terminal verify-pin`, `change-pin`, `reload-pin` and `unblock-pin`.

use serde_json::json;

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

/// Give a blocked PIN its tries back, as iUnblockPIN
///
/// It needs PUK and STK, out of a PSAM or a vault. The PIN stays the same.
#[derive(Debug, clap::Args)]
pub struct UnblockPin {
    #[command(flatten)]
    terminal: TerminalArgs,
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
