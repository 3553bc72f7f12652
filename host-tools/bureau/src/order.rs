//! An order: a checked batch in, cards out, a return file with what became of every row.

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_reader::feeder::Feeder;
use ssc_words::{Bilingual, Lang};

use crate::batch::Batch;
use crate::contents::{self, CardData};
use crate::domain_keys::Line;
use crate::error::{CardError, OrderError};
use crate::personalize::{card_factor, personalize};
use crate::pins::{PinPolicy, PinSheet};
use crate::plan::CardPlan;
use crate::return_file::{Outcome, ReturnFile, ReturnRow};
use ssc_person::{CardNumber, Cardholder, Date, Pin, Region};

/// Years that a card is valid where the batch names no day (P).
const VALID_YEARS: u16 = 10;

/// What an order decides for all its cards.
#[derive(Clone, Debug)]
pub struct IssueOptions {
    /// Generation of the cards.
    pub generation: Generation,
    /// Whether the cards get the certificate environment; only those of 3.00 can.
    pub certificates: bool,
    /// Region of cards whose row names none.
    pub region: Option<Region>,
    /// Serial of the first card number, for rows that bring none.
    pub first_card_number: Option<u32>,
    /// Issue date of cards whose row names none.
    pub issue_date: Date,
    /// Issue the valid rows of a batch that has faults.
    pub skip_invalid: bool,
    /// PINs of rows that bring none.
    pub pins: PinPolicy,
    /// What is known of the line to the cards.
    pub line: Line,
    /// Language of the reasons in the return file.
    pub lang: Lang,
}

/// What happens, as it happens.
#[derive(Debug)]
pub enum Event<'a> {
    /// The order begins.
    Started {
        /// Cards to issue.
        total: usize,
    },
    /// A card is issued.
    Issued {
        /// Line of the batch.
        line: usize,
        /// Card number.
        card_number: &'a str,
        /// Identification code as hex.
        identification_code: &'a str,
        /// ATR as hex.
        atr: &'a str,
    },
    /// A card is not issued.
    Failed {
        /// Line of the batch.
        line: usize,
        /// ATR as hex, where a card was reached.
        atr: &'a str,
        /// Why.
        error: &'a CardError,
    },
}

/// What became of an order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cards issued.
    pub issued: usize,
    /// Rows for which no card was finished.
    pub failed: usize,
    /// Rows refused by the check of the batch.
    pub refused: usize,
    /// Valid rows that were not reached, because the order had to end.
    pub not_reached: usize,
}

impl Summary {
    /// Whether every row of the batch has its card.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.refused == 0 && self.not_reached == 0
    }
}

/// Checks that the order can begin: no faults, unless they are to be skipped, and for every row a region and a card
/// number. Nothing is touched.
///
/// # Errors
/// [`OrderError::FaultyHeading`], [`OrderError::FaultyBatch`], [`OrderError::NoCertificates`], [`OrderError::EmptyBatch`], [`OrderError::Row`].
pub fn check(batch: &Batch, options: &IssueOptions) -> Result<(), OrderError> {
    if !batch.faults.is_empty() {
        return Err(OrderError::FaultyHeading {
            faults: batch.faults.len(),
        });
    }
    let faults = batch.all_faults().count();
    if faults > 0 && !options.skip_invalid {
        return Err(OrderError::FaultyBatch {
            rows: batch.refused().count(),
            faults,
        });
    }
    if options.certificates && options.generation != Generation::V3 {
        return Err(OrderError::NoCertificates {
            generation: options.generation,
        });
    }
    if batch.people().next().is_none() {
        return Err(OrderError::EmptyBatch);
    }
    for (index, (line, holder)) in batch.people().enumerate() {
        decide(holder, index, options).map_err(|error| OrderError::Row { line, error })?;
    }
    Ok(())
}

/// Draws the PINs of the order.
///
/// # Errors
/// As [`check`].
pub fn draw_pins(batch: &Batch, options: &IssueOptions) -> Result<PinSheet, OrderError> {
    let mut sheet = PinSheet::default();
    for (index, (line, holder)) in batch.people().enumerate() {
        decide(holder, index, options)
            .and_then(|decided| {
                sheet.draw(line, holder, decided.card_number.as_str(), options.pins)
            })
            .map_err(|error| OrderError::Row { line, error })?;
    }
    Ok(sheet)
}

/// Issues a card for every valid row of `batch`, one after the other.
///
/// # Errors
/// As [`check`]; [`OrderError::File`] where the return file can no longer be written. A card that fails is no
/// error of the order: it is in the return file, and the next one follows.
pub fn issue(
    batch: &Batch,
    options: &IssueOptions,
    keys: &dyn KeyService,
    feeder: &mut dyn Feeder,
    return_file: &mut ReturnFile,
    pins: &PinSheet,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Summary, OrderError> {
    check(batch, options)?;
    let mut summary = Summary {
        refused: batch.refused().count(),
        not_reached: batch.people().count(),
        ..Summary::default()
    };
    on_event(Event::Started {
        total: summary.not_reached,
    });
    for (index, (line, holder)) in batch.people().enumerate() {
        let decided =
            decide(holder, index, options).map_err(|error| OrderError::Row { line, error })?;
        let mut attempt = Attempt::default();
        let result = pins
            .of(line)
            .ok_or(CardError::Internal("no PIN was drawn for the row"))
            .and_then(|pin| attempt.run(holder, &decided, options, keys, feeder, pin));
        let reason = match &result {
            Ok(()) => String::new(),
            Err(error) => error.say(options.lang),
        };
        summary.not_reached -= 1;
        return_file.row(&ReturnRow {
            line,
            number: holder.number.as_str(),
            card_number: decided.card_number.as_str(),
            identification_code: &attempt.identification_code,
            atr: &attempt.atr,
            outcome: if result.is_ok() {
                Outcome::Issued
            } else {
                Outcome::Failed
            },
            reason: &reason,
        })?;
        match result {
            Ok(()) => {
                summary.issued += 1;
                on_event(Event::Issued {
                    line,
                    card_number: decided.card_number.as_str(),
                    identification_code: &attempt.identification_code,
                    atr: &attempt.atr,
                });
            }
            Err(error) => {
                summary.failed += 1;
                on_event(Event::Failed {
                    line,
                    atr: &attempt.atr,
                    error: &error,
                });
                if error.ends_order() {
                    break;
                }
            }
        }
    }
    Ok(summary)
}

/// What is decided for a row before a card is touched.
struct Decided {
    region: Region,
    card_number: CardNumber,
    issue_date: Date,
    valid_to: Date,
}

fn decide(holder: &Cardholder, index: usize, options: &IssueOptions) -> Result<Decided, CardError> {
    let region = holder
        .region
        .or(options.region)
        .ok_or(CardError::NoRegion)?;
    let card_number = match &holder.card_number {
        Some(number) => *number,
        None => options
            .first_card_number
            .and_then(|first| first.checked_add(u32::try_from(index).ok()?))
            .and_then(CardNumber::from_serial)
            .ok_or(CardError::NoCardNumber)?,
    };
    let issue_date = holder.issue_date.unwrap_or(options.issue_date);
    let valid_to = holder
        .valid_to
        .or_else(|| issue_date.plus_years(VALID_YEARS))
        .ok_or(CardError::Internal("issue date"))?;
    Ok(Decided {
        region,
        card_number,
        issue_date,
        valid_to,
    })
}

/// One try at one card: what is known of the card, even if it fails.
#[derive(Default)]
struct Attempt {
    atr: String,
    identification_code: String,
}

impl Attempt {
    fn run(
        &mut self,
        holder: &Cardholder,
        decided: &Decided,
        options: &IssueOptions,
        keys: &dyn KeyService,
        feeder: &mut dyn Feeder,
        pin: &Pin,
    ) -> Result<(), CardError> {
        let mut card = feeder.next_card()?;
        self.card(&mut *card, holder, decided, options, keys, pin)
    }

    fn card(
        &mut self,
        card: &mut dyn Card,
        holder: &Cardholder,
        decided: &Decided,
        options: &IssueOptions,
        keys: &dyn KeyService,
        pin: &Pin,
    ) -> Result<(), CardError> {
        self.atr = hex::encode_upper(card.atr());
        let factor = card_factor(card.atr())?;
        let algorithm = contents::algorithm(options.generation)
            .ok_or(CardError::Internal("SSF33 is not supported"))?;
        let irk = keys.card_key(
            contents::irk_vault_id()?,
            FIRST_KEY_VERSION,
            algorithm,
            decided.region.digits(),
            &factor,
        )?;
        let identification_code =
            contents::identification_code(algorithm, &decided.region, &factor, irk.as_bytes());
        self.identification_code = hex::encode_upper(identification_code);
        let data = CardData {
            holder,
            generation: options.generation,
            region: decided.region,
            card_number: decided.card_number,
            identification_code,
            issue_date: decided.issue_date,
            valid_to: decided.valid_to,
        };
        let mut plan = CardPlan::new(&data, algorithm, &factor, pin, keys)?;
        if options.certificates {
            plan.add_certificates(&data, &factor, pin, keys)?;
        }
        personalize(card, &plan, keys, options.line)?;
        Ok(())
    }
}
