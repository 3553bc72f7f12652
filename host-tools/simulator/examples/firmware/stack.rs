//! The deepest stack: it is painted at each start, and what lost its paint was used.

use apdu_specs::Generation;
use ssc_keys::Vault;
use ssc_simulator::firmware::{Firmware, FirmwareCard, FirmwareReader, MachineOptions};
use ssc_simulator::{Interface, Serials};
use test_vectors::scenario::{CardThere, Link, Runner, Scenario};

use crate::Failure;
use crate::lent::Lent;
use crate::support::{SERIAL, UnderTest, issue_one, names};

/// The lowest address of the stack (`card-os/firmware/src/board/mps2_an386.x`).
const LOWEST: u64 = 0x2000_0000;
/// What cortex-m-rt paints it with.
const PAINT: [u8; 4] = [0xCC; 4];
const MONITORED: MachineOptions = MachineOptions {
    counted: false,
    slow: false,
    monitor: true,
    cut_after: None,
    seed: None,
};

/// Prints bytes used and what used them, for each part of the scenario set; then the most, in bytes, alone on a line.
pub fn run() -> Result<(), Failure> {
    let (firmware, vault) = (Firmware::find()?, Vault::demo()?);
    let scenarios = Scenario::load_all()?;
    let mut deepest = 0;
    let mut told = |what: &str, used: usize| {
        eprintln!("{used:>6} bytes of stack: {what}");
        deepest = deepest.max(used);
    };
    for generation in [Generation::V2, Generation::V3] {
        let folder = tempfile::tempdir()?;
        let card = FirmwareReader::blank(firmware.clone(), Serials::from(SERIAL))
            .keep_in(folder.path())
            .running(MONITORED)
            .power()?;
        let mut lent = Lent::new(card);
        told(&format!("{generation} made"), used(&mut lent.card())?);
        let code = issue_one(generation, &mut lent, folder.path(), &vault)?;
        told(&format!("{generation} issued"), used(&mut lent.card())?);
        drop(lent);

        let path = folder.path().join("202611210001.sscnvm");
        for (link, interface) in [
            (Link::T0, Interface::ContactT0),
            (Link::Contactless, Interface::Contactless),
        ] {
            let mut card = FirmwareReader::kept(firmware.clone(), &path)
                .over(interface)
                .running(MONITORED)
                .power()?;
            told(&format!("{generation} mounted"), used(&mut card)?);
            let mut runner = Runner::new(link);
            runner.names.extend(names(code.clone()));
            let there = CardThere::Personalized(generation.version());
            for scenario in scenarios.iter().filter(|one| one.fits(there, link)) {
                let mut subject = UnderTest {
                    card: &mut card,
                    generation,
                };
                // One that spends something may disturb those after it: what it uses of the stack counts all the same.
                let _ = runner.run(scenario, &mut subject);
            }
            told(
                &format!("{generation} scenarios, {link:?}"),
                used(&mut card)?,
            );
        }
    }
    println!("{deepest}");
    Ok(())
}

/// Bytes of stack used since the start.
fn used(card: &mut FirmwareCard) -> Result<usize, Failure> {
    // The first word of the vector table is where the stack begins.
    let start = card.peek(0, 4)?;
    let start = u32::from_le_bytes(start.try_into().map_err(|_| "the monitor gave no word")?);
    let length = usize::try_from(
        u64::from(start)
            .checked_sub(LOWEST)
            .ok_or("another board")?,
    )?;
    let stack = card.peek(LOWEST, length)?;
    let painted = stack.chunks(4).take_while(|word| *word == PAINT).count() * 4;
    Ok(length - painted)
}
