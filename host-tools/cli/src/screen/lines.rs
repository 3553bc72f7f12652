//! JSON lines for programs: one object an event. Their schema stands in `docs/schemas/run-events.json`.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use ssc_bureau::run_event::{Ending, HeadState, RunEvent};
use ssc_bureau::steps::Step;

use super::board::Board;

/// One line: what happened, when, and how the job stands since.
#[derive(Serialize, JsonSchema)]
pub struct Line<'l> {
    /// Milliseconds since 1970 (UTC).
    at_ms: u64,
    /// How the job stands.
    counts: Counts,
    /// Cards an hour; null before five cards of this run.
    cards_per_hour: Option<f64>,
    /// Seconds left; null before five cards of this run.
    seconds_left: Option<u64>,
    #[serde(flatten)]
    event: Event<'l>,
}

/// Orders of the job.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// All of them.
    total: u64,
    /// Delivered, in earlier runs too.
    delivered: u64,
    /// Refused by the check or the register.
    rejected: u64,
    /// To be remade, as last counted.
    to_be_remade: u64,
    /// Neither delivered nor rejected.
    remaining: u64,
}

/// What happened.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'l> {
    /// The run begins, or the register was counted anew.
    Counted {
        /// Name of the job.
        job: &'l str,
    },
    /// A head is in another state.
    Head {
        /// The head.
        head: &'l str,
        /// Its state now.
        state: State,
        /// Line of the batch that it works on or waits for.
        line: Option<usize>,
        /// The step that goes on: recognise, take_over, load, check, secure, confirm.
        step: Option<StepName>,
        /// Why it was taken out, or whom it asks.
        reason: Option<&'l str>,
        /// 停用原因，或任务在何处
        reason_zh: Option<&'l str>,
    },
    /// A card is SECURED and confirmed.
    Delivered {
        /// The head.
        head: &'l str,
        /// Line of the batch.
        line: usize,
        /// Card number.
        card_number: &'l str,
        /// Seconds from the chip in the head to the card's confirmation.
        seconds: f64,
    },
    /// An attempt made no card.
    Failed {
        /// The head.
        head: &'l str,
        /// Line of the batch; null where no row was given to the chip.
        line: Option<usize>,
        /// Why.
        reason: &'l str,
        /// 原因
        reason_zh: &'l str,
    },
    /// The end was asked for: cards in hand are finished.
    Stopping,
    /// The run is over: the last line.
    Ended {
        /// How.
        how: How,
        /// What is left, and what to do next.
        reason: &'l str,
        /// 剩余任务和下一步
        reason_zh: &'l str,
    },
}

/// How a run is over.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum How {
    /// Nothing is left to make.
    Done,
    /// Orders are left that no head could make.
    Incomplete,
    /// The operator has stopped it.
    Stopped,
    /// Somebody has paused the job.
    Paused,
}

/// What a head does.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Nothing.
    Idle,
    /// It waits for a card.
    Waits,
    /// A begun card lies in it whose order another head has, which is asked for it.
    Asks,
    /// It makes a card.
    Works,
    /// It was taken out of the run.
    Out,
}

/// A step of a card.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StepName {
    Recognise,
    TakeOver,
    Load,
    Check,
    Secure,
    Confirm,
}

impl From<Step> for StepName {
    fn from(step: Step) -> Self {
        match step {
            Step::Recognise => Self::Recognise,
            Step::TakeOver => Self::TakeOver,
            Step::Load => Self::Load,
            Step::Check => Self::Check,
            Step::Secure => Self::Secure,
            Step::Confirm => Self::Confirm,
        }
    }
}

fn of(event: &RunEvent) -> Event<'_> {
    match event {
        RunEvent::Counted { job, .. } => Event::Counted { job },
        RunEvent::Head { head, state } => {
            // A person's name stays on the operator's screen.
            let (name, line, step, reason) = match state {
                HeadState::Idle => (State::Idle, None, None, None),
                HeadState::Waits { line, .. } => (State::Waits, *line, None, None),
                HeadState::Asks { line, reason } => (State::Asks, Some(*line), None, Some(reason)),
                HeadState::Works { line, step } => (State::Works, Some(*line), *step, None),
                HeadState::Out { reason } => (State::Out, None, None, Some(reason)),
            };
            Event::Head {
                head,
                state: name,
                line,
                step: step.map(Into::into),
                reason: reason.map(|reason| reason.english.as_str()),
                reason_zh: reason.map(|reason| reason.chinese.as_str()),
            }
        }
        RunEvent::Delivered {
            head,
            line,
            card_number,
            took,
        } => Event::Delivered {
            head,
            line: *line,
            card_number,
            seconds: took.as_secs_f64(),
        },
        RunEvent::Failed { head, line, reason } => Event::Failed {
            head,
            line: *line,
            reason: &reason.english,
            reason_zh: &reason.chinese,
        },
        RunEvent::Stopping => Event::Stopping,
        RunEvent::Ended { how, words } => Event::Ended {
            how: match how {
                Ending::Done => How::Done,
                Ending::Incomplete => How::Incomplete,
                Ending::Stopped => How::Stopped,
                Ending::Paused => How::Paused,
            },
            reason: &words.english,
            reason_zh: &words.chinese,
        },
    }
}

/// The line of an event, which the board knows already.
pub fn line(event: &RunEvent, board: &Board) -> Value {
    let now = Instant::now();
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let line = Line {
        at_ms: since.map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        }),
        counts: Counts {
            total: board.counts.total,
            delivered: board.counts.delivered,
            rejected: board.counts.rejected,
            to_be_remade: board.counts.to_be_remade,
            remaining: board.remaining(),
        },
        cards_per_hour: board.rate.per_hour(now).map(f64::round),
        seconds_left: board
            .rate
            .left(board.remaining(), now)
            .map(|left| left.as_secs()),
        event: of(event),
    };
    json!(line)
}
