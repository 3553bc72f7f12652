//! Faults of a head: a card that is of no use, a reader that is gone.

use std::time::{Duration, Instant};

use ssc_reader::ReaderError;
use ssc_reader::head::Bin;

use super::super::EngineError;
use super::{End, MOMENT, Then, Worker, reason};
use crate::card_error::CardError;
use crate::run_event::HeadState;

/// How long a reader that is gone is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
impl Worker<'_, '_> {
    /// A card that is of no use; the person in hand waits for the next one.
    pub(super) fn useless(
        &mut self,
        line: Option<usize>,
        error: &CardError,
    ) -> Result<Then, EngineError> {
        self.failed(line, reason(error));
        self.faults += 1;
        // Its order may have come to an end that only the lost chip knows: then another order is next.
        let waits_for_chip = matches!(
            error,
            CardError::Register(crate::register::RegisterError::MayBeFinished { .. })
        );
        if waits_for_chip {
            self.give_back();
        }
        Ok(Then::Put(Bin::Bad))
    }

    /// The reader, or whoever feeds it, does not do its part. Readers come and go: it is asked again for a while.
    pub(super) fn head_fault(&mut self, error: ReaderError) -> Then {
        let reason = reason(&CardError::Reader(error.clone()));
        if error.is_of_card() {
            self.failed(None, reason);
            self.faults += 1;
            if let Err(error) = self.head.put(Bin::Bad) {
                return self.head_fault(error);
            }
            return Then::GoOn;
        }
        if self.gone.is_none() {
            self.state(HeadState::Out {
                reason: reason.clone(),
            });
        }
        let since = *self.gone.get_or_insert_with(Instant::now);
        self.give_back();
        if since.elapsed() > PATIENCE || !error.is_lost() {
            return Then::End(End::Out(reason));
        }
        std::thread::sleep(MOMENT);
        Then::GoOn
    }
}
