//! What a terminal does with a card (LD/T 33).
//!
//! A [`Session`] is the terminal's dialogue with one card, which it meets as a stranger's: by APDUs alone, with what the
//! specification tables say of its files and keys. The functions most callers want open one themselves:
//!
//! | function | what it does |
//! |---|---|
//! | [`read_card_basic`] | iReadCardBas: one line of basic data |
//! | [`read_all`] | every file that can be read, decoded with its field names |
//! | [`verify_identity`] | genuine or not: the identification code's MAC and internal authentication |
//!
//! What is read is returned in full, since that is its purpose; `Debug` and errors show none of it.
#![forbid(unsafe_code)]

mod atr;
mod authenticate;
mod card_basic;
mod decode;
mod dump;
mod error;
mod fci;
mod fields;
mod pin;
mod read_all;
pub mod sam;
mod session;
mod text;
mod words;

pub use authenticate::{Check, Identity, verify_identity};
pub use card_basic::{CardBasic, TerminalIdentity, read_card_basic};
pub use decode::{Remark, Value};
pub use dump::{Bytes, Content, DirectoryDump, Dump, FileDump, Refusal};
pub use error::{Place, TerminalError};
pub use fields::DecodedField;
pub use pin::Pin;
pub use read_all::read_all;
pub use session::{RandomSource, Session};
pub use words::Words;
