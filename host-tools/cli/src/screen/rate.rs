//! Cards an hour and the time left.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ssc_words::Lang;

/// Deliveries that the rate is made from, the last ones.
const LAST: usize = 400;
/// How far back it looks.
const BACK: Duration = Duration::from_secs(900);
/// Cards before anything is said of the time left.
pub const FIRST: usize = 5;

/// The rate of the last cards.
#[derive(Debug, Default)]
pub struct Rate {
    last: VecDeque<Instant>,
    cards: usize,
}

impl Rate {
    /// A card was delivered.
    pub fn card(&mut self, at: Instant) {
        self.cards += 1;
        self.last.push_back(at);
        if self.last.len() > LAST {
            self.last.pop_front();
        }
    }

    /// Cards a second; none before five cards of this run.
    pub fn per_second(&self, now: Instant) -> Option<f64> {
        if self.cards < FIRST {
            return None;
        }
        let recent = |at: &&Instant| now.saturating_duration_since(**at) <= BACK;
        let mut recent = self.last.iter().filter(recent);
        let first = recent.next()?;
        let between = recent.count();
        // A stop since the last card counts, an ordinary pause between two cards does not.
        let last = self.last.back()?;
        let upto = last.saturating_duration_since(*first);
        let pause = now.saturating_duration_since(*last);
        let usual = upto.div_f64(between.max(1) as f64) * 3;
        let time = upto + pause.saturating_sub(usual);
        (between > 0 && !time.is_zero()).then(|| between as f64 / time.as_secs_f64())
    }

    /// Cards an hour.
    pub fn per_hour(&self, now: Instant) -> Option<f64> {
        self.per_second(now).map(|rate| rate * 3600.0)
    }

    /// The time that so many cards take still.
    pub fn left(&self, cards: u64, now: Instant) -> Option<Duration> {
        let rate = self.per_second(now)?;
        Duration::try_from_secs_f64(cards as f64 / rate).ok()
    }
}

/// A time left, in minutes and hours, rounded up.
pub fn words(left: Duration, lang: Lang) -> String {
    let minutes = left.as_secs().div_ceil(60);
    match (lang, minutes / 60, minutes % 60) {
        (Lang::En, 0, _) if left.as_secs() < 60 => "under 1 min left".into(),
        (Lang::Zh, 0, _) if left.as_secs() < 60 => "剩余不到 1 分钟".into(),
        (Lang::En, 0, minutes) => format!("about {minutes} min left"),
        (Lang::Zh, 0, minutes) => format!("约剩 {minutes} 分钟"),
        (Lang::En, hours, minutes) => format!("about {hours} h {minutes} min left"),
        (Lang::Zh, hours, minutes) => format!("约剩 {hours} 小时 {minutes} 分"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_is_said_before_five_cards() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for card in 0..4 {
            rate.card(after(start, card * 3));
            assert_eq!(rate.left(100, after(start, card * 3)), None);
        }
        rate.card(after(start, 12));
        // One each 3 s, by hand: 1,200 an hour, 100 in 5 minutes.
        let now = after(start, 12);
        assert_eq!(rate.per_hour(now).unwrap().round(), 1_200.0);
        assert_eq!(
            words(rate.left(100, now).unwrap(), Lang::En),
            "about 5 min left"
        );
    }

    #[test]
    fn a_run_that_stands_gets_slower_and_then_says_nothing() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for card in 0..10 {
            rate.card(after(start, card));
        }
        let soon = rate.per_hour(after(start, 10)).unwrap();
        assert_eq!(soon.round(), 3_600.0);
        let later = rate.per_hour(after(start, 300)).unwrap();
        assert!(later < 200.0, "{later}");
        assert_eq!(rate.per_hour(after(start, 3_000)), None);
    }

    #[test]
    fn the_time_left_is_in_minutes_and_hours() {
        for (seconds, english, chinese) in [
            (0, "under 1 min left", "剩余不到 1 分钟"),
            (59, "under 1 min left", "剩余不到 1 分钟"),
            (60, "about 1 min left", "约剩 1 分钟"),
            (61, "about 2 min left", "约剩 2 分钟"),
            (3_600, "about 1 h 0 min left", "约剩 1 小时 0 分"),
            (100_000, "about 27 h 47 min left", "约剩 27 小时 47 分"),
        ] {
            let left = Duration::from_secs(seconds);
            assert_eq!(words(left, Lang::En), english);
            assert_eq!(words(left, Lang::Zh), chinese);
        }
    }
}
