//! Commands that drive whoever feeds a head: one for the next card, one for each bin.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::head::{Bin, Coming, Head};
use crate::{Card, ReaderError};

/// How long a command may take: a machine moves a card in seconds.
const LIMIT: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// What a command for the next card ends with where none is left.
const NO_MORE: i32 = 10;

/// What is run when a card comes and goes; each is a line for the system's shell.
///
/// The environment tells `SSC_HEAD`, `SSC_JOB` and `SSC_LINE` (empty where no line of the batch is meant). Nobody's name is told: other
/// programs can see what a command is given.
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
}

impl<'h> Hooked<'h> {
    /// Over a head, for cards of the job of this name.
    #[must_use]
    pub fn new(head: Box<dyn Head + 'h>, hooks: Hooks, job: &str) -> Self {
        Self {
            head,
            hooks,
            job: job.to_owned(),
            line: None,
            asked: false,
        }
    }

    /// Runs a command to its end.
    fn call(&self, command: &str, option: &str) -> Result<ExitStatus, ReaderError> {
        let failed = |error: &std::io::Error| {
            self.failed(option, &error.to_string(), ("does not run", "无法运行"))
        };
        let line = self.line.map(|line| line.to_string());
        let mut child = shell(command)
            .env("SSC_HEAD", self.head.name())
            .env("SSC_JOB", &self.job)
            .env("SSC_LINE", line.unwrap_or_default())
            .stdin(Stdio::null())
            // stdout is the run's own: JSON lines may go there.
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error))?;
        match wait(&mut child).map_err(|error| failed(&error))? {
            Some(status) => Ok(status),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                let seconds = format!("{} s", LIMIT.as_secs());
                Err(self.failed(option, &seconds, ("does not end", "未结束")))
            }
        }
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

    fn judge(&self, status: ExitStatus, option: &str) -> Result<(), ReaderError> {
        if status.success() {
            return Ok(());
        }
        Err(self.failed(option, &status.to_string(), ("has failed", "失败")))
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

/// How it ended; none where the time is over.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > LIMIT {
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

impl Head for Hooked<'_> {
    fn name(&self) -> &str {
        self.head.name()
    }

    fn worker(&self) -> String {
        self.head.worker()
    }

    fn about(&mut self, line: usize) {
        self.line = Some(line);
        self.head.about(line);
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        let card = self.head.card()?;
        if card.is_some() {
            self.asked = false;
        }
        Ok(card)
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        if let Some(command) = self.hooks.next.as_ref().filter(|_| !self.asked) {
            let status = self.call(command, "--on-next")?;
            if status.code() == Some(NO_MORE) {
                return Ok(Coming::NoMore);
            }
            self.judge(status, "--on-next")?;
            self.asked = true;
        }
        self.head.next(wait)
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
            Some(command) => self.judge(self.call(command, option)?, option),
            None => Ok(()),
        }
    }
}
