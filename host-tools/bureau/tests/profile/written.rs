//! Profiles of any kind: what is written is read as the same, and no text makes the reader panic.

use proptest::prelude::*;
use ssc_bureau::card_model::CARD_MODELS;
use ssc_bureau::profile::{IssueDate, NumberRange, NumberRule, PhotoRule, PinRule, Profile};
use ssc_person::card_number::SERIALS;
use ssc_person::name::{CharacterSet, Rare};
use ssc_person::{Date, Institution, Region};

fn ranges() -> impl Strategy<Value = Vec<NumberRange>> {
    let institution = prop::option::of(prop::sample::select(vec![
        "12345",
        "9156000002430200430100D5",
        "9156000002430200430100DF",
    ]));
    let range = (0..SERIALS / 4, 0..1000u32, institution);
    prop::collection::vec(range, 0..4).prop_map(|ranges| {
        let ranges = ranges.into_iter().zip(0..);
        let range = |((first, more, institution), quarter): ((u32, u32, Option<&str>), u32)| {
            let first = quarter * (SERIALS / 4) + first;
            let last = (first + more).min((quarter + 1) * (SERIALS / 4) - 1);
            let institution = institution.map(|text| Institution::parse(text).unwrap());
            NumberRange {
                institution,
                first,
                last,
            }
        };
        ranges.map(range).collect()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(
        model in 0..CARD_MODELS.len(),
        name in "[A-Za-z0-9\"'\\\\#=市卡]{1,20}",
        region in prop::option::of(prop::sample::select(vec!["440100", "110103", "650000"])),
        years in 1..=50u16,
        day in prop::option::of((2000..2100u16, 1..=12u8, 1..=28u8)),
        category in "[0-9A-Za-z]",
        rules in (0..3usize, 1..3usize, 0..2usize),
        rare in (0..4usize, prop::option::of(prop::sample::select(vec!['䶮', '𠮷']))),
        card_numbers in ranges(),
    ) {
        let region = region.map(|code| Region::parse(code).unwrap());
        let profile = Profile {
            name: name.clone(),
            kind: name,
            institution: region.as_ref().map(Institution::of_region),
            region,
            valid_years: years,
            issue_date: match day {
                Some((year, month, day)) => IssueDate::Day(Date::new(year, month, day).unwrap()),
                None => IssueDate::Today,
            },
            category: category.as_bytes()[0],
            pin: PinRule::ALL[rules.0],
            photo: PhotoRule::ALL[rules.1],
            replacement: NumberRule::ALL[rules.2],
            rare: {
                let set = Rare::of(CharacterSet::ALL[rare.0]);
                let besides = rare.1.filter(|ch| !set.has(*ch)).into_iter().collect();
                Rare { besides, ..set }
            },
            card_numbers,
            ..Profile::of_model(&CARD_MODELS[model])
        };
        let text = profile.to_toml();
        prop_assert_eq!(Profile::parse(&text).unwrap(), profile, "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(name|generation|region|card_numbers|first|\\[\\[|\\]\\]|[=\"\n .0-9A市]){0,40}") {
        if let Err(error) = Profile::parse(&text) {
            for fault in error.faults() {
                assert!(fault.length > 0 && fault.shown()[1].ends_with('^'));
            }
        }
    }
}
