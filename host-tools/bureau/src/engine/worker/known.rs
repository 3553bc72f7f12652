//! A chip that the register knows lies in the head: it is continued for its own order, or put away.

use ssc_reader::Card;
use ssc_reader::head::Bin;

use super::super::EngineError;
use super::super::leases::LASTS;
use super::{MOMENT, Then, Worker, reason};
use crate::card_error::CardError;
use crate::issue_one::ask_one;
use crate::register::{ChipRecord, ChipState, Leased, OrderState};
use crate::return_file::Reason;
use crate::run_event::HeadState;

impl Worker<'_, '_> {
    /// A chip that the register knows: it is continued for its own order, or put away.
    pub(super) fn known(
        &mut self,
        card: &mut dyn Card,
        factor: [u8; 8],
        chip: &ChipRecord,
    ) -> Result<Then, EngineError> {
        match chip.state {
            ChipState::Issued if chip.job == self.engine.job => {
                return self.issued(card, chip.row);
            }
            ChipState::Issued => {
                let (job, row) = (chip.job, chip.row);
                self.failed(
                    None,
                    Reason::new(
                        format!("this card was made for line {row} of job {job}, it is somebody's: take it out of the bad cards, it is not touched"),
                        format!("此卡已为作业 {job} 第 {row} 行制成，属于他人：未触及；请从坏卡中取出"),
                    ),
                );
                return Ok(Then::Put(Bin::Bad));
            }
            ChipState::SetAside => {
                let why = chip.reason.clone().unwrap_or_default();
                self.failed(None, Reason::new(why.0, why.1));
                return Ok(Then::Put(Bin::Bad));
            }
            ChipState::Writing | ChipState::MayBeFinished => {}
        }
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
                    self.asks = None;
                }
                None => return self.of_others(chip),
            }
        }
        self.make(card, factor, Some(chip.state))
    }

    /// A card that this job has made and a stop has left in a head, or another chip that answers to reset as it does: it is asked.
    fn issued(&mut self, card: &mut dyn Card, row: usize) -> Result<Then, EngineError> {
        let sealed = self.engine.register.sealed(self.engine.job, row)?;
        let decided = self
            .engine
            .sealing
            .unseal(row, &sealed.unwrap_or_default())?;
        let why = match ask_one(card, &decided, self.engine.keys) {
            Ok(()) => return Ok(Then::Put(Bin::Good)),
            Err(error @ CardError::Keys(_)) => return Err(EngineError::Card(error)),
            Err(error) => error,
        };
        self.faults.of_card();
        let Reason { english, chinese } = reason(&why);
        if matches!(&why, CardError::Reader(error) if error.is_lost()) {
            self.failed(None, Reason::new(english, chinese));
            return Ok(Then::GoOn);
        }
        self.failed(
            None,
            Reason::new(
                format!("this chip has the serial number of the card of line {row}, and does not prove to be that card ({english}): it is a twin, or does not work, and goes to the bad cards"),
                format!("此芯片的序列号与第 {row} 行的卡相同，但未能证明是该卡（{chinese}）：可能是序列号重复的芯片或故障卡，归入坏卡"),
            ),
        );
        Ok(Then::Put(Bin::Bad))
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
                let holder = self.engine.register.want(job, row, &self.worker, LASTS)?;
                if let Some((holder, left)) = holder
                    && self.asks.replace(row) != Some(row)
                {
                    let seconds = left.as_secs();
                    self.state(HeadState::Asks {
                        line: row,
                        reason: Reason::new(
                            format!("leave the card in: {holder} has the order of line {row} and is asked for it; if that head is dead, it is free in {seconds} s"),
                            format!("请勿取出卡片：第 {row} 行的任务在 {holder}，已请其归还；如该发卡头已停止，{seconds} 秒后自动释放"),
                        ),
                    });
                }
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
        Ok(Then::Put(Bin::Bad))
    }
}
