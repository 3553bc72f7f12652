//! Which register a command works with.

use std::sync::Arc;

use ssc_bureau::register::{JobRecord, Register, SystemClock};
use ssc_database::Store;

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
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
}

impl StoreArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "store",
            "登记簿：文件，或 postgres://USER@HOST/DATABASE；否则取 SSC_STORE，再否则取数据文件夹中的固定文件",
        )],
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

    /// Opens the register, makes it where there is none, and says which it is.
    ///
    /// # Errors
    /// As [`place`](Self::place), and [`Register::open`].
    pub fn open(&self, demo_keys: bool, ui: &Ui) -> Result<Register, Failure> {
        let store = self.place(demo_keys)?;
        ui.advice
            .store(self.store.clone(), demo_keys && self.named().is_none());
        let register = Register::open(&store, Arc::new(SystemClock))?;
        let store = register.store();
        ui.note(&text(
            format!("register: {store}"),
            format!("登记簿：{store}"),
        ));
        Ok(register)
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

    /// Opens a register that is there.
    ///
    /// # Errors
    /// There is none; as [`StoreArgs::open`].
    pub fn open(&self, ui: &Ui) -> Result<Register, Failure> {
        self.open_of(self.demo, ui)
    }

    /// The same where keys are at hand: with the published ones that of demo cards.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_of(&self, demo_keys: bool, ui: &Ui) -> Result<Register, Failure> {
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
        self.store.open(demo, ui)
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
