//! How fast an order was.

use std::time::Duration;

/// Cards a second; 0 before any time has passed.
pub fn rate(cards: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 {
        cards as f64 / seconds
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_divides_nothing_by_zero() {
        assert_eq!(rate(5, Duration::ZERO), 0.0);
    }
}
