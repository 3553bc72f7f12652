//! What the register itself is: which keys its cards have, how far it has come, and the times of its entries.

use ssc_database::Transaction;

use super::chain::{self, End};
use super::jobs::json;
use super::note::BookNote;
use super::record::JobId;
use super::{Register, RegisterError, clock};

/// Which cards stand in a register: those with the published demo keys, or real ones. Never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BooksOf {
    /// With the published keys.
    Demo,
    /// With keys of one's own.
    Own,
}

impl BooksOf {
    const fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Own => "own",
        }
    }
}

/// The check value that jobs with the published keys have.
const DEMO_KEYS: &str = "demo";

/// How far a register has come: its last entry, and how many there are. An older copy does not have that entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Entries of all jobs.
    pub entries: i64,
    /// The job of the last one; 0 where there is none.
    pub job: i64,
    /// Its number in the job.
    pub seq: i64,
    /// Its time, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// A lease that ends later than this from now was given by a clock that was ahead, in milliseconds.
const LONGEST_LEASE: i64 = 3_600_000;

impl Register {
    /// Says which cards this register is for, where nobody has, and gives the word by which it is told from all others. One without
    /// jobs becomes what is asked for.
    ///
    /// # Errors
    /// [`RegisterError::OtherBooks`]: it is for the other ones; [`RegisterError::Database`].
    pub fn is_for(&self, of: BooksOf) -> Result<String, RegisterError> {
        if let Some((id, is)) = self.read_books(known)?
            && is == of.name()
        {
            return Ok(id);
        }
        let new_id = new_id();
        self.write_books(|books| {
            let job = books.row("SELECT keys_check FROM jobs ORDER BY id DESC LIMIT 1", &[])?;
            let job = job.map(|job| job.text(0)).transpose()?;
            let refused = || RegisterError::OtherBooks { asked: of };
            match known(books)? {
                Some((id, is)) if is == of.name() => Ok(id),
                Some(_) if job.is_some() => Err(refused()),
                Some((id, _)) => {
                    books.execute("UPDATE books SET keys = $1", &[of.name().into()])?;
                    Ok(id)
                }
                None => {
                    // Made by a program that did not note it: its jobs tell.
                    let is_demo = job.map(|keys| keys == DEMO_KEYS);
                    if is_demo.is_some_and(|is_demo| is_demo != (of == BooksOf::Demo)) {
                        return Err(refused());
                    }
                    books.execute(
                        "INSERT INTO books (one, id, keys) VALUES (1, $1, $2)",
                        &[(&new_id).into(), of.name().into()],
                    )?;
                    Ok(new_id.clone())
                }
            }
        })
    }

    /// The word by which this register is told from all others, and whether it is for demo cards. None before it was first used.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn id(&self) -> Result<Option<String>, RegisterError> {
        Ok(self.read_books(known)?.map(|(id, _)| id))
    }

    /// How far it has come.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn extent(&self) -> Result<Extent, RegisterError> {
        self.read_books(|books| {
            let sum = books.row(
                "SELECT CAST(COALESCE(SUM(last_seq), 0) AS {integer}) FROM jobs",
                &[],
            )?;
            let last = books.row(
                "SELECT id, last_seq, last_at, last_hash FROM jobs ORDER BY last_at DESC, id DESC LIMIT 1",
                &[],
            )?;
            let entries = sum.map_or(Ok(0), |sum| sum.int(0))?;
            Ok(match last {
                None => Extent {
                    entries,
                    job: 0,
                    seq: 0,
                    at: 0,
                    hash: Vec::new(),
                },
                Some(last) => Extent {
                    entries,
                    job: last.int(0)?,
                    seq: last.int(1)?,
                    at: last.int(2)?,
                    hash: last.bytes(3)?,
                },
            })
        })
    }

    /// Whether it has come as far as this, on the same way.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn has_come_to(&self, seen: &Extent) -> Result<bool, RegisterError> {
        if self.extent()?.entries < seen.entries {
            return Ok(false);
        }
        if seen.job == 0 {
            return Ok(true);
        }
        self.has_entry(JobId(seen.job), seen.seq, &seen.hash)
    }

    /// The operator says that he goes on with a register that is older than what was seen of it: noted in the newest job's log.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn goes_on_older(&self, seen: &Extent) -> Result<(), RegisterError> {
        let note = BookNote::OlderRegister {
            job: seen.job,
            seq: seen.seq,
            at: seen.at,
            hash: hex::encode(&seen.hash),
        };
        self.write_books(|books| {
            let newest = books.row("SELECT id FROM jobs ORDER BY id DESC LIMIT 1", &[])?;
            let Some(newest) = newest else { return Ok(()) };
            let job = JobId(newest.int(0)?);
            let end = End::of(books, job)?;
            let at = self.time_after(end.at)?;
            enter(books, job, end, at, &note)
        })
    }

    /// The operator says that the clock of this machine is right and that of the last entry was not: noted in the log of each job whose
    /// entries are ahead, which goes on from now. Leases that were given until then end. Where no entry is ahead, it is noted in the newest job.
    ///
    /// # Errors
    /// [`RegisterError::Database`]; [`RegisterError::ClockBeforeBuild`].
    pub fn clock_is_right(&self) -> Result<(), RegisterError> {
        let now = self.clock.now();
        if now < clock::built() {
            return Err(RegisterError::ClockBeforeBuild);
        }
        self.write_books(|books| {
            let mut jobs = books.rows(
                "SELECT id FROM jobs WHERE last_at > $1 ORDER BY id",
                &[now.into()],
            )?;
            if jobs.is_empty() {
                jobs = books.rows("SELECT id FROM jobs ORDER BY id DESC LIMIT 1", &[])?;
            }
            for job in &jobs {
                let job = JobId(job.int(0)?);
                let end = End::of(books, job)?;
                let note = BookNote::ClockIsRight { last: end.at };
                let end = End {
                    at: end.at.min(now),
                    ..end
                };
                enter(books, job, end, now, &note)?;
            }
            books.execute(
                "UPDATE orders SET lease_until = 0, fence = fence + 1 WHERE lease_until > $1",
                &[now.saturating_add(LONGEST_LEASE).into()],
            )?;
            Ok(())
        })
    }
}

fn enter(
    books: &mut Transaction<'_>,
    job: JobId,
    mut end: End,
    at: i64,
    note: &BookNote,
) -> Result<(), RegisterError> {
    let entry = end.link(job, at, 0, 0, "", json(note)?);
    books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
    end.keep(books, job)
}

/// The register's word and whose cards it has.
fn known(books: &mut Transaction<'_>) -> Result<Option<(String, String)>, RegisterError> {
    let row = books.row("SELECT id, keys FROM books WHERE one = 1", &[])?;
    let row = row.map(|row| Ok::<_, RegisterError>((row.text(0)?, row.text(1)?)));
    row.transpose()
}

/// A word that no other register has.
fn new_id() -> String {
    use sha2::{Digest as _, Sha256};
    let mut random = [0; 16];
    // Without it, time and process tell two registers apart as well: nothing secret depends on this word.
    if getrandom::fill(&mut random).is_err() {
        let now = std::time::SystemTime::now();
        let text = format!("{now:?} {}", std::process::id());
        random.copy_from_slice(&Sha256::digest(text)[..16]);
    }
    hex::encode(random)
}
