//! The deepest stack: it is painted at each start, and what lost its paint was used.

use ssc_reader::Shared;
use std::path::Path;

use apdu_specs::Generation;
use apdu_specs::applications::psam::names::SM4_ENVIRONMENT;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{Levels, PsamOrder, issue as issue_psam};
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::Card;
use ssc_scenarios::{CardThere, Runner, Scenario};
use ssc_simulator::firmware::{Firmware, FirmwareCard, FirmwareReader, MachineOptions};
use ssc_simulator::{Interface, Serials};

use crate::Failure;
use ssc_scenarios::issued::{SERIAL, UnderTest, issue_with, names};

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

/// `applications` are those that the firmware was built with beside the social security card and its security domain.
/// Prints bytes used and what used them, for each part of the scenario set; then the most, in bytes, alone on a line.
pub fn run(applications: &[String]) -> Result<(), Failure> {
    let built_with = |name: &str| applications.iter().any(|one| one == name);
    let (firmware, vault) = (Firmware::find()?, Vault::demo()?);
    let certificates = built_with("certificates");
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
        let mut lent = Shared::new(card);
        told(&format!("{generation} made"), used(&mut lent.card())?);
        let with = certificates && generation == Generation::V3;
        let model = if with {
            CardModel::full(generation)
        } else {
            CardModel::plain(generation)
        };
        let code = issue_with(model, &mut lent, &vault)?;
        told(&format!("{generation} issued"), used(&mut lent.card())?);
        drop(lent);

        let path = folder.path().join("202611210001.sscnvm");
        if with {
            certificates_used(&firmware, &path, &scenarios, &mut told)?;
        }
        for interface in [Interface::T0, Interface::Contactless] {
            let mut card = FirmwareReader::kept(firmware.clone(), &path)
                .over(interface)
                .running(MONITORED)
                .power()?;
            told(&format!("{generation} mounted"), used(&mut card)?);
            let mut runner = Runner::new(interface);
            runner.names.extend(names(code.clone()));
            let there = CardThere::Personalized(generation.version());
            for scenario in scenarios.iter().filter(|one| one.fits(there, interface)) {
                let mut subject = UnderTest {
                    card: &mut card,
                    generation,
                };
                // One that spends something may disturb those after it: what it uses of the stack counts all the same.
                let _ = runner.run(scenario, &mut subject);
            }
            told(
                &format!("{generation} scenarios, {interface:?}"),
                used(&mut card)?,
            );
        }
    }
    if built_with("psam") {
        psam(&firmware, &vault, &mut told)?;
    }
    println!("{deepest}");
    Ok(())
}

/// The same card as a PSAM: its making, then INIT with three levels, CRYPT, MAC and a debit with 3DES and with SM4.
fn psam(
    firmware: &Firmware,
    vault: &Vault,
    told: &mut dyn FnMut(&str, usize),
) -> Result<(), Failure> {
    let mut card = FirmwareReader::blank(firmware.clone(), Serials::from(SERIAL))
        .running(MONITORED)
        .power()?;
    let order = PsamOrder {
        region: Region::parse("110000").map_err(|_| "a region")?,
        levels: Levels::Usual,
        terminal: [0x11; 6],
        version: 1,
        line: Line::Trusted,
    };
    issue_psam(&mut card, &order, vault)?;
    told("PSAM issued", used(&mut card)?);
    let name = hex::encode(SM4_ENVIRONMENT);
    for (select, marker, padding, block) in [
        ("00A4040006D15600000590".to_owned(), 1, "", 8),
        (format!("00A404000F{name}"), 3, "0000000000000000", 16),
    ] {
        let factors = "31".repeat(24);
        let init = format!("{factors}{factors}{padding}");
        let init = &init[..(32 + padding.len() / 2) * 2];
        let debit = format!("{}01{marker:02X}{}", "32".repeat(26), "31".repeat(16));
        let mac = "33".repeat(255);
        for command in [
            select,
            "00A4000002DF01".to_owned(),
            format!("BFDE6708{:02X}{init}", init.len() / 2),
            format!("80FA0000{block:02X}{}", "34".repeat(block)),
            format!("BFDE4812{:02X}{}", init.len() / 2 - 8, &init[16..]),
            format!("80FA0500FF{mac}"),
            format!("80700100{:02X}{debit}", debit.len() / 2),
        ] {
            let answer = card.transmit(&hex::decode(&command)?)?;
            if !matches!(answer.first(), Some(0x61 | 0x90)) {
                return Err(format!("{command} answered {}", hex::encode(answer)).into());
            }
        }
        // a wrong MAC2: the counter is written too
        card.transmit(&hex::decode("807200000400000000")?)?;
    }
    told("PSAM commands", used(&mut card)?);
    Ok(())
}

/// The certificate environment's scenarios, each on a copy of its own of the card in `path`.
fn certificates_used(
    firmware: &Firmware,
    path: &Path,
    scenarios: &[Scenario],
    told: &mut impl FnMut(&str, usize),
) -> Result<(), Failure> {
    let copy = path.with_extension("copy");
    let meant = |one: &&Scenario| one.fits(CardThere::Certificates, Interface::T0);
    for scenario in scenarios.iter().filter(meant) {
        std::fs::copy(path, &copy)?;
        let mut card = FirmwareReader::kept(firmware.clone(), &copy)
            .over(Interface::T0)
            .running(MONITORED)
            .power()?;
        let mut subject = UnderTest {
            card: &mut card,
            generation: Generation::V3,
        };
        Runner::new(Interface::T0)
            .run(scenario, &mut subject)
            .map_err(|failure| failure.to_string())?;
        told(&scenario.words, used(&mut card)?);
    }
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
