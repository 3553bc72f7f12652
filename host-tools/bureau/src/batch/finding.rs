//! A fault or warning with the place it was found at.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use ssc_words::{Bilingual, Lang};

use super::{Column, Rule, Severity, Violation};
use ssc_person::mask;

/// A rule broken at a place of the batch. Its [`Severity`] is the rule's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// The column, unless the row as a whole is meant.
    pub column: Option<Place>,
    /// The value, safe to show: citizen numbers masked, PINs as `***`, long values cut.
    pub value: String,
    /// The rule broken, and with what.
    pub violation: Violation,
}

/// A finding whose row is refused.
pub type Fault = Finding;
/// A finding whose row stands.
pub type Warning = Finding;

/// A column as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its place in the header, from 1; `None` for a column that is missing.
    pub index: Option<usize>,
    /// Its heading in the file.
    pub name: String,
}

impl Finding {
    /// The rule broken.
    pub fn rule(&self) -> Rule {
        self.violation.rule
    }

    /// Fault or warning.
    pub fn severity(&self) -> Severity {
        self.rule().severity()
    }
}

/// A finding; `value` must be safe to show.
pub(super) fn finding(
    line: usize,
    column: Option<Place>,
    value: &str,
    violation: Violation,
) -> Finding {
    Finding {
        line,
        column,
        value: value.to_owned(),
        violation,
    }
}

/// A value as a finding may show it.
pub(super) fn shown(column: Option<Column>, value: &str) -> String {
    match column {
        Some(Column::Number) => mask::number(value),
        Some(Column::Pin) => "***".into(),
        _ => mask::value(value),
    }
}

impl Bilingual for Finding {
    fn say(&self, lang: Lang) -> String {
        let Self { line, value, .. } = self;
        let words = self.violation.say(lang);
        let id = self.rule().id();
        let place = match (&self.column, lang) {
            (None, Lang::En) => format!("line {line}"),
            (None, Lang::Zh) => format!("第{line}行"),
            (Some(Place { index, name }), Lang::En) => match index {
                Some(index) => format!("line {line}, column {index} ({name})"),
                None => format!("line {line}, column {name}"),
            },
            (Some(Place { index, name }), Lang::Zh) => match index {
                Some(index) => format!("第{line}行第{index}列（{name}）"),
                None => format!("第{line}行{name}列"),
            },
        };
        match (value.is_empty(), lang) {
            (true, Lang::En) => format!("{place}: {words} [{id}]"),
            (false, Lang::En) => format!("{place}, \"{value}\": {words} [{id}]"),
            (true, Lang::Zh) => format!("{place}：{words} [{id}]"),
            (false, Lang::Zh) => format!("{place}“{value}”：{words} [{id}]"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl Serialize for Finding {
    /// `line`, `column_index`, `column`, `value`, `severity`, `rule`, `message`, `message_zh`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Finding", 8)?;
        let place = self.column.as_ref();
        out.serialize_field("line", &self.line)?;
        out.serialize_field("column_index", &place.and_then(|p| p.index))?;
        out.serialize_field("column", &place.map(|p| p.name.as_str()))?;
        out.serialize_field("value", &self.value)?;
        let severity = match self.severity() {
            Severity::Fault => "fault",
            Severity::Warning => "warning",
        };
        out.serialize_field("severity", severity)?;
        out.serialize_field("rule", self.rule().id())?;
        out.serialize_field("message", &self.violation.say(Lang::En))?;
        out.serialize_field("message_zh", &self.violation.say(Lang::Zh))?;
        out.end()
    }
}
