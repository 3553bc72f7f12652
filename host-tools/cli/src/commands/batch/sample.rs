//! `ssc batch sample`

use std::path::PathBuf;

use serde_json::json;
use ssc_bureau::sample::{SampleOptions, sample, write_sample};

use ssc_words::{count, shell};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;

/// Make a batch of synthetic persons, for trying things out
///
/// The same seed makes the same persons, and their numbers are nobody's. Every row has a card number.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many persons
    #[arg(long, value_name = "N")]
    count: u64,
    /// Which persons: any number
    #[arg(long, value_name = "S")]
    seed: u64,
    /// File to write, which must not exist yet; without it stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw a photo of each, in the folder photos beside the file
    #[arg(long, requires = "output")]
    photos: bool,
    /// Give each a PIN; otherwise the issuer chooses it
    #[arg(long)]
    pins: bool,
}

impl Verb for Args {
    const NAME: &'static str = "sample";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc batch sample --count 20 --seed 1 -o batch.csv --photos",
            "20 persons with drawn photos",
            "20 人，附绘制的照片",
        ),
        example(
            "ssc batch sample --count 1000 --seed 2",
            "1,000 persons on stdout",
            "1000 人，写到标准输出",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "生成虚构人员的批次，供试用",
        more: &["种子相同则人员相同，其号码不属于任何人。每行都有卡号。"],
        arguments: Arguments {
            own: &[
                ("count", "人数"),
                ("seed", "种子：任意数字"),
                ("output", "要写入的文件，不得已存在；缺省为标准输出"),
                ("photos", "为每人绘制照片，放在文件旁的 photos 文件夹"),
                ("pins", "为每人给出 PIN；否则由发卡方选定"),
            ],
            flattened: &[],
        },
    };
}

/// Writes the sample.
///
/// # Errors
/// The file exists, cannot be written or is named as what it is not; more persons than there are numbers.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let options = SampleOptions {
        count: args.count,
        seed: args.seed,
        pins: args.pins,
        card_numbers: true,
        photos: args.photos,
    };
    let Some(path) = &args.output else {
        if ui.json {
            return Err(Failure::new(
                Exit::Usage,
                text(
                    "with --json the sample goes to a file: give -o FILE",
                    "使用 --json 时样例须写入文件：请给出 -o FILE",
                ),
            ));
        }
        let mut csv = Vec::new();
        sample(&options, &mut csv)?;
        return ui.own_file(&csv);
    };
    let file = path.display();
    if path.exists() {
        return Err(Failure::new(
            Exit::Output,
            text(
                format!("{file} exists already and may be a real batch; choose another name"),
                format!("{file} 已存在，可能是真实批次；请换一个名称"),
            ),
        ));
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    if !["csv", "txt"].contains(&&*ending.to_ascii_lowercase()) {
        return Err(Failure::new(
            Exit::Usage,
            text(
                format!(
                    "{file}: a sample is CSV, so its name ends in .csv (or .txt); nothing was written"
                ),
                format!("{file}：样例为 CSV 格式，文件名须以 .csv（或 .txt）结尾；未写入任何内容"),
            ),
        ));
    }
    write_sample(path, &options)?;
    if ui.json {
        return ui.document(
            &json!({ "file": file.to_string(), "count": args.count, "seed": args.seed }),
        );
    }
    ui.note(&text(
        format!(
            "{} in {file}; next: `ssc batch check {}`",
            count(args.count, "synthetic person is|synthetic persons are"),
            shell::word(&file.to_string())
        ),
        format!(
            "{} 名虚构人员已写入 {file}；下一步：`ssc batch check {}`",
            args.count,
            shell::word(&file.to_string())
        ),
    ));
    Ok(())
}
