//! Why a run cannot begin or go on.

use std::fmt;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::audit::AuditError;
use crate::card_error::CardError;
use crate::register::RegisterError;
use crate::sealing::SealingError;

/// Why a run cannot begin or go on. Nothing is lost: the job goes on from there.
#[derive(Debug)]
#[non_exhaustive]
pub enum EngineError {
    /// The register refuses, or cannot be used.
    Register(RegisterError),
    /// What is decided does not open.
    Sealing(SealingError),
    /// The keys are not those that the job was made with.
    OtherKeys {
        /// The job.
        job: String,
    },
    /// The keys or the register failed in the middle of a card.
    Card(CardError),
}

impl From<RegisterError> for EngineError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<AuditError> for EngineError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Register(error) => Self::Register(error),
            AuditError::Keys(error) => Self::Card(error.into()),
            AuditError::Card(error) => Self::Card(error),
            AuditError::OtherKeys { job } => Self::OtherKeys { job },
        }
    }
}

impl From<SealingError> for EngineError {
    fn from(error: SealingError) -> Self {
        Self::Sealing(error)
    }
}

impl Bilingual for EngineError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Register(error), _) => error.say(lang),
            (Self::Sealing(error), _) => error.say(lang),
            (Self::Card(error), _) => error.say(lang),
            (Self::OtherKeys { job }, Lang::En) => format!(
                "job {job} was made with other keys: no card was touched. Name the vault or the token that it was made with"
            ),
            (Self::OtherKeys { job }, Lang::Zh) => {
                format!("作业 {job} 由其他密钥建立：未触及任何卡片。请指定建立作业时的密钥库或令牌")
            }
        }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for EngineError {}

impl Kind for EngineError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Register(error) => error.kind(),
            Self::Sealing(error) => error.kind(),
            Self::Card(error) => error.kind(),
            Self::OtherKeys { .. } => ErrorKind::Keys,
        }
    }
}
