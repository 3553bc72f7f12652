//! The work of one head: look at the card that lies there, take an order, ask for its card, make it, put it away.

use std::time::{Duration, Instant};

use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, ReaderError};
use ssc_words::{Bilingual, Lang};

use super::card::{self, Chip, Fate};
use super::leases::LASTS;
use super::notes::LeaseNotes;
use super::{Engine, EngineError};
use crate::card_error::CardError;
use crate::job::Decided;
use crate::register::{ChipRecord, ChipState, JobState, Lease, Leased, OrderState};
use crate::return_file::Reason;
use crate::run_event::{HeadState, RunEvent};
use crate::steps::card_factor;

/// Faults in a row after which a head is taken out.
const FAULTS: usize = 5;
/// Attempts after which an order waits for somebody to look at it, in this run.
const ATTEMPTS: u32 = 20;
/// How long a reader that is gone is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a head waits at once, before it looks whether the run is to end.
const MOMENT: Duration = Duration::from_millis(250);

/// How a head has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// No order is left for it, or the operator has stopped the run.
    Done,
    /// No card is left for it.
    NoCards,
    /// It was taken out: too many faults one after the other, or its reader is of no use.
    Out(Reason),
}

/// An order in hand.
struct InHand {
    lease: Lease,
    decided: Decided,
}

/// One head at work.
pub(super) struct Worker<'e, 'h> {
    engine: &'e Engine<'e>,
    head: &'h mut dyn Head,
    name: String,
    worker: String,
    faults: usize,
    /// Since when its reader is gone.
    gone: Option<Instant>,
    in_hand: Option<InHand>,
}

/// What to do after a card.
enum Then {
    GoOn,
    End(End),
}

impl<'e, 'h> Worker<'e, 'h> {
    pub fn new(engine: &'e Engine<'e>, head: &'h mut dyn Head) -> Self {
        Self {
            name: head.name().to_owned(),
            worker: format!("{}/{}", engine.machine, head.worker()),
            engine,
            head,
            faults: 0,
            gone: None,
            in_hand: None,
        }
    }

    /// Works until no order or no card is left, or the run is to end.
    ///
    /// # Errors
    /// The register, or the keys, cannot be used: no card is touched any more.
    pub fn run(mut self) -> Result<End, EngineError> {
        let ended = self.work();
        self.give_back();
        if let Ok(end) = &ended {
            self.state(match end {
                End::Out(reason) => HeadState::Out {
                    reason: reason.clone(),
                },
                End::Done | End::NoCards => HeadState::Idle,
            });
        }
        ended
    }

    fn work(&mut self) -> Result<End, EngineError> {
        loop {
            if self.engine.stop.asked() || self.is_paused()? {
                return Ok(End::Done);
            }
            if self.gone.is_some() && !self.is_left()? {
                return Ok(End::Done);
            }
            if self.faults >= FAULTS {
                return Ok(End::Out(Reason::new(
                    format!(
                        "{FAULTS} faults in a row: look after this head, then run the job again"
                    ),
                    format!("连续 {FAULTS} 次故障：请检查此发卡头，再运行作业"),
                )));
            }
            let then = match self.head.card() {
                Ok(Some(mut lying)) => {
                    self.gone = None;
                    self.lying(&mut *lying)?
                }
                Ok(None) => {
                    self.gone = None;
                    self.next()?
                }
                Err(error) => self.head_fault(error),
            };
            if let Then::End(end) = then {
                return Ok(end);
            }
        }
    }

    fn is_paused(&self) -> Result<bool, EngineError> {
        let job = self.engine.register.job(self.engine.job)?;
        Ok(matches!(job.state, JobState::Paused | JobState::Closed))
    }

    /// Whether any order has no card yet: a reader that is gone is waited for then.
    fn is_left(&self) -> Result<bool, EngineError> {
        Ok(self.engine.register.counts(self.engine.job)?.remaining() > 0)
    }

    /// Whether an order that another head has may come back.
    fn is_needed(&self) -> Result<bool, EngineError> {
        Ok(self.engine.leases.any() || self.engine.register.leased(self.engine.job)? > 0)
    }

    /// Asks for the card of the next order.
    fn next(&mut self) -> Result<Then, EngineError> {
        let (line, name) = match &self.in_hand {
            Some(in_hand) => (
                in_hand.lease.row,
                in_hand.decided.holder.name.as_str().to_owned(),
            ),
            None => {
                if !self.take_order()? {
                    if self.is_needed()? {
                        self.state(HeadState::Idle);
                        std::thread::sleep(MOMENT);
                        return Ok(Then::GoOn);
                    }
                    return Ok(Then::End(End::Done));
                }
                return Ok(Then::GoOn);
            }
        };
        if self.engine.leases.is_wanted(line) {
            // Its begun card lies in another head: that one has it sooner.
            self.give_back();
            std::thread::sleep(2 * MOMENT);
            return Ok(Then::GoOn);
        }
        self.head.about(line);
        match self.head.next(MOMENT) {
            Ok(Coming::Here) => Ok(Then::GoOn),
            Ok(Coming::NotYet) => {
                self.state(HeadState::Waits {
                    line: Some(line),
                    name: Some(name),
                });
                Ok(Then::GoOn)
            }
            Ok(Coming::NoMore) => Ok(Then::End(End::NoCards)),
            Err(error) => Ok(self.head_fault(error)),
        }
    }

    /// Leases the next order; whether there was one.
    fn take_order(&mut self) -> Result<bool, EngineError> {
        let (register, job) = (self.engine.register, self.engine.job);
        let leased = register.lease_below(job, &self.worker, LASTS, ATTEMPTS)?;
        match leased {
            Some(leased) => {
                self.in_hand = Some(self.open(leased)?);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn open(&self, leased: Leased) -> Result<InHand, EngineError> {
        let row = leased.lease.row;
        let decided = self.engine.sealing.unseal(row, &leased.sealed)?;
        self.engine.leases.hold(&leased.lease);
        Ok(InHand {
            lease: leased.lease,
            decided,
        })
    }

    /// Lets another head have the order.
    fn give_back(&mut self) {
        if let Some(in_hand) = self.in_hand.take() {
            self.engine.leases.drop_of(&self.worker);
            // What cannot be given back ends by itself.
            let _ = self.engine.register.release(&in_hand.lease);
        }
    }

    /// A card lies in the head: it is the one of an order, a blank, or of no use.
    fn lying(&mut self, card: &mut dyn Card) -> Result<Then, EngineError> {
        let factor = match card_factor(card.atr()) {
            Ok(factor) => factor,
            Err(error) => return self.useless(None, &error),
        };
        match self.engine.register.chip(&card::serial(&factor))? {
            None => self.blank(card, factor),
            Some(chip) => self.known(card, factor, &chip),
        }
    }

    /// A chip that the register does not know.
    fn blank(&mut self, card: &mut dyn Card, factor: [u8; 8]) -> Result<Then, EngineError> {
        if self.in_hand.is_none() && !self.take_order()? {
            // It stays where it is: no order needs it now.
            if self.is_needed()? {
                std::thread::sleep(MOMENT);
                return Ok(Then::GoOn);
            }
            return Ok(Then::End(End::Done));
        }
        self.make(card, factor, false)
    }

    /// A chip that the register knows: it is continued for its own order, or put away.
    fn known(
        &mut self,
        card: &mut dyn Card,
        factor: [u8; 8],
        chip: &ChipRecord,
    ) -> Result<Then, EngineError> {
        let may_be_finished = match chip.state {
            // Made by this job, and not put away before a stop.
            ChipState::Issued if chip.job == self.engine.job => return self.put(Bin::Good),
            ChipState::Issued => {
                let (job, row) = (chip.job, chip.row);
                self.failed(
                    None,
                    Reason::new(
                        format!("this card was made for line {row} of job {job}, it is somebody's: take it out of the bad cards, it is not touched"),
                        format!("此卡已为作业 {job} 第 {row} 行制成，属于他人：未触及；请从坏卡中取出"),
                    ),
                );
                return self.put(Bin::Bad);
            }
            ChipState::SetAside => {
                let why = chip.reason.clone().unwrap_or_default();
                self.failed(None, Reason::new(why.0, why.1));
                return self.put(Bin::Bad);
            }
            ChipState::Writing => false,
            ChipState::MayBeFinished => true,
        };
        let (job, row) = (chip.job, chip.row);
        let of_this = self
            .in_hand
            .as_ref()
            .is_some_and(|hand| (hand.lease.job, hand.lease.row) == (job, row));
        if !of_this {
            let leased = (job == self.engine.job)
                .then(|| self.lease_row(row))
                .transpose()?
                .flatten();
            match leased {
                Some(leased) => {
                    // The order in hand goes back; this card is one that was begun.
                    self.give_back();
                    self.in_hand = Some(self.open(leased)?);
                }
                None => return self.of_others(chip),
            }
        }
        self.make(card, factor, may_be_finished)
    }

    /// The order of a card that came back. Another head may have asked for it already and gives it back when it is told so.
    fn lease_row(&self, row: usize) -> Result<Option<Leased>, EngineError> {
        let (register, job) = (self.engine.register, self.engine.job);
        Ok(register.lease_row(job, row, &self.worker, LASTS)?)
    }

    /// A card whose order this head cannot have.
    fn of_others(&mut self, chip: &ChipRecord) -> Result<Then, EngineError> {
        let (job, row) = (chip.job, chip.row);
        if job == self.engine.job {
            let order = self.engine.register.order(job, row)?;
            let is_open = order.as_ref().is_some_and(|order| {
                !matches!(order.state, OrderState::Delivered | OrderState::Rejected)
                    && order.chip.as_deref() == Some(&chip.serial)
            });
            if is_open {
                // Another head holds the lease, or one that was killed did; it ends by itself.
                self.engine.leases.want(row);
                self.state(HeadState::Works {
                    line: row,
                    step: None,
                });
                std::thread::sleep(MOMENT);
                return Ok(Then::GoOn);
            }
        }
        self.failed(
            None,
            Reason::new(
                format!("this card was begun for line {row} of job {job}: it goes to the bad cards; run that job with it"),
                format!("此卡曾为作业 {job} 第 {row} 行写入：归入坏卡；请用它运行该作业"),
            ),
        );
        self.put(Bin::Bad)
    }

    fn make(
        &mut self,
        card: &mut dyn Card,
        factor: [u8; 8],
        may_be_finished: bool,
    ) -> Result<Then, EngineError> {
        let Some(in_hand) = &self.in_hand else {
            return Ok(Then::GoOn);
        };
        let began = Instant::now();
        let line = in_hand.lease.row;
        self.head.about(line);
        self.state(HeadState::Works { line, step: None });
        let chip = Chip {
            card,
            factor,
            may_be_finished,
        };
        let mut notes = LeaseNotes {
            register: self.engine.register,
            lease: &in_hand.lease,
            head: &self.name,
            tell: self.engine.tell,
        };
        let (keys, trust) = (self.engine.keys, self.engine.line);
        match card::make(chip, &in_hand.decided, keys, trust, &mut notes) {
            Fate::Delivered => {
                (self.engine.tell)(RunEvent::Delivered {
                    head: self.name.clone(),
                    line,
                    card_number: in_hand.decided.card_number.as_str().to_owned(),
                    took: began.elapsed(),
                });
                self.faults = 0;
                self.engine.leases.drop_of(&self.worker);
                self.in_hand = None;
                self.put(Bin::Good)
            }
            Fate::Useless(error) => self.useless(Some(line), &error),
            Fate::Left(error) => {
                // Whichever head it comes back to may have the order.
                self.failed(Some(line), reason(&error));
                self.faults += 1;
                self.give_back();
                Ok(Then::GoOn)
            }
            Fate::Fenced => {
                self.engine.leases.drop_of(&self.worker);
                self.in_hand = None;
                Ok(Then::GoOn)
            }
            Fate::Over(error) => Err(EngineError::Card(error)),
        }
    }

    /// A card that is of no use; the person in hand waits for the next one.
    fn useless(&mut self, line: Option<usize>, error: &CardError) -> Result<Then, EngineError> {
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
        self.put(Bin::Bad)
    }

    fn put(&mut self, bin: Bin) -> Result<Then, EngineError> {
        match self.head.put(bin) {
            Ok(()) => Ok(Then::GoOn),
            Err(error) => Ok(self.head_fault(error)),
        }
    }

    /// The reader, or whoever feeds it, does not do its part. Readers come and go: it is asked again for a while.
    fn head_fault(&mut self, error: ReaderError) -> Then {
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

    fn failed(&self, line: Option<usize>, reason: Reason) {
        (self.engine.tell)(RunEvent::Failed {
            head: self.name.clone(),
            line,
            reason,
        });
    }

    fn state(&self, state: HeadState) {
        (self.engine.tell)(RunEvent::Head {
            head: self.name.clone(),
            state,
        });
    }
}

fn reason(error: &CardError) -> Reason {
    Reason::new(error.say(Lang::En), error.say(Lang::Zh))
}
