//! The few places where the two stores differ. A statement is written once, with marks in braces where they do.

use std::borrow::Cow;
use std::fmt::Write as _;

use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::value::{Row, Value};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The marks, and what stands in their place: SQLite's, PostgreSQL's.
const MARKS: [(&str, &str, &str); 6] = [
    ("{integer}", "INTEGER", "BIGINT"),
    ("{bytes}", "BLOB", "BYTEA"),
    // The end of a table; one without ROWID is kept in the order of its primary key, with no second tree.
    ("{table}", "STRICT", ""),
    ("{table by key}", "STRICT, WITHOUT ROWID", ""),
    // SQLite has one writer at a time, who holds the whole file.
    ("{for update}", "", "FOR UPDATE"),
    ("{skip locked}", "", "FOR UPDATE SKIP LOCKED"),
];

impl Dialect {
    /// The statement as this store takes it.
    pub(crate) fn text(self, statement: &str) -> Cow<'_, str> {
        let mut text = Cow::Borrowed(statement);
        for (mark, sqlite, postgres) in MARKS {
            if text.contains(mark) {
                let own = match self {
                    Self::Sqlite => sqlite,
                    Self::Postgres => postgres,
                };
                text = Cow::Owned(text.replace(mark, own));
            }
        }
        text
    }

    /// One of many arguments in a row. SQLite looks for each name in a list of all of them, so they have none there.
    pub(crate) fn argument(self, statement: &mut String, number: usize) {
        let _ = match self {
            Self::Sqlite => write!(statement, "?"),
            Self::Postgres => write!(statement, "${number}"),
        };
    }

    /// How a transaction begins that will write. SQLite's takes the one writer's place at once: one that read first and then wants to
    /// write is refused where another has written meanwhile.
    pub(crate) const fn begin_to_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// How a transaction begins that reads one state of all tables.
    pub(crate) const fn begin_to_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Takes, until the transaction ends, the right to make tables. SQLite's writer has it.
    pub(crate) const fn lock_tables(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock(5354341010)"),
        }
    }

    /// Tells whether a table (whose name is the one argument) is there.
    pub(crate) const fn has_table(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
            Self::Postgres => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
            }
        }
    }
}

/// A row of SQLite. What is no whole number, text or bytes is nothing here: no table has such a column.
pub(crate) fn of_sqlite(row: &sqlx::sqlite::SqliteRow) -> Result<Row, sqlx::Error> {
    let mut values = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        let value = row.try_get_raw(column)?;
        let kind = value.type_info().into_owned();
        values.push(match kind.name() {
            _ if value.is_null() => Value::Text(None),
            "INTEGER" | "BOOLEAN" => Value::Int(row.try_get_unchecked(column)?),
            "BLOB" => Value::Bytes(row.try_get_unchecked(column)?),
            _ => Value::Text(row.try_get_unchecked(column)?),
        });
    }
    Ok(Row(values))
}

/// A row of PostgreSQL.
pub(crate) fn of_postgres(row: &sqlx::postgres::PgRow) -> Result<Row, sqlx::Error> {
    let mut values = Vec::with_capacity(row.len());
    for column in row.columns() {
        let at = column.ordinal();
        values.push(match column.type_info().name() {
            "INT8" => Value::Int(row.try_get(at)?),
            "INT4" => Value::Int(row.try_get::<Option<i32>, _>(at)?.map(i64::from)),
            "BYTEA" => Value::Bytes(row.try_get(at)?),
            _ => Value::Text(row.try_get(at)?),
        });
    }
    Ok(Row(values))
}
