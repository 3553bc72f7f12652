//! Cuts in updates of a personalized card: a record, a photo over several objects, the PIN and its tries.

use std::time::{Duration, Instant};

use ssc_reader::{Card, ReaderError};
use ssc_simulator::firmware::{FirmwareCard, Memory, PowerSwitch};

use super::{Counts, DEMO_PIN, Reference, Rig, dump, random_below, random_part};
use crate::Failure;
use ssc_scenarios::issued::card_key;

const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";
/// Within the photo, over three of its chunks of 128 bytes.
const PHOTO_OFFSET: u8 = 0x40;
const PHOTO_LENGTH: usize = 0xF0;
/// Record 1 of DF01 EF06: tag, length, 80 bytes.
const RECORD_LENGTH: usize = 0x52;
const TRIES: u8 = 3;

/// A value and, while a command that changes it is under way, what it may be after it.
struct Held<T> {
    now: T,
    next: Option<T>,
}

impl<T: PartialEq> Held<T> {
    fn new(now: T) -> Self {
        Self { now, next: None }
    }

    /// The command was answered.
    fn settle(&mut self) {
        if let Some(next) = self.next.take() {
            self.now = next;
        }
    }

    /// Whether the old (false) or the new (true) value is there; `None` for any other.
    fn found(&self, value: &T) -> Option<bool> {
        if *value == self.now {
            Some(false)
        } else if self.next.as_ref() == Some(value) {
            Some(true)
        } else {
            None
        }
    }
}

/// What the card may hold.
struct Model {
    photo: Held<Vec<u8>>,
    record: Held<Vec<u8>>,
    pin: Held<u8>,
    /// PIN tries that may be left.
    tries: Vec<u8>,
}

/// What ends a run of updates.
enum Stop {
    /// The power is gone.
    Lost,
    /// The card answered otherwise than it must.
    Wrong(String),
}

impl From<ReaderError> for Stop {
    fn from(error: ReaderError) -> Self {
        if error.state_unknown() || matches!(error, ReaderError::Mute { .. }) {
            Self::Lost
        } else {
            Self::Wrong(error.to_string())
        }
    }
}

/// PIN number `n` of a run: the demo's, then others of six digits.
fn pin(number: u8) -> [u8; 6] {
    if number == 0 {
        DEMO_PIN
    } else {
        [9, 8, 7, number / 100, number / 10 % 10, number % 10]
    }
}

fn packed(number: u8) -> String {
    pin(number).iter().map(|digit| digit.to_string()).collect()
}

pub(super) fn run(rig: &Rig, reference: &Reference, counts: &mut Counts) -> Result<(), Failure> {
    let path = rig.folder.path().join("updated");
    // The one before, if there was one.
    let _ = std::fs::remove_file(&path);
    let memory = Memory::create_from(&path, &reference.flash)?;
    let mut card = rig.power_to_cut(memory, None)?;
    let mut victim = Victim {
        update: random_below(UPDATES)?,
        part: random_part(Duration::from_secs(1))?.as_secs_f64(),
        time: Duration::ZERO,
        armed: false,
        switch: card.power_switch(),
    };
    let mut terminal = Terminal {
        rig,
        reference,
        card: &mut card,
    };
    let (photo, record) = terminal.contents()?;
    let mut model = Model {
        photo: Held::new(photo),
        record: Held::new(record),
        pin: Held::new(0),
        tries: vec![TRIES],
    };
    for round in 1..=ROUNDS {
        victim.armed = round == ROUNDS;
        match terminal.round(round, &mut model, &mut victim) {
            Ok(()) => {}
            Err(Stop::Lost) => break,
            Err(Stop::Wrong(what)) => return Err(format!("round {round}: {what}").into()),
        }
    }
    drop(card);
    let mut card = rig
        .power(Memory::open(&path)?)
        .map_err(|error| format!("after the cut: {error}"))?;
    let mut terminal = Terminal {
        rig,
        reference,
        card: &mut card,
    };
    terminal.judge(&model, counts)
}

/// Updates of a round.
const UPDATES: usize = 4;

/// Rounds until the cut. In the first the emulator translates the card's code, in the second it takes its usual time.
const ROUNDS: u8 = 3;

/// Which update the power cut hits.
struct Victim {
    update: usize,
    /// How much of its time it gets.
    part: f64,
    /// What it took the last time.
    time: Duration,
    armed: bool,
    switch: PowerSwitch,
}

struct Terminal<'a> {
    rig: &'a Rig,
    reference: &'a Reference,
    card: &'a mut FirmwareCard,
}

impl Terminal<'_> {
    /// Update number `number` of a round, which may be the one that is cut.
    fn update(
        &mut self,
        number: usize,
        command: &str,
        victim: &mut Victim,
    ) -> Result<Vec<u8>, Stop> {
        if number != victim.update {
            return self.send(command);
        }
        let command = hex::decode(command).map_err(|error| Stop::Wrong(error.to_string()))?;
        let mut begun = Instant::now();
        let answer = self.card.transmit_at_last(&command, || {
            begun = Instant::now();
            if victim.armed {
                let (switch, time) = (victim.switch.clone(), victim.time.mul_f64(victim.part));
                std::thread::spawn(move || {
                    std::thread::sleep(time);
                    switch.cut();
                });
            }
        })?;
        victim.time = begun.elapsed();
        Ok(answer)
    }

    fn send(&mut self, command: &str) -> Result<Vec<u8>, Stop> {
        let command = hex::decode(command).map_err(|error| Stop::Wrong(error.to_string()))?;
        Ok(self.card.transmit(&command)?)
    }

    /// Data of an answer that must be 9000 or, after SELECT, 61xx.
    fn ask(&mut self, command: &str) -> Result<Vec<u8>, Stop> {
        let answer = self.send(command)?;
        succeeded(command, answer)
    }

    fn authenticate(&mut self, directory: &str, key: u8) -> Result<(), Stop> {
        let challenge = self.ask("0084000008")?;
        let source = *b"TEARTEST";
        let held = card_key(self.reference.generation, directory, key)
            .ok_or_else(|| Stop::Wrong("no such key".into()))?;
        let cryptogram = held.cryptogram(&challenge, &source);
        let data = hex::encode([cryptogram, source].concat());
        self.ask(&format!("008200{key:02X}10{data}")).map(drop)
    }

    fn select_photo(&mut self) -> Result<(), Stop> {
        self.ask(SSSE)?;
        self.authenticate("SSSE", 0x04)?;
        self.authenticate("SSSE", 0x0A)?;
        self.ask("00A4020002EF08").map(drop)
    }

    fn read_photo(&mut self) -> Result<Vec<u8>, Stop> {
        self.select_photo()?;
        self.ask(&format!("00B000{PHOTO_OFFSET:02X}{PHOTO_LENGTH:02X}"))
    }

    fn read_record(&mut self) -> Result<Vec<u8>, Stop> {
        self.ask("00A4000002DF01")?;
        self.authenticate("DF01", 0x88)?;
        self.ask("00A4020002EF06")?;
        self.ask(&format!("00B20104{RECORD_LENGTH:02X}"))
    }

    fn contents(&mut self) -> Result<(Vec<u8>, Vec<u8>), Failure> {
        let mut read = || -> Result<_, Stop> { Ok((self.read_photo()?, self.read_record()?)) };
        read().map_err(|stop| match stop {
            Stop::Lost => "the card does not answer".into(),
            Stop::Wrong(what) => what.into(),
        })
    }

    /// One round of updates. `model` knows at every moment what the card may hold.
    fn round(&mut self, round: u8, model: &mut Model, victim: &mut Victim) -> Result<(), Stop> {
        self.select_photo()?;
        let photo = vec![round; PHOTO_LENGTH];
        let update = format!(
            "00D600{PHOTO_OFFSET:02X}{PHOTO_LENGTH:02X}{}",
            hex::encode(&photo)
        );
        model.photo.next = Some(photo);
        succeeded(&update, self.update(0, &update, victim)?)?;
        model.photo.settle();

        self.ask("00A4000002DF01")?;
        self.authenticate("DF01", 0x86)?;
        self.ask("00A4020002EF06")?;
        let mut record = vec![round; RECORD_LENGTH];
        record[..2].copy_from_slice(&[0x23, 0x50]);
        let update = format!("00DC0104{RECORD_LENGTH:02X}{}", hex::encode(&record));
        model.record.next = Some(record);
        succeeded(&update, self.update(1, &update, victim)?)?;
        model.record.settle();

        // A wrong PIN: a try is lost, and stays lost.
        model.tries = vec![TRIES, TRIES - 1];
        let answer = self.update(2, "0020000003000000", victim)?;
        if answer != [0x63, 0xC0 | (TRIES - 1)] {
            return Err(Stop::Wrong(format!(
                "a wrong PIN: {}",
                hex::encode_upper(answer)
            )));
        }
        model.tries = vec![TRIES - 1];

        // The right one gives the tries back, but only once it was compared.
        model.tries = vec![TRIES - 1, TRIES - 2, TRIES];
        model.pin.next = Some(round);
        let change = format!("805E010007{}FF{}", packed(model.pin.now), packed(round));
        succeeded("CHANGE PIN", self.update(3, &change, victim)?)?;
        model.pin.settle();
        model.tries = vec![TRIES];
        Ok(())
    }

    /// Whether the card holds what it may hold.
    fn judge(&mut self, model: &Model, counts: &mut Counts) -> Result<(), Failure> {
        self.ask(SSSE).map_err(|_| "SSSE cannot be selected")?;
        let left = match self.send("0020000000").map_err(|_| "no answer")?[..] {
            [0x63, left] => left & 0x0F,
            [high, low] => return Err(format!("PIN tries: {high:02X}{low:02X}").into()),
            _ => return Err("PIN tries".into()),
        };
        if !model.tries.contains(&left) {
            return Err(format!(
                "{left} PIN tries are left, and must be of {:?}",
                model.tries
            )
            .into());
        }
        let (photo, record) = self.contents()?;
        let photo = model
            .photo
            .found(&photo)
            .ok_or("the photo is neither old nor new")?;
        let record = model
            .record
            .found(&record)
            .ok_or("the record is neither old nor new")?;
        let old = format!("0020000003{}", packed(model.pin.now));
        let mut current = model.pin.now;
        let mut new_pin = false;
        if self.ask(&old).is_err() {
            current = model.pin.next.ok_or("the PIN is another")?;
            self.ask(&format!("0020000003{}", packed(current)))
                .map_err(|_| "the PIN is neither old nor new")?;
            new_pin = true;
        }
        let under_way =
            model.photo.next.is_some() || model.record.next.is_some() || model.pin.next.is_some();
        match under_way {
            true if photo || record || new_pin => counts.new += 1,
            true => counts.old += 1,
            false => counts.between += 1,
        }
        // Everything else is as it was.
        let mut now = dump(self.card, &self.rig.vault, &pin(current))?;
        let mut before = self.reference.dump.clone();
        for dump in [&mut now, &mut before] {
            for directory in &mut dump.directories {
                let changed = match directory.label {
                    "SSSE" => "EF08",
                    "DF01" => "EF06",
                    _ => continue,
                };
                directory.files.retain(|file| file.fid != changed);
            }
        }
        if now != before {
            return Err("a file that nobody wrote has changed".into());
        }
        Ok(())
    }
}

fn succeeded(command: &str, mut answer: Vec<u8>) -> Result<Vec<u8>, Stop> {
    match answer[..] {
        [.., 0x90, 0x00] | [0x61, _] => {
            answer.truncate(answer.len() - 2);
            Ok(answer)
        }
        _ => Err(Stop::Wrong(format!(
            "{command:.10}… answered {}",
            hex::encode_upper(answer)
        ))),
    }
}
