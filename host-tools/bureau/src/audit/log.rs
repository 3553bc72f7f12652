//! Reads a job's log: its chain, and what it says of the tables.

use std::collections::{BTreeMap, HashMap};

use super::finding::{Fault, Finding, Findings};
use super::replay::Replay;
use crate::register::{ChainedEntry, Look, RegisterError, SignatureRecord};

/// Entries that are read at once.
const PAGE: usize = 5_000;

/// The log of a job while it is read.
pub(super) struct Log<'l> {
    findings: &'l mut Findings,
    pub replay: Replay,
    /// The last entry: number, time, hash.
    pub end: (i64, i64, Vec<u8>),
    /// Hashes of the entries that somebody asks for.
    pub hashes: HashMap<i64, Vec<u8>>,
    pub heads: Heads,
}

impl<'l> Log<'l> {
    pub fn new(
        signatures: &[SignatureRecord],
        end: Option<(i64, [u8; 32])>,
        findings: &'l mut Findings,
    ) -> Self {
        let wanted = signatures.iter().map(|signature| signature.seq);
        let wanted = wanted.chain(end.map(|(seq, _)| seq));
        Self {
            findings,
            replay: Replay::default(),
            end: (0, 0, vec![0; 32]),
            hashes: wanted.map(|seq| (seq, Vec::new())).collect(),
            heads: Heads::new(signatures),
        }
    }

    pub fn read(&mut self, look: &mut Look<'_, '_>) -> Result<(), RegisterError> {
        let mut after = i64::MIN;
        loop {
            let entries = look.entries(after, PAGE)?;
            let Some(last) = entries.last() else {
                return Ok(());
            };
            after = last.seq;
            for entry in entries {
                self.enter(entry);
            }
        }
    }

    fn enter(&mut self, entry: ChainedEntry) {
        let (seq, wanted) = (entry.seq, self.end.0.saturating_add(1));
        if seq < wanted {
            let finding = Finding::new(
                Fault::EntryChanged,
                format!("there is an entry {seq}, and the first is 1: it was put in"),
                format!("存在第 {seq} 条，而首条为第 1 条：由他人添加"),
            );
            self.findings.add(finding.at(seq).of_row(entry.row));
            return;
        }
        if seq > wanted {
            // What follows from a missing one cannot be told: the next is judged again.
            self.findings.add(entries_missing(wanted, seq - 1));
        } else if entry.hash != entry.hash_after(&self.end.2) {
            let finding = Finding::new(
                Fault::EntryChanged,
                format!(
                    "entry {seq} does not follow from the one before: it or that one was changed, put in or swapped"
                ),
                format!("第 {seq} 条与前一条不相接：该条或前一条被改动、添加或调换"),
            );
            self.findings.add(finding.at(seq).of_row(entry.row));
        }
        if self.replay.enter(&entry).is_none() {
            let finding = Finding::new(
                Fault::EntryChanged,
                format!("entry {seq} cannot follow what the log says before"),
                format!("第 {seq} 条不可能接在此前的日志之后"),
            );
            self.findings.add(finding.at(seq).of_row(entry.row));
        }
        self.heads.enter(seq, !entry.head.is_empty());
        if let Some(hash) = self.hashes.get_mut(&seq) {
            hash.clone_from(&entry.hash);
        }
        self.end = (seq, entry.at, entry.hash);
    }
}

/// Where heads wrote entries.
pub(super) struct Heads {
    /// For the beginning and for each end that was signed: the first of their entries behind it.
    behind: BTreeMap<i64, Option<i64>>,
    last: i64,
}

impl Heads {
    fn new(signatures: &[SignatureRecord]) -> Self {
        let ends = signatures.iter().map(|signature| signature.seq);
        Self {
            behind: ends.chain([0]).map(|end| (end, None)).collect(),
            last: 0,
        }
    }

    fn enter(&mut self, seq: i64, is_of_head: bool) {
        if is_of_head {
            self.last = seq;
            for (_, first) in self.behind.range_mut(..seq) {
                first.get_or_insert(seq);
            }
        }
    }

    /// The first and the last of their entries behind `end`, which is 0 or was signed.
    pub fn behind(&self, end: i64) -> Option<(i64, i64)> {
        let first = self.behind.get(&end).copied().flatten()?;
        Some((first, self.last))
    }
}

pub(super) fn entries_missing(first: i64, last: i64) -> Finding {
    let finding = if first == last {
        Finding::new(
            Fault::EntriesMissing,
            format!("entry {first} is not there any more"),
            format!("第 {first} 条已不存在"),
        )
    } else {
        Finding::new(
            Fault::EntriesMissing,
            format!("entries {first} to {last} are not there any more"),
            format!("第 {first} 至 {last} 条已不存在"),
        )
    };
    finding.at_all(first, last)
}
