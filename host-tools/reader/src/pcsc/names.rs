//! Which reader a name means.

use crate::ReaderError;

/// The one reader that `wanted` names: exactly, or as a part that no other has.
pub(super) fn find(names: &[String], wanted: &str) -> Result<usize, ReaderError> {
    if names.is_empty() {
        return Err(ReaderError::NoReaders);
    }
    if let Some(exact) = names.iter().position(|name| name == wanted) {
        return Ok(exact);
    }
    let fits = |(_, name): &(usize, &String)| name.contains(wanted);
    let fitting: Vec<(usize, &String)> = names.iter().enumerate().filter(fits).collect();
    match fitting[..] {
        [(index, _)] => Ok(index),
        [] => Err(ReaderError::NoSuchReader {
            wanted: wanted.into(),
            available: names.to_vec(),
        }),
        _ => Err(ReaderError::SeveralReaders {
            wanted: wanted.into(),
            fitting: fitting.iter().map(|(_, name)| (*name).clone()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_part_of_a_name_is_enough_when_it_fits_one_reader_only() {
        let readers = names(&["Head 1 00 00", "Head 1 00 01", "ACS ACR39U 01 00"]);
        assert_eq!(find(&readers, "ACR39U"), Ok(2));
        assert_eq!(find(&readers, "Head 1 00 01"), Ok(1));
        assert_eq!(
            find(&readers, "Head 1"),
            Err(ReaderError::SeveralReaders {
                wanted: "Head 1".into(),
                fitting: names(&["Head 1 00 00", "Head 1 00 01"]),
            })
        );
        assert_eq!(
            find(&readers, "HID"),
            Err(ReaderError::NoSuchReader {
                wanted: "HID".into(),
                available: readers.clone(),
            })
        );
        assert_eq!(find(&[], "HID"), Err(ReaderError::NoReaders));
    }

    #[test]
    fn a_whole_name_wins_over_a_longer_one_that_holds_it() {
        assert_eq!(find(&names(&["Head 10", "Head 1"]), "Head 1"), Ok(1));
    }
}
