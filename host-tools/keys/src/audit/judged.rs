//! What a log is worth beside its vault: its chain, the line that the vault remembers, and a line that somebody noted.

use std::path::Path;

use ssc_words::{Bilingual, Lang};

use super::{Audit, AuditLog, Head};
use crate::error::KeyError;
use crate::vault::Vault;

/// A log that was checked.
pub struct Judged {
    /// Its lines and what is wrong with them.
    pub audit: Audit,
    /// Lines that it must have and has not.
    pub missing: Vec<MissingLine>,
}

/// A line that a log must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingLine {
    /// The one that somebody noted.
    Noted,
    /// The last one that the vault remembers.
    Remembered(Head),
}

impl Judged {
    /// Checks `log`: that of `vault`, if one is named, with a line of the hash `noted`, if one was. `None` where there is no log and
    /// no vault that remembers one.
    ///
    /// # Errors
    /// Log or vault cannot be read.
    pub fn of(
        log: &AuditLog,
        vault: Option<&Path>,
        noted: Option<[u8; 32]>,
    ) -> Result<Option<Self>, KeyError> {
        let remembered = match vault.filter(|vault| vault.exists()) {
            Some(vault) => Vault::peek_at_memory(vault)?,
            None => None,
        };
        if !log.exists() && remembered.is_none() {
            return Ok(None);
        }
        let audit = log.check()?;
        let noted = noted.filter(|hash| !audit.has(*hash));
        let remembered = remembered.filter(|head| !audit.has_line(*head));
        let missing = noted
            .map(|_| MissingLine::Noted)
            .into_iter()
            .chain(remembered.map(MissingLine::Remembered))
            .collect();
        Ok(Some(Self { audit, missing }))
    }

    /// Nothing is wrong, and no line is missing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.audit.faults.is_empty() && self.missing.is_empty()
    }
}

impl Bilingual for MissingLine {
    fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, Self::Noted) => {
                "no line has the hash that was noted: the log was made anew, or cut".into()
            }
            (Lang::Zh, Self::Noted) => "没有一行具有所记的哈希值：日志被重做或截断".into(),
            (Lang::En, Self::Remembered(Head { line, hash })) => format!(
                "the vault remembers line {line} with the hash {}, and this log has it not: it was cut, or is another one (`--new-log` begins one, if it is lost)",
                hex::encode_upper(hash)
            ),
            (Lang::Zh, Self::Remembered(Head { line, hash })) => format!(
                "密钥库记得第 {line} 行，哈希值 {}，而此日志中没有：日志被截断，或不是同一日志（如已丢失，可用 --new-log 重新开始）",
                hex::encode_upper(hash)
            ),
        }
    }
}
