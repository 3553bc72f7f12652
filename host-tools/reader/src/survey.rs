//! What lies in which reader, seen without touching any card.

use ::pcsc::{Context, Error, ReaderState, Scope, State};

use crate::ReaderError;

/// What a PC/SC reader holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// No card.
    Empty,
    /// A card that answered to reset.
    Card {
        /// Its answer to reset.
        atr: Vec<u8>,
        /// Whether another program holds it for itself alone.
        in_use: bool,
    },
    /// A card that does not answer to reset.
    Mute,
    /// The reader went away while it was asked.
    Gone,
}

/// A PC/SC reader and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// The reader's name.
    pub name: String,
    /// What it holds.
    pub contents: Contents,
}

/// All readers, in PC/SC's order, with what they hold. No card is connected to or reset: programs that work with one are
/// not disturbed.
///
/// # Errors
/// When the service does not answer.
pub fn survey() -> Result<Vec<Surveyed>, ReaderError> {
    let silent = |error: Error| ReaderError::NoService {
        detail: error.to_string(),
    };
    let context = Context::establish(Scope::User).map_err(silent)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(silent(error)),
    };
    let mut states: Vec<ReaderState> = names
        .into_iter()
        .map(|name| ReaderState::new(name, State::UNAWARE))
        .collect();
    if states.is_empty() {
        return Ok(Vec::new());
    }
    // From "unaware" everything is a change, so this returns at once.
    match context.get_status_change(std::time::Duration::from_secs(1), &mut states) {
        Ok(()) | Err(Error::Timeout | Error::UnknownReader) => {}
        Err(error) => return Err(silent(error)),
    }
    Ok(states.iter().map(look).collect())
}

fn look(state: &ReaderState) -> Surveyed {
    let seen = state.event_state();
    let contents = if seen.intersects(State::UNKNOWN | State::UNAVAILABLE | State::IGNORE) {
        Contents::Gone
    } else if seen.contains(State::MUTE) {
        Contents::Mute
    } else if seen.contains(State::PRESENT) {
        Contents::Card {
            atr: state.atr().to_vec(),
            in_use: seen.contains(State::EXCLUSIVE),
        }
    } else {
        Contents::Empty
    };
    Surveyed {
        name: state.name().to_string_lossy().into_owned(),
        contents,
    }
}
