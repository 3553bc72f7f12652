//! What `ssc` says: results on stdout, everything else on stderr. All of it passes [`ssc_words::clean`], a line at a time.

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use serde_json::Value;
use ssc_keys::KeyService;
use ssc_keys::service::announcement_of_demo_keys;
use ssc_reader::wait::{OnWait, Wait};
use ssc_words::{Bilingual, Lang, clean};

use crate::advice::Advice;
use crate::audit::Audit;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::{pick, text};

/// The user's wishes about what is said.
pub struct Ui {
    /// Language of messages.
    pub lang: Lang,
    /// One JSON document on stdout instead of text.
    pub json: bool,
    /// Neither notes nor progress.
    pub quiet: bool,
    /// What the use of keys leaves in audit logs.
    pub audit: Audit,
    /// What this command was given, for those that messages advise.
    pub advice: Advice,
    /// The command line in one language, for `ssc help`: handed down, since the help itself looks at every command.
    pub help: fn(Lang) -> clap::Command,
}

impl Ui {
    /// A line of the result.
    ///
    /// # Errors
    /// stdout is full. A reader of a pipe that has seen enough (`| head`) is no error: what comes after is dropped.
    pub fn line(&self, line: impl AsRef<str>) -> Result<(), Failure> {
        // Not put together first: a line of PINs is not to be copied.
        let line = self.advice.complete(line.as_ref());
        self.write(&[clean::line(&line).as_bytes(), b"\n"])
    }

    /// Several lines of the result, such as a table.
    ///
    /// # Errors
    /// As [`line`](Ui::line).
    pub fn lines<L: AsRef<str>>(&self, lines: impl IntoIterator<Item = L>) -> Result<(), Failure> {
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    /// The result in JSON.
    ///
    /// # Errors
    /// As [`line`](Ui::line).
    pub fn document(&self, value: &Value) -> Result<(), Failure> {
        let mut whole = Cow::Borrowed(value);
        if self.advice.is_known() {
            self.advice.complete_document(whole.to_mut());
        }
        self.json(&format!("{whole:#}"))
    }

    /// One event in JSON, on a line of its own (`ssc sim --json`).
    ///
    /// # Errors
    /// As [`line`](Ui::line).
    pub fn event(&self, value: &Value) -> Result<(), Failure> {
        self.json(&value.to_string())
    }

    fn json(&self, document: &str) -> Result<(), Failure> {
        self.write(&[clean::json(document).as_bytes(), b"\n"])
    }

    /// A file that this program made itself, as it is.
    ///
    /// # Errors
    /// As [`line`](Ui::line).
    pub fn own_file(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(&[bytes])
    }

    fn write(&self, parts: &[&[u8]]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        let written = parts.iter().try_for_each(|part| out.write_all(part));
        match written.and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            // The command goes on and ends with its own exit code: a card that is no genuine one stays that.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::new(
                Exit::Output,
                text(
                    format!("stdout cannot be written: {error}; check where it leads"),
                    format!(
                        "无法写入标准输出：{error}；请检查其去向",
                        error = ssc_words::system::chinese(&error)
                    ),
                ),
            )),
        }
    }

    /// A note on the way, unless `--quiet`.
    pub fn note(&self, message: &(impl Bilingual + ?Sized)) {
        if !self.quiet {
            self.complain(&message.say(self.lang));
        }
    }

    /// A warning, also with `--quiet`.
    pub fn warn(&self, message: &(impl Bilingual + ?Sized)) {
        self.complain(&message.say(self.lang));
    }

    fn complain(&self, line: &str) {
        complain(&self.advice.complete(line));
    }

    /// What to do when a card is waited for: a note.
    pub fn on_wait(&self) -> Option<OnWait> {
        let lang = self.lang;
        let note = move |wait: &Wait| complain(&wait.say(lang));
        (!self.quiet).then(|| Box::new(note) as OnWait)
    }

    /// Says that keys are published, if they are. Also with `--quiet`: nobody may take such a card for a real one.
    pub fn announce(&self, keys: &dyn KeyService) {
        if let Some(words) = keys.announcement(self.lang) {
            complain(words);
        }
    }

    /// Says that the keys in a token are published. Also with `--quiet`.
    pub fn announce_demo_keys(&self) {
        complain(announcement_of_demo_keys(self.lang));
    }

    /// Ends with an error: in words on stderr, with `--json` also as JSON on stdout.
    pub fn fail(&self, failure: Failure) -> ExitCode {
        if let Some(message) = &failure.message {
            let head = pick(self.lang, "error: ", "错误：");
            self.complain(&format!("{head}{}", message.say(self.lang)));
            for detail in &failure.details {
                self.complain(&detail.say(self.lang));
            }
            if self.json {
                // If stdout is gone too, the exit code still tells.
                let _ = self.document(&failure.to_json());
            }
        }
        failure.exit.into()
    }
}

/// A line on stderr. Nothing can be done where stderr itself is gone.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", clean::line(line));
}
