//! One way to talk to a card: the reader trait, APDUs, PC/SC.
#![forbid(unsafe_code)]

pub mod words;

pub use words::{Bilingual, Lang};
