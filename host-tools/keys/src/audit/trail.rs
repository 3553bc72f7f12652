//! What one use of a vault leaves in its audit log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::{AuditError, AuditLog};
use crate::RootKind;

/// The lines of one use: written when the vault is opened, and when it is closed. Clones write the same lines.
///
/// The closing line says which roots were used, with their check values, and for how many cards: the number of different card
/// factors. A use that was cut short (a power cut) has no closing line.
#[derive(Clone)]
pub struct Trail(Arc<Inner>);

struct Inner {
    log: AuditLog,
    /// Number of the opening line.
    opened: u64,
    command: String,
    vault: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    keys: BTreeMap<(String, RootKind, u8), [u8; 3]>,
    cards: BTreeSet<[u8; 8]>,
    notes: Map<String, Value>,
}

impl Trail {
    /// Writes that `command` (such as `issue`) opens the vault in the file `vault`.
    ///
    /// # Errors
    /// [`AuditError`]: then the vault must not be used.
    pub fn open(log: AuditLog, command: &str, vault: &Path) -> Result<Self, AuditError> {
        let (command, vault) = (command.to_owned(), name_of(vault));
        let opened = log.append(&json!({
            "event": "open",
            "command": command,
            "vault": vault,
            "user": user(),
            "process": std::process::id(),
        }))?;
        Ok(Self(Arc::new(Inner {
            log,
            opened,
            command,
            vault,
            state: Mutex::default(),
        })))
    }

    /// Writes that the vault did not open for `command`, where there is a log already: a wrong passphrase leaves a line.
    pub(crate) fn refused(log: &AuditLog, command: &str, vault: &Path) {
        if log.exists() {
            let fields = json!({
                "event": "refused",
                "command": command,
                "vault": name_of(vault),
                "user": user(),
            });
            // Nothing was used: a log that fails here refuses the next use.
            let _ = log.append(&fields);
        }
    }

    /// Something for the closing line: never a key.
    pub fn note(&self, name: &str, value: Value) {
        self.0.state().notes.insert(name.to_owned(), value);
    }

    /// A root was used; `kcv` makes its check value, if this is the first time.
    pub(crate) fn used(
        &self,
        id: &str,
        version: u8,
        kind: RootKind,
        kcv: impl FnOnce() -> [u8; 3],
    ) {
        let key = (id.to_owned(), kind, version);
        self.0.state().keys.entry(key).or_insert_with(kcv);
    }

    /// Keys of this card were made.
    pub(crate) fn card(&self, factor: &[u8; 8]) {
        self.0.state().cards.insert(*factor);
    }

    /// Writes the closing line, once; `done` says whether the command did its work.
    ///
    /// # Errors
    /// [`AuditError`].
    pub fn close(&self, done: bool) -> Result<(), AuditError> {
        self.0.close(done)
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, done: bool) -> Result<(), AuditError> {
        let mut state = self.state();
        if state.closed {
            return Ok(());
        }
        let keys: Vec<String> = state
            .keys
            .iter()
            .map(|((id, kind, version), kcv)| {
                format!("{id} {kind} {version} {}", hex::encode_upper(kcv))
            })
            .collect();
        let mut fields = state.notes.clone();
        let own = [
            ("event", json!("close")),
            ("command", json!(self.command)),
            ("vault", json!(self.vault)),
            ("opened", json!(self.opened)),
            ("result", json!(if done { "done" } else { "failed" })),
            ("keys", json!(keys)),
            ("cards", json!(state.cards.len())),
        ];
        fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
        self.log.append(&Value::Object(fields))?;
        state.closed = true;
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Whoever wants to know of an error closes it.
        let _ = self.close(false);
    }
}

/// The vault's name without its folder.
fn name_of(vault: &Path) -> String {
    let name = vault.file_name().unwrap_or(vault.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Who uses the vault: the number that the system knows the process by, where it tells, and the name that the environment
/// has, which is a hint and no proof.
fn user() -> String {
    let name = ["LOGNAME", "USER", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_default();
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;
        if let Ok(process) = std::fs::metadata("/proc/self") {
            return format!("{} {name}", process.uid()).trim_end().to_owned();
        }
    }
    name
}
