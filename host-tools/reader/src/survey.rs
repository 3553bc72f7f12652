//! What lies in which reader, seen without touching any card.

use std::time::Instant;

use ::pcsc::{Error, ReaderState, State};

use crate::ReaderError;
use crate::pcsc::{NOTICE_CARD, establish, of_service};

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
    // From "unaware" everything is a change, so this returns at once.
    survey_until(Instant::now(), |_| true)
}

/// As [`survey`], once one of the readers holds a card that is `wanted`; without one, after a moment. A pcscd that its socket
/// has just started has not looked into its readers yet.
///
/// # Errors
/// As there.
pub fn survey_for(wanted: impl Fn(&Surveyed) -> bool) -> Result<Vec<Surveyed>, ReaderError> {
    let card =
        |reader: &Surveyed| matches!(reader.contents, Contents::Card { .. } | Contents::Mute);
    survey_until(Instant::now() + NOTICE_CARD, |readers| {
        readers.iter().any(|reader| card(reader) && wanted(reader))
    })
}

fn survey_until(
    deadline: Instant,
    enough: impl Fn(&[Surveyed]) -> bool,
) -> Result<Vec<Surveyed>, ReaderError> {
    let context = establish()?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(of_service(error)),
    };
    let mut states: Vec<ReaderState> = names
        .into_iter()
        .map(|name| ReaderState::new(name, State::UNAWARE))
        .collect();
    while !states.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        match context.get_status_change(left, &mut states) {
            Ok(()) | Err(Error::Timeout | Error::UnknownReader) => {}
            Err(error) => return Err(of_service(error)),
        }
        let readers: Vec<Surveyed> = states.iter().map(look).collect();
        if left.is_zero() || enough(&readers) {
            return Ok(readers);
        }
        for state in &mut states {
            state.sync_current_state();
        }
    }
    Ok(Vec::new())
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
