//! The full screen: a thread that draws the board and takes keys. The terminal is restored whatever ends the run.

use std::io::{self, Stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ssc_words::Lang;

use super::{OnStop, Shared, draw, seen};

/// Between two drawings without a key.
const RHYTHM: Duration = Duration::from_millis(250);
/// Whether a full screen has the terminal.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, if a full screen has it: before a panic's words, and before an exit that runs no destructor.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing can be done where the terminal is gone.
        let _ = disable_raw_mode();
        let _ = execute!(io::stderr(), LeaveAlternateScreen, cursor::Show);
    }
}

/// A full screen.
pub struct Tui {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tui {
    /// Takes the terminal.
    pub fn open(board: Shared, lang: Lang, on_stop: OnStop) -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let terminal = execute!(io::stderr(), EnterAlternateScreen, cursor::Hide)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stderr())));
        let terminal = match terminal {
            Ok(terminal) => terminal,
            Err(error) => {
                restore();
                return Err(error);
            }
        };
        let ended = Arc::new(AtomicBool::new(false));
        let end = ended.clone();
        let thread = std::thread::spawn(move || show(terminal, &board, lang, &on_stop, &end));
        Ok(Self {
            ended,
            thread: Some(thread),
        })
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // A drawing that panicked has restored the terminal already.
            let _ = thread.join();
        }
        restore();
    }
}

fn show(
    mut terminal: Terminal<CrosstermBackend<Stderr>>,
    board: &Shared,
    lang: Lang,
    on_stop: &OnStop,
    ended: &AtomicBool,
) {
    while !ended.load(Ordering::SeqCst) {
        // A terminal that is gone shows nothing; the run goes on.
        let drawn = terminal.draw(|frame| draw::draw(frame, &seen(board), lang));
        if drawn.is_err() {
            std::thread::sleep(RHYTHM);
            continue;
        }
        match event::poll(RHYTHM) {
            Ok(true) => {
                if let Ok(Event::Key(key)) = event::read()
                    && asks_for_the_end(key)
                {
                    on_stop();
                }
            }
            Ok(false) => {}
            Err(_) => std::thread::sleep(RHYTHM),
        }
    }
}

fn asks_for_the_end(key: KeyEvent) -> bool {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    key.kind == KeyEventKind::Press
        && match key.code {
            KeyCode::Char('c') => control,
            KeyCode::Char('q' | 'Q') => !control,
            _ => false,
        }
}
