//! A social security card operating system: no_std, no alloc, no unsafe.
//!
//! The way of an APDU: bytes from the reader → `link` (T=0, T=1, ISO 14443-4) → `apdu` (parsed and
//! checked against the specification table) → the selected application → a handler (one file for
//! each command, in its application's room) → file system and security state → [`store`] (one transaction) →
//! flash. The answer goes straight back; no layer calls upwards.
//!
//! The features `psam` and `certificates` are applications that a card can be built without.
//!
//! The card knows files, keys and conditions in general. That it is a social security card is what
//! personalization makes of it.
#![no_std]
#![forbid(unsafe_code)]

mod apdu;
mod applications;
mod built;
mod bytes;
mod card;
mod context;
mod credential;
mod fs;
mod identity;
mod link;
mod manufacture;
pub mod objects;
mod platform;
mod reply;
mod secure_messaging;
mod security;
mod session;
pub mod store;

pub use apdu_specs::{Interface, Status};
pub use card::{Card, InterfaceBusy};
pub use identity::{Atr, Identity};
pub use platform::{PlainChip, Platform};
pub use reply::Response;
