//! Plain lines on stderr: what went wrong at once, the rest in a rhythm; on a terminal a bar.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ssc_bureau::run_event::{HeadState, RunEvent};
use ssc_words::{Bilingual as _, Lang};

use super::board::Board;
use super::draw;
use crate::text::{Text, text};
use crate::ui::complain;

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);
/// Between two states of the bar: a card has a dozen events.
const BLINK: Duration = Duration::from_millis(100);

/// Plain lines.
pub struct Plain {
    lang: Lang,
    bar: Option<ProgressBar>,
    next: Instant,
    /// What was said last of each head: it is not said again.
    said: HashMap<String, Text>,
}

impl Plain {
    pub fn new(lang: Lang) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        let first = if bar.is_some() { BLINK } else { EVERY };
        Self {
            lang,
            bar,
            next: Instant::now() + first,
            said: HashMap::new(),
        }
    }

    /// Says what an operator must see, and now and then how it goes.
    pub fn event(&mut self, event: &RunEvent, board: &Board) {
        if let Some(words) = at_once(event).filter(|words| self.is_new(event, words)) {
            (self.speaker())(&words.say(self.lang));
        }
        if Instant::now() < self.next {
            return;
        }
        let words = draw::summary(board, self.lang);
        let rest = if let Some(bar) = &self.bar {
            bar.set_length(board.counts.total);
            bar.set_position(board.counts.delivered);
            bar.set_message(words);
            BLINK
        } else {
            complain(&words);
            EVERY
        };
        self.next = Instant::now() + rest;
    }

    /// Whether this was not the last that was said of its head.
    fn is_new(&mut self, event: &RunEvent, words: &Text) -> bool {
        match event {
            RunEvent::Head { head, .. } => {
                let before = self.said.insert(head.clone(), words.clone());
                before.as_ref() != Some(words)
            }
            RunEvent::Failed { head, .. } => {
                // What the head needs now is said again.
                self.said.remove(head);
                true
            }
            _ => true,
        }
    }

    /// How to say something above the bar.
    pub fn speaker(&self) -> Box<dyn Fn(&str) + Send> {
        match &self.bar {
            Some(bar) => {
                let bar = bar.clone();
                Box::new(move |words| bar.suspend(|| complain(words)))
            }
            None => Box::new(complain),
        }
    }

    pub fn close(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What is said at once.
fn at_once(event: &RunEvent) -> Option<Text> {
    Some(match event {
        RunEvent::Failed { head, line, reason } => {
            let (english, chinese) = (&reason.english, &reason.chinese);
            match line {
                Some(line) => text(
                    format!("{head}: line {line}: not issued: {english}"),
                    format!("{head}：第 {line} 行：未发卡：{chinese}"),
                ),
                None => text(format!("{head}: {english}"), format!("{head}：{chinese}")),
            }
        }
        RunEvent::Head { head, state } => match state {
            HeadState::Waits {
                line: line @ Some(_),
                name: name @ Some(_),
                take_out,
            } => {
                let said = |lang| draw::waits((*line, name.as_deref()), *take_out, lang);
                let (english, chinese) = (said(Lang::En), said(Lang::Zh));
                text(format!("{head}: {english}"), format!("{head}：{chinese}"))
            }
            HeadState::Asks { reason, .. } => text(
                format!("{head}: {}", reason.english),
                format!("{head}：{}", reason.chinese),
            ),
            HeadState::Out { reason } => text(
                format!("{head} is taken out: {}", reason.english),
                format!("{head} 已退出：{}", reason.chinese),
            ),
            HeadState::Idle | HeadState::Waits { .. } | HeadState::Works { .. } => return None,
        },
        RunEvent::Stopping => text(
            "stopping: the cards in hand are finished; once more stops at once",
            "正在停止：先完成手中的卡；再按一次立即停止",
        ),
        RunEvent::Counted { .. } | RunEvent::Delivered { .. } | RunEvent::Ended { .. } => {
            return None;
        }
    })
}
