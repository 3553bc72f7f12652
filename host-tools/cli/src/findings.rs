//! What a check of a batch finds, told as it is found: the first hundred one by one, all of them by rule at the end.

use ssc_bureau::batch::{BatchReader, Row};
use ssc_bureau::register::Reason;
use ssc_words::Bilingual;

use crate::text::text;
use crate::ui::Ui;

/// Findings that are told one by one.
const TOLD: usize = 100;

/// Tells what was found.
#[derive(Default)]
pub struct Findings {
    told: usize,
}

impl Findings {
    /// What concerns the file as a whole.
    pub fn of_file(&mut self, reader: &BatchReader, ui: &Ui) {
        for fault in reader.faults() {
            self.tell(fault, true, ui);
        }
        for warning in reader.warnings() {
            self.tell(warning, false, ui);
        }
    }

    /// What concerns a row, and why the register refuses it.
    pub fn of_row(&mut self, row: &Row, reason: Option<&Reason>, ui: &Ui) {
        for finding in row.findings() {
            self.tell(finding, row.is_refused(), ui);
        }
        if let Some(reason) = reason {
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
        if self.told <= TOLD {
            return;
        }
        let left = self.told - TOLD;
        ui.warn(&text(
            format!("{left} more; all of them by rule:"),
            format!("另有 {left} 处；按规则合计："),
        ));
        for (rule, count) in reader.findings().by_rule() {
            ui.warn(&text(
                format!("  {count} × {}", rule.id()),
                format!("  {count} × {}", rule.id()),
            ));
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
