//! Orders of a head: it takes one before its card comes, since the person's name stands on the screen then, and gives it back where another
//! head has more use for it.

use std::time::Instant;

use super::super::leases::LASTS;
use super::super::{EngineError, keys_ahead};
use super::{End, InHand, MOMENT, Then, Worker};
use crate::register::{CHIPS_AN_ORDER, Leased};
use crate::run_event::HeadState;

impl Worker<'_, '_> {
    /// No card, and no order yet.
    pub(super) fn without_order(&mut self) -> Result<Then, EngineError> {
        let rests = self.rests && self.is_needed()?;
        if !rests && self.take_order()? {
            return Ok(Then::GoOn);
        }
        if !self.is_needed()? {
            return Ok(if self.rests {
                self.rests = false;
                Then::GoOn
            } else {
                Then::End(End::Done)
            });
        }
        if self.fed {
            self.ask_for_one(false)?;
        }
        self.state(HeadState::Idle);
        std::thread::sleep(MOMENT);
        Ok(Then::GoOn)
    }

    /// No order is free, and somebody feeds this head: one that nobody feeds is asked for its order. Nobody else takes it when it comes.
    pub(super) fn ask_for_one(&mut self, card_here: bool) -> Result<(), EngineError> {
        let Some(row) = self.engine.leases.spare(&self.worker, card_here) else {
            self.wish = None;
            return Ok(());
        };
        let is_asked = self
            .wish
            .is_some_and(|(asked, at)| asked == row && at.elapsed() < LASTS / 2);
        if !is_asked {
            let (register, job) = (self.engine.register, self.engine.job);
            register.want(job, row, &self.worker, LASTS)?;
            self.wish = Some((row, Instant::now()));
        }
        Ok(())
    }

    /// Leases the next order; whether there was one.
    pub(super) fn take_order(&mut self) -> Result<bool, EngineError> {
        let (register, job) = (self.engine.register, self.engine.job);
        let leased = register.lease_below(job, &self.worker, LASTS, CHIPS_AN_ORDER)?;
        match leased {
            Some(leased) => {
                self.in_hand = Some(self.open(leased)?);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    pub(super) fn open(&self, leased: Leased) -> Result<InHand, EngineError> {
        let row = leased.lease.row;
        let decided = self.engine.sealing.unseal(row, &leased.sealed)?;
        self.engine.leases.hold(&leased.lease);
        if let Some(ahead) = self.ahead {
            ahead.expect(&keys_ahead::wanted(&decided).map_err(EngineError::Card)?);
        }
        Ok(InHand {
            lease: leased.lease,
            decided,
            spoiled: leased.order.attempts,
        })
    }

    /// Lets another head have the order.
    pub(super) fn give_back(&mut self) {
        if let Some(in_hand) = self.in_hand.take() {
            self.engine.leases.drop_of(&self.worker);
            // What cannot be given back ends by itself.
            let _ = self.engine.register.release(&in_hand.lease);
        }
    }
}
