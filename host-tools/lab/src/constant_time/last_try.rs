//! The last try over the air: refused before anything is computed, so that a right value takes as many instructions as a wrong
//! one.

use apdu_specs::keys::{KEY_TRIES, PIN_TRIES};
use ssc_reader::Card;
use ssc_simulator::Interface;

use super::attacks::{self, Attack};
use super::instructions;
use crate::Failure;
use crate::rig::{Rig, SSSE, must_hex};

const REFUSED: [u8; 2] = [0x69, 0x85];
/// The right PIN first.
const PINS: [&str; 4] = ["123456", "123457", "923456", "654321"];

/// Counts of VERIFY and of EXTERNAL AUTHENTICATE, each with the right value and with wrong ones.
pub fn counts(mut rig: Rig) -> Result<[Vec<u64>; 2], Failure> {
    spend(&mut rig)?;
    let mut verify = Vec::new();
    for pin in PINS {
        let mut card = rig.power_over(Interface::Contactless)?;
        must_hex(&mut card, SSSE)?;
        let command = hex::decode(format!("0020000003{pin}"))?;
        verify.push(refused(&mut card, &command)?);
    }
    let mut authenticate = Vec::new();
    for wrong in [None, Some(0), Some(7)] {
        let mut card = rig.power_over(Interface::Contactless)?;
        let Attack {
            mut command, from, ..
        } = attacks::external_authenticate(&rig, &mut card)?;
        if let Some(byte) = wrong.and_then(|at| command.get_mut(from + at)) {
            *byte ^= 0x01;
        }
        authenticate.push(refused(&mut card, &command)?);
    }
    Ok([verify, authenticate])
}

fn refused(
    card: &mut ssc_simulator::firmware::FirmwareCard,
    command: &[u8],
) -> Result<u64, Failure> {
    let answer = card.transmit(command)?;
    if answer != REFUSED {
        let answer = hex::encode_upper(answer);
        return Err(format!("a last try over the air answers {answer}").into());
    }
    instructions(card)
}

/// By contact, until one try of the PIN and one of the key is left.
fn spend(rig: &mut Rig) -> Result<(), Failure> {
    let mut card = rig.power()?;
    must_hex(&mut card, SSSE)?;
    for _ in 1..PIN_TRIES {
        card.transmit(&hex::decode("0020000003654321")?)?;
    }
    for _ in 1..KEY_TRIES {
        let Attack {
            mut command, from, ..
        } = attacks::external_authenticate(rig, &mut card)?;
        if let Some(byte) = command.get_mut(from) {
            *byte ^= 0x01;
        }
        card.transmit(&command)?;
    }
    rig.keep(&card)
}
