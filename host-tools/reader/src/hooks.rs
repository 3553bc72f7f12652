//! Commands that drive whoever feeds a head: one for the next card, one for each bin.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::head::{Bin, Coming, Head};
use ssc_words::clean;

use crate::{Card, ReaderError};

/// How long a command may take: a machine moves a card in seconds.
const LIMIT: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// Variables of this program begin with it.
const OURS: &str = "SSC_";
/// The option of the command for the next card.
const NEXT: &str = "--on-next";
/// How long what it said is waited for when it has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Lines that a command may say, and bytes of one.
const LINES: usize = 20;
const LONGEST: u64 = 500;
/// What a command for the next card ends with where none is left.
const NO_MORE: i32 = 10;

/// What is run when a card comes and goes; each is a line for the system's shell.
///
/// The environment tells `SSC_HEAD`, `SSC_JOB` and `SSC_LINE` (empty where no line of the batch is meant), and nothing else that begins with
/// `SSC_`: no PIN, no passphrase, no store. Nobody's name is told: other programs can see what a command is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hooks {
    /// The head is empty, and its next card is wanted. Ends with 10 where the stack is empty.
    pub next: Option<String>,
    /// The card in the head goes to the good ones.
    pub good: Option<String>,
    /// It goes to the bad ones.
    pub bad: Option<String>,
}

impl Hooks {
    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.next.is_none() && self.good.is_none() && self.bad.is_none()
    }
}

/// A head that commands feed.
pub struct Hooked<'h> {
    head: Box<dyn Head + 'h>,
    hooks: Hooks,
    job: String,
    line: Option<usize>,
    /// Whether the next card was asked for, and is not there yet.
    asked: bool,
    /// The command for the next card.
    running: Option<Running>,
    say: Say,
}

/// Says a line.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// A command at work. Its card comes also where nobody waits for its end any more.
struct Running {
    child: Child,
    since: Instant,
    said: Arc<Mutex<String>>,
    all_said: Receiver<()>,
}

/// How a command has ended, and what it said last.
struct Ended {
    status: ExitStatus,
    said: String,
}

impl<'h> Hooked<'h> {
    /// Over a head, for cards of the job of this name. What a command says on stderr goes to `say`, a line at a time.
    #[must_use]
    pub fn new(head: Box<dyn Head + 'h>, hooks: Hooks, job: &str, say: Say) -> Self {
        Self {
            head,
            hooks,
            job: job.to_owned(),
            line: None,
            asked: false,
            running: None,
            say,
        }
    }

    /// Runs a command to its end.
    fn call(&self, command: &str, option: &str) -> Result<Ended, ReaderError> {
        let mut running = self.start(command, option)?;
        loop {
            if let Some(ended) = self.look(&mut running, option)? {
                return Ok(ended);
            }
            std::thread::sleep(LOOK);
        }
    }

    fn start(&self, command: &str, option: &str) -> Result<Running, ReaderError> {
        let line = self.line.map(|line| line.to_string());
        let mut shell = shell(command);
        // PIN and passphrase come in such variables, and a store's address may have a password in it.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(OURS) {
                shell.env_remove(name);
            }
        }
        let mut child = shell
            .env("SSC_HEAD", self.head.name())
            .env("SSC_JOB", &self.job)
            .env("SSC_LINE", line.unwrap_or_default())
            .stdin(Stdio::null())
            // stdout is the run's own: JSON lines may go there.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.does_not_run(option, &error))?;
        let said = Arc::default();
        let (end, all_said) = mpsc::channel();
        if let Some(stderr) = child.stderr.take() {
            let before = format!("{} {option}: ", self.head.name());
            let (say, said) = (Arc::clone(&self.say), Arc::clone(&said));
            std::thread::spawn(move || {
                pass_on(stderr, &before, &say, &said);
                let _ = end.send(());
            });
        }
        Ok(Running {
            child,
            since: Instant::now(),
            said,
            all_said,
        })
    }

    /// Whether it has ended. One that takes too long is ended.
    fn look(&self, running: &mut Running, option: &str) -> Result<Option<Ended>, ReaderError> {
        let ended = running.child.try_wait();
        if let Some(status) = ended.map_err(|error| self.does_not_run(option, &error))? {
            // One that it has begun and left behind may keep stderr open.
            let _ = running.all_said.recv_timeout(LAST_WORDS);
            let said = running.said.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(Some(Ended {
                status,
                said: said.clone(),
            }));
        }
        if running.since.elapsed() <= LIMIT {
            return Ok(None);
        }
        let _ = running.child.kill();
        let _ = running.child.wait();
        let seconds = format!("{} s", LIMIT.as_secs());
        Err(self.failed(option, &seconds, ("does not end", "未结束")))
    }

    fn does_not_run(&self, option: &str, error: &std::io::Error) -> ReaderError {
        self.failed(option, &error.to_string(), ("does not run", "无法运行"))
    }

    fn failed(&self, option: &str, detail: &str, why: (&str, &str)) -> ReaderError {
        let (english, chinese) = why;
        ReaderError::Device {
            reader: self.head.name().to_owned(),
            english: format!(
                "the command of {option} {english} ({detail}): look after the card machine, correct the command, and run the job again; nothing is lost"
            ),
            chinese: format!(
                "{option} 的命令{chinese}（{detail}）：请检查发卡机、更正命令后再运行作业；没有丢失"
            ),
        }
    }

    fn judge(&self, ended: &Ended, option: &str) -> Result<(), ReaderError> {
        if ended.status.success() {
            return Ok(());
        }
        let status = ended.status.to_string();
        let detail = match ended.said.as_str() {
            "" => status,
            said => format!("{status}: {said}"),
        };
        Err(self.failed(option, &detail, ("has failed", "失败")))
    }
}

/// Says each line that a command writes on stderr, so many of them, and keeps the last.
fn pass_on(stderr: ChildStderr, before: &str, say: &Say, last: &Mutex<String>) {
    let mut stderr = BufReader::new(stderr);
    for number in 0.. {
        let mut line = Vec::new();
        let read = Read::take(&mut stderr, LONGEST).read_until(b'\n', &mut line);
        if !read.is_ok_and(|length| length > 0) {
            return;
        }
        let line = String::from_utf8_lossy(&line);
        let line = clean::line(line.trim());
        if number < LINES && !line.is_empty() {
            say(&format!("{before}{line}"));
            line.as_ref()
                .clone_into(&mut last.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

impl Head for Hooked<'_> {
    fn name(&self) -> &str {
        self.head.name()
    }

    fn about(&mut self, line: usize) {
        self.line = Some(line);
        self.head.about(line);
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        if self.running.is_some() {
            // It is on its way, and is not to be disturbed.
            return Ok(None);
        }
        let card = self.head.card()?;
        if card.is_some() {
            self.asked = false;
        }
        Ok(card)
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        let deadline = Instant::now() + wait;
        if let Some(command) = self.hooks.next.as_ref().filter(|_| !self.asked) {
            let mut running = match self.running.take() {
                Some(running) => running,
                None => self.start(command, NEXT)?,
            };
            let ended = loop {
                if let Some(ended) = self.look(&mut running, NEXT)? {
                    break ended;
                }
                if Instant::now() >= deadline {
                    self.running = Some(running);
                    return Ok(Coming::NotYet);
                }
                std::thread::sleep(LOOK);
            };
            if ended.status.code() == Some(NO_MORE) {
                return Ok(Coming::NoMore);
            }
            self.judge(&ended, NEXT)?;
            self.asked = true;
        }
        self.head
            .next(deadline.saturating_duration_since(Instant::now()))
    }

    /// The card has no power any more when its command is run: the machine may move it.
    fn put(&mut self, bin: Bin) -> Result<(), ReaderError> {
        self.head.put(bin)?;
        let (command, option) = match bin {
            Bin::Good => (&self.hooks.good, "--on-good"),
            Bin::Bad => (&self.hooks.bad, "--on-bad"),
        };
        self.asked = false;
        match command {
            Some(command) => self.judge(&self.call(command, option)?, option),
            None => Ok(()),
        }
    }
}
