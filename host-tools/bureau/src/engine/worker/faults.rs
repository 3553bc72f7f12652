//! Faults of a head: a card that is of no use, a reader that is gone.

use std::time::{Duration, Instant};

use ssc_reader::ReaderError;
use ssc_reader::head::Bin;

use super::{End, MOMENT, Then, Worker, reason};
use crate::card_error::CardError;
use crate::register::CHIPS_AN_ORDER;
use crate::return_file::Reason;
use crate::run_event::HeadState;

/// How long a reader that is gone is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Faults in a row after which a head is taken out: one bad card, or two, comes out of any stack.
const FAULTS: usize = 3;

/// The faults of a head since its last good card.
#[derive(Default)]
pub(super) struct Faults {
    count: usize,
    /// The lines that a chip was spoiled for. A second one spoiled for the same line is the line's fault, not the head's.
    lines: Vec<usize>,
}

impl Faults {
    /// The card is bad by itself, or it was lost.
    pub fn of_card(&mut self) {
        self.count += 1;
    }

    /// A card was spoiled for this line.
    pub fn of_order(&mut self, line: usize) {
        if !self.lines.contains(&line) {
            self.lines.push(line);
            self.count += 1;
        }
    }

    /// How many there were.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Why the head is taken out, if it is.
    pub fn too_many(&self) -> Option<Reason> {
        (self.count >= FAULTS).then(|| {
            Reason::new(
                format!("{FAULTS} faults in a row: look after this head, then run the job again"),
                format!("连续 {FAULTS} 次故障：请检查此发卡头，再运行作业"),
            )
        })
    }
}

impl Worker<'_, '_> {
    /// A card that was begun and is set aside. The order gets the next one, or waits for somebody to look at it.
    pub(super) fn spoiled(&mut self, line: usize, error: &CardError) -> Then {
        let Reason {
            mut english,
            mut chinese,
        } = reason(error);
        self.faults.of_order(line);
        let spoiled = self.in_hand.as_mut().map_or(0, |in_hand| {
            in_hand.spoiled += 1;
            in_hand.spoiled
        });
        if spoiled >= CHIPS_AN_ORDER {
            english.push_str(&format!(
                ". {spoiled} chips were spoiled for this line: it is given up in this run"
            ));
            chinese.push_str(&format!("。该行已损坏 {spoiled} 张芯片：本次运行不再制作"));
            self.give_back();
        }
        self.failed(Some(line), Reason::new(english, chinese));
        Then::Put(Bin::Bad)
    }

    /// A card that is of no use; the person in hand waits for the next one.
    pub(super) fn useless(&mut self, line: Option<usize>, error: &CardError) -> Then {
        self.failed(line, reason(error));
        self.faults.of_card();
        // Its order may have come to an end that only the lost chip knows: then another order is next.
        let waits_for_chip = matches!(
            error,
            CardError::Register(crate::register::RegisterError::MayBeFinished { .. })
        );
        if waits_for_chip {
            self.give_back();
        }
        Then::Put(Bin::Bad)
    }

    /// The card that this head has put away lies in it.
    pub(super) fn stays(&mut self) {
        self.failed(
            None,
            Reason::new(
                "this card was put away and lies in the head still, or again: see to it that it comes out",
                "此卡已放好，却仍在（或又在）发卡头中：请将其取出并检查出卡",
            ),
        );
        self.faults.of_card();
        std::thread::sleep(MOMENT);
    }

    /// A card was promised, and none is there.
    pub(super) fn never_came(&mut self) -> Then {
        self.failed(
            None,
            Reason::new(
                "the next card was said to be there, and none lies in the head: look after whoever feeds it",
                "已报告送入下一张卡，但发卡头中没有卡：请检查供卡",
            ),
        );
        self.faults.of_card();
        std::thread::sleep(MOMENT);
        Then::GoOn
    }

    /// The reader, or whoever feeds it, does not do its part. Readers come and go: it is asked again for a while.
    pub(super) fn head_fault(&mut self, error: ReaderError) -> Then {
        let reason = reason(&CardError::Reader(error.clone()));
        if error.is_of_card() {
            self.failed(None, reason);
            self.faults.of_card();
            if let Err(error) = self.head.put(Bin::Bad)
                && !error.is_of_card()
            {
                return self.head_fault(error);
            }
            std::thread::sleep(MOMENT);
            return Then::GoOn;
        }
        let is_new = self.gone.is_none();
        let since = *self.gone.get_or_insert_with(Instant::now);
        self.give_back();
        let waited_already = matches!(error, ReaderError::Silent { .. });
        if since.elapsed() > PATIENCE || waited_already || !error.is_lost() {
            return Then::End(End::Out(reason));
        }
        if is_new {
            self.state(HeadState::Out { reason });
        }
        std::thread::sleep(MOMENT);
        Then::GoOn
    }
}
