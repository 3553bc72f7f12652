//! A commented example of a profile.

use std::fmt::Write as _;

use apdu_specs::Generation;
use ssc_person::{Institution, Region};

use super::Profile;
use super::keys::{self, KEYS, Key, RANGE_KEYS};
use super::range::NumberRange;
use super::rules::PhotoRule;
use super::write::range_values;
use crate::card_model::CardModel;

/// Guangzhou.
const REGION: &str = "440100";
/// Numbers of the example's range: A0000001 to A0099999.
const SERIALS: [u32; 2] = [100_000_001, 100_099_999];

/// An example for a generation, with a comment in both languages on every key. It is read without a fault.
#[must_use]
pub fn example(generation: Generation) -> String {
    let model = CardModel::plain(generation);
    let region = Region::parse(REGION).ok();
    let profile = Profile {
        name: format!("example-{}", generation.version()),
        institution: region.as_ref().map(Institution::of_region),
        region,
        photo: if model.photo_bytes() > 0 {
            PhotoRule::Allowed
        } else {
            PhotoRule::None
        },
        card_numbers: vec![NumberRange {
            institution: None,
            first: SERIALS[0],
            last: SERIALS[1],
        }],
        ..Profile::of_model(model)
    };
    let mut out = String::from(
        "# Profile of a card issuing bureau. Check it with: ssc profile check FILE\n# 制卡配置。检查：ssc profile check 文件\n",
    );
    for (key, value) in profile.values() {
        comment(&mut out, key, KEYS);
        let _ = writeln!(out, "{key} = {value}");
    }
    comment(&mut out, keys::CARD_NUMBERS, KEYS);
    for range in &profile.card_numbers {
        let _ = writeln!(out, "[[{}]]", keys::CARD_NUMBERS);
        for (key, value) in range_values(range) {
            note(&mut out, key, RANGE_KEYS);
            let _ = writeln!(out, "{key} = {value}");
        }
        if let Some(institution) = &profile.institution {
            note(&mut out, keys::INSTITUTION, RANGE_KEYS);
            let text = super::write::institution_text(institution);
            let _ = writeln!(out, "#{} = \"{text}\"", keys::INSTITUTION);
        }
    }
    out
}

fn comment(out: &mut String, key: &str, keys: &[Key]) {
    out.push('\n');
    note(out, key, keys);
}

fn note(out: &mut String, key: &str, keys: &[Key]) {
    if let Some(key) = keys.iter().find(|known| known.name == key) {
        let _ = writeln!(out, "# {}\n# {}", key.english, key.chinese);
    }
}
