//! A card for developers, in this process or on PC/SC through vpcd.
//!
//! Every card here is a [`ssc_reader::Card`]: [`EchoCard`] for measuring. [`vpcd::serve`] puts any of them, also one
//! wrapped in [`ssc_reader::Trace`] or [`ssc_reader::Meter`], into a virtual PC/SC reader.
#![forbid(unsafe_code)]

mod echo;
pub mod vpcd;

pub use echo::EchoCard;
