//! The page.

use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use askama::Template;
use ssc_files::whole_file::{self, Readers, There};
use ssc_words::moment::shown;
use ssc_words::{Bilingual as _, Lang};

use super::Gather;
use super::clock::passed;
use super::figures::{grouped, moment, round_up, rows, whole};
use super::timeline::Bars;
use crate::order_error::OrderError;
use crate::return_file::{Fate, Reason};

/// How a state looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Something must be done.
    Bad,
    /// Under way.
    Busy,
    /// Waits.
    Still,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Busy => "busy",
            Self::Still => "still",
        }
    }
}

/// Orders in one state.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The state, in words.
    pub words: Reason,
    /// How many.
    pub count: u64,
    /// How it looks.
    pub tone: Tone,
}

/// What is known of the job itself; none of it is secret.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Name of the job.
    pub job: String,
    /// Tells this job from all others: its report says so in its head, and replaces no other file.
    pub mark: String,
    /// Its state, in words.
    pub state: Reason,
    /// Whether its keys are the published ones.
    pub demo_keys: bool,
    /// When this report is made.
    pub made: SystemTime,
    /// Further facts: what, value. Long values may break anywhere.
    pub rows: Vec<(Reason, Reason)>,
}

/// Makes the report.
///
/// # Errors
/// The template cannot be filled.
pub fn html(
    facts: &Facts,
    standings: &[Standing],
    gathered: &Gather,
    lang: Lang,
) -> Result<String, askama::Error> {
    Page {
        lang,
        facts,
        standings,
        gathered,
    }
    .render()
}

/// How much of a file is read to see whether it is a report: its head is shorter.
const HEAD: u64 = 1_000;

/// Writes the report of the job with this mark; an older one of the same job is replaced.
///
/// # Errors
/// [`OrderError::OtherReport`] where anything else has its name; [`OrderError::File`].
pub fn write(path: &Path, mark: &str, page: &str) -> Result<(), OrderError> {
    let failed = |source| OrderError::file(path, source);
    let is_own = match There::at(path).map_err(failed)? {
        There::Nothing => true,
        There::Other => false,
        There::File(file) => {
            let mut head = Vec::new();
            file.take(HEAD).read_to_end(&mut head).map_err(failed)?;
            String::from_utf8_lossy(&head).contains(&in_head(mark))
        }
    };
    if !is_own {
        return Err(OrderError::OtherReport { path: path.into() });
    }
    let replaced = whole_file::replace(path, Readers::Owner, page.as_bytes());
    replaced.map_err(|source| OrderError::file(path, source))
}

/// The line of the head that tells whose report it is.
fn in_head(mark: &str) -> String {
    format!("<meta name=\"ssc-job-report\" content=\"{mark}\">")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    lang: Lang,
    facts: &'a Facts,
    standings: &'a [Standing],
    gathered: &'a Gather,
}

/// A row of the table of heads.
struct HeadLine {
    name: String,
    delivered: u64,
    failed: u64,
    per_hour: String,
    seconds: String,
    worked: String,
    /// Of 100.
    share: f64,
}

/// A bar of the timeline, in the drawing's units.
struct Bar {
    x: f64,
    width: f64,
    good_y: f64,
    good: f64,
    bad_y: f64,
    bad: f64,
    title: String,
}

struct Drawing {
    bars: Vec<Bar>,
    /// Place, words.
    below: Vec<(f64, String)>,
    /// Height, number.
    beside: Vec<(f64, u64)>,
    each: String,
}

/// The drawing's place for bars.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 160.0;

impl Page<'_> {
    fn w<'w>(&self, english: &'w str, chinese: &'w str) -> &'w str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    fn code(&self) -> &'static str {
        match self.lang {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    fn of<'r>(&self, reason: &'r Reason) -> &'r str {
        reason.words(self.lang)
    }

    fn fate(&self, fate: &Fate) -> String {
        fate.say(self.lang)
    }

    fn mark(&self) -> String {
        in_head(&self.facts.mark)
    }

    fn made(&self) -> String {
        shown(self.facts.made)
    }

    fn total(&self) -> u64 {
        self.standings.iter().map(|one| one.count).sum()
    }

    fn delivered(&self) -> u64 {
        self.gathered.tally.of(Fate::Delivered)
    }

    fn share(&self, count: &u64) -> f64 {
        match self.total() {
            0 => 0.0,
            total => *count as f64 * 100.0 / total as f64,
        }
    }

    fn headline(&self) -> String {
        let (total, delivered) = (grouped(self.total()), grouped(self.delivered()));
        let open = self.total() - self.delivered();
        match (self.total(), open, self.lang) {
            (0, _, Lang::En) => "The batch has no rows.".into(),
            (0, _, Lang::Zh) => "批次没有任何行。".into(),
            (_, 0, Lang::En) => format!("All {total} cards are delivered."),
            (_, 0, Lang::Zh) => format!("{total} 张卡已全部交付。"),
            (_, _, Lang::En) => format!(
                "{delivered} of {total} cards are delivered; {} without a card.",
                rows(open)
            ),
            (_, _, Lang::Zh) => format!(
                "{total} 张卡中已交付 {delivered} 张；{} 行尚无卡。",
                grouped(open)
            ),
        }
    }

    fn heads(&self) -> Vec<HeadLine> {
        let most = self.gathered.heads.values().map(|sum| sum.delivered).max();
        let most = most.unwrap_or(0).max(1) as f64;
        let dash = || "–".to_owned();
        let heads = self.gathered.heads.iter().map(|(name, sum)| HeadLine {
            name: name.clone(),
            delivered: sum.delivered,
            failed: sum.failed,
            per_hour: sum
                .per_hour()
                .map_or_else(dash, |rate| grouped(rate.round() as u64)),
            seconds: sum
                .seconds_a_card()
                .map_or_else(dash, |seconds| format!("{seconds:.2}")),
            worked: passed(sum.worked, self.lang),
            share: sum.delivered as f64 * 100.0 / most,
        });
        heads.collect()
    }

    fn times(&self) -> Option<(String, String, String)> {
        let (first, last) = (self.gathered.first?, self.gathered.last?);
        let time = last.duration_since(first).unwrap_or_default();
        Some((shown(first), shown(last), passed(time, self.lang)))
    }

    fn drawing(&self) -> Option<Drawing> {
        let Bars {
            begin,
            seconds,
            bars,
        } = self.gathered.timeline.bars()?;
        let most = bars.iter().map(|bar| bar.delivered + bar.failed).max()?;
        let top = round_up(most);
        let scale = HEIGHT / top as f64;
        // A single bar is not as wide as the page.
        let step = (WIDTH / bars.len() as f64).min(60.0);
        let clock = |index: usize| {
            let passed = Duration::from_secs(seconds) * u32::try_from(index).unwrap_or(u32::MAX);
            moment(begin + passed, seconds)
        };
        let drawn = bars.iter().enumerate().map(|(index, bar)| {
            let (good, bad) = (bar.delivered as f64 * scale, bar.failed as f64 * scale);
            Bar {
                x: index as f64 * step + step * 0.08,
                width: step * 0.84,
                good_y: HEIGHT - good,
                good,
                bad_y: HEIGHT - good - bad,
                bad,
                title: format!(
                    "{}: {} {}, {} {}",
                    clock(index),
                    bar.delivered,
                    self.w("delivered", "已交付"),
                    bar.failed,
                    self.w("failed attempts", "次失败")
                ),
            }
        });
        let every = bars.len().div_ceil(8).max(1);
        let below = (0..bars.len()).step_by(every);
        let length = Duration::from_secs(seconds);
        Some(Drawing {
            bars: drawn.collect(),
            below: below
                .map(|index| (index as f64 * step + step * 0.5, clock(index)))
                .collect(),
            beside: [0, top / 2, top]
                .into_iter()
                .filter(|count| *count == 0 || top > 1 || *count == top)
                .map(|count| (HEIGHT - count as f64 * scale, count))
                .collect(),
            each: whole(length, self.lang),
        })
    }

    /// Causes: what, how many, share of the most frequent.
    fn causes(&self, sorted: Vec<(Reason, u64)>) -> Vec<(String, u64, f64)> {
        let most = sorted.iter().map(|(_, count)| *count).max().unwrap_or(1);
        let share = |count| count as f64 * 100.0 / most as f64;
        sorted
            .into_iter()
            .map(|(reason, count)| (reason.words(self.lang).to_owned(), count, share(count)))
            .collect()
    }

    fn rejected(&self) -> Vec<(String, u64, f64)> {
        self.causes(self.gathered.rejected.sorted())
    }

    fn failed(&self) -> Vec<(String, u64, f64)> {
        self.causes(self.gathered.failed.sorted())
    }

    /// Rows without a card that are not in the table.
    fn unnamed(&self) -> u64 {
        self.gathered.open_rows() - self.gathered.open.len() as u64
    }

    /// Cards no longer in use that are not in the table.
    fn later_unnamed(&self) -> u64 {
        self.gathered.later_count - self.gathered.later.len() as u64
    }

    fn n(&self, count: &u64) -> String {
        grouped(*count)
    }
}
