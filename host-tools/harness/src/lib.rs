//! What tests need around the program under test, each as a guard that ends what it began.
//!
//! - [`pcscd`]: a pcscd of the test's own, with virtual readers.
//! - [`softhsm`]: PKCS#11 tokens of the test's own.
//! - [`postgres`]: a PostgreSQL server of the test's own.
//! - [`secrets`]: a search for keys and PINs in whatever a program has written.
//! - [`listener`]: somebody at the line between reader and card, who knows all published keys.
//! - [`house`]: the repository as texts, for tests of what stands in it.
#![forbid(unsafe_code)]

pub mod house;
pub mod listener;
pub mod pcscd;
pub mod postgres;
pub mod secrets;
pub mod softhsm;
