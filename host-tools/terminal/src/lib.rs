//! What a terminal does with a card (LD/T 33).
//!
//! A [`Dialogue`] is the terminal's dialogue with one card, which it meets as a stranger's: by APDUs alone, with what the
//! specification tables say of its files and keys. The functions most callers want open one themselves:
//!
//! | function | what it does |
//! |---|---|
//! | [`read_card_basic`] | iReadCardBas: one line of basic data |
//! | [`read_all`] | every file that can be read, decoded with its field names |
//! | [`verify_identity`] | genuine or not: the identification code's MAC and internal authentication |
//!
//! The functions of LD/T 33 are methods of the session, which asks a security module (`ssc_keys::security_module`) for what keys compute:
//!
//! | LD/T 33 | method |
//! |---|---|
//! | iReadCardBas | [`Dialogue::read_card_basic`] |
//! | iReadCard | [`Dialogue::read_card`] |
//! | iWriteCard | [`Dialogue::write_card`] |
//! | iVerifyPIN | [`Dialogue::verify_pin`] |
//! | iChangePIN | [`Dialogue::change_pin`] |
//! | iReloadPIN | [`Dialogue::reload_pin`] |
//! | iUnblockPIN | [`Dialogue::unblock_pin`] |
//! | the same with a host security module | `…_hsm_step1`, `2`, `3`: see [`hsm`] |
//!
//! [`TerminalError::code`] is the standard's return code.
//!
//! What is read is returned in full, since that is its purpose; `Debug` and errors show none of it.
#![forbid(unsafe_code)]

pub mod address;
mod atr;
mod authenticate;
mod card_basic;
mod codes;
mod decode;
mod decoded;
mod dialogue;
mod dump;
mod encode;
mod error;
mod fci;
mod fields;
pub mod hsm;
mod identity;
mod items;
mod maintenance;
mod meaning;
mod pin;
mod place;
pub mod psam;
mod read_all;
mod text;
mod words;

pub use card_crypto::Algorithm;

pub use address::{AddressError, CardData, FileAddress};
pub use authenticate::Check;
pub use card_basic::{CardBasic, TerminalIdentity, read_card_basic};
pub use decoded::{DecodedField, Refusal, Remark, Value};
pub use dialogue::{Dialogue, RandomSource};
pub use dump::{Bytes, Content, DirectoryDump, Dump, FileDump};
pub use encode::ValueFault;
pub use error::{Operation, Place, TerminalError};
pub use identity::{Authenticity, Verdict, verify_identity};
pub use items::Authentication;
pub use pin::Pin;
pub use read_all::read_all;
pub use words::Words;
