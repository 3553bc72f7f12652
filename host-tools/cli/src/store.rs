//! Which register a command works with.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ssc_bureau::register::{
    BooksOf, Extent, JobRecord, Opening, Register, RegisterError, SystemClock,
};
use ssc_bureau::report;
use ssc_database::Store;

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::seen::Seen;
use crate::text::{Text, text};
use crate::ui::Ui;

/// The register of cards for real use.
const OWN: &str = "bureau.db";
/// The register of cards with the published demo keys: they never stand in the other one.
const DEMO: &str = "bureau-demo.db";

/// Which register.
#[derive(Debug, clap::Args)]
pub struct StoreArgs {
    /// The bureau's register: a file, or postgres://USER@HOST/DATABASE; else SSC_STORE, else one file in your data folder
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
    /// Go on with a register that is older than what this machine has seen of it, as a copy from a backup is; noted in its log
    #[arg(long)]
    older_register: bool,
    /// This machine's clock is right, and the one by which the register's last entry was made was not; noted in its log
    #[arg(long)]
    clock_is_right: bool,
}

impl StoreArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "store",
                "登记簿：文件，或 postgres://USER@HOST/DATABASE；否则取 SSC_STORE，再否则取数据文件夹中的固定文件",
            ),
            (
                "older_register",
                "登记簿比本机所见的旧（如备份的副本），仍要继续；记入其日志",
            ),
            (
                "clock_is_right",
                "本机时钟正确，写入登记簿最后一条记录的时钟有误；记入其日志",
            ),
        ],
        flattened: &[],
    };

    fn named(&self) -> Option<String> {
        let variable = || std::env::var(Store::ENVIRONMENT).ok();
        let named = self.store.clone().or_else(variable);
        named.filter(|address| !address.is_empty())
    }

    /// The place of the register; without `--store` that of demo cards or that of real ones.
    ///
    /// # Errors
    /// It is none, or there is no data folder.
    pub fn place(&self, demo_keys: bool) -> Result<Store, Failure> {
        Ok(match self.named() {
            Some(address) => Store::parse(&address)?,
            None => Store::default_file(if demo_keys { DEMO } else { OWN })?,
        })
    }

    /// Opens the register for whoever orders cards, makes it where there is none, and says which it is.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn make(&self, demo_keys: bool, ui: &Ui) -> Result<Books, Failure> {
        self.work(&self.place(demo_keys)?, demo_keys, Opening::New, ui)
    }

    /// Opens the register that is there, to work with it, and says which it is.
    ///
    /// # Errors
    /// As [`place`](Self::place), and [`Register::open_for`]; it is for other keys, or older than what was seen of it.
    pub fn open(&self, demo_keys: bool, ui: &Ui) -> Result<Books, Failure> {
        self.work(&self.place(demo_keys)?, demo_keys, Opening::Existing, ui)
    }

    fn work(
        &self,
        place: &Store,
        demo_keys: bool,
        opening: Opening,
        ui: &Ui,
    ) -> Result<Books, Failure> {
        self.advise(demo_keys, ui);
        let register = self.right_clock(place, opening)?;
        said(&register, ui);
        let of = if demo_keys {
            BooksOf::Demo
        } else {
            BooksOf::Own
        };
        let id = register.is_for(of)?;
        self.not_older(register, Some(id), ui)
    }

    /// Lets the commands in messages name this register.
    fn advise(&self, demo: bool, ui: &Ui) {
        ui.advice
            .store(self.store.clone(), demo && self.named().is_none());
    }

    /// Opens it, if need be with the operator's word on the clock.
    fn right_clock(&self, store: &Store, opening: Opening) -> Result<Register, Failure> {
        let open = |opening| Register::open_for(store, Arc::new(SystemClock), opening);
        match open(opening) {
            Err(RegisterError::ClockBack { .. } | RegisterError::ClockAhead { .. })
                if self.clock_is_right =>
            {
                open(Opening::Look)?.clock_is_right()?;
                Ok(open(Opening::Existing)?)
            }
            opened => Ok(opened?),
        }
    }

    /// Refuses one that has not come as far as this machine has seen.
    fn not_older(&self, register: Register, id: Option<String>, ui: &Ui) -> Result<Books, Failure> {
        let seen = id.and_then(|id| Seen::of(&id));
        let Some(seen) = seen else {
            return Ok(Books::of(register, None));
        };
        let newer = seen.newer_than(&register)?;
        if let Some(newer) = &newer {
            if !self.older_register {
                return Err(Failure::new(Exit::Input, older(&register, newer, &seen)));
            }
            register.goes_on_older(newer)?;
        }
        if let Err(error) = seen.keep(&register, newer.is_some()) {
            let path = seen.path().display();
            ui.warn(&text(
                format!("{path} cannot be written ({error}): this machine will not notice if the register is replaced by an older copy"),
                format!("无法写入 {path}（{error}）：登记簿若被较旧的副本替换，本机将不会发现"),
            ));
        }
        Ok(Books::of(register, Some(seen)))
    }
}

/// Says which register it is.
fn said(register: &Register, ui: &Ui) {
    let store = register.store();
    ui.note(&text(
        format!("register: {store}"),
        format!("登记簿：{store}"),
    ));
}

/// Words for a register that is older than what was seen of it.
fn older(register: &Register, newer: &Extent, seen: &Seen) -> Text {
    let (store, path) = (register.store(), seen.path().display());
    let at = ssc_words::moment::shown(report::time(newer.at));
    let (job, seq) = (newer.job, newer.seq);
    text(
        format!(
            "the register {store} is older than the one that this machine worked with at {at}: entry {seq} of job no. {job} is not in it. Cards given since then would be made a second time, with the same numbers, so nothing is made. Put back the newer file with its -wal. Only if it is lost: find the cards given since by the return files and reports, leave these persons out, begin the profiles' ranges above their numbers, close the jobs that were finished, and go on with --older-register, which is noted in the log ({path} has what was seen)"
        ),
        format!(
            "登记簿 {store} 比本机于 {at} 使用的旧：其中没有 {job} 号作业的第 {seq} 条记录。此后所发的卡会以相同卡号再制一次，故不制卡。请连同 -wal 文件放回较新的登记簿。仅当其已丢失：请依回盘文件和作业报告查明此后所发的卡，去掉这些人，号段从其卡号之后开始，关闭已完成的作业，再用 --older-register 继续，并记入日志（{path} 载有所见）"
        ),
    )
}

/// A register that is open. What this machine has seen of it is noted now and then, and when the command ends.
pub struct Books {
    register: Register,
    seen: Option<Seen>,
    kept: Cell<Option<Instant>>,
}

/// How often that is noted in the middle of a run.
const EVERY: Duration = Duration::from_secs(1);

impl Books {
    fn of(register: Register, seen: Option<Seen>) -> Self {
        Self {
            register,
            seen,
            kept: Cell::new(None),
        }
    }

    /// Notes it, if that was not done of late: a program that is killed leaves what was noted last.
    pub fn keep(&self) {
        let is_late = |kept: Instant| kept.elapsed() > EVERY;
        if self.kept.get().is_none_or(is_late) {
            self.keep_now();
            self.kept.set(Some(Instant::now()));
        }
    }

    fn keep_now(&self) {
        if let Some(seen) = &self.seen {
            // That it cannot be written was said at the beginning.
            let _ = seen.keep(&self.register, false);
        }
    }
}

impl Deref for Books {
    type Target = Register;

    fn deref(&self) -> &Register {
        &self.register
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        self.keep_now();
    }
}

/// Which register, for commands that only look.
#[derive(Debug, clap::Args)]
pub struct LookArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The register of cards with the published demo keys
    #[arg(long, conflicts_with = "store")]
    demo: bool,
}

impl LookArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[("demo", "使用公开演示密钥的卡的登记簿")],
        flattened: &[&StoreArgs::CHINESE],
    };

    /// Opens a register that is there, to look at it, whatever the clock says. That it is an older copy is said.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(&self, ui: &Ui) -> Result<Register, Failure> {
        self.open_of(self.demo, ui)
    }

    /// Opens a register that is there, to change what stands in it.
    ///
    /// # Errors
    /// There is none; as [`StoreArgs::open`].
    pub fn open_to_change(&self, ui: &Ui) -> Result<Books, Failure> {
        let place = self.found(self.demo, ui)?;
        let register = self.store.right_clock(&place, Opening::Existing)?;
        said(&register, ui);
        let id = register.id()?;
        self.store.not_older(register, id, ui)
    }

    /// Opens a register that is there, to make cards with these keys.
    ///
    /// # Errors
    /// There is none; as [`StoreArgs::open`].
    pub fn open_to_make(&self, demo_keys: bool, ui: &Ui) -> Result<Books, Failure> {
        let place = self.found(demo_keys, ui)?;
        self.store.work(&place, demo_keys, Opening::Existing, ui)
    }

    /// The same where keys are at hand: with the published ones that of demo cards.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_of(&self, demo_keys: bool, ui: &Ui) -> Result<Register, Failure> {
        let place = self.found(demo_keys, ui)?;
        let register = Register::open_for(&place, Arc::new(SystemClock), Opening::Look)?;
        said(&register, ui);
        let seen = register.id()?.and_then(|id| Seen::of(&id));
        if let Some(seen) = seen
            && let Some(newer) = seen.newer_than(&register)?
        {
            ui.warn(&older(&register, &newer, &seen));
        }
        Ok(register)
    }

    /// The place of a register that is there.
    fn found(&self, demo_keys: bool, ui: &Ui) -> Result<Store, Failure> {
        let missing = |place: &Store| place.path().is_some_and(|path| !path.exists());
        let mut demo = self.demo || demo_keys;
        let mut place = self.store.place(demo)?;
        if !demo && self.store.named().is_none() && missing(&place) {
            // Whoever has no real cards means the demo's.
            demo = true;
            place = self.store.place(demo)?;
        }
        if missing(&place) {
            if demo && !self.demo && !demo_keys {
                // What was asked for, not what was tried beside it.
                place = self.store.place(false)?;
            }
            return Err(Failure::new(
                Exit::Input,
                text(
                    format!(
                        "there is no register {place}: `ssc job create` makes one; name another with --store"
                    ),
                    format!("没有登记簿 {place}：`ssc job create` 会建立；另一个请用 --store 指定"),
                ),
            ));
        }
        self.store.advise(demo, ui);
        Ok(place)
    }
}

/// The job of this name or number.
///
/// # Errors
/// There is none; the register cannot be read.
pub fn find_job(register: &Register, word: &str, ui: &Ui) -> Result<JobRecord, Failure> {
    let job = register.meant(word)?;
    ui.advice.job(&job.name, !job.has_demo_keys());
    Ok(job)
}
