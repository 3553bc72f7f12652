//! A card that takes a real chip's and line's time.
//!
//! Everything that the time is made of stands here: T=1 at TA1 = 96 and 5 MHz, a chip of 30 MHz, and a flash that programs 64 bytes in 3 ms.
//! The chip's instructions are those that `scripts/firmware --instructions` counts on the emulated microcontroller, in round numbers; what
//! the flash programs and erases is counted in the simulated flash; the line's characters are computed. A T=1 line model of bits and
//! waiting times may take its place.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use apdu_specs::Application;
use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::domain::tags::DATA_DIGESTS;
use apdu_specs::applications::{CommandId, find};

use super::Tap;
use crate::{Card, ReaderError};

/// Clock of the line: 5 MHz, F = 512 and D = 32 (TA1 = 96), 12 elementary time units a character: 26,042 characters a second.
const CHARACTER: Duration = Duration::from_nanos(12 * 512 * 1_000 / (32 * 5));
/// Before the other side may begin to send (ISO/IEC 7816-3, 11.2: block guard time): 22 elementary time units.
const TURN: Duration = Duration::from_nanos(22 * 512 * 1_000 / (32 * 5));
/// Most bytes of one block (IFS 254), and what stands around them: NAD, PCB, LEN, LRC.
const BLOCK: usize = 254;
const AROUND: usize = 4;
/// A reset: 400 clocks, up to 40,000 clocks of the chip's start, and an answer of 20 characters of 372 / 5 MHz each at 12 units; PPS.
const RESET: Duration = Duration::from_millis(30);
/// One instruction: one cycle at 30 MHz, in picoseconds.
const INSTRUCTION: u64 = 33_333;
/// Programming 8 bytes: 3 ms for 64.
const PROGRAM_8: Duration = Duration::from_micros(375);
/// Erasing a page (P): as long as programming 64 bytes.
const ERASE: Duration = Duration::from_millis(3);

/// Instructions of the domain's commands.
const INITIALIZE_UPDATE: u64 = 28_000;
const PUT_KEY: u64 = 46_000;
const STORE_DATA: u64 = 130_000;
/// GET DATA for digests computes over all that the card holds.
const DIGESTS: u64 = 1_100_000;
/// Any other command.
const OTHER: u64 = 15_000;

/// What a card's flash has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlashWork {
    /// Bytes programmed, in words of eight.
    pub programmed: u64,
    /// Pages erased.
    pub erased: u64,
}

/// What the time of a card was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// The line.
    pub line: Duration,
    /// The chip.
    pub chip: Duration,
    /// Its flash.
    pub flash: Duration,
}

impl Spent {
    /// All together: a card does one after the other.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.line + self.chip + self.flash
    }
}

/// The time that many cards have spent.
#[derive(Clone, Debug, Default)]
pub struct TimeSpent(Arc<Mutex<Spent>>, Arc<AtomicU64>);

impl TimeSpent {
    /// So far.
    #[must_use]
    pub fn so_far(&self) -> Spent {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many exchanges took longer on this machine than on a card: then the figures say nothing.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.1.load(Ordering::SeqCst)
    }

    fn add(&self, one: Spent) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.line += one.line;
        spent.chip += one.chip;
        spent.flash += one.flash;
    }
}

/// A tap that lets each exchange take a real card's time, the time that the simulated card takes being part of it.
pub struct RealTime {
    flash: Box<dyn FnMut() -> FlashWork + Send>,
    before: FlashWork,
    spent: TimeSpent,
}

impl RealTime {
    /// For a card whose flash work `flash` counts; the time goes into `spent` too.
    #[must_use]
    pub fn new(mut flash: impl FnMut() -> FlashWork + Send + 'static, spent: TimeSpent) -> Self {
        Self {
            before: flash(),
            flash: Box::new(flash),
            spent,
        }
    }

    fn wait(&self, begun: Instant, spent: Spent) {
        self.spent.add(spent);
        match spent.total().checked_sub(begun.elapsed()) {
            Some(rest) => sleep(rest),
            None => {
                self.spent.1.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn flash(&mut self) -> Duration {
        let now = (self.flash)();
        let programmed = now.programmed.saturating_sub(self.before.programmed);
        let erased = now.erased.saturating_sub(self.before.erased);
        self.before = now;
        times(PROGRAM_8, programmed.div_ceil(8)) + times(ERASE, erased)
    }
}

impl Tap for RealTime {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let begun = Instant::now();
        let answer = card.transmit(command)?;
        let spent = Spent {
            line: on_the_line(command.len()) + on_the_line(answer.len()),
            chip: Duration::from_nanos(instructions(command).saturating_mul(INSTRUCTION) / 1_000),
            flash: self.flash(),
        };
        self.wait(begun, spent);
        Ok(answer)
    }

    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        let begun = Instant::now();
        card.reset()?;
        let spent = Spent {
            line: RESET,
            chip: Duration::ZERO,
            flash: self.flash(),
        };
        self.wait(begun, spent);
        Ok(())
    }
}

/// The blocks of `bytes` in one direction, each but the last answered by an R-block, and the turn to the other side.
fn on_the_line(bytes: usize) -> Duration {
    let blocks = bytes.div_ceil(BLOCK).max(1);
    let answered = blocks - 1;
    let characters = bytes + AROUND * (blocks + answered);
    times(CHARACTER, characters as u64) + times(TURN, (blocks + answered) as u64)
}

fn instructions(command: &[u8]) -> u64 {
    let Some(&[cla, ins, p1, p2]) = command.first_chunk::<4>() else {
        return OTHER;
    };
    let row = find(Application::Domain, cla, ins, p1, p2).ok();
    match row.and_then(CommandId::of) {
        Some(CommandId::Domain(DomainCommand::InitializeUpdate)) => INITIALIZE_UPDATE,
        Some(CommandId::Domain(DomainCommand::PutKey)) => PUT_KEY,
        Some(CommandId::Domain(DomainCommand::StoreData)) => STORE_DATA,
        Some(CommandId::Any(AnyCommand::GetData)) if [p1, 0] == DATA_DIGESTS.to_be_bytes() => {
            DIGESTS
        }
        _ => OTHER,
    }
}

fn times(one: Duration, count: u64) -> Duration {
    Duration::from_nanos(
        u64::try_from(one.as_nanos())
            .unwrap_or(u64::MAX)
            .saturating_mul(count),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_takes_what_the_facts_say() {
        // 26,042 characters a second
        assert_eq!(
            Duration::from_secs(1).as_nanos() / CHARACTER.as_nanos(),
            26_041
        );
    }

    #[test]
    fn what_is_longer_than_a_block_is_chained() {
        let one = on_the_line(254);
        assert_eq!(one, times(CHARACTER, 258) + TURN);
        assert_eq!(on_the_line(255), times(CHARACTER, 255 + 12) + 3 * TURN);
    }
}
