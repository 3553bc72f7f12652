//! What the terminal functions return for an error (LD/T 33).

use apdu_specs::Status;
use apdu_specs::terminal_codes::{self as codes, of_status};
use ssc_keys::KeyError;
use ssc_keys::hsm::HsmError;
use ssc_reader::ReaderError;

use crate::TerminalError;
use crate::encode::ValueFault;
use crate::psam::PsamError;

/// RK of SSSE, whose absence has a code of its own.
const RK: &str = "SSSE/RK";

impl TerminalError {
    /// The return code: of the table [`codes`], or the negative of the card's status word.
    #[must_use]
    pub fn code(&self) -> i32 {
        match self {
            Self::Reader(error) => of_reader(error),
            Self::Keys(KeyError::MissingRoot { id, .. }) => without_key(id),
            Self::Keys(_) | Self::NoKeys { .. } => codes::NO_PSAM,
            Self::Hsm(HsmError::NoSm4 { .. }) => codes::PSAM_ALGORITHM,
            Self::Hsm(HsmError::MissingKey { id, .. }) => without_key(id),
            Self::Hsm(_) | Self::Module(_) => codes::NO_PSAM,
            Self::Psam(error) => of_psam(error),
            Self::BlockLength { .. } | Self::PinTooLong { .. } | Self::InvalidPin => {
                codes::PIN_LENGTH
            }
            Self::OneDigitRepeated => of_status(Status::WRONG_DATA),
            Self::Ssf33 | Self::UnknownAlgorithm { .. } => codes::PSAM_ALGORITHM,
            Self::Fci | Self::Challenge { .. } | Self::ShortChallenge => codes::NO_ANSWER,
            // Of contact and contactless (iType), the other one.
            Self::InsertCard { .. } => codes::WRONG_CARD_TYPE,
            Self::NoCardFactor
            | Self::NoRegion
            | Self::UnknownVersion { .. }
            | Self::Malformed { .. } => codes::IDENTIFICATION_CODE,
            Self::NotSocialSecurity { sw }
            | Self::Refused { sw, .. }
            | Self::KeyRefused { sw, .. }
            | Self::NotWritten { sw, .. }
            | Self::NotDone { sw, .. } => of_status(*sw),
            Self::PinRefused {
                sw: Status::BLOCKED,
            } => codes::PIN_BLOCKED,
            Self::PinRefused { sw } if sw.tries().is_some() => codes::PIN_WRONG,
            Self::PinRefused { sw } => of_status(*sw),
            Self::Address(_) | Self::HsmAnswer { .. } | Self::OneKeyAtATime => codes::BAD_INPUT,
            Self::NoSuchItem { .. } => codes::NO_SUCH_ITEM,
            Self::Value {
                fault: ValueFault::Character,
                ..
            } => codes::BAD_CHARACTER,
            Self::Value {
                fault: ValueFault::Length { .. },
                ..
            } => codes::BAD_LENGTH,
            Self::PinNeeded { .. } => codes::PIN_CANCELLED,
            Self::DifferentCard => codes::DIFFERENT_CARD,
            Self::NotGenuine => codes::NOT_GENUINE,
            Self::StepOrder => codes::PARAMETER,
            Self::NoHsmNeeded => codes::NO_HSM_NEEDED,
            Self::NoRandom { .. } => codes::UNKNOWN,
        }
    }
}

fn of_reader(error: &ReaderError) -> i32 {
    match error {
        ReaderError::NoService { .. }
        | ReaderError::NoReaders
        | ReaderError::NotAllowed { .. }
        | ReaderError::NoSuchReader { .. }
        | ReaderError::SeveralReaders { .. }
        | ReaderError::SameReader { .. }
        | ReaderError::ReaderGone { .. } => codes::READER,
        ReaderError::NoCard { .. } | ReaderError::CardRemoved { .. } => codes::NO_CARD,
        ReaderError::Mute { .. } => codes::NOT_POWERED,
        ReaderError::InUse { .. } | ReaderError::ResetByOther { .. } => codes::NOT_CONNECTED,
        ReaderError::Status(status) => of_status(status.sw),
        ReaderError::MalformedCommand { .. } => codes::PARAMETER,
        _ => codes::NO_ANSWER,
    }
}

fn of_psam(error: &PsamError) -> i32 {
    match error {
        PsamError::NotAPsam { .. } => codes::NO_PSAM,
        PsamError::NoAlgorithm { .. } => codes::PSAM_ALGORITHM,
        PsamError::NoPlace { key }
        | PsamError::Init {
            key,
            sw:
                Status::REFERENCED_DATA_NOT_FOUND
                | Status::RECORD_NOT_FOUND
                | Status::KEY_INDEX_NOT_SUPPORTED,
        } => without_key(key),
        // Conditions of use: this PSAM's key has other levels or another type (P).
        PsamError::Init {
            sw: Status::CONDITIONS_NOT_SATISFIED,
            ..
        }
        | PsamError::OtherRegion { .. } => codes::PSAM_LEVEL,
        PsamError::OtherVersion { .. } | PsamError::NoVersion { .. } => {
            of_status(Status::REFERENCED_DATA_NOT_FOUND)
        }
        PsamError::Init { sw, .. } | PsamError::Refused { sw, .. } => of_status(*sw),
        PsamError::Length { .. } => codes::NO_ANSWER,
        PsamError::TooLong { .. } => codes::BAD_LENGTH,
    }
}

/// A module that lacks a key: 6A88, but for the one with a code of its own.
fn without_key(key: &str) -> i32 {
    if key == RK {
        codes::PSAM_NO_READ_KEY
    } else {
        of_status(Status::REFERENCED_DATA_NOT_FOUND)
    }
}

#[cfg(test)]
mod tests {
    use apdu_specs::Status;
    use card_crypto::Algorithm;
    use ssc_reader::{ReaderError, StatusError};

    use crate::TerminalError;
    use crate::psam::PsamError;

    /// The codes after which programs in the field go on with a host security module: -2201, -2202, -2203, -27272, -24.
    #[test]
    fn a_psam_that_does_not_do_has_the_codes_that_programs_wait_for() {
        let algorithm = Algorithm::Sm4;
        for (error, code) in [
            (
                PsamError::NotAPsam {
                    sw: Status::FILE_NOT_FOUND,
                },
                -2201,
            ),
            (
                PsamError::NoAlgorithm {
                    algorithm,
                    sw: Status::FILE_NOT_FOUND,
                },
                -2202,
            ),
            (
                PsamError::Init {
                    key: "SSSE/RK",
                    sw: Status::KEY_INDEX_NOT_SUPPORTED,
                },
                -2203,
            ),
            (
                PsamError::Init {
                    key: "SSSE/RK",
                    sw: Status::REFERENCED_DATA_NOT_FOUND,
                },
                -2203,
            ),
            (
                PsamError::Init {
                    key: "DF01/RK1",
                    sw: Status::KEY_INDEX_NOT_SUPPORTED,
                },
                -27272,
            ),
            (
                PsamError::OtherRegion {
                    key: "SSSE/RK",
                    card: *b"330100",
                    psam: *b"440300",
                },
                -24,
            ),
            (PsamError::OtherVersion { asked: 2, held: 1 }, -27272),
            (PsamError::NoVersion { asked: 2 }, -27272),
            (PsamError::NoPlace { key: "DF07/RK1" }, -27272),
            (
                PsamError::Init {
                    key: "SSSE/UK",
                    sw: Status::CONDITIONS_NOT_SATISFIED,
                },
                -24,
            ),
            (
                PsamError::Refused {
                    key: "SSSE/UK",
                    sw: Status::CONDITIONS_NOT_SATISFIED,
                },
                -27013,
            ),
        ] {
            assert_eq!(TerminalError::from(error).code(), code, "{error}");
        }
        assert_eq!(TerminalError::NoKeys { key: "SSSE/UK" }.code(), -2201);
    }

    #[test]
    fn readers_cards_and_status_words() {
        let reader = || "r".to_owned();
        for (error, code) in [
            (ReaderError::NoReaders, -11),
            (ReaderError::NoCard { reader: reader() }, -2),
            (ReaderError::CardRemoved { reader: reader() }, -2),
            (ReaderError::Mute { reader: reader() }, -3),
            (ReaderError::InUse { reader: reader() }, -12),
            (ReaderError::MalformedAnswer { detail: reader() }, -4),
            (
                ReaderError::Status(StatusError {
                    name: None,
                    header: [0; 4],
                    sw: Status::SECURITY_NOT_SATISFIED,
                }),
                -27010,
            ),
        ] {
            assert_eq!(TerminalError::from(error).code(), code);
        }
    }
}
