//! INIT SAM FOR DEBIT `80 70 01 00` (P, after JR/T 0025's INIT SAM FOR PURCHASE): the terminal's side of a debit.

use apdu_specs::Status;
use apdu_specs::applications::psam::{
    SAM_SEQUENCE_FID, SAM_TERMINAL_FID, TERMINAL_IDENTIFIER_LENGTH,
};
use card_crypto::Factor;
use card_crypto::sam::debit_mac_with;

use super::State;
use super::state::AMOUNTS;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::credential::sam_key::StoredSamKey;
use crate::fs::{directory, transparent};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::reply::Reply;

/// Random (4), sequence (2), amounts (12), type (1), date (4), time (3), key version (1), algorithm (1), factors. Answers
/// terminal sequence (4) and MAC1 (4). The sequence is counted up on the chip before its MAC leaves, so that no sequence
/// has two.
///
/// # Errors
/// 9403 where there is no such debit key, 6700 where the factors are not as many as its levels, 6983 where it is blocked, 6A82
/// where the PSAM has no terminal identifier or no file for the sequence, 9402 at the sequence's end, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    *state = State::Idle;
    let directory = cx.session.security.directory;
    let (transaction, rest) = take::<6>(apdu.data)?;
    let (amounts, rest) = take::<AMOUNTS>(rest)?;
    let (&[kind], rest) = take::<1>(rest)?;
    let (date_time, rest) = take::<7>(rest)?;
    let (&[version, marker], factors) = take::<2>(rest)?;

    let key = StoredSamKey::debit(cx.store, directory, version, marker)?;
    let tries = key.tries(directory);
    tries.some_left(cx.store)?;
    if !key.split_factors(factors)?.1.is_empty() {
        return Err(Status::WRONG_LENGTH);
    }
    let terminal = terminal_identifier(cx)?;
    let sequence = next_sequence(cx)?.to_be_bytes();

    let [_, _, low @ ..] = sequence;
    let mut factor = [0; 8];
    crate::bytes::copy(&mut factor, 0, transaction)?;
    crate::bytes::copy(&mut factor, 6, &low)?;
    let session = key.session::<P>(factors, &Factor::new(&factor))?;
    let mac = debit_mac_with::<P::Ciphers>(&session, &[amounts, &[kind], &terminal, date_time]);
    *state = State::Debit {
        session,
        tries,
        amounts: *amounts,
    };
    reply.extend(&sequence)?;
    reply.extend(&mac)
}

fn take<const N: usize>(data: &[u8]) -> Result<(&[u8; N], &[u8]), Status> {
    data.split_first_chunk().ok_or(Status::WRONG_LENGTH)
}

fn terminal_identifier<P: Platform>(
    cx: &mut Context<'_, P>,
) -> Result<[u8; TERMINAL_IDENTIFIER_LENGTH], Status> {
    let file = directory::elementary_file(cx.store, Slot::MF, SAM_TERMINAL_FID)?;
    let mut terminal = [0; TERMINAL_IDENTIFIER_LENGTH];
    transparent::read(cx.store, file.slot, 0, &mut terminal)?;
    Ok(terminal)
}

/// The terminal sequence number of this debit, written into the EF where terminals read it: there is no other counter.
fn next_sequence<P: Platform>(cx: &mut Context<'_, P>) -> Result<u32, Status> {
    let directory = cx.session.security.directory;
    let file = directory::elementary_file(cx.store, directory, SAM_SEQUENCE_FID)?;
    let mut last = [0; 4];
    if usize::from(transparent::size(&file)?) < last.len() {
        return Err(Status::FILE_NOT_FOUND);
    }
    transparent::read(cx.store, file.slot, 0, &mut last)?;
    let next = u32::from_be_bytes(last)
        .checked_add(1)
        .ok_or(Status::SEQUENCE_EXHAUSTED)?;
    cx.store
        .transaction(|tx| transparent::write(tx, file.slot, 0, &next.to_be_bytes()))?;
    Ok(next)
}
