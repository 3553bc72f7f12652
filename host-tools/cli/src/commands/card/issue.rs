//! `ssc issue`

mod earlier;
mod report;

use std::path::{Path, PathBuf};
use std::time::Duration;

use apdu_specs::Generation;
use apdu_specs::applications::ssc::directories;
use apdu_specs::keys::FIRST_KEY_VERSION;
use serde_json::{Value, json};
use ssc_bureau::batch::{self, Batch};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::job::{Job, OrderOptions, PinPolicy};
use ssc_bureau::order::{self, Event};
use ssc_bureau::order_files::{NamedPaths, OrderFiles, OrderPaths};
use ssc_keys::KeyService;
use ssc_keys::service::NO_CHIP;
use ssc_person::{Date, Region};
use ssc_reader::feeder::Feeder;
use ssc_reader::pcsc::{PATIENCE, PcscFeeder, PcscReader, Sharing};
use ssc_reader::wait::OnWait;
use ssc_simulator::{READER_NAME, Serials};
use ssc_words::{Bilingual, Lang};

use crate::blank::{BlankKeys, Blanks, make_folder};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Master, MasterArgs};
use crate::line::LineArgs;
use crate::progress;
use crate::screen::{self, Screen, ScreenArgs};
use crate::text::text;
use crate::ui::Ui;
use crate::values;
use earlier::Earlier;

/// Issue a card for each row of a batch
///
/// Each card is checked against what was written before it counts as issued. The return file has a row for each card as soon as
/// it is done. Nothing is issued from a batch with faults, unless --skip-invalid is given: the refused rows then go to a file
/// of their own.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Batch of cardholders, CSV
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Generation of the cards: 1.00, 2.00 or 3.00
    #[arg(long, value_name = "VERSION", value_parser = values::generation)]
    generation: Generation,
    /// PC/SC reader, or a part of its name that fits one only; sim is a stack of blank cards in this process
    #[arg(long, value_name = "NAME", default_value = READER_NAME)]
    reader: String,
    /// Region of cards whose row has no AAB301, six digits
    #[arg(long, value_name = "CODE", value_parser = values::region)]
    region: Option<Region>,
    /// First of the card numbers for rows that have none, counted upwards
    #[arg(long, value_name = "N")]
    first_card_number: Option<u32>,
    #[command(flatten)]
    keys: MasterArgs,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    screen: ScreenArgs,
    /// Give each card the certificate environment (3.00): its PIN is the card's, its keys come from the vault
    #[arg(long)]
    certificates: bool,
    /// Issue the rows without faults
    #[arg(long)]
    skip_invalid: bool,
    /// Return file, which must not exist yet; without it the batch's name with .return.csv
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// File of refused rows, which must not exist yet; without it the batch's name with .refused.csv
    #[arg(long, value_name = "FILE", requires = "skip_invalid")]
    refused: Option<PathBuf>,
    /// Sealed file of the random PINs, for rows that have none; without it the batch's name with .pins
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
    /// Journal of every step of every card, which must not exist yet; without it the return file's name with .journal
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Go on with an order that was stopped, or whose cards failed: same batch, options and files; cards that are issued stay
    #[arg(long)]
    resume: bool,
    /// Keep each simulated card as an image in this folder
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// Seconds to wait for the next card in a PC/SC reader
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    wait: u64,
    /// Seconds to wait at the most for a card that another program has
    #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE.as_secs(), value_parser = values::seconds)]
    timeout: u64,
}

impl Verb for Args {
    const NAME: &'static str = "issue";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc issue batch.csv --generation 3.00 --images cards",
            "simulated cards in this process, kept as images",
            "在本进程内发模拟卡，并保存为映像",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --reader \"ACS ACR39U\" --vault keys.vault",
            "cards in a PC/SC reader, with your own keys",
            "在 PC/SC 读卡器上用自己的密钥发卡",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --certificates --images cards",
            "cards with the certificate environment, for ssc cert",
            "带证书环境的卡，供 ssc cert 使用",
        ),
        example(
            "ssc issue batch.csv --generation 2.00 --region 440100 --skip-invalid -o return.csv",
            "leave out the rows that have faults",
            "跳过有错误的行",
        ),
        example(
            "ssc issue batch.csv --generation 3.00 --images cards --resume",
            "go on with an order that was stopped, or whose cards failed",
            "继续已中断或有失败卡的批次",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "为批次的每一行发一张卡",
        more: &[
            "每张卡核对写入内容后才算发出。每张卡完成后，回盘文件随即增加一行。批次有错误时不发任何卡，除非给出 --skip-invalid：被拒绝的行另存一个文件。",
        ],
        arguments: Arguments {
            own: &[
                ("file", "持卡人批次文件，CSV"),
                ("generation", "卡的规范版本：1.00、2.00 或 3.00"),
                (
                    "reader",
                    "PC/SC 读卡器名称，或只符合一个的部分名称；sim 为本进程内的空白卡",
                ),
                ("region", "行中没有 AAB301 时的行政区划代码，六位数字"),
                ("first_card_number", "行中没有卡号时的起始卡号，依次递增"),
                (
                    "certificates",
                    "为每张卡建立证书环境（3.00 版）：其密码同卡的 PIN，其密钥来自密钥库",
                ),
                ("skip_invalid", "只发没有错误的行"),
                ("output", "回盘文件，不得已存在；缺省为批次名加 .return.csv"),
                (
                    "refused",
                    "被拒绝行的文件，不得已存在；缺省为批次名加 .refused.csv",
                ),
                (
                    "pins",
                    "行中没有 PIN 时随机生成的 PIN 的密封文件；缺省为批次名加 .pins",
                ),
                (
                    "journal",
                    "每张卡每一步的作业日志，不得已存在；缺省为回盘文件名加 .journal",
                ),
                (
                    "resume",
                    "继续已中断或有失败卡的批次：批次文件、选项和各文件同前；已发的卡不再处理",
                ),
                ("images", "将每张模拟卡作为映像保存在该文件夹"),
                ("wait", "等待 PC/SC 读卡器中下一张卡的秒数"),
                ("timeout", "卡片被其他程序占用时最多等待的秒数"),
            ],
            flattened: &[
                &MasterArgs::CHINESE,
                &LineArgs::CHINESE,
                &ScreenArgs::CHINESE,
            ],
        },
    };
}

impl Args {
    fn named(&self) -> NamedPaths<'_> {
        NamedPaths {
            return_file: self.output.as_deref(),
            refused: self.refused.as_deref(),
            pins: self.pins.as_deref(),
            journal: self.journal.as_deref(),
        }
    }
}

/// Issues the batch.
///
/// # Errors
/// Faults in the batch, keys, reader or files that cannot be opened; cards that were not issued.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    if args.images.is_some() && args.reader != READER_NAME {
        return Err(Failure::new(
            Exit::Usage,
            text(
                "--images keeps simulated cards: leave out --reader, or --images",
                "--images 用于保存模拟卡：请去掉 --reader 或 --images",
            ),
        ));
    }
    let model = CardModel::ordered(args.generation, args.certificates)?;
    let batch = batch::read(&args.file, Some(model))?;
    show_findings(&batch, args, ui);
    let Master { keys, passphrase } = args.keys.open(ui)?;
    keys_for(model, &*keys)?;
    let options = OrderOptions {
        model,
        region: args.region,
        first_card_number: args.first_card_number,
        issue_date: Date::today(),
        skip_invalid: args.skip_invalid,
        pins: if keys.is_demo() {
            PinPolicy::Demo
        } else {
            PinPolicy::Random
        },
    };
    let mut job = Job::decide(&batch, &options).map_err(|error| {
        let faults: Vec<_> = batch.all_faults().collect();
        Failure::from(error).with_report(json!({ "faults": faults }))
    })?;
    let mut screen = Screen::open(&args.screen, ui, Box::new(interrupt))?;
    // Before any file is made: a wrong name must leave nothing behind.
    let mut feeder = feeder(args, &*keys, &screen, ui.lang)?;

    let paths = OrderPaths::beside(&args.file, args.named());
    // A token has no passphrase under which PINs could be sealed.
    let passphrase = match passphrase {
        None if job.has_random_pins() => {
            let new = !args.resume;
            Some(args.keys.passphrase(&paths.pins, new, ui)?)
        }
        known => known,
    };
    let mut files = if args.resume {
        OrderFiles::resume(&batch, &mut job, &paths, passphrase.as_ref(), ui.lang)?
    } else {
        OrderFiles::create(&batch, &job, &paths, passphrase.as_ref(), ui.lang)?
    };
    if let Some(folder) = args.images.as_deref().filter(|_| args.resume) {
        feeder = Box::new(Earlier::of(folder, &files.journal, feeder, ui)?);
    }
    note_refused(&batch, files.refused.as_deref(), ui);
    let mut cards: Vec<Value> = Vec::new();
    let mut made = 0;
    let mut clock = report::Clock::new(&args.file, job.cards.len());
    let head = args.reader.clone();
    let mut shown = Ok(());
    let summary = order::issue(
        &job,
        &*keys,
        args.line.line(),
        &mut *feeder,
        &mut files.records(),
        &mut |event| {
            if let Event::Issued { .. } = event {
                // Of this run: an earlier one may have made others.
                made += 1;
            }
            if ui.json && !matches!(event, Event::Started { .. }) {
                cards.push(report::card(&event));
            }
            let event = clock.happened(&event, &head, job.refused);
            if let Err(error) = screen.event(&event, ui) {
                shown = Err(error);
            }
        },
    );
    let time = screen.close();
    let summary = summary?;
    shown?;
    let document = json!({
        "generation": args.generation.version(),
        "reader": args.reader,
        "demo_keys": keys.is_demo(),
        "trusted_line": args.line.is_trusted(),
        "issued": summary.issued,
        "failed": summary.failed,
        "refused": summary.refused,
        "not_reached": summary.not_reached,
        "seconds": time.as_secs_f64(),
        "cards_per_second": progress::rate(made, time),
        "return_file": paths.return_file.display().to_string(),
        "refused_file": report::shown(files.refused.as_deref()),
        "pin_file": report::shown(files.pins.as_deref()),
        "journal": paths.journal.display().to_string(),
        "cards": cards,
    });
    if !ui.json && !args.screen.json_lines() {
        ui.lines(report::lines(
            &summary,
            (made, time),
            &files,
            &paths,
            ui.lang,
        ))?;
    }
    if summary.is_complete() {
        return if ui.json {
            ui.document(&document)
        } else {
            Ok(())
        };
    }
    Err(report::incomplete(&summary, &paths).with_report(document))
}

/// What `q` and Ctrl-C ask for on a full screen.
fn interrupt() {
    screen::restore();
    // This program ends here, as with Ctrl-C outside of a full screen.
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGINT);
}

/// Whether the keys can serve such cards at all, before a card is touched: a token has no SM4.
fn keys_for(model: &CardModel, keys: &dyn KeyService) -> Result<(), Failure> {
    let identification = directories(model.generation).find_map(|directory| directory.keys.first());
    if let Some(key) = identification {
        let (id, algorithm) = (key.vault_id, model.algorithm()?);
        keys.card_key(id, FIRST_KEY_VERSION, algorithm, b"000000", &NO_CHIP)?;
    }
    Ok(())
}

/// Faults, which stop the order or are skipped, and warnings.
fn show_findings(batch: &Batch, args: &Args, ui: &Ui) {
    if let Some(region) = args.region.filter(|region| !region.is_known()) {
        let region = region.as_str();
        ui.warn(&text(
            format!("the region {region} (--region) is not in GB/T 2260; cards are made for it all the same"),
            format!("GB/T 2260 中没有行政区划 {region}（--region）；仍按其制卡"),
        ));
    }
    for fault in batch.all_faults() {
        ui.warn(fault);
    }
    for warning in batch.warnings() {
        ui.note(warning);
    }
}

fn feeder<'v>(
    args: &Args,
    vault: &'v dyn KeyService,
    screen: &Screen,
    lang: Lang,
) -> Result<Box<dyn Feeder + 'v>, Failure> {
    if args.reader != READER_NAME {
        let on_wait = || -> OnWait {
            let say = screen.speaker();
            Box::new(move |wait| say(&wait.say(lang)))
        };
        let reader = PcscReader::open(&args.reader, Sharing::Exclusive)?
            .patience(Duration::from_secs(args.timeout), Some(on_wait()));
        let feeder = PcscFeeder::new(reader, Duration::from_secs(args.wait), on_wait())?;
        return Ok(Box::new(feeder));
    }
    let keys = BlankKeys::of(vault, args.line.line())?;
    if let Some(folder) = &args.images {
        make_folder(folder)?;
    }
    let feeder = Blanks::new(Serials::random()?, args.images.clone(), keys);
    Ok(Box::new(feeder))
}

/// Says where the refused rows are.
fn note_refused(batch: &Batch, path: Option<&Path>, ui: &Ui) {
    let Some(path) = path else { return };
    let (count, file) = (batch.refused().count(), path.display());
    ui.note(&text(
        format!("{count} refused rows are in {file}: correct them there and issue that file"),
        format!("{count} 个被拒绝的行在 {file} 中：请在其中更正后再发该文件"),
    ));
}
