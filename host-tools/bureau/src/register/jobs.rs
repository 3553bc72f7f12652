//! Jobs.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use ssc_database::{Row, Transaction};

use super::chain::{self, End};
use super::intake::Intake;
use super::note::BookNote;
use super::record::{JobId, JobRecord, NewJob};
use super::state::JobState;
use super::{Register, RegisterError, stored};

const COLUMNS: &str =
    "id, name, state, created_at, batch_name, batch_sha256, profile_name, profile_text, card_model,
     keys_check, sealed_key, last_seq, last_at, last_hash, profile_file";

/// Characters that a job's name has at the most.
pub(super) const LONGEST_NAME: usize = 100;

/// Whether a new job can be named so: what is only digits is a number, and what begins with - an option.
fn is_name(name: &str) -> bool {
    let is_digits = name.bytes().all(|digit| digit.is_ascii_digit());
    let is_clean = !name.chars().any(char::is_control) && name.trim() == name;
    !is_digits && is_clean && !name.starts_with('-') && name.chars().count() <= LONGEST_NAME
}

fn of_row(row: &Row) -> Result<JobRecord, RegisterError> {
    let state = JobState::of_name(&row.text(2)?);
    Ok(JobRecord {
        id: JobId(row.int(0)?),
        name: row.text(1)?,
        state: state.ok_or(RegisterError::Record("state of a job"))?,
        created_at: row.int(3)?,
        batch_name: row.text(4)?,
        batch_sha256: row.bytes(5)?,
        profile_name: row.text(6)?,
        profile_text: row.text(7)?,
        card_model: row.text(8)?,
        keys_check: row.text(9)?,
        sealed_key: row.bytes(10)?,
        last_seq: row.int(11)?,
        last_at: row.int(12)?,
        last_hash: row.bytes(13)?,
        profile_file: Some(row.text(14)?)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from),
    })
}

pub(super) fn one(books: &mut Transaction<'_>, job: JobId) -> Result<JobRecord, RegisterError> {
    let statement = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1");
    let found = books.row(&statement, &[job.0.into()])?;
    let found = found.ok_or_else(|| RegisterError::NoJob {
        name: job.to_string(),
    })?;
    of_row(&found)
}

impl Register {
    /// Makes a job in one transaction: `fill` streams its rows in. On an error nothing of it is kept.
    ///
    /// # Errors
    /// [`RegisterError::BadName`], [`RegisterError::NameTaken`], [`RegisterError::BatchKnown`], [`RegisterError::Database`]; what `fill` returns.
    pub fn create_job<E: From<RegisterError>>(
        &self,
        job: &NewJob,
        fill: &mut dyn FnMut(&mut Intake<'_, '_>) -> Result<(), E>,
    ) -> Result<JobId, E> {
        let made = self.database.once(|books| {
            let begun = self.begin_job(books, job).map_err(Failed::of)?;
            let (id, at, end) = begun;
            let mut intake = Intake::new(books, id, at, end).map_err(Failed::of)?;
            fill(&mut intake).map_err(Failed)?;
            intake.finish().map_err(Failed::of)?;
            Ok::<_, Failed<E>>(id)
        });
        made.map_err(|Failed(error)| error)
    }

    fn begin_job(
        &self,
        books: &mut Transaction<'_>,
        job: &NewJob,
    ) -> Result<(JobId, i64, End), RegisterError> {
        if !is_name(&job.name) {
            let name = job.name.clone();
            return Err(RegisterError::BadName { name });
        }
        let counted = books.row(
            "UPDATE counters SET value = value + 1 WHERE name = 'job' RETURNING value",
            &[],
        )?;
        let id = counted
            .ok_or(RegisterError::Record("counter of jobs"))?
            .int(0)?;
        let last = books.row("SELECT COALESCE(MAX(last_at), 0) FROM jobs", &[])?;
        let at = self.time_after(last.map_or(Ok(0), |last| last.int(0))?)?;
        let same_name = books.row("SELECT id FROM jobs WHERE name = $1", &[(&job.name).into()])?;
        if same_name.is_some() {
            let name = job.name.clone();
            return Err(RegisterError::NameTaken { name });
        }
        let same_batch = books.row(
            "SELECT name, (SELECT COUNT(*) FROM orders WHERE job = id AND state NOT IN ('delivered', 'rejected'))
             FROM jobs WHERE batch_sha256 = $1 AND state <> 'closed'",
            &[job.batch_sha256.clone().into()],
        )?;
        if let Some(same) = same_batch {
            let (job, left) = (same.text(0)?, u64::try_from(same.int(1)?).unwrap_or(0));
            return Err(RegisterError::BatchKnown { job, left });
        }
        let mut end = End::before(at);
        let note = BookNote::Created {
            job: job.name.clone(),
            sha256: hex::encode(fingerprint(job)),
        };
        let entry = end.link(JobId(id), at, 0, 0, "", json(&note)?);
        books.execute(
            "INSERT INTO jobs (id, name, state, created_at, batch_name, batch_sha256, profile_name, profile_text,
                 card_model, keys_check, sealed_key, last_seq, last_at, last_hash, profile_file)
             VALUES ($1, $2, 'ready', $3, $4, $5, $6, $7, $8, $9, $10, 0, $3, $11, $12)",
            &[
                id.into(),
                (&job.name).into(),
                at.into(),
                (&job.batch_name).into(),
                job.batch_sha256.clone().into(),
                (&job.profile_name).into(),
                (&job.profile_text).into(),
                (&job.card_model).into(),
                (&job.keys_check).into(),
                job.sealed_key.clone().into(),
                end.hash.clone().into(),
                job.profile_file.as_deref().and_then(Path::to_str).unwrap_or_default().into(),
            ],
        )?;
        books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
        Ok((JobId(id), at, end))
    }

    /// All jobs, the newest first.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn jobs(&self) -> Result<Vec<JobRecord>, RegisterError> {
        let statement = format!("SELECT {COLUMNS} FROM jobs ORDER BY id DESC");
        self.read_books(|books| books.rows(&statement, &[])?.iter().map(of_row).collect())
    }

    /// A job.
    ///
    /// # Errors
    /// [`RegisterError::NoJob`], [`RegisterError::Database`].
    pub fn job(&self, job: JobId) -> Result<JobRecord, RegisterError> {
        self.read_books(|books| one(books, job))
    }

    /// The job of this name.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn find(&self, name: &str) -> Result<Option<JobRecord>, RegisterError> {
        let statement = format!("SELECT {COLUMNS} FROM jobs WHERE name = $1");
        let found = self.read_books(|books| Ok(books.row(&statement, &[name.into()])?))?;
        found.as_ref().map(of_row).transpose()
    }

    /// The job that somebody means by a name or a number. A word of digits is a number: no new job is named so.
    ///
    /// # Errors
    /// [`RegisterError::NoJob`]; [`RegisterError::TwoJobs`]: an old job has another one's number for its name; [`RegisterError::Database`].
    pub fn meant(&self, word: &str) -> Result<JobRecord, RegisterError> {
        let named = self.find(word)?;
        let is_number = !word.is_empty() && word.bytes().all(|digit| digit.is_ascii_digit());
        let numbered = match word.parse().ok().filter(|_| is_number) {
            Some(number) => match self.job(JobId(number)) {
                Err(RegisterError::NoJob { .. }) => None,
                found => Some(found?),
            },
            None => None,
        };
        match (named, numbered) {
            (Some(named), Some(numbered)) if named.id != numbered.id => {
                Err(RegisterError::TwoJobs {
                    word: word.into(),
                    named: named.id,
                })
            }
            (Some(job), _) | (None, Some(job)) => Ok(job),
            (None, None) => Err(RegisterError::NoJob { name: word.into() }),
        }
    }

    /// Jobs of the batch with this SHA-256, the newest first.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn by_batch(&self, sha256: &[u8]) -> Result<Vec<JobRecord>, RegisterError> {
        let statement =
            format!("SELECT {COLUMNS} FROM jobs WHERE batch_sha256 = $1 ORDER BY id DESC");
        self.read_books(|books| {
            let rows = books.rows(&statement, &[sha256.into()])?;
            rows.iter().map(of_row).collect()
        })
    }

    /// Says what is done with a job from now on. A closed one stays closed, and one that is paused does not run before somebody lets it.
    ///
    /// # Errors
    /// [`RegisterError::NoJob`], [`RegisterError::JobClosed`], [`RegisterError::JobPaused`], [`RegisterError::Database`].
    pub fn set_job_state(&self, job: JobId, state: JobState) -> Result<(), RegisterError> {
        self.change_job_state(job, state, |_| true)
    }

    /// A run is over, and nothing of the job is left: it runs no more. What somebody else has made of it meanwhile stays.
    ///
    /// # Errors
    /// As [`set_job_state`](Self::set_job_state).
    pub fn job_has_run(&self, job: JobId) -> Result<(), RegisterError> {
        self.change_job_state(job, JobState::Ready, |was| was == JobState::Running)
    }

    /// Gives a job another state if `is` says so of the one that it has, all in one transaction.
    fn change_job_state(
        &self,
        job: JobId,
        state: JobState,
        is: impl Fn(JobState) -> bool,
    ) -> Result<(), RegisterError> {
        self.write_books(|books| {
            let mut end = End::of(books, job)?;
            let row = books.row(
                "SELECT name, state FROM jobs WHERE id = $1",
                &[job.0.into()],
            )?;
            let row = row.ok_or(RegisterError::Record("a job"))?;
            let was = JobState::of_name(&row.text(1)?);
            let was = was.ok_or(RegisterError::Record("state of a job"))?;
            if was == state || !is(was) {
                return Ok(());
            }
            match (was, state) {
                (JobState::Closed, _) => {
                    return Err(RegisterError::JobClosed { job: row.text(0)? });
                }
                (JobState::Paused, JobState::Running) => {
                    return Err(RegisterError::JobPaused { job: row.text(0)? });
                }
                _ => {}
            }
            books.execute(
                "UPDATE jobs SET state = $2 WHERE id = $1",
                &[job.0.into(), state.name().into()],
            )?;
            let at = self.time_after(end.at)?;
            let entry = end.link(job, at, 0, 0, "", json(&BookNote::JobIs { state })?);
            books.insert(chain::INTO, chain::COLUMNS, &chain::values(entry))?;
            end.keep(books, job)
        })
    }
}

/// SHA-256 over all that is kept of a new job, texts with their length before them.
fn fingerprint(job: &NewJob) -> Vec<u8> {
    over([
        job.name.as_bytes(),
        job.batch_name.as_bytes(),
        &job.batch_sha256,
        job.profile_name.as_bytes(),
        job.profile_text.as_bytes(),
        job.card_model.as_bytes(),
        job.keys_check.as_bytes(),
        &job.sealed_key,
    ])
}

fn over(parts: [&[u8]; 8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(stored(part.len()).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

impl JobRecord {
    /// SHA-256 over what the job was made with, as its first entry has it: name, batch and its SHA-256, profile and its text, card model, check
    /// value of the keys and the wrapped key, each with its length before it (8 bytes, the highest first).
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        over([
            self.name.as_bytes(),
            self.batch_name.as_bytes(),
            &self.batch_sha256,
            self.profile_name.as_bytes(),
            self.profile_text.as_bytes(),
            self.card_model.as_bytes(),
            self.keys_check.as_bytes(),
            &self.sealed_key,
        ])
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, RegisterError> {
    serde_json::to_string(value).map_err(|_| RegisterError::Record("a note"))
}

/// An error of the one who fills a job.
struct Failed<E>(E);

impl<E: From<RegisterError>> Failed<E> {
    fn of(error: RegisterError) -> Self {
        Self(error.into())
    }
}

impl<E: From<RegisterError>> From<ssc_database::DatabaseError> for Failed<E> {
    fn from(error: ssc_database::DatabaseError) -> Self {
        Self(RegisterError::from(error).into())
    }
}
