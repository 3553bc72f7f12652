//! The commands that work on a card or a reader as it is: `ssc issue`, `ssc read` and the like.

pub mod apdu;
pub mod issue;
pub mod read;
pub mod readers;
pub mod sim;
pub mod verify;
