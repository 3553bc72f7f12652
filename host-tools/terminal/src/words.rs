//! Words in both languages, as the tables have them or made for one card.

use std::borrow::Cow;

use serde::Serialize;
use ssc_words::{Bilingual, Lang};

/// A meaning in English and in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// In English.
    pub english: Cow<'static, str>,
    /// 中文
    pub chinese: Cow<'static, str>,
}

impl Words {
    /// Words out of a table, or made by `format!`.
    pub fn new(
        english: impl Into<Cow<'static, str>>,
        chinese: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
        }
    }

    /// What `message` says in both languages.
    pub fn of(message: &dyn Bilingual) -> Self {
        Self::new(message.say(Lang::En), message.say(Lang::Zh))
    }

    /// The words in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.english,
            Lang::Zh => &self.chinese,
        }
    }
}

impl Bilingual for Words {
    fn say(&self, lang: Lang) -> String {
        self.get(lang).to_owned()
    }
}
