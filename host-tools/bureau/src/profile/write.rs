//! A profile is written: what a job keeps of it.

use std::fmt::Write as _;

use super::Profile;
use super::keys;
use super::range::NumberRange;
use super::read::{APPLICATION_WORDS, TODAY};
use super::rules::IssueDate;

impl Profile {
    /// As TOML, which is read as the same profile.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        for (key, value) in self.values() {
            let _ = writeln!(out, "{key} = {value}");
        }
        for range in &self.card_numbers {
            let _ = writeln!(out, "\n[[{}]]", keys::CARD_NUMBERS);
            for (key, value) in range_values(range) {
                let _ = writeln!(out, "{key} = {value}");
            }
        }
        out
    }

    /// Every key but the ranges, with its value as it is written.
    pub(super) fn values(&self) -> Vec<(&'static str, String)> {
        let words = APPLICATION_WORDS.iter();
        let applications: Vec<String> = words
            .filter(|(_, application)| self.has(*application))
            .map(|(word, _)| quoted(word))
            .collect();
        let mut values = vec![
            (keys::NAME, quoted(&self.name)),
            (keys::GENERATION, quoted(self.generation().version())),
            (keys::APPLICATIONS, format!("[{}]", applications.join(", "))),
            (keys::KIND, quoted(&self.kind)),
        ];
        if let Some(region) = &self.region {
            values.push((keys::REGION, quoted(region.as_str())));
        }
        if let Some(institution) = &self.institution {
            values.push((keys::INSTITUTION, quoted(&institution_text(institution))));
        }
        values.push((keys::VALID_YEARS, self.valid_years.to_string()));
        let issue_date = match self.issue_date {
            IssueDate::Today => quoted(TODAY),
            IssueDate::Day(day) => {
                let (year, month, day) = day.parts();
                format!("{year:04}-{month:02}-{day:02}")
            }
        };
        values.push((keys::ISSUE_DATE, issue_date));
        let category = char::from(self.category).to_string();
        values.push((keys::CATEGORY, quoted(&category)));
        values.push((keys::PIN, quoted(self.pin.word())));
        values.push((keys::PHOTO, quoted(self.photo.word())));
        values.push((keys::RARE, super::rare::written(&self.rare)));
        values.push((keys::REPLACEMENT, quoted(self.replacement.word())));
        values
    }
}

/// The keys of a range, with their values as they are written.
pub(super) fn range_values(range: &NumberRange) -> Vec<(&'static str, String)> {
    let [first, last] = range
        .ends()
        .map(|number| quoted(number.as_ref().map_or("", |number| number.as_str())));
    let mut values = vec![(keys::FIRST, first), (keys::LAST, last)];
    if let Some(institution) = &range.institution {
        values.push((keys::INSTITUTION, quoted(&institution_text(institution))));
    }
    values
}

/// The digits of an institution, as [`ssc_person::Institution::parse`] reads them.
pub(super) fn institution_text(institution: &ssc_person::Institution) -> String {
    let text = hex::encode_upper(institution.bcd());
    text.trim_end_matches('F').to_owned()
}

pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
