//! The card, one subject a module: each answer is typed by hand or made by the bare cipher crates.
//!
//! `CARD_TESTS=full` runs the long forms (minutes).

#[path = "../support/mod.rs"]
mod support;

mod authenticate;
mod binary;
mod channel;
mod conditions;
mod failed;
mod groupings;
mod life_cycle;
mod links;
mod maintenance;
mod pin;
mod random;
mod record_updates;
mod records;
mod select;
mod sweep;
