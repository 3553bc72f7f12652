//! INIT SAM `BF DE` (LD/T 33): from a master key to the session key of one card.

use apdu_specs::Status;
use apdu_specs::applications::psam::SamUse;
use card_crypto::session::{SHORT_CHALLENGE, factor_from_challenge};

use super::State;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::sam_key::StoredSamKey;
use crate::platform::Platform;

/// Use and key in P1 P2; factors and challenge in the data. Whatever comes of it, the INIT before is void.
///
/// # Errors
/// 6A86 for a use that cannot be, 9403 for an unknown key, 6985 for a use that is not this key's and for a challenge of four
/// bytes behind which zeros stand, 6700 where factors and challenge are not as long as levels and algorithm have it, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    *state = State::Idle;
    let asked = SamUse::from_byte(apdu.p1).ok_or(Status::WRONG_P1P2)?;
    let key = StoredSamKey::load(cx.store, cx.session.security.directory, apdu.p2)?;
    let granted = key.role().grants(asked);
    let kind = granted.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let (factors, challenge) = key.split_factors(apdu.data)?;
    if challenge.len() != key.algorithm().block_len() {
        return Err(Status::WRONG_LENGTH);
    }
    if challenge
        .iter()
        .skip(SHORT_CHALLENGE)
        .all(|byte| *byte == 0)
    {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    let factor =
        factor_from_challenge(key.algorithm(), challenge).map_err(|_| Status::WRONG_LENGTH)?;
    *state = State::Cipher {
        session: key.session::<P>(factors, &factor)?,
        kind,
    };
    Ok(())
}
