//! Commands whose values are compared with a secret, each with the right value.

use apdu_specs::applications::psam::DEBIT_KEY;
use apdu_specs::applications::psam::names::SM4_ENVIRONMENT;
use apdu_specs::applications::ssc;
use card_crypto::sam::debit_mac;
use card_crypto::scp03::cmac;
use card_crypto::session::{cryptogram, secure_messaging_mac};
use card_crypto::{Algorithm, Key16};
use ssc_reader::Card;

use crate::Failure;
use crate::rig::{MAINTENANCE, Rig, SSSE, handshake, must, must_hex};

pub const GET_CHALLENGE: &str = "0084000008";
pub const SOURCE: [u8; 8] = *b"COUNTING";
const HOST_CHALLENGE: [u8; 8] = *b"SAMEHOST";
pub const READ: u8 = 0x0A;
const BLOCK: u8 = 0x05;
const UNBLOCK: u8 = 0x06;

/// The value that is compared, among the bytes of a command.
pub struct Attack {
    pub command: Vec<u8>,
    /// Where the value stands.
    pub from: usize,
    pub length: usize,
}

/// A command whose last `length` bytes are the value.
fn at_end(command: Vec<u8>, length: usize) -> Attack {
    Attack {
        from: command.len() - length,
        length,
        command,
    }
}

pub fn presented(key: u8, value: &[u8; 8]) -> Vec<u8> {
    [&[0x00, 0x82, 0x00, key, 0x10], &value[..], &SOURCE].concat()
}

fn authentication(rig: &Rig, card: &mut dyn Card, key: u8) -> Result<Attack, Failure> {
    let challenge = must_hex(card, GET_CHALLENGE)?;
    let value = cryptogram(&rig.session(key, &challenge)?, &SOURCE);
    Ok(Attack {
        command: presented(key, &value),
        from: 5,
        length: 8,
    })
}

pub fn external_authenticate(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    must_hex(card, SSSE)?;
    authentication(rig, card, READ)
}

/// `header ‖ data ‖ MAC` under the key of `key`.
fn maintenance(
    rig: &Rig,
    challenge: &[u8],
    header: [u8; 4],
    data: &[u8],
    key: Key16,
) -> Result<Attack, Failure> {
    let [cla, ins, p1, p2] = header;
    let header = [cla, ins, p1, p2, u8::try_from(data.len() + 4)?];
    let mac = secure_messaging_mac(&rig.session_of(&key, challenge)?, &header, data);
    Ok(at_end([&header[..], data, &mac].concat(), 4))
}

fn after_unblock_key(rig: &Rig, card: &mut dyn Card) -> Result<Vec<u8>, Failure> {
    must_hex(card, SSSE)?;
    let first = authentication(rig, card, UNBLOCK)?;
    must(card, &first.command)?;
    must_hex(card, GET_CHALLENGE)
}

pub fn pin_unblock(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    let challenge = after_unblock_key(rig, card)?;
    maintenance(
        rig,
        &challenge,
        [0x84, 0x24, 0, 0],
        &[],
        rig.key(MAINTENANCE)?,
    )
}

pub fn pin_reload(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    let challenge = after_unblock_key(rig, card)?;
    let mut block = vec![0; rig.algorithm().block_len()];
    block[..5].copy_from_slice(&[0x03, 0x65, 0x43, 0x21, 0x80]);
    rig.session(MAINTENANCE, &challenge)?
        .encrypt_block(&mut block)?;
    let key = rig.key(MAINTENANCE)?;
    maintenance(rig, &challenge, [0x84, 0x24, 0, 1], &block, key)
}

pub fn card_block(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    must_hex(card, SSSE)?;
    let challenge = must_hex(card, GET_CHALLENGE)?;
    maintenance(rig, &challenge, [0x84, 0x16, 0, 0], &[], rig.key(BLOCK)?)
}

/// In DF03, under its LK.
pub fn application_block(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    must_hex(card, SSSE)?;
    must_hex(card, "00A4000002DF03")?;
    let challenge = must_hex(card, GET_CHALLENGE)?;
    let row = ssc::keys::DF03.iter().find(|key| key.name == "LK");
    let key = rig.card_key(row.ok_or("no such key in the table")?, 1)?;
    maintenance(rig, &challenge, [0x84, 0x1E, 0, 0], &[], key)
}

pub fn secure_read(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    must_hex(card, SSSE)?;
    let challenge = must_hex(card, GET_CHALLENGE)?;
    Ok(at_end(rig.secure_read(&challenge, false)?, 4))
}

pub fn enciphered_read(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    must_hex(card, SSSE)?;
    let challenge = must_hex(card, GET_CHALLENGE)?;
    Ok(at_end(rig.secure_read(&challenge, true)?, 4))
}

pub fn channel_mac(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    let (_, command, _) = handshake(rig, card, &HOST_CHALLENGE)?;
    Ok(at_end(command, 8))
}

pub fn channel_command(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    let (keys, command, chaining) = handshake(rig, card, &HOST_CHALLENGE)?;
    must(card, &command)?;
    // Key information.
    let header = [0x84, 0xCA, 0x00, 0xE0, 0x08];
    let mac = cmac(keys.mac.as_bytes(), &chaining, &header, &[]);
    Ok(at_end([&header[..], &mac[..8]].concat(), 8))
}

/// 80 72 after 80 70, in the environment of the rig's algorithm.
pub fn credit_debit(rig: &Rig, card: &mut dyn Card) -> Result<Attack, Failure> {
    let marker = rig.algorithm().marker();
    match rig.algorithm() {
        Algorithm::TripleDes => must_hex(card, SSSE)?,
        Algorithm::Sm4 => must_hex(card, &format!("00A404000F{}", hex::encode(SM4_ENVIRONMENT)))?,
    };
    must_hex(card, "00A4000002DF01")?;
    let amounts = [0, 0, 1, 0, 0, 0, 0, 0x50, 0, 0, 0, 0];
    let transaction = [0xA1, 0xA2, 0xA3, 0xA4, 0x00, 0x07];
    let init = [
        &[0x80, 0x70, 0x01, 0x00, 0x2C][..],
        &transaction,
        &amounts,
        &[0x33, 0x20, 0x26, 0x01, 0x01, 0x12, 0x34, 0x56, 0x01, marker],
        &Rig::card_factor(),
        b"110000sx",
    ]
    .concat();
    let answer = must(card, &init)?;
    let key = rig.named_key(DEBIT_KEY.vault_id, 1)?;
    let sequence = answer.get(2..4).ok_or("a short answer")?;
    let session = rig.session_of(&key, &[&transaction, sequence].concat())?;
    let command = [
        &[0x80, 0x72, 0, 0, 4][..],
        &debit_mac(&session, &[&amounts]),
    ]
    .concat();
    Ok(at_end(command, 4))
}
