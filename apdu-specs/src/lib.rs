//! The social security card's specification as tables: commands, status words, files, keys, generations.
//!
//! Every command, file, tag, key and status word stands here once, with its clause and the strength
//! of its [`Evidence`]. The card, the host tools, the manual, the tests and the fuzzer draw on it.
//!
//! A table that the card scans is split in two statics by one macro row: the rules
//! ([`commands::COMMANDS`]) are linked into the card, the words ([`commands::COMMAND_WORDS`]) are for
//! people and stay on the host. A field of words inside the scanned struct would be linked whole.
#![no_std]
#![forbid(unsafe_code)]

pub mod access;
pub mod algorithm;
pub mod atr;
pub mod certificates;
pub mod coding;
pub mod commands;
mod evidence;
pub mod files;
mod generation;
pub mod institution;
mod interface;
pub mod items;
pub mod key_table;
pub mod keys;
pub mod le;
pub mod life_cycle;
pub mod names;
pub mod regions;
pub mod sam;
pub mod status;
pub mod tags;
pub mod terminal_codes;

pub use evidence::{Conflict, Evidence};
pub use generation::{Generation, Generations, UnknownGeneration};
pub use interface::Interface;
pub use status::Status;
