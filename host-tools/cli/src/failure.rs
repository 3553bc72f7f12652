//! Why a subcommand did not do its work: exit code and message.

use serde_json::{Map, Value, json};
use ssc_bureau::batch::BatchError;
use ssc_bureau::error::{CardError, OrderError};
use ssc_bureau::sample::SampleError;
use ssc_certificate::CertificateError;
use ssc_keys::KeyError;
use ssc_keys::hsm::HsmError;
use ssc_reader::ReaderError;
use ssc_simulator::ImageError;
use ssc_simulator::vpcd::VpcdError;
use ssc_terminal::TerminalError;
use ssc_words::{Bilingual, Lang};

use crate::exit::Exit;
use crate::text::Text;

/// An error on its way to the user.
#[derive(Debug)]
pub struct Failure {
    /// How `ssc` ends.
    pub exit: Exit,
    /// What failed, on which card or row, and what to do next. `None`: everything was said already.
    pub message: Option<Text>,
    /// Lines below the message, such as the places that are meant.
    pub details: Vec<Text>,
    /// What is there nevertheless, for `--json`.
    pub report: Map<String, Value>,
}

impl Failure {
    /// An error with its message.
    pub fn new(exit: Exit, message: Text) -> Self {
        Self {
            exit,
            message: Some(message),
            details: Vec::new(),
            report: Map::new(),
        }
    }

    /// An end of which everything was said already.
    pub fn said(exit: Exit) -> Self {
        Self {
            exit,
            message: None,
            details: Vec::new(),
            report: Map::new(),
        }
    }

    /// With lines below the message.
    pub fn with_details(mut self, details: Vec<Text>) -> Self {
        self.details = details;
        self
    }

    fn of(exit: Exit, message: &(impl Bilingual + ?Sized)) -> Self {
        Self::new(exit, Text::of(message))
    }

    /// With a report (a JSON object) that `--json` shows beside the error.
    pub fn with_report(mut self, report: Value) -> Self {
        if let Value::Object(report) = report {
            self.report = report;
        }
        self
    }

    /// The JSON document: the report with `error` in it.
    pub fn to_json(&self) -> Value {
        let say = |lang| {
            let message = self.message.iter().chain(&self.details);
            let lines: Vec<String> = message.map(|line| line.say(lang)).collect();
            self.message.as_ref().map(|_| lines.join("\n"))
        };
        let mut document = self.report.clone();
        document.insert(
            "error".into(),
            json!({
                "exit_code": self.exit.code(),
                "kind": self.exit.kind(),
                "message": say(Lang::En),
                "message_zh": say(Lang::Zh),
            }),
        );
        Value::Object(document)
    }
}

/// The exit code of a reader's error: a status word is the card's refusal, a malformed command the user's input, an ambiguous
/// name the command line's fault.
fn exit_of(error: &ReaderError) -> Exit {
    match error {
        ReaderError::Status(_) => Exit::Card,
        ReaderError::MalformedCommand { .. } => Exit::Input,
        ReaderError::SeveralReaders { .. } | ReaderError::SameReader { .. } => Exit::Usage,
        _ => Exit::Reader,
    }
}

impl From<ReaderError> for Failure {
    fn from(error: ReaderError) -> Self {
        Self::of(exit_of(&error), &error)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::of(Exit::Keys, &error)
    }
}

impl From<HsmError> for Failure {
    fn from(error: HsmError) -> Self {
        Self::of(Exit::Keys, &error)
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        let exit = match error {
            BatchError::WriteRefused { .. } => Exit::Output,
            _ => Exit::Input,
        };
        Self::of(exit, &error)
    }
}

impl From<SampleError> for Failure {
    fn from(error: SampleError) -> Self {
        let exit = match error {
            SampleError::TooMany => Exit::Usage,
            SampleError::Write { .. } => Exit::Output,
        };
        Self::of(exit, &error)
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        Self::of(Exit::Input, &error)
    }
}

impl From<VpcdError> for Failure {
    fn from(error: VpcdError) -> Self {
        Self::of(Exit::Reader, &error)
    }
}

/// The exit code of one card's error.
fn exit_of_card(error: &CardError) -> Exit {
    match error {
        CardError::Reader(error) => exit_of(error),
        CardError::Keys(_)
        | CardError::WrongDomainKeys { .. }
        | CardError::PublishedKeys { .. }
        | CardError::PublishedInitialKeys
        | CardError::OtherInitialKeys => Exit::Keys,
        CardError::NoRegion | CardError::NoCardNumber | CardError::NameTooLong { .. } => {
            Exit::Input
        }
        _ => Exit::Card,
    }
}

impl Failure {
    /// A card that could not be issued.
    pub fn of_card(error: &CardError) -> Self {
        Self::of(exit_of_card(error), error)
    }
}

impl From<OrderError> for Failure {
    fn from(error: OrderError) -> Self {
        let exit = match &error {
            OrderError::FaultyHeading { .. }
            | OrderError::FaultyBatch { .. }
            | OrderError::EmptyBatch => Exit::Input,
            OrderError::NoProfile { .. } => Exit::Usage,
            OrderError::Row { error, .. } => exit_of_card(error),
            OrderError::Seal(_) | OrderError::OtherPins => Exit::Keys,
            OrderError::OtherJournal { .. } => Exit::Input,
            _ => Exit::Output,
        };
        Self::of(exit, &error)
    }
}

impl From<CertificateError> for Failure {
    fn from(error: CertificateError) -> Self {
        let exit = match &error {
            CertificateError::Reader(error) => exit_of(error),
            CertificateError::Keys(_) | CertificateError::Signer(_) => Exit::Keys,
            CertificateError::Subject { .. } => Exit::Usage,
            CertificateError::NotACertificate { .. }
            | CertificateError::NotAnEnvelope { .. }
            | CertificateError::Read { .. }
            | CertificateError::TooLarge { .. }
            | CertificateError::AnotherKey { .. } => Exit::Input,
            _ => Exit::Card,
        };
        Self::of(exit, &error)
    }
}

impl From<TerminalError> for Failure {
    fn from(error: TerminalError) -> Self {
        let exit = match &error {
            TerminalError::Reader(error) => exit_of(error),
            TerminalError::Keys(_) | TerminalError::NoKeys { .. } => Exit::Keys,
            TerminalError::Psam(_) | TerminalError::Hsm(_) | TerminalError::Module(_) => Exit::Keys,
            TerminalError::NotGenuine => Exit::NotGenuine,
            TerminalError::Address(_)
            | TerminalError::NoSuchItem { .. }
            | TerminalError::Value { .. }
            | TerminalError::PinTooLong { .. }
            | TerminalError::OneDigitRepeated
            | TerminalError::PinNeeded { .. } => Exit::Input,
            TerminalError::InvalidPin => Exit::Usage,
            TerminalError::NoRandom { .. } => Exit::Output,
            _ => Exit::Card,
        };
        Self::of(exit, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apdu_specs::Status;
    use ssc_reader::StatusError;

    #[test]
    fn a_status_word_is_a_refusal_and_no_answer_is_the_readers_fault_wherever_they_come_from() {
        let refusal = || {
            ReaderError::Status(StatusError {
                name: None,
                header: [0x00, 0xB2, 0x01, 0x2C],
                sw: Status::SECURITY_NOT_SATISFIED,
            })
        };
        let silence = || ReaderError::NoReaders;
        for (error, exit) in [(refusal(), Exit::Card), (silence(), Exit::Reader)] {
            assert_eq!(Failure::from(error.clone()).exit, exit);
            assert_eq!(
                Failure::from(TerminalError::Reader(error.clone())).exit,
                exit
            );
            assert_eq!(Failure::of_card(&CardError::Reader(error)).exit, exit);
        }
    }

    #[test]
    fn the_json_keeps_what_was_done_beside_the_error() {
        let failure = Failure::from(ReaderError::NoReaders).with_report(json!({ "issued": 3 }));
        let document = failure.to_json();
        assert_eq!(document["issued"], 3);
        assert_eq!(document["error"]["exit_code"], 4);
        assert_eq!(document["error"]["kind"], "reader");
        assert_ne!(
            document["error"]["message"],
            document["error"]["message_zh"]
        );
    }
}
