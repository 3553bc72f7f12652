//! What goes into a statement and what comes out of it.

use crate::error::{DatabaseError, Failure};

/// A value of a statement: whole numbers, texts and bytes are all that both stores have in the same way. `None` is NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => $variant:ident, $value:ident, $to:expr;)+) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$variant(Some($to))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $to))
            }
        }
    )+};
}

from! {
    i64 => Int, value, value;
    u32 => Int, value, i64::from(value);
    bool => Int, value, i64::from(value);
    &str => Text, value, value.to_owned();
    String => Text, value, value;
    &String => Text, value, value.clone();
    &[u8] => Bytes, value, value.to_vec();
    Vec<u8> => Bytes, value, value;
}

/// A row that a statement gave. Columns are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// A whole number.
    ///
    /// # Errors
    /// [`Failure::Unexpected`]: the column holds something else.
    pub fn int(&self, column: usize) -> Result<i64, DatabaseError> {
        self.maybe_int(column)?.ok_or_else(|| other(column))
    }

    /// A whole number, or nothing.
    ///
    /// # Errors
    /// As [`int`](Self::int).
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            Some(Value::Text(None) | Value::Bytes(None)) => Ok(None),
            _ => Err(other(column)),
        }
    }

    /// A whole number from 0 on that fits `T`.
    ///
    /// # Errors
    /// As [`int`](Self::int).
    pub fn number<T: TryFrom<i64>>(&self, column: usize) -> Result<T, DatabaseError> {
        T::try_from(self.int(column)?).map_err(|_| other(column))
    }

    /// A text.
    ///
    /// # Errors
    /// As [`int`](Self::int).
    pub fn text(&self, column: usize) -> Result<String, DatabaseError> {
        self.maybe_text(column)?.ok_or_else(|| other(column))
    }

    /// A text, or nothing.
    ///
    /// # Errors
    /// As [`int`](Self::int).
    pub fn maybe_text(&self, column: usize) -> Result<Option<String>, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value.clone()),
            Some(Value::Int(None) | Value::Bytes(None)) => Ok(None),
            _ => Err(other(column)),
        }
    }

    /// Bytes; none where the column is NULL.
    ///
    /// # Errors
    /// As [`int`](Self::int).
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, DatabaseError> {
        match self.0.get(column) {
            Some(Value::Bytes(value)) => Ok(value.clone().unwrap_or_default()),
            Some(Value::Int(None) | Value::Text(None)) => Ok(Vec::new()),
            _ => Err(other(column)),
        }
    }
}

fn other(column: usize) -> DatabaseError {
    DatabaseError::nowhere(Failure::Unexpected(format!(
        "column {column} holds something else"
    )))
}
