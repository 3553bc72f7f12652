//! The power cut at any instruction: `kill -9` of the emulator at random moments, and what the card holds afterwards.

mod updates;

use ssc_reader::Shared;
use std::path::Path;
use std::time::{Duration, Instant};

use apdu_specs::Generation;
use ssc_keys::Vault;
use ssc_reader::Card;
use ssc_simulator::firmware::{
    FLASH_LENGTH, Firmware, FirmwareCard, FirmwareError, MachineOptions, Memory,
};
use ssc_simulator::{Identity, Interface};
use ssc_terminal::{Dump, Pin, read_all};

use crate::Failure;
use ssc_scenarios::issued::{SERIAL, issue_one};

/// Digits of the demo's PIN.
const DEMO_PIN: [u8; 6] = [1, 2, 3, 4, 5, 6];

/// What cuts are tried on.
struct Rig {
    firmware: Firmware,
    vault: Vault,
    folder: tempfile::TempDir,
    references: Vec<Reference>,
}

/// A card whose power was never cut.
struct Reference {
    generation: Generation,
    flash: Box<[u8; FLASH_LENGTH]>,
    dump: Dump,
    /// From the start of the emulator to SECURED.
    time: Duration,
}

/// What became of the cuts.
#[derive(Default)]
struct Counts {
    /// While the blank card was made or personalized.
    unfinished: usize,
    /// In the last command of it: the card was finished, its answer lost.
    finished: usize,
    /// After the personalization's end, where nothing was under way.
    too_late: usize,
    /// Updates that were cut off and left the old state, or the new one.
    old: usize,
    new: usize,
    /// Between two updates.
    between: usize,
}

/// `[N]`: cuts to try, 20 if it is missing.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let cuts: usize = arguments.first().map_or(Ok(20), |text| text.parse())?;
    let mut rig = Rig {
        firmware: Firmware::find()?,
        vault: Vault::demo()?,
        folder: tempfile::tempdir()?,
        references: Vec::new(),
    };
    for generation in [Generation::V2, Generation::V3] {
        let reference = rig.reference(generation)?;
        rig.references.push(reference);
    }
    let mut counts = Counts::default();
    for cut in 0..cuts {
        let reference = rig
            .references
            .get(cut / 2 % 2)
            .ok_or("there are two references")?;
        let done = if cut % 2 == 0 {
            rig.personalization(reference, &mut counts)
        } else {
            updates::run(&rig, reference, &mut counts)
        };
        done.map_err(|error| format!("cut {} ({} card): {error}", cut + 1, reference.generation))?;
        if (cut + 1) % 50 == 0 {
            eprintln!("{} cuts", cut + 1);
        }
    }
    println!(
        "{cuts} power cuts at random instructions, none left anything but the old or the new state"
    );
    println!(
        "  in manufacture and personalization: {} unfinished and begun again, {} finished with the answer lost, {} after its end",
        counts.unfinished, counts.finished, counts.too_late
    );
    println!(
        "  in updates: {} held the old state, {} the new one, {} came between two commands",
        counts.old, counts.new, counts.between
    );
    Ok(())
}

/// A random part of `most`.
fn random_part(most: Duration) -> Result<Duration, Failure> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(most.mul_f64(f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)))
}

fn random_below(end: usize) -> Result<usize, Failure> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(usize::try_from(u32::from_ne_bytes(bytes))? % end)
}

fn dump(card: &mut dyn Card, vault: &Vault, pin: &[u8]) -> Result<Dump, Failure> {
    Ok(read_all(card, Some(vault), Some(&Pin::from_digits(pin)?))?)
}

impl Rig {
    /// A card whose power goes `cut_after` the start of the emulator, or when its switch is used.
    fn power_to_cut(
        &self,
        memory: Memory,
        cut_after: Option<Duration>,
    ) -> Result<FirmwareCard, FirmwareError> {
        let options = MachineOptions {
            cut_after,
            slow: true,
            ..MachineOptions::default()
        };
        FirmwareCard::power(&self.firmware, memory, Interface::T0, options)
    }

    fn power(&self, memory: Memory) -> Result<FirmwareCard, FirmwareError> {
        let options = MachineOptions::default();
        FirmwareCard::power(&self.firmware, memory, Interface::T0, options)
    }

    fn blank(&self, path: &Path) -> Result<Memory, Failure> {
        // The one before, if there was one.
        let _ = std::fs::remove_file(path);
        Ok(Memory::create(path, &Identity::from_serial(SERIAL))?)
    }

    fn reference(&self, generation: Generation) -> Result<Reference, Failure> {
        let path = self.folder.path().join("reference");
        let begun = Instant::now();
        let mut lent = Shared::new(self.power_to_cut(self.blank(&path)?, None)?);
        issue_one(generation, &mut lent, &self.vault)?;
        let time = begun.elapsed();
        let dump = dump(&mut *lent.card(), &self.vault, &DEMO_PIN)?;
        drop(lent);
        let flash = Memory::open(&path)?.flash()?;
        Ok(Reference {
            generation,
            flash: flash.try_into().map_err(|_| "another length of flash")?,
            dump,
            time,
        })
    }

    /// A cut from the making of the blank card to SECURED; then the same order is begun again.
    fn personalization(&self, reference: &Reference, counts: &mut Counts) -> Result<(), Failure> {
        let path = self.folder.path().join("torn");
        let memory = self.blank(&path)?;
        let cut_after = random_part(reference.time)?;
        let issue = |card: FirmwareCard| {
            let mut lent = Shared::new(card);
            let done = issue_one(reference.generation, &mut lent, &self.vault);
            (lent, done)
        };
        // A power that goes while the card starts is a firmware that does not answer.
        let first = self
            .power_to_cut(memory, Some(cut_after))
            .is_ok_and(|card| issue(card).1.is_ok());

        let card = self
            .power(Memory::open(&path)?)
            .map_err(|error| format!("after the cut: {error}"))?;
        let (lent, again) = issue(card);
        match again {
            Ok(_) if first => return Err("a finished card was issued again".into()),
            Ok(_) => counts.unfinished += 1,
            // The card says that it is finished; whether it is, the dump shows.
            Err(_) if first => counts.too_late += 1,
            Err(error) if error.contains("SECURED") || error.contains("personalized") => {
                counts.finished += 1;
            }
            Err(error) => return Err(format!("cannot be begun again: {error}").into()),
        }
        let mut card = lent.card();
        card.reset()?;
        if dump(&mut *card, &self.vault, &DEMO_PIN)? != reference.dump {
            return Err("the card reads otherwise than one whose power was never cut".into());
        }
        Ok(())
    }
}
