//! The rules that a profile chooses by a word.

use ssc_person::Date;

/// Rules with the words that stand in the file.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $rule:ident = $word:literal;)+ })+) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $rule,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$rule),+];
            /// Their words.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The word in the file.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$rule => $word,)+
                }
            }

            /// The rule of a word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|rule| rule.word() == word)
            }
        })+
    };
}

rules! {
    /// Where first PINs come from.
    PinRule {
        /// Each row brings one; a row without is refused.
        Batch = "batch";
        /// The row's, else six random digits.
        Random = "random";
        /// The row's, else the published one: with demo keys only.
        Demo = "demo";
    }
    /// Whether cards have photos.
    PhotoRule {
        /// A row without one is refused.
        Demanded = "demanded";
        /// A row may bring one.
        Allowed = "allowed";
        /// A row with one is refused.
        None = "none";
    }
    /// Which number a card has that replaces another.
    NumberRule {
        /// A new one.
        New = "new";
        /// That of the old card.
        Old = "old";
    }
}

/// The issue date of rows that name none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueDate {
    /// The day on which the job is made (UTC+8).
    Today,
    /// This day.
    Day(Date),
}
