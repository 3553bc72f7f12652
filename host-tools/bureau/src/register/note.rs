//! What the register itself notes in a job's chain, beside what the heads note.

use serde::{Deserialize, Serialize};

use super::record::ChainedEntry;
use super::state::{CardStatus, JobState};

/// What the register notes of a job, an order or a chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum BookNote {
    /// The job is made. What is kept of it in the register's table is in the hash of this entry.
    Created {
        /// Its name.
        job: String,
        /// SHA-256 over all that is kept of it, as hex.
        sha256: String,
    },
    /// An order is decided.
    Ordered {
        /// Its card number.
        card_number: String,
        /// The kind of card.
        kind: String,
        /// SHA-256 of what is decided, sealed, as hex.
        sealed_sha256: String,
        /// The card number of the card that it replaces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
    },
    /// A row is refused.
    Rejected {
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
    /// The job has another state.
    JobIs {
        /// Which.
        state: JobState,
    },
    /// The operator has said that the clock is right, and that of the last entry was not.
    ClockIsRight {
        /// The time of the last entry before, in milliseconds since 1970 (UTC).
        last: i64,
    },
    /// The operator goes on with a register that is older than what was seen of it.
    OlderRegister {
        /// The job of the last entry that was seen.
        job: i64,
        /// Its number.
        seq: i64,
        /// Its time, in milliseconds since 1970 (UTC).
        at: i64,
        /// Its hash, as hex.
        hash: String,
    },
    /// A chip is set aside outside of a lease.
    ChipSetAside {
        /// The chip.
        serial: String,
        /// Why.
        english: String,
        /// 原因
        chinese: String,
    },
    /// The card of a person has another status.
    CardIs {
        /// Its number.
        card_number: String,
        /// Which.
        status: CardStatus,
        /// Why.
        reason: String,
    },
}

impl BookNote {
    /// The job's fingerprint, out of its first entry.
    #[must_use]
    pub fn fingerprint(first: &ChainedEntry) -> Option<Vec<u8>> {
        match serde_json::from_str(&first.note) {
            Ok(Self::Created { sha256, .. }) => hex::decode(sha256).ok(),
            _ => None,
        }
    }
}
