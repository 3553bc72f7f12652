//! CREDIT SAM FOR DEBIT `80 72 00 00` (P, after JR/T 0025's CREDIT SAM FOR PURCHASE): whether the card has debited.

use apdu_specs::Status;
use card_crypto::sam::debit_mac_with;

use super::State;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::platform::Platform;

/// Compares MAC2 of the card's DEBIT, once for each INIT SAM FOR DEBIT.
///
/// # Errors
/// 6985 without INIT SAM FOR DEBIT, 9302 for a wrong MAC2, 6983 where the debit key is blocked, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
) -> Result<(), Status> {
    // A move would leave a copy of the key in memory, so borrow and overwrite.
    let debit = match &*state {
        State::Debit {
            session,
            tries,
            amounts,
        } => Some((*tries, debit_mac_with::<P::Ciphers>(session, &[amounts]))),
        State::Idle | State::Cipher { .. } => None,
    };
    *state = State::Idle;
    let (tries, expected) = debit.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let given = apdu.data.first_chunk::<4>().ok_or(Status::WRONG_LENGTH)?;
    tries.check(cx.store, cx.interface, &expected, given)
}
