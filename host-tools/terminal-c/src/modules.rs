//! Where the keys are that the configuration names: a token, or a vault with its audit log.

use ssc_keys::Vault;
use ssc_keys::audit::AuditLog;
use ssc_keys::hsm::{Hsm, TokenChoice};
use ssc_terminal::TerminalError;

use crate::config::Config;
use crate::error::LibraryError;
use crate::pins;

/// What the audit log calls this library.
const NAME: &str = "libssc_card";

/// The host security module of the configuration, its use written down; `None` where it names none, or a PSAM before it.
pub fn hsm(config: &Config) -> Result<Option<Hsm>, LibraryError> {
    let Some(module) = config.hsm.as_ref().filter(|_| config.psam.is_none()) else {
        return Ok(None);
    };
    let token = match &config.hsm_token {
        Some(label) => TokenChoice::Label(label.clone()),
        None => TokenChoice::Only,
    };
    let pin = match &config.hsm_pin_file {
        Some(file) => pins::first_line(file)?,
        None => std::env::var("SSC_HSM_PIN").unwrap_or_default().into(),
    };
    let log = config.audit_log.as_ref().map(AuditLog::at);
    let hsm =
        Hsm::open_audited(module, &token, pin.as_str(), log, NAME).map_err(TerminalError::from)?;
    Ok(Some(hsm))
}

/// The vault of the configuration, its use written down; `None` where it names none, or a security module before it.
pub fn vault(config: &Config) -> Result<Option<Vault>, LibraryError> {
    let chosen = config.psam.is_none() && config.hsm.is_none();
    let Some(path) = config.vault.as_deref().filter(|_| chosen) else {
        return Ok(None);
    };
    if path.as_os_str() == "demo" {
        return Ok(Some(Vault::demo()?));
    }
    let passphrase = match &config.passphrase_file {
        Some(file) => pins::first_line(file)?,
        None => std::env::var("SSC_PASSPHRASE").unwrap_or_default().into(),
    };
    let log = match &config.audit_log {
        Some(log) => AuditLog::at(log),
        None => AuditLog::of(path),
    };
    Ok(Some(Vault::open_audited(path, &passphrase, log, NAME)?))
}
