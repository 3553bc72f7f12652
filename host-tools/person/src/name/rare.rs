//! Rare characters (生僻字): which characters of names a bureau's printers and the terminals of its city have.

use encoding_rs::GB18030;

use super::misread::is_common;
use crate::{Detail, Rule, Violation};

/// The trail byte in row FE from which on GB18030 has added characters to those of code page 936.
const ADDED_FROM: u8 = b'P';

/// Sets of characters, each with all those of the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CharacterSet {
    /// GB 2312: 6,763 Chinese characters, which everything has.
    Gb2312,
    /// GBK as computers have it (code page 936): 20,902 Chinese characters of Unicode 1.1 and 21 more; 䶮 is not one of them.
    Gbk,
    /// All that have two bytes in GB18030: 䶮 and 79 more.
    #[default]
    TwoByte,
    /// All of Unicode: those with four bytes too, which take four bytes of the card's name.
    Gb18030,
}

impl CharacterSet {
    /// All of them, the smallest first.
    pub const ALL: &[Self] = &[Self::Gb2312, Self::Gbk, Self::TwoByte, Self::Gb18030];
    /// Their words.
    pub const WORDS: &[&str] = &["gb2312", "gbk", "two-byte", "gb18030"];

    /// The word in a profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gb2312 => "gb2312",
            Self::Gbk => "gbk",
            Self::TwoByte => "two-byte",
            Self::Gb18030 => "gb18030",
        }
    }

    /// The set of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|set| set.word() == word)
    }

    /// The smallest set that has this character.
    #[must_use]
    pub fn of(ch: char) -> Self {
        let mut utf8 = [0; 4];
        let (bytes, _, unmappable) = GB18030.encode(ch.encode_utf8(&mut utf8));
        match bytes[..] {
            [_] if !unmappable => Self::Gb2312,
            _ if is_common(ch) => Self::Gb2312,
            [0xFE, trail] if trail >= ADDED_FROM => Self::TwoByte,
            [_, _] if !unmappable => Self::Gbk,
            _ => Self::Gb18030,
        }
    }
}

/// Which characters the names of cards may have: those of a set, and single ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rare {
    /// The set.
    pub set: CharacterSet,
    /// The single ones, which are not in it.
    pub besides: Vec<char>,
}

impl Rare {
    /// What every card can hold: two bytes a character.
    pub const USUAL: Self = Self::of(CharacterSet::TwoByte);
    /// Whatever a card can hold.
    pub const ANY: Self = Self::of(CharacterSet::Gb18030);

    /// A set alone.
    #[must_use]
    pub const fn of(set: CharacterSet) -> Self {
        let besides = Vec::new();
        Self { set, besides }
    }

    /// Whether names may have this character.
    #[must_use]
    pub fn has(&self, ch: char) -> bool {
        CharacterSet::of(ch) <= self.set || self.besides.contains(&ch)
    }

    /// Each character of a name that it may not have: [`Rule::NameFourByte`] by the usual rule, [`Rule::NameRare`] by a bureau's own.
    #[must_use]
    pub fn violations(&self, name: &str) -> Vec<Violation> {
        let rare = name.chars().zip(1..).filter(|(ch, _)| !self.has(*ch));
        let violation = |(ch, position)| {
            let rule = match CharacterSet::of(ch) {
                CharacterSet::Gb18030 if self.set == CharacterSet::TwoByte => Rule::NameFourByte,
                _ => Rule::NameRare,
            };
            Violation::with(rule, Detail::Character { ch, position })
        };
        rare.map(violation).collect()
    }
}

impl Default for Rare {
    fn default() -> Self {
        Self::USUAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_set_of_a_character() {
        // By python's codecs: gb2312 has the first, gbk (936) the second; gb18030 gives fe9f, fe55, fe87 for the third and four bytes for the last.
        // The dot is A1A4 in all of them, with another code in python's gb2312
        for (set, characters) in [
            (CharacterSet::Gb2312, "张三A·-"),
            (CharacterSet::Gbk, "镕喆堃犇玥〇張"),
            (CharacterSet::TwoByte, "䶮㑳䥽"),
            (CharacterSet::Gb18030, "㐂𠮷𬱖"),
        ] {
            for ch in characters.chars() {
                assert_eq!(CharacterSet::of(ch), set, "{ch}");
            }
        }
        for (set, word) in CharacterSet::ALL.iter().zip(CharacterSet::WORDS) {
            assert_eq!(CharacterSet::of_word(word), Some(*set));
        }
    }

    #[test]
    fn a_set_and_single_ones() {
        let rules = |rare: &Rare, name: &str| -> Vec<_> {
            let found = rare.violations(name).into_iter();
            found.map(|one| (one.rule, one.position())).collect()
        };
        let gbk = Rare::of(CharacterSet::Gbk);
        assert_eq!(rules(&gbk, "王䶮"), [(Rule::NameRare, Some(2))]);
        assert_eq!(rules(&gbk, "𠮷镕"), [(Rule::NameRare, Some(1))]);
        let besides = Rare {
            besides: vec!['䶮'],
            ..gbk
        };
        assert_eq!(rules(&besides, "王䶮"), []);
        assert_eq!(rules(&Rare::USUAL, "䶮𠮷"), [(Rule::NameFourByte, Some(2))]);
        assert_eq!(rules(&Rare::ANY, "䶮𠮷"), []);
    }
}
