//! Secure messaging on the file commands, under the session key that STK of the environment makes with the last challenge
//! (LD/T 32.4; ISO 7816-4, 10; P where nothing else is said).
//!
//! Two forms:
//! - CLA 04 and 84, the field's: a MAC of 4 bytes behind the data, over CLA INS P1 P2 Lc ‖ data as in maintenance commands.
//!   A command that reads has the MAC alone as its data, and its answer carries a MAC over the answer's data.
//! - CLA 0C, data objects with the header authenticated: 81 plain data or 87 `01` ‖ cryptogram, 97 Le, 8E MAC. The MAC is over
//!   the padded header ‖ the objects before it. `BB 02 87 00` asks for an enciphered answer. The answer is 81 or 87 (where there
//!   are data), 99 status, 8E.
//!
//! MAC and cipher have one key and an initial value of zeros. One challenge is one message: it is used up whatever comes
//! of it, so neither a command nor an answer can be played again.

use apdu_specs::commands::{Cases, Command, LeRule, SECURE_MESSAGING_OBJECTS};
use apdu_specs::keys::KeyRole;
use apdu_specs::tags::{SM_CHECKSUM, SM_CRYPTOGRAM, SM_LE, SM_PLAIN, SM_RESPONSE, SM_STATUS};
use apdu_specs::{Status, le, tlv};
use card_crypto::session::message_mac_with;
use card_crypto::{Algorithm, SessionKey, padding};
use zeroize::Zeroize;

use crate::apdu::{Apdu, judge_le};
use crate::applications::domain::secure_channel::Plain;
use crate::applications::{self, Selected};
use crate::bytes::copy;
use crate::context::Context;
use crate::credential::key::StoredKey;
use crate::platform::Platform;
use crate::reply::Reply;

/// Bytes of a MAC.
const MAC: usize = 4;
/// Padding indicator of a cryptogram: 80 00….
const PADDED: u8 = 0x01;
/// What surrounds the data of an answer in data objects: tag and length to 255, status, MAC.
const AROUND_PLAIN: usize = 3 + 4 + 2 + MAC;
/// The same around a cryptogram: its padding indicator, and the most that padding to whole blocks takes from 256.
const AROUND_CRYPTOGRAM: usize = 17;

/// Judges a secure message, gives what it carries to the command's handler, and protects the answer.
///
/// # Errors
/// 6985 without a challenge, 6987, 6988, 6983, 6A88 without STK, 6700, and those of the handler, which are told in clear.
#[inline(never)]
pub fn execute<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(Status, Option<u16>), Status> {
    let status = if apdu.cla == SECURE_MESSAGING_OBJECTS {
        in_objects(cx, selected, row, apdu, reply)
    } else {
        in_the_fields_form(cx, selected, row, apdu, reply)
    };
    reply.reserve(0);
    status.map(|status| (status, apdu.ne))
}

/// Whether the command reads: it has no data of its own.
const fn reads(row: &Command) -> bool {
    row.cases.has(Cases::TWO)
}

fn in_the_fields_form<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let (data, mac) = apdu
        .data
        .split_last_chunk::<MAC>()
        .ok_or(Status::WRONG_LENGTH)?;
    let mut inner = apdu.with_data(data);
    inner.judge_length(row)?;
    // Le counts the MAC too; 00 and none ask for all there is.
    inner.ne = match apdu.ne {
        _ if !reads(row) => None,
        None | Some(256) => Some(256),
        Some(ne) => Some(
            ne.checked_sub(MAC as u16)
                .filter(|ne| *ne > 0)
                .ok_or(Status::WRONG_LENGTH)?,
        ),
    };
    let session = authentic(cx, apdu, data, mac)?;
    reply.reserve(MAC);
    cx.messaged = true;
    let status = applications::call(cx, selected, row, &inner, reply).map_err(with_mac)?;
    if reads(row) {
        let mac = message_mac_with::<P::Ciphers>(&session, &[reply.as_slice()]);
        reply.extend(&mac)?;
        judge_le(row.le, apdu.ne, reply.len(), cx.interface)?;
    }
    Ok(status)
}

/// A right length told with `6Cxx` counts the MAC too.
const fn with_mac(status: Status) -> Status {
    match status.right_ne() {
        Some(ne) => Status::wrong_le(le::byte(ne as usize + MAC)),
        None => status,
    }
}

/// The data objects of a command.
struct Objects<'a> {
    plain: Option<&'a [u8]>,
    cryptogram: Option<&'a [u8]>,
    le: Option<u16>,
    enciphered_answer: bool,
    /// All of them but the MAC: what it covers.
    covered: &'a [u8],
    mac: &'a [u8; MAC],
}

impl<'a> Objects<'a> {
    /// # Errors
    /// 6987 where the MAC is missing, 6988 for an object that is none, unknown, there twice or behind the MAC.
    fn parse(data: &'a [u8]) -> Result<Self, Status> {
        let mut objects = Self {
            plain: None,
            cryptogram: None,
            le: None,
            enciphered_answer: false,
            covered: &[],
            mac: &[0; MAC],
        };
        let mut rest = data;
        while !rest.is_empty() {
            let before = data.len().saturating_sub(rest.len());
            let (tag, value, after) = object(rest).ok_or(Status::MAC_INCORRECT)?;
            rest = after;
            match (tag, value) {
                (SM_PLAIN, value) if objects.plain.is_none() => objects.plain = Some(value),
                (SM_CRYPTOGRAM, [PADDED, value @ ..]) if objects.cryptogram.is_none() => {
                    objects.cryptogram = Some(value);
                }
                (SM_LE, [le]) if objects.le.is_none() => {
                    objects.le = Some(le::ne(*le));
                }
                (SM_RESPONSE, [SM_CRYPTOGRAM, 0x00]) => objects.enciphered_answer = true,
                (SM_CHECKSUM, value) if rest.is_empty() => {
                    objects.covered = data.get(..before).ok_or(Status::INTERNAL_ERROR)?;
                    objects.mac = value.try_into().map_err(|_| Status::MAC_INCORRECT)?;
                    return Ok(objects);
                }
                _ => return Err(Status::MAC_INCORRECT),
            }
        }
        Err(Status::SM_OBJECT_MISSING)
    }

    /// Judges whether these are the objects that the command needs: Le where it reads, data where it writes.
    ///
    /// # Errors
    /// 6987, 6988.
    fn judge(&self, row: &Command) -> Result<(), Status> {
        let data = self.plain.is_some() || self.cryptogram.is_some();
        let (needed, other) = if reads(row) {
            (self.le.is_some(), data)
        } else {
            let twice = self.plain.is_some() && self.cryptogram.is_some();
            (data, self.le.is_some() || twice || self.enciphered_answer)
        };
        match (needed, other) {
            (_, true) => Err(Status::MAC_INCORRECT),
            (false, _) => Err(Status::SM_OBJECT_MISSING),
            (true, false) => Ok(()),
        }
    }
}

/// One object with a length of one byte, or 81 and one: tag, value, rest.
fn object(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match first {
        tlv::ONE_BYTE => rest.split_first().map(|(length, rest)| (*length, rest))?,
        short if short < tlv::LONG => (short, rest),
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(usize::from(length))?;
    Some((tag, value, rest))
}

fn in_objects<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    // Whoever writes must be able to hear the answer, or it would be written without one.
    if !reads(row) {
        judge_le(LeRule::Exact, apdu.ne, STATUS_AND_MAC, cx.interface)?;
    }
    let objects = match Objects::parse(apdu.data).and_then(|objects| {
        objects.judge(row)?;
        Ok(objects)
    }) {
        Ok(objects) => objects,
        Err(status) => {
            // An attempt, though no MAC was judged; without a challenge there was none.
            return Err(cx
                .session
                .take_challenge()
                .map_or(Status::CONDITIONS_NOT_SATISFIED, |_| status));
        }
    };
    let session = authentic(cx, apdu, objects.covered, objects.mac)?;
    let mut plain = Plain::new();
    let status = deciphered::<P>(&session, &objects, &mut plain).and_then(|data| {
        let mut inner = apdu.with_data(data);
        inner.ne = objects.le;
        inner.judge_length(row)?;
        reply.reserve(if objects.enciphered_answer {
            AROUND_CRYPTOGRAM
        } else {
            AROUND_PLAIN
        });
        cx.messaged = true;
        let status = applications::call(cx, selected, row, &inner, reply)?;
        judge_le(row.le, inner.ne, reply.len(), cx.interface)?;
        Ok(status)
    });
    plain.as_mut_slice().zeroize();
    let status = status?;
    protect::<P>(&session, objects.enciphered_answer, status, reply)?;
    Ok(status)
}

/// Bytes of a cipher's block.
const fn block_length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::TripleDes => 8,
        Algorithm::Sm4 => 16,
    }
}

/// Bytes of an answer without data.
const STATUS_AND_MAC: usize = 4 + 2 + MAC;

/// The command's data: those in clear, or those of the cryptogram in `plain`.
///
/// # Errors
/// 6988 for a cryptogram that is no padded blocks.
fn deciphered<'d, P: Platform>(
    session: &SessionKey,
    objects: &Objects<'d>,
    plain: &'d mut Plain,
) -> Result<&'d [u8], Status> {
    let Some(cryptogram) = objects.cryptogram else {
        return Ok(objects.plain.unwrap_or(&[]));
    };
    plain
        .extend_from_slice(cryptogram)
        .map_err(|_| Status::MAC_INCORRECT)?;
    session
        .decrypt_cbc::<P::Ciphers>(plain)
        .map_err(|_| Status::MAC_INCORRECT)?;
    let length = padding::unpad80(plain).map_err(|_| Status::MAC_INCORRECT)?;
    plain.get(..length).ok_or(Status::INTERNAL_ERROR)
}

/// Puts the answer into data objects. Not inlined: the cipher's state must not lie on the stack of the handlers.
#[inline(never)]
fn protect<P: Platform>(
    session: &SessionKey,
    encipher: bool,
    status: Status,
    reply: &mut Reply,
) -> Result<(), Status> {
    reply.reserve(0);
    if reply.len() > 0 {
        let tag = if encipher {
            reply.pad80(block_length(session.algorithm()))?;
            session
                .encrypt_cbc::<P::Ciphers>(reply.as_mut_slice())
                .map_err(|_| Status::INTERNAL_ERROR)?;
            reply.prepend(&[PADDED])?;
            SM_CRYPTOGRAM
        } else {
            SM_PLAIN
        };
        let length = u8::try_from(reply.len()).map_err(|_| Status::INTERNAL_ERROR)?;
        if length < tlv::LONG {
            reply.prepend(&[tag, length])?;
        } else {
            reply.prepend(&[tag, tlv::ONE_BYTE, length])?;
        }
    }
    let [sw1, sw2] = status.to_bytes();
    reply.extend(&[SM_STATUS, 0x02, sw1, sw2])?;
    let mac = message_mac_with::<P::Ciphers>(session, &[reply.as_slice()]);
    reply.extend(&[SM_CHECKSUM, MAC as u8])?;
    reply.extend(&mac)
}

/// Takes the challenge and judges the MAC under STK of the environment, over the header as the class has it and `data`. Gives
/// the session key of the version that fits.
///
/// Not inlined: the key in all its versions must not lie on the stack of the handlers.
///
/// # Errors
/// 6985 without a challenge, 6A88 without STK, 6988, 6983, 6581.
#[inline(never)]
fn authentic<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    data: &[u8],
    mac: &[u8; MAC],
) -> Result<SessionKey, Status> {
    let challenge = cx
        .session
        .take_challenge()
        .ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
    let environment = cx.session.security.environment;
    let key = StoredKey::of_role(cx.store, environment, KeyRole::Maintenance)?;
    let factor = key.factor(challenge.as_slice())?;
    let mut header = [0; 16];
    let length = if apdu.cla == SECURE_MESSAGING_OBJECTS {
        copy(
            &mut header,
            0,
            &[apdu.cla, apdu.ins, apdu.p1, apdu.p2, padding::MARK],
        )?;
        block_length(key.algorithm())
    } else {
        copy(&mut header, 0, &apdu.header(apdu.data.len()))?;
        5
    };
    let header = header.get(..length).ok_or(Status::INTERNAL_ERROR)?;
    key.check_mac::<P>(cx.store, cx.interface, &factor, &[header, data], mac)
}
