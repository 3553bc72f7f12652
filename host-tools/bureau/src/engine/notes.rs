//! The steps of one card, written into the register under the lease of its order: each before the card is touched and after it has answered.

use crate::card_error::CardError;
use crate::journal::Note;
use crate::register::{Lease, Register};
use crate::run_event::{HeadState, RunEvent};
use crate::steps::{Notes, Step};

/// Where a head writes what it does to a card.
pub(super) struct LeaseNotes<'n> {
    pub register: &'n Register,
    pub lease: &'n Lease,
    pub head: &'n str,
    pub tell: &'n (dyn Fn(RunEvent) + Sync),
    /// Whether a step was begun that changes what the card holds.
    pub wrote: bool,
}

impl LeaseNotes<'_> {
    /// Writes notes. The fence is looked at: a head whose order another has writes nothing, here or on the card.
    pub fn write(&self, notes: &[Note]) -> Result<(), CardError> {
        Ok(self.register.write(self.lease, notes)?)
    }

    fn works(&self, step: Step) {
        (self.tell)(RunEvent::Head {
            head: self.head.to_owned(),
            state: HeadState::Works {
                line: self.lease.row,
                step: Some(step),
            },
        });
    }
}

impl Notes for LeaseNotes<'_> {
    fn begins(&mut self, step: Step) -> Result<(), CardError> {
        self.write(&[Note::Begins { step }])?;
        self.wrote |= step.writes();
        self.works(step);
        Ok(())
    }

    fn done(&mut self, step: Step) -> Result<(), CardError> {
        self.write(&[Note::Done { step }])
    }
}
