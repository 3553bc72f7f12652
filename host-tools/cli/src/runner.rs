//! A run of a job: heads, screen, and the operator's wish to stop; `ssc job run` and `ssc issue` do the same.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use ssc_bureau::engine::{End, Engine, EngineError, Run, Stop};
use ssc_bureau::register::{JobRecord, OrderState, Register};
use ssc_bureau::run_event::RunEvent;
use ssc_keys::KeyService;
use ssc_reader::head::MoreHeads;
use ssc_words::count;
use ssc_words::shell::word;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::line::LineArgs;
use crate::screen::{self, Screen, ScreenArgs};
use crate::text::{Text, text};
use crate::ui::Ui;

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// What a run became.
pub struct Outcome {
    /// How it ended.
    pub run: Run,
    /// Cards that this run has delivered.
    pub made: u64,
    /// Their lines of the batch.
    pub lines: HashSet<usize>,
    /// How long it took.
    pub time: Duration,
    /// Whether the operator has stopped it.
    pub stopped: bool,
}

/// Runs a job with these heads, shown on the screen.
///
/// # Errors
/// Heads that cannot be opened; a register or keys that cannot be used.
pub fn run(
    (register, job): (&Register, &JobRecord),
    keys: &dyn KeyService,
    (heads, line): (&HeadArgs, &LineArgs),
    screen: &ScreenArgs,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let stop: Arc<Stop> = Arc::default();
    let (tell, events) = mpsc::channel::<RunEvent>();
    let asked = asker(stop.clone(), tell.clone());
    let mut screen = Screen::open(screen, ui, Box::new(asked.clone()))?;
    watch_signals(asked)?;
    let mut plugged = heads.plugged(&job.name, &screen, ui);
    let mut heads = heads.open((register, job.id), keys, line.line(), (&screen, ui))?;
    let send = {
        let tell = std::sync::Mutex::new(tell);
        move |event| {
            if let Ok(tell) = tell.lock() {
                // Whoever listens no more has an error of its own.
                let _ = tell.send(event);
            }
        }
    };
    let engine = Engine::open(
        register,
        job.id,
        keys,
        line.line(),
        &machine_name(),
        &stop,
        &send,
    )?;
    let (mut made, mut lines, mut shown) = (0, HashSet::new(), Ok(()));
    let ended = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let more = plugged.as_mut();
            engine.run_with(&mut heads, more.map(|more| more as &mut dyn MoreHeads<'_>))
        });
        loop {
            let event = events.recv_timeout(Duration::from_millis(200));
            match event {
                Ok(event) => {
                    if let RunEvent::Delivered { line, .. } = &event {
                        made += 1;
                        lines.insert(*line);
                    }
                    if shown.is_ok() {
                        shown = screen.event(&event, ui);
                        if shown.is_err() {
                            stop.ask();
                        }
                    }
                }
                Err(_) if running.is_finished() => break,
                Err(_) => {}
            }
        }
        running.join()
    });
    let time = screen.close();
    let run = match ended {
        Ok(run) => run,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    shown?;
    Ok(Outcome {
        run: run.map_err(|error: EngineError| Failure::from(error))?,
        made,
        lines,
        time,
        stopped: stop.asked(),
    })
}

/// What happens when somebody asks for the end: the first time cards in hand are finished, the second time nothing is waited for. Nothing is
/// lost either way: what is known of every card is in the register before it is touched.
fn asker(stop: Arc<Stop>, tell: mpsc::Sender<RunEvent>) -> impl Fn() + Clone + Send + 'static {
    move || {
        if stop.asked() {
            screen::restore();
            std::process::exit(INTERRUPTED);
        }
        stop.ask();
        let _ = tell.send(RunEvent::Stopping);
    }
}

fn watch_signals(asked: impl Fn() + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]);
    let mut signals = signals.map_err(|error| {
        Failure::new(
            Exit::Output,
            text(
                format!("Ctrl-C cannot be watched ({error}); no card was touched"),
                format!(
                    "无法监视 Ctrl-C（{error}）；未触及任何卡片",
                    error = ssc_words::system::chinese(&error)
                ),
            ),
        )
    })?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            asked();
        }
    });
    Ok(())
}

/// This computer's name among those that share a register.
fn machine_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

impl Outcome {
    /// The numbers, for `--json`.
    pub fn document(&self, job: &JobRecord) -> Value {
        let counts = &self.run.counts;
        let orders: serde_json::Map<_, _> = OrderState::ALL
            .iter()
            .map(|state| (state.name().to_owned(), counts.of(*state).into()))
            .collect();
        json!({
            "job": job.id.0,
            "name": job.name,
            "orders": orders,
            "made": self.made,
            "seconds": self.time.as_secs_f64(),
            "stopped": self.stopped,
            "heads_out": self.out().map(|(head, reason)| json!({
                "head": head,
                "reason": reason.english,
                "reason_zh": reason.chinese,
            })).collect::<Vec<_>>(),
        })
    }

    fn out(&self) -> impl Iterator<Item = (&str, &ssc_bureau::return_file::Reason)> {
        self.run.heads.iter().filter_map(|(head, end)| match end {
            End::Out(reason) => Some((head.as_str(), reason)),
            End::Done | End::NoCards => None,
        })
    }

    /// The numbers, for people.
    pub fn summary(&self, job: &JobRecord) -> Text {
        let counts = &self.run.counts;
        let (delivered, all) = (counts.of(OrderState::Delivered), counts.all());
        let rejected = counts.of(OrderState::Rejected);
        let remaining = counts.remaining();
        let (name, made) = (&job.name, self.made);
        text(
            format!(
                "job {name}: {delivered} of {all} delivered ({made} now), {rejected} rejected, {remaining} left"
            ),
            format!(
                "作业 {name}：共 {all}，已交付 {delivered}（本次 {made}），拒绝 {rejected}，剩余 {remaining}"
            ),
        )
    }

    /// How the command ends: well only if nothing is left, else with what to do.
    ///
    /// # Errors
    /// Orders are left.
    pub fn verdict(&self, job: &JobRecord) -> Result<(), Failure> {
        let remaining = self.run.counts.remaining();
        if self.stopped {
            let name = word(&job.name);
            return Err(Failure::new(
                Exit::Interrupted,
                text(
                    format!(
                        "stopped; nothing is lost, {remaining} left: go on with `ssc job run {name}`"
                    ),
                    format!("已停止；没有丢失，剩余 {remaining}：用 `ssc job run {name}` 继续"),
                ),
            ));
        }
        if remaining == 0 {
            return Ok(());
        }
        let name = word(&job.name);
        let details = self.out().map(|(head, reason)| {
            text(
                format!("head {head} was taken out: {}", reason.english),
                format!("发卡头 {head} 已停用：{}", reason.chinese),
            )
        });
        Err(Failure::new(
            Exit::Incomplete,
            text(
                format!("{} no card yet: `ssc job remaining {name}` says why, and what to do for each", count(remaining, "order has|orders have")),
                format!("还有 {remaining} 个任务没有卡：`ssc job remaining {name}` 说明原因和各自的处理办法"),
            ),
        )
        .with_details(details.collect()))
    }
}
