//! Versioned schemas: each user of the layer has a set of migrations of its own.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::dialect::Dialect;

/// How the tables begin that tell which migrations were made.
pub(crate) const OF_ALL: &str = "migrations_of_";

/// A set of migrations. Its texts are never changed once they were released: a new version is a new text behind them.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// Whose tables these are, in the letters a–z: a store can hold several sets.
    pub name: &'static str,
    /// The texts, from version 1 on (`include_str!`). Marks in braces stand where the stores differ: `{integer}`, `{bytes}`, and at
    /// the end of each table `{table}` or `{table by key}`.
    pub texts: &'static [&'static str],
}

impl Migrations {
    /// The newest version that this program knows.
    #[must_use]
    pub fn newest(&self) -> i64 {
        i64::try_from(self.texts.len()).unwrap_or(i64::MAX)
    }

    /// The table that tells which of them were made.
    pub(crate) fn table(&self) -> String {
        format!("{OF_ALL}{}", self.name)
    }

    pub(crate) fn migrator(&self, dialect: Dialect) -> Migrator {
        let migration = |(at, text): (usize, &&str)| {
            let text = match dialect.text(text) {
                Cow::Borrowed(text) => text.to_owned(),
                Cow::Owned(text) => text,
            };
            Migration::new(
                i64::try_from(at + 1).unwrap_or(i64::MAX),
                Cow::Borrowed(self.name),
                MigrationType::Simple,
                AssertSqlSafe(text).into_sql_str(),
                false,
            )
        };
        let texts = self.texts.iter().enumerate();
        let mut migrator = Migrator::with_migrations(texts.map(migration).collect());
        migrator.dangerous_set_table_name(self.table());
        // All of them are one transaction of ours, which has the lock.
        migrator.set_locking(false);
        migrator
    }
}
