//! `ssc sim`

mod events;

use std::io::Write;
use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use ssc_bureau::card_error::CardError;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::sample;
use ssc_keys::Vault;
use ssc_reader::{Card, Reader, ReaderError, Tapped, Trace, Writer};
use ssc_simulator::feeder::{StackEvent, serve_stack};
use ssc_simulator::firmware::{Firmware, FirmwareReader, Memory};
use ssc_simulator::vpcd::{self, DEFAULT_PORT, Eject};
use ssc_simulator::{Identity, Image, Interface, Serials, SimulatedCard};
use ssc_terminal::Dialogue;

use crate::blank::{BlankKeys, Blanks, make_folder};
use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::VaultArgs;
use crate::text::{Text, text};
use crate::ui::Ui;
use crate::values;
use events::{done, inserted, keep_first, reader_gone};

/// Put a simulated card on PC/SC, through vsmartcard's vpcd
///
/// Any PC/SC program sees it like a card in a reader, until Ctrl-C takes it out. With --image it is as durable as a card: each
/// change is on disk before the answer. With --json it prints one JSON object a line for each event.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Keep the card in this file; a blank card is made if it is not there
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Serial number of a new card, 12 hexadecimal digits; otherwise random
    #[arg(long, value_name = "HEX", value_parser = values::serial)]
    serial: Option<[u8; 6]>,
    /// Personalize the card at once for a synthetic person: 1.00, 2.00 or 3.00, PIN 123456; an image that already has a card of that generation is not changed
    #[arg(long, value_name = "VERSION", value_parser = values::generation)]
    generation: Option<Generation>,
    #[command(flatten)]
    vault: VaultArgs,
    /// TCP port of the virtual reader
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Number of blank cards, one after the other: each leaves when it is personalized and reset
    #[arg(long, value_name = "N", conflicts_with_all = ["image", "generation"])]
    stack: Option<usize>,
    /// Keep the cards of the stack as images in this folder
    #[arg(long, value_name = "DIR", requires = "stack")]
    images: Option<PathBuf>,
    /// Put a PSAM for the synthetic person's province into the reader's second slot too, on the next port
    #[arg(long, conflicts_with = "stack")]
    psam: bool,
    /// The card on an emulated microcontroller (QEMU): the image that `scripts/firmware --build` made
    #[arg(long, conflicts_with = "stack")]
    firmware: bool,
    /// Print every command and answer in words; PINs, keys and numbers are not shown
    #[arg(long)]
    trace: bool,
}

impl Verb for Args {
    const NAME: &'static str = "sim";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc sim --image card.ssccard",
            "a card that stays; a blank one is made if the file is not there",
            "保存在文件中的卡；文件不存在则新建空白卡",
        ),
        example(
            "ssc sim --generation 3.00 --image card.ssccard",
            "a personalized card that stays: made the first time, used again the next",
            "已个人化且保存在文件中的卡：首次制作，以后继续使用",
        ),
        example(
            "ssc sim --generation 3.00 --trace",
            "a personalized sample card, with every command in words",
            "已个人化的样卡，并用文字显示每条命令",
        ),
        example(
            "ssc sim --generation 3.00 --psam",
            "a card and a terminal's PSAM in two readers, for `ssc terminal`",
            "两个读卡器中分别有卡和终端的 PSAM，供 `ssc terminal` 使用",
        ),
        example(
            "ssc sim --stack 20 --images cards --port 35963",
            "a hopper of 20 blank cards for `ssc issue --reader`",
            "20 张空白卡的卡箱，供 `ssc issue --reader` 使用",
        ),
        example(
            "ssc sim --firmware --image card.sscnvm",
            "the same card on an emulated microcontroller",
            "同一张卡，运行在模拟的微控制器上",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "通过 vsmartcard 的 vpcd 将模拟卡放入 PC/SC",
        more: &[
            "任何 PC/SC 程序都将其视为读卡器中的卡，按 Ctrl-C 取出。使用 --image 时与真卡一样持久：每次更改在应答前写入磁盘。使用 --json 时每个事件打印一行 JSON。",
        ],
        arguments: Arguments {
            own: &[
                ("image", "将卡保存在该文件；文件不存在则新建空白卡"),
                ("serial", "新卡的序列号，12 位十六进制数字；缺省为随机"),
                (
                    "generation",
                    "立即为一名虚构人员个人化：1.00、2.00 或 3.00，PIN 为 123456",
                ),
                ("port", "虚拟读卡器的 TCP 端口"),
                ("stack", "依次放入这么多空白卡：个人化并复位后自动取出"),
                ("images", "将这些卡作为映像保存在该文件夹"),
                (
                    "psam",
                    "同时在读卡器的第二个卡槽（下一个端口）放入该虚构人员所在省的 PSAM",
                ),
                (
                    "firmware",
                    "在模拟的微控制器（QEMU）上运行的卡：由 `scripts/firmware --build` 生成的映像",
                ),
                ("trace", "用文字打印每条命令和应答；不显示 PIN、密钥和号码"),
            ],
            flattened: &[&VaultArgs::CHINESE],
        },
    };
}

/// Serves the card until it is taken out, or the stack until it is used up.
///
/// # Errors
/// No virtual reader, an image that cannot be used, a card that cannot be personalized.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    match args.stack {
        Some(count) => stack(args, count, ui),
        None => one(args, ui),
    }
}

fn one(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let kept = args.image.as_deref().filter(|path| path.exists());
    let new = kept.is_none();
    let issues = args.generation.is_some() || args.psam;
    let vault = if issues || (new && !args.vault.is_default()) {
        Some(args.vault.open(ui)?.vault)
    } else {
        None
    };
    let keys = match &vault {
        // Nobody listens inside this process, so that a vault without initial keys makes a sample card all the same.
        Some(vault) if issues => BlankKeys::of(vault, Line::Trusted)?,
        Some(vault) => BlankKeys::of(vault, Line::Open)?,
        None => BlankKeys::Published,
    };
    let mut card: Box<dyn Card> = if args.firmware {
        microcontroller(args)?
    } else {
        Box::new(make(args)?)
    };
    if new {
        keys.give(&mut *card).map_err(Failure::from)?;
    }
    let mut psam: Option<Box<dyn Card>> = None;
    if let Some(vault) = vault.filter(|_| issues) {
        if let Some(generation) = args.generation {
            let there = kept.and_then(|path| Some((path, generation_of(&mut *card)?)));
            if let Some((path, other)) = there.filter(|(_, there)| *there != generation) {
                return Err(another_generation(path, other, generation));
            }
            sample_card(&mut *card, generation, &vault, there.is_some())?;
        }
        if args.psam {
            let mut blank = SimulatedCard::blank(&random_identity()?, Interface::T0)?;
            sample::issue_psam(&mut blank, &vault).map_err(Failure::from)?;
            blank.reset()?;
            psam = Some(Box::new(blank));
        }
    }
    let card = traced(card, "card", args, ui);
    let Some(psam) = psam else {
        return serve(card, args.port, 1, ui, &Eject::default());
    };
    let psam = traced(psam, "PSAM", args, ui);
    // The second slot of vpcd's reader listens on the next port. Whichever ends first takes the other with it.
    let (port, ends) = (
        args.port.saturating_add(1),
        [Eject::default(), Eject::default()],
    );
    let [first, second] = &ends;
    std::thread::scope(|threads| {
        let served = threads.spawn(move || {
            let served = serve(psam, port, 2, ui, second);
            first.eject();
            served
        });
        let one = serve(card, args.port, 1, ui, first);
        second.eject();
        // A thread that panicked has said so itself.
        let two = served.join().unwrap_or(Ok(()));
        one.and(two)
    })
}

/// The generation of a card that has its files already.
fn generation_of(card: &mut dyn Card) -> Option<Generation> {
    let session = Dialogue::open(card, None).ok()?;
    Some(session.generation())
}

fn another_generation(path: &Path, there: Generation, wanted: Generation) -> Failure {
    let (path, there, wanted) = (path.display(), there.version(), wanted.version());
    Failure::new(
        Exit::Input,
        text(
            format!(
                "{path} holds a card of generation {there}, which stays as it is; leave out --generation to use it, or name another file for a card of {wanted}"
            ),
            format!(
                "{path} 中是规范版本 {there} 的卡，保持原样；请去掉 --generation 以使用它，或为 {wanted} 的卡另选文件"
            ),
        ),
    )
}

/// Serves card `number` in the slot on `port` until it is taken out.
fn serve(
    mut card: Box<dyn Card>,
    port: u16,
    number: usize,
    ui: &Ui,
    eject: &Eject,
) -> Result<(), Failure> {
    let atr = hex::encode_upper(card.atr());
    let mut broken = Ok(());
    vpcd::serve(&mut *card, port, eject, |event| {
        let told = match event {
            vpcd::SlotEvent::Inserted => inserted(ui, port, number, &atr),
            vpcd::SlotEvent::ReaderGone => reader_gone(ui),
        };
        keep_first(&mut broken, told);
    })?;
    broken
}

/// Makes `card` the sample card. Where a card may be `there` already, one that was finished, by these keys or others, stays as it is.
fn sample_card(
    card: &mut dyn Card,
    generation: Generation,
    vault: &Vault,
    there: bool,
) -> Result<(), Failure> {
    match sample::issue(card, CardModel::plain(generation), vault) {
        Err(CardError::AlreadyPersonalized | CardError::WrongDomainKeys { .. }) if there => {}
        other => {
            other.map_err(Failure::from)?;
        }
    }
    if there {
        card.reset()?;
    }
    Ok(())
}

fn random_identity() -> Result<Identity, Failure> {
    Ok(Identity::from_serial(
        Serials::random()?.next().unwrap_or_default(),
    ))
}

fn stack(args: &Args, count: usize, ui: &Ui) -> Result<(), Failure> {
    if let Some(folder) = &args.images {
        make_folder(folder)?;
    }
    let vault = if args.vault.is_default() {
        None
    } else {
        Some(args.vault.open(ui)?.vault)
    };
    let keys = match &vault {
        Some(vault) => BlankKeys::of(vault, Line::Open)?,
        None => BlankKeys::Published,
    };
    let mut feeder = Blanks::new(serials(args)?, args.images.clone(), keys);
    let mut broken = Ok(());
    serve_stack(
        &mut feeder,
        count,
        args.port,
        &mut |card| traced(card, "card", args, ui),
        &mut |event| {
            let told = match event {
                StackEvent::Inserted { number, atr } => {
                    inserted(ui, args.port, number, &hex::encode_upper(atr))
                }
                StackEvent::Done { number } => done(ui, number, count),
                StackEvent::ReaderGone => reader_gone(ui),
            };
            keep_first(&mut broken, told);
        },
    )?;
    broken
}

fn make(args: &Args) -> Result<SimulatedCard, Failure> {
    let Some(path) = &args.image else {
        let identity = Identity::from_serial(new_serial(args)?);
        return Ok(SimulatedCard::blank(&identity, Interface::T0)?);
    };
    let image = if path.exists() {
        if args.serial.is_some() {
            return Err(Failure::new(Exit::Usage, has_a_serial(path)));
        }
        Image::open(path)?
    } else {
        Image::create(path, &Identity::from_serial(new_serial(args)?))?
    };
    Ok(SimulatedCard::from_image(image, Interface::T0)?)
}

/// The same on a microcontroller; --image then names its memory.
fn microcontroller(args: &Args) -> Result<Box<dyn Card>, Failure> {
    let firmware = Firmware::find().map_err(ReaderError::from)?;
    let mut reader = match &args.image {
        None => FirmwareReader::blank(firmware, serials(args)?),
        Some(path) => {
            if !path.exists() {
                let identity = Identity::from_serial(new_serial(args)?);
                drop(Memory::create(path, &identity).map_err(ReaderError::from)?);
            } else if args.serial.is_some() {
                return Err(Failure::new(Exit::Usage, has_a_serial(path)));
            }
            FirmwareReader::kept(firmware, path)
        }
    };
    Ok(reader.connect()?)
}

fn has_a_serial(path: &Path) -> Text {
    let path = path.display();
    text(
        format!("the card in {path} has its serial number already; leave out --serial"),
        format!("{path} 中的卡已有序列号；请去掉 --serial"),
    )
}

fn serials(args: &Args) -> Result<Serials, Failure> {
    Ok(match args.serial {
        Some(first) => Serials::from(first),
        None => Serials::random()?,
    })
}

fn new_serial(args: &Args) -> Result<[u8; 6], Failure> {
    Ok(serials(args)?.next().unwrap_or_default())
}

/// The trace goes to stdout, unless that is for JSON. `slot` says whose it is.
fn traced(card: Box<dyn Card>, slot: &str, args: &Args, ui: &Ui) -> Box<dyn Card> {
    if !args.trace {
        return card;
    }
    let out: Box<dyn Write + Send> = if ui.json {
        Box::new(std::io::stderr())
    } else {
        Box::new(std::io::stdout())
    };
    let trace = Trace::new(slot, Writer::new(out, ui.lang));
    Box::new(Tapped::new(card, trace))
}
