//! What of keys and PIN a command leaves in RAM: nothing.
//!
//! Two cards are alike but for their keys and PINs, and start with the same random numbers. The same commands go to both, and after
//! each answer the whole RAM (stack, and all variables) is read through QEMU's monitor. It is searched for every key, half key,
//! session key and PIN that the host knows; and it must be the same in both cards, bit for bit: what is left of a round key, of an
//! intermediate value or of anything else that was made of a secret would differ. Only while a secure channel is open does the card
//! keep what is secret, its session keys; there the comparison is done after its end.

mod psam;
mod secrets;

use ssc_reader::Shared;
use std::time::Duration;

use apdu_specs::Generation;
use card_crypto::session::{cryptogram, secure_messaging_mac};
use ssc_keys::{Vault, roots};
use ssc_reader::Card;
use ssc_simulator::firmware::{Firmware, FirmwareCard, MachineOptions, Memory};
use ssc_simulator::{Identity, Interface};

use crate::Failure;
use crate::rig::{MAINTENANCE, Rig, SEED, SSSE, must, must_hex};
use secrets::Secrets;
use ssc_scenarios::issued::{SERIAL, issue_one};

/// Stack and variables (`card-os/firmware/src/board/mps2_an386.x`).
const RAM: u64 = 0x2000_0000;
const LENGTH: usize = 10 << 10;
/// The stack's part of it.
const STACK: usize = 4 << 10;
const MONITORED: MachineOptions = MachineOptions {
    counted: false,
    slow: false,
    monitor: true,
    cut_after: None,
    seed: None,
};
const SOURCE: [u8; 8] = *b"RESIDUES";
const HOST_CHALLENGE: [u8; 8] = *b"SAMEHOST";
/// What the cards' PINs are changed to; the demo's is 123456.
const PINS: [&str; 2] = ["135790", "864209"];
const NEW_PINS: [&str; 2] = ["246813", "597531"];
const READ: u8 = 0x0A;
const UNBLOCK: u8 = 0x06;

/// One of the two cards, what is secret of it, and its RAM after each command.
struct Watched<'r> {
    rig: &'r Rig,
    card: FirmwareCard,
    pin: &'static str,
    new_pin: &'static str,
    secrets: Secrets,
    /// Whether a secure channel is open.
    channel: bool,
    steps: Vec<Step>,
}

/// After one command.
struct Step {
    name: String,
    ram: Vec<u8>,
    comparable: bool,
    /// Secrets that were found, and where.
    found: Vec<String>,
}

/// Prints what is left after which command, or that nothing is.
pub fn run() -> Result<(), Failure> {
    let mut left = Vec::new();
    for generation in [Generation::V2, Generation::V3] {
        let mut cards = Vec::new();
        let mut rigs = Vec::new();
        for vault in [Vault::demo()?, Vault::generate(roots::all())?] {
            cards.push(vec![personalization(&vault, generation)?]);
            rigs.push(Rig::with_keys(vault, generation, MONITORED)?);
        }
        for (at, rig) in rigs.iter().enumerate() {
            let (pin, new_pin) = (PINS[at], NEW_PINS[at]);
            let mut card = Watched::power(rig, pin, new_pin)?;
            card.commands()
                .map_err(|error| format!("{generation}: {error}"))?;
            cards[at].extend(card.steps);
        }
        let [one, other] = &cards[..] else {
            return Err("there are two cards".into());
        };
        println!("{generation}: {} commands", one.len());
        left.extend(residues(&generation.to_string(), one, other));
    }
    let [one, other] = [Vault::demo()?, Vault::generate(roots::all())?];
    let (one, other) = (psam::steps(&one)?, psam::steps(&other)?);
    println!("PSAM: {} looks", one.len());
    left.extend(residues("PSAM", &one, &other));
    if left.is_empty() {
        println!("no key, no PIN and nothing made of them is left in RAM after any command");
        return Ok(());
    }
    for fault in &left {
        println!("{fault}");
    }
    Err(format!("{} residues in RAM", left.len()).into())
}

/// What was found in one card, and where it differs from the other.
fn residues(what: &str, one: &[Step], other: &[Step]) -> Vec<String> {
    let mut left = Vec::new();
    for (one, other) in one.iter().zip(other) {
        let mut faults = one.found.clone();
        if one.comparable {
            faults.extend(differences(&one.ram, &other.ram));
        }
        left.extend(
            faults
                .iter()
                .map(|fault| format!("{what}: after {}: {fault}", one.name)),
        );
    }
    left
}

/// What a whole personalization has left of the keys and the PIN that it brought.
fn personalization(vault: &Vault, generation: Generation) -> Result<Step, Failure> {
    let memory = Memory::temporary(&Identity::from_serial(SERIAL))?;
    let options = MachineOptions {
        seed: Some(SEED),
        ..MONITORED
    };
    let card = FirmwareCard::power(&Firmware::find()?, memory, Interface::T0, options)?;
    let mut lent = Shared::new(card);
    issue_one(generation, &mut lent, vault)?;
    lent.reset()?;
    let mut secrets = Secrets::of(vault, generation)?;
    secrets.pin("123456")?;
    let ram = ram(&mut lent.card())?;
    Ok(Step {
        name: "personalization and reset".into(),
        found: secrets.found_in(&ram),
        ram,
        comparable: true,
    })
}

/// The RAM of a card that waits for its next command. It is asleep when it stays the same: a card may still be returning from its
/// last answer when that has come.
fn ram(card: &mut FirmwareCard) -> Result<Vec<u8>, Failure> {
    card.settle()?;
    let mut same = 0;
    let mut last = card.peek(RAM, LENGTH)?;
    while same < 3 {
        std::thread::sleep(Duration::from_millis(5));
        let now = card.peek(RAM, LENGTH)?;
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
    Ok(last)
}

/// Where two cards differ, as ranges.
fn differences(one: &[u8], other: &[u8]) -> Vec<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let differing = one.iter().zip(other).enumerate();
    for (at, _) in differing.filter(|(_, (one, other))| one != other) {
        match ranges.last_mut() {
            Some((_, end)) if at < *end + 8 => *end = at + 1,
            _ => ranges.push((at, at + 1)),
        }
    }
    ranges
        .into_iter()
        .map(|(from, to)| format!("{} bytes follow from secrets, {}", to - from, place(from)))
        .collect()
}

/// Where in RAM.
fn place(at: usize) -> String {
    let part = if at < STACK { "stack" } else { "variables" };
    format!("{part} at {:08X}", RAM + at as u64)
}

impl<'r> Watched<'r> {
    fn power(rig: &'r Rig, pin: &'static str, new_pin: &'static str) -> Result<Self, Failure> {
        let mut watched = Self {
            card: rig.power()?,
            rig,
            pin,
            new_pin,
            secrets: Secrets::of(rig.vault(), rig.generation)?,
            channel: false,
            steps: Vec::new(),
        };
        for pin in ["123456", pin, new_pin] {
            watched.secrets.pin(pin)?;
        }
        watched.look("power-on")?;
        Ok(watched)
    }

    /// Reads the RAM and searches it.
    fn look(&mut self, name: &str) -> Result<(), Failure> {
        let ram = ram(&mut self.card)?;
        self.steps.push(Step {
            name: name.into(),
            found: self.secrets.found_in(&ram),
            ram,
            comparable: !self.channel,
        });
        Ok(())
    }

    fn send(&mut self, name: &str, command: &[u8]) -> Result<Vec<u8>, Failure> {
        let answer = self.card.transmit(command)?;
        self.look(name)?;
        Ok(answer)
    }

    fn must(&mut self, name: &str, command: &[u8]) -> Result<Vec<u8>, Failure> {
        let answer = must(&mut self.card, command)?;
        self.look(name)?;
        Ok(answer)
    }

    fn challenge(&mut self) -> Result<Vec<u8>, Failure> {
        let challenge = must_hex(&mut self.card, "0084000008")?;
        for key in [READ, MAINTENANCE, UNBLOCK] {
            let session = self.rig.session(key, &challenge)?;
            self.secrets.add("a session key", session.as_bytes());
        }
        Ok(challenge)
    }

    fn authentication(&mut self, key: u8) -> Result<Vec<u8>, Failure> {
        let challenge = self.challenge()?;
        let value = cryptogram(&self.rig.session(key, &challenge)?, &SOURCE);
        self.secrets.add("a cryptogram", &value);
        Ok([&[0x00, 0x82, 0x00, key, 0x10], &value[..], &SOURCE].concat())
    }

    /// `header ‖ data ‖ MAC` under the maintenance key.
    fn maintenance(&mut self, p2: u8, data: &[u8], challenge: &[u8]) -> Result<Vec<u8>, Failure> {
        let header = [0x84, 0x24, 0x00, p2, u8::try_from(data.len() + 4)?];
        let session = self.rig.session(MAINTENANCE, challenge)?;
        let mac = secure_messaging_mac(&session, &header, data);
        Ok([&header[..], data, &mac].concat())
    }

    /// Every command that has to do with a secret.
    fn commands(&mut self) -> Result<(), Failure> {
        self.must("SELECT", &hex::decode(SSSE)?)?;
        let change = format!("805E010007123456FF{}", self.pin);
        self.must("CHANGE PIN", &hex::decode(change)?)?;
        let verify = hex::decode(format!("0020000003{}", self.pin))?;
        self.must("VERIFY", &verify)?;
        self.send("VERIFY, a wrong PIN", &hex::decode("0020000003111111")?)?;
        let padded = format!("0020000008{}FFFFFFFFFF", self.pin);
        self.must("VERIFY, padded", &hex::decode(padded)?)?;

        let mut command = self.authentication(READ)?;
        self.must("EXTERNAL AUTHENTICATE", &command)?;
        command = self.authentication(READ)?;
        command[5] ^= 1;
        self.send("EXTERNAL AUTHENTICATE, wrong", &command)?;
        let internal = [&[0x00, 0x88, 0x00, 0x00, 0x10], &SOURCE[..], &SOURCE].concat();
        self.must("INTERNAL AUTHENTICATE", &internal)?;

        command = self.authentication(UNBLOCK)?;
        self.must("EXTERNAL AUTHENTICATE, PUK", &command)?;
        let challenge = self.challenge()?;
        command = self.maintenance(0, &[], &challenge)?;
        self.must("PIN UNBLOCK", &command)?;
        let challenge = self.challenge()?;
        let mut block = vec![0; self.rig.algorithm().block_len()];
        let plain = hex::decode(format!("03{}80", self.new_pin))?;
        block[..plain.len()].copy_from_slice(&plain);
        self.rig
            .session(MAINTENANCE, &challenge)?
            .encrypt_block(&mut block)?;
        command = self.maintenance(1, &block, &challenge)?;
        self.must("PIN RELOAD", &command)?;
        for (objects, name) in [
            (false, "READ RECORD, secure message"),
            (true, "READ RECORD, enciphered answer"),
        ] {
            let challenge = self.challenge()?;
            command = self.rig.secure_read(&challenge, objects)?;
            self.must(name, &command)?;
            let challenge = self.challenge()?;
            command = self.rig.secure_read(&challenge, objects)?;
            let last = command.len() - 1;
            command[last] ^= 1;
            self.send(&format!("{name}, refused"), &command)?;
        }
        self.refused_channel()?;
        self.channel()?;
        self.card.reset()?;
        self.look("reset")
    }

    /// A secure channel that is refused: its session keys go at once.
    fn refused_channel(&mut self) -> Result<(), Failure> {
        let (card, rig) = (&mut self.card, self.rig);
        let (keys, mut open, _) = crate::rig::handshake(rig, card, &HOST_CHALLENGE)?;
        for key in [&keys.enc, &keys.mac, &keys.rmac] {
            self.secrets
                .add("a refused channel's session key", key.as_bytes());
        }
        open[20] ^= 1;
        self.send("EXTERNAL AUTHENTICATE, SCP03, refused", &open)?;
        Ok(())
    }

    /// A secure channel, and its end.
    fn channel(&mut self) -> Result<(), Failure> {
        let (card, rig) = (&mut self.card, self.rig);
        let (keys, open, mut chaining) = crate::rig::handshake(rig, card, &HOST_CHALLENGE)?;
        self.channel = true;
        self.look("INITIALIZE UPDATE")?;
        self.must("EXTERNAL AUTHENTICATE, SCP03", &open)?;
        let header = [0x84, 0xCA, 0x00, 0xE0, 0x08];
        chaining = card_crypto::scp03::cmac(keys.mac.as_bytes(), &chaining, &header, &[]);
        let command = [&header[..], &chaining[..8]].concat();
        self.must("GET DATA, SCP03", &command)?;
        let put = rig.put_key(READ, 2, &keys, &mut chaining)?;
        self.must("PUT KEY, a card key", &put)?;
        for key in [&keys.enc, &keys.mac, &keys.rmac] {
            self.secrets.add("a channel's session key", key.as_bytes());
        }
        self.channel = false;
        self.must("SELECT after the channel", &hex::decode(SSSE)?)?;
        Ok(())
    }
}
