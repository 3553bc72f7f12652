//! What a run of a job says while it goes on: to the operator's screen, to programs, to metrics.

use std::time::Duration;

use crate::return_file::Reason;
use crate::steps::Step;

/// What happens, as it happens.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// The run begins, or the register was counted anew.
    Counted {
        /// Name of the job.
        job: String,
        /// Its orders.
        counts: Totals,
    },
    /// A head is in another state.
    Head {
        /// The head.
        head: String,
        /// Its state now.
        state: HeadState,
    },
    /// A card is SECURED and confirmed.
    Delivered {
        /// The head.
        head: String,
        /// Line of the batch.
        line: usize,
        /// Card number.
        card_number: String,
        /// Time from the chip in the head to the card's confirmation.
        took: Duration,
    },
    /// An attempt made no card.
    Failed {
        /// The head.
        head: String,
        /// Line of the batch; none where the chip was found useless before a row was given to it.
        line: Option<usize>,
        /// Why.
        reason: Reason,
    },
    /// The operator has asked for the end: cards in hand are finished.
    Stopping,
    /// The run is over.
    Ended {
        /// How.
        how: Ending,
        /// What is left, and what to do next.
        words: Reason,
    },
}

/// How a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left to make.
    Done,
    /// Orders are left that no head could make.
    Incomplete,
    /// The operator has stopped it.
    Stopped,
    /// Somebody has paused the job.
    Paused,
}

/// Orders of a job, as the screen counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All orders.
    pub total: u64,
    /// Delivered.
    pub delivered: u64,
    /// Refused by the check or the register.
    pub rejected: u64,
    /// To be remade.
    pub to_be_remade: u64,
}

/// What a head does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadState {
    /// Nothing.
    Idle,
    /// It waits for a card.
    Waits {
        /// For this line of the batch, where the plastic is printed already.
        line: Option<usize>,
        /// The person's name, for the operator beside the machine. Not for logs.
        name: Option<String>,
        /// Whether the card before it still lies there and must be taken out.
        take_out: bool,
    },
    /// A begun card lies in it whose order another head has, which is asked for it.
    Asks {
        /// Line of the batch.
        line: usize,
        /// Who has it, and for how long at the most.
        reason: Reason,
    },
    /// It makes a card.
    Works {
        /// Line of the batch.
        line: usize,
        /// The step that goes on.
        step: Option<Step>,
    },
    /// It was taken out of the run.
    Out {
        /// Why.
        reason: Reason,
    },
}
