//! The clock of the register: one that is wrong is refused before anything is written by it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds by which an entry of another machine may be ahead of this one's clock.
pub(super) const AHEAD: i64 = 5_000;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 (UTC).
    fn now(&self) -> i64;
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
