//! Times as people in China read them.

use std::time::SystemTime;

use time::{OffsetDateTime, UtcOffset};

/// The time of day in China, `YYYY-MM-DD HH:MM:SS`.
#[must_use]
pub fn shown(at: SystemTime) -> String {
    let at = in_china(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// One time for the whole country.
pub(crate) fn in_china(at: SystemTime) -> OffsetDateTime {
    let china = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::from(at).to_offset(china)
}
