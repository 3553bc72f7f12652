//! The page of status words.

use apdu_specs::applications::described;
use apdu_specs::commands::COMMON_STATUS;
use apdu_specs::status::{STATUS_WORDS, StatusWords};

use super::text;

pub fn page() -> String {
    let mut page = text::page("Status words 状态字");
    page.push_str(
        "What a card may answer in SW1 SW2 (ISO 7816-4, 5.6). An x stands for a digit that carries a number.\n\n",
    );
    page.push_str(&text::head(&[
        "SW",
        "name",
        "meaning",
        "含义",
        "answered by",
        "evidence",
    ]));
    for status in STATUS_WORDS {
        page.push_str(&text::row(&[
            format!("`{}`", code(status)),
            status.name.to_owned(),
            status.english.to_owned(),
            status.chinese.to_owned(),
            commands(status),
            status.evidence.mark().to_owned(),
        ]));
    }
    page
}

/// `63Cx`: digits outside the mask are x.
pub fn code(status: &StatusWords) -> String {
    let digits = format!("{:04X}", status.value);
    let mask = format!("{:04X}", status.mask);
    let pairs = digits.chars().zip(mask.chars());
    pairs
        .map(|(digit, mask)| if mask == 'F' { digit } else { 'x' })
        .collect()
}

fn commands(status: &StatusWords) -> String {
    if COMMON_STATUS.iter().any(|common| common.0 == status.value) {
        return "every command".to_owned();
    }
    let names: Vec<_> = described()
        .map(|(_, words)| words)
        .filter(|words| words.status.iter().any(|one| one.0 == status.value))
        .map(|words| words.name)
        .collect();
    if names.is_empty() {
        "no command yet".to_owned()
    } else if names.len() > 8 {
        format!("{} commands", names.len())
    } else {
        names.join(", ")
    }
}
