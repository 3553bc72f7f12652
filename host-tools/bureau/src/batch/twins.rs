//! Values that stand on more than one row, found before the first row is given out.
//!
//! A million rows are held as hashes: 16 bytes for each value while the batch is looked through, then those alone that stand twice. The
//! hash is keyed at random, so nobody can make two values meet; by chance two of a million do so once in 30 million batches, and then
//! a good row is refused, and none is issued twice.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Values of one column, while the batch is looked through.
pub(super) struct Seen {
    hash: RandomState,
    /// Hash and line.
    values: Vec<(u64, u32)>,
}

/// The values that stand on more than one row.
pub(super) struct Twins {
    hash: RandomState,
    /// The first two lines of each.
    lines: HashMap<u64, (u32, u32)>,
}

impl Seen {
    pub fn new() -> Self {
        Self {
            hash: RandomState::new(),
            values: Vec::new(),
        }
    }

    pub fn note(&mut self, value: &[u8], line: usize) {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.values.push((self.hash.hash_one(value), line));
    }

    pub fn twins(mut self) -> Twins {
        self.values.sort_unstable();
        let mut lines = HashMap::new();
        for pair in self.values.windows(2) {
            if let [(first, line), (second, other)] = pair
                && first == second
            {
                lines.entry(*first).or_insert((*line, *other));
            }
        }
        Twins {
            hash: self.hash,
            lines,
        }
    }
}

impl Twins {
    /// Another line that `value` stands on: the first, or for the first the second.
    pub fn other(&self, value: &[u8], line: usize) -> Option<usize> {
        let (first, second) = *self.lines.get(&self.hash.hash_one(value))?;
        let (first, second) = (first as usize, second as usize);
        Some(if line == first { second } else { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_value_is_told_another() {
        let mut seen = Seen::new();
        for (value, line) in [("a", 2), ("b", 3), ("a", 5), ("c", 6), ("a", 9)] {
            seen.note(value.as_bytes(), line);
        }
        let twins = seen.twins();
        let other = |value: &str, line| twins.other(value.as_bytes(), line);
        assert_eq!(
            [other("a", 2), other("a", 5), other("a", 9)],
            [Some(5), Some(2), Some(2)]
        );
        assert_eq!([other("b", 3), other("c", 6), other("d", 7)], [None; 3]);
    }
}
