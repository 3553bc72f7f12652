//! What became of a job's delivered cards later: lost, damaged or expired, and by which order they were replaced.

use std::collections::BTreeMap;

use super::record::JobId;
use super::state::CardStatus;
use super::{Register, RegisterError};

/// What became of a card after it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// What it is now.
    pub status: CardStatus,
    /// Why, where somebody has said so.
    pub reason: Option<String>,
    /// Name of the job, and its row, by which another card is made in its place.
    pub replaced_by: Option<(String, usize)>,
}

impl Register {
    /// What became of delivered cards of a job, by their rows.
    ///
    /// # Errors
    /// [`RegisterError::Database`], [`RegisterError::Record`].
    pub fn later(&self, job: JobId) -> Result<BTreeMap<usize, Later>, RegisterError> {
        self.read_books(|books| {
            let mut later = BTreeMap::new();
            let events = books.rows(
                "SELECT line, status, reason FROM card_events WHERE job = $1 ORDER BY line, at",
                &[job.0.into()],
            )?;
            // The last one of each row stays.
            for event in &events {
                let status = CardStatus::of_name(&event.text(1)?);
                let became = Later {
                    status: status.ok_or(RegisterError::Record("status of a card"))?,
                    reason: event.maybe_text(2)?.filter(|words| !words.is_empty()),
                    replaced_by: None,
                };
                later.insert(event.number(0)?, became);
            }
            later.retain(|_, became| {
                !matches!(became.status, CardStatus::Ordered | CardStatus::Living)
            });
            if later.is_empty() {
                return Ok(later);
            }
            let orders = books.rows(
                "SELECT o.replaced_line, j.name, o.line FROM orders o JOIN jobs j ON j.id = o.job
                 WHERE o.replaced_job = $1 AND o.state <> 'rejected'",
                &[job.0.into()],
            )?;
            for order in &orders {
                if let Some(became) = later.get_mut(&order.number(0)?) {
                    became.replaced_by = Some((order.text(1)?, order.number(2)?));
                }
            }
            Ok(later)
        })
    }
}
