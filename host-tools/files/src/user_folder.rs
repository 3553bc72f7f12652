//! The user's own folders (XDG Base Directory Specification), and in them that of this program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// This program's folder in them.
const OURS: &str = "ssc";

/// What is kept for the user from run to run, and matters to this machine only: `XDG_STATE_HOME`, else `~/.local/state`. None where the
/// environment names neither; a name that is not absolute is none.
#[must_use]
pub fn state() -> Option<PathBuf> {
    of(variable("XDG_STATE_HOME"), variable("HOME"), ".local/state")
}

/// What the user's data is: `XDG_DATA_HOME`, else `~/.local/share`.
#[must_use]
pub fn data() -> Option<PathBuf> {
    of(variable("XDG_DATA_HOME"), variable("HOME"), ".local/share")
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Of what the environment says; `below` stands below the home.
#[must_use]
pub fn of(named: Option<OsString>, home: Option<OsString>, below: &str) -> Option<PathBuf> {
    let set = |value: Option<OsString>| value.filter(|value| Path::new(value).is_absolute());
    let folder = set(named).map(PathBuf::from);
    let folder = folder.or_else(|| set(home).map(|home| Path::new(&home).join(below)));
    Some(folder?.join(OURS))
}
