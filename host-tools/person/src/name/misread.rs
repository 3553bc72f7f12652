//! Text that was decoded in the wrong encoding, and what it was.

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

/// What U+FFFD in UTF-8 becomes in GBK: a text that was misread twice.
const LOST_TWICE: &str = "锟斤拷";

/// How sure it is that a text was misread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// What stands there is nobody's name; this was meant. Lost characters are `?`.
    Certain(String),
    /// It may be a name, and may be this, misread.
    Perhaps(String),
}

/// What was meant, where `text` is UTF-8 that was read as GBK or as Latin, or GBK that was read as Latin.
#[must_use]
pub fn misread(text: &str) -> Option<Misread> {
    if text.contains(LOST_TWICE) {
        return Some(Misread::Certain(
            "?".repeat(text.matches(LOST_TWICE).count()),
        ));
    }
    if text.is_ascii() {
        return None;
    }
    // A character cut in two leaves one of these at the end
    let whole = text.trim_end_matches(['?', '？', '\u{FFFD}']);
    let lost = whole.len() < text.len();
    if let Some(was) = again(whole, GB18030, UTF_8, lost) {
        // By chance a common name's bytes are a Chinese character in UTF-8; a misread one has characters that no name has
        let certain = lost || whole.chars().any(|ch| !ch.is_ascii() && !is_common(ch));
        return Some(if certain {
            Misread::Certain(was)
        } else {
            Misread::Perhaps(was)
        });
    }
    let latin = |ch: char| {
        ch.is_ascii() || ch <= '\u{FF}' || !WINDOWS_1252.encode(ch.encode_utf8(&mut [0; 4])).2
    };
    if whole.chars().all(latin) && whole.chars().filter(|ch| !ch.is_ascii()).count() > 1 {
        let was = again(whole, WINDOWS_1252, UTF_8, lost).or_else(|| {
            let was = again(whole, WINDOWS_1252, GB18030, lost)?;
            was.chars()
                .all(|ch| ch.is_ascii() || is_common(ch))
                .then_some(was)
        });
        return was.map(Misread::Certain);
    }
    None
}

/// Takes the bytes of `read` and reads them as `right`: Chinese, or nothing.
fn again(
    text: &str,
    read: &'static Encoding,
    right: &'static Encoding,
    lost: bool,
) -> Option<String> {
    let (bytes, _, unmappable) = read.encode(text);
    if unmappable {
        return None;
    }
    let was = match right.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(was) => was.into_owned(),
        None if right == UTF_8 => {
            let end = match str::from_utf8(&bytes) {
                Err(error) if error.error_len().is_none() || lost => error.valid_up_to(),
                _ => return None,
            };
            let begin = str::from_utf8(bytes.get(..end)?).ok()?;
            // One character at most is cut
            if end == 0 || bytes.len() - end > 3 {
                return None;
            }
            format!("{begin}?")
        }
        None => return None,
    };
    let chinese = |ch: char| matches!(ch, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    let fits = |ch: char| chinese(ch) || ch.is_ascii() || ch == '·';
    (was.chars().all(fits) && was.chars().any(chinese)).then_some(was)
}

/// Whether GB 2312 has the character: nearly every name is made of its 6,763.
#[must_use]
pub fn is_common(ch: char) -> bool {
    let mut utf8 = [0; 4];
    let (bytes, _, unmappable) = GB18030.encode(ch.encode_utf8(&mut utf8));
    !unmappable && matches!(bytes[..], [0xA1..=0xA9 | 0xB0..=0xF7, 0xA1..=0xFE])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        // Made by python's codecs: '李四'.encode().decode('gbk'), '王伟'.encode().decode('cp1252'), '张三'.encode('gbk').decode('cp1252')
        for (read, was) in [
            ("鏉庡洓", "李四"),
            ("鐜嬩紵", "王伟"),
            ("鏉庡皬榫?", "李小?"),
            ("娆ч槼濞\u{FFFD}", "欧阳?"),
            ("çŽ‹ä¼Ÿ", "王伟"),
            ("å¼\u{A0}ä¸‰", "张三"),
            ("ÕÅÈý", "张三"),
            ("ÕÔÀöÓ±", "赵丽颖"),
            ("锟斤拷锟斤拷", "??"),
        ] {
            assert_eq!(misread(read), Some(Misread::Certain(was.into())), "{read}");
        }
    }

    #[test]
    fn names_are_names() {
        for name in [
            "张三",
            "李小龙",
            "阿卜杜热依木·买买提",
            "Anna Wang",
            "José",
            "欧阳娜娜",
            "䶮",
            "張三丰",
            "王?",
        ] {
            assert_eq!(misread(name), None, "{name}");
        }
    }
}
