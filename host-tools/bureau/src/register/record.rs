//! What goes into the register and what comes out of it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ssc_person::{CardNumber, mask};

use super::reason::Reason;
use super::state::{CardStatus, ChipState, JobState, OrderState};

/// A job of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A job that is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewJob {
    /// Its name, which no other job has.
    pub name: String,
    /// Name of the batch's file, without its folder.
    pub batch_name: String,
    /// SHA-256 of the batch: the same one is not taken twice.
    pub batch_sha256: Vec<u8>,
    /// Name of the profile.
    pub profile_name: String,
    /// Its text, as it was then.
    pub profile_text: String,
    /// The file that it was read from, an absolute path; no part of the fingerprint: nothing is decided by it.
    pub profile_file: Option<PathBuf>,
    /// Name of the card model.
    pub card_model: String,
    /// Check value of the keys, `demo` for the published ones.
    pub keys_check: String,
    /// The key of what is decided, wrapped.
    pub sealed_key: Vec<u8>,
}

/// A job, as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// Which.
    pub id: JobId,
    /// Its name.
    pub name: String,
    /// What is done with it.
    pub state: JobState,
    /// When it was made, in milliseconds since 1970 (UTC).
    pub created_at: i64,
    /// Name of the batch's file.
    pub batch_name: String,
    /// SHA-256 of the batch.
    pub batch_sha256: Vec<u8>,
    /// Name of the profile.
    pub profile_name: String,
    /// Its text, as it was then.
    pub profile_text: String,
    /// The file that it was read from, an absolute path; no part of the fingerprint: nothing is decided by it.
    pub profile_file: Option<PathBuf>,
    /// Name of the card model.
    pub card_model: String,
    /// Check value of the keys.
    pub keys_check: String,
    /// The key of what is decided, wrapped.
    pub sealed_key: Vec<u8>,
    /// Number of its last entry.
    pub last_seq: i64,
    /// Time of its last entry, in milliseconds since 1970 (UTC).
    pub last_at: i64,
    /// Hash of its last entry, over all before it.
    pub last_hash: Vec<u8>,
}

impl JobRecord {
    /// Whether its cards have the published demo keys.
    #[must_use]
    pub fn has_demo_keys(&self) -> bool {
        self.keys_check == crate::basis::DEMO
    }
}

/// Which card number an order wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one: the batch names it.
    Given(CardNumber),
    /// The next free one of these ranges, in this order.
    FromRanges {
        /// The first and the last serial of each.
        ranges: Vec<(u32, u32)>,
        /// Whose they are.
        owner: String,
    },
}

/// Why a card is made for a person who has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What became of the card before.
    pub status: CardStatus,
    /// Why, in the operator's words.
    pub reason: String,
    /// Whether the new card keeps its number.
    pub keeps_number: bool,
}

/// An order that is to be made.
#[derive(Clone)]
pub struct NewOrder {
    /// Its row in the batch.
    pub row: usize,
    /// The person's social security number.
    pub number: String,
    /// The person's name for people, masked.
    pub name_masked: String,
    /// Which card number.
    pub card_number: Wanted,
    /// The kind of card; a person has one living card of each.
    pub kind: String,
    /// Why there is a second one, if it is one.
    pub replaces: Option<Replacement>,
}

/// A row that the check has refused.
#[derive(Clone, Default)]
pub struct NewRejected {
    /// Its row in the batch.
    pub row: usize,
    /// The person's number as the batch has it; it may be wrong.
    pub number: String,
    /// The person's name for people, masked.
    pub name_masked: String,
    /// Why.
    pub english: String,
    /// 原因
    pub chinese: String,
}

/// What became of a new order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It has this card number.
    Ok(CardNumber),
    /// It is in the register as rejected.
    Refused(Reason),
}

/// A head's right to one order, until a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// The order.
    pub row: usize,
    /// Grows at each lease of this order.
    pub fence: i64,
    /// Whose it is.
    pub worker: String,
}

/// A leased order.
#[derive(Clone, Debug)]
pub struct Leased {
    /// The right.
    pub lease: Lease,
    /// The order.
    pub order: OrderRecord,
    /// What is decided, sealed.
    pub sealed: Vec<u8>,
}

/// An order, as the register knows it. `Debug` masks the person's number.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// The job.
    pub job: JobId,
    /// Its row in the batch.
    pub row: usize,
    /// How far it is.
    pub state: OrderState,
    /// The person's social security number. Not for logs.
    pub number: String,
    /// The person's name, masked.
    pub name_masked: String,
    /// The kind of card.
    pub kind: String,
    /// The card number; none for a rejected row.
    pub card_number: Option<String>,
    /// The number of the card that it replaces.
    pub replaced_card: Option<String>,
    /// Why it replaces it.
    pub replaced_why: Option<String>,
    /// Chips that were spoiled for it since its job was begun again.
    pub attempts: u32,
    /// The fence of the last lease.
    pub fence: i64,
    /// Whose lease that was; empty where none was.
    pub worker: String,
    /// The lease's end, in milliseconds since 1970 (UTC); 0 where it was given back.
    pub lease_until: i64,
    /// The chip that is written for it, or its card.
    pub chip: Option<String>,
    /// Why it is rejected, or why the last attempt made no card: English, Chinese.
    pub reason: Option<(String, String)>,
    /// The last change, in milliseconds since 1970 (UTC).
    pub changed_at: i64,
}

impl fmt::Debug for OrderRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRecord")
            .field("job", &self.job.0)
            .field("row", &self.row)
            .field("state", &self.state)
            .field("number", &mask::number(&self.number))
            .field("card_number", &self.card_number)
            .field("fence", &self.fence)
            .field("worker", &self.worker)
            .field("chip", &self.chip)
            .finish_non_exhaustive()
    }
}

/// A chip, as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipRecord {
    /// Its serial.
    pub serial: String,
    /// What it is.
    pub state: ChipState,
    /// The job of its order.
    pub job: JobId,
    /// Its order.
    pub row: usize,
    /// Answer to reset, as hex.
    pub atr: String,
    /// The identification code that the card gets, as hex.
    pub identification_code: String,
    /// When it came into this state, in milliseconds since 1970 (UTC).
    pub since: i64,
    /// Why it was set aside: English, Chinese.
    pub reason: Option<(String, String)>,
}

/// The card of a kind that a person has or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitizenRecord {
    /// What it is.
    pub status: CardStatus,
    /// Its number.
    pub card_number: String,
    /// Its order's job.
    pub job: JobId,
    /// Its order.
    pub row: usize,
    /// When it came into this state, in milliseconds since 1970 (UTC).
    pub since: i64,
    /// Why, where somebody has said so.
    pub reason: Option<String>,
}

/// Something that became of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardEvent {
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// What it is from then on.
    pub status: CardStatus,
    /// Why, where somebody has said so.
    pub reason: Option<String>,
}

/// How many orders of a job are in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<OrderState, u64>);

impl Counts {
    /// Orders in this state.
    #[must_use]
    pub fn of(&self, state: OrderState) -> u64 {
        self.0.get(&state).copied().unwrap_or_default()
    }

    /// All orders.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.values().sum()
    }

    /// Orders that are neither delivered nor rejected.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.all() - self.of(OrderState::Delivered) - self.of(OrderState::Rejected)
    }
}

/// Which orders are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those in one state.
    In(OrderState),
    /// Those that are neither delivered nor rejected.
    Remaining,
}

/// One entry of a job's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainedEntry {
    /// Its number in the job, from 1 on.
    pub seq: i64,
    /// Milliseconds since 1970 (UTC).
    pub at: i64,
    /// The job.
    pub job: JobId,
    /// The order; 0 for what concerns the job.
    pub row: usize,
    /// The fence of the lease under which it was written.
    pub fence: i64,
    /// The head.
    pub head: String,
    /// What is noted, as JSON.
    pub note: String,
    /// SHA-256 over the hash before it and this entry.
    #[serde(serialize_with = "hex_of")]
    pub hash: Vec<u8>,
}

pub(super) fn hex_of<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}
