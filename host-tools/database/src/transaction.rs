//! A transaction: all of it is kept, or nothing.

use std::fmt::Write as _;

use sqlx::pool::PoolConnection;
use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _};
use tokio::runtime::Runtime;

use crate::dialect::{Dialect, of_postgres, of_sqlite};
use crate::error::{DatabaseError, Failure};
use crate::value::{Row, Value};

/// Arguments of one statement, at the most: what both stores take is 32,766.
const ARGUMENTS: usize = 16_000;

/// A transaction. One that is dropped is taken back.
///
/// It begins and ends by statements of its own: SQLite takes a transaction back by itself where the disk is full, and whoever counts its
/// transactions, as `sqlx` does, has a connection then that can begin no other.
pub struct Transaction<'d> {
    runtime: &'d Runtime,
    store: &'d str,
    connection: Option<Connection>,
}

/// A connection in a transaction.
pub(crate) enum Connection {
    Sqlite(PoolConnection<sqlx::Sqlite>),
    Postgres(PoolConnection<sqlx::Postgres>),
}

impl Connection {
    pub(crate) async fn say(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(statement)
                .execute(&mut **connection)
                .await
                .map(drop),
            Self::Postgres(connection) => sqlx::raw_sql(statement)
                .execute(&mut **connection)
                .await
                .map(drop),
        }
    }

    /// Closes it, which takes back what is not kept.
    fn close(self) {
        match self {
            Self::Sqlite(mut connection) => connection.close_on_drop(),
            Self::Postgres(mut connection) => connection.close_on_drop(),
        }
    }
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

impl<'d> Transaction<'d> {
    pub(crate) fn begin(
        runtime: &'d Runtime,
        store: &'d str,
        mut connection: Connection,
        how: &'static str,
    ) -> Result<Self, DatabaseError> {
        let begun = runtime.block_on(async { connection.say(how).await });
        let transaction = Self {
            runtime,
            store,
            connection: Some(connection),
        };
        match begun {
            Ok(()) => Ok(transaction),
            Err(error) => Err(transaction.failed(error)),
        }
    }

    /// Runs a statement and tells how many rows it has changed. `$1`, `$2` … are the arguments.
    ///
    /// # Errors
    /// [`DatabaseError`]; the transaction can only be taken back then.
    pub fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, DatabaseError> {
        let text = self.text(statement);
        let connection = self.connection.as_mut();
        let result = self.runtime.block_on(async {
            match connection.ok_or(sqlx::Error::PoolClosed)? {
                Connection::Sqlite(connection) => {
                    let arguments = arguments!(sqlx::sqlite::SqliteArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    Ok(query.execute(&mut **connection).await?.rows_affected())
                }
                Connection::Postgres(connection) => {
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
        let connection = self.connection.as_mut();
        let result = self.runtime.block_on(async {
            match connection.ok_or(sqlx::Error::PoolClosed)? {
                Connection::Sqlite(connection) => {
                    let arguments = arguments!(sqlx::sqlite::SqliteArguments, values);
                    let query = sqlx::query_with(text, arguments);
                    let rows = query.fetch_all(&mut **connection).await?;
                    rows.iter().map(of_sqlite).collect::<Result<_, _>>()
                }
                Connection::Postgres(connection) => {
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
        match self.connection {
            Some(Connection::Postgres(_)) => Dialect::Postgres,
            _ => Dialect::Sqlite,
        }
    }

    fn text(&self, statement: &str) -> sqlx::SqlStr {
        AssertSqlSafe(self.dialect().text(statement).into_owned()).into_sql_str()
    }

    fn failed(&self, error: sqlx::Error) -> DatabaseError {
        DatabaseError::from(error).at(self.store)
    }

    /// Keeps it. When this returns, it outlives a power cut.
    pub(crate) fn commit(mut self) -> Result<(), DatabaseError> {
        self.end("COMMIT").map_err(|error| match error.failure {
            Failure::Gone(why) => DatabaseError {
                failure: Failure::Unknown(why),
                ..error
            },
            _ => error,
        })
    }

    /// Takes it back. A connection that was cut has taken it back already.
    pub(crate) fn take_back(mut self) {
        let _ = self.end("ROLLBACK");
    }

    fn end(&mut self, how: &'static str) -> Result<(), DatabaseError> {
        let Some(mut connection) = self.connection.take() else {
            return Ok(());
        };
        let result = self.runtime.block_on(async {
            let result = connection.say(how).await;
            if result.is_err() {
                connection.close();
            }
            result
        });
        result.map_err(|error| self.failed(error))
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _inside = self.runtime.enter();
            connection.close();
        }
    }
}
