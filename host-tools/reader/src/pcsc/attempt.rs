//! Waiting for a card that another program has.
//!
//! SCardConnect and SCardBeginTransaction wait for another program's transaction without limit, and nothing ends them
//! early. So a thread of its own waits. One whose caller has given up goes on, and lets go of the card as soon as it gets it;
//! the next call for the same reader takes it over, so that a program which tries again and again has one such thread.

use std::ffi::{CStr, CString};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{PcscCard, Sharing};
use crate::ReaderError;

type Outcome = Result<PcscCard, ReaderError>;

/// A thread that gets a card, seen from both sides.
#[derive(Default)]
pub(super) struct Attempt {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
enum State {
    /// Somebody waits for it.
    #[default]
    Wanted,
    /// Nobody does: the card goes back when it comes.
    GivenUp,
    /// It has ended. `None`: its outcome was taken, or went back.
    Ended(Option<Outcome>),
}

/// Threads whose callers have given up.
static GIVEN_UP: Mutex<Vec<(CString, Sharing, Arc<Attempt>)>> = Mutex::new(Vec::new());

impl Attempt {
    /// One that goes on already for this reader, else a new one, which does `get`.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn begin(
        name: &CStr,
        sharing: Sharing,
        get: impl FnOnce(&dyn Fn() -> bool) -> Outcome + Send + 'static,
    ) -> std::io::Result<Arc<Self>> {
        let mut given_up = GIVEN_UP.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.retain(|(.., attempt)| !matches!(*attempt.state(), State::Ended(_)));
        let same = given_up
            .iter()
            .position(|(other, way, _)| other.as_c_str() == name && *way == sharing);
        if let Some(index) = same {
            let (.., attempt) = given_up.swap_remove(index);
            let mut state = attempt.state();
            if matches!(*state, State::GivenUp) {
                *state = State::Wanted;
                drop(state);
                return Ok(attempt);
            }
        }
        drop(given_up);
        let attempt = Arc::new(Self::default());
        let theirs = Arc::clone(&attempt);
        std::thread::Builder::new()
            .name("card".into())
            .spawn(move || {
                let outcome = get(&|| matches!(*theirs.state(), State::Wanted));
                theirs.end(outcome);
            })?;
        Ok(attempt)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, outcome: Outcome) {
        let mut state = self.state();
        let back = match *state {
            State::Wanted => {
                *state = State::Ended(Some(outcome));
                None
            }
            _ => {
                *state = State::Ended(None);
                Some(outcome)
            }
        };
        drop(state);
        self.changed.notify_all();
        // Outside of the lock: letting go of a card talks to PC/SC.
        drop(back);
    }

    /// The outcome, if it comes before `deadline`.
    pub fn wait(&self, deadline: Instant) -> Option<Outcome> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.state(), left, |state| matches!(state, State::Wanted))
            .unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Ended(outcome) => outcome.take(),
            _ => None,
        }
    }

    /// Waits no longer.
    pub fn give_up(self: Arc<Self>, name: &CStr, sharing: Sharing) -> Option<Outcome> {
        let mut state = self.state();
        if let State::Ended(outcome) = &mut *state {
            return outcome.take();
        }
        *state = State::GivenUp;
        drop(state);
        GIVEN_UP
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((name.to_owned(), sharing, self));
        None
    }
}

/// How long to wait before another try, where PC/SC refuses at once.
pub(super) const RETRY: Duration = Duration::from_millis(50);
