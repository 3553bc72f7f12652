//! What a return file says of one row of the batch.

use ssc_words::{Bilingual, Lang};

/// What became of a row, in the words of the return file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    /// Its card is SECURED and confirmed.
    Delivered,
    /// Refused by the check of the batch or by the register: it gets no card until the row is corrected.
    Rejected,
    /// Its last chip was spoiled or set aside: a run takes it again.
    ToBeRemade,
    /// A chip was begun for it, and what became of that chip is not known: it is continued, and no second chip is taken.
    Unfinished,
    /// No head has begun it.
    NotReached,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Delivered,
        Self::Rejected,
        Self::ToBeRemade,
        Self::Unfinished,
        Self::NotReached,
    ];

    /// The word that programs read; it never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::ToBeRemade => "to_be_remade",
            Self::Unfinished => "unfinished",
            Self::NotReached => "not_reached",
        }
    }
}

impl Bilingual for Fate {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Delivered, Lang::En) => "delivered",
            (Self::Delivered, Lang::Zh) => "已交付",
            (Self::Rejected, Lang::En) => "rejected",
            (Self::Rejected, Lang::Zh) => "已拒绝",
            (Self::ToBeRemade, Lang::En) => "to be remade",
            (Self::ToBeRemade, Lang::Zh) => "待重制",
            (Self::Unfinished, Lang::En) => "unfinished",
            (Self::Unfinished, Lang::Zh) => "未完成",
            (Self::NotReached, Lang::En) => "not reached",
            (Self::NotReached, Lang::Zh) => "未处理",
        }
        .into()
    }
}

/// Why, in both languages; both empty where nothing is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason {
    /// In English.
    pub english: String,
    /// 中文
    pub chinese: String,
}

impl Reason {
    /// Both languages.
    pub fn new(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
        }
    }

    /// The words in one language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.english,
            Lang::Zh => &self.chinese,
        }
    }
}

/// One row of a return file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRow {
    /// Line of the batch.
    pub line: u64,
    /// Social security number; empty where the row has none that can be read.
    pub number: String,
    /// Card number; empty where none was given.
    pub card_number: String,
    /// What became of it.
    pub fate: Fate,
    /// Why it has no card.
    pub reason: Reason,
    /// The chip that holds this row's data.
    pub chip: Option<Chip>,
}

/// A chip, as a return file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Identification code of the card, as hex.
    pub identification_code: String,
    /// Answer to reset, as hex.
    pub atr: String,
}

impl ReturnRow {
    /// The chip that a return file may name: one that was spoiled, set aside or never met says nothing about this person's card.
    #[must_use]
    pub fn named_chip(&self) -> Option<&Chip> {
        let holds = matches!(self.fate, Fate::Delivered | Fate::Unfinished);
        self.chip.as_ref().filter(|_| holds)
    }
}
