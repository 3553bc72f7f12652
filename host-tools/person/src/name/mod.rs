//! Names (姓名): 30 bytes in tag 09 and, from version 2.00, 20 more in tag 4E, in GB18030.

mod judge;
pub mod misread;
pub mod private_use;
mod rare;

use std::fmt;

use encoding_rs::GB18030;

use super::{Detail, Rule, Violation};

pub use judge::doubts;
pub use rare::{CharacterSet, Rare};

/// Bytes of tag 09.
pub const NAME_LENGTH: usize = 30;
/// Bytes of tag 4E, the extension.
pub const EXTENSION_LENGTH: usize = 20;

/// A name that fits the card: each character is ASCII or two bytes of GB18030, or four where a profile takes them.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    text: String,
    head: [u8; NAME_LENGTH],
    extension: [u8; EXTENSION_LENGTH],
}

impl Name {
    /// Checks every character and the length; see [`split_name`].
    pub fn parse(text: &str) -> Result<Self, Vec<Violation>> {
        Self::with(text, &Rare::USUAL)
    }

    /// The same for a bureau whose names have these rare characters: breaks [`Rule::NameRare`] too.
    pub fn with(text: &str, rare: &Rare) -> Result<Self, Vec<Violation>> {
        let (head, extension) = split(text, rare)?;
        Ok(Self {
            text: text.to_owned(),
            head,
            extension,
        })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value of tag 09, padded right with 00.
    pub fn head(&self) -> &[u8; NAME_LENGTH] {
        &self.head
    }

    /// The value of tag 4E, padded right with 00; all 00 when the name ends in tag 09.
    pub fn extension(&self) -> &[u8; EXTENSION_LENGTH] {
        &self.extension
    }

    /// Bytes of the name on the card, without padding.
    pub fn bytes(&self) -> usize {
        let used = |part: &[u8]| {
            part.iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last + 1)
        };
        match used(&self.extension) {
            0 => used(&self.head),
            more => NAME_LENGTH + more,
        }
    }

    /// Whether the name goes on in tag 4E, which version 1.00 does not have.
    pub fn needs_extension(&self) -> bool {
        self.extension[0] != 0
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({} characters)", self.text.chars().count())
    }
}

/// Splits a name over tags 09 and 4E; byte 30 never splits a character. The parts are padded right with 00.
///
/// Breaks [`Rule::Required`] (empty), [`Rule::NameTooLong`], for each character that the card cannot hold
/// [`Rule::NameControl`], [`Rule::NamePrivateUse`] or [`Rule::NameFourByte`], and the rules of what is no name or no character of one.
pub fn split_name(text: &str) -> Result<Parts, Vec<Violation>> {
    split(text, &Rare::USUAL)
}

/// The values of tags 09 and 4E.
type Parts = ([u8; NAME_LENGTH], [u8; EXTENSION_LENGTH]);

fn split(text: &str, rare: &Rare) -> Result<Parts, Vec<Violation>> {
    if text.is_empty() {
        return Err(vec![Rule::Required.into()]);
    }
    // One fault for one cause: what is no name at all is not looked at by its characters
    if let Some(violation) = judge::whole(text) {
        return Err(vec![violation]);
    }
    let (mut broken, mut judged) = judge::characters(text);
    for violation in rare.violations(text) {
        // Refused for itself already, or not
        if let Some(position) = violation.position().filter(|at| !judged.contains(at)) {
            judged.push(position);
            broken.push(violation);
        }
    }
    let (mut head, mut extension) = (Vec::new(), Vec::new());
    for (index, ch) in text.chars().enumerate() {
        match encode(ch) {
            Ok(bytes) if bytes.len() == 4 && judged.contains(&(index + 1)) => {}
            Ok(bytes) => {
                // once a character has gone to the extension all others follow, whatever gap is left
                if extension.is_empty() && head.len() + bytes.len() <= NAME_LENGTH {
                    head.extend(bytes);
                } else {
                    extension.extend(bytes);
                }
            }
            // Refused already
            Err(_) if judged.contains(&(index + 1)) => {}
            Err(rule) => broken.push(Violation::with(
                rule,
                Detail::Character {
                    ch,
                    position: index + 1,
                },
            )),
        }
    }
    if extension.len() > EXTENSION_LENGTH {
        let length = head.len() + extension.len();
        broken.push(Violation::with(Rule::NameTooLong, Detail::Bytes(length)));
    }
    broken.sort_by_key(Violation::position);
    if broken.is_empty() {
        Ok((pad(&head), pad(&extension)))
    } else {
        Err(broken)
    }
}

/// The one, two or four bytes of a character, or the rule that it breaks.
fn encode(ch: char) -> Result<Vec<u8>, Rule> {
    if ch.is_control() {
        return Err(Rule::NameControl);
    }
    if matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..) {
        return Err(Rule::NamePrivateUse);
    }
    let mut utf8 = [0; 4];
    // GB18030 rather than GBK: the GBK encoder of the web would give the euro sign as the byte 80
    let (bytes, _, unmappable) = GB18030.encode(ch.encode_utf8(&mut utf8));
    match bytes.as_ref() {
        [ascii @ 0x20..=0x7E] => Ok(vec![*ascii]),
        [0x81..=0xFE, _] | [_, _, _, _] if !unmappable => Ok(bytes.into_owned()),
        _ => Err(Rule::NameFourByte),
    }
}

/// `bytes` padded right with 00 (and never longer than `N`, which the caller has checked).
fn pad<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<(Rule, Option<usize>)> {
        let position = |detail: &Option<Detail>| match detail {
            Some(Detail::Character { position, .. }) => Some(*position),
            _ => None,
        };
        let broken = split_name(text).unwrap_err();
        broken
            .iter()
            .map(|v| (v.rule, position(&v.detail)))
            .collect()
    }

    #[test]
    fn bytes_of_gb18030() {
        // python3 -c "print('张三·Ab'.encode('gb18030').hex())"
        let (head, extension) = split_name("张三·Ab").unwrap();
        assert_eq!(hex::encode(&head[..8]), "d5c5c8fda1a44162");
        assert_eq!(head[8..], [0; 22]);
        assert_eq!(extension, [0; 20]);
    }

    #[test]
    fn four_bytes_where_a_profile_takes_them() {
        // python3 -c "print('王𠮷'.encode('gb18030').hex())"
        let name = Name::with("王𠮷", &Rare::ANY).unwrap();
        assert_eq!(hex::encode(&name.head()[..7]), "cdf59534b23500");
        assert_eq!(name.bytes(), 6);
        // 28 bytes and four: byte 30 splits no character
        let name = format!("{}𠮷", "阿".repeat(14));
        let name = Name::with(&name, &Rare::ANY).unwrap();
        assert_eq!(name.head()[28..], [0, 0]);
        assert_eq!(hex::encode(&name.extension()[..4]), "9534b235");
        assert!(Name::with("王😀", &Rare::ANY).is_err());
    }

    #[test]
    fn thirty_and_twenty() {
        // 15 characters fill tag 09 to the last byte, the 16th opens tag 4E, the 26th is one too many
        let fill = Name::parse(&"阿".repeat(15)).unwrap();
        assert!(!fill.needs_extension() && fill.head()[29] != 0);
        let next = Name::parse(&"阿".repeat(16)).unwrap();
        assert_eq!(hex::encode(&next.extension()[..3]), "b0a200");
        assert!(Name::parse(&"阿".repeat(25)).is_ok());
        assert_eq!(rules(&"阿".repeat(26)), [(Rule::NameTooLong, None)]);
    }

    #[test]
    fn byte_30_never_splits_a_character() {
        // one ASCII letter puts the 15th Chinese character across the border
        let name = Name::parse(&format!("A{}B", "阿".repeat(15))).unwrap();
        assert_eq!(name.head()[29], 0);
        assert_eq!(hex::encode(&name.extension()[..4]), "b0a24200");
        // 29 + 20 bytes fit; what is left of tag 09 does not help a 21st byte of tag 4E
        assert!(Name::parse(&format!("A{}", "阿".repeat(24))).is_ok());
        assert_eq!(
            rules(&format!("A{}B", "阿".repeat(24))),
            [(Rule::NameTooLong, None)]
        );
    }

    #[test]
    fn refused_characters_are_named() {
        // U+3402 is a rare character in four bytes; U+20BB7 lies beyond the basic plane
        assert_eq!(rules("张㐂"), [(Rule::NameFourByte, Some(2))]);
        assert_eq!(
            rules("𠮷田㐂"),
            [(Rule::NameFourByte, Some(1)), (Rule::NameFourByte, Some(3))]
        );
        assert_eq!(rules("张\u{E000}"), [(Rule::NamePrivateUse, Some(2))]);
        assert_eq!(rules("张\u{1F}"), [(Rule::NameControl, Some(2))]);
        assert_eq!(rules("张\u{FFFD}"), [(Rule::NameLost, Some(2))]);
        assert_eq!(rules(""), [(Rule::Required, None)]);
        // the euro sign has two bytes in GB18030 and the forbidden 80 in GBK
        assert_eq!(encode('€').unwrap(), [0xA2, 0xE3]);
    }

    #[test]
    fn nothing_allowed_holds_80_or_is_private() {
        for ch in '\u{0}'..=char::MAX {
            if let Ok(bytes) = encode(ch) {
                match bytes[..] {
                    [ascii] => assert!((0x20..0x7F).contains(&ascii)),
                    [lead, trail] => {
                        let user_1 = matches!(lead, 0xAA..=0xAF) && trail >= 0xA1;
                        let user_2 = matches!(lead, 0xF8..=0xFE) && trail >= 0xA1;
                        let user_3 = matches!(lead, 0xA1..=0xA7) && trail < 0xA1;
                        assert!(!user_1 && !user_2 && !user_3, "{ch} {bytes:02X?}");
                    }
                    // Where a profile takes them.
                    [lead, second, third, fourth] => {
                        assert!((0x81..=0xFE).contains(&lead) && (0x81..=0xFE).contains(&third));
                        assert!(second.is_ascii_digit() && fourth.is_ascii_digit(), "{ch}");
                    }
                    _ => panic!("{ch}"),
                }
            }
        }
    }
}
