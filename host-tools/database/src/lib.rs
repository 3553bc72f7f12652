//! One layer over SQLite and PostgreSQL (数据库层): one file that needs nothing installed, or one server that several machines share;
//! the same statements, migrations and tests for both.
//!
//! A [`Store`] names the place, a [`Database`] is it when it is open, and all work goes through a [`Transaction`]. It knows no table of
//! anybody: who uses it hands in [`Migrations`] under a name of their own. All calls block; they must not be made inside of an
//! asynchronous runtime.
#![forbid(unsafe_code)]

mod database;
mod dialect;
mod error;
mod file;
mod holder;
mod migrations;
mod open;
mod store;
mod transaction;
mod value;

pub use database::{Database, MayBeOfStore};
pub use error::{DatabaseError, Failure};
pub use holder::Holder;
pub use migrations::Migrations;
pub use store::{Store, StoreError};
pub use transaction::Transaction;
pub use value::{Row, Value};
