//! What one use of a vault leaves in its audit log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::{AuditError, AuditLog, Head};
use crate::RootKind;
use crate::memory::Memory;
use crate::service::NO_CHIP;

/// The lines of one use: written when the vault is opened, and when it is closed. Clones write the same lines.
///
/// The closing line says which roots were used, with their check values, and for how many cards: the number of different card
/// factors. A use that was cut short (a power cut) has no closing line.
#[derive(Clone)]
pub struct Trail(Arc<Inner>);

struct Inner {
    log: AuditLog,
    /// The opening line.
    opened: Head,
    command: String,
    /// What was opened: a vault's file name or a token's label, under this name.
    kind: &'static str,
    name: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    /// Where the vault remembers the last line.
    memory: Option<Memory>,
    remembered: bool,
    keys: BTreeMap<(String, RootKind, u8), Option<[u8; 3]>>,
    cards: BTreeSet<[u8; 8]>,
    notes: Map<String, Value>,
}

impl Trail {
    /// Writes that `command` (such as `issue`) opens the vault in the file `vault`.
    ///
    /// # Errors
    /// [`AuditError`]: then the vault must not be used.
    pub fn open(log: AuditLog, command: &str, vault: &Path) -> Result<Self, AuditError> {
        Self::begin(log, command, "vault", &name_of(vault), None)
    }

    /// The same for what has a `kind` and a `name`, and for a vault with what it remembers.
    pub(crate) fn begin(
        log: AuditLog,
        command: &str,
        kind: &'static str,
        name: &str,
        memory: Option<Memory>,
    ) -> Result<Self, AuditError> {
        let opening = json!({
            "event": "open",
            "command": command,
            kind: name,
            "user": user(),
            "process": std::process::id(),
        });
        let appended = log.append_opening(&opening, memory.as_ref())?;
        Ok(Self(Arc::new(Inner {
            log,
            opened: appended.head,
            command: command.to_owned(),
            kind,
            name: name.to_owned(),
            state: Mutex::new(State {
                memory,
                remembered: appended.remembered,
                ..State::default()
            }),
        })))
    }

    /// The opening line.
    pub(crate) fn opened(&self) -> Head {
        self.0.opened
    }

    /// From now on the vault remembers, as it does the opening line already.
    pub(crate) fn remember(&self, memory: Memory) {
        let mut state = self.0.state();
        state.memory = Some(memory);
        state.remembered = true;
    }

    /// Whether the vault remembers the last line of its log. `false` where its file cannot be written.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.0.state().remembered
    }

    /// Writes that the vault did not open for `command`, where there is a log already: a wrong passphrase leaves a line.
    pub(crate) fn refused(log: &AuditLog, command: &str, kind: &'static str, name: &str) {
        if log.exists() {
            // Nothing was used: a log that fails here refuses the next use.
            let _ = log.append_refused(&event("refused", command, kind, name).into());
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
        kcv: impl FnOnce() -> Option<[u8; 3]>,
    ) {
        let key = (id.to_owned(), kind, version);
        self.0.state().keys.entry(key).or_insert_with(kcv);
    }

    /// Keys of this card were made.
    pub(crate) fn card(&self, factor: &[u8; 8]) {
        if *factor == NO_CHIP {
            return;
        }
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
            .map(|((id, kind, version), kcv)| match kcv {
                Some(kcv) => format!("{id} {kind} {version} {}", hex::encode_upper(kcv)),
                None => format!("{id} {kind} {version}"),
            })
            .collect();
        let mut fields = state.notes.clone();
        let own = [
            ("event", json!("close")),
            ("command", json!(self.command)),
            (self.kind, json!(self.name)),
            ("opened", json!(self.opened.line)),
            ("result", json!(if done { "done" } else { "failed" })),
            ("keys", json!(keys)),
            ("cards", json!(state.cards.len())),
        ];
        fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let fields = Value::Object(fields);
        let appended = self.log.append(&fields, state.memory.as_ref())?;
        state.remembered = appended.remembered;
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

/// What every line of an event has.
pub(crate) fn event(
    event: &str,
    command: &str,
    kind: &'static str,
    name: &str,
) -> Map<String, Value> {
    let fields = [
        ("event", event.to_owned()),
        ("command", command.to_owned()),
        (kind, name.to_owned()),
        ("user", user()),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

/// The vault's name without its folder.
pub(crate) fn name_of(vault: &Path) -> String {
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
    // Not the owner of /proc/self: that is root where a process lets nobody look into its memory.
    #[cfg(unix)]
    let name = format!("{} {name}", rustix::process::getuid())
        .trim_end()
        .to_owned();
    name
}
