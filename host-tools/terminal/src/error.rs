//! What can go wrong between a terminal and a card, and what to do about it.

mod chinese;
mod words;

use apdu_specs::Status;
use ssc_keys::hsm::HsmError;
use ssc_keys::{KeyError, ModuleError};
use ssc_reader::{ReaderError, spec_words};
use ssc_words::{ErrorKind, Kind, Lang};
use thiserror::Error;

use crate::address::AddressError;
use crate::encode::ValueFault;
pub use crate::place::Place;
use crate::psam::PsamError;
pub use words::Operation;
use words::{fault_words, insert_card, refused};

/// Why a terminal could not do what it was asked. No variant carries what a card holds of a person, a key or a PIN.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// No usable answer came from the card.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// A key is not available.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The host security module does not compute.
    #[error(transparent)]
    Hsm(#[from] HsmError),
    /// The PSAM does not compute.
    #[error(transparent)]
    Psam(#[from] PsamError),
    /// A security module that this crate does not know does not compute.
    #[error(transparent)]
    Module(ModuleError),
    /// A block to encipher has another length than the cipher's.
    #[error(
        "{length} bytes are no cipher block (8 with DES, 16 with SM4); nothing was sent to the card"
    )]
    BlockLength {
        /// Its bytes.
        length: usize,
    },
    /// SELECT of SSSE was refused.
    #[error(
        "this is not a personalized social security card: it answered {sw} ({}) to SELECT of SSSE (sx1.sh.社会保障); insert another card",
        spec_words::status(*sw, Lang::En)
    )]
    NotSocialSecurity {
        /// SW1 SW2.
        sw: Status,
    },
    /// The FCI announces SSF33.
    #[error(
        "this card's keys use SSF33 (algorithm marker 02), a classified cipher that this program does not have; read this card with a terminal that was approved for it"
    )]
    Ssf33,
    /// The FCI announces an algorithm that no known card uses.
    #[error(
        "this card announces the unknown algorithm marker {marker:02X}; known are 01 (3DES) and 03 (SM4): no key was tried"
    )]
    UnknownAlgorithm {
        /// The byte AA of `9F0C 03 86 01 AA`.
        marker: u8,
    },
    /// The answer to SELECT is no file control information.
    #[error(
        "the card's answer to SELECT of SSSE is no file control information (6F …), so the algorithm of its keys is not known; this is a faulty card or reader: try another of each"
    )]
    Fci,
    /// The ATR has no 8 historical bytes.
    #[error(
        "the ATR has fewer than 8 historical bytes, so this card's keys cannot be derived; use its contact interface"
    )]
    NoCardFactor,
    /// SSSE EF05 record 1 does not begin with a region.
    #[error(
        "SSSE EF05 tag 01 (card identification code) does not begin with six region digits, so this card's keys cannot be derived; this card was not issued correctly"
    )]
    NoRegion,
    /// SSSE EF05 record 3 names no known generation.
    #[error("this card's specification version is {found}; this program knows 1.00, 2.00 and 3.00")]
    UnknownVersion {
        /// The version as it was read.
        found: String,
    },
    /// The card refused a file or record.
    #[error("{place}: {}", refused(*sw, *key, *keys, Lang::En))]
    Refused {
        /// What was read.
        place: Place,
        /// SW1 SW2.
        sw: Status,
        /// The key that its read condition asks for, such as `SSSE/RK`.
        key: Option<&'static str>,
        /// Whether the terminal had keys.
        keys: bool,
    },
    /// What the card answered cannot be decoded.
    #[error("{place}: {detail}; this card was not issued correctly, or is no card of this kind")]
    Malformed {
        /// What was read.
        place: Place,
        /// What is wrong with it, without its bytes.
        detail: &'static str,
    },
    /// The card refused an external authentication.
    #[error(
        "the card refused the key {key}: it answered {sw} ({}); use the vault that this card was issued with, and do not repeat this with the same keys, or the card blocks its key",
        spec_words::status(*sw, Lang::En)
    )]
    KeyRefused {
        /// The key's name in the vault.
        key: &'static str,
        /// SW1 SW2.
        sw: Status,
    },
    /// GET CHALLENGE gave another number of bytes than it was asked for.
    #[error(
        "the card gave {length} bytes for a challenge of 8; this is a faulty card or reader: try another of each"
    )]
    Challenge {
        /// How many it gave.
        length: usize,
    },
    /// The challenge ends in zeros.
    #[error(
        "the card's challenge ends in four zero bytes, and no key was used for it: a card hardly ever gives one, but whoever collects a terminal's answers to use them on other cards asks for these. Try once more; if it comes again, keep card and reader and report them"
    )]
    ShortChallenge,
    /// One try is left, and the card keeps it for contact.
    #[error("{}", insert_card(*key, Lang::En))]
    InsertCard {
        /// The key's name in the vault; none for the PIN.
        key: Option<&'static str>,
    },
    /// Keys are needed, and none were given.
    #[error(
        "this needs the key {key}, and no keys were given; give the vault that this card was issued with"
    )]
    NoKeys {
        /// The key's name in the vault.
        key: &'static str,
    },
    /// VERIFY was refused.
    #[error(
        "the card refused the PIN: it answered {sw} ({}); nothing further was read. Check the PIN before the next try: after the last one it is blocked and must be unblocked",
        spec_words::status(*sw, Lang::En)
    )]
    PinRefused {
        /// SW1 SW2.
        sw: Status,
    },
    /// The card refused to write.
    #[error("{place}: not written, the card answered {sw} ({}); what was written before stays", spec_words::status(*sw, Lang::En))]
    NotWritten {
        /// Where.
        place: Place,
        /// SW1 SW2.
        sw: Status,
    },
    /// The card refused a PIN function.
    #[error("{}: the card answered {sw} ({}){}", operation.words(Lang::En), spec_words::status(*sw, Lang::En), operation.advice(*sw, Lang::En))]
    NotDone {
        /// Which.
        operation: Operation,
        /// SW1 SW2.
        sw: Status,
    },
    /// A file address, or data for it, is malformed.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The generation's table has no such file or item.
    #[error(
        "{place}: cards of this version have no such file or item; nothing was read or written"
    )]
    NoSuchItem {
        /// What was asked for.
        place: Place,
    },
    /// A value does not fit its field.
    #[error("{place}: {}; nothing was written", fault_words(*fault, Lang::En))]
    Value {
        /// The field.
        place: Place,
        /// Why.
        fault: ValueFault,
    },
    /// A file asks for the PIN.
    #[error("{place}: this file asks for the cardholder's PIN; give it")]
    PinNeeded {
        /// The file.
        place: Place,
    },
    /// The PIN is too long for PIN RELOAD with this card's algorithm.
    #[error(
        "a card with these keys takes no more than {most} digits in PIN RELOAD; choose a shorter PIN"
    )]
    PinTooLong {
        /// The most digits.
        most: usize,
    },
    /// A new PIN of one digit repeated.
    #[error(
        "a new PIN may not be one digit repeated, and no card takes it; choose another PIN: nothing was sent to the card"
    )]
    OneDigitRepeated,
    /// The card is another than the one that was named.
    #[error(
        "this is another card than the one that was named (identification code and card number); insert that card, or read this one first"
    )]
    DifferentCard,
    /// Internal authentication failed.
    #[error(
        "this card is not genuine under these keys: it does not hold the key of the card that it says it is (internal authentication failed). Make sure first that vault, PSAM or HSM are those of this card's issuer; if they are, it is a copy: keep it and report it"
    )]
    NotGenuine,
    /// A step of a function with a host security module that nothing came before.
    #[error(
        "this step does not follow the one before it; begin again with step 1, and leave the card in its reader between the steps"
    )]
    StepOrder,
    /// What came back from the host security module is malformed.
    #[error("the host security module's answer is no {expected}; pass on what it gave, unchanged")]
    HsmAnswer {
        /// What it should be.
        expected: &'static str,
    },
    /// No host security module is needed.
    #[error(
        "these items are read without a key, so no host security module is needed; read them directly"
    )]
    NoHsmNeeded,
    /// One dialogue with a host security module presents one key.
    #[error(
        "these items ask for more than one key, and one dialogue with a host security module presents one; ask for the files one by one"
    )]
    OneKeyAtATime,
    /// This is no PIN.
    #[error("a PIN has 4 to 16 digits and nothing else; nothing was sent to the card")]
    InvalidPin,
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes ({detail}); no key was tried")]
    NoRandom {
        /// What it said.
        detail: String,
    },
}

impl TerminalError {
    /// The status word that the card gave, if it is about one.
    #[must_use]
    pub fn sw(&self) -> Option<Status> {
        match self {
            Self::Reader(error) => error.sw(),
            Self::NotSocialSecurity { sw }
            | Self::Refused { sw, .. }
            | Self::KeyRefused { sw, .. }
            | Self::NotWritten { sw, .. }
            | Self::NotDone { sw, .. }
            | Self::PinRefused { sw } => Some(*sw),
            Self::Psam(error) => error.sw(),
            _ => None,
        }
    }
}

/// What a module of this crate says: a PSAM.
impl From<TerminalError> for ModuleError {
    fn from(error: TerminalError) -> Self {
        Self::other(error)
    }
}

impl From<ModuleError> for TerminalError {
    fn from(error: ModuleError) -> Self {
        match error.into_other() {
            Ok(own) => own,
            Err(ModuleError::Keys(error)) => Self::Keys(error),
            Err(ModuleError::Hsm(error)) => Self::Hsm(error),
            Err(ModuleError::BlockLength { length }) => Self::BlockLength { length },
            Err(other) => Self::Module(other),
        }
    }
}

impl Kind for TerminalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Reader(error) => error.kind(),
            Self::Keys(_)
            | Self::NoKeys { .. }
            | Self::Psam(_)
            | Self::Hsm(_)
            | Self::Module(_) => ErrorKind::Keys,
            Self::NotGenuine => ErrorKind::NotGenuine,
            Self::Address(_)
            | Self::NoSuchItem { .. }
            | Self::Value { .. }
            | Self::PinTooLong { .. }
            | Self::OneDigitRepeated
            | Self::PinNeeded { .. } => ErrorKind::Input,
            Self::InvalidPin => ErrorKind::Usage,
            Self::NoRandom { .. } => ErrorKind::Output,
            Self::BlockLength { .. }
            | Self::NotSocialSecurity { .. }
            | Self::Ssf33
            | Self::UnknownAlgorithm { .. }
            | Self::Fci
            | Self::NoCardFactor
            | Self::NoRegion
            | Self::UnknownVersion { .. }
            | Self::Refused { .. }
            | Self::Malformed { .. }
            | Self::KeyRefused { .. }
            | Self::Challenge { .. }
            | Self::ShortChallenge
            | Self::InsertCard { .. }
            | Self::PinRefused { .. }
            | Self::NotWritten { .. }
            | Self::NotDone { .. }
            | Self::DifferentCard
            | Self::StepOrder
            | Self::HsmAnswer { .. }
            | Self::NoHsmNeeded
            | Self::OneKeyAtATime => ErrorKind::Card,
        }
    }
}
