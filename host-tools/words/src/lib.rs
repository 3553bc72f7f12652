//! What every crate of the host says to a person.
//!
//! A message is [`Bilingual`]: it says in English and in Chinese ([`Lang`]) what failed, on which card or row, and what to do next.
//! What others have written passes [`clean`] on its way to a screen or a log.
#![forbid(unsafe_code)]

pub mod clean;
mod count;
mod kind;
pub mod moment;
pub mod shell;
pub mod system;

pub use count::count;
pub use kind::{ErrorKind, Kind};

/// The language of messages to people (`--lang`, `LANG`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English, the default.
    #[default]
    En,
    /// 中文
    Zh,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its code (ISO 639-1), as `--lang` and the environment name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// A message that people read, in both languages. `Display` stays English (logs, `--json`).
///
/// ```
/// use ssc_words::{Bilingual, Lang};
///
/// struct NoCard;
///
/// impl Bilingual for NoCard {
///     fn say(&self, lang: Lang) -> String {
///         match lang {
///             Lang::En => "no card: put one into the reader".into(),
///             Lang::Zh => "没有卡：请将卡放入读卡器".into(),
///         }
///     }
/// }
///
/// assert_eq!(NoCard.say(Lang::En), "no card: put one into the reader");
/// ```
pub trait Bilingual {
    /// The message in `lang`: what failed, on which card or row, and what to do next.
    fn say(&self, lang: Lang) -> String;
}
