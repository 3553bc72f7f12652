//! The card on an emulated microcontroller: the same scenario files, the same order, PC/SC, and what its memory survives.
//!
//! Without QEMU the tests say so and pass, except where `CI` is set; `scripts/test` installs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use apdu_specs::Generation;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::{Card, Reader, ReaderError};
use ssc_scenarios::issued::{SERIAL, UnderTest, issue_one, names};
use ssc_scenarios::{CardThere, Runner, Scenario};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::firmware::{
    FLASH_LENGTH, Firmware, FirmwareCard, FirmwareFault, FirmwareReader, MachineOptions, Memory,
};
use ssc_simulator::{Identity, Inserted, Interface, Serials, SimulatedCard, image};

const LINKS: [Interface; 3] = [Interface::T0, Interface::T1, Interface::Contactless];

/// The firmware as it is now; `None`, said once, where there is no emulator.
fn firmware() -> Option<Firmware> {
    static BUILT: OnceLock<Option<Firmware>> = OnceLock::new();
    built(&BUILT, &["--build"])
}

/// The same for a board whose chip has engines for its ciphers.
fn with_engines() -> Option<Firmware> {
    static BUILT: OnceLock<Option<Firmware>> = OnceLock::new();
    built(&BUILT, &["--build", "engine"])
}

fn built(once: &OnceLock<Option<Firmware>>, arguments: &[&str]) -> Option<Firmware> {
    once.get_or_init(|| {
        let qemu = Command::new("qemu-system-arm").arg("--version").output();
        if qemu.is_err() && std::env::var_os("CI").is_none() {
            eprintln!("SKIPPED: no qemu-system-arm here; scripts/firmware --build installs it");
            return None;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let done = Command::new(root.join("scripts/firmware"))
            .args(arguments)
            .output()
            .expect("scripts/firmware runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let image = String::from_utf8(done.stdout).unwrap();
        Some(Firmware::at(root.join(image.trim())).unwrap())
    })
    .clone()
}

fn power(firmware: &Firmware, memory: Memory, interface: Interface) -> FirmwareCard {
    FirmwareCard::power(firmware, memory, interface, MachineOptions::default()).unwrap()
}

fn send(card: &mut dyn Card, command: &str) -> String {
    hex::encode_upper(card.transmit(&hex::decode(command).unwrap()).unwrap())
}

#[test]
fn a_blank_card_passes_the_scenarios_over_each_link() {
    let Some(firmware) = firmware() else { return };
    blank_card_passes(&firmware, &LINKS);
}

fn blank_card_passes(firmware: &Firmware, links: &[Interface]) {
    let scenarios = Scenario::load_all().unwrap();
    let mut failures = Vec::new();
    for &interface in links {
        let runner = Runner::new(interface);
        let fitting = scenarios
            .iter()
            .filter(|one| one.fits(CardThere::Blank, interface));
        for scenario in fitting {
            let mut reader =
                FirmwareReader::blank(firmware.clone(), Serials::from(SERIAL)).over(interface);
            let mut card = reader.connect().unwrap();
            let mut subject = UnderTest {
                card: &mut *card,
                generation: Generation::V3,
            };
            if let Err(failure) = runner.run(scenario, &mut subject) {
                failures.push(format!("{interface:?} {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Issues a card of the firmware's into `folder`; the path of its memory, and its identification code.
fn issued(
    firmware: &Firmware,
    generation: Generation,
    folder: &Path,
    vault: &Vault,
) -> (PathBuf, Vec<u8>) {
    let mut reader = FirmwareReader::blank(firmware.clone(), Serials::from(SERIAL)).keep_in(folder);
    let code = issue_one(generation, &mut reader, vault).unwrap();
    (folder.join("202611210001.sscnvm"), code)
}

#[test]
fn cards_are_issued_and_pass_the_scenarios_over_each_link() {
    let Some(firmware) = firmware() else { return };
    issued_cards_pass(&firmware, &Generation::ALL, &LINKS);
}

/// Catches: a cipher of the card that is not the platform's, where it differs from what the engines' drivers make of it.
#[test]
fn a_board_with_engines_passes_the_same_scenarios() {
    let Some(firmware) = with_engines() else {
        return;
    };
    let [contact, ..] = LINKS;
    blank_card_passes(&firmware, &[contact]);
    issued_cards_pass(&firmware, &[Generation::V2, Generation::V3], &[contact]);
}

fn issued_cards_pass(firmware: &Firmware, generations: &[Generation], links: &[Interface]) {
    let (vault, scenarios) = (Vault::demo().unwrap(), Scenario::load_all().unwrap());
    let mut failures = Vec::new();
    for &generation in generations {
        let folder = tempfile::tempdir().unwrap();
        let (memory, code) = issued(firmware, generation, folder.path(), &vault);
        let flash: Box<[u8; FLASH_LENGTH]> = Memory::open(&memory)
            .unwrap()
            .flash()
            .unwrap()
            .try_into()
            .unwrap();
        for &interface in links {
            let mut runner = Runner::new(interface);
            runner.names.extend(names(code.clone()));
            let there = CardThere::Personalized(generation.version());
            // What spends nothing leaves the card as it was (tests/personalized.rs sees to it): one card for all of them.
            let mut common = power(firmware, Memory::open(&memory).unwrap(), interface);
            for scenario in scenarios.iter().filter(|one| one.fits(there, interface)) {
                let copy = folder.path().join("copy.sscnvm");
                let mut own = scenario.spends.as_ref().map(|_| {
                    // An earlier scenario's copy.
                    let _ = std::fs::remove_file(&copy);
                    let copy = Memory::create_from(&copy, &flash).unwrap();
                    power(firmware, copy, interface)
                });
                let mut subject = UnderTest {
                    card: own.as_mut().unwrap_or(&mut common),
                    generation,
                };
                if let Err(failure) = runner.run(scenario, &mut subject) {
                    failures.push(format!("{generation} {interface:?} {failure}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// One store format: what the simulator's card wrote, the microcontroller reads.
#[test]
fn a_card_of_the_simulator_lives_on_in_the_firmware() {
    let Some(firmware) = firmware() else { return };
    let (vault, folder) = (Vault::demo().unwrap(), tempfile::tempdir().unwrap());
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.path().into()));
    let code = issue_one(Generation::V2, &mut feeder, &vault).unwrap();
    let image = folder.path().join("202611210001.ssccard");
    let refused = Memory::open(&image).unwrap_err();
    assert!(matches!(refused.fault, FirmwareFault::SimulatorImage));

    let bytes = std::fs::read(image).unwrap();
    let (_, flash) = bytes.split_at(image::HEADER_LENGTH);
    let path = folder.path().join("moved.sscnvm");
    let memory = Memory::create_from(&path, flash.try_into().unwrap()).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    send(&mut card, "00A404000F7378312E73682EC9E7BBE1B1A3D5CF");
    let first = send(&mut card, "00B2012C12");
    assert_eq!(first, format!("0110{}9000", hex::encode_upper(code)));
}

/// A citizen's card is built without PSAM and certificate environment: it makes no directory of theirs, selects none that another
/// card's memory has, and knows none of their commands.
#[test]
fn a_citizens_card_has_no_psam_and_no_certificates() {
    let Some(firmware) = firmware() else { return };
    let (vault, folder) = (Vault::demo().unwrap(), tempfile::tempdir().unwrap());
    let order = PsamOrder {
        region: Region::parse("110000").unwrap(),
        levels: Levels::Usual,
        terminal: [0x11; 6],
        version: 1,
        line: Line::Trusted,
    };
    let path = folder.path().join("blank.sscnvm");
    let memory = Memory::create(&path, &Identity::from_serial([0x90, 0, 0, 0, 0, 1])).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    let refused = psam::issue(&mut card, &order, &vault).unwrap_err();
    let told = format!("{refused:?}");
    assert!(
        told.contains("27265") || told.contains("6A81"),
        "FUNCTION_NOT_SUPPORTED is not in {told}"
    );

    let image = folder.path().join("psam.ssccard");
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, 2]);
    let mut made = SimulatedCard::from_image(
        image::Image::create(&image, &identity).unwrap(),
        Interface::T0,
    )
    .unwrap();
    psam::issue(&mut made, &order, &vault).unwrap();
    drop(made);
    let bytes = std::fs::read(image).unwrap();
    let (_, flash) = bytes.split_at(image::HEADER_LENGTH);
    let path = folder.path().join("moved.sscnvm");
    let memory = Memory::create_from(&path, flash.try_into().unwrap()).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    assert_eq!(send(&mut card, "00A4000C02DF01"), "6A81");
    // What was current stays: the MF's files.
    assert_eq!(send(&mut card, "00B0960006"), "1111111111119000");
    let init = format!("BFDE671428{}", "31".repeat(40));
    assert_eq!(send(&mut card, &init), "6D00");
}

#[test]
fn opensc_tool_talks_to_the_microcontroller() {
    let Some(firmware) = firmware() else { return };
    let pcscd = PrivatePcscd::start(1).unwrap();
    let mut reader = FirmwareReader::blank(firmware, Serials::from(SERIAL));
    let card = Inserted::put(reader.connect().unwrap(), pcscd.ports()[0]).unwrap();
    let mut text = String::new();
    // pcscd takes a moment to power a card that was put in.
    for _ in 0..100 {
        let output = pcscd
            .client("opensc-tool")
            .args(["-r", "0", "-c", "default", "-a"])
            .args(["-s", "00A4040008A00000015100000000"])
            .output()
            .expect("opensc-tool runs (apt-get install opensc)");
        text = String::from_utf8_lossy(&output.stdout).to_ascii_uppercase();
        if output.status.success() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(
        text.contains("3B:6D:00:00:00:00:00:00:01:86:FF:20:26:11:21:00:01"),
        "{text}"
    );
    assert!(text.contains("SW1=0X90, SW2=0X00"), "{text}");
    assert!(
        text.contains("6F 10 84 08 A0 00 00 01 51 00 00 00"),
        "{text}"
    );
    card.take_out().unwrap();
}

/// A card is made where the host asks for it and the flash is erased, and nowhere else.
#[test]
fn nothing_is_recreated_from_memory_that_cannot_be_read() {
    let Some(firmware) = firmware() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.sscnvm");
    let identity = Identity::from_serial(SERIAL);
    // An order, and flash that is not erased: one bit is enough.
    for order in [true, false] {
        let _ = std::fs::remove_file(&path);
        if order {
            drop(Memory::create(&path, &identity).unwrap());
        } else {
            drop(Memory::create_from(&path, &[0xFF; FLASH_LENGTH]).unwrap());
        }
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &[0xFE], 77_777).unwrap();
        drop(file);
        let before = Memory::open(&path).unwrap().flash().unwrap();
        let mut card = power(&firmware, Memory::open(&path).unwrap(), Interface::T0);
        assert_eq!(card.atr().len(), 17);
        for command in ["0084000008", "00A4040008A000000151000000", "0020000000"] {
            assert_eq!(send(&mut card, command), "6581", "{command}");
        }
        let memory = card.cut_power().unwrap();
        assert!(memory.flash().unwrap() == before, "the flash was touched");
    }
    // Erased flash, and no order.
    let _ = std::fs::remove_file(&path);
    let memory = Memory::create_from(&path, &[0xFF; FLASH_LENGTH]).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    assert_eq!(send(&mut card, "0084000008"), "6581");
    // An order that was begun and cut off is carried out at the next start.
    let _ = std::fs::remove_file(&path);
    let memory = Memory::create(&path, &identity).unwrap();
    drop(memory);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[2, 0, 0, 0], FLASH_LENGTH as u64 + 8)
        .unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[0x53, 0x01], 0).unwrap();
    drop(file);
    let mut card = power(&firmware, Memory::open(&path).unwrap(), Interface::T0);
    assert!(send(&mut card, "0084000008").ends_with("9000"));
}

/// The board has no random source: the host's seed and the count of starts must do.
#[test]
fn no_challenge_comes_twice() {
    let Some(firmware) = firmware() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.sscnvm");
    let memory = Memory::create(&path, &Identity::from_serial(SERIAL)).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        for _ in 0..50 {
            assert!(seen.insert(send(&mut card, "0084000008")));
        }
        let memory = card.cut_power().unwrap();
        card = power(&firmware, memory, Interface::T0);
    }
}

#[test]
fn a_memory_is_one_cards_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.sscnvm");
    let identity = Identity::from_serial(SERIAL);
    assert!(matches!(
        Memory::open(&path).unwrap_err().fault,
        FirmwareFault::Missing
    ));
    let held = Memory::create(&path, &identity).unwrap();
    assert!(matches!(
        Memory::open(&path).unwrap_err().fault,
        FirmwareFault::InUse
    ));
    assert!(matches!(
        Memory::create(&path, &identity).unwrap_err().fault,
        FirmwareFault::Exists
    ));
    drop(held);
    std::fs::write(&path, b"short").unwrap();
    assert!(matches!(
        Memory::open(&path).unwrap_err().fault,
        FirmwareFault::NotAMemory
    ));
}

#[test]
fn a_card_without_power_is_told_as_such() {
    let Some(firmware) = firmware() else { return };
    let memory = Memory::temporary(&Identity::from_serial(SERIAL)).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    card.power_switch().cut();
    let error = loop {
        // The emulator takes a moment to die.
        if let Err(error) = card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]) {
            break error;
        }
    };
    assert!(
        matches!(error, ReaderError::CardRemoved { .. }),
        "{error:?}"
    );
}

#[test]
fn a_card_whose_memory_was_taken_away_answers_nothing_more() {
    let Some(firmware) = firmware() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.sscnvm");
    let memory = Memory::create(&path, &Identity::from_serial(SERIAL)).unwrap();
    let mut card = power(&firmware, memory, Interface::T0);
    let select = hex::decode("00A4040008A000000151000000").unwrap();
    card.transmit(&select).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = card.transmit(&select).unwrap_err();
    assert!(
        error.to_string().contains("deleted, moved or replaced"),
        "{error}"
    );
}
