//! Which heads a run works with: PC/SC readers, simulated ones in this process, or those of a card machine.

mod plugged;
mod simulated;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ssc_bureau::domain_keys::Line;
use ssc_bureau::register::{JobId, Register};
use ssc_keys::KeyService;
use ssc_reader::ReaderError;
use ssc_reader::head::{Head, MoreHeads};
use ssc_reader::hooks::{Hooked, Say};
use ssc_reader::machine::{self, MachineHead};
use ssc_reader::pcsc::{PATIENCE, PcscFeeder, PcscHead, PcscReader, Sharing, list_readers};
use ssc_reader::wait::OnWait;
use ssc_simulator::Serials;
use ssc_words::{Bilingual, Lang};

use crate::advice;
use crate::blank::{BlankKeys, Blanks, make_folder};
use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::MasterArgs;
use crate::screen::Screen;
use crate::text::text;
use crate::ui::Ui;
use crate::values;
use plugged::Plugged;
use simulated::{SimulatedHead, Stack, begun, serial_of};

/// Every PC/SC reader.
const ALL: &str = "all";
/// Simulated heads.
const SIM: &str = "sim";
/// Heads of a card machine.
const MACHINE: &str = "machine:";

/// Which heads a run works with.
#[derive(Clone, Debug, clap::Args)]
pub struct HeadArgs {
    /// all PC/SC readers, those too that are plugged in later; NAME,NAME: readers by name or a part that fits one only; sim:N heads with blank cards in this process; machine:SOCKET; without it sim
    #[arg(long, visible_alias = "reader", value_name = "HEADS")]
    heads: Option<String>,
    /// Keep each simulated card as an image in this folder
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// Simulated cards with keys of your own, of which nothing is kept: the register then has cards that nobody can ever read
    #[arg(long, conflicts_with = "images")]
    throw_away: bool,
    /// Seed of the simulated chips' serial numbers, which are random without it
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Seconds to wait for the next card in a PC/SC reader; without it `ssc job run` waits until one comes, `ssc issue` for 120
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Seconds to wait at the most for a card that another program has
    #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE.as_secs(), value_parser = values::seconds)]
    timeout: u64,
    #[command(flatten)]
    hooks: crate::hook_args::HookArgs,
}

impl HeadArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "heads",
                "all 为全部 PC/SC 读卡器，包括运行中插入的；NAME,NAME 为读卡器名称或只符合一个的部分名称；sim:N 为本进程内 N 个空白卡发卡头；machine:SOCKET 为发卡机；缺省为 sim",
            ),
            ("images", "将每张模拟卡作为映像保存在该文件夹"),
            (
                "throw_away",
                "用自己的密钥制作模拟卡且不保存：登记簿中将有永远无法读取的卡",
            ),
            ("seed", "模拟芯片序列号的种子；缺省为随机"),
            (
                "wait",
                "等待 PC/SC 读卡器中下一张卡的秒数；缺省时 `ssc job run` 一直等到有卡，`ssc issue` 等待 120 秒",
            ),
            ("timeout", "卡片被其他程序占用时最多等待的秒数"),
        ],
        flattened: &[&crate::hook_args::HookArgs::CHINESE],
    };

    /// With a limit for the next card where nobody named one.
    #[must_use]
    pub fn waiting(&self, seconds: u64) -> Self {
        let wait = self.wait.or(Some(seconds));
        Self {
            wait,
            ..self.clone()
        }
    }

    /// Whether the cards live in this process.
    fn simulated(&self) -> Option<Result<usize, Failure>> {
        if self.words() == SIM {
            return Some(Ok(1));
        }
        let count = self.words().strip_prefix(SIM)?.strip_prefix(':')?;
        let count = count.parse().ok().filter(|count| (1..=256).contains(count));
        Some(count.ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                text(
                    "sim:N: N is the number of heads, 1 to 256",
                    "sim:N：N 为发卡头数量，1 至 256",
                ),
            )
        }))
    }

    /// The options with which a run goes on. A seed is for one run: the next would make the same chips again.
    pub fn options(&self) -> Vec<String> {
        let mut words = vec!["--heads".to_owned(), self.words().to_owned()];
        advice::path(&mut words, "--images", self.images.as_deref());
        if self.throw_away {
            words.push("--throw-away".to_owned());
        }
        advice::option(&mut words, "--wait", self.wait.map(|wait| wait.to_string()));
        let timeout = Some(self.timeout).filter(|timeout| *timeout != PATIENCE.as_secs());
        advice::option(
            &mut words,
            "--timeout",
            timeout.map(|timeout| timeout.to_string()),
        );
        let hooks = self.hooks.hooks();
        advice::option(&mut words, "--on-next", hooks.next);
        advice::option(&mut words, "--on-good", hooks.good);
        advice::option(&mut words, "--on-bad", hooks.bad);
        words
    }

    /// The heads as they were asked for.
    pub fn words(&self) -> &str {
        self.heads.as_deref().unwrap_or(SIM)
    }

    /// Whether somebody has named them.
    pub const fn are_named(&self) -> bool {
        self.heads.is_some()
    }

    /// Whether something is said of heads that nobody has named.
    pub fn say_more(&self) -> bool {
        self.images.is_some()
            || self.seed.is_some()
            || self.wait.is_some()
            || self.throw_away
            || !self.hooks.hooks().is_empty()
    }

    /// Checks what can be checked before anything else is done.
    ///
    /// # Errors
    /// --images or --seed with cards that are not simulated; simulated ones with keys of one's own that nobody keeps; a number of heads that is none.
    pub fn check(&self, keys: &MasterArgs) -> Result<(), Failure> {
        if self.words().starts_with(MACHINE) && !self.hooks.hooks().is_empty() {
            return Err(Failure::new(
                Exit::Usage,
                text(
                    "--on-next, --on-good and --on-bad are for machines without a socket: leave them out, or take another --heads",
                    "--on-next、--on-good 和 --on-bad 用于没有套接字的发卡机：请去掉它们，或另选 --heads",
                ),
            ));
        }
        match self.simulated() {
            Some(Ok(_)) if keys.is_named() && self.images.is_none() && !self.throw_away => {
                Err(lost_cards())
            }
            Some(count) => count.map(drop),
            None if self.throw_away || self.images.is_some() || self.seed.is_some() => {
                Err(Failure::new(
                    Exit::Usage,
                    text(
                        "--images, --throw-away and --seed are for simulated cards: leave them out, or --heads",
                        "--images、--throw-away 和 --seed 只用于模拟卡：请去掉它们，或去掉 --heads",
                    ),
                ))
            }
            None => Ok(()),
        }
    }

    /// Looks whether they are there, and whether blank cards can be made for these keys, before a job is made for them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn look(&self, keys: &dyn KeyService, line: Line) -> Result<(), Failure> {
        if self.simulated().is_some() {
            BlankKeys::of(keys, line)?;
            return self.images.as_deref().map_or(Ok(()), make_folder);
        }
        if let Some(socket) = self.words().strip_prefix(MACHINE) {
            machine::heads(Path::new(socket))?;
            return Ok(());
        }
        for name in self.readers()? {
            PcscReader::open(&name, Sharing::Exclusive)?;
        }
        Ok(())
    }

    /// The names of the PC/SC readers that were asked for.
    fn readers(&self) -> Result<Vec<String>, ReaderError> {
        if self.words() != ALL {
            return Ok(self
                .words()
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect());
        }
        let names = list_readers()?;
        if names.is_empty() {
            return Err(ReaderError::NoReaders);
        }
        Ok(names)
    }

    /// Opens the heads.
    ///
    /// # Errors
    /// A reader that is not there, a folder that cannot be made, a machine that does not answer.
    pub fn open<'v>(
        &self,
        (register, job): (&Register, JobId),
        keys: &'v dyn KeyService,
        line: Line,
        (screen, ui): (&Screen, &Ui),
    ) -> Result<Vec<Box<dyn Head + 'v>>, Failure> {
        if let Some(count) = self.simulated() {
            return self.simulators(count?, (register, job), (keys, line), (screen, ui));
        }
        if let Some(socket) = self.words().strip_prefix(MACHINE) {
            let socket = Path::new(socket);
            let heads = (1..=machine::heads(socket)?)
                .map(|number| Ok(Box::new(MachineHead::take(socket, number)?) as Box<dyn Head>));
            return Ok(heads.collect::<Result<_, ReaderError>>()?);
        }
        let names = self.readers()?;
        let heads: Result<_, Failure> = names
            .iter()
            .map(|name| {
                let head = self.reader(name, on_wait(screen.speaker(), ui.lang))?;
                Ok(Box::new(head) as Box<dyn Head>)
            })
            .collect();
        self.hooked(heads?, (register, job), screen)
    }

    /// A PC/SC reader as a head.
    fn reader(&self, name: &str, on_wait: OnWait) -> Result<PcscHead, ReaderError> {
        let reader = PcscReader::open(name, Sharing::Exclusive)?
            .patience(Duration::from_secs(self.timeout), Some(on_wait));
        let feeder = PcscFeeder::new(reader, Duration::ZERO, Box::new(|_| {}))?;
        Ok(PcscHead::new(feeder, self.wait.map(Duration::from_secs)))
    }

    /// Readers that are plugged in while the job `job` is run, where all readers were asked for.
    pub fn plugged<'h>(
        &'h self,
        job: &'h str,
        screen: &Screen,
        ui: &Ui,
    ) -> Option<impl MoreHeads<'h> + use<'h>> {
        let hooks = self.hooks.hooks();
        let (say, lang) = (said_by_all(screen), ui.lang);
        let open = move |name: &str| -> Option<Box<dyn Head + 'h>> {
            let speak = {
                let say = say.clone();
                move |words: &str| say(words)
            };
            // One that cannot be opened yet is tried again.
            let head = self.reader(name, on_wait(Box::new(speak), lang)).ok()?;
            Some(if hooks.is_empty() {
                Box::new(head)
            } else {
                Box::new(Hooked::new(Box::new(head), hooks.clone(), job, say.clone()))
            })
        };
        (self.words() == ALL).then(|| Plugged {
            seen: list_readers().unwrap_or_default(),
            open,
        })
    }

    /// The heads, with the commands that feed them, if there are any.
    fn hooked<'h>(
        &self,
        heads: Vec<Box<dyn Head + 'h>>,
        (register, job): (&Register, JobId),
        screen: &Screen,
    ) -> Result<Vec<Box<dyn Head + 'h>>, Failure> {
        let hooks = self.hooks.hooks();
        if hooks.is_empty() {
            return Ok(heads);
        }
        let name = register.job(job)?.name;
        let say = said_by_all(screen);
        let hooked = |head| {
            Box::new(Hooked::new(head, hooks.clone(), &name, Arc::clone(&say)))
                as Box<dyn Head + 'h>
        };
        Ok(heads.into_iter().map(hooked).collect())
    }

    fn simulators<'v>(
        &self,
        count: usize,
        of: (&Register, JobId),
        (keys, line): (&'v dyn KeyService, Line),
        (screen, ui): (&Screen, &Ui),
    ) -> Result<Vec<Box<dyn Head + 'v>>, Failure> {
        let mut earlier = VecDeque::new();
        if let Some(folder) = &self.images {
            make_folder(folder)?;
            earlier = begun(folder, of, keys, ui)?;
        }
        let keys = BlankKeys::of(keys, line)?;
        let serials = match self.seed {
            Some(seed) => Serials::from(serial_of(seed)),
            None => Serials::random()?,
        };
        let stack = Stack::new(earlier, Blanks::new(serials, self.images.clone(), keys));
        let heads = (1..=count)
            .map(|number| {
                let head = SimulatedHead::new(format!("{SIM} {number}"), stack.clone());
                Box::new(head) as Box<dyn Head + 'v>
            })
            .collect();
        self.hooked(heads, of, screen)
    }
}

/// Cards with keys of one's own that would be gone with this process, and in the register for ever.
fn lost_cards() -> Failure {
    Failure::new(
        Exit::Usage,
        text(
            "with keys of your own cards are made in readers: --heads all, or their names. Simulated cards are kept as images with --images DIR; without it nothing would be left of them, and the register would have them for ever (--throw-away does that). Nothing was done",
            "用自己的密钥时，卡在读卡器中制作：--heads all，或读卡器名称。模拟卡用 --images DIR 保存为映像；否则卡不复存在，而登记簿中永远有它们（确要如此可用 --throw-away）。未作任何操作",
        ),
    )
}

/// What several heads say, one after the other.
fn said_by_all(screen: &Screen) -> Say {
    let speaker = Mutex::new(screen.speaker());
    Arc::new(move |words| speaker.lock().unwrap_or_else(PoisonError::into_inner)(words))
}

/// Says what a reader waits for.
fn on_wait(say: Box<dyn Fn(&str) + Send>, lang: Lang) -> OnWait {
    Box::new(move |wait| say(&wait.say(lang)))
}
