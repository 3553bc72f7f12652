//! The clock of the register: one that is wrong is refused before anything is written by it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds by which an entry of another machine may be ahead of this one's clock.
pub(super) const AHEAD: i64 = 5_000;

/// Milliseconds from the last entry on to a time that a clock is believed to have reached: three months. A clock that is years ahead would
/// stop the register for years.
pub(super) const FAR: i64 = 92 * 86_400_000;
/// Milliseconds by which the clocks of this machine and of a database server may differ.
pub(super) const APART: i64 = 120_000;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 (UTC).
    fn now(&self) -> i64;

    /// Whether it is a machine's, which a server's can be compared with.
    fn is_the_machines(&self) -> bool {
        false
    }
}

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }

    fn is_the_machines(&self) -> bool {
        true
    }
}

/// When this program was built, in milliseconds since 1970.
pub(super) fn built() -> i64 {
    let seconds: i64 = env!("SSC_BUILT").parse().unwrap_or_default();
    seconds.saturating_mul(1000)
}

/// A time of the register, as people read it.
pub(super) fn shown(at: i64) -> String {
    let since = Duration::from_millis(u64::try_from(at).unwrap_or(0));
    ssc_words::moment::shown(UNIX_EPOCH + since)
}
