//! Questions without echo, on the terminal itself: whatever ends the program gives the echo back.
//!
//! A signal that ends or stops a process leaves the terminal as it is. So from the first question on a thread waits for those
//! signals: it gives the terminal its echo, and then lets the signal do what it does to any program.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use zeroize::Zeroizing;

/// Longest answer: what a terminal takes for one line.
const LONGEST: usize = 4096;

/// A terminal that shows nothing of what is typed.
struct Silenced {
    terminal: File,
    before: Termios,
    question: String,
}

/// The question that is being asked.
static ASKED: Mutex<Option<Silenced>> = Mutex::new(None);

fn asked() -> MutexGuard<'static, Option<Silenced>> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Silenced {
    /// Nothing that is typed is shown from now on, but for the end of the line.
    fn ask(&self) -> io::Result<()> {
        let mut silent = self.before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent
            .local_modes
            .insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&self.terminal, OptionalActions::Now, &silent)?;
        (&self.terminal).write_all(self.question.as_bytes())
    }

    fn give_back(&self) {
        // Nothing can be done where the terminal is gone.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Gives the terminal back, however the question ends.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(silenced) = asked().take() {
            silenced.give_back();
        }
    }
}

/// Asks on the terminal of this process, and gives the line that is typed.
///
/// # Errors
/// There is no terminal, it was closed, or what was typed is not UTF-8.
pub fn ask(question: &str) -> io::Result<Zeroizing<String>> {
    watch()?;
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let silenced = Silenced {
        before: tcgetattr(&terminal)?,
        terminal: terminal.try_clone()?,
        question: question.to_owned(),
    };
    // In place before the echo goes: a signal between finds it.
    let guard = Guard;
    asked().insert(silenced).ask()?;
    let line = read_line(&terminal);
    drop(guard);
    line
}

fn read_line(mut terminal: &File) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new([0; LONGEST]);
    let mut length = 0;
    while length < LONGEST && !line[..length].ends_with(b"\n") {
        match terminal.read(&mut line[length..]) {
            Ok(0) if length == 0 => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let typed = std::str::from_utf8(&line[..length])
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "not UTF-8"))?;
    Ok(Zeroizing::new(
        typed.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// Waits, once, for what ends or stops a program.
fn watch() -> io::Result<()> {
    static BEGUN: Once = Once::new();
    let mut begun = Ok(());
    BEGUN.call_once(|| begun = begin_to_watch());
    begun
}

fn begin_to_watch() -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP])?;
    std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            if let Some(silenced) = &*asked() {
                silenced.give_back();
                let _ = (&silenced.terminal).write_all(b"\n");
            }
            // Ends the process, or stops it until it is continued. It fails for no signal of ours.
            let _ = emulate_default_handler(signal);
            if let Some(silenced) = &*asked() {
                let _ = silenced.ask();
            }
        }
    })?;
    Ok(())
}
