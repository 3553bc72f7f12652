//! Cards of three provinces and PSAMs of every kind of level, all issued here: what a terminal reads and writes with each, and
//! that it never spends a try of a card whose key the PSAM cannot have.

use apdu_specs::Generation;
use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::files::Directory;
use apdu_specs::keys::CardKey;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::Card;
use ssc_scenarios::issued::{ROW, SERIAL, issue_row};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Identity, Image, Interface, Serials, SimulatedCard};
use ssc_terminal::psam::Psam;
use ssc_terminal::{
    Authentication, CardData, Dialogue, FileAddress, TerminalError, TerminalIdentity,
};

/// Region of the PSAMs.
const HOME: &str = "330100";
/// Another city of its province, and two other provinces.
const NEIGHBOUR: &str = "330200";
const FAR: [&str; 2] = ["110100", "440305"];

fn psam(levels: Levels, region: &str) -> SimulatedCard {
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, 1]);
    let mut card = SimulatedCard::blank(&identity, Interface::T0).unwrap();
    let order = PsamOrder {
        region: Region::parse(region).unwrap(),
        levels,
        terminal: *b"\x33\x01\0\0\0\x01",
        version: 1,
        line: Line::default(),
    };
    psam::issue(&mut card, &order, &Vault::demo().unwrap()).unwrap();
    card
}

/// A card whose image lies in a folder of its own in `all`.
fn card(generation: Generation, region: &str, all: &tempfile::TempDir) -> SimulatedCard {
    let folder = tempfile::tempdir_in(all).unwrap().keep();
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.clone()));
    let row = ROW.replacen(",110000,", &format!(",{region},"), 1);
    let vault = Vault::demo().unwrap();
    let code = issue_row(&row, CardModel::plain(generation), &mut feeder, &vault).unwrap();
    assert_eq!(hex::encode(&code[..3]), region);
    drop(feeder);
    let image = Image::open(&folder.join("202611210001.ssccard")).unwrap();
    SimulatedCard::from_image(image, Interface::T0).unwrap()
}

/// A terminal's session with a card, through a PSAM, that does one thing.
fn with<T>(
    card: &mut SimulatedCard,
    psam: &mut SimulatedCard,
    what: impl FnOnce(&mut Dialogue<'_>) -> Result<T, TerminalError>,
) -> Result<T, TerminalError> {
    let module = Psam::open(psam)?;
    what(&mut Dialogue::with_module(card, Some(Box::new(module)))?)
}

fn key(id: &str) -> (&'static Directory, &'static CardKey) {
    DIRECTORIES
        .iter()
        .flat_map(|directory| directory.keys.iter().map(move |key| (*directory, key)))
        .find(|(_, key)| key.vault_id == id)
        .unwrap()
}

/// The tries that the card says are left after one that is spent here: a wrong cryptogram.
fn tries_left_after_a_wrong_one(card: &mut SimulatedCard, id: &str) -> u8 {
    let (directory, key) = key(id);
    card.reset().unwrap();
    let mut send = |command: String| {
        card.transmit(&hex::decode(command.replace(' ', "")).unwrap())
            .unwrap()
    };
    let ssse = hex::encode(apdu_specs::applications::ssc::names::SSSE);
    send(format!("00A404000F {ssse}"));
    if !directory.ddf {
        send(format!("00A4000002 {:04X}", directory.fid));
    }
    send("0084000008".into());
    let answer = send(format!(
        "008200{:02X}10 {}",
        key.identifier,
        "5A".repeat(16)
    ));
    let [0x63, counter @ 0xC0..=0xCF] = answer[..] else {
        panic!("{id}: {answer:02X?}");
    };
    counter & 0x0F
}

/// What a function came to: done, or refused because of the regions before anything was tried.
fn outcome<T>(result: Result<T, TerminalError>) -> bool {
    match result {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), -24, "{error}");
            false
        }
    }
}

/// Whether the card is genuine, who it is of, and what its reading keys open: two of DFs, and RK of SSSE from 2.00.
fn reads(session: &mut Dialogue<'_>) -> Result<(), TerminalError> {
    session.require_genuine()?;
    if session.generation() == Generation::V3 {
        let basic = session.read_card_basic(&TerminalIdentity::default())?;
        assert_eq!(basic.number, "110105199003079978");
    }
    for (_, key) in ["DF03/RK1", "DF04/RK1"].map(key) {
        let (directory, _) = self::key(key.vault_id);
        let here = FileAddress::parse(&format!("{}EF05|$", directory.label)).unwrap();
        // Only to make the directory current: a linear file without items is refused before anything is read.
        let _ = session.read_card(&here, Authentication::Key);
        session.external_authenticate(key)?;
    }
    if session.generation() != Generation::V1 {
        let (_, rk) = key("SSSE/RK");
        session.external_authenticate(rk)?;
    }
    Ok(())
}

fn writes(session: &mut Dialogue<'_>) -> Result<(), TerminalError> {
    let address = FileAddress::parse("SSSEEF06|0A|$DF01EF06|28|$").unwrap();
    let data = CardData::parse("SSSEEF06|1|$DF01EF06|13800000000|$", &address).unwrap();
    session.write_card(&address, &data)
}

/// Which cards each kind of PSAM reads and writes: its own region's, those of its province, those of other provinces.
#[test]
fn every_kind_of_psam_on_cards_near_and_far() {
    // reads and writes: home, neighbour, far
    let kinds = [
        (Levels::City, [true, false, false], [true, false, false]),
        (Levels::Province, [true, true, false], [true, true, false]),
        (Levels::Nation, [true; 3], [true; 3]),
        (Levels::Usual, [true, true, false], [true, true, false]),
        (Levels::NationalReading, [true; 3], [true, true, false]),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (levels, reading, writing) in kinds {
        let mut psam = psam(levels, HOME);
        for generation in Generation::ALL {
            for (at, region) in [HOME, NEIGHBOUR, FAR[0], FAR[1]].into_iter().enumerate() {
                let mut card = card(generation, region, &folder);
                let place = format!("{levels:?} {generation} {region}");
                let mut may_read = reading[at.min(2)];
                // A card of 1.00 asks for no RK of SSSE: its reading keys are all of three levels as usual.
                may_read |= levels == Levels::Usual && generation == Generation::V1;
                assert_eq!(
                    outcome(with(&mut card, &mut psam, reads)),
                    may_read,
                    "{place}"
                );
                let written = outcome(with(&mut card, &mut psam, writes));
                assert_eq!(written, writing[at.min(2)], "{place}");
                // a MAC under a key that is not the card's is not sent either
                let unblocked = with(&mut card, &mut psam, |session| session.unblock_pin());
                assert_eq!(outcome(unblocked), written, "{place}");
                let mut asked = vec!["SSSE/UK", "SSSE/PUK", "DF01/UK4", "DF04/RK1"];
                if generation != Generation::V1 {
                    asked.push("SSSE/RK");
                }
                for id in asked {
                    assert_eq!(
                        tries_left_after_a_wrong_one(&mut card, id),
                        14,
                        "{place} {id}"
                    );
                }
            }
        }
    }
}

/// One terminal, one PSAM: everything that its reading keys open on cards of three provinces in each generation.
#[test]
fn a_national_psam_reads_whole_cards_of_three_provinces() {
    let folder = tempfile::tempdir().unwrap();
    let mut national = psam(Levels::NationalReading, HOME);
    for generation in Generation::ALL {
        // What a PSAM of the card's own region reads is all that there is to read.
        let read = |psam: &mut SimulatedCard, region: &str| {
            let mut card = card(generation, region, &folder);
            let pin = "123456".parse().unwrap();
            with(&mut card, psam, |session| session.read_all(Some(&pin))).unwrap()
        };
        for region in [HOME, FAR[0], FAR[1]] {
            let at_home = read(&mut psam(Levels::Usual, region), region);
            let abroad = read(&mut national, region);
            let mut files = 0;
            for (one, other) in at_home.directories.iter().zip(&abroad.directories) {
                for (one, other) in one.files.iter().zip(&other.files) {
                    let place = format!("{generation} {region} {}", one.fid);
                    assert_eq!(one.refusal, other.refusal, "{place}");
                    assert_eq!(one.content, other.content, "{place}");
                    files += 1;
                }
            }
            assert!(files > 15, "{files}");
        }
    }
}
