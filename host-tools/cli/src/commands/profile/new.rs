//! `ssc profile new`

use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use serde_json::json;
use ssc_bureau::profile;
use ssc_files::whole_file::{self, Readers};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;
use crate::values;

/// Write a commented example of a profile
///
/// Every key is there with what it means, in both languages. A file that is there already is left as it is.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Generation of the cards, 1.00, 2.00 or 3.00
    #[arg(long, value_name = "VERSION", value_parser = values::generation)]
    generation: Generation,
    /// New file for the profile; without it the profile goes to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Verb for Args {
    const NAME: &'static str = "new";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc profile new --generation 3.00 -o city.toml",
            "a new file to be changed by hand",
            "生成可手工修改的新文件",
        ),
        example(
            "ssc profile new --generation 1.00",
            "to look at it",
            "仅查看",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "写出带注释的配置示例",
        more: &["每个键都附中英文说明。已存在的文件不会被改动。"],
        arguments: Arguments {
            own: &[
                ("generation", "卡的规范版本：1.00、2.00 或 3.00"),
                ("output", "新的配置文件；缺省输出到标准输出"),
            ],
            flattened: &[],
        },
    };
}

/// Writes the example.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let example = profile::example(args.generation);
    let generation = args.generation.version();
    let Some(path) = &args.output else {
        return if ui.json {
            ui.document(&json!({ "generation": generation, "profile": example }))
        } else {
            ui.lines(example.lines())
        };
    };
    let written = whole_file::create(path, Readers::Anyone, example.as_bytes());
    written.map_err(|error| not_written(path, &error))?;
    let file = path.display().to_string();
    if ui.json {
        return ui.document(&json!({ "generation": generation, "file": file }));
    }
    ui.note(&text(
        format!(
            "{file}: change it to your rules, then `ssc profile check {}`",
            ssc_words::shell::word(&file)
        ),
        format!(
            "{file}：按需修改后执行 `ssc profile check {}`",
            ssc_words::shell::word(&file)
        ),
    ));
    Ok(())
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return Failure::new(
            Exit::Output,
            text(
                format!("{path} is there already, and was left as it is: choose a new file"),
                format!("{path} 已存在，保持原样：请另选一个新文件"),
            ),
        );
    }
    Failure::new(
        Exit::Output,
        text(
            format!(
                "{path} cannot be written: {error}; choose a new file in a folder that can be written"
            ),
            format!(
                "无法写入 {path}：{error}；请在可写的文件夹中选一个新文件",
                error = ssc_words::system::chinese(error)
            ),
        ),
    )
}
