//! The signed audit of a bureau's books: who can write to the store cannot change what a job's log says without being told by it.
//!
//! Each entry of a job's log is chained to the one before ([`crate::register`]). Whoever has the master keys signs the end of the chain
//! when a job is made, when a run ends, and on demand ([`sign()`]). [`Judge`] looks through a job: its chain, each signature over its part of
//! it, and the tables of orders, chips and cards against what the log says. What it cannot tell: that the log was cut off together with all
//! signatures behind the cut; for that an end is noted elsewhere.

mod across;
mod export;
mod finding;
mod log;
mod public_key;
mod replay;
mod rows;
mod verify;

use ed25519_dalek::{Signature, VerifyingKey};
use ssc_keys::{KeyError, KeyService, LogKey};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::basis;
use crate::card_error::CardError;
use crate::register::{JobId, JobRecord, LogSigner, Register, RegisterError, SignatureRecord};

pub use across::across_jobs;
pub use export::{ExportError, Exported, export};
pub use finding::{Fault, Finding, Findings};
pub use public_key::{public_key_of, public_key_pem};
pub use verify::{Audited, Judge, Judged};

/// Whether `signature` over `message` was made by the key `public`.
fn is_signed_by(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(public);
    let signature = Signature::from_slice(signature);
    key.and_then(|key| key.verify_strict(message, &signature?))
        .is_ok()
}

impl LogSigner for LogKey {
    fn public(&self) -> [u8; 32] {
        Self::public(self)
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        Self::sign(self, message)
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        is_signed_by(&Self::public(self), message, signature)
    }
}

/// Signs the log of a job up to its last entry, by the key of the master keys that it was made with. None where that is done already.
///
/// # Errors
/// [`AuditError`]; [`RegisterError::ChainBroken`] among others: a log that was changed is not signed.
pub fn sign(
    register: &Register,
    job: JobId,
    keys: &dyn KeyService,
) -> Result<Option<SignatureRecord>, AuditError> {
    is_of(&register.job(job)?, keys)?;
    let key = LogKey::of(keys)?;
    Ok(register.sign(job, &key)?)
}

/// Whether a job was made with these keys.
fn is_of(job: &JobRecord, keys: &dyn KeyService) -> Result<(), AuditError> {
    if basis::of_keys(keys).map_err(AuditError::Card)? != job.keys_check {
        let job = job.name.clone();
        return Err(AuditError::OtherKeys { job });
    }
    Ok(())
}

/// What speaks against signing a job's log: that it has no signature at all, that its chain is broken, that the books are not as it says. Who has
/// no key can write entries that fit, and nothing here tells: they are counted before they are signed ([`Register::unsigned_of_heads`]).
///
/// # Errors
/// [`AuditError`].
pub fn against_signing(
    register: &Register,
    job: &JobRecord,
    keys: &dyn KeyService,
) -> Result<Vec<Finding>, AuditError> {
    is_of(job, keys)?;
    let judge = Judge {
        public: LogKey::of(keys)?.public(),
        keys: Some(keys),
        end: None,
    };
    let mut found = judge.look_through(register, job.id)?.findings.list;
    // To sign those is what it is for.
    found.retain(|finding| finding.fault != Fault::Unsigned);
    Ok(found)
}

/// Why a log cannot be signed or looked through.
#[derive(Debug)]
pub enum AuditError {
    /// The register cannot be used, or its log is broken.
    Register(RegisterError),
    /// There is no key.
    Keys(KeyError),
    /// The keys are not to be had.
    Card(CardError),
    /// The keys are not those that the job was made with.
    OtherKeys {
        /// The job.
        job: String,
    },
}

impl From<RegisterError> for AuditError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<KeyError> for AuditError {
    fn from(error: KeyError) -> Self {
        Self::Keys(error)
    }
}

impl Bilingual for AuditError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Register(error), _) => error.say(lang),
            (Self::Keys(error), _) => error.say(lang),
            (Self::Card(error), _) => error.say(lang),
            (Self::OtherKeys { job }, Lang::En) => format!(
                "job {job} was made with other keys: its log is not signed by these. Name the vault or the token that it was made with"
            ),
            (Self::OtherKeys { job }, Lang::Zh) => {
                format!(
                    "作业 {job} 由其他密钥建立：不用这些密钥签署其日志。请指定建立作业时的密钥库或令牌"
                )
            }
        }
    }
}

impl std::fmt::Display for AuditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for AuditError {}

impl Kind for AuditError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Register(error) => error.kind(),
            Self::Keys(error) => error.kind(),
            Self::Card(error) => error.kind(),
            Self::OtherKeys { .. } => ErrorKind::Keys,
        }
    }
}
