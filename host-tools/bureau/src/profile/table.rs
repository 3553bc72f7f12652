//! A table of the file: each key is taken once, and what is left over is unknown.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::FaultKind;
use super::keys::Key;

/// Where something stands in the text, in bytes.
pub type Span = Range<usize>;
/// A fault that was found, and where.
pub type Found = (Span, FaultKind);

/// One table and the faults found in it.
pub struct Table<'t, 'i> {
    table: &'t DeTable<'i>,
    /// Where what is missing is said: the table's beginning.
    at: Span,
    /// In the order in which they were found.
    pub found: Vec<Found>,
}

impl<'t, 'i> Table<'t, 'i> {
    /// A table whose keys are these, and no others.
    pub fn new(table: &'t DeTable<'i>, at: Span, keys: &'static [Key]) -> Self {
        let unknown = table
            .keys()
            .filter(|key| !keys.iter().any(|known| known.name == key.get_ref()));
        let found = unknown.map(|key| {
            let kind = FaultKind::UnknownKey {
                key: key.get_ref().to_string(),
                meant: Key::nearest(key.get_ref(), keys),
                known: keys.iter().map(|key| key.name).collect(),
            };
            (key.span(), kind)
        });
        Self {
            found: found.collect(),
            table,
            at,
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, span: Span, kind: FaultKind) {
        self.found.push((span, kind));
    }

    /// A value, if it is there.
    pub fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    /// A text, if it is there.
    pub fn text(&mut self, key: &'static str) -> Option<(Span, &'t str)> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some((value.span(), text)),
            None => {
                self.wrong_type(key, value, ["a text in quotation marks", "带引号的文本"]);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, key: &'static str) -> Option<(Span, &'t str)> {
        if self.value(key).is_none() {
            let at = self.at.clone();
            self.fault(at, FaultKind::Missing { key });
        }
        self.text(key)
    }

    /// What `read` makes of a text, if that is there.
    pub fn parsed<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Result<T, FaultKind>,
    ) -> Option<T> {
        let (span, text) = self.text(key)?;
        self.kept(span, read(text))
    }

    /// One of several words, if it is there.
    pub fn word<T>(
        &mut self,
        key: &'static str,
        words: &'static [&'static str],
        of_word: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.parsed(key, |text| {
            of_word(text).ok_or_else(|| FaultKind::not_one_of(key, text, words))
        })
    }

    /// A result, whose error is noted.
    pub fn kept<T>(&mut self, span: Span, result: Result<T, FaultKind>) -> Option<T> {
        result.map_err(|kind| self.fault(span, kind)).ok()
    }

    /// A value is of another type than it should.
    pub fn wrong_type(
        &mut self,
        key: &'static str,
        value: &Spanned<DeValue<'i>>,
        wanted: [&'static str; 2],
    ) {
        let is = value.get_ref().type_str();
        self.fault(value.span(), FaultKind::WrongType { key, wanted, is });
    }
}
