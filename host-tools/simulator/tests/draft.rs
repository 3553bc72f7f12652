//! A blank that a bureau keeps as an image has its file when it may be noted as made, and not in pieces before.

use std::path::Path;

use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::{Card, Tapped};
use ssc_simulator::{Identity, Image, Interface, SimulatedCard};

fn order() -> PsamOrder {
    PsamOrder {
        region: Region::parse("110000").unwrap(),
        levels: Levels::Usual,
        terminal: [0x11, 0, 0, 0, 0, 0x42],
        version: 1,
        line: Line::Trusted,
    }
}

fn draft(path: &Path) -> SimulatedCard {
    let identity = Identity::from_serial([0x66, 0, 0, 0, 0, 1]);
    SimulatedCard::draft(path.to_owned(), &identity, Interface::T0).unwrap()
}

fn memory(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()[32..].to_vec()
}

#[test]
fn the_file_is_written_whole_before_the_check_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card");
    // STORE DATA leaves no file; after GET DATA and SET STATUS it is there.
    let (mut blocks, mut checks) = (0, 0);
    let seen = path.clone();
    let watch = |card: &mut dyn Card, command: &[u8]| {
        let answer = card.transmit(command)?;
        match command[1] {
            0xE2 => {
                blocks += 1;
                assert!(!seen.exists(), "a file of a card that is being loaded");
            }
            0xCA | 0xF0 => {
                checks += 1;
                assert!(seen.exists(), "a card that was checked has no file");
                assert!(Image::open(&seen).is_err(), "its card has it");
            }
            _ => {}
        }
        Ok(answer)
    };
    let vault = Vault::demo().unwrap();
    let mut card = Tapped::new(draft(&path), watch);
    psam::issue(&mut card, &order(), &vault).unwrap();
    let (card, _) = card.into_inner();
    assert_eq!(
        memory(&path),
        card.flash().unwrap().as_bytes(),
        "what the card holds is in the file"
    );
    drop(card);
    assert!(
        blocks > 5 && checks >= 2,
        "{blocks} blocks, {checks} checks"
    );
    let mut card = SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T0).unwrap();
    assert!(psam::inspect(&mut card).is_ok(), "it is a PSAM");
}

#[test]
fn a_card_that_is_put_away_early_gets_its_file_then_and_one_that_is_killed_none() {
    let folder = tempfile::tempdir().unwrap();
    let (path, killed) = (folder.path().join("card"), folder.path().join("killed"));
    drop(draft(&path));
    assert!(Image::open(&path).is_ok());
    let identity = Identity::from_serial([0x66, 0, 0, 0, 0, 1]);
    assert!(
        SimulatedCard::draft(path.clone(), &identity, Interface::T0).is_err(),
        "the name is taken"
    );
    let mut card = draft(&killed);
    card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]).unwrap();
    std::mem::forget(card);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "and no other file is left"
    );
}
