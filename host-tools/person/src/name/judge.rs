//! What is no name, and what is no character of a name: it must never reach a card, whether the card could hold it or not.

use ssc_words::clean;
use unicode_normalization::UnicodeNormalization;

use super::misread::{Misread, is_common, misread};
use super::private_use;
use crate::{Detail, Rule, Violation};

/// The dot inside names, as GB 18030 and identity cards have it (A1A4).
const DOT: char = '·';
/// What is written in its place, by mistake or by another keyboard.
const DOTS: &str = "•・･‧∙⋅．.﹒\u{0387}●◦｡。、᛫˙⸱\u{2024}\u{2043}ㆍ-\u{2010}\u{2011}\u{2012}–—―−－﹣_＿:：∶*＊°˚▪⁃";
/// What stands for a character that was lost.
const LOST: &str = "?？¿□■〓\u{FFFD}◻◼▯▢☐⬜�";
/// Values that are no name, in small letters.
const NOTHING: &[&str] = &[
    "#n/a",
    "#na",
    "#ref!",
    "#name?",
    "#value!",
    "#div/0!",
    "#null!",
    "#num!",
    "#spill!",
    "#calc!",
    "n/a",
    "na",
    "null",
    "(null)",
    "<null>",
    "\\n",
    "none",
    "nil",
    "nan",
    "undefined",
    "无",
    "空",
    "暂无",
    "不详",
    "未知",
    "无名",
    "无名氏",
    "姓名",
    "name",
    "true",
    "false",
];
/// Words of people who try things out.
const TRIALS: &[&str] = &[
    "测试", "测式", "样例", "样本", "试验", "演示", "虚拟", "某某", "test", "demo", "sample",
    "asdf", "qwer", "xxx",
];

/// Why the text is no name at all.
pub(super) fn whole(text: &str) -> Option<Violation> {
    let small = text.to_lowercase();
    if NOTHING.contains(&small.as_str())
        || (small.starts_with('#') && small.ends_with(['!', '?', 'a']))
    {
        return Some(Rule::NameNothing.into());
    }
    if text.starts_with(['=', '+', '@', '＝', '＋', '＠']) {
        return Some(Rule::NameFormula.into());
    }
    if let Some(Misread::Certain(was)) = misread(text) {
        return Some(Violation::with(Rule::NameMisread, Detail::Meant(was)));
    }
    if let Some((ch, position, script)) =
        places(text).find_map(|(ch, position)| Some((ch, position, script(ch)?)))
    {
        return Some(Violation::with(
            Rule::NameScript,
            Detail::Script {
                name: script,
                ch,
                position,
            },
        ));
    }
    None
}

/// Each character that no name has; and where they all stand, from 1.
pub(super) fn characters(text: &str) -> (Vec<Violation>, Vec<usize>) {
    let all: Vec<char> = text.chars().collect();
    let mut broken: Vec<Violation> = Vec::new();
    let mut judged = Vec::new();
    for (ch, position) in places(text) {
        let beside = |step: isize| {
            position
                .checked_add_signed(step - 1)
                .and_then(|index| all.get(index))
                .copied()
        };
        let neighbours = (beside(-1), beside(1));
        if let Some(violation) = character(ch, position, neighbours) {
            judged.push(position);
            // One cause, one message
            if broken
                .last()
                .is_none_or(|last| last.rule != violation.rule || last.rule == Rule::NamePrivateUse)
            {
                broken.push(violation);
            }
        }
    }
    (broken, judged)
}

fn character(
    ch: char,
    position: usize,
    (before, after): (Option<char>, Option<char>),
) -> Option<Violation> {
    let at = Detail::Character { ch, position };
    let plain = |rule, detail| Some(Violation::with(rule, detail));
    let latin = |beside: Option<char>| {
        beside.is_some_and(|beside| beside.is_ascii_alphabetic() || matches!(beside, ' ' | '.'))
    };
    if LOST.contains(ch) {
        return plain(Rule::NameLost, at);
    }
    if is_private(ch) {
        return match private_use::assigned(ch) {
            Some(assigned) => plain(
                Rule::NamePrivateUse,
                Detail::Assigned {
                    ch,
                    position,
                    assigned,
                },
            ),
            None => plain(Rule::NamePrivateUse, at),
        };
    }
    if ch == ' '
        && latin(before)
        && after.is_some_and(|after| after.is_ascii_alphabetic())
        && before != Some(' ')
    {
        return None;
    }
    if ch.is_whitespace() && !ch.is_control() {
        return plain(Rule::NameBlank, at);
    }
    if ch.is_control() || clean::steers(ch) || is_invisible(ch) {
        return plain(Rule::NameControl, at);
    }
    // Names in Latin letters have these too: J. Smith, Anne-Marie, O'Brien
    if matches!(ch, '.' | '-' | '\'')
        && before.is_some_and(|before| before.is_ascii_alphabetic())
        && after.is_none_or(|after| latin(Some(after)))
    {
        return None;
    }
    if DOTS.contains(ch) {
        let plain_dot = DOT.to_string();
        return plain(
            Rule::NameDot,
            Detail::Plain {
                ch,
                position,
                plain: plain_dot,
            },
        );
    }
    if ch.is_numeric() && !is_chinese(ch) {
        return plain(Rule::NameDigits, at);
    }
    let once = || std::iter::once(ch);
    let form: String = once().nfkc().collect();
    if !once().eq(form.chars()) && form.chars().all(char::is_alphanumeric) {
        return plain(
            Rule::NameCompatibility,
            Detail::Plain {
                ch,
                position,
                plain: form,
            },
        );
    }
    if ch == DOT {
        // A dot stands between two parts of a name
        let inside =
            before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
        return if inside {
            None
        } else {
            plain(Rule::NameSymbol, at)
        };
    }
    let is_latin = ch.is_alphabetic() && u32::from(ch) < 0x250;
    if !is_latin && !is_chinese(ch) {
        return plain(Rule::NameSymbol, at);
    }
    None
}

/// What a name that stands should be looked at for.
#[must_use]
pub fn doubts(text: &str) -> Vec<Violation> {
    let mut doubts = Vec::new();
    let small = text.to_lowercase();
    if TRIALS.iter().any(|word| small.contains(word)) {
        doubts.push(Rule::NameTrial.into());
    }
    if let Some(Misread::Perhaps(was)) = misread(text) {
        doubts.push(Violation::with(
            Rule::NamePerhapsMisread,
            Detail::Meant(was),
        ));
    }
    let uncommon = places(text).find(|(ch, _)| is_chinese(*ch) && !is_common(*ch));
    if let Some((ch, position)) = uncommon {
        doubts.push(Violation::with(
            Rule::NameUncommon,
            Detail::Character { ch, position },
        ));
    }
    doubts
}

fn places(text: &str) -> impl Iterator<Item = (char, usize)> + '_ {
    text.chars().zip(1..)
}

fn is_private(ch: char) -> bool {
    matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

fn is_chinese(ch: char) -> bool {
    matches!(ch, '〇' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// A script that names on cards are not written in, in English and Chinese.
fn script(ch: char) -> Option<[&'static str; 2]> {
    Some(match ch {
        '\u{F00}'..='\u{FFF}' => ["Tibetan", "藏文"],
        '\u{600}'..='\u{6FF}'
        | '\u{750}'..='\u{77F}'
        | '\u{8A0}'..='\u{8FF}'
        | '\u{FB50}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' => [
            "Uyghur, Kazakh or other Arabic",
            "维吾尔文、哈萨克文等阿拉伯字母",
        ],
        '\u{1800}'..='\u{1809}' | '\u{180F}'..='\u{18AF}' => ["Mongolian", "蒙古文"],
        '\u{A000}'..='\u{A4CF}' => ["Yi", "彝文"],
        '\u{AC00}'..='\u{D7A3}'
        | '\u{1100}'..='\u{115E}'
        | '\u{1161}'..='\u{11FF}'
        | '\u{3131}'..='\u{318D}' => ["Korean", "朝鲜文"],
        '\u{3041}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{FF66}'..='\u{FF9F}' => ["Japanese", "日文假名"],
        '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}' => ["Dai", "傣文"],
        '\u{370}'..='\u{3FF}' if ch != '\u{387}' => ["Greek", "希腊文"],
        '\u{400}'..='\u{52F}' => ["Cyrillic", "西里尔文"],
        '\u{E00}'..='\u{E7F}' => ["Thai", "泰文"],
        '\u{900}'..='\u{DFF}' => ["Indian", "印度文字"],
        '\u{590}'..='\u{5FF}' => ["Hebrew", "希伯来文"],
        '\u{3105}'..='\u{312F}' => ["Bopomofo", "注音符号"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Name;

    fn rules(text: &str) -> Vec<Rule> {
        match Name::parse(text) {
            Ok(_) => Vec::new(),
            Err(broken) => broken.into_iter().map(|violation| violation.rule).collect(),
        }
    }

    #[test]
    fn names_are_taken() {
        for name in [
            "张三",
            "欧阳娜娜",
            "阿依古丽·买买提",
            "阿卜杜热依木·阿卜杜拉",
            "John Smith",
            "J. Smith",
            "Anne-Marie O'Brien",
            "〇一",
            "Li",
            "䶮",
            "张三丰",
        ] {
            assert_eq!(rules(name), [], "{name}");
        }
    }

    #[test]
    fn each_of_these_is_one_fault() {
        for (name, rule) in [
            ("王?", Rule::NameLost),
            ("李□", Rule::NameLost),
            ("赵〓", Rule::NameLost),
            ("赵\u{FFFD}\u{FFFD}", Rule::NameLost),
            ("鏉庡洓", Rule::NameMisread),
            ("#N/A", Rule::NameNothing),
            ("null", Rule::NameNothing),
            ("#REF!", Rule::NameNothing),
            ("=cmd|calc", Rule::NameFormula),
            ("张三1", Rule::NameDigits),
            ("张三２", Rule::NameDigits),
            ("张三①", Rule::NameDigits),
            ("王\u{E863}", Rule::NamePrivateUse),
            ("阿依古丽•买买提", Rule::NameDot),
            ("阿依古丽．买买提", Rule::NameDot),
            ("阿依古丽.买买提", Rule::NameDot),
            ("阿依古丽-买买提", Rule::NameDot),
            ("阿依古丽\u{387}买买提", Rule::NameDot),
            ("阿依古丽··买买提", Rule::NameSymbol),
            ("·买买提", Rule::NameSymbol),
            ("ＺＨＡＮＧ", Rule::NameCompatibility),
            ("\u{F9E1}四", Rule::NameCompatibility),
            ("⼤山", Rule::NameCompatibility),
            ("བཀྲ་ཤིས", Rule::NameScript),
            ("ئابدۇراخمان", Rule::NameScript),
            ("すずき", Rule::NameScript),
            ("张 三", Rule::NameBlank),
            ("张　三", Rule::NameBlank),
            ("John  Smith", Rule::NameBlank),
            ("张\u{200B}三", Rule::NameControl),
            ("张\u{202E}三", Rule::NameControl),
            ("张\n三", Rule::NameControl),
            ("张三(小", Rule::NameSymbol),
            ("张三（小", Rule::NameSymbol),
            ("张😀", Rule::NameSymbol),
        ] {
            assert_eq!(rules(name), [rule], "{name}");
        }
    }

    #[test]
    fn doubts_let_a_name_stand() {
        let found = |text| {
            doubts(text)
                .into_iter()
                .map(|doubt| doubt.rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("测试"), [Rule::NameTrial]);
        assert_eq!(found("Test User"), [Rule::NameTrial]);
        assert_eq!(found("張三"), [Rule::NameUncommon]);
        assert_eq!(found("张三"), []);
        assert_eq!(rules("测试"), []);
    }

    /// Whatever stands: Chinese or Latin letters, `·`, and what Latin names have beside them.
    #[test]
    fn nothing_else_ever_stands() {
        for ch in '\u{0}'..=char::MAX {
            if rules(&format!("张{ch}三")).is_empty() {
                let fits =
                    is_chinese(ch) || ch == '·' || (ch.is_alphabetic() && u32::from(ch) < 0x2E80);
                assert!(fits, "{ch} U+{:04X}", u32::from(ch));
                assert!(!is_private(ch) && !LOST.contains(ch) && !DOTS.contains(ch));
            }
        }
    }
}
