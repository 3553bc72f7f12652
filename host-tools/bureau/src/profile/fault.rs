//! What is wrong in a profile, and where.

use serde::Serialize;
use ssc_person::Violation;
use ssc_words::{Bilingual, Lang};

use super::keys::nearest;
use super::range::SerialError;
use super::table::Span;

/// One fault, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1 on.
    pub line: usize,
    /// Column in characters, from 1 on.
    pub column: usize,
    /// Characters that are meant, at least 1.
    pub length: usize,
    /// The line as it stands in the file.
    pub text: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// No TOML.
    Syntax {
        /// What its parser says.
        message: String,
    },
    /// No such key.
    UnknownKey {
        /// As it was written.
        key: String,
        /// What was probably meant.
        meant: Option<&'static str>,
        /// The keys that there are.
        known: Vec<&'static str>,
    },
    /// A key that must be there.
    Missing {
        /// Which.
        key: &'static str,
    },
    /// A value of another type.
    WrongType {
        /// Of this key.
        key: &'static str,
        /// What it should be, in English and Chinese.
        wanted: [&'static str; 2],
        /// What it is.
        is: &'static str,
    },
    /// None of the words that a key can have.
    NotOneOf {
        /// The key.
        key: &'static str,
        /// As it was written.
        word: String,
        /// What was probably meant.
        meant: Option<&'static str>,
        /// The words.
        words: Vec<&'static str>,
    },
    /// A word stands twice in a list.
    Twice {
        /// The word.
        word: String,
    },
    /// A name that is empty, too long, or has blanks around it.
    Name {
        /// Of this key.
        key: &'static str,
        /// Characters that it may have.
        most: usize,
    },
    /// The generation has no such applications.
    NoSuchModel {
        /// The generation.
        generation: &'static str,
    },
    /// A value that breaks a rule of cardholders' data.
    Value(Violation),
    /// GB/T 2260 has no such region.
    UnknownRegion {
        /// The code.
        code: String,
    },
    /// Years of validity.
    Years {
        /// At most.
        most: i64,
    },
    /// No category.
    Category,
    /// A list of rare characters names two sets.
    SecondSet {
        /// The first.
        first: &'static str,
    },
    /// A rare character that the set has.
    InTheSet {
        /// The character.
        ch: char,
        /// The set.
        set: &'static str,
    },
    /// A photo is demanded, and the generation has no file for it.
    NoRoomForPhoto,
    /// No card number.
    CardNumber(SerialError),
    /// The last number is before the first.
    Backwards,
    /// Numbers of a range are in another one.
    Overlap {
        /// The other's first number.
        first: String,
        /// The other's last number.
        last: String,
    },
}

impl FaultKind {
    /// A word that is none of `words`.
    pub(super) fn not_one_of(key: &'static str, word: &str, words: &[&'static str]) -> Self {
        Self::NotOneOf {
            key,
            word: word.to_owned(),
            meant: nearest(word, words.iter().copied()),
            words: words.to_vec(),
        }
    }

    /// The identifier that reports carry.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::UnknownKey { .. } => "unknown-key",
            Self::Missing { .. } => "missing",
            Self::WrongType { .. } => "wrong-type",
            Self::NotOneOf { .. } => "not-one-of",
            Self::Twice { .. } => "twice",
            Self::Name { .. } => "name",
            Self::NoSuchModel { .. } => "no-such-model",
            Self::Value(_) => "value",
            Self::UnknownRegion { .. } => "unknown-region",
            Self::Years { .. } => "years",
            Self::Category => "category",
            Self::SecondSet { .. } => "second-set",
            Self::InTheSet { .. } => "in-the-set",
            Self::NoRoomForPhoto => "no-room-for-photo",
            Self::CardNumber(_) => "card-number",
            Self::Backwards => "backwards",
            Self::Overlap { .. } => "overlap",
        }
    }
}

impl Bilingual for FaultKind {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Syntax { message } => (
                format!("this is no TOML: {message}"),
                format!("不是合法的 TOML：{message}"),
            ),
            Self::UnknownKey { key, meant, known } => {
                let all = known.join(", ");
                match meant {
                    Some(meant) => (
                        format!("there is no key {key}; {meant} is probably meant"),
                        format!("没有名为 {key} 的键；可能是 {meant}"),
                    ),
                    None => (
                        format!("there is no key {key}; remove it. There are {all}"),
                        format!("没有名为 {key} 的键，请删除。可用的键：{all}"),
                    ),
                }
            }
            Self::Missing { key } => (
                format!("{key} is missing; add it (`ssc profile new` shows an example)"),
                format!("缺少 {key}；请补上（`ssc profile new` 给出示例）"),
            ),
            Self::WrongType { key, wanted, is } => (
                format!("{key} is {}, and this is of type {is}", wanted[0]),
                format!("{key} 须为{}，此处类型为 {is}", wanted[1]),
            ),
            Self::NotOneOf {
                key,
                word,
                meant,
                words,
            } => {
                let all = words.join(", ");
                let meant = meant.map_or_else(Default::default, |meant| {
                    (format!("; {meant} is probably meant"), format!("；可能是 {meant}"))
                });
                let (english, chinese): (String, String) = meant;
                (
                    format!("{key} is one of {all}, and not \"{word}\"{english}"),
                    format!("{key} 须为 {all} 之一，不能是“{word}”{chinese}"),
                )
            }
            Self::Twice { word } => (
                format!("{word} stands twice; remove one"),
                format!("{word} 重复；请删除其一"),
            ),
            Self::Name { key, most } => (
                format!("{key} has 1 to {most} characters, no blank at its ends and no control character"),
                format!("{key} 须为 1 至 {most} 个字符，首尾无空格，且无控制字符"),
            ),
            Self::NoSuchModel { generation } => (
                format!("no card of {generation} has just these applications: ssc must be there, certificates only on 3.00"),
                format!("{generation} 版卡没有恰好这些应用的卡型：须有 ssc，certificates 仅限 3.00 版"),
            ),
            Self::Value(violation) => return violation.say(lang),
            Self::UnknownRegion { code } => (
                format!("{code} is no current or withdrawn region code (GB/T 2260); look for a mistyped digit"),
                format!("{code} 不是现行或已撤销的行政区划代码（GB/T 2260）；请检查是否录错"),
            ),
            Self::Years { most } => (
                format!("valid_years is 1 to {most}"),
                format!("valid_years 须为 1 至 {most}"),
            ),
            Self::Category => (
                "a category is one letter or digit".into(),
                "卡的类别须为一个字母或数字".into(),
            ),
            Self::SecondSet { first } => (
                format!("{first} is the set already: name one set, and single characters that it does not have"),
                format!("字符集已为 {first}：只写一个字符集，以及其中没有的个别字"),
            ),
            Self::InTheSet { ch, set } => (
                format!("{set} has {ch} already: remove it, or name a smaller set, such as [\"gbk\", \"䶮\"]"),
                format!("{set} 已包含 {ch}：请删除，或写较小的字符集，如 [\"gbk\", \"䶮\"]"),
            ),
            Self::NoRoomForPhoto => (
                "cards of 1.00 have no file for a photo: write \"none\" or \"allowed\", or take a later generation".into(),
                "1.00 版卡没有照片文件：请写 \"none\" 或 \"allowed\"，或用更新的版本".into(),
            ),
            Self::CardNumber(SerialError::Form) => (
                "a card number of a range is a digit or capital letter and seven digits, with or without the check character, such as A0000001".into(),
                "号段的卡号为一个数字或大写字母加七位数字，校验码可省略，如 A0000001".into(),
            ),
            Self::CardNumber(SerialError::Check(right)) => (
                format!("the check character of this card number is {right}; a digit was mistyped, or leave the check character out"),
                format!("该卡号的校验码应为 {right}；可能录错，或可省略校验码"),
            ),
            Self::Backwards => (
                "the last number is before the first; exchange them".into(),
                "末号在首号之前；请对调".into(),
            ),
            Self::Overlap { first, last } => (
                format!("this range shares numbers with the range {first} to {last} above; a number is given once only: change one of them"),
                format!("此号段与上面的 {first} 至 {last} 重叠；一个卡号只发一次：请改其一"),
            ),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl Fault {
    /// A fault at these bytes of the text.
    pub(super) fn at(text: &str, span: Span, kind: FaultKind) -> Self {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let begin = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let end = text[start..]
            .find('\n')
            .map_or(text.len(), |end| start + end);
        let line = text[begin..end].trim_end_matches('\r');
        let until = text.floor_char_boundary(span.end.clamp(start, end));
        Self {
            line: text[..begin].matches('\n').count() + 1,
            column: text[begin..start].chars().count() + 1,
            length: text[start..until].chars().count().max(1),
            text: line.to_owned(),
            kind,
        }
    }

    /// The line of the file, and a line that marks the place in it.
    #[must_use]
    pub fn shown(&self) -> [String; 2] {
        // A Chinese character takes two places of the screen, a tab what it takes there.
        let wide = |ch: char| ('\u{2E80}'..='\u{FF60}').contains(&ch) || ch >= '\u{20000}';
        let room = |ch: char| match ch {
            '\t' => "\t",
            ch if wide(ch) => "  ",
            _ => " ",
        };
        let before: String = self.text.chars().take(self.column - 1).map(room).collect();
        let meant = self.text.chars().skip(self.column - 1).take(self.length);
        let carets: usize = meant.map(|ch| if wide(ch) { 2 } else { 1 }).sum();
        [
            format!("    {}", self.text),
            format!("    {before}{}", "^".repeat(carets.max(1))),
        ]
    }

    /// What is wrong, with its place: `line:column`.
    #[must_use]
    pub fn say_at(&self, lang: Lang) -> String {
        let (line, column, what) = (self.line, self.column, self.kind.say(lang));
        match lang {
            Lang::En => format!("line {line}, column {column}: {what}"),
            Lang::Zh => format!("第 {line} 行第 {column} 列：{what}"),
        }
    }
}

/// For programs.
impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fault = serializer.serialize_struct("Fault", 6)?;
        fault.serialize_field("line", &self.line)?;
        fault.serialize_field("column", &self.column)?;
        fault.serialize_field("length", &self.length)?;
        fault.serialize_field("rule", self.kind.id())?;
        fault.serialize_field("message", &self.kind.say(Lang::En))?;
        fault.serialize_field("message_zh", &self.kind.say(Lang::Zh))?;
        fault.end()
    }
}
