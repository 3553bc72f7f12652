//! The register (登记簿): a bureau's books of jobs, orders, card numbers, citizens and chips, over one [`ssc_database::Store`].
//!
//! A job's orders are decided and numbered in one transaction ([`Register::create_job`]); heads take them by leases with a fence
//! ([`Register::lease`]) and write what they do to cards before and after it ([`Register::write`]). Each entry is linked to the one
//! before it by its hash. The register holds no PIN, key, photo or name in clear: what is decided is a sealed blob.

mod books;
mod chain;
mod chips;
mod citizens;
mod clock;
mod close;
mod error;
mod intake;
mod jobs;
mod later;
mod leases;
mod look;
mod note;
mod orders;
mod ranges;
mod reason;
mod record;
mod signatures;
mod state;
mod wanted;
mod write;

use std::sync::Arc;

use ssc_database::{Database, Migrations, Store, Transaction};

pub use books::{BooksOf, Extent};
pub use clock::{Clock, SystemClock};
pub use error::RegisterError;
pub use intake::Intake;
pub use later::Later;
pub use look::{Look, Strays};
pub use note::BookNote;
pub use ranges::RangeRecord;
pub use reason::Reason;
pub use record::{
    CardEvent, ChainedEntry, ChipRecord, CitizenRecord, Counts, Filter, JobId, JobRecord, Lease,
    Leased, NewJob, NewOrder, NewRejected, OrderRecord, Replacement, Taken, Wanted,
};
pub use signatures::{LogSigner, SignatureRecord};
pub use state::{CardStatus, ChipState, JobState, OrderState};
pub use write::CHIPS_AN_ORDER;

/// The register's tables.
const MIGRATIONS: Migrations = Migrations {
    name: "bureau",
    texts: &[
        include_str!("schema/1.sql"),
        include_str!("schema/2.sql"),
        include_str!("schema/3.sql"),
        include_str!("schema/4.sql"),
        include_str!("schema/5.sql"),
        include_str!("schema/6.sql"),
    ],
};

/// For what a register is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// To work with it; it is made where there is none.
    New,
    /// To work with one that is there.
    Existing,
    /// To look at one that is there, whatever the clock says.
    Look,
}

/// The books of a bureau. Clones are the same ones. All calls block.
#[derive(Clone)]
pub struct Register {
    database: Database,
    clock: Arc<dyn Clock>,
}

impl Register {
    /// Opens the register in `store` to work with it, and makes it where there is none.
    ///
    /// # Errors
    /// As [`open_for`](Self::open_for).
    pub fn open(store: &Store, clock: Arc<dyn Clock>) -> Result<Self, RegisterError> {
        Self::open_for(store, clock, Opening::New)
    }

    /// Opens the register in `store`.
    ///
    /// # Errors
    /// [`RegisterError::Database`]; of a clock that is wrong, so that nothing is written by it (whoever only looks needs none):
    /// [`RegisterError::ClockBack`], [`RegisterError::ClockAhead`], [`RegisterError::ClockApart`], [`RegisterError::ClockBeforeBuild`].
    pub fn open_for(
        store: &Store,
        clock: Arc<dyn Clock>,
        opening: Opening,
    ) -> Result<Self, RegisterError> {
        if opening != Opening::Look && clock.now() < clock::built() {
            return Err(RegisterError::ClockBeforeBuild);
        }
        let database = match opening {
            Opening::New => Database::open(store, &MIGRATIONS)?,
            Opening::Existing | Opening::Look => Database::open_existing(store, &MIGRATIONS)?,
        };
        let register = Self { database, clock };
        if opening != Opening::Look {
            register.judge_clock()?;
        }
        Ok(register)
    }

    /// Whether the clock can be right, by the last entry and by the server's clock.
    fn judge_clock(&self) -> Result<(), RegisterError> {
        let last = self.read_books(|books| {
            let row = books.row("SELECT COALESCE(MAX(last_at), 0) FROM jobs", &[])?;
            Ok::<_, RegisterError>(row.map_or(Ok(0), |row| row.int(0))?)
        })?;
        let now = self.time_after(last)?;
        if last > 0 && now - last > clock::FAR {
            let days = (now - last).div_euclid(86_400_000);
            return Err(RegisterError::ClockAhead { days });
        }
        if self.database.is_shared() && self.clock.is_the_machines() {
            let server = self.read_books(|books| {
                let row = books.row(
                    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS {integer})",
                    &[],
                )?;
                row.map_or(Ok(now), |row| Ok(row.int(0)?))
            })?;
            let seconds = (now - server).div_euclid(1000);
            if (now - server).abs() > clock::APART {
                return Err(RegisterError::ClockApart { seconds });
            }
        }
        Ok(())
    }

    /// The store's address, without a password.
    #[must_use]
    pub fn store(&self) -> &str {
        self.database.store()
    }

    /// The time, which is not before `last`. A little that another machine's clock is ahead is taken.
    fn time_after(&self, last: i64) -> Result<i64, RegisterError> {
        let now = self.clock.now();
        if now + clock::AHEAD < last {
            let seconds = (last - now).div_euclid(1000);
            return Err(RegisterError::ClockBack { seconds });
        }
        Ok(now.max(last))
    }

    fn write_books<T>(
        &self,
        work: impl FnMut(&mut Transaction<'_>) -> Result<T, RegisterError>,
    ) -> Result<T, RegisterError> {
        self.database.transaction(work)
    }

    fn read_books<T>(
        &self,
        work: impl FnMut(&mut Transaction<'_>) -> Result<T, RegisterError>,
    ) -> Result<T, RegisterError> {
        self.database.read(work)
    }
}

/// A row number as the store has it.
fn stored(row: usize) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}
