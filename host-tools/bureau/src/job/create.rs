//! A job is made: each row of a batch decided, numbered and sealed in one transaction of the register, in bounded memory.

use std::path::Path;

use ssc_keys::KeyService;
use ssc_person::mask;
use ssc_words::{Bilingual as _, Lang};

use super::{CreateError, Decider};
use crate::audit;
use crate::basis;
use crate::batch::{BatchError, BatchReader, CardRequest, Column, Row};
use crate::card_error::CardError;
use crate::register::{Intake, JobId, NewJob, NewRejected, Reason, Register, Taken};
use crate::sealing::Sealing;

/// What is done with each row as it is read, with the register's reason where that refuses it. An error ends the creation.
pub type OnRow<'o> = dyn FnMut(&BatchReader, &Row, Option<&Reason>) -> Result<(), BatchError> + 'o;

/// What a job is made of, beside its batch.
pub struct Creation<'c> {
    /// Its name, which no other job has.
    pub name: String,
    /// Name of the batch's file, without its folder.
    pub batch_name: String,
    /// What decides the cards; its profile is kept with the job.
    pub decider: &'c Decider,
    /// Make the job of the rows that are not refused.
    pub skip_invalid: bool,
    /// The keys of the cards.
    pub keys: &'c dyn KeyService,
}

/// A job that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Which.
    pub job: JobId,
    /// Orders that wait for a card.
    pub orders: usize,
    /// Rows that are not issued: refused by the check or by the register.
    pub rejected: usize,
    /// Whether any PIN is random, so that the persons must be told theirs.
    pub random_pins: bool,
}

impl Creation<'_> {
    /// Makes the job. Each row is given to `on_row`.
    ///
    /// Nothing is kept unless every row is taken, or the options say that refused rows are left out.
    ///
    /// # Errors
    /// [`CreateError::FaultyHeading`], [`CreateError::FaultyBatch`], [`CreateError::Refused`], [`CreateError::EmptyBatch`],
    /// [`CreateError::Row`]; [`CreateError::Register`] where the batch is in a job already, among others.
    pub fn make(
        &self,
        reader: &mut BatchReader,
        register: &Register,
        on_row: &mut OnRow<'_>,
    ) -> Result<Created, CreateError> {
        if !reader.faults().is_empty() {
            let faults = reader.faults().len();
            return Err(CreateError::FaultyHeading { faults });
        }
        let profile = self.decider.profile();
        self.decider
            .fits_keys(self.keys.is_demo())
            .map_err(CreateError::Keys)?;
        let sealing = Sealing::new(self.keys)?;
        let job = NewJob {
            name: self.name.clone(),
            batch_name: self.batch_name.clone(),
            batch_sha256: reader.sha256().to_vec(),
            profile_name: profile.name.clone(),
            profile_text: profile.to_toml(),
            profile_file: self.decider.profile_file().map(Path::to_owned),
            card_model: profile.model.name.to_owned(),
            keys_check: basis::of_keys(self.keys).map_err(CreateError::Keys)?,
            sealed_key: sealing.wrapped_key().to_vec(),
        };
        let mut rows = Rows {
            creation: self,
            sealing: &sealing,
            orders: 0,
            checked_out: 0,
            faults: 0,
            first_refused: None,
            refused_by_register: 0,
            random_pins: false,
        };
        let id = register.create_job(&job, &mut |intake| {
            while let Some(row) = reader.next() {
                let row = row?;
                let reason = rows.take(intake, reader, &row)?;
                on_row(reader, &row, reason.as_ref())?;
            }
            rows.judge()
        })?;
        // The job is made, whether or not this can be kept: the end of its run signs too.
        let _ = audit::sign(register, id, self.keys);
        Ok(Created {
            job: id,
            orders: rows.orders,
            rejected: rows.checked_out + rows.refused_by_register,
            random_pins: rows.random_pins,
        })
    }
}

/// The rows of a job that is being made.
struct Rows<'c> {
    creation: &'c Creation<'c>,
    sealing: &'c Sealing,
    orders: usize,
    /// Rows that the check has refused, and their faults.
    checked_out: usize,
    faults: usize,
    /// Rows that the register has refused.
    first_refused: Option<(usize, Reason)>,
    refused_by_register: usize,
    random_pins: bool,
}

impl Rows<'_> {
    fn take(
        &mut self,
        intake: &mut Intake<'_, '_>,
        reader: &BatchReader,
        row: &Row,
    ) -> Result<Option<Reason>, CreateError> {
        match row {
            Row::Refused { line, fields, .. } => {
                self.checked_out += 1;
                self.faults += row.faults().count();
                let field = |column| reader.field(fields, column).unwrap_or_default();
                intake.rejected(NewRejected {
                    row: *line,
                    // It is wrong as a rule: what can be looked up is not kept.
                    number: mask::number(field(Column::Number)),
                    name_masked: mask::name(field(Column::Name)),
                    english: row.reason(Lang::En),
                    chinese: row.reason(Lang::Zh),
                })?;
                Ok(None)
            }
            Row::Request { line, request, .. } => self.order(intake, *line, request),
        }
    }

    fn order(
        &mut self,
        intake: &mut Intake<'_, '_>,
        line: usize,
        request: &CardRequest,
    ) -> Result<Option<Reason>, CreateError> {
        let decider = self.creation.decider;
        let of_row = |error| CreateError::Row { line, error };
        let order = match decider.order(line, request, None) {
            Ok(order) => order,
            Err(error) if self.creation.skip_invalid => {
                self.refused_by_profile(intake, line, request, &error)?;
                return Ok(None);
            }
            Err(error) => return Err(of_row(error)),
        };
        let (sealing, mut is_random) = (self.sealing, false);
        let taken = intake.order(order, &mut |number| {
            let (decided, random) = decider.decide(line, request, *number).map_err(of_row)?;
            is_random = random;
            Ok::<_, CreateError>(sealing.seal(&decided)?)
        })?;
        self.random_pins |= is_random;
        Ok(match taken {
            Taken::Ok(_) => {
                self.orders += 1;
                None
            }
            Taken::Refused(reason) => {
                self.refused_by_register += 1;
                self.first_refused
                    .get_or_insert_with(|| (line, reason.clone()));
                Some(reason)
            }
        })
    }

    /// A row that is right in itself, and not for cards of this profile.
    fn refused_by_profile(
        &mut self,
        intake: &mut Intake<'_, '_>,
        line: usize,
        request: &CardRequest,
        error: &CardError,
    ) -> Result<(), CreateError> {
        self.checked_out += 1;
        intake.rejected(NewRejected {
            row: line,
            number: request.holder.number.as_str().to_owned(),
            name_masked: mask::name(request.holder.name.as_str()),
            english: error.say(Lang::En),
            chinese: error.say(Lang::Zh),
        })?;
        Ok(())
    }

    /// Whether the job is kept.
    fn judge(&mut self) -> Result<(), CreateError> {
        if !self.creation.skip_invalid {
            if self.checked_out > 0 {
                return Err(CreateError::FaultyBatch {
                    rows: self.checked_out,
                    faults: self.faults,
                });
            }
            if let Some(first) = self.first_refused.take() {
                let rows = self.refused_by_register;
                let others = self.orders;
                return Err(CreateError::Refused {
                    rows,
                    others,
                    first,
                });
            }
        }
        if self.orders == 0 {
            return Err(CreateError::EmptyBatch);
        }
        Ok(())
    }
}
