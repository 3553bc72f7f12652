//! Chips, and what became of cards.

use std::collections::HashSet;

use ssc_words::Lang;

use super::{PAGE, Rows};
use crate::audit::finding::{Fault, Finding};
use crate::audit::replay::chip_is;
use crate::register::{CardStatus, ChipRecord, Look, RegisterError};

impl Rows<'_> {
    pub(super) fn chips(&mut self, look: &mut Look<'_, '_>) -> Result<(), RegisterError> {
        let mut seen = HashSet::new();
        let mut after = String::new();
        loop {
            let chips = look.chips(&after, PAGE)?;
            let Some(last) = chips.last() else { break };
            after.clone_from(&last.serial);
            for chip in &chips {
                self.chip(chip);
            }
            seen.extend(chips.into_iter().map(|chip| chip.serial));
        }
        let chips = &self.replay.chips;
        let mut missing: Vec<_> = chips
            .iter()
            .filter(|(at, _)| !seen.contains(&***at))
            .collect();
        missing.sort_by_key(|(_, chip)| chip.row);
        for (serial, chip) in missing {
            let finding = Finding::new(
                Fault::ChipMissing,
                format!(
                    "chip {serial} is in the log (entry {}) and is not there any more, or is another job's",
                    chip.seq
                ),
                format!(
                    "芯片 {serial} 在日志中（第 {} 条），但已不存在，或属于其他作业",
                    chip.seq
                ),
            );
            let finding = finding.of_row(chip.row).of_chip(serial).at(chip.seq);
            self.findings.add(finding);
        }
        Ok(())
    }

    fn chip(&mut self, chip: &ChipRecord) {
        let serial = &chip.serial;
        let Some(expected) = self.replay.chips.get(&**serial) else {
            let finding = Finding::new(
                Fault::ChipAdded,
                format!("chip {serial} is not in the log: somebody has put it in"),
                format!("日志中没有芯片 {serial}：由他人添加"),
            );
            self.findings.add(finding.of_row(chip.row).of_chip(serial));
            return;
        };
        let is_same = chip_is(&chip.atr, &chip.identification_code) == expected.is
            && (chip.row, chip.state, chip.reason.as_ref())
                == (expected.row, expected.state, expected.reason.as_deref());
        if !is_same {
            let (seq, row) = (expected.seq, expected.row);
            let state = |lang| (chip.state.words(lang), expected.state.words(lang));
            let (en, zh) = (state(Lang::En), state(Lang::Zh));
            let finding = Finding::new(
                Fault::ChipChanged,
                format!(
                    "chip {serial} stands with row {} as \"{}\"; by the log (entry {seq}) it is row {row}'s and \"{}\", with another answer to reset, code or reason if these are the same",
                    chip.row, en.0, en.1
                ),
                format!(
                    "芯片 {serial} 登记为第 {} 行、“{}”；依日志（第 {seq} 条）属于第 {row} 行、“{}”；若两者相同，则复位应答、识别码或原因不同",
                    chip.row, zh.0, zh.1
                ),
            );
            self.findings
                .add(finding.of_row(row).of_chip(serial).at(seq));
        }
    }

    pub(super) fn card_events(&mut self, look: &mut Look<'_, '_>) -> Result<(), RegisterError> {
        let events = look.card_events()?;
        let mut there: HashSet<_> = events
            .into_iter()
            .map(|(row, event)| {
                (
                    row,
                    event.at,
                    event.status.name(),
                    event.reason.unwrap_or_default(),
                )
            })
            .collect();
        let mut noted = HashSet::new();
        for (seq, (row, at, status, reason)) in &self.replay.became {
            let event = (*row, *at, status.name(), reason.clone());
            // Told twice in one thousandth of a second, it stands once, as it was told first.
            if noted.insert((*row, *at, *status)) && !there.remove(&event) {
                let finding = Finding::new(
                    Fault::CardEventChanged,
                    format!(
                        "by the log the card became \"{}\", and that is not there any more, or was changed",
                        status.words(Lang::En)
                    ),
                    format!(
                        "依日志此卡变为“{}”，但该记录已不存在或被改动",
                        status.words(Lang::Zh)
                    ),
                );
                self.findings.add(finding.of_row(*row).at(*seq));
            }
        }
        let mut added: Vec<_> = there.into_iter().collect();
        added.sort_unstable();
        for (row, _, status, _) in added {
            let words = |lang| {
                CardStatus::of_name(status).map_or_else(String::new, |status| status.words(lang))
            };
            let finding = Finding::new(
                Fault::CardEventChanged,
                format!(
                    "the books say that the card became \"{}\", and the log does not",
                    words(Lang::En)
                ),
                format!("登记簿称此卡变为“{}”，日志中没有", words(Lang::Zh)),
            );
            self.findings.add(finding.of_row(row));
        }
        Ok(())
    }
}
