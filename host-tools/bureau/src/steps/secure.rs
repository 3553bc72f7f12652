//! Fifth step: the card is told that it is finished. Its answer, with a right R-MAC, is the only proof that it is.

use apdu_specs::life_cycle::LifeCycle;
use ssc_reader::commands::domain;

use crate::card_error::CardError;
use crate::channel::HostChannel;

/// SET STATUS to SECURED.
pub(super) fn run(channel: &mut HostChannel<'_>) -> Result<(), CardError> {
    channel
        .send(&domain::set_status(LifeCycle::Secured))?
        .ok()?;
    Ok(())
}
