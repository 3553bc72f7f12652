//! What a check of a batch finds, told as it is found: the first hundred one by one, all of them by rule at the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ssc_bureau::batch::{BatchReader, Finding, Row, Severity};
use ssc_bureau::register::Reason;
use ssc_words::{Bilingual, Lang};

use crate::text::{Text, text};
use crate::ui::Ui;

/// Findings that are told one by one; above it they are told by rule.
pub const TOLD: usize = 100;
/// Findings of a document for programs; above it there are the totals alone.
pub const LISTED: usize = 10_000;

/// How often each rule was broken, where `found` are too many to tell one by one.
pub fn by_rule(found: usize, rules: impl Iterator<Item = (Text, usize)>) -> Vec<Text> {
    let left = found.saturating_sub(TOLD);
    if left == 0 {
        return Vec::new();
    }
    let heading = text(
        format!("{left} more; all of them by rule or reason:"),
        format!("另有 {left} 处；按规则或原因合计："),
    );
    let rules = rules.map(|(rule, count)| {
        let [english, chinese] = Lang::ALL.map(|lang| format!("  {count} × {}", rule.say(lang)));
        text(english, chinese)
    });
    std::iter::once(heading).chain(rules).collect()
}

/// A rule of the check by its name, which is the same in both languages.
pub fn named(rule: &str) -> Text {
    text(rule, rule)
}

/// Tells what was found.
#[derive(Default)]
pub struct Findings {
    told: usize,
    /// Refusals of the register, by what they have in common.
    refusals: BTreeMap<(&'static str, &'static str), usize>,
    /// Faults for programs.
    faults: Vec<Value>,
}

impl Findings {
    /// What concerns the file as a whole.
    pub fn of_file(&mut self, reader: &BatchReader, ui: &Ui) {
        for fault in reader.faults() {
            self.list(fault, ui);
            self.tell(fault, true, ui);
        }
        for warning in reader.warnings() {
            self.tell(warning, false, ui);
        }
    }

    /// What concerns a row, and why the register refuses it.
    pub fn of_row(&mut self, row: &Row, reason: Option<&Reason>, ui: &Ui) {
        for finding in row.findings() {
            if finding.severity() == Severity::Fault {
                self.list(finding, ui);
            }
            self.tell(finding, row.is_refused(), ui);
        }
        if let Some(reason) = reason {
            *self.refusals.entry(reason.cause()).or_default() += 1;
            let line = row.line();
            let (english, chinese) = reason.say();
            self.tell(
                &text(
                    format!("line {line}: {english}"),
                    format!("第 {line} 行：{chinese}"),
                ),
                true,
                ui,
            );
        }
    }

    /// How often each rule was broken, where that was too often to tell one by one.
    pub fn sum_up(&self, reader: &BatchReader, ui: &Ui) {
        let rules = reader.findings().by_rule().into_iter();
        let rules = rules.map(|(rule, count)| (named(rule.id()), count));
        let refusals = self.refusals.iter();
        let refusals =
            refusals.map(|((english, chinese), count)| (text(*english, *chinese), *count));
        for line in by_rule(self.told, rules.chain(refusals)) {
            ui.warn(&line);
        }
    }

    /// The faults, for `--json`.
    pub fn document(&self) -> Value {
        json!({ "faults": self.faults })
    }

    fn list(&mut self, fault: &Finding, ui: &Ui) {
        if ui.json && self.faults.len() < LISTED {
            self.faults.push(json!(fault));
        }
    }

    fn tell(&mut self, finding: &dyn Bilingual, is_fault: bool, ui: &Ui) {
        self.told += 1;
        if self.told > TOLD {
            return;
        }
        if is_fault {
            ui.warn(finding);
        } else {
            ui.note(finding);
        }
    }
}
