//! EXTERNAL AUTHENTICATE of SCP03 (GlobalPlatform Amendment D, 7.1.2).

use apdu_specs::Status;
use card_crypto::constant_time_eq;
use card_crypto::scp03::{cmac_with, first_eight};

use super::State;
use super::secure_channel::{Channel, Handshake, SecureChannel};
use crate::apdu::Apdu;
use crate::platform::Platform;

/// Checks the host cryptogram and the C-MAC, and opens the channel.
///
/// # Errors
/// 6985 without INITIALIZE UPDATE before, 6982 for a wrong MAC, 6300 for a wrong cryptogram; the channel is
/// closed.
#[inline(never)]
pub fn handle<P: Platform>(state: &mut State, apdu: &Apdu<'_>) -> Result<(), Status> {
    let opened = match &state.channel {
        SecureChannel::Challenged(handshake) => open::<P>(handshake, apdu),
        SecureChannel::Closed | SecureChannel::Open(_) => Err(Status::CONDITIONS_NOT_SATISFIED),
    };
    // A move would leave a copy of the key in memory, so borrow and overwrite.
    match opened {
        Ok(channel) => state.channel = SecureChannel::Open(channel),
        Err(status) => {
            state.channel.close();
            return Err(status);
        }
    }
    state.groupings.reset();
    Ok(())
}

/// Not inlined: the keys are on the stack here.
#[inline(never)]
fn open<P: Platform>(handshake: &Handshake, apdu: &Apdu<'_>) -> Result<Channel, Status> {
    let (cryptogram, mac) = apdu
        .data
        .split_first_chunk::<8>()
        .ok_or(Status::WRONG_LENGTH)?;
    let expected = handshake
        .keys
        .host_cryptogram_with::<P::Ciphers>(&handshake.host_challenge, &handshake.card_challenge);
    let chaining = cmac_with::<P::Ciphers>(
        handshake.keys.mac.as_bytes(),
        &[0; 16],
        &apdu.header(apdu.data.len()),
        cryptogram,
    );
    // Both are compared before either answer is given.
    let host = constant_time_eq(cryptogram, &expected);
    if !constant_time_eq(mac, &first_eight(&chaining)) {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    if !host {
        return Err(Status::CRYPTOGRAM_REFUSED);
    }
    Ok(Channel {
        keys: handshake.keys.clone(),
        level: apdu.p1,
        chaining,
        counter: 0,
    })
}
