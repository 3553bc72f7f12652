//! Comparisons of secrets take as many instructions for every wrong value.
//!
//! Each value is tried on the card as one snapshot of its memory has it, with the same random numbers: what differs between two
//! trials is the value alone. A value is first given right, which the card must accept, so that a value "wrong in byte 5" is wrong
//! there and nowhere else.
//!
//! Instructions are counted, not time. On a core without data cache, as this one, they are the same; look-ups in the tables of DES
//! and SM4 by secret bytes (AES here has none) are accepted there, and would not be behind a data cache.

mod attacks;
mod last_try;

use apdu_specs::Generation;
use apdu_specs::applications::ssc;
use card_crypto::session::cryptogram;
use ssc_reader::Card;
use ssc_simulator::firmware::MachineOptions;

use crate::Failure;
use crate::rig::{MAINTENANCE, Rig, SSSE, must, must_hex};
use attacks::{Attack, GET_CHALLENGE, READ, SOURCE, presented};

/// Makes a card ready and gives the command with the right value.
type Ready = fn(&Rig, &mut dyn Card) -> Result<Attack, Failure>;

/// What is compared.
struct Comparison {
    name: &'static str,
    /// The status word for a wrong value.
    refused: &'static [[u8; 2]],
    ready: Ready,
}

const COMPARISONS: [Comparison; 9] = [
    Comparison {
        name: "EXTERNAL AUTHENTICATE: cryptogram",
        refused: &[[0x63, 0xCE]],
        ready: attacks::external_authenticate,
    },
    Comparison {
        name: "PIN UNBLOCK: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::pin_unblock,
    },
    Comparison {
        name: "PIN RELOAD: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::pin_reload,
    },
    Comparison {
        name: "CARD BLOCK: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::card_block,
    },
    Comparison {
        name: "APPLICATION BLOCK: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::application_block,
    },
    Comparison {
        name: "READ RECORD, secure message: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::secure_read,
    },
    Comparison {
        name: "READ RECORD, enciphered answer: MAC",
        refused: &[[0x69, 0x88]],
        ready: attacks::enciphered_read,
    },
    Comparison {
        name: "SCP03 EXTERNAL AUTHENTICATE: C-MAC",
        refused: &[[0x69, 0x82]],
        ready: attacks::channel_mac,
    },
    Comparison {
        name: "SCP03 GET DATA in the channel: C-MAC",
        refused: &[[0x69, 0x82]],
        ready: attacks::channel_command,
    },
];

/// On a card that holds three versions of the keys: all of them are computed.
const ROTATED: [Comparison; 2] = [
    Comparison {
        name: "EXTERNAL AUTHENTICATE, three versions",
        refused: &[[0x63, 0xCE]],
        ready: attacks::external_authenticate,
    },
    Comparison {
        name: "READ RECORD, secure message, three versions",
        refused: &[[0x69, 0x88]],
        ready: attacks::secure_read,
    },
];

/// On a PSAM: MAC2 of the card's DEBIT.
const CREDIT_DEBIT: Comparison = Comparison {
    name: "PSAM, CREDIT SAM FOR DEBIT: MAC2",
    refused: &[[0x93, 0x02]],
    ready: attacks::credit_debit,
};

/// PINs beside the right one, 123456: all of them wrong, in groups of one encoded length (the length is no secret: the terminal
/// has sent it, and the PIN's own length is not to be seen in the count).
const PINS: [&[&str]; 5] = [
    &["1235", "9999", "0034", "1230"],
    &["123457", "923456", "123956", "987654", "000000", "12345F"],
    &["12345678", "92345678", "1234567F", "123457FF", "99999999"],
    &["1234567890", "9999999999", "123457FFFF"],
    &[
        "1234567890123456",
        "9234567890123456",
        "923456FFFFFFFFFF",
        "123457FFFFFFFFFF",
        "1234FFFFFFFFFFFF",
        "9999999999999999",
    ],
];

/// `[--short]`: fewer values of each.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let short = match arguments {
        [] => false,
        [option] if option == "--short" => true,
        _ => return Err("constant-time takes --short, or nothing".into()),
    };
    let options = MachineOptions {
        counted: true,
        ..MachineOptions::default()
    };
    let mut differing = Vec::new();
    let mut told = |what: String, counts: &[u64]| {
        let (least, most) = (counts.iter().min(), counts.iter().max());
        let same = least == most;
        println!(
            "{what:62} {:>3} values {:>8} instructions{}",
            counts.len(),
            least.unwrap_or(&0),
            if same {
                String::new()
            } else {
                format!(" to {}: {counts:?}", most.unwrap_or(&0))
            }
        );
        if !same {
            differing.push(what);
        }
    };
    for generation in [Generation::V2, Generation::V3] {
        let rig = Rig::issued(generation, options)?;
        let cipher = rig.algorithm();
        for group in &PINS[if short { 1..2 } else { 0..5 }] {
            let counts = pins(&rig, "00200000", "", group)?;
            let name = format!("{cipher}: VERIFY, PIN in {} bytes", group[0].len() / 2);
            told(name, &counts);
        }
        if !short {
            let counts = pins(&rig, "805E0100", "FF654321", PINS[1])?;
            told(format!("{cipher}: CHANGE PIN, old PIN"), &counts);
        }
        for comparison in &COMPARISONS {
            let counts = wrong_bytes(&rig, comparison, short)
                .map_err(|error| format!("{cipher}: {}: {error}", comparison.name))?;
            told(format!("{cipher}: {}", comparison.name), &counts);
        }
        let mut rotated = rig;
        rotated.rotate(&[READ, MAINTENANCE])?;
        for comparison in &ROTATED {
            let counts = wrong_bytes(&rotated, comparison, short)
                .map_err(|error| format!("{cipher}: {}: {error}", comparison.name))?;
            told(format!("{cipher}: {}", comparison.name), &counts);
        }
        let counts = which_version(&rotated)?;
        told(
            format!("{cipher}: EXTERNAL AUTHENTICATE, right in version 1, 2, 3"),
            &counts,
        );
        let [verify, authenticate] = last_try::counts(rotated)?;
        told(format!("{cipher}: VERIFY, last try over the air"), &verify);
        let name = format!("{cipher}: EXTERNAL AUTHENTICATE, last try over the air");
        told(name, &authenticate);
        let sam = Rig::psam(generation, options)?;
        let counts = wrong_bytes(&sam, &CREDIT_DEBIT, short)
            .map_err(|error| format!("{cipher}: {}: {error}", CREDIT_DEBIT.name))?;
        told(format!("{cipher}: {}", CREDIT_DEBIT.name), &counts);
    }
    if differing.is_empty() {
        println!(
            "every wrong value takes as many instructions (look-ups in the tables of DES and SM4 accepted: a core without data cache)"
        );
        Ok(())
    } else {
        Err(format!("wrong values can be told apart: {}", differing.join("; ")).into())
    }
}

/// Counts of one command with each of `group` in it.
fn pins(rig: &Rig, header: &str, rest: &str, group: &[&str]) -> Result<Vec<u64>, Failure> {
    let attempt = |pin: &str| -> Result<(u64, Vec<u8>), Failure> {
        let mut card = rig.power()?;
        must_hex(&mut card, SSSE)?;
        // An odd digit is padded already; CHANGE PIN's separator must stay the first FF.
        let data = hex::decode(format!("{pin}{rest}"))?;
        let length = [u8::try_from(data.len())?];
        let command = [&hex::decode(header)?[..], &length, &data].concat();
        let answer = card.transmit(&command)?;
        Ok((instructions(&mut card)?, answer))
    };
    let (_, answer) = attempt("123456")?;
    if answer != [0x90, 0x00] {
        return Err(format!("the right PIN answers {}", hex::encode_upper(answer)).into());
    }
    let mut counts = Vec::new();
    for pin in group {
        let (count, answer) = attempt(pin)?;
        // 12345F and the like are digits and padding, and so another PIN.
        if answer != [0x63, 0xC2] {
            return Err(format!("PIN {pin} answers {}", hex::encode_upper(answer)).into());
        }
        counts.push(count);
    }
    Ok(counts)
}

/// Counts of a command with its value wrong in each byte, in each bit of the first, and in all bytes.
fn wrong_bytes(rig: &Rig, comparison: &Comparison, short: bool) -> Result<Vec<u64>, Failure> {
    let attempt = |mask: &dyn Fn(usize) -> u8| -> Result<(u64, Vec<u8>), Failure> {
        let mut card = rig.power()?;
        let Attack {
            mut command,
            from,
            length,
        } = (comparison.ready)(rig, &mut card)?;
        let value = command
            .get_mut(from..from + length)
            .ok_or("the value lies outside the command")?;
        for (at, byte) in value.iter_mut().enumerate() {
            *byte ^= mask(at);
        }
        let answer = card.transmit(&command)?;
        Ok((instructions(&mut card)?, answer))
    };
    let (_, answer) = attempt(&|_| 0)?;
    if !matches!(answer[..], [.., 0x90, 0x00] | [0x61, _]) {
        return Err(format!("the right value answers {}", hex::encode_upper(answer)).into());
    }
    let length = (comparison.ready)(rig, &mut rig.power()?)?.length;
    let mut masks: Vec<Vec<u8>> = Vec::new();
    let single = |at: usize, bits: u8| {
        let mut mask = vec![0; length];
        mask[at] = bits;
        mask
    };
    let places: Vec<usize> = if short {
        vec![0, length - 1]
    } else {
        (0..length).collect()
    };
    masks.extend(places.iter().map(|at| single(*at, 0x01)));
    masks.push(vec![0xFF; length]);
    if !short {
        masks.extend((0..length).map(|at| single(at, 0xFF)));
        // All right but the end, all wrong but the start, and the other way about.
        masks.push(
            (0..length)
                .map(|at| if at == 0 { 0 } else { 0x5A })
                .collect(),
        );
        masks.push(
            (0..length)
                .map(|at| if at + 1 == length { 0 } else { 0xA5 })
                .collect(),
        );
    }
    let mut counts = Vec::new();
    for mask in masks {
        let (count, answer) = attempt(&|at| mask.get(at).copied().unwrap_or(0))?;
        if !comparison.refused.iter().any(|status| answer == status[..]) {
            let (mask, answer) = (hex::encode_upper(mask), hex::encode_upper(answer));
            return Err(format!("wrong by {mask} answers {answer}").into());
        }
        counts.push(count);
    }
    Ok(counts)
}

/// Counts of an authentication that is right in each version: which one a terminal has does not show either.
fn which_version(rig: &Rig) -> Result<Vec<u64>, Failure> {
    let row = ssc::keys::SSSE.iter().find(|key| key.identifier == READ);
    let row = row.ok_or("no such key in the table")?;
    let mut counts = Vec::new();
    for version in 1..=3 {
        let mut card = rig.power()?;
        must_hex(&mut card, SSSE)?;
        let challenge = must_hex(&mut card, GET_CHALLENGE)?;
        let session = rig.session_of(&rig.card_key(row, version)?, &challenge)?;
        let value = cryptogram(&session, &SOURCE);
        must(&mut card, &presented(READ, &value))?;
        counts.push(instructions(&mut card)?);
    }
    Ok(counts)
}

/// Instructions of the last command.
fn instructions(card: &mut ssc_simulator::firmware::FirmwareCard) -> Result<u64, Failure> {
    // QEMU counts 128 ns an instruction, the board's clock 40 ns a tick: to the nearest instruction it is exact.
    Ok((u64::from(card.ticks()?) * 10 + 16) / 32)
}
