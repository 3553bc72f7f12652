//! `ssc batch columns`

use serde_json::{Value, json};
use ssc_bureau::batch::{COLUMNS, ColumnRow, GENERAL_RULES, Rule, Severity};
use ssc_words::Lang;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::text::pick;
use crate::ui::Ui;

/// List the columns of a batch file: headings, formats and rules
///
/// A heading may be in any case, with blanks or hyphens for underscores. The order of columns does not matter; a column that is not
/// known is not read, with a warning.
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Verb for Args {
    const NAME: &'static str = "columns";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc batch columns",
            "every heading that is known, its other names, its format and its rules",
            "全部列名及其别名、格式和规则",
        ),
        example(
            "ssc batch columns --json",
            "the same for programs",
            "供程序读取",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "列出批次文件的列：列名、格式和规则",
        more: &[
            "列名不分大小写，下划线可写作空格或连字符。列的次序不限；未知的列不读取，并给出警告。",
        ],
        arguments: Arguments::NONE,
    };
}

/// Lists them.
///
/// # Errors
/// stdout cannot be written.
pub fn run(_: &Args, ui: &Ui) -> Result<(), Failure> {
    if ui.json {
        return ui.document(&json!({
            "encodings": ["UTF-8", "UTF-16", "GB18030", "XLSX"],
            "columns": COLUMNS.iter().map(column).collect::<Vec<_>>(),
            "rules": GENERAL_RULES.iter().copied().map(rule).collect::<Vec<_>>(),
        }));
    }
    for row in COLUMNS {
        print(row, ui)?;
    }
    ui.line(pick(
        ui.lang,
        "every row, and the line of headings",
        "每一行及表头",
    ))?;
    rules(GENERAL_RULES, ui)
}

fn print(row: &ColumnRow, ui: &Ui) -> Result<(), Failure> {
    let required = if row.required {
        pick(ui.lang, ", required", "，必填")
    } else {
        ""
    };
    let (colon, format) = (pick(ui.lang, ": ", "："), row.format(ui.lang));
    ui.line(format!("{}{required}{colon}{format}", row.title()))?;
    let others = row.other_names();
    if !others.is_empty() {
        let (also, comma) = (
            pick(ui.lang, "also: ", "也可写作："),
            pick(ui.lang, ", ", "、"),
        );
        ui.line(format!("  {also}{}", others.join(comma)))?;
    }
    rules(row.rules, ui)?;
    ui.line("")
}

fn rules(rules: &[Rule], ui: &Ui) -> Result<(), Failure> {
    rules.iter().try_for_each(|rule| {
        let warning = match rule.severity() {
            Severity::Fault => "",
            Severity::Warning => pick(ui.lang, "warning: ", "警告："),
        };
        ui.line(format!(
            "  - {warning}{} [{}]",
            rule.words(ui.lang),
            rule.id()
        ))
    })
}

fn column(row: &ColumnRow) -> Value {
    json!({
        "name": row.title(),
        "other_names": row.other_names(),
        "required": row.required,
        "format": row.format(Lang::En),
        "format_zh": row.format(Lang::Zh),
        "rules": row.rules.iter().copied().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(rule: Rule) -> Value {
    json!({
        "rule": rule.id(),
        "severity": match rule.severity() {
            Severity::Fault => "fault",
            Severity::Warning => "warning",
        },
        "message": rule.words(Lang::En),
        "message_zh": rule.words(Lang::Zh),
    })
}
