//! A transaction: all of it is kept, or nothing.

use std::fmt::Write as _;

use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _};
use tokio::runtime::Runtime;

use crate::dialect::{Dialect, of_postgres, of_sqlite};
use crate::error::{DatabaseError, Failure};
use crate::value::{Row, Value};

/// Arguments of one statement, at the most: what both stores take is 32,766.
const ARGUMENTS: usize = 16_000;

/// A transaction. One that is dropped is taken back.
pub struct Transaction<'d> {
    pub(crate) runtime: &'d Runtime,
    pub(crate) store: &'d str,
    pub(crate) inner: Inner,
}

pub(crate) enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// The arguments of a statement, for one of the stores.
macro_rules! arguments {
    ($type:ty, $values:expr) => {{
        let mut arguments = <$type>::default();
        for value in $values {
            match value {
                Value::Int(value) => arguments.add(*value),
                Value::Text(value) => arguments.add(value.clone()),
                Value::Bytes(value) => arguments.add(value.clone()),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        arguments
    }};
}

impl Transaction<'_> {
    /// Runs a statement and tells how many rows it has changed. `$1`, `$2` … are the arguments.
    ///
    /// # Errors
    /// [`DatabaseError`]; the transaction can only be taken back then.
    pub fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, DatabaseError> {
        let text = self.text(statement);
        let inner = &mut self.inner;
        let result = self.runtime.block_on(async {
            match inner {
                Inner::Sqlite(connection) => {
                    let arguments = arguments!(sqlx::sqlite::SqliteArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    Ok(query.execute(&mut **connection).await?.rows_affected())
                }
                Inner::Postgres(connection) => {
                    let arguments = arguments!(sqlx::postgres::PgArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    Ok(query.execute(&mut **connection).await?.rows_affected())
                }
            }
        });
        result.map_err(|error: sqlx::Error| self.failed(error))
    }

    /// All rows that a statement gives.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn rows(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        let text = self.text(statement);
        let inner = &mut self.inner;
        let result = self.runtime.block_on(async {
            match inner {
                Inner::Sqlite(connection) => {
                    let arguments = arguments!(sqlx::sqlite::SqliteArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    let rows = query.fetch_all(&mut **connection).await?;
                    rows.iter().map(of_sqlite).collect::<Result<_, _>>()
                }
                Inner::Postgres(connection) => {
                    let arguments = arguments!(sqlx::postgres::PgArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    let rows = query.fetch_all(&mut **connection).await?;
                    rows.iter().map(of_postgres).collect::<Result<_, _>>()
                }
            }
        });
        result.map_err(|error: sqlx::Error| self.failed(error))
    }

    /// The first row that a statement gives.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn row(&mut self, statement: &str, values: &[Value]) -> Result<Option<Row>, DatabaseError> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// Puts many rows into a table, in as few statements as there can be. `into` is the table with its columns: `t (a, b)`.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn insert(
        &mut self,
        into: &str,
        columns: usize,
        values: &[Value],
    ) -> Result<(), DatabaseError> {
        self.insert_with(into, columns, "", values)
    }

    /// As [`insert`](Self::insert), with the same last columns in every row: `same` is their values as the statement has them.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn insert_with(
        &mut self,
        into: &str,
        columns: usize,
        same: &str,
        values: &[Value],
    ) -> Result<(), DatabaseError> {
        let columns = columns.max(1);
        let dialect = self.dialect();
        let comma = if same.is_empty() { "" } else { ", " };
        for part in values.chunks((ARGUMENTS / columns).max(1) * columns) {
            let mut statement = format!("INSERT INTO {into} VALUES ");
            for at in 0..part.len() {
                let _ = match (at, at % columns) {
                    (0, _) => write!(statement, "("),
                    (_, 0) => write!(statement, "{comma}{same}), ("),
                    _ => write!(statement, ", "),
                };
                dialect.argument(&mut statement, at + 1);
            }
            let _ = write!(statement, "{comma}{same})");
            self.execute(&statement, part)?;
        }
        Ok(())
    }

    /// All rows whose key is one of `keys`; the statement has `{keys}` where the list stands, and no other argument.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn rows_of(&mut self, statement: &str, keys: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        let mut found = Vec::new();
        for part in keys.chunks(ARGUMENTS) {
            let mut list = String::new();
            for at in 1..=part.len() {
                list.push_str(if at == 1 { "" } else { ", " });
                self.dialect().argument(&mut list, at);
            }
            let statement = statement.replace("{keys}", &list);
            found.extend(self.rows(&statement, part)?);
        }
        Ok(found)
    }

    fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    fn text(&self, statement: &str) -> sqlx::SqlStr {
        AssertSqlSafe(self.dialect().text(statement).into_owned()).into_sql_str()
    }

    fn failed(&self, error: sqlx::Error) -> DatabaseError {
        DatabaseError::from(error).at(self.store)
    }

    /// Keeps it. When this returns, it outlives a power cut.
    pub(crate) fn commit(self) -> Result<(), DatabaseError> {
        let (runtime, store) = (self.runtime, self.store);
        let result = runtime.block_on(async {
            match self.inner {
                Inner::Sqlite(transaction) => transaction.commit().await,
                Inner::Postgres(transaction) => transaction.commit().await,
            }
        });
        result.map_err(|error| {
            let error = DatabaseError::from(error).at(store);
            match error.failure {
                Failure::Gone(why) => DatabaseError {
                    failure: Failure::Unknown(why),
                    ..error
                },
                _ => error,
            }
        })
    }

    /// Takes it back. A connection that was cut has taken it back already.
    pub(crate) fn take_back(self) {
        let _ = self.runtime.block_on(async {
            match self.inner {
                Inner::Sqlite(transaction) => transaction.rollback().await,
                Inner::Postgres(transaction) => transaction.rollback().await,
            }
        });
    }
}
