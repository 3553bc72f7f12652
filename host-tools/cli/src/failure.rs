//! Why a subcommand did not do its work: exit code and message.

use serde_json::{Map, Value, json};
use ssc_words::{Bilingual as _, Kind, Lang};

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

    /// An error, by its kind.
    pub fn of(error: &(impl Kind + ?Sized)) -> Self {
        Self::new(error.kind().into(), Text::of(error))
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

/// An error of any crate, by its kind.
impl<E: Kind> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apdu_specs::Status;
    use ssc_bureau::card_error::CardError;
    use ssc_reader::{ReaderError, StatusError};
    use ssc_terminal::TerminalError;

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
            assert_eq!(Failure::of(&CardError::Reader(error)).exit, exit);
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
