//! The file of a store: what may be opened, and how a new one comes to be.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use ssc_files::whole_file::{Readers, WholeFile};

use crate::dialect::Dialect;
use crate::error::{DatabaseError, Failure};
use crate::migrations::{Migrations, OF_ALL};
use crate::open::{BUSY, migrate};

/// Tells files of this program from other databases (`PRAGMA application_id`): `SSCB`.
const APPLICATION: i64 = 0x5353_4342;

fn no_access(error: &std::io::Error) -> DatabaseError {
    DatabaseError::nowhere(Failure::NoAccess(error.to_string()))
}

/// A file with another ending behind its name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether the file is there. A log without its file is what is left of one that was taken away: what it has would go into a new file.
pub(crate) fn is_there(path: &Path) -> Result<bool, DatabaseError> {
    let there = |path: &Path| path.try_exists().map_err(|error| no_access(&error));
    if there(path)? {
        return Ok(true);
    }
    let log = beside(path, "-wal");
    if there(&log)? {
        let shown = log.display().to_string();
        return Err(DatabaseError::nowhere(Failure::LogAlone(shown)));
    }
    Ok(false)
}

/// Makes the file and its folder, for their owner alone. The file has its name when its tables are in it: a program that is killed before
/// leaves nothing that could be taken for a store.
pub(crate) async fn make(path: &Path, migrations: &Migrations) -> Result<(), DatabaseError> {
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    if let Some(parent) = path.parent() {
        let made = folder.recursive(true).create(parent);
        made.map_err(|error| no_access(&error))?;
    }
    let draft = WholeFile::begin(path, Readers::Owner).map_err(|error| no_access(&error))?;
    let options = SqliteConnectOptions::new()
        .filename(draft.place())
        .journal_mode(SqliteJournalMode::Delete)
        .pragma("application_id", APPLICATION.to_string());
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let made = migrate(&pool, Dialect::Sqlite, migrations).await;
    pool.close().await;
    made?;
    match draft.create() {
        // Another program has made it meanwhile: that one is opened.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(no_access(&error)),
        Ok(_) => Ok(()),
    }
}

/// Looks whether a file that is there is a store, before anything is written to it. Gives its one name, without links.
pub(crate) async fn look(path: &Path) -> Result<PathBuf, DatabaseError> {
    let path = std::fs::canonicalize(path).map_err(|error| no_access(&error))?;
    let found = std::fs::metadata(&path).map_err(|error| no_access(&error))?;
    #[cfg(unix)]
    if found.is_file() && std::os::unix::fs::MetadataExt::nlink(&found) > 1 {
        return Err(DatabaseError::nowhere(Failure::Linked));
    }
    if found.is_file() && found.len() == 0 {
        return Err(DatabaseError::nowhere(Failure::NoTables));
    }
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .read_only(true)
        .busy_timeout(BUSY);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(BUSY)
        .connect_with(options)
        .await?;
    let looked = async {
        let application: i64 = sqlx::query_scalar("PRAGMA application_id")
            .fetch_one(&pool)
            .await?;
        let sets: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, length($1)) = $1",
        )
        .bind(OF_ALL)
        .fetch_one(&pool)
        .await?;
        Ok::<_, sqlx::Error>((application, sets))
    }
    .await;
    pool.close().await;
    let (application, sets) = looked?;
    // Stores of before have no mark.
    if sets == 0 || (application != APPLICATION && application != 0) {
        return Err(DatabaseError::nowhere(Failure::NoTables));
    }
    Ok(path)
}
