//! An open store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::dialect::Dialect;
use crate::error::DatabaseError;
use crate::migrations::Migrations;
use crate::open::{self, Pools};
use crate::store::Store;
use crate::transaction::{Connection, Transaction};

/// How long a transaction is tried again where others were in the way or the server has gone.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first pause between two tries; each next is twice as long.
const PAUSE: Duration = Duration::from_millis(5);
/// The longest one.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How long closing may take.
const CLOSE: Duration = Duration::from_secs(5);

/// An error of work in a transaction, which may be one of the store.
pub trait MayBeOfStore: From<DatabaseError> {
    /// The store's error, if it is one.
    fn of_store(&self) -> Option<&DatabaseError>;
}

impl MayBeOfStore for DatabaseError {
    fn of_store(&self) -> Option<&DatabaseError> {
        Some(self)
    }
}

/// Whether a store may be a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// It is made where there is none.
    New,
    /// It must be there.
    Existing,
}

/// An open store. Clones are the same one.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    name: String,
    pools: Pools,
    runtime: Runtime,
}

impl Drop for Shared {
    /// The last connection to a file brings its log into it. A program that is killed leaves the log, and the next one reads it.
    fn drop(&mut self) {
        if tokio::runtime::Handle::try_current().is_err() {
            let pools = &self.pools;
            let _ = self
                .runtime
                .block_on(async { tokio::time::timeout(CLOSE, pools.close()).await });
        }
    }
}

impl Database {
    /// Opens a store that is there, and brings the tables of `migrations` to the newest version.
    ///
    /// # Errors
    /// [`Failure::Missing`](crate::Failure::Missing) among others, as [`open`](Self::open).
    pub fn open_existing(store: &Store, migrations: &Migrations) -> Result<Self, DatabaseError> {
        Self::open_where(store, migrations, Where::Existing)
    }

    /// Opens a store, makes it where there is none, and brings the tables of `migrations` to the newest version.
    ///
    /// # Errors
    /// [`DatabaseError`]; a store whose tables are newer than this program is refused, and nothing is changed.
    pub fn open(store: &Store, migrations: &Migrations) -> Result<Self, DatabaseError> {
        Self::open_where(store, migrations, Where::New)
    }

    fn open_where(
        store: &Store,
        migrations: &Migrations,
        place: Where,
    ) -> Result<Self, DatabaseError> {
        let name = store.to_string();
        let runtime = open::runtime().map_err(|error| error.at(&name))?;
        let pools = runtime.block_on(open::open(store, migrations, place));
        let pools = pools.map_err(|error| error.at(&name))?;
        Ok(Self(Arc::new(Shared {
            name,
            pools,
            runtime,
        })))
    }

    /// The store's address, without a password.
    #[must_use]
    pub fn store(&self) -> &str {
        &self.0.name
    }

    /// Whether several machines can share it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.0.pools, Pools::Postgres(_))
    }

    /// Runs `work` in a transaction and keeps what it did; on an error all is taken back. It is run again where others were in the way
    /// or the connection was cut before the end, so it must do nothing but work on the store.
    ///
    /// # Errors
    /// What `work` returns; [`DatabaseError`].
    pub fn transaction<T, E: MayBeOfStore>(
        &self,
        mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        patiently(|| self.once(&mut work))
    }

    /// Runs `work` in a transaction, once: for work that cannot be begun again.
    ///
    /// # Errors
    /// What `work` returns; [`DatabaseError`].
    pub fn once<T, E: From<DatabaseError>>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = self.begin(Dialect::begin_to_write)?;
        match work(&mut transaction) {
            Ok(value) => {
                transaction.commit()?;
                Ok(value)
            }
            Err(error) => {
                transaction.take_back();
                Err(error)
            }
        }
    }

    /// Runs `work`, which only reads, and sees one state of all tables. It is run again as by [`transaction`](Self::transaction).
    ///
    /// # Errors
    /// What `work` returns; [`DatabaseError`].
    pub fn read<T, E: MayBeOfStore>(
        &self,
        mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        patiently(|| {
            let mut transaction = self.begin(Dialect::begin_to_read)?;
            let result = work(&mut transaction);
            transaction.take_back();
            result
        })
    }

    fn begin(&self, how: fn(Dialect) -> &'static str) -> Result<Transaction<'_>, DatabaseError> {
        let Shared {
            name,
            pools,
            runtime,
        } = &*self.0;
        let dialect = pools.dialect();
        let how = how(dialect);
        let connection = runtime.block_on(async {
            Ok(match pools {
                Pools::Sqlite { readers, writer } => {
                    let is_reader = how == dialect.begin_to_read();
                    let pool = if is_reader { readers } else { writer };
                    Connection::Sqlite(pool.acquire().await?)
                }
                Pools::Postgres(pool) => {
                    Connection::Postgres(pool.acquire().await.map_err(open::no_answer)?)
                }
            })
        });
        let connection = connection.map_err(|error: DatabaseError| error.at(name))?;
        Transaction::begin(runtime, name, connection, how)
    }
}

/// Tries again for a while where others were in the way or the server has gone.
fn patiently<T, E: MayBeOfStore>(mut once: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let until = Instant::now() + PATIENCE;
    let mut pause = PAUSE;
    loop {
        let result = once();
        let error = result.as_ref().err().and_then(MayBeOfStore::of_store);
        if !error.is_some_and(DatabaseError::may_be_tried_again) || Instant::now() > until {
            return result;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
