//! What `ssc issue` says of an order, to people and to programs.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ssc_bureau::order::{Event, Summary};
use ssc_bureau::order_files::{OrderFiles, OrderPaths};
use ssc_bureau::return_file::Reason;
use ssc_bureau::run_event::{RunEvent, Totals};
use ssc_words::{Bilingual, Lang};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress;
use crate::table::table;
use crate::text::{pick, text};

/// A file's name, if there is one.
pub fn shown(path: Option<&Path>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// Turns what happens to an order into what a screen shows.
pub struct Clock {
    job: String,
    total: usize,
    last: Instant,
}

impl Clock {
    /// For so many cards of a batch.
    pub fn new(batch: &Path, total: usize) -> Self {
        let name = batch.file_name().unwrap_or_default();
        Self {
            job: name.to_string_lossy().into_owned(),
            total,
            last: Instant::now(),
        }
    }

    /// As a screen shows it.
    pub fn happened(&mut self, event: &Event<'_>, head: &str, refused: usize) -> RunEvent {
        let took = self.last.elapsed();
        self.last = Instant::now();
        let head = head.to_owned();
        match event {
            Event::Started { total } => RunEvent::Counted {
                job: self.job.clone(),
                counts: Totals {
                    total: (self.total + refused) as u64,
                    delivered: (self.total - total) as u64,
                    rejected: refused as u64,
                    to_be_remade: 0,
                },
            },
            Event::Issued {
                line, card_number, ..
            } => RunEvent::Delivered {
                head,
                line: *line,
                card_number: (*card_number).to_owned(),
                took,
            },
            Event::Failed { line, error, .. } => RunEvent::Failed {
                head,
                line: Some(*line),
                reason: Reason::new(error.say(Lang::En), error.say(Lang::Zh)),
            },
        }
    }
}

/// What became of one card, for programs.
pub fn card(event: &Event<'_>) -> Value {
    match event {
        Event::Issued {
            line,
            card_number,
            identification_code,
            atr,
        } => json!({
            "line": line,
            "result": "issued",
            "card_number": card_number,
            "identification_code": identification_code,
            "atr": atr,
        }),
        Event::Failed { line, atr, error } => json!({
            "line": line,
            "result": "failed",
            "atr": atr,
            "message": error.say(Lang::En),
            "message_zh": error.say(Lang::Zh),
        }),
        Event::Started { .. } => Value::Null,
    }
}

/// What became of the order, for people.
pub fn lines(
    summary: &Summary,
    (made, time): (u64, Duration),
    files: &OrderFiles,
    paths: &OrderPaths,
    lang: Lang,
) -> Vec<String> {
    let files = [
        (
            pick(lang, "return file", "回盘文件"),
            Some(paths.return_file.as_path()),
        ),
        (
            pick(lang, "file of refused rows", "被拒绝行的文件"),
            files.refused.as_deref(),
        ),
        (
            pick(lang, "sealed PINs", "密封的 PIN"),
            files.pins.as_deref(),
        ),
        (
            pick(lang, "journal", "作业日志"),
            Some(paths.journal.as_path()),
        ),
    ];
    let rate = progress::rate(made, time);
    let seconds = time.as_secs_f64();
    let mut rows = vec![
        [pick(lang, "issued", "已发卡"), &summary.issued.to_string()].map(str::to_owned),
        [pick(lang, "failed", "失败"), &summary.failed.to_string()].map(str::to_owned),
        [
            pick(lang, "refused rows", "被拒绝的行"),
            &summary.refused.to_string(),
        ]
        .map(str::to_owned),
        [
            pick(lang, "not reached", "未处理"),
            &summary.not_reached.to_string(),
        ]
        .map(str::to_owned),
        [
            pick(lang, "time", "用时").to_owned(),
            match lang {
                Lang::En => format!("{seconds:.1} s, {rate:.1} cards/s"),
                Lang::Zh => format!("{seconds:.1} 秒，{rate:.1} 张/秒"),
            },
        ],
    ];
    for (name, path) in files {
        rows.extend(shown(path).map(|path| [name.to_owned(), path]));
    }
    table(&[pick(lang, "cards", "卡片"), ""], rows)
}

/// Some rows have no card, and what to do.
pub fn incomplete(summary: &Summary, paths: &OrderPaths) -> Failure {
    let Summary {
        issued,
        failed,
        refused,
        not_reached,
    } = summary;
    let total = issued + failed + refused + not_reached;
    let output = paths.return_file.display();
    let (next, next_zh) = if failed + not_reached > 0 {
        (
            format!(
                "{output} says why: go on with --resume, and insert the cards that failed again"
            ),
            format!("原因见 {output}：请用 --resume 继续，并重新插入失败的卡"),
        )
    } else {
        (
            "correct the refused rows in their file, and issue that".to_owned(),
            "请在被拒绝行的文件中更正后再发该文件".to_owned(),
        )
    };
    Failure::new(
        Exit::Incomplete,
        text(
            format!(
                "{issued} of {total} rows have their card ({failed} failed, {refused} refused, {not_reached} not reached); {next}"
            ),
            format!(
                "{total} 行中已发 {issued} 张（失败 {failed}，拒绝 {refused}，未处理 {not_reached}）；{next_zh}"
            ),
        ),
    )
}
