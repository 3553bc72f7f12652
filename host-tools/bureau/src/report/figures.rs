//! Numbers, moments and lengths as the page writes them.

use std::time::{Duration, SystemTime};

use ssc_words::Lang;
use ssc_words::moment::local;

/// `1 row is`, `2 rows are`.
pub(super) fn rows(count: u64) -> String {
    if count == 1 {
        "1 row is".into()
    } else {
        format!("{} rows are", grouped(count))
    }
}

/// Digits in groups of three.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The next number that is round, not much above.
pub(super) fn round_up(most: u64) -> u64 {
    const LEADS: [u64; 11] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];
    if most <= 8 {
        return most.max(1);
    }
    let mut power = 1;
    loop {
        let fits = LEADS.iter().find(|lead| *lead * power >= most);
        match fits {
            Some(lead) => return lead * power,
            None => power *= 10,
        }
    }
}

/// When a bar begins, as fine as its length asks.
pub(super) fn moment(at: SystemTime, seconds: u64) -> String {
    let at = local(at);
    let day = format!("{:02}-{:02}", at.month(), at.day());
    match seconds {
        0..60 => format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()),
        60..7_200 => format!("{:02}:{:02}", at.hour(), at.minute()),
        7_200..86_400 => format!("{day} {:02}h", at.hour()),
        _ => day,
    }
}

/// A length that is a whole number of its unit.
pub(super) fn whole(length: Duration, lang: Lang) -> String {
    let seconds = length.as_secs();
    let (count, [english, chinese]) = match seconds {
        0..60 => (seconds, ["s", "秒"]),
        60..3_600 => (seconds / 60, ["min", "分钟"]),
        3_600..86_400 => (seconds / 3_600, ["h", "小时"]),
        _ => (seconds / 86_400, ["d", "天"]),
    };
    match lang {
        Lang::En => format!("{count} {english}"),
        Lang::Zh => format!("{count} {chinese}"),
    }
}
