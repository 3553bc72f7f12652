//! The journal (作业日志) of a card: what is noted before each step and after it, in the register's chain of the job.
//!
//! So whatever stops a run, what is known of every card is known afterwards; what is not known the card is asked ([`crate::steps`]).

use serde::{Deserialize, Serialize};

use crate::steps::Step;

/// What is noted of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// A chip lies in the reader, which is to become this card. It was not asked anything yet.
    Met {
        /// Its answer to reset, as hex.
        atr: String,
        /// The identification code that the card gets, as hex.
        identification_code: String,
        /// The chip's serial number (CPLC), as hex; empty where it was not asked.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        serial: String,
    },
    /// A step is about to begin.
    Begins {
        /// Which.
        step: Step,
    },
    /// The card has answered: the step is done.
    Done {
        /// Which.
        step: Step,
    },
    /// The card is SECURED and holds what was written.
    Issued,
    /// A chip is set aside for ever: abandoned half-way, foreign or bad.
    SetAside {
        /// Its serial number (CPLC), as hex.
        serial: String,
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
    /// A card was of no use for this order, and nothing was written on it. The order waits for another one.
    Refused {
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
    /// This attempt made no card, as far as it knows.
    Failed {
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
}
