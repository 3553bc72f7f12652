//! A message that is made where it is needed, in both languages.

use ssc_words::{Bilingual, Lang};

/// A message in English and in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    english: String,
    chinese: String,
}

/// Both languages side by side.
pub fn text(english: impl Into<String>, chinese: impl Into<String>) -> Text {
    Text {
        english: english.into(),
        chinese: chinese.into(),
    }
}

impl Text {
    /// What `message` says.
    pub fn of(message: &(impl Bilingual + ?Sized)) -> Self {
        text(message.say(Lang::En), message.say(Lang::Zh))
    }
}

impl Bilingual for Text {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english.clone(),
            Lang::Zh => self.chinese.clone(),
        }
    }
}

/// One of two words.
pub fn pick<'a>(lang: Lang, english: &'a str, chinese: &'a str) -> &'a str {
    match lang {
        Lang::En => english,
        Lang::Zh => chinese,
    }
}
