//! The work of one head: look at the card that lies there, take an order, ask for its card, make it, put it away.

mod faults;
mod known;
mod orders;

use std::time::{Duration, Instant};

use ssc_keys::KeyService;
use ssc_keys::ahead::Ahead;
use ssc_reader::Card;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_words::{Bilingual, Lang};

use super::card::{self, Chip, Fate};
use super::notes::LeaseNotes;
use super::{Engine, EngineError, keys_ahead};
use crate::card_error::CardError;
use crate::job::Decided;
use crate::register::{ChipState, JobState, Lease};
use crate::return_file::Reason;
use crate::run_event::{HeadState, RunEvent};
use crate::steps::card_factor;
use faults::Faults;

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
    /// Chips that were spoiled for it in this run.
    spoiled: u32,
}

/// One head at work.
pub(super) struct Worker<'e, 'h> {
    engine: &'e Engine<'e>,
    head: &'h mut dyn Head,
    /// Where keys are derived before they are asked for.
    ahead: Option<&'e Ahead<'e>>,
    name: String,
    worker: String,
    faults: Faults,
    /// Since when its reader is gone.
    gone: Option<Instant>,
    in_hand: Option<InHand>,
    /// The line whose order it has told that it asks another head for.
    asks: Option<usize>,
    /// Whoever feeds the head has said that a card is there.
    promised: bool,
    /// Answer to reset of the card that it has put away last.
    put_away: Option<Vec<u8>>,
    /// Whether it had a card in this run.
    fed: bool,
    /// It has given its order to a head that somebody feeds, and takes no other while there are such heads.
    rests: bool,
    /// The order that it has asked another head for, and when.
    wish: Option<(usize, Instant)>,
}

/// What to do after a card.
enum Then {
    GoOn,
    /// The card goes into this bin.
    Put(Bin),
    End(End),
}

impl<'e, 'h> Worker<'e, 'h> {
    pub fn new(
        engine: &'e Engine<'e>,
        head: &'h mut dyn Head,
        ahead: Option<&'e Ahead<'e>>,
    ) -> Self {
        Self {
            name: head.name().to_owned(),
            worker: format!("{}/{}", engine.machine, head.name()),
            engine,
            head,
            ahead,
            faults: Faults::default(),
            gone: None,
            in_hand: None,
            asks: None,
            promised: false,
            put_away: None,
            fed: false,
            rests: false,
            wish: None,
        }
    }

    /// Works until no order or no card is left, or the run is to end.
    ///
    /// # Errors
    /// The register, or the keys, cannot be used: no card is touched any more.
    pub fn run(mut self) -> Result<End, EngineError> {
        self.state(HeadState::Idle);
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
            if let Some(reason) = self.faults.too_many() {
                return Ok(End::Out(reason));
            }
            let then = match self.head.card() {
                Ok(Some(mut lying)) => {
                    (self.gone, self.promised) = (None, false);
                    let (atr, faults) = (lying.atr().to_vec(), self.faults.count());
                    let then = self.lying(&mut *lying)?;
                    // Before it is put away: a PC/SC reader waits for whoever holds its card.
                    drop(lying);
                    match then {
                        Then::Put(bin) => self.put_away(atr, faults, bin),
                        other => other,
                    }
                }
                Ok(None) if std::mem::take(&mut self.promised) => {
                    self.gone = None;
                    self.never_came()
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
        let Some(in_hand) = &self.in_hand else {
            return self.without_order();
        };
        if self.engine.register.is_wanted(&in_hand.lease)? {
            // Its begun card, or a card for it, lies in another head, of this machine or another: that one has it sooner.
            self.give_back();
            self.rests = !self.fed;
            return Ok(Then::GoOn);
        }
        self.engine.leases.waits(&self.worker, self.fed);
        let line = in_hand.lease.row;
        let name = in_hand.decided.holder.name.as_str().to_owned();
        self.head.about(line);
        match self.head.next(MOMENT) {
            Ok(Coming::Here) => {
                self.promised = true;
                Ok(Then::GoOn)
            }
            Ok(coming @ (Coming::NotYet | Coming::TakeOut)) => {
                self.state(HeadState::Waits {
                    line: Some(line),
                    name: Some(name),
                    take_out: coming == Coming::TakeOut,
                });
                Ok(Then::GoOn)
            }
            Ok(Coming::NoMore) => Ok(Then::End(End::NoCards)),
            Err(error) => Ok(self.head_fault(error)),
        }
    }

    /// A card lies in the head: it is the one of an order, a blank, or of no use.
    fn lying(&mut self, card: &mut dyn Card) -> Result<Then, EngineError> {
        let factor = match card_factor(card.atr()) {
            Ok(factor) => factor,
            Err(error) => return Ok(self.useless(None, &error)),
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
                self.ask_for_one(true)?;
                std::thread::sleep(MOMENT);
                return Ok(Then::GoOn);
            }
            return Ok(Then::End(End::Done));
        }
        self.make(card, factor, None)
    }

    fn make(
        &mut self,
        card: &mut dyn Card,
        factor: [u8; 8],
        known: Option<ChipState>,
    ) -> Result<Then, EngineError> {
        let Some(in_hand) = &self.in_hand else {
            return Ok(Then::GoOn);
        };
        let began = Instant::now();
        (self.fed, self.rests) = (true, false);
        self.engine.leases.has_card(&self.worker);
        let line = in_hand.lease.row;
        self.head.about(line);
        self.state(HeadState::Works { line, step: None });
        let chip = Chip {
            card,
            factor,
            known,
        };
        let mut notes = LeaseNotes {
            register: self.engine.register,
            lease: &in_hand.lease,
            head: &self.name,
            tell: self.engine.tell,
            wrote: false,
        };
        let wanted = |ahead: &'e Ahead<'e>| {
            let wanted = keys_ahead::wanted(&in_hand.decided)?;
            Ok(ahead.card(factor, wanted))
        };
        let of_card = self.ahead.map(wanted).transpose();
        let of_card = of_card.map_err(EngineError::Card)?;
        let trust = self.engine.line;
        let keys = match &of_card {
            Some(of_card) => of_card as &dyn KeyService,
            None => self.engine.keys,
        };
        match card::make(chip, &in_hand.decided, keys, trust, &mut notes) {
            Fate::Delivered => {
                (self.engine.tell)(RunEvent::Delivered {
                    head: self.name.clone(),
                    line,
                    card_number: in_hand.decided.card_number.as_str().to_owned(),
                    took: began.elapsed(),
                });
                self.faults = Faults::default();
                self.engine.leases.drop_of(&self.worker);
                self.in_hand = None;
                Ok(Then::Put(Bin::Good))
            }
            Fate::Useless(error) => Ok(self.useless(Some(line), &error)),
            Fate::Spoiled(error) => Ok(self.spoiled(line, &error)),
            Fate::MayBeFinished(error) => {
                // The order waits for that very chip: another order is next.
                self.failed(Some(line), reason(&error));
                self.faults.of_order(line);
                self.give_back();
                Ok(Then::Put(Bin::Bad))
            }
            Fate::Refused(error) => {
                // The card that lies here is as it was, for the next order.
                self.failed(Some(line), reason(&error));
                self.engine.leases.drop_of(&self.worker);
                self.in_hand = None;
                Ok(Then::GoOn)
            }
            Fate::Left(error) => {
                // Whichever head it comes back to may have the order.
                self.failed(Some(line), reason(&error));
                self.faults.of_card();
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

    /// Puts a card away that lies in the head. One that was put away already, and did nothing wrong since, is the head's fault.
    fn put_away(&mut self, atr: Vec<u8>, faults: usize, bin: Bin) -> Then {
        let before = self.put_away.replace(atr);
        if before == self.put_away && faults == self.faults.count() {
            self.stays();
        }
        self.put(bin)
    }

    fn put(&mut self, bin: Bin) -> Then {
        match self.head.put(bin) {
            Ok(()) => Then::GoOn,
            Err(error) => self.head_fault(error),
        }
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
