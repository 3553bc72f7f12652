//! `ssc keys component`

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};
use ssc_keys::component::{self, Component, Purpose};
use ssc_keys::{KeyError, secret_file};
use zeroize::Zeroizing;

use super::bring::{HolderArgs, document, must_be_new};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::table::table;
use crate::text::{pick, text};
use crate::ui::Ui;

/// Make a new key that nobody sees, in components for several holders
///
/// The key is random and forgotten at once: it exists only in its components, one file for each holder. Any --need of them give it;
/// fewer give nothing at all. Each file is sealed with its holder's own passphrase and readable by its owner alone. Check values
/// are shown: let each holder write theirs down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File to write for each holder, which must not exist yet
    #[arg(value_name = "FILE", required = true, num_args = 2..)]
    files: Vec<PathBuf>,
    /// Number of components that give the key
    #[arg(long, value_name = "NUMBER")]
    need: u8,
    /// What the key is for: the master of a ceremony, or the key that roots are exported under
    #[arg(long = "for", value_enum, value_name = "USE", default_value = "master")]
    purpose: Use,
    /// Write each component as a line of text, not sealed
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    passphrases: HolderArgs,
}

impl Verb for Args {
    const NAME: &'static str = "component";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc keys component --need 2 anna.component bo.component chen.component",
            "a master key in three components, of which any two give it; asks each holder for a passphrase",
            "主密钥分为三个分量，任意两个可合成；逐个询问持有人的口令",
        ),
        example(
            "ssc keys component --for kek --need 2 --plain kek-1.component kek-2.component",
            "a key to export roots under, in two plain files",
            "用于导出根密钥的传输密钥，分为两个明文文件",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "生成无人可见的新密钥，分为多个分量交由多人持有",
        more: &[
            "密钥随机生成后立即清除：只以分量形式存在，每位持有人一个文件。任意 --need 个分量可合成密钥，少于此数则得不到任何信息。每个文件用持有人自己的口令密封，且仅所有者可读。显示各校验值：请每位持有人记下自己的。",
        ],
        arguments: Arguments {
            own: &[
                ("files", "为每位持有人写入的文件，不得已存在"),
                ("need", "合成密钥所需的分量个数"),
                (
                    "purpose",
                    "密钥用途：密钥仪式的主密钥，或导出根密钥所用的传输密钥",
                ),
                ("plain", "将每个分量写成一行明文，不密封"),
            ],
            flattened: &[&HolderArgs::CHINESE],
        },
    };
}

/// What a key is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Use {
    Master,
    Kek,
}

impl From<Use> for Purpose {
    fn from(purpose: Use) -> Self {
        match purpose {
            Use::Master => Self::Master,
            Use::Kek => Self::Kek,
        }
    }
}

/// Makes it.
///
/// # Errors
/// A file exists or cannot be written, or a passphrase is too short; then no component is left.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    for path in &args.files {
        must_be_new(path)?;
    }
    let of = u8::try_from(args.files.len()).unwrap_or(u8::MAX);
    let components = component::generate(args.purpose.into(), args.need, of)?;
    let mut holders = args.passphrases.in_order();
    let mut sealed = Vec::new();
    for (component, path) in components.iter().zip(&args.files) {
        sealed.push(if args.plain {
            let line = component.to_line();
            Zeroizing::new(format!("{}\n", *line).into_bytes())
        } else {
            let passphrase = holders.next(path, true, ui)?;
            Zeroizing::new(component.seal(&passphrase)?)
        });
    }
    write_all(&args.files, &sealed)?;
    show(&components, args, ui)
}

/// All files or none: a key of which a component is missing is worse than no key.
fn write_all(paths: &[PathBuf], files: &[Zeroizing<Vec<u8>>]) -> Result<(), KeyError> {
    for (at, (path, bytes)) in paths.iter().zip(files).enumerate() {
        if let Err(error) = secret_file::write(path, bytes, false) {
            for written in paths.iter().take(at) {
                // The error that is told is the first one.
                let _ = std::fs::remove_file(written);
            }
            return Err(error);
        }
    }
    Ok(())
}

fn show(components: &[Component], args: &Args, ui: &Ui) -> Result<(), Failure> {
    let whole = components.first().map(|component| component.whole);
    let whole = hex::encode_upper(whole.unwrap_or_default());
    let rows = || components.iter().zip(&args.files);
    if ui.json {
        let components: Vec<Value> = rows()
            .map(|(component, path)| {
                let mut row = document(component);
                if let Value::Object(fields) = &mut row {
                    fields.insert("file".into(), json!(path.display().to_string()));
                }
                row
            })
            .collect();
        return ui.document(&json!({ "key_kcv": whole, "components": components }));
    }
    let heading = [
        pick(ui.lang, "component", "分量"),
        pick(ui.lang, "KCV", "校验值"),
        pick(ui.lang, "file", "文件"),
    ];
    let rows = rows().map(|(component, path)| {
        [
            component.number.to_string(),
            hex::encode_upper(component.kcv()),
            path.display().to_string(),
        ]
    });
    ui.lines(table(&heading, rows))?;
    let (need, of) = (args.need, components.len());
    ui.line(pick(
        ui.lang,
        &format!("key check value {whole}, {need} of {of} components give the key"),
        &format!("密钥校验值 {whole}，{of} 个分量中任意 {need} 个可合成密钥"),
    ))?;
    ui.note(&text(
        "give each file to its holder, and keep no two in one place",
        "请将各文件交给各自的持有人，任何两个不得存放一处",
    ));
    Ok(())
}
