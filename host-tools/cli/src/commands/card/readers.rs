//! `ssc readers`

use serde_json::{Value, json};
use ssc_reader::ReaderError;
use ssc_reader::survey::{Contents, Surveyed, survey};
use ssc_simulator::READER_NAME;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::table::table;
use crate::text::pick;
use crate::ui::Ui;

/// List the readers and what lies in them
///
/// No card is touched. The reader "sim" needs no PC/SC: it is a stack of blank cards in this process.
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Verb for Args {
    const NAME: &'static str = "readers";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc readers",
            "what lies in which reader",
            "各读卡器中有什么",
        ),
        example("ssc readers --json", "the same for programs", "供程序读取"),
    ];
    const CHINESE: Chinese = Chinese {
        about: "列出读卡器及其中的卡",
        more: &["不触碰任何卡。读卡器 sim 不需要 PC/SC：它是本进程内的空白卡。"],
        arguments: Arguments::NONE,
    };
}

/// Lists them; without a PC/SC service there is "sim" still.
///
/// # Errors
/// The service refuses this user, or stdout cannot be written.
pub fn run(_: &Args, ui: &Ui) -> Result<(), Failure> {
    let (readers, problem) = match survey() {
        Ok(readers) if readers.is_empty() => (readers, Some(ReaderError::NoReaders)),
        Ok(readers) => (readers, None),
        // Nothing that this user could start.
        Err(error @ ReaderError::NotAllowed { .. }) => return Err(error.into()),
        Err(error) => (Vec::new(), Some(error)),
    };
    if ui.json {
        let mut list = vec![json!({ "name": READER_NAME, "state": "simulated", "atr": null })];
        list.extend(readers.iter().map(entry));
        let problem = problem.map(|problem| Failure::from(problem).to_json()["error"].take());
        return ui.document(&json!({ "readers": list, "pcsc_error": problem }));
    }
    let lang = ui.lang;
    let simulated = pick(lang, "blank cards in this process", "本进程内的空白卡").to_owned();
    let mut rows = vec![[READER_NAME.to_owned(), simulated]];
    rows.extend(
        readers
            .iter()
            .map(|reader| [reader.name.clone(), words(reader, ui)]),
    );
    let heading = [pick(lang, "reader", "读卡器"), pick(lang, "card", "卡片")];
    ui.lines(table(&heading, rows))?;
    if let Some(problem) = problem {
        ui.note(&problem);
    }
    Ok(())
}

fn entry(reader: &Surveyed) -> Value {
    let (state, atr) = match &reader.contents {
        Contents::Empty => ("empty", None),
        Contents::Card { atr, in_use: false } => ("card", Some(atr)),
        Contents::Card { atr, in_use: true } => ("in_use", Some(atr)),
        Contents::Mute => ("mute", None),
        Contents::Gone => ("gone", None),
    };
    json!({ "name": reader.name, "state": state, "atr": atr.map(hex::encode_upper) })
}

fn words(reader: &Surveyed, ui: &Ui) -> String {
    match &reader.contents {
        Contents::Empty => pick(ui.lang, "none", "无").into(),
        Contents::Mute => pick(ui.lang, "does not answer to reset", "复位无应答").into(),
        Contents::Gone => pick(ui.lang, "reader unplugged", "读卡器已拔出").into(),
        Contents::Card { atr, in_use } => {
            let held = if *in_use {
                pick(ui.lang, ", held by another program", "，被其他程序占用")
            } else {
                ""
            };
            format!("ATR {}{held}", hex::encode_upper(atr))
        }
    }
}
