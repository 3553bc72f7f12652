//! The chain of a job's entries: each has the hash over the one before it and itself.

use sha2::{Digest as _, Sha256};
use ssc_database::{Transaction, Value};

use super::record::{ChainedEntry, JobId};
use super::{Register, RegisterError, stored};

const DOMAIN: &[u8] = b"ssc register: entry 1";
/// Entries that are read at once where all are looked at.
const PAGE: usize = 5_000;

/// The end of a job's chain.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub seq: i64,
    pub at: i64,
    pub hash: Vec<u8>,
}

impl End {
    /// Before the first entry.
    pub fn before(at: i64) -> Self {
        Self {
            seq: 0,
            at,
            hash: vec![0; 32],
        }
    }

    /// The end as the register has it, held until the transaction ends.
    pub fn of(books: &mut Transaction<'_>, job: JobId) -> Result<Self, RegisterError> {
        let row = books.row(
            "SELECT last_seq, last_at, last_hash FROM jobs WHERE id = $1 {for update}",
            &[job.0.into()],
        )?;
        let row = row.ok_or_else(|| RegisterError::NoJob {
            name: job.to_string(),
        })?;
        Ok(Self {
            seq: row.int(0)?,
            at: row.int(1)?,
            hash: row.bytes(2)?,
        })
    }

    /// The next entry, which is the end now.
    pub fn link(
        &mut self,
        job: JobId,
        at: i64,
        row: usize,
        fence: i64,
        head: &str,
        note: String,
    ) -> ChainedEntry {
        let mut entry = ChainedEntry {
            seq: self.seq + 1,
            at: at.max(self.at),
            job,
            row,
            fence,
            head: head.to_owned(),
            note,
            hash: Vec::new(),
        };
        entry.hash = entry.hash_after(&self.hash);
        self.seq = entry.seq;
        self.at = entry.at;
        self.hash.clone_from(&entry.hash);
        entry
    }

    /// Goes on to the last entry that is there, each of which must follow from the one before.
    pub fn follow(&mut self, books: &mut Transaction<'_>, job: JobId) -> Result<(), RegisterError> {
        loop {
            let entries = page(books, job, self.seq, PAGE)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in entries {
                let seq = self.seq + 1;
                if entry.seq != seq || entry.hash != entry.hash_after(&self.hash) {
                    return Err(RegisterError::ChainBroken { job, seq });
                }
                self.seq = seq;
                self.at = entry.at;
                self.hash = entry.hash;
            }
        }
    }

    /// Notes it in the job.
    pub fn keep(&self, books: &mut Transaction<'_>, job: JobId) -> Result<(), RegisterError> {
        books.execute(
            "UPDATE jobs SET last_seq = $2, last_at = $3, last_hash = $4 WHERE id = $1",
            &[
                job.0.into(),
                self.seq.into(),
                self.at.into(),
                self.hash.clone().into(),
            ],
        )?;
        Ok(())
    }
}

/// Columns of the table of entries, as [`values`] gives them.
pub(super) const INTO: &str = "entries (job, seq, at, line, fence, head, note, hash)";
pub(super) const COLUMNS: usize = 8;

pub(super) fn values(entry: ChainedEntry) -> [Value; COLUMNS] {
    [
        entry.job.0.into(),
        entry.seq.into(),
        entry.at.into(),
        stored(entry.row).into(),
        entry.fence.into(),
        entry.head.into(),
        entry.note.into(),
        entry.hash.into(),
    ]
}

impl ChainedEntry {
    /// The hash that it has after an entry with the hash `before` (32 zeros for the first): SHA-256 over `ssc register: entry 1`, the hash
    /// before, job, number, time, row and fence (8 bytes each, the highest first), head and note (their length before them, 8 bytes).
    #[must_use]
    pub fn hash_after(&self, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(before);
        for number in [self.job.0, self.seq, self.at, stored(self.row), self.fence] {
            hash.update(number.to_be_bytes());
        }
        for text in [&self.head, &self.note] {
            hash.update(stored(text.len()).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().to_vec()
    }
}

impl Register {
    /// Entries of a job behind `after_seq`, in order, `limit` at the most.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn entries(
        &self,
        job: JobId,
        after_seq: i64,
        limit: usize,
    ) -> Result<Vec<ChainedEntry>, RegisterError> {
        self.read_books(|books| page(books, job, after_seq, limit))
    }

    /// Whether the chain has this entry. Waits for a server that was cut off.
    pub(super) fn has_entry(
        &self,
        job: JobId,
        seq: i64,
        hash: &[u8],
    ) -> Result<bool, RegisterError> {
        self.write_books(|books| {
            let row = books.row(
                "SELECT hash FROM entries WHERE job = $1 AND seq = $2",
                &[job.0.into(), seq.into()],
            )?;
            Ok(row.map(|row| row.bytes(0)).transpose()?.as_deref() == Some(hash))
        })
    }

    /// Looks through the whole chain of a job. Gives the number and the hash of its last entry.
    ///
    /// # Errors
    /// [`RegisterError::ChainBroken`]: an entry was changed, taken out or put in; [`RegisterError::Database`].
    pub fn verify_chain(&self, job: JobId) -> Result<(i64, Vec<u8>), RegisterError> {
        self.read_books(|books| {
            let row = books.row(
                "SELECT last_seq, last_hash FROM jobs WHERE id = $1",
                &[job.0.into()],
            )?;
            let row = row.ok_or_else(|| RegisterError::NoJob {
                name: job.to_string(),
            })?;
            let (last, last_hash) = (row.int(0)?, row.bytes(1)?);
            let mut end = End::before(0);
            end.follow(books, job)?;
            if (end.seq, &end.hash) != (last, &last_hash) {
                let seq = end.seq.min(last) + 1;
                return Err(RegisterError::ChainBroken { job, seq });
            }
            Ok((end.seq, end.hash))
        })
    }
}

pub(super) fn page(
    books: &mut Transaction<'_>,
    job: JobId,
    after: i64,
    limit: usize,
) -> Result<Vec<ChainedEntry>, RegisterError> {
    let rows = books.rows(
        "SELECT seq, at, line, fence, head, note, hash FROM entries
         WHERE job = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        &[job.0.into(), after.into(), stored(limit).into()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(ChainedEntry {
                seq: row.int(0)?,
                at: row.int(1)?,
                job,
                row: row.number(2)?,
                fence: row.int(3)?,
                head: row.text(4)?,
                note: row.text(5)?,
                hash: row.bytes(6)?,
            })
        })
        .collect()
}
