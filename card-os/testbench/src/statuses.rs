//! Every answer that a test card gives is held to the row of its command, and remembered: which commands have answered what.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use apdu_specs::applications::{commands, find, words};
use apdu_specs::commands::{COMMON_STATUS, Command, GET_RESPONSE, SECURED};
use apdu_specs::{Application, Status};

/// A file into which each command's name and status word are written when they are first seen: `application command 6982`.
pub const LOG: &str = "CARD_STATUS_LOG";

static SEEN: Mutex<BTreeSet<(usize, u16)>> = Mutex::new(BTreeSet::new());
static FILE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os(LOG).map(PathBuf::from));

/// The status word as tables list it: one for all of 61xx, 63Cx and 6Cxx.
pub fn kind(status: Status) -> Option<u16> {
    status.words().map(|words| words.value)
}

/// Whether the row lists `status`, or all rows do.
pub fn listed(row: Option<&Command>, status: Status) -> bool {
    let own = row.and_then(words).map_or(&[][..], |words| words.status);
    own.iter()
        .chain(COMMON_STATUS)
        .any(|one| kind(*one).is_some() && kind(*one) == kind(status))
}

/// The name of a row among all rows.
pub fn name(row: &Command) -> String {
    let words = words(row).map_or("?", |words| words.name);
    format!("{:?} {words}", row.application)
}

/// What [`judge`] knows of the commands before.
#[derive(Default)]
pub struct Before(Option<&'static Command>);

/// Judges an answer by the row of its command in `application`, the one that was selected when it came.
///
/// # Panics
/// Where neither the row nor all rows list the status word.
#[track_caller]
pub fn judge(before: &mut Before, application: Application, command: &[u8], status: Status) {
    let [cla, ins, p1, p2, ..] = *command else {
        return;
    };
    let row = find(application, cla, ins, p1, p2).ok();
    // The answer that GET RESPONSE fetches is another command's, with its status word.
    let fetched = (ins == GET_RESPONSE).then_some(before.0).flatten();
    let rows = [row, fetched];
    if ins != GET_RESPONSE {
        before.0 = row;
    }
    // The secure channel judges a MAC before it looks for a row.
    let of_the_channel = application == Application::Domain
        && cla & SECURED != 0
        && status == Status::SECURITY_NOT_SATISFIED;
    assert!(
        of_the_channel || rows.iter().any(|row| listed(*row, status)),
        "{} answers {:04X}, which its row does not list: {command:02X?}",
        row.map_or_else(|| format!("{application:?} no command"), name),
        status.0
    );
    for row in rows.into_iter().flatten() {
        remember(row, status);
    }
}

fn remember(row: &Command, status: Status) {
    let Some(at) = commands().position(|one| std::ptr::eq(one, row)) else {
        return;
    };
    let Some(kind) = kind(status) else { return };
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.insert((at, kind))
        && let Some(path) = &*FILE
    {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .expect("the log of status words");
        writeln!(file, "{} {kind:04X}", name(row)).expect("the log of status words");
    }
}

/// What each row lists of its own, as the log writes it.
pub fn all() -> BTreeSet<String> {
    commands()
        .flat_map(|row| {
            let own = words(row).map_or(&[][..], |words| words.status);
            let kinds = own.iter().filter_map(|status| kind(*status));
            kinds.map(move |kind| format!("{} {kind:04X}", name(row)))
        })
        .collect()
}
