//! What `ssc issue` says of a batch, to people and to programs.

use std::path::PathBuf;

use serde_json::{Value, json};
use ssc_bureau::register::{Filter, JobRecord, OrderState, Register, RegisterError};
use ssc_bureau::report::{Known, orders};
use ssc_words::Lang;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::progress;
use crate::runner::Outcome;
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;

/// The files of a batch that is issued.
pub struct Files {
    /// Return file.
    pub return_file: PathBuf,
    /// Rows that the check has refused, if there are any.
    pub refused: Option<PathBuf>,
    /// Sealed random PINs, if there are any.
    pub pins: Option<PathBuf>,
}

impl Files {
    /// Says where the refused rows are.
    ///
    /// # Errors
    /// The register cannot be read.
    pub fn note_refused(
        &self,
        job: &JobRecord,
        register: &Register,
        ui: &Ui,
    ) -> Result<(), RegisterError> {
        if let Some(path) = &self.refused {
            let count = register.counts(job.id)?.of(OrderState::Rejected);
            let file = path.display();
            ui.note(&text(
                format!("rows refused: {count}; those with faults are in {file}: correct them there and issue that file"),
                format!("{count} 行被拒绝；有错误的在 {file} 中：请在其中更正后再发该文件"),
            ));
        }
        Ok(())
    }
}

/// What became of the batch.
pub struct Issued {
    issued: u64,
    failed: u64,
    refused: u64,
    not_reached: u64,
    made: u64,
    seconds: f64,
    rate: f64,
    cards: Vec<Value>,
}

impl Issued {
    /// Out of the register.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(
        register: &Register,
        job: &JobRecord,
        outcome: &Outcome,
    ) -> Result<Self, RegisterError> {
        let counts = register.counts(job.id)?;
        let mut issued = Self {
            issued: counts.of(OrderState::Delivered),
            failed: 0,
            refused: counts.of(OrderState::Rejected),
            not_reached: 0,
            made: outcome.made,
            seconds: outcome.time.as_secs_f64(),
            rate: progress::rate(outcome.made, outcome.time),
            cards: Vec::new(),
        };
        for known in orders(register, job.id, Filter::All) {
            issued.count(&known?, outcome);
        }
        Ok(issued)
    }

    fn count(&mut self, known: &Known, outcome: &Outcome) {
        let order = &known.order;
        let line = order.row;
        match (order.state, &order.reason) {
            (OrderState::Rejected, _) => {}
            (OrderState::Delivered, _) if outcome.lines.contains(&line) => {
                let chip = known.chip.as_ref();
                self.cards.push(json!({
                    "line": line,
                    "result": "issued",
                    "card_number": order.card_number,
                    "identification_code": chip.map_or("", |chip| &chip.identification_code),
                    "atr": chip.map_or("", |chip| &chip.atr),
                }));
            }
            (OrderState::Delivered, _) => {}
            (_, Some((english, chinese))) => self.failed(line, english, chinese),
            (OrderState::Checked | OrderState::InPersonalization, None) => self.failed(
                line,
                "its card was begun, and may be finished: put it in again, and it is asked",
                "其卡已开始制作，可能已完成：请重新放入，程序会向其查询",
            ),
            (_, None) => self.not_reached += 1,
        }
    }

    fn failed(&mut self, line: usize, english: &str, chinese: &str) {
        self.failed += 1;
        self.cards.push(json!({
            "line": line,
            "result": "failed",
            "message": english,
            "message_zh": chinese,
        }));
    }

    /// The document of `--json`.
    pub fn document(
        &self,
        job: &JobRecord,
        files: &Files,
        (heads, trusted, demo): (&HeadArgs, bool, bool),
        store: &str,
    ) -> Value {
        let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        json!({
            "store": store,
            "job": job.name,
            "card_model": job.card_model,
            "heads": heads.words(),
            "demo_keys": demo,
            "trusted_line": trusted,
            "issued": self.issued,
            "failed": self.failed,
            "refused": self.refused,
            "not_reached": self.not_reached,
            "seconds": self.seconds,
            "cards_per_second": self.rate,
            "return_file": files.return_file.display().to_string(),
            "refused_file": shown(&files.refused),
            "pin_file": shown(&files.pins),
            "cards": self.cards,
        })
    }

    /// The same for people.
    pub fn lines(&self, files: &Files, lang: Lang) -> Vec<String> {
        let counts = [
            (pick(lang, "issued", "已发卡"), self.issued),
            (pick(lang, "failed", "失败"), self.failed),
            (pick(lang, "refused rows", "被拒绝的行"), self.refused),
            (pick(lang, "not reached", "未处理"), self.not_reached),
        ];
        let mut rows: Vec<_> = counts
            .into_iter()
            .map(|(name, count)| [name.to_owned(), count.to_string()])
            .collect();
        let (made, seconds, rate) = (self.made, self.seconds, self.rate);
        rows.push([
            pick(lang, "this run", "本次").to_owned(),
            match lang {
                Lang::En => format!("{made} cards in {seconds:.1} s, {rate:.1} cards/s"),
                Lang::Zh => format!("{made} 张，{seconds:.1} 秒，{rate:.1} 张/秒"),
            },
        ]);
        let paths = [
            (
                pick(lang, "return file", "回盘文件"),
                Some(&files.return_file),
            ),
            (
                pick(lang, "file of refused rows", "被拒绝行的文件"),
                files.refused.as_ref(),
            ),
            (pick(lang, "sealed PINs", "密封的 PIN"), files.pins.as_ref()),
        ];
        for (name, path) in paths {
            if let Some(path) = path {
                rows.push([name.to_owned(), path.display().to_string()]);
            }
        }
        table(&[pick(lang, "cards", "卡片"), ""], rows)
    }

    /// Well only if every row of the batch has its card.
    ///
    /// # Errors
    /// Rows were refused.
    pub fn verdict(&self, files: &Files) -> Result<(), Failure> {
        if self.refused == 0 {
            return Ok(());
        }
        let (refused, file) = (self.refused, files.return_file.display());
        Err(Failure::new(
            Exit::Incomplete,
            text(
                format!("rows refused: {refused}; {file} says why"),
                format!("{refused} 行被拒绝；原因见 {file}"),
            ),
        ))
    }
}
