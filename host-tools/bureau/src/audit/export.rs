//! A job's log and its signatures as lines of JSON, for programs that are not ours.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::register::{ChainedEntry, JobRecord, Register, RegisterError, SignatureRecord};

/// Entries that are read at once.
const PAGE: usize = 5_000;

/// A line of the file; `kind` says which.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'l> {
    /// The first line: all that the fingerprint is over.
    Job {
        job: i64,
        name: &'l str,
        batch_name: &'l str,
        batch_sha256: String,
        profile_name: &'l str,
        profile_text: &'l str,
        card_model: &'l str,
        keys_check: &'l str,
        sealed_key: String,
    },
    Entry(&'l ChainedEntry),
    Signature(&'l SignatureRecord),
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How many entries.
    pub entries: i64,
    /// The hash of the last one.
    pub hash: Vec<u8>,
    /// How many signatures.
    pub signatures: usize,
}

/// Writes the log of a job to the new file `path`: the job, its entries, its signatures. It is not looked through.
///
/// # Errors
/// [`ExportError`]; there is no such file then.
pub fn export(register: &Register, job: &JobRecord, path: &Path) -> Result<Exported, ExportError> {
    let failed = |source| ExportError::File {
        path: path.to_owned(),
        source,
    };
    let file = WholeFile::begin(path, Readers::Owner).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let mut put = |line: &Line<'_>| -> io::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")
    };
    put(&Line::Job {
        job: job.id.0,
        name: &job.name,
        batch_name: &job.batch_name,
        batch_sha256: hex::encode(&job.batch_sha256),
        profile_name: &job.profile_name,
        profile_text: &job.profile_text,
        card_model: &job.card_model,
        keys_check: &job.keys_check,
        sealed_key: hex::encode(&job.sealed_key),
    })
    .map_err(failed)?;
    // Those first: the entries that they are over are there already.
    let signatures = register.signatures(job.id)?;
    let mut done = Exported {
        entries: 0,
        hash: vec![0; 32],
        signatures: signatures.len(),
    };
    loop {
        let entries = register.entries(job.id, done.entries, PAGE)?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            put(&Line::Entry(&entry)).map_err(failed)?;
            done.entries = entry.seq;
            done.hash = entry.hash;
        }
    }
    for signature in &signatures {
        put(&Line::Signature(signature)).map_err(failed)?;
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error);
    file.and_then(WholeFile::create).map_err(failed)?;
    Ok(done)
}

/// Why a log was not exported.
#[derive(Debug)]
pub enum ExportError {
    /// The register cannot be read.
    Register(RegisterError),
    /// The file is there already, or cannot be written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<RegisterError> for ExportError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl Bilingual for ExportError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Register(error), _) => error.say(lang),
            (Self::File { path, source }, Lang::En)
                if source.kind() == io::ErrorKind::AlreadyExists =>
            {
                format!("{} is there already: name a new file", path.display())
            }
            (Self::File { path, source }, Lang::Zh)
                if source.kind() == io::ErrorKind::AlreadyExists =>
            {
                format!("{} 已存在：请指定新文件", path.display())
            }
            (Self::File { path, source }, Lang::En) => {
                format!("cannot write {}: {source}", path.display())
            }
            (Self::File { path, source }, Lang::Zh) => {
                format!(
                    "无法写入 {}：{source}",
                    path.display(),
                    source = ssc_words::system::chinese(source)
                )
            }
        }
    }
}

impl std::fmt::Display for ExportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ExportError {}

impl Kind for ExportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Register(error) => error.kind(),
            Self::File { .. } => ErrorKind::Output,
        }
    }
}
