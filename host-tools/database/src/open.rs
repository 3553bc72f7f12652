//! How a store is opened: its connections, its file, its tables.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use tokio::runtime::Runtime;

use crate::database::Where;
use crate::dialect::Dialect;
use crate::error::{DatabaseError, Failure};
use crate::file;
use crate::migrations::Migrations;
use crate::store::{Place, Store};

/// How long a writer waits for the one before.
pub(crate) const BUSY: Duration = Duration::from_secs(60);
/// How long a server may take to answer.
const CONNECT: Duration = Duration::from_secs(10);
/// Connections to a file that only read.
const READERS: u32 = 4;
/// Connections to a server.
const CONNECTIONS: u32 = 24;
/// SQLite's memory for pages of one writer, in KiB.
const WRITERS_CACHE: &str = "-65536";

pub(crate) enum Pools {
    /// One connection writes, so that the heads of one program stand in one fair line; SQLite's own waiting is by chance.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

impl Pools {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

pub(crate) fn runtime() -> Result<Runtime, DatabaseError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("ssc-database")
        .enable_all()
        .build();
    runtime.map_err(|error| DatabaseError::nowhere(Failure::Unexpected(error.to_string())))
}

pub(crate) async fn open(
    store: &Store,
    migrations: &Migrations,
    place: Where,
) -> Result<Pools, DatabaseError> {
    match &store.0 {
        Place::File(path) => open_file(path, migrations, place).await,
        Place::Postgres(url) => open_server(url, migrations, place).await,
    }
}

fn missing() -> DatabaseError {
    DatabaseError::nowhere(Failure::Missing)
}

async fn open_file(
    path: &Path,
    migrations: &Migrations,
    place: Where,
) -> Result<Pools, DatabaseError> {
    if !file::is_there(path)? {
        match place {
            Where::New => file::make(path, migrations).await?,
            Where::Existing => return Err(missing()),
        }
    }
    let path = file::look(path).await?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(BUSY)
        .connect_with(options.clone().pragma("cache_size", WRITERS_CACHE))
        .await?;
    migrate(&writer, Dialect::Sqlite, migrations).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(BUSY)
        .connect_lazy_with(options.pragma("query_only", "1"));
    Ok(Pools::Sqlite { readers, writer })
}

async fn open_server(
    url: &str,
    migrations: &Migrations,
    place: Where,
) -> Result<Pools, DatabaseError> {
    let options = PgConnectOptions::from_str(url)?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(CONNECT)
        .connect_with(options)
        .await;
    let pool = pool.map_err(no_answer)?;
    if place == Where::Existing && !has_tables(&pool, Dialect::Postgres, migrations).await? {
        return Err(missing());
    }
    migrate(&pool, Dialect::Postgres, migrations).await?;
    Ok(Pools::Postgres(pool))
}

/// An error of a server's pool: where no connection is free in time, the server does not answer.
pub(crate) fn no_answer(error: sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::PoolTimedOut => {
            DatabaseError::nowhere(Failure::Gone("no answer in time".into()))
        }
        other => other.into(),
    }
}

async fn has_tables<D>(
    pool: &sqlx::Pool<D>,
    dialect: Dialect,
    migrations: &Migrations,
) -> Result<bool, sqlx::Error>
where
    D: sqlx::Database,
    for<'c> &'c mut D::Connection: sqlx::Executor<'c, Database = D>,
    D::Arguments: sqlx::IntoArguments<D>,
    for<'r> i64: sqlx::Decode<'r, D> + sqlx::Type<D>,
    String: for<'r> sqlx::Encode<'r, D> + sqlx::Type<D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    let found: i64 = sqlx::query_scalar(dialect.has_table())
        .bind(migrations.table())
        .fetch_one(pool)
        .await?;
    Ok(found > 0)
}

/// Brings the tables to the newest version, in one transaction. Where they are, nothing is written, so that a store can be opened while
/// somebody writes for long.
pub(crate) async fn migrate<D>(
    pool: &sqlx::Pool<D>,
    dialect: Dialect,
    migrations: &Migrations,
) -> Result<(), DatabaseError>
where
    D: sqlx::Database,
    D::Connection: sqlx::migrate::Migrate,
    for<'c> &'c mut D::Connection: sqlx::Executor<'c, Database = D>,
    D::Arguments: sqlx::IntoArguments<D>,
    for<'r> i64: sqlx::Decode<'r, D> + sqlx::Encode<'r, D> + sqlx::Type<D>,
    String: for<'r> sqlx::Encode<'r, D> + sqlx::Type<D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    let newest = migrations.newest();
    let table = migrations.table();
    if has_tables(pool, dialect, migrations).await? {
        let newest_made = format!("SELECT COALESCE(MAX(version), 0) FROM {table}");
        let version: i64 = sqlx::query_scalar(AssertSqlSafe(newest_made))
            .fetch_one(pool)
            .await?;
        if version > newest {
            return Err(newer(migrations, version));
        }
        if version == newest {
            return Ok(());
        }
    }
    let mut transaction = pool.begin_with(dialect.begin_to_write()).await?;
    if let Some(lock) = dialect.lock_tables() {
        sqlx::query(lock).execute(&mut *transaction).await?;
    }
    let migrator = migrations.migrator(dialect);
    let result = migrator.run_direct(None, &mut *transaction, false).await;
    match result {
        Ok(()) => Ok(transaction.commit().await?),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(error.into())
        }
        Err(MigrateError::VersionMissing(version)) => Err(newer(migrations, version)),
        Err(MigrateError::VersionMismatch(_)) => Err(DatabaseError::nowhere(Failure::Foreign {
            of: migrations.name,
        })),
        Err(other) => Err(DatabaseError::nowhere(Failure::Unexpected(
            other.to_string(),
        ))),
    }
}

fn newer(migrations: &Migrations, version: i64) -> DatabaseError {
    DatabaseError::nowhere(Failure::Newer {
        of: migrations.name,
        version,
        known: migrations.newest(),
    })
}
