//! The engine of a job: one worker a head, all over one register, and the operator's wish to stop.
//!
//! A worker looks first at the card that lies in its head, since that may be one that was begun; then it leases the next order and asks for
//! a card. Every step of a card is noted under the lease before the card is touched and after it has answered; the lease's fence is looked
//! at each time, so a worker who wakes late does nothing.

mod card;
mod error;
mod floor;
mod keys_ahead;
mod leases;
mod notes;
mod stop;
mod worker;

use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::head::{Head, MoreHeads};

use crate::audit;
use crate::basis;
use crate::domain_keys::Line;
use crate::register::{ChipState, Counts, JobId, JobRecord, JobState, OrderState, Register};
use crate::run_event::{RunEvent, Totals};
use crate::sealing::Sealing;
use crate::steps::card_factor;
use leases::Leases;

pub use error::EngineError;
pub use stop::Stop;
pub use worker::End;

/// A job that is run.
pub struct Engine<'e> {
    register: &'e Register,
    job: JobId,
    name: String,
    sealing: Sealing,
    keys: &'e dyn KeyService,
    line: Line,
    machine: String,
    stop: &'e Stop,
    tell: &'e (dyn Fn(RunEvent) + Sync),
    leases: Leases,
}

/// What became of a run.
#[derive(Debug)]
pub struct Run {
    /// Orders of the job, by state.
    pub counts: Counts,
    /// How each head has ended.
    pub heads: Vec<(String, End)>,
}

impl<'e> Engine<'e> {
    /// Opens a job. `machine` names this run among all that share the register: no other live one has the name.
    ///
    /// # Errors
    /// [`EngineError::OtherKeys`]; the job is closed or not there.
    pub fn open(
        register: &'e Register,
        job: JobId,
        keys: &'e dyn KeyService,
        line: Line,
        machine: &str,
        stop: &'e Stop,
        tell: &'e (dyn Fn(RunEvent) + Sync),
    ) -> Result<Self, EngineError> {
        let record = register.job(job)?;
        are_keys_of(&record, keys)?;
        if record.state == JobState::Closed {
            return Err(EngineError::Register(
                crate::register::RegisterError::JobClosed { job: record.name },
            ));
        }
        Ok(Self {
            register,
            job,
            sealing: Sealing::open(&record.sealed_key, keys)?,
            name: record.name,
            keys,
            line,
            machine: machine.to_owned(),
            stop,
            tell,
            leases: Leases::default(),
        })
    }

    /// Works with these heads until no order is left for them.
    ///
    /// # Errors
    /// The job is paused; the register or the keys cannot be used. Cards in hand were not touched any more; the job goes on from there.
    pub fn run(&self, heads: &mut [Box<dyn Head + '_>]) -> Result<Run, EngineError> {
        self.run_with(heads, None)
    }

    /// Works with these heads, and with those that come meanwhile, until no order is left for them.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_with<'h>(
        &self,
        heads: &mut [Box<dyn Head + 'h>],
        more: Option<&mut dyn MoreHeads<'h>>,
    ) -> Result<Run, EngineError> {
        self.register.set_job_state(self.job, JobState::Running)?;
        // Somebody has looked, and says: again.
        self.register.forget_attempts(self.job)?;
        self.count()?;
        let ended = floor::work(self, heads, more);
        let counts = self.count()?;
        if counts.remaining() == 0 {
            self.register.job_has_run(self.job)?;
        }
        let signed = audit::sign(self.register, self.job, self.keys);
        let mut heads = Vec::new();
        for (name, ended) in ended {
            heads.push((name, ended?));
        }
        signed?;
        Ok(Run { counts, heads })
    }

    /// Tells how the job stands.
    fn count(&self) -> Result<Counts, EngineError> {
        let counts = self.register.counts(self.job)?;
        (self.tell)(RunEvent::Counted {
            job: self.name.clone(),
            counts: Totals {
                total: counts.all(),
                delivered: counts.of(OrderState::Delivered),
                rejected: counts.of(OrderState::Rejected),
                to_be_remade: counts.of(OrderState::ToBeRemade),
            },
        });
        Ok(counts)
    }
}

/// Whether a job was made with these keys.
///
/// # Errors
/// [`EngineError::OtherKeys`]; the keys cannot be used.
pub fn are_keys_of(job: &JobRecord, keys: &dyn KeyService) -> Result<(), EngineError> {
    if job.keys_check == basis::of_keys(keys).map_err(EngineError::Card)? {
        return Ok(());
    }
    let job = job.name.clone();
    Err(EngineError::OtherKeys { job })
}

/// Whether a card was begun for an order of this job that has none yet, so that it is to be put in again.
///
/// # Errors
/// The register cannot be read.
pub fn is_open_chip(register: &Register, job: JobId, card: &dyn Card) -> Result<bool, EngineError> {
    let chip = match card_factor(card.atr()) {
        Ok(factor) => register.chip(&card::serial(&factor))?,
        Err(_) => None,
    };
    Ok(chip.is_some_and(|chip| {
        chip.job == job && matches!(chip.state, ChipState::Writing | ChipState::MayBeFinished)
    }))
}

/// Whether the register has never seen the chip of this card.
///
/// # Errors
/// The register cannot be read.
pub fn is_unknown_chip(register: &Register, card: &dyn Card) -> Result<bool, EngineError> {
    match card_factor(card.atr()) {
        Ok(factor) => Ok(register.chip(&card::serial(&factor))?.is_none()),
        Err(_) => Ok(false),
    }
}
