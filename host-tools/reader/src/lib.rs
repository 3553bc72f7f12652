//! One way to talk to a card: the reader trait, APDUs, PC/SC.
//!
//! [`Reader`] and [`Card`] are all that the rest of the host knows of a card: a PC/SC reader ([`pcsc`]) and the
//! simulator's card in this process implement the same two traits. [`exchange`] carries one [`CommandApdu`] over
//! either and hides what differs between T=0 and T=1, and [`commands`] makes the commands. What counts, shows, records or disturbs
//! the line is a [`tap`] on it: [`Meter`], [`Trace`], [`Recorder`], [`Faults`], [`Slow`].
#![forbid(unsafe_code)]

pub mod apdu;
pub mod card;
pub mod commands;
pub mod error;
mod exchange;
pub mod feeder;
pub mod head;
pub mod hooks;
pub mod machine;
pub mod pcsc;
pub mod shared;
pub mod spec_words;
pub mod survey;
pub mod tap;
pub mod tlv;
pub mod wait;

pub use apdu_specs::Interface;

pub use apdu::{CommandApdu, ResponseApdu};
pub use card::{Card, Reader};
pub use error::{ReaderError, StatusError};
pub use exchange::exchange;
pub use shared::Shared;
pub use tap::Tapped;
pub use tap::fault::{Faults, ReaderFault};
pub use tap::meter::{Counts, Meter};
pub use tap::record::Recorder;
pub use tap::slow::Slow;
pub use tap::trace::{Trace, Writer};
