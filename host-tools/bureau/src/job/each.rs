//! What is decided of each order of a job, out of the register.

use super::Decided;
use crate::register::{Filter, JobId, OrderRecord, Register, RegisterError};
use crate::sealing::{Sealing, SealingError};

/// Orders that are read at once.
const PAGE: usize = 500;

/// Gives each order of a job that was decided to `take`, in the order of the batch; one page is in memory.
///
/// # Errors
/// The register cannot be read, what is decided does not open, or what `take` gives.
pub(crate) fn each_decided<E: From<RegisterError> + From<SealingError>>(
    (register, job): (&Register, JobId),
    sealing: &Sealing,
    take: &mut dyn FnMut(&OrderRecord, &Decided) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    loop {
        let orders = register.orders(job, after, PAGE, Filter::All)?;
        let Some(last) = orders.last() else {
            return Ok(());
        };
        after = last.row;
        for order in &orders {
            if let Some(sealed) = register.sealed(job, order.row)? {
                take(order, &sealing.unseal(order.row, &sealed)?)?;
            }
        }
    }
}
