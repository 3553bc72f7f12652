//! The rule for rare characters: a set by its word, or a list of a set and single characters.

use ssc_person::Name;
use ssc_person::name::{CharacterSet, Rare};

use super::fault::FaultKind;
use super::keys::RARE;
use super::table::{Span, Table};
use super::write::quoted;

/// Reads it; `None`: the file says nothing of it, or wrongly.
pub(super) fn read(table: &mut Table<'_, '_>) -> Option<Rare> {
    let value = table.value(RARE)?;
    if value.get_ref().is_str() {
        let set = table.word(RARE, CharacterSet::WORDS, CharacterSet::of_word);
        return set.map(Rare::of);
    }
    let Some(items) = value.get_ref().as_array() else {
        table.wrong_type(
            RARE,
            value,
            [
                "a word such as \"gbk\", or a list of it and single characters",
                "一个词，或列表，如 [\"gbk\", \"䶮\"]",
            ],
        );
        return None;
    };
    let before = table.found.len();
    let (mut set, mut single): (Option<CharacterSet>, Vec<(Span, char)>) = (None, Vec::new());
    for item in items.iter() {
        let (span, Some(text)) = (item.span(), item.get_ref().as_str()) else {
            table.wrong_type(RARE, item, ["a text in quotation marks", "带引号的文本"]);
            continue;
        };
        let mut characters = text.chars();
        let kind = match (characters.next(), characters.next()) {
            (Some(ch), None) if single.iter().any(|(_, one)| *one == ch) => {
                FaultKind::Twice { word: text.into() }
            }
            (Some(ch), None) => match Name::with(text, &Rare::ANY) {
                Ok(_) => {
                    single.push((span, ch));
                    continue;
                }
                // What no name has is no rare character of one.
                Err(broken) => match broken.into_iter().next() {
                    Some(violation) => FaultKind::Value(violation),
                    None => continue,
                },
            },
            _ => match (CharacterSet::of_word(text), set) {
                (Some(word), None) => {
                    set = Some(word);
                    continue;
                }
                (Some(_), Some(first)) => FaultKind::SecondSet {
                    first: first.word(),
                },
                (None, _) => FaultKind::not_one_of(RARE, text, CharacterSet::WORDS),
            },
        };
        table.fault(span, kind);
    }
    let mut rare = Rare::of(set.unwrap_or_default());
    for (span, ch) in single {
        if rare.has(ch) {
            let set = rare.set.word();
            table.fault(span, FaultKind::InTheSet { ch, set });
        } else {
            rare.besides.push(ch);
        }
    }
    (table.found.len() == before).then_some(rare)
}

/// As it is written in the file.
pub(super) fn written(rare: &Rare) -> String {
    let set = quoted(rare.set.word());
    if rare.besides.is_empty() {
        return set;
    }
    let single = rare.besides.iter().map(|ch| quoted(&ch.to_string()));
    let all: Vec<_> = std::iter::once(set).chain(single).collect();
    format!("[{}]", all.join(", "))
}
