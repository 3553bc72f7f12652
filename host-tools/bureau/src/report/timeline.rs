//! How many cards were done when: a bounded number of spans, however long the job.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Spans that are kept; when there are more, each becomes twice as long.
const KEPT: usize = 2048;
/// Bars that are drawn at the most.
const DRAWN: u64 = 96;
/// Lengths of a bar, in seconds, that a person can read.
const LENGTHS: [u64; 14] = [
    1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21_600, 86_400, 604_800, 2_592_000,
];

/// Cards of one span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// Delivered.
    pub delivered: u64,
    /// Attempts that made no card.
    pub failed: u64,
}

/// The spans of a job.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    length: u64,
    spans: BTreeMap<u64, Span>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            length: 1,
            spans: BTreeMap::new(),
        }
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bars {
    /// When the first begins.
    pub begin: SystemTime,
    /// How long each is, in seconds.
    pub seconds: u64,
    /// In order, empty ones too.
    pub bars: Vec<Span>,
}

impl Timeline {
    pub(super) fn add(&mut self, at: SystemTime, delivered: bool) {
        let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let span = self.spans.entry(seconds / self.length).or_default();
        if delivered {
            span.delivered += 1;
        } else {
            span.failed += 1;
        }
        if self.spans.len() > KEPT {
            self.length *= 2;
            let spans = std::mem::take(&mut self.spans);
            for (at, span) in spans {
                let wider = self.spans.entry(at / 2).or_default();
                wider.delivered += span.delivered;
                wider.failed += span.failed;
            }
        }
    }

    /// `None` before anything was done.
    pub(super) fn bars(&self) -> Option<Bars> {
        let first = self.spans.first_key_value()?.0 * self.length;
        let last = (self.spans.last_key_value()?.0 + 1) * self.length;
        let fits = |seconds: &u64| {
            *seconds >= self.length && last.div_ceil(*seconds) - first / seconds <= DRAWN
        };
        let seconds = LENGTHS.into_iter().find(fits);
        let seconds =
            seconds.unwrap_or_else(|| (last - first).div_ceil(DRAWN - 1).max(self.length));
        let begin = first / seconds;
        let count = (last - 1) / seconds - begin + 1;
        let mut bars = vec![Span::default(); usize::try_from(count).ok()?];
        for (at, span) in &self.spans {
            let place = usize::try_from(at * self.length / seconds - begin).ok()?;
            if let Some(bar) = bars.get_mut(place) {
                bar.delivered += span.delivered;
                bar.failed += span.failed;
            }
        }
        Some(Bars {
            begin: UNIX_EPOCH + Duration::from_secs(begin * seconds),
            seconds,
            bars,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_760_000_000 + seconds)
    }

    #[test]
    fn nothing_gets_lost_however_long_a_job_takes() {
        for step in [0, 1, 7, 61, 3_601, 86_399] {
            let mut timeline = Timeline::default();
            for card in 0..5_000 {
                timeline.add(at(card * step), card % 10 != 0);
            }
            assert!(timeline.spans.len() <= KEPT);
            let bars = timeline.bars().unwrap();
            assert!(
                bars.bars.len() as u64 <= DRAWN,
                "{step}: {}",
                bars.bars.len()
            );
            let sum = |of: fn(&Span) -> u64| bars.bars.iter().map(of).sum::<u64>();
            assert_eq!(
                (sum(|bar| bar.delivered), sum(|bar| bar.failed)),
                (4_500, 500),
                "{step}"
            );
        }
    }

    #[test]
    fn a_bar_is_where_its_cards_were() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.bars(), None);
        for seconds in [0, 0, 3] {
            timeline.add(at(seconds), true);
        }
        let bars = timeline.bars().unwrap();
        assert_eq!((bars.begin, bars.seconds), (at(0), 1));
        let delivered: Vec<u64> = bars.bars.iter().map(|bar| bar.delivered).collect();
        assert_eq!(delivered, [2, 0, 0, 1]);
    }
}
