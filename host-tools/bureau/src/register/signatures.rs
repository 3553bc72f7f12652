//! Signatures over the end of a job's chain. What the key signs is here; whose key it is, the audit judges.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use ssc_database::{Failure, Row, Transaction, Value};

use super::chain::{self, End};
use super::note::BookNote;
use super::record::{JobId, hex_of};
use super::{Register, RegisterError};

const DOMAIN: &[u8] = b"ssc register: signature 1";
const COLUMNS: &str = "number, at, seq, hash, previous, public_key, signature";
/// How often it is looked whether a signature is kept whose keeping was cut off.
const UNKNOWN: usize = 5;

/// A signature over all entries of a job up to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignatureRecord {
    /// Its number in the job, from 1 on.
    pub number: i64,
    /// When it was made, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The last entry that is signed.
    pub seq: i64,
    /// Its hash, over all before it.
    #[serde(serialize_with = "hex_of")]
    pub hash: Vec<u8>,
    /// SHA-256 of the signature before it; 32 zeros for the first.
    #[serde(serialize_with = "hex_of")]
    pub previous: Vec<u8>,
    /// The Ed25519 key that is said to have made it.
    #[serde(serialize_with = "hex_of")]
    pub public_key: Vec<u8>,
    /// Ed25519 (RFC 8032) over [`message`](Self::message).
    #[serde(serialize_with = "hex_of")]
    pub signature: Vec<u8>,
}

impl SignatureRecord {
    /// What is signed (**P**): `ssc register: signature 1`, then job, number, time and last entry (8 bytes each, the highest first), the hash of
    /// the last entry, the job's fingerprint, and SHA-256 of the signature before (32 bytes each).
    #[must_use]
    pub fn message(&self, job: JobId, fingerprint: &[u8]) -> Vec<u8> {
        let numbers = [job.0, self.number, self.at, self.seq].map(i64::to_be_bytes);
        let parts = [&self.hash, fingerprint, &self.previous];
        [DOMAIN, numbers.as_flattened(), &parts.concat()].concat()
    }

    /// What the next signature says of this one.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(&self.signature).to_vec()
    }
}

/// Who signs.
pub trait LogSigner {
    /// The public key.
    fn public(&self) -> [u8; 32];
    /// Signs a message.
    fn sign(&self, message: &[u8]) -> [u8; 64];
    /// Whether a message was signed by this key.
    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool;
}

fn of_row(row: &Row) -> Result<SignatureRecord, RegisterError> {
    Ok(SignatureRecord {
        number: row.int(0)?,
        at: row.int(1)?,
        seq: row.int(2)?,
        hash: row.bytes(3)?,
        previous: row.bytes(4)?,
        public_key: row.bytes(5)?,
        signature: row.bytes(6)?,
    })
}

/// All signatures of a job, in their order.
pub(super) fn all(
    books: &mut Transaction<'_>,
    job: JobId,
) -> Result<Vec<SignatureRecord>, RegisterError> {
    let statement = format!("SELECT {COLUMNS} FROM signatures WHERE job = $1 ORDER BY number");
    let rows = books.rows(&statement, &[job.0.into()])?;
    rows.iter().map(of_row).collect()
}

fn last(books: &mut Transaction<'_>, job: JobId) -> Result<Option<SignatureRecord>, RegisterError> {
    let statement =
        format!("SELECT {COLUMNS} FROM signatures WHERE job = $1 ORDER BY number DESC LIMIT 1");
    let row = books.row(&statement, &[job.0.into()])?;
    row.as_ref().map(of_row).transpose()
}

/// The job's fingerprint, as its first entry has it.
fn fingerprint(books: &mut Transaction<'_>, job: JobId) -> Result<Vec<u8>, RegisterError> {
    let first = chain::page(books, job, 0, 1)?;
    let broken = || RegisterError::ChainBroken { job, seq: 1 };
    let first = first.first().ok_or_else(broken)?;
    BookNote::fingerprint(first).ok_or_else(broken)
}

impl Register {
    /// Signs a job's entries up to the last one, which must follow from those that this key has signed before. None where they are signed
    /// already.
    ///
    /// # Errors
    /// [`RegisterError::ChainBroken`]: nothing is signed; [`RegisterError::NoJob`], [`RegisterError::ClockBack`], [`RegisterError::Database`].
    pub fn sign(
        &self,
        job: JobId,
        signer: &dyn LogSigner,
    ) -> Result<Option<SignatureRecord>, RegisterError> {
        // The most of it without holding anybody up.
        let mut end = self.read_books(|books| {
            let mut end = End::before(0);
            if let Some(last) = last(books, job)? {
                let message = last.message(job, &fingerprint(books, job)?);
                if signer.has_signed(&message, &last.signature) {
                    (end.seq, end.hash) = (last.seq, last.hash);
                }
            }
            end.follow(books, job)?;
            Ok(end)
        })?;
        let mut signed = self.sign_end(job, &mut end, signer);
        for _ in 0..UNKNOWN {
            match &signed {
                // Whether it is kept shows when it would be made again.
                Err(RegisterError::Database(error))
                    if matches!(error.failure, Failure::Unknown(_)) =>
                {
                    signed = self.sign_end(job, &mut end, signer);
                }
                _ => break,
            }
        }
        signed
    }

    fn sign_end(
        &self,
        job: JobId,
        looked_at: &mut End,
        signer: &dyn LogSigner,
    ) -> Result<Option<SignatureRecord>, RegisterError> {
        self.write_books(|books| {
            let end = End::of(books, job)?;
            looked_at.follow(books, job)?;
            if (looked_at.seq, &looked_at.hash) != (end.seq, &end.hash) {
                let seq = looked_at.seq.min(end.seq) + 1;
                return Err(RegisterError::ChainBroken { job, seq });
            }
            let last = last(books, job)?;
            let public_key = signer.public().to_vec();
            if let Some(last) = &last
                && (last.seq, &last.hash, &last.public_key) == (end.seq, &end.hash, &public_key)
            {
                return Ok(None);
            }
            let mut record = SignatureRecord {
                number: last
                    .as_ref()
                    .map_or(1, |last| last.number.saturating_add(1)),
                at: self.time_after(end.at)?,
                seq: end.seq,
                hash: end.hash,
                previous: last.as_ref().map_or(vec![0; 32], SignatureRecord::digest),
                public_key,
                signature: Vec::new(),
            };
            let message = record.message(job, &fingerprint(books, job)?);
            record.signature = signer.sign(&message).to_vec();
            let values: [Value; 8] = [
                job.0.into(),
                record.number.into(),
                record.at.into(),
                record.seq.into(),
                record.hash.clone().into(),
                record.previous.clone().into(),
                record.public_key.clone().into(),
                record.signature.clone().into(),
            ];
            let into = format!("signatures (job, {COLUMNS})");
            books.insert(&into, values.len(), &values)?;
            Ok(Some(record))
        })
    }

    /// Entries of heads behind the last signature that is there, whoever made it; none where the job has no signature.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn unsigned_of_heads(&self, job: JobId) -> Result<Option<i64>, RegisterError> {
        self.read_books(|books| {
            let Some(last) = last(books, job)? else {
                return Ok(None);
            };
            let row = books.row(
                "SELECT COUNT(*) FROM entries WHERE job = $1 AND seq > $2 AND head <> ''",
                &[job.0.into(), last.seq.into()],
            )?;
            row.map_or(Ok(Some(0)), |row| Ok(Some(row.int(0)?)))
        })
    }

    /// The signatures of a job, in their order.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn signatures(&self, job: JobId) -> Result<Vec<SignatureRecord>, RegisterError> {
        self.read_books(|books| all(books, job))
    }
}
