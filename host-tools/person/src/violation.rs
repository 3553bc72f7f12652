//! A broken rule, with what it was broken with.

use std::fmt;

use ssc_words::{Bilingual, Lang, clean, count};

use super::{Rule, mask};

/// What a rule was broken with, where the value alone does not show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A character and where it stands in the value, from 1.
    Character {
        /// The character.
        ch: char,
        /// Its place, from 1.
        position: usize,
    },
    /// A private-use character, and the one that has its own code since.
    Assigned {
        /// The private-use character.
        ch: char,
        /// Its place, from 1.
        position: usize,
        /// The character to write.
        assigned: char,
    },
    /// A character, and its plain form.
    Plain {
        /// The character.
        ch: char,
        /// Its place, from 1.
        position: usize,
        /// What to write.
        plain: String,
    },
    /// A character of a script that names on cards are not written in.
    Script {
        /// The script in English and Chinese.
        name: [&'static str; 2],
        /// Its first character.
        ch: char,
        /// Its place, from 1.
        position: usize,
    },
    /// What was probably meant.
    Meant(String),
    /// What is known and nearly so written.
    DidYouMean(Vec<&'static str>),
    /// The 18-digit form of a number of 15 digits. Messages show it masked; [`Violation::suggestion`] is the whole.
    NumberNow(Whole),
    /// Another line that the value stands on.
    AlsoOnLine(usize),
    /// Fields that a row has and should have.
    Fields {
        /// Fields of the row.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// Length in characters, of a value that is not shown.
    Length(usize),
    /// Characters that are no ASCII digits, of so many, in a value that is not shown.
    NoDigits {
        /// How many are none.
        others: usize,
        /// How many characters there are.
        length: usize,
    },
    /// Length in bytes of GB18030.
    Bytes(usize),
    /// Width and height of a picture.
    Size(u32, u32),
    /// The byte that cannot be decoded and its place in the field, from 1.
    Undecodable {
        /// The byte.
        byte: u8,
        /// Its place, from 1.
        position: usize,
    },
    /// Lines in another encoding than the file's.
    OtherEncoding {
        /// The encoding.
        name: &'static str,
        /// The first few lines.
        lines: Vec<usize>,
        /// How many there are.
        count: usize,
    },
    /// Why the system could not read a file, in its own words.
    System(String),
    /// The same, of a file.
    File(std::io::ErrorKind, String),
}

/// A whole citizen number; `Debug` shows its region.
#[derive(Clone, PartialEq, Eq)]
pub struct Whole(pub(crate) String);

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask::number(&self.0))
    }
}

impl Bilingual for Detail {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Character { ch, position }, lang) => place(*ch, *position, lang),
            (
                Self::Assigned {
                    ch,
                    position,
                    assigned,
                },
                Lang::En,
            ) => {
                format!("{}; write {}", place(*ch, *position, lang), code(*assigned))
            }
            (
                Self::Assigned {
                    ch,
                    position,
                    assigned,
                },
                Lang::Zh,
            ) => {
                format!("{}；请写{}", place(*ch, *position, lang), code(*assigned))
            }
            (
                Self::Plain {
                    ch,
                    position,
                    plain,
                },
                Lang::En,
            ) => {
                format!("{}; write {}", place(*ch, *position, lang), codes(plain))
            }
            (
                Self::Plain {
                    ch,
                    position,
                    plain,
                },
                Lang::Zh,
            ) => {
                format!("{}；请写{}", place(*ch, *position, lang), codes(plain))
            }
            (
                Self::Script {
                    name: [english, _],
                    ch,
                    position,
                },
                Lang::En,
            ) => {
                format!("{english} script: {}", place(*ch, *position, lang))
            }
            (
                Self::Script {
                    name: [_, chinese],
                    ch,
                    position,
                },
                Lang::Zh,
            ) => {
                format!("{chinese}：{}", place(*ch, *position, lang))
            }
            (Self::Meant(was), Lang::En) => format!("it reads \"{}\"", mask::value(was)),
            (Self::Meant(was), Lang::Zh) => format!("应读作“{}”", mask::value(was)),
            (Self::DidYouMean(near), Lang::En) => format!("did you mean {}?", near.join(", ")),
            (Self::DidYouMean(near), Lang::Zh) => format!("是否为{}？", near.join("、")),
            (Self::NumberNow(Whole(number)), Lang::En) => format!(
                "{}: write 19 before the seventh digit, and {} at the end",
                mask::number(number),
                number.chars().last().unwrap_or_default()
            ),
            (Self::NumberNow(Whole(number)), Lang::Zh) => format!(
                "{}：请在第7位前加19，末尾加{}",
                mask::number(number),
                number.chars().last().unwrap_or_default()
            ),
            (Self::AlsoOnLine(line), Lang::En) => format!("also on line {line}"),
            (Self::AlsoOnLine(line), Lang::Zh) => format!("另见第{line}行"),
            (Self::Fields { found, expected }, Lang::En) => {
                format!("{found} fields, {expected} columns")
            }
            (Self::Fields { found, expected }, Lang::Zh) => {
                format!("{found}个字段，{expected}列")
            }
            (Self::NoDigits { others, length }, Lang::En) => {
                format!(
                    "{others} of {} no digits",
                    count(*length as u64, "character")
                )
            }
            (Self::NoDigits { others, length }, Lang::Zh) => {
                format!("{length}个字符中有{others}个不是数字")
            }
            (Self::Length(length), Lang::En) => count(*length as u64, "character"),
            (Self::Length(length), Lang::Zh) => format!("{length}个字符"),
            (Self::Bytes(length), Lang::En) => count(*length as u64, "byte"),
            (Self::Bytes(length), Lang::Zh) => format!("{length}字节"),
            (Self::Size(width, height), Lang::En) => format!("{width} x {height} pixels"),
            (Self::Size(width, height), Lang::Zh) => format!("{width}×{height}像素"),
            (Self::Undecodable { byte, position }, Lang::En) => {
                format!("byte {byte:02X}, the field's byte {position}")
            }
            (Self::Undecodable { byte, position }, Lang::Zh) => {
                format!("字节{byte:02X}，字段的第{position}字节")
            }
            (Self::OtherEncoding { name, lines, count }, lang) => {
                let shown: Vec<String> = lines.iter().map(usize::to_string).collect();
                let more = count.saturating_sub(lines.len());
                match (lang, more) {
                    (Lang::En, 0) => format!("{name} on line {}", shown.join(", ")),
                    (Lang::En, more) => {
                        format!("{name} on line {} and {more} more", shown.join(", "))
                    }
                    (Lang::Zh, 0) => format!("第{}行为{name}", shown.join("、")),
                    (Lang::Zh, _) => format!("第{}行等共{count}行为{name}", shown.join("、")),
                }
            }
            (Self::System(words) | Self::File(_, words), Lang::En) | (Self::System(words), _) => {
                words.clone()
            }
            (Self::File(kind, words), Lang::Zh) => {
                ssc_words::system::of_kind(*kind).map_or_else(|| words.clone(), str::to_owned)
            }
        }
    }
}

/// A character as it may be shown, its code, and its name where it is not a Chinese one.
fn code(ch: char) -> String {
    let shown = if clean::steers(ch) {
        clean::REPLACEMENT
    } else {
        ch
    };
    let chinese = matches!(ch, '\u{2E80}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    let name = unicode_names2::name(ch).filter(|_| !chinese && !ch.is_ascii());
    let name = name.map_or(String::new(), |name| format!(" {name}"));
    format!("{shown} U+{:04X}{name}", u32::from(ch))
}

fn codes(text: &str) -> String {
    match text.chars().next() {
        Some(ch) if text.chars().nth(1).is_none() => code(ch),
        _ => text.to_owned(),
    }
}

fn place(ch: char, position: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{}, character {position}", code(ch)),
        Lang::Zh => format!("{}，第{position}个字符", code(ch)),
    }
}

/// A rule broken by a value, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// What the value alone does not show.
    pub detail: Option<Detail>,
}

impl Violation {
    /// A rule with its detail.
    pub fn with(rule: Rule, detail: Detail) -> Self {
        Self {
            rule,
            detail: Some(detail),
        }
    }

    /// Where in the value the character stands that breaks the rule, from 1.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self.detail {
            Some(
                Detail::Character { position, .. }
                | Detail::Assigned { position, .. }
                | Detail::Plain { position, .. }
                | Detail::Script { position, .. },
            ) => Some(position),
            _ => None,
        }
    }

    /// What to write instead, where that can be told: a whole number too, which no log may have.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        match &self.detail {
            Some(Detail::NumberNow(Whole(number))) => Some(number),
            _ => None,
        }
    }
}

impl From<Rule> for Violation {
    fn from(rule: Rule) -> Self {
        Self { rule, detail: None }
    }
}

impl Bilingual for Violation {
    fn say(&self, lang: Lang) -> String {
        let words = self.rule.words(lang);
        match (&self.detail, lang) {
            (None, _) => words.to_owned(),
            (Some(detail), Lang::En) => format!("{words} ({})", detail.say(lang)),
            (Some(detail), Lang::Zh) => format!("{words}（{}）", detail.say(lang)),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Violation {}
