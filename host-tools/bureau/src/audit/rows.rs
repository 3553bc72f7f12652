//! The tables of a job's orders, chips and cards, against what its log says.

mod chips;

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest as _, Sha256};
use ssc_person::mask;
use ssc_words::Lang;

use super::finding::{Fault, Finding, Findings};
use super::replay::{Order, Replay, Why};
use crate::register::{
    CardStatus, ChipState, CitizenRecord, JobId, Look, OrderRecord, OrderState, RegisterError,
};
use crate::sealing::Sealing;

/// Rows that are read at once.
const PAGE: usize = 2_000;

fn stored(row: usize) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}

/// The tables of one job.
pub(super) struct Rows<'r> {
    pub job: JobId,
    pub replay: &'r Replay,
    /// What opens what is decided, where the job's keys are there.
    pub sealing: Option<&'r Sealing>,
    pub findings: &'r mut Findings,
}

impl Rows<'_> {
    /// Compares all of them.
    pub fn compare(&mut self, look: &mut Look<'_, '_>) -> Result<(), RegisterError> {
        self.orders(look)?;
        self.chips(look)?;
        self.card_events(look)
    }

    fn orders(&mut self, look: &mut Look<'_, '_>) -> Result<(), RegisterError> {
        let replay = self.replay;
        let mut missing = replay.orders.keys().copied().peekable();
        let mut sealed = BTreeMap::new();
        let (mut after, mut sealed_to) = (i64::MIN, Some(i64::MIN));
        loop {
            let orders = look.orders(after, PAGE)?;
            let Some(last) = orders.last().map(|order| stored(order.row)) else {
                break;
            };
            // What is decided, up to the last of these rows and perhaps beyond.
            while let Some(from) = sealed_to.filter(|to| *to < last) {
                let more = look.sealed(from, PAGE)?;
                sealed_to = more.last().map(|(row, _)| stored(*row));
                sealed.extend(more);
            }
            let persons = orders.iter().map(|order| (&order.number).into());
            let cards = look.citizens(&persons.collect::<Vec<_>>())?;
            let expected = orders
                .iter()
                .filter_map(|order| replay.orders.get(&order.row));
            let numbers = expected.filter_map(|order| order.card_number.as_ref());
            let given =
                look.card_numbers(&numbers.map(|number| (&**number).into()).collect::<Vec<_>>())?;
            let queued = look.queued(after, last)?;
            for order in &orders {
                while let Some(row) = missing.next_if(|row| *row < order.row) {
                    self.order_missing(row);
                }
                missing.next_if_eq(&order.row);
                let blob = sealed.remove(&order.row);
                let Some(expected) = replay.orders.get(&order.row) else {
                    self.findings.add(
                        Finding::new(
                            Fault::OrderAdded,
                            "this order is not in the log: somebody has put it in",
                            "日志中没有此任务：由他人添加",
                        )
                        .of_row(order.row),
                    );
                    continue;
                };
                self.order(order, expected);
                self.queued(order, expected, queued.contains(&order.row));
                self.sealed(order, expected, blob.as_deref());
                self.number(order, expected, &given);
                let person = (order.number.clone(), order.kind.clone());
                self.person(order, expected, cards.get(&person));
            }
            after = last;
        }
        for row in missing {
            self.order_missing(row);
        }
        Ok(())
    }

    fn order_missing(&mut self, row: usize) {
        let finding = Finding::new(
            Fault::OrderMissing,
            "this order is in the log and is not there any more",
            "日志中有此任务，但已不存在",
        );
        self.findings.add(finding.of_row(row));
    }

    /// An order's row against the log.
    fn order(&mut self, order: &OrderRecord, expected: &Order) {
        let state = |lang| (order.state.words(lang), expected.stage.state().words(lang));
        if !expected.stage.is(order.state) {
            let (en, zh) = (state(Lang::En), state(Lang::Zh));
            self.differs(order, expected, ["state", "状态"], [en, zh]);
        }
        let words = |value: Option<&str>| value.unwrap_or("-").to_owned();
        for (of, books, log) in [
            (
                ["card number", "卡号"],
                order.card_number.as_deref(),
                expected.card_number.as_deref(),
            ),
            (
                ["replaced card", "被更换的卡"],
                order.replaced_card.as_deref(),
                expected.replaces.as_deref(),
            ),
            (
                ["chip", "芯片"],
                order.chip.as_deref(),
                expected.chip.as_deref(),
            ),
            (
                ["kind", "卡种"],
                Some(order.kind.as_str()),
                Some(&*expected.kind),
            ),
        ] {
            if books != log {
                let pair = (words(books), words(log));
                self.differs(order, expected, of, [pair.clone(), pair]);
            }
        }
        let reason = expected.reason.as_deref();
        if order.reason.as_ref() != reason {
            let said = |reason: Option<&Why>, of: fn(&Why) -> &String| {
                words(reason.map(|why| of(why).as_str()))
            };
            let pair =
                |of: fn(&Why) -> &String| (said(order.reason.as_ref(), of), said(reason, of));
            let pairs = [pair(|(english, _)| english), pair(|(_, chinese)| chinese)];
            self.differs(order, expected, ["reason", "原因"], pairs);
        }
        if order.fence < expected.fence {
            let pair = (order.fence.to_string(), expected.fence.to_string());
            self.differs(order, expected, ["fence", "隔离号"], [pair.clone(), pair]);
        }
    }

    /// Whether a head may take the order with a fresh chip: else a card could be made twice, or never.
    fn queued(&mut self, order: &OrderRecord, expected: &Order, is_queued: bool) {
        let chip = expected
            .chip
            .as_ref()
            .and_then(|chip| self.replay.chips.get(chip));
        let may_be_finished = chip.is_some_and(|chip| chip.state == ChipState::MayBeFinished);
        let is_over =
            expected.stage.is(OrderState::Delivered) || expected.stage.is(OrderState::Rejected);
        if is_queued == (is_over || may_be_finished) {
            let words = |queued| {
                if queued {
                    ("yes", "是")
                } else {
                    ("no", "否")
                }
            };
            let (books, log) = (words(is_queued), words(!is_queued));
            let of = ["place in the queue for a new chip", "等待新芯片的标记"];
            let pair = |books: &str, log: &str| (books.to_owned(), log.to_owned());
            self.differs(
                order,
                expected,
                of,
                [pair(books.0, log.0), pair(books.1, log.1)],
            );
        }
    }

    fn differs(
        &mut self,
        order: &OrderRecord,
        expected: &Order,
        of: [&str; 2],
        [en, zh]: [(String, String); 2],
    ) {
        let seq = expected.seq;
        let finding = Finding::new(
            Fault::OrderChanged,
            format!(
                "the order's {} is \"{}\"; by the log (entry {seq}) it is \"{}\"",
                of[0], en.0, en.1
            ),
            format!(
                "任务的{}为“{}”；依日志（第 {seq} 条）应为“{}”",
                of[1], zh.0, zh.1
            ),
        );
        self.findings.add(finding.of_row(order.row).at(seq));
    }

    /// What is decided, against what was sealed, and whom it is for.
    fn sealed(&mut self, order: &OrderRecord, expected: &Order, blob: Option<&[u8]>) {
        let found = blob.map(|blob| <[u8; 32]>::from(Sha256::digest(blob)));
        if found != expected.sealed {
            let finding = match (found, expected.sealed) {
                (None, _) => Finding::new(
                    Fault::SealedChanged,
                    "what is decided of this row is not there any more",
                    "此行已决定的内容已不存在",
                ),
                (_, None) => Finding::new(
                    Fault::SealedChanged,
                    "by the log nothing is decided of this row, and something is there",
                    "依日志此行未作决定，却存有内容",
                ),
                _ => Finding::new(
                    Fault::SealedChanged,
                    "what is decided of this row is not what was sealed for it: it was changed, or is another row's",
                    "此行已决定的内容不是当时加密的内容：已被改动，或属于其他行",
                ),
            };
            self.findings.add(finding.of_row(order.row));
            return;
        }
        let (Some(sealing), Some(blob)) = (self.sealing, blob) else {
            return;
        };
        let opened = sealing.unseal(order.row, blob);
        let is_person = opened.is_ok_and(|decided| {
            decided.holder.number.as_str() == order.number
                && mask::name(decided.holder.name.as_str()) == order.name_masked
        });
        if !is_person {
            let finding = Finding::new(
                Fault::OrderChanged,
                "the person's number or masked name of this order is not the one that its card was decided for",
                "此任务的人员号码或已遮盖的姓名不是制卡时决定的内容",
            );
            self.findings.add(finding.of_row(order.row));
        }
    }

    /// Whom the card number is given to.
    fn number(
        &mut self,
        order: &OrderRecord,
        expected: &Order,
        given: &HashMap<String, (JobId, usize)>,
    ) {
        let Some(number) = &expected.card_number else {
            return;
        };
        // A replacement may have the number of the card before, and a new order that of one that was taken back.
        let may_be_elsewhere =
            expected.replaces.is_some() || expected.stage.is(OrderState::Rejected);
        let own = (self.job, order.row);
        if given
            .get(&**number)
            .is_none_or(|given| *given != own && !may_be_elsewhere)
        {
            let finding = Finding::new(
                Fault::CardNumberChanged,
                format!("card number {number} is not noted as given to this row"),
                format!("卡号 {number} 未登记为发给此行"),
            );
            self.findings.add(finding.of_row(order.row));
        }
    }

    /// The card that the person has or waits for.
    fn person(&mut self, order: &OrderRecord, expected: &Order, holds: Option<&CitizenRecord>) {
        if expected.stage.is(OrderState::Rejected) {
            return;
        }
        let own = (self.job, order.row);
        let holds = holds.filter(|holds| (holds.job, holds.row) == own);
        let delivered = expected.stage.is(OrderState::Delivered);
        let is_right = match (holds, expected.card) {
            // The person may wait for another one by now: that order's row says so.
            (None, became) => became.is_some(),
            (Some(holds), Some(became)) => holds.status == became,
            (Some(holds), None) if delivered => holds.status == CardStatus::Living,
            (Some(holds), None) => holds.status == CardStatus::Ordered,
        };
        if !is_right {
            let finding = Finding::new(
                Fault::PersonChanged,
                "what the register has as this person's card does not fit this order",
                "登记簿中此人的卡与此任务不符",
            );
            self.findings.add(finding.of_row(order.row));
        }
    }
}
