//! The clock of an audit log: one that is wrong begins no use.

use time::{Duration, OffsetDateTime};

/// So much may a line be ahead of the clock: another machine may have written it.
const AHEAD: Duration = Duration::seconds(5);

/// RFC 3339, in UTC, to the second.
pub(super) fn now() -> String {
    written(OffsetDateTime::now_utc())
}

/// Whether the clock is older than this program.
pub(super) fn is_before_build() -> bool {
    let built = env!("SSC_BUILT").parse().unwrap_or_default();
    OffsetDateTime::now_utc().unix_timestamp() < built
}

/// Whether the clock is behind the time `latest` of a line, as [`now`] writes it: such texts are in the order of their times.
pub(super) fn is_behind(latest: &str) -> bool {
    written(OffsetDateTime::now_utc() + AHEAD).as_str() < latest
}

fn written(time: OffsetDateTime) -> String {
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.to_hms();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
