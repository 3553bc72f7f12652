//! How many there are of something, in English, which has a form for one.

/// `1 row`, `2 rows`: `one` is the word for one of them; words that take more than an `s` are given in both forms as `child|children`.
///
/// ```
/// use ssc_words::count;
///
/// assert_eq!(count(1, "row"), "1 row");
/// assert_eq!(count(0, "row"), "0 rows");
/// assert_eq!(count(2, "row waits|rows wait"), "2 rows wait");
/// ```
#[must_use]
pub fn count(number: impl TryInto<u64>, one: &str) -> String {
    // What has no room in 64 bits is more than one.
    let number = number.try_into().unwrap_or(u64::MAX);
    match (one.split_once('|'), number) {
        (Some((one, _)), 1) => format!("1 {one}"),
        (Some((_, many)), _) => format!("{number} {many}"),
        (None, 1) => format!("1 {one}"),
        (None, _) => format!("{number} {one}s"),
    }
}
