//! Orders that a head asks another one for, since their begun card lies in it. The heads may be those of two machines.

use std::time::Duration;

use super::leases::milliseconds;
use super::record::{JobId, Lease};
use super::{Register, RegisterError, stored};

impl Register {
    /// `worker` has the begun card of this order, and asks whoever has its lease to give it back. No other head takes it for the time `for_`.
    /// Returns who has it and for how long at the most, where somebody has it.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn want(
        &self,
        job: JobId,
        row: usize,
        worker: &str,
        for_: Duration,
    ) -> Result<Option<(String, Duration)>, RegisterError> {
        let now = self.clock.now();
        self.write_books(|books| {
            books.execute(
                "INSERT INTO wanted (job, line, worker, until) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (job, line) DO UPDATE SET worker = $3, until = $4",
                &[
                    job.0.into(),
                    stored(row).into(),
                    worker.into(),
                    now.saturating_add(milliseconds(for_)).into(),
                ],
            )?;
            let held = books.row(
                "SELECT worker, lease_until FROM orders WHERE job = $1 AND line = $2 AND lease_until > $3",
                &[job.0.into(), stored(row).into(), now.into()],
            )?;
            let Some(held) = held else { return Ok(None) };
            let left = u64::try_from(held.int(1)?.saturating_sub(now)).unwrap_or_default();
            Ok(Some((held.text(0)?, Duration::from_millis(left))))
        })
    }

    /// Whether another head asks for the order of this lease.
    ///
    /// # Errors
    /// [`RegisterError::Database`].
    pub fn is_wanted(&self, lease: &Lease) -> Result<bool, RegisterError> {
        let values = [
            lease.job.0.into(),
            stored(lease.row).into(),
            self.clock.now().into(),
            (&lease.worker).into(),
        ];
        self.read_books(|books| {
            let asked = books.row(
                "SELECT 1 FROM wanted WHERE job = $1 AND line = $2 AND until > $3 AND worker <> $4",
                &values,
            )?;
            Ok(asked.is_some())
        })
    }
}
