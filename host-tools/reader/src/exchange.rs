//! One command and its whole answer, whatever the transmission protocol.

use apdu_specs::le;
use apdu_specs::short::Next;

use crate::apdu::{CommandApdu, ResponseApdu};
use crate::card::Card;
use crate::commands::any;
use crate::error::ReaderError;

/// More parts than any answer of a short APDU has: 256 bytes, even one by one.
const MOST_PARTS: usize = 256;

/// Sends `command` and returns its whole answer.
///
/// On T=0 a command with data goes without Le, `61xx` is followed with GET RESPONSE (`00 C0 00 00 xx`) and `6Cxx`
/// with the same command and the right Le (ISO/IEC 7816-3, clause 12.2). Where APDUs travel whole, Le is sent; cards
/// and drivers that answer `61xx` or `6Cxx` there too are followed the same way. A command that expects nothing
/// gets its `61xx` back: what waits is the card's to drop.
///
/// # Errors
/// No answer, a malformed one, or a command that short APDUs cannot carry. A status word is not an error here: see
/// [`ResponseApdu::ok`].
pub fn exchange(card: &mut dyn Card, command: &CommandApdu) -> Result<ResponseApdu, ReaderError> {
    let first = if card.interface().is_t0() {
        command.to_t0()?
    } else {
        command.to_bytes()?
    };
    let mut answer = ResponseApdu::parse(command, &card.transmit(&first)?)?;
    let Some(ne) = command.ne() else {
        return Ok(answer);
    };

    if let Next::Again(ne) = Next::after(answer.sw, !command.data_field().is_empty()) {
        let again = command.with_ne(ne);
        answer = ResponseApdu::parse(command, &card.transmit(&again.to_bytes()?)?)?;
    }

    let mut data = std::mem::take(&mut answer.data);
    for _ in 0..MOST_PARTS {
        let left = usize::from(ne).saturating_sub(data.len());
        match Next::after(answer.sw, true) {
            // Ne bytes are here; what the card still offers is not fetched.
            Next::GetResponse(waiting) if left > 0 => {
                let part = usize::from(waiting).min(left);
                let part = u16::try_from(part).unwrap_or(le::ALL);
                answer = get_response(card, command, part)?;
                data.append(&mut answer.data);
            }
            Next::GetResponse(_) | Next::Again(_) | Next::Done => {
                answer.data = data;
                return Ok(answer);
            }
        }
    }
    Err(ReaderError::MalformedAnswer {
        detail: format!(
            "{} is answered by more than {MOST_PARTS} parts of 61xx",
            command.name()
        ),
    })
}

fn get_response(
    card: &mut dyn Card,
    command: &CommandApdu,
    ne: u16,
) -> Result<ResponseApdu, ReaderError> {
    let get = any::get_response(ne);
    let answer = ResponseApdu::parse(command, &card.transmit(&get.to_bytes()?)?)?;
    let Next::Again(ne) = Next::after(answer.sw, false) else {
        return Ok(answer);
    };
    let again = get.with_ne(ne);
    ResponseApdu::parse(command, &card.transmit(&again.to_bytes()?)?)
}
