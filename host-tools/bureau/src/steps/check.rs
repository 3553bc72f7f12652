//! Fourth step: what the card holds is compared with what was written, by digests, under an R-MAC and enciphered.
//!
//! One value over all of them says whether the card is right; only where it is not are they asked one by one, to name the file.

use apdu_specs::applications::domain::parameters::digests::DIGEST_OF_ALL;
use apdu_specs::applications::domain::tags;
use ssc_reader::commands::any;

use crate::card_error::CardError;
use crate::channel::HostChannel;
use crate::plan::CardPlan;

/// Compares the value over the digests of all files and keys with the plan's.
pub(super) fn run(channel: &mut HostChannel<'_>, plan: &CardPlan) -> Result<(), CardError> {
    let get = any::get_data_of(tags::DATA_DIGESTS, DIGEST_OF_ALL);
    if channel.send(&get)?.ok()? == plan.digest_of_all() {
        return Ok(());
    }
    one_by_one(channel, plan)?;
    // Each is right and their value is not: the card cannot be trusted.
    Err(CardError::Malformed("GET DATA (digest of all)"))
}

/// Finds the file or keys that differ.
fn one_by_one(channel: &mut HostChannel<'_>, plan: &CardPlan) -> Result<(), CardError> {
    let mut expected = plan.digests.as_slice();
    while !expected.is_empty() {
        let done = plan.digests.len() - expected.len();
        let done = u8::try_from(done).map_err(|_| CardError::Internal("number of files"))?;
        let answer = channel
            .send(&any::get_data_of(tags::DATA_DIGESTS, done))?
            .ok()?;
        let (digests, rest) = answer.as_chunks::<4>();
        let here = expected
            .split_at_checked(digests.len())
            .filter(|_| rest.is_empty() && !digests.is_empty());
        let Some((here, after)) = here else {
            return Err(CardError::Malformed("GET DATA (digests)"));
        };
        expected = after;
        if let Some((wrong, _)) = here
            .iter()
            .zip(digests)
            .find(|(expected, digest)| expected.digest != **digest)
        {
            return Err(CardError::Differs {
                directory: wrong.directory,
                file: wrong.file,
            });
        }
    }
    Ok(())
}
