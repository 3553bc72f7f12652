//! Why a security module does not compute.

use std::error::Error;

use ssc_words::{Bilingual, Lang};

use crate::KeyError;
use crate::hsm::HsmError;

/// Why a security module does not compute. No variant carries a key or a PIN.
#[derive(Debug)]
#[non_exhaustive]
pub enum ModuleError {
    /// A vault.
    Keys(KeyError),
    /// A token.
    Hsm(HsmError),
    /// A block to encipher has another length than the cipher's.
    BlockLength {
        /// Its bytes.
        length: usize,
    },
    /// A module of another crate, such as a PSAM in a second reader.
    Other {
        /// Its error; whoever knows the type finds it again ([`ModuleError::into_other`]).
        error: Box<dyn Error + Send + Sync>,
        /// What it says in Chinese.
        chinese: String,
    },
}

impl ModuleError {
    /// What a module of another crate says.
    pub fn other(error: impl Error + Bilingual + Send + Sync + 'static) -> Self {
        let chinese = error.say(Lang::Zh);
        Self::Other {
            error: Box::new(error),
            chinese,
        }
    }

    /// The error of a module whose errors are of type `E`.
    ///
    /// # Errors
    /// It is another module's: the error as it was.
    pub fn into_other<E: Error + 'static>(self) -> Result<E, Self> {
        match self {
            Self::Other { error, chinese } => error
                .downcast()
                .map(|error| *error)
                .map_err(|error| Self::Other { error, chinese }),
            own => Err(own),
        }
    }
}

impl From<KeyError> for ModuleError {
    fn from(error: KeyError) -> Self {
        Self::Keys(error)
    }
}

impl From<HsmError> for ModuleError {
    fn from(error: HsmError) -> Self {
        Self::Hsm(error)
    }
}

impl Bilingual for ModuleError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Keys(error), lang) => error.say(lang),
            (Self::Hsm(error), lang) => error.say(lang),
            (Self::Other { error, .. }, Lang::En) => error.to_string(),
            (Self::Other { chinese, .. }, Lang::Zh) => chinese.clone(),
            (Self::BlockLength { length }, Lang::En) => format!(
                "{length} bytes are no cipher block (8 with DES, 16 with SM4); nothing was sent to the card"
            ),
            (Self::BlockLength { length }, Lang::Zh) => {
                format!(
                    "{length} 字节不是一个密码分组（DES 为 8，SM4 为 16）；未向卡片发送任何内容"
                )
            }
        }
    }
}

impl std::fmt::Display for ModuleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl Error for ModuleError {}
