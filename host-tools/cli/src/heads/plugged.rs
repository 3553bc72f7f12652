//! Readers that are plugged in while a job is run.

use ssc_reader::head::{Head, MoreHeads};
use ssc_reader::pcsc::list_readers;

/// Readers that were not there when it was looked last.
pub struct Plugged<O> {
    /// Those that have a head.
    pub seen: Vec<String>,
    /// Makes a head of a reader, if it can be opened.
    pub open: O,
}

impl<'h, O: Fn(&str) -> Option<Box<dyn Head + 'h>> + Send> MoreHeads<'h> for Plugged<O> {
    fn come(&mut self) -> Vec<Box<dyn Head + 'h>> {
        // A service that does not answer now is asked again.
        let Ok(names) = list_readers() else {
            return Vec::new();
        };
        self.seen.retain(|name| names.contains(name));
        let mut heads = Vec::new();
        for name in names {
            if !self.seen.contains(&name)
                && let Some(head) = (self.open)(&name)
            {
                self.seen.push(name);
                heads.push(head);
            }
        }
        heads
    }
}
