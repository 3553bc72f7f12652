//! `ssc job run`

use ssc_bureau::engine;
use ssc_bureau::register::{JobRecord, JobState, RegisterError};
use ssc_keys::KeyService;
use ssc_words::Bilingual as _;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::keys::MasterArgs;
use crate::line::LineArgs;
use crate::profile_file::DecidedArgs;
use crate::runner;
use crate::screen::ScreenArgs;
use crate::store::{Books, StoreArgs, find_job};
use crate::ui::Ui;

/// Make the cards of a job, on all heads at once
///
/// Cards that are delivered stay. A card that lies in a head and was begun is continued for the same person. Ctrl-C finishes the cards in
/// hand; a second one stops at once, and loses nothing. Several machines may run one job of a PostgreSQL register.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or number of the job
    #[arg(value_name = "JOB")]
    job: String,
    #[command(flatten)]
    make: MakeArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// With what the cards of a job are made: `ssc job resume` makes them in the same way.
#[derive(Debug, clap::Args)]
pub struct MakeArgs {
    #[command(flatten)]
    pub heads: HeadArgs,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    screen: ScreenArgs,
    #[command(flatten)]
    keys: MasterArgs,
    #[command(flatten)]
    decided: DecidedArgs,
}

impl MakeArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[],
        flattened: &[
            &HeadArgs::CHINESE,
            &LineArgs::CHINESE,
            &ScreenArgs::CHINESE,
            &MasterArgs::CHINESE,
            &DecidedArgs::CHINESE,
        ],
    };

    /// Checks the heads, and opens the keys.
    ///
    /// # Errors
    /// As [`HeadArgs::check`] and [`MasterArgs::open`].
    pub fn open(&self, ui: &Ui) -> Result<Box<dyn KeyService>, Failure> {
        self.heads.check(&self.keys)?;
        ui.advice.heads(self.line.with(self.heads.options()));
        Ok(self.keys.open(ui)?.keys)
    }

    /// Checks what can go wrong before anything is changed.
    ///
    /// # Errors
    /// Other keys than the job's; a profile that was changed since.
    pub fn check(&self, job: &JobRecord, keys: &dyn KeyService, ui: &Ui) -> Result<(), Failure> {
        engine::are_keys_of(job, keys)?;
        self.decided.look(job, ui)
    }

    /// Whether anything of them is given that only a run needs.
    pub fn are_given(&self) -> bool {
        self.keys.is_named() || self.decided.is_given() || self.heads.say_more()
    }

    /// Looks whether the heads are there.
    ///
    /// # Errors
    /// As [`HeadArgs::look`].
    pub fn look(&self, keys: &dyn KeyService) -> Result<(), Failure> {
        self.heads.look(keys, self.line.line())
    }

    /// Makes the cards, and shows what became of them.
    ///
    /// # Errors
    /// Heads, keys or register that cannot be used; orders that are left.
    pub fn make(
        &self,
        (register, job): (&Books, &JobRecord),
        keys: &dyn KeyService,
        ui: &Ui,
    ) -> Result<(), Failure> {
        let (heads, line) = (&self.heads, &self.line);
        let outcome = runner::run((register, job), keys, (heads, line), &self.screen, ui)?;
        let document = outcome.document(job);
        if !ui.json && !self.screen.json_lines() {
            ui.line(outcome.summary(job).say(ui.lang))?;
        }
        match outcome.verdict(job) {
            Ok(()) if ui.json => ui.document(&document),
            verdict => verdict.map_err(|failure| failure.with_report(document)),
        }
    }
}

impl Verb for Args {
    const NAME: &'static str = "run";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc job run batch-7 --heads all --vault keys.vault",
            "on every PC/SC reader",
            "在全部 PC/SC 读卡器上制卡",
        ),
        example(
            "ssc job run batch-7 --heads sim:4 --images cards",
            "simulated cards on four heads, kept as images",
            "四个模拟发卡头，并保存为映像",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "在全部发卡头上同时制作作业的卡",
        more: &[
            "已交付的卡不再处理。发卡头中已开始写入的卡会为同一人继续。Ctrl-C 完成手头的卡后结束；第二次立即停止，没有丢失。多台机器可共同运行 PostgreSQL 登记簿中的一个作业。",
        ],
        arguments: Arguments {
            own: &[("job", "作业的名称或号")],
            flattened: &[&MakeArgs::CHINESE, &StoreArgs::CHINESE],
        },
    };
}

/// Runs the job.
///
/// # Errors
/// No such job, one that is paused; simulated cards with keys of one's own that nobody keeps; heads, keys or register that cannot be used; a profile that was changed; orders that are left.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let keys = args.make.open(ui)?;
    let register = args.store.open(keys.is_demo(), ui)?;
    let job = find_job(&register, &args.job, ui)?;
    if job.state == JobState::Paused {
        return Err(RegisterError::JobPaused { job: job.name }.into());
    }
    args.make.check(&job, &*keys, ui)?;
    args.make.make((&register, &job), &*keys, ui)
}
