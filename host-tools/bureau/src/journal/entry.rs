//! One entry of a journal.

use serde::{Deserialize, Serialize};

use crate::basis::Basis;
use crate::steps::Step;

/// One entry: which card of the order, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Number of the card in the batch.
    pub row: usize,
    /// What is noted.
    #[serde(flatten)]
    pub note: Note,
}

/// What is noted of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum Note {
    /// The card is decided; none was touched yet.
    Decided {
        /// Social security number.
        number: String,
        /// Card number.
        card_number: String,
        /// What it is decided from.
        #[serde(flatten)]
        basis: Basis,
    },
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

impl Note {
    /// Whether the entry must outlive a power cut before anything else is done: what was decided; that the card holds what was
    /// written, before it is told that it is finished; and what became of it.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        match self {
            Self::Decided { .. } | Self::Issued | Self::SetAside { .. } | Self::Failed { .. } => {
                true
            }
            Self::Done { step } => matches!(step, Step::Check),
            Self::Met { .. } | Self::Begins { .. } | Self::Refused { .. } => false,
        }
    }
}
