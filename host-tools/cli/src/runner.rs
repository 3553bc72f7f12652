//! A run of a job: heads, screen, and the operator's wish to stop; `ssc job run` and `ssc issue` do the same.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use ssc_bureau::engine::{End, Engine, Run, Stop};
use ssc_bureau::register::{JobRecord, JobState, OrderState, Register};
use ssc_bureau::return_file::Reason;
use ssc_bureau::run_event::{Ending, RunEvent};
use ssc_keys::KeyService;
use ssc_reader::head::MoreHeads;
use ssc_words::shell::word;
use ssc_words::{Bilingual as _, Lang, count};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::heads::HeadArgs;
use crate::line::LineArgs;
use crate::run_name::RunName;
use crate::screen::{self, Screen, ScreenArgs};
use crate::store::Books;
use crate::text::{Text, text};
use crate::ui::{Ui, complain};

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;
/// How long a program that ends at once waits for its last words.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
    /// Whether somebody has paused the job.
    paused: bool,
}

/// Runs a job with these heads, shown on the screen.
///
/// # Errors
/// Heads that cannot be opened; a register or keys that cannot be used.
pub fn run(
    (books, job): (&Books, &JobRecord),
    keys: &dyn KeyService,
    (heads, line): (&HeadArgs, &LineArgs),
    screen: &ScreenArgs,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let register: &Register = books;
    warn_of_unsigned(register, job, ui)?;
    let stop: Arc<Stop> = Arc::default();
    let (tell, events) = mpsc::channel::<RunEvent>();
    let last_words: Arc<OnceLock<LastWords>> = Arc::default();
    let asked = asker(stop.clone(), tell.clone(), last_words.clone());
    let mut screen = Screen::open(screen, ui, Box::new(asked.clone()))?;
    let _ = last_words.set(at_once(job, &screen, ui));
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
    let name = RunName::new()?;
    register.release_of(job.id, &|worker| name.is_dead(worker))?;
    let engine = Engine::open(
        register,
        job.id,
        keys,
        line.line(),
        &name.machine(),
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
            books.keep();
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
    let run = match ended {
        Ok(run) => run,
        Err(panic) => {
            screen.close();
            std::panic::resume_unwind(panic);
        }
    };
    if run.is_ok() {
        name.has_ended();
    }
    let ended = run.map_err(Failure::from).and_then(|run| {
        let mut outcome = Outcome {
            run,
            made,
            lines,
            time: Duration::ZERO,
            stopped: stop.asked(),
            paused: register.job(job.id)?.state == JobState::Paused,
        };
        let (how, words) = outcome.ending(job);
        if shown.is_ok() {
            let words = Reason::new(words.say(Lang::En), words.say(Lang::Zh));
            shown = screen.event(&RunEvent::Ended { how, words }, ui);
        }
        outcome.time = screen.time();
        Ok((how, outcome))
    });
    screen.close();
    let (how, outcome) = ended?;
    shown?;
    if how == Ending::Done {
        // Where orders are left, they stand below the error.
        for head in outcome.heads_out() {
            ui.warn(&head);
        }
    }
    Ok(outcome)
}

/// What is said before a process ends at once.
type LastWords = Box<dyn Fn() + Send + Sync>;

fn at_once(job: &JobRecord, screen: &Screen, ui: &Ui) -> LastWords {
    let typed = word(&job.name);
    let words = text(
        format!(
            "stopped at once; nothing is lost: a card that lies in a head goes on with `ssc job run {typed}`"
        ),
        format!("已立即停止；没有丢失：发卡头中的卡用 `ssc job run {typed}` 继续"),
    );
    let (json_lines, lang, json) = (screen.last_line(), ui.lang, ui.json);
    Box::new(move || {
        json_lines(&RunEvent::Ended {
            how: Ending::Stopped,
            words: Reason::new(words.say(Lang::En), words.say(Lang::Zh)),
        });
        complain(&words.say(lang));
        if json {
            let failure = Failure::new(Exit::Interrupted, words.clone());
            println!("{:#}", failure.to_json());
        }
    })
}

/// This run's end signs what is there: whoever wrote it.
fn warn_of_unsigned(register: &Register, job: &JobRecord, ui: &Ui) -> Result<(), Failure> {
    let (name, word) = (&job.name, word(&job.name));
    match register.unsigned_of_heads(job.id)? {
        Some(0) => {}
        _ if register.look(job.id, &mut |look| look.is_worked_on())? => {}
        Some(many) => ui.warn(&text(
            format!("job {name}: {many} entries of heads are not signed, and the end of this run signs them. If no run was stopped at once before, stop this one and look: `ssc audit verify {word}`"),
            format!("作业 {name}：发卡头有 {many} 条没有签名，本次运行结束时会签署。若此前没有运行被立即停止，请停止并检查：`ssc audit verify {word}`"),
        )),
        None => ui.warn(&text(
            format!("job {name}: its log has no signature, and the end of this run signs it. If no older program made the job, somebody took them away: `ssc audit verify {word}`"),
            format!("作业 {name}：日志没有签名，本次运行结束时会签署。若该作业不是旧版程序建立的，则签名已被他人去除：`ssc audit verify {word}`"),
        )),
    }
    Ok(())
}

/// What happens when somebody asks for the end: the first time cards in hand are finished, the second time nothing is waited for. Nothing is
/// lost either way: what is known of every card is in the register before it is touched.
fn asker(
    stop: Arc<Stop>,
    tell: mpsc::Sender<RunEvent>,
    last_words: Arc<OnceLock<LastWords>>,
) -> impl Fn() + Clone + Send + 'static {
    move || {
        if stop.asked() {
            screen::restore();
            // On a thread of its own: a terminal or a pipe that takes nothing more does not keep the process.
            let (said, end) = mpsc::channel();
            let last_words = last_words.clone();
            std::thread::spawn(move || {
                if let Some(say) = last_words.get() {
                    say();
                }
                let _ = said.send(());
            });
            let _ = end.recv_timeout(LAST_WORDS);
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

    fn out(&self) -> impl Iterator<Item = (&str, &Reason)> {
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

    /// The heads that were taken out, and why.
    fn heads_out(&self) -> Vec<Text> {
        self.out()
            .map(|(head, reason)| {
                text(
                    format!("head {head} was taken out: {}", reason.english),
                    format!("发卡头 {head} 已停用：{}", reason.chinese),
                )
            })
            .collect()
    }

    /// How the run is over, and what to do next.
    fn ending(&self, job: &JobRecord) -> (Ending, Text) {
        let (name, remaining) = (&job.name, self.run.counts.remaining());
        let typed = word(name);
        if self.stopped {
            let words = match remaining {
                0 => text(
                    "stopped; nothing is lost, and nothing is left to make",
                    "已停止；没有丢失，也没有剩余",
                ),
                _ => text(
                    format!(
                        "stopped; nothing is lost, {remaining} left: go on with `ssc job run {typed}`"
                    ),
                    format!("已停止；没有丢失，剩余 {remaining}：用 `ssc job run {typed}` 继续"),
                ),
            };
            return (Ending::Stopped, words);
        }
        if remaining == 0 {
            let words = text("nothing is left to make", "已无待制卡");
            return (Ending::Done, words);
        }
        if self.paused {
            let words = text(
                format!(
                    "somebody has paused job {name}; nothing is lost, {remaining} left: `ssc job resume {typed}` lets it go on, then `ssc job run {typed}`"
                ),
                format!(
                    "作业 {name} 已被暂停；没有丢失，剩余 {remaining}：先执行 `ssc job resume {typed}`，再执行 `ssc job run {typed}`"
                ),
            );
            return (Ending::Paused, words);
        }
        let words = text(
            format!(
                "{} no card yet: `ssc job remaining {typed}` says why, and what to do for each",
                count(remaining, "order has|orders have")
            ),
            format!(
                "还有 {remaining} 个任务没有卡：`ssc job remaining {typed}` 说明原因和各自的处理办法"
            ),
        );
        (Ending::Incomplete, words)
    }

    /// How the command ends: well only if nothing is left, else with what to do.
    ///
    /// # Errors
    /// Orders are left.
    pub fn verdict(&self, job: &JobRecord) -> Result<(), Failure> {
        let (how, words) = self.ending(job);
        let exit = match how {
            Ending::Done => return Ok(()),
            Ending::Stopped => Exit::Interrupted,
            Ending::Paused | Ending::Incomplete => Exit::Incomplete,
        };
        Err(Failure::new(exit, words).with_details(self.heads_out()))
    }
}
