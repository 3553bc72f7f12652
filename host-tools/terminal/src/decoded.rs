//! What was decoded: values, fields, and what a card refused.

use std::borrow::Cow;
use std::fmt;

use apdu_specs::Status;
use serde::Serialize;
use ssc_reader::spec_words;
use ssc_words::Lang;

use crate::words::Words;

/// A field of a card with its names and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecodedField {
    /// Record number, from 1, of a field that is a record of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u8>,
    /// Its tag, two hex digits; none inside the records of cyclic files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Name for programs, unique among its neighbours but where the field repeats.
    pub id: Cow<'static, str>,
    /// What it means.
    #[serde(flatten)]
    pub words: Words,
    /// Its item code in data exchange, such as `AAC002`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<&'static str>,
    /// Its value.
    pub value: Value,
    /// What the value means, where it is a code that the specification's tables have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Words>,
    /// What is to be said of the value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// Why there is no value, if the card refused this record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// A value as people and programs read it.
///
/// In JSON: `null`, a string, or an array of fields.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing was written: padding alone (00 in `an`, F in `cn`), or no bytes at all.
    Empty,
    /// Text of an `an` field.
    Text(String),
    /// Digits of a `cn` field; dates stay YYYYMMDD.
    Digits(String),
    /// Bytes in upper case hexadecimal: a `b` field, or what does not fit its format.
    Hex(String),
    /// The fields of a template.
    Fields(Vec<DecodedField>),
}

impl Value {
    /// The value as text; `None` where it is empty or a template.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Digits(text) | Self::Hex(text) => Some(text),
            Self::Empty | Self::Fields(_) => None,
        }
    }

    /// Whether nothing is there: an empty value, or a template of empty values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Fields(fields) => fields.iter().all(|field| field.value.is_empty()),
            Self::Text(_) | Self::Digits(_) | Self::Hex(_) => false,
        }
    }
}

impl fmt::Debug for Value {
    /// The kind and the length: the value may be a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, length) = match self {
            Self::Empty => return f.write_str("Empty"),
            Self::Text(text) => ("Text", text.chars().count()),
            Self::Digits(digits) => ("Digits", digits.len()),
            Self::Hex(digits) => ("Hex", digits.len()),
            Self::Fields(fields) => return f.debug_list().entries(fields).finish(),
        };
        write!(f, "{kind}({length} characters, not shown)")
    }
}

/// What is to be said of a value beside the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// It does not fit its format, so it is shown in hexadecimal.
    Undecodable,
    /// Fewer bytes than the table has for it.
    Short,
    /// More bytes than the table has for it.
    Long,
    /// The table has no such tag in this file.
    UnknownTag,
    /// The record is no simple TLV: its length does not fit.
    NotTlv,
    /// It continues the name, whose field has it all.
    JoinedToName,
    /// It continues the item before it, whose field has it all.
    Joined,
    /// A year in ASCII where a date in BCD belongs; cards in the field have it.
    AsciiYear,
    /// The card covers it until the key of its read condition is presented (EF05 record 7 in 3.00).
    Masked,
}

/// The status word by which a card refused something, with its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// SW1 SW2, four hex digits.
    pub sw: String,
    /// What it means.
    #[serde(flatten)]
    pub words: Words,
}

impl Refusal {
    pub(crate) fn new(sw: Status) -> Self {
        Self {
            sw: sw.to_string(),
            words: Words::new(
                spec_words::status(sw, Lang::En),
                spec_words::status(sw, Lang::Zh),
            ),
        }
    }
}
