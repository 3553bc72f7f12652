//! How far an order is: a bar on a terminal, else a line every few seconds.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use ssc_words::{Bilingual, Lang};

use crate::text::{Text, text};
use crate::ui::{Ui, complain};

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

/// Progress of cards, on stderr. It never fails.
pub struct Progress {
    lang: Lang,
    show: Show,
    total: u64,
    done: u64,
    began: Instant,
}

enum Show {
    Nothing,
    Bar(ProgressBar),
    Lines { next: Instant },
}

impl Progress {
    /// For `total` cards.
    pub fn new(total: usize, ui: &Ui) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let show = if ui.quiet {
            Show::Nothing
        } else if std::io::stderr().is_terminal() {
            Show::Bar(bar(total, ui.lang))
        } else {
            Show::Lines {
                next: Instant::now() + EVERY,
            }
        };
        Self {
            lang: ui.lang,
            show,
            total,
            done: 0,
            began: Instant::now(),
        }
    }

    /// One card more is done, well or not.
    pub fn step(&mut self) {
        self.done += 1;
        match &mut self.show {
            Show::Nothing => {}
            Show::Bar(bar) => bar.inc(1),
            Show::Lines { next } if Instant::now() >= *next => {
                *next = Instant::now() + EVERY;
                let line = line(self.done, self.total, self.began.elapsed());
                complain(&line.say(self.lang));
            }
            Show::Lines { .. } => {}
        }
    }

    /// Says something above the bar.
    pub fn say(&self, message: &(impl Bilingual + ?Sized)) {
        let words = message.say(self.lang);
        match &self.show {
            Show::Bar(bar) => bar.suspend(|| complain(&words)),
            _ => complain(&words),
        }
    }

    /// How to say something above the bar from elsewhere.
    pub fn speaker(&self) -> Box<dyn Fn(&str) + Send> {
        match &self.show {
            Show::Bar(bar) => {
                let bar = bar.clone();
                Box::new(move |words| bar.suspend(|| complain(words)))
            }
            _ => Box::new(complain),
        }
    }

    /// The end, and the time since the beginning.
    pub fn finish(self) -> Duration {
        if let Show::Bar(bar) = &self.show {
            bar.finish_and_clear();
        }
        self.began.elapsed()
    }
}

fn bar(total: u64, lang: Lang) -> ProgressBar {
    let template = match lang {
        Lang::En => "{bar:30} {pos} of {len} cards, {rate} cards/s, {eta} left",
        Lang::Zh => "{bar:30} {pos} / {len} 张，{rate} 张/秒，剩余 {eta}",
    };
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(template) {
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // The bar shows what it can; a rate that cannot be formatted is no reason to stop.
            let _ = write!(out, "{:.1}", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar
}

/// Cards a second; 0 before any time has passed.
pub fn rate(cards: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 {
        cards as f64 / seconds
    } else {
        0.0
    }
}

fn line(done: u64, total: u64, time: Duration) -> Text {
    let rate = rate(done, time);
    let left = if rate > 0.0 {
        (total.saturating_sub(done) as f64 / rate).ceil()
    } else {
        0.0
    };
    text(
        format!("{done} of {total} cards, {rate:.1} cards/s, about {left} s left"),
        format!("{done} / {total} 张，{rate:.1} 张/秒，约剩 {left} 秒"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_time_left() {
        let line = line(30, 100, Duration::from_secs(10));
        assert_eq!(
            line.say(Lang::En),
            "30 of 100 cards, 3.0 cards/s, about 24 s left"
        );
        assert_eq!(line.say(Lang::Zh), "30 / 100 张，3.0 张/秒，约剩 24 秒");
    }

    #[test]
    fn no_time_and_no_cards_divide_nothing_by_zero() {
        assert_eq!(rate(5, Duration::ZERO), 0.0);
        let line = line(0, 100, Duration::ZERO);
        assert!(line.say(Lang::En).contains("about 0 s"));
    }
}
