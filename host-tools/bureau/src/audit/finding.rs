//! What an audit finds: where, and what the log says instead.

use ssc_words::{Bilingual, Lang};

/// Findings that are kept of one job; the rest is counted.
pub(super) const KEPT: usize = 1_000;

/// Faults with their names, which never change.
macro_rules! faults {
    ($($(#[$of:meta])* $fault:ident = $name:literal;)+) => {
        /// What is not as the log has it, or is not signed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$of])* $fault,)+
        }

        impl Fault {
            /// Its name for programs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$fault => $name,)+
                }
            }
        }
    };
}

faults! {
    /// Entries are not there.
    EntriesMissing = "entries_missing";
    /// An entry does not follow from the one before.
    EntryChanged = "entry_changed";
    /// The job's row does not have the last entry.
    EndChanged = "end_changed";
    /// What the job was made with, or its state, is not as the log has it.
    JobChanged = "job_changed";
    /// A job is not there.
    JobMissing = "job_missing";
    /// The job has no signature.
    NotSigned = "not_signed";
    /// A signature is not there.
    SignatureMissing = "signature_missing";
    /// A signature is another key's.
    OtherKey = "other_key";
    /// A signature is none over this job.
    SignatureWrong = "signature_wrong";
    /// The entries are not those that were signed.
    OtherEntries = "other_entries";
    /// Entries of heads that no signature is over.
    Unsigned = "unsigned";
    /// The end that was noted elsewhere is not in the log.
    OtherEnd = "other_end";
    /// A row of the orders is not as the log has it.
    OrderChanged = "order_changed";
    /// A row of the orders is not there.
    OrderMissing = "order_missing";
    /// A row of the orders is not in the log.
    OrderAdded = "order_added";
    /// What is decided of a row is not what was sealed for it.
    SealedChanged = "sealed_changed";
    /// A chip is not as the log has it.
    ChipChanged = "chip_changed";
    /// A chip is not there.
    ChipMissing = "chip_missing";
    /// A chip is not in the log.
    ChipAdded = "chip_added";
    /// What became of a card is not as the log has it.
    CardEventChanged = "card_event_changed";
    /// The person's card is not as the log has it.
    PersonChanged = "person_changed";
    /// A person has a card that no order is for.
    PersonAdded = "person_added";
    /// A card number is noted as given that no order has.
    CardNumberAdded = "card_number_added";
    /// The number of jobs that were made is lower than the highest job.
    CounterChanged = "counter_changed";
    /// The card number is not noted as given.
    CardNumberChanged = "card_number_changed";
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The entry, or the first of them.
    pub seq: Option<i64>,
    /// The last of several entries.
    pub to_seq: Option<i64>,
    /// The row of the batch.
    pub row: Option<usize>,
    /// The number of the signature.
    pub signature: Option<i64>,
    /// The chip.
    pub chip: Option<String>,
    /// In English.
    pub en: String,
    /// 中文
    pub zh: String,
}

impl Finding {
    /// With words in English and Chinese, and no place.
    pub(super) fn new(fault: Fault, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            fault,
            seq: None,
            to_seq: None,
            row: None,
            signature: None,
            chip: None,
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// Whether it is a signature that this key has not made.
    pub(super) fn is_of_forgery(&self) -> bool {
        matches!(self.fault, Fault::OtherKey | Fault::SignatureWrong)
    }

    /// Of an entry.
    pub(super) fn at(self, seq: i64) -> Self {
        Self {
            seq: Some(seq),
            ..self
        }
    }

    /// Of entries from `first` to `last`.
    pub(super) fn at_all(self, first: i64, last: i64) -> Self {
        Self {
            seq: Some(first),
            to_seq: Some(last),
            ..self
        }
    }

    /// Of a row; 0 is the job itself.
    pub(super) fn of_row(self, row: usize) -> Self {
        let row = (row > 0).then_some(row);
        Self { row, ..self }
    }

    /// Of a signature.
    pub(super) fn of_signature(self, number: i64) -> Self {
        Self {
            signature: Some(number),
            ..self
        }
    }

    /// Of a chip.
    pub(super) fn of_chip(self, serial: &str) -> Self {
        Self {
            chip: Some(serial.to_owned()),
            ..self
        }
    }
}

impl Bilingual for Finding {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.en.clone(),
            Lang::Zh => self.zh.clone(),
        }
    }
}

/// Findings of one job, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first of them.
    pub list: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        if self.list.len() < KEPT {
            self.list.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
