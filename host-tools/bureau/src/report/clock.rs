//! How long something took, as the report shows it.

use std::time::Duration;

use ssc_words::Lang;

/// A time that passed, in the two largest units: `3 h 20 min`.
#[must_use]
pub(super) fn passed(time: Duration, lang: Lang) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let tenths = time.as_secs_f64();
    match (lang, hours, minutes) {
        (Lang::En, 0, 0) => format!("{tenths:.1} s"),
        (Lang::En, 0, _) => format!("{minutes} min {rest} s"),
        (Lang::En, _, _) => format!("{hours} h {minutes} min"),
        (Lang::Zh, 0, 0) => format!("{tenths:.1} 秒"),
        (Lang::Zh, 0, _) => format!("{minutes} 分 {rest} 秒"),
        (Lang::Zh, _, _) => format!("{hours} 小时 {minutes} 分"),
    }
}
