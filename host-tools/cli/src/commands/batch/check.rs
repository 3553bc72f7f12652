//! `ssc batch check`

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use apdu_specs::Generation;
use serde_json::{Value, json};
use ssc_bureau::batch::{BatchReader, Finding, ReadOptions, Row, Severity};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::job::Decider;
use ssc_person::Date;
use ssc_words::{Bilingual, Lang, count, shell};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::{LISTED, TOLD, by_rule, named};
use crate::order_args::open_profile;
use crate::text::{Text, pick, text};
use crate::ui::{Ui, complain};
use crate::values;

/// Between two words about how far it is.
const EVERY: Duration = Duration::from_secs(3);

/// Check a batch file and list every fault in one run
///
/// XLSX, or CSV in UTF-8, UTF-16 or GB18030 with comma, semicolon, tab or |; columns by item codes (AAC002, AAC003, …), English or
/// Chinese names. Nothing is written. Citizen numbers are shown with their region only, but for the number of 18 digits that one of 15
/// has become.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batch of cardholders, CSV or XLSX
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Generation of the cards, 1.00, 2.00 or 3.00: names that it has no room for are faults too
    #[arg(long, value_name = "VERSION", value_parser = values::generation, conflicts_with = "profile")]
    generation: Option<Generation>,
    /// Profile, TOML: what a job with it would refuse is a fault too
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Folder of photos that are named by their persons' numbers
    #[arg(long, value_name = "DIR")]
    photos: Option<PathBuf>,
}

impl Verb for Args {
    const NAME: &'static str = "check";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc batch check batch.csv",
            "every fault with its line, column and rule",
            "逐条列出错误的行、列和规则",
        ),
        example(
            "ssc batch check batch.xlsx --profile wuhan.toml --photos photos",
            "what would fail at the card too, and a photo for each person",
            "连同制卡时会失败的内容，以及每人的照片",
        ),
        example(
            "ssc batch check batch.csv --json",
            "the same for programs",
            "供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "检查批次文件，一次列出全部错误",
        more: &[
            "XLSX，或 UTF-8、UTF-16、GB18030 编码的 CSV，以逗号、分号、制表符或 | 分隔；列名用数据项代码（AAC002、AAC003……）、英文名或中文名。不写任何文件。社会保障号码只显示行政区划部分，15 位号码换算出的 18 位号码除外。",
        ],
        arguments: Arguments {
            own: &[
                ("file", "持卡人批次文件，CSV 或 XLSX"),
                (
                    "generation",
                    "卡的规范版本：1.00、2.00 或 3.00；该版卡放不下的姓名也算错误",
                ),
                (
                    "profile",
                    "配置文件（TOML）：按其建立作业时会被拒绝的内容也算错误",
                ),
                ("photos", "照片文件夹，照片以持卡人号码命名"),
            ],
            flattened: &[],
        },
    };
}

/// Reads the batch and says what it found.
///
/// # Errors
/// Faults are one, with exit code 3.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let decider = match &args.profile {
        Some(path) => Some(Decider::new(open_profile(path)?, Date::today())),
        None => None,
    };
    let of_profile = decider.as_ref().map(|decider| decider.profile().model);
    let rare = decider
        .as_ref()
        .map(|decider| decider.profile().rare.clone());
    let options = ReadOptions {
        rare: rare.unwrap_or_default(),
        model: of_profile.or(args.generation.map(CardModel::plain)),
        photos: args.photos.clone(),
        ..ReadOptions::default()
    };
    let mut reader = BatchReader::open(&args.file, &options)?;
    let mut check = Check::new(ui);
    for finding in reader.faults().iter().chain(reader.warnings()) {
        check.tell(finding)?;
    }
    while let Some(row) = reader.next() {
        check.row(&row?, decider.as_ref())?;
        check.say_how_far(&reader);
    }
    check.end(&reader, args)
}

/// What was found so far.
struct Check<'u> {
    ui: &'u Ui,
    faults: Vec<Value>,
    warnings: Vec<Value>,
    told: usize,
    rows: usize,
    refused: usize,
    /// Rows that the check alone would take, and a job of the profile would not.
    by_profile: usize,
    next: Instant,
}

impl<'u> Check<'u> {
    fn new(ui: &'u Ui) -> Self {
        Self {
            ui,
            faults: Vec::new(),
            warnings: Vec::new(),
            told: 0,
            rows: 0,
            refused: 0,
            by_profile: 0,
            next: Instant::now() + EVERY,
        }
    }

    fn row(&mut self, row: &Row, decider: Option<&Decider>) -> Result<(), Failure> {
        self.rows += 1;
        self.refused += usize::from(row.is_refused());
        for finding in row.findings() {
            self.tell(finding)?;
        }
        let (Some(decider), Some(request)) = (decider, row.request()) else {
            return Ok(());
        };
        if let Err(error) = decider.order(row.line(), request, None) {
            (self.refused, self.by_profile) = (self.refused + 1, self.by_profile + 1);
            let [english, chinese] = Lang::ALL.map(|lang| error.say(lang));
            let line = row.line();
            self.add(
                Severity::Fault,
                json!({ "line": line, "column_index": null, "column": null, "value": "", "severity": "fault", "rule": "profile",
                    "message": english, "message_zh": chinese }),
                &text(
                    format!("line {line}: {english} [profile]"),
                    format!("第{line}行：{chinese} [profile]"),
                ),
            )?;
        }
        Ok(())
    }

    fn tell(&mut self, finding: &Finding) -> Result<(), Failure> {
        let suggestion = finding.violation.suggestion();
        let mut value = json!(finding);
        if let (Some(suggestion), Some(value)) = (suggestion, value.as_object_mut()) {
            value.insert("suggestion".into(), suggestion.into());
        }
        let [mut english, mut chinese] = Lang::ALL.map(|lang| finding.say(lang));
        if let Some(suggestion) = suggestion {
            english.push_str(&format!(": {suggestion}"));
            chinese.push_str(&format!("：{suggestion}"));
        }
        self.add(finding.severity(), value, &text(english, chinese))
    }

    fn add(&mut self, severity: Severity, value: Value, words: &Text) -> Result<(), Failure> {
        self.told += 1;
        if self.ui.json {
            let list = match severity {
                Severity::Fault => &mut self.faults,
                Severity::Warning => &mut self.warnings,
            };
            if list.len() < LISTED {
                list.push(value);
            }
        } else if self.told <= TOLD {
            self.ui.line(words.say(self.ui.lang))?;
        }
        Ok(())
    }

    /// On stderr, so that the findings stay a list.
    fn say_how_far(&mut self, reader: &BatchReader) {
        if self.ui.quiet
            || self.ui.json
            || !self.rows.is_multiple_of(64)
            || Instant::now() < self.next
        {
            return;
        }
        self.next = Instant::now() + EVERY;
        let (read, of) = reader.progress();
        let (rows, percent) = (self.rows, read * 100 / of.max(1));
        let words = pick(
            self.ui.lang,
            &format!("{} checked, {percent} %", count(rows as u64, "row")),
            &format!("已检查 {rows} 行，{percent} %"),
        )
        .to_owned();
        if std::io::stderr().is_terminal() {
            eprint!("\r{words}\u{1B}[K\r");
        } else {
            complain(&words);
        }
    }

    fn end(self, reader: &BatchReader, args: &Args) -> Result<(), Failure> {
        let (ui, totals) = (self.ui, reader.findings());
        let faults = totals.faults() + self.by_profile;
        let (rows, refused, warnings) = (self.rows, self.refused, totals.warnings());
        let mut rules = totals
            .by_rule()
            .into_iter()
            .map(|(rule, count)| (rule.id(), count))
            .collect::<Vec<_>>();
        if self.by_profile > 0 {
            rules.push(("profile", self.by_profile));
        }
        let report = json!({
            "file": args.file.display().to_string(),
            "encoding": reader.encoding().name(),
            "rows": rows,
            "valid": rows - refused,
            "refused": refused,
            "faults": self.faults,
            "warnings": self.warnings,
            "rules": rules.iter().map(|(rule, count)| json!({ "rule": rule, "count": count })).collect::<Vec<_>>(),
        });
        if !ui.json {
            for line in by_rule(
                self.told,
                rules.iter().map(|(rule, count)| (named(rule), *count)),
            ) {
                ui.line(line.say(ui.lang))?;
            }
            let (encoding, valid) = (reader.encoding().name(), rows - refused);
            ui.line(pick(
                ui.lang,
                &format!(
                    "{encoding}: {}, {valid} valid, {refused} refused; {}, {}",
                    count(rows as u64, "row"),
                    count(faults as u64, "fault"),
                    count(warnings as u64, "warning")
                ),
                &format!("{encoding}：共 {rows} 行，有效 {valid}，拒绝 {refused}；错误 {faults} 处，警告 {warnings} 处"),
            ))?;
        }
        if faults == 0 {
            return if ui.json {
                ui.document(&report)
            } else {
                Ok(())
            };
        }
        let message = message(
            &args.file.display().to_string(),
            faults,
            (!reader.faults().is_empty(), rows - refused),
        );
        Err(Failure::new(Exit::Input, message).with_report(report))
    }
}

/// `of_file`: whether the file as a whole has faults; `valid`: rows without any.
fn message(file: &str, number: usize, (of_file, valid): (bool, usize)) -> Text {
    let faults = count(number as u64, "fault");
    if of_file {
        text(
            format!(
                "{file} has {faults}, some of the whole file or its heading line; correct that first: until then it is not sure what the rows mean, and none is issued"
            ),
            format!(
                "{file} 有 {number} 处错误，整个文件或标题行也有；请先更正：在此之前各行含义不确定，一张也不发"
            ),
        )
    } else if valid == 0 {
        text(
            format!("{file} has {faults}, and no row without one; correct them"),
            format!("{file} 有 {number} 处错误，没有一行无误；请更正"),
        )
    } else {
        let quoted = shell::word(file);
        text(
            format!(
                "{file} has {faults}; correct them, or leave out the rows that have them: `ssc job create {quoted} --skip-invalid` makes a job of the others, `ssc issue {quoted} --skip-invalid` their cards; the rows left out go to a file of their own, to be corrected there"
            ),
            format!(
                "{file} 有 {number} 处错误；请更正，或略去有错误的行：`ssc job create {quoted} --skip-invalid` 由其余行建立作业，`ssc issue {quoted} --skip-invalid` 直接发卡；略去的行另存一个文件，可在其中更正"
            ),
        )
    }
}
