//! The operator's screen of a run: full-screen, plain lines, or JSON lines for programs; metrics beside it. All are made from one
//! [`Board`], which [`RunEvent`]s change.

mod args;
mod board;
mod draw;
mod lines;
mod plain;
mod rate;
mod tui;

use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ssc_bureau::run_event::RunEvent;
use ssc_words::clean;

pub use args::ScreenArgs;
pub use board::Board;
#[cfg(test)]
pub use lines::Line;

use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::ui::{Ui, complain};
use plain::Plain;
use tui::Tui;
pub use tui::restore;

/// The board, seen by screen and metrics.
pub type Shared = Arc<Mutex<Board>>;

/// The board, whatever became of the thread that had it before: it is numbers only.
pub fn seen(board: &Shared) -> MutexGuard<'_, Board> {
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the operator asks for at the screen: `q` and Ctrl-C, which a full screen gets as keys.
pub type OnStop = Box<dyn Fn() + Send>;

/// The screen of a run. It never fails a run: what cannot be shown is not shown.
pub struct Screen {
    board: Shared,
    show: Show,
    json_lines: bool,
    metrics: Option<Metrics>,
}

enum Show {
    Nothing,
    Plain(Plain),
    Full(Tui),
}

impl Screen {
    /// Begins to show a run. A full screen needs a terminal on stderr and stdin; else there are plain lines.
    ///
    /// # Errors
    /// The address of the metrics cannot be listened at.
    pub fn open(args: &ScreenArgs, ui: &Ui, on_stop: OnStop) -> Result<Self, Failure> {
        let board = Shared::default();
        let metrics = args.metrics(&board, ui)?;
        let show = if args.full_screen() {
            match Tui::open(board.clone(), ui.lang, on_stop) {
                Ok(tui) => Show::Full(tui),
                Err(_) => Show::Plain(Plain::new(ui.lang)),
            }
        } else if ui.quiet || args.json_lines() {
            Show::Nothing
        } else {
            Show::Plain(Plain::new(ui.lang))
        };
        Ok(Self {
            board,
            show,
            json_lines: args.json_lines(),
            metrics,
        })
    }

    /// Shows what happened.
    ///
    /// # Errors
    /// stdout is full, where JSON lines go to it.
    pub fn event(&mut self, event: &RunEvent, ui: &Ui) -> Result<(), Failure> {
        seen(&self.board).apply(event);
        if let Some(metrics) = &self.metrics {
            metrics.event(event);
        }
        if self.json_lines {
            ui.event(&lines::line(event, &seen(&self.board)))?;
        }
        if let Show::Plain(plain) = &mut self.show {
            plain.event(event, &seen(&self.board));
        }
        Ok(())
    }

    /// How to say something beside the board, now or, in a full screen, on it.
    pub fn speaker(&self) -> Box<dyn Fn(&str) + Send> {
        match &self.show {
            Show::Full(_) => {
                let board = self.board.clone();
                Box::new(move |words| seen(&board).said(words))
            }
            Show::Plain(plain) => plain.speaker(),
            Show::Nothing => Box::new(complain),
        }
    }

    /// Prints an event as a line for programs, if they are wanted: for a process that ends at once.
    pub fn last_line(&self) -> impl Fn(&RunEvent) + Send + Sync + 'static {
        let (board, json_lines) = (self.board.clone(), self.json_lines);
        move |event| {
            if json_lines {
                let line = lines::line(event, &seen(&board)).to_string();
                let _ = writeln!(std::io::stdout(), "{}", clean::json(&line));
            }
        }
    }

    /// The time since the beginning.
    pub fn time(&self) -> Duration {
        seen(&self.board).time()
    }

    /// The end: the terminal is as it was.
    pub fn close(self) {
        match self.show {
            Show::Nothing => {}
            Show::Plain(plain) => plain.close(),
            Show::Full(tui) => {
                drop(tui);
                // What was said on the screen is not lost with it.
                for words in seen(&self.board).messages() {
                    complain(words);
                }
            }
        }
    }
}
