//! Times as people see them everywhere: in the zone of this machine, with that zone (RFC 3339).

use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A time in the zone of this machine; in UTC where it knows none.
#[must_use]
pub fn local(at: SystemTime) -> Zoned {
    // Years that have no four digits are nobody's.
    let at = Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
    at.to_zoned(zone)
}

/// Its day, time and zone: `2026-12-01T12:03:05+08:00`.
#[must_use]
pub fn shown(at: SystemTime) -> String {
    with_zone(&local(at))
}

/// The same of a time that is written in RFC 3339 already; what is none stays as it is.
#[must_use]
pub fn of_text(text: &str) -> String {
    text.parse::<Timestamp>()
        .map_or_else(|_| text.to_owned(), |at| shown(at.into()))
}

fn with_zone(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `date` has it: 1,790,000,000 seconds are 2026-09-21T14:13:20 in UTC.
    #[test]
    fn the_zone_stands_behind_the_time() {
        let at: Timestamp = "2026-09-21T14:13:20.9Z".parse().unwrap();
        assert_eq!(at.as_second(), 1_790_000_000);
        for (hours, expected) in [
            (8, "2026-09-21T22:13:20+08:00"),
            (0, "2026-09-21T14:13:20+00:00"),
            (-11, "2026-09-21T03:13:20-11:00"),
        ] {
            let zone = TimeZone::fixed(jiff::tz::offset(hours));
            assert_eq!(with_zone(&at.to_zoned(zone)), expected);
        }
        assert_eq!(of_text("yesterday"), "yesterday");
        assert_eq!(of_text("2026-09-21T14:13:20Z"), shown(at.into()));
    }
}
