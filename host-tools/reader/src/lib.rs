//! One way to talk to a card: the reader trait, APDUs, PC/SC.
//!
//! [`Reader`] and [`Card`] are all that the rest of the host knows of a card: a PC/SC reader ([`pcsc`]) and the
//! simulator's card in this process implement the same two traits. [`exchange`] carries one [`CommandApdu`] over
//! either and hides what differs between T=0 and T=1; [`Meter`] counts what that costs on the line and [`Trace`]
//! shows it in words.
#![forbid(unsafe_code)]

pub mod apdu;
pub mod card;
pub mod commands;
pub mod error;
mod exchange;
pub mod feeder;
pub mod meter;
pub mod pcsc;
pub mod spec_words;
pub mod survey;
pub mod tlv;
pub mod trace;

pub use apdu_specs::Interface;

pub use apdu::{CommandApdu, ResponseApdu};
pub use card::{Card, Reader};
pub use error::{ReaderError, StatusError};
pub use exchange::exchange;
pub use meter::{Counts, Meter, MeterHandle};
pub use trace::Trace;
