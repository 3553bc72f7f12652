//! The social security card's specification as tables: commands, status words, files, keys, generations.
//!
//! Every command, file, tag, key and status word stands here once, with its clause and the strength
//! of its [`Evidence`]. The card, the host tools, the manual, the tests and the fuzzer draw on it.
//!
//! What is one application's own stands in its room ([`applications`]); beside the rooms is what they share.
//!
//! A table that the card scans is split in two statics by one macro row: the rules
//! ([`commands::Command`]) are linked into the card, the words ([`commands::CommandWords`]) are for
//! people and stay on the host. A field of words inside the scanned struct would be linked whole.
#![no_std]
#![forbid(unsafe_code)]

#[macro_use]
pub mod commands;
#[macro_use]
pub mod files;
#[macro_use]
pub mod keys;
#[macro_use]
pub mod tags;

pub mod access;
pub mod algorithm;
mod application;
pub mod applications;
pub mod atr;
pub mod coding;
mod evidence;
mod generation;
mod interface;
pub mod items;
pub mod le;
pub mod life_cycle;
pub mod parameters;
pub mod regions;
pub mod room;
pub mod short;
pub mod status;
pub mod terminal_codes;
pub mod tlv;

pub use application::Application;
pub use evidence::{Conflict, Evidence};
pub use generation::{Generation, Generations, UnknownGeneration};
pub use interface::Interface;
pub use status::Status;
