//! What happens on a card's line, as a trace tells it: when, in which reader, what. Nothing secret is in an event.

use std::sync::Arc;
use std::time::SystemTime;

use apdu_specs::{Application, Status, applications};

use crate::{ReaderError, spec_words};

/// Something that happened between a reader and its card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEvent {
    /// When.
    pub at: SystemTime,
    /// In which reader, or which place.
    pub slot: Arc<str>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A command goes to the card.
    Command {
        /// What is selected: whose table names the command; `None` where the commands before did not tell.
        selected: Option<Application>,
        /// Its bytes.
        bytes: Shown,
    },
    /// The card answers.
    Answer {
        /// The data.
        data: Shown,
        /// SW1 SW2.
        sw: Status,
    },
    /// The card answers less than a status word: so many bytes.
    Short(usize),
    /// No answer comes.
    Failed(ReaderError),
    /// The card is reset; its answer.
    Reset(Vec<u8>),
    /// The card is not reset.
    NotReset(ReaderError),
}

/// Bytes as a trace may show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Byte by byte; `None` is covered.
    pub bytes: Vec<Option<u8>>,
    /// How many more there are, of which nothing is shown.
    pub hidden: usize,
}

/// Bytes before the data field: CLA INS P1 P2 Lc.
const HEADER: usize = 5;

impl Shown {
    /// A command. The data of those whose row says that it is secret (VERIFY, CHANGE PIN, PUT KEY, STORE DATA …) never appears;
    /// one that no table knows may carry anything, so its data does not either.
    pub(crate) fn of_command(selected: Option<Application>, command: &[u8]) -> Self {
        let header = super::fields::header(command);
        let row = spec_words::row(selected, header);
        let words = row.and_then(applications::words);
        let secret = words.is_none_or(|words| words.secret) || spec_words::is_secret(header);
        match command.split_at_checked(HEADER) {
            Some((start, body)) if secret => Self {
                bytes: start.iter().map(|byte| Some(*byte)).collect(),
                hidden: body.len(),
            },
            _ => Self::of(command),
        }
    }

    /// Any bytes, with every citizen number covered behind its region.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut covered = vec![false; bytes.len()];
        for (start, window) in bytes.windows(NUMBER_LENGTH).enumerate() {
            if is_citizen_number(window) {
                covered
                    .iter_mut()
                    .skip(start + REGION_DIGITS)
                    .take(NUMBER_LENGTH - REGION_DIGITS)
                    .for_each(|cover| *cover = true);
            }
        }
        let shown = bytes.iter().zip(covered);
        Self {
            bytes: shown
                .map(|(byte, cover)| (!cover).then_some(*byte))
                .collect(),
            hidden: 0,
        }
    }
}

/// Digits of a citizen number that stay readable: its region.
const REGION_DIGITS: usize = 6;
/// Characters of a citizen number (GB 11643).
const NUMBER_LENGTH: usize = 18;

fn is_citizen_number(window: &[u8]) -> bool {
    match window.split_last() {
        Some((last, digits)) => {
            digits.iter().all(u8::is_ascii_digit)
                && (last.is_ascii_digit() || last.eq_ignore_ascii_case(&b'X'))
        }
        None => false,
    }
}
