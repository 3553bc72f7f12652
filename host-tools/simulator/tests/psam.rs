//! Two cards: one of each generation, and a PSAM, both issued here. Every key of the table that has a place in a PSAM
//! authenticates, and what the PSAM computes is what an oracle computes that shares no code with it.

use apdu_specs::Generation;
use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::psam as sam;
use apdu_specs::applications::psam::SAM_ENVIRONMENTS;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::Directory;
use apdu_specs::keys::{CardKey, KeyRole};
use card_crypto::Algorithm;
use ssc_bureau::card_error::CardError;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, IssuedPsam, Levels, PsamOrder};
use ssc_keys::{KeyRef, SecurityModule};
use ssc_keys::{KeyService, Vault, roots};
use ssc_person::Region;
use ssc_reader::{Card, Faults, ReaderFault, Tapped};
use ssc_scenarios::issued::{FACTOR, REGION, SERIAL, card_key, issue_one};
use ssc_scenarios::oracle;
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Identity, Image, Interface, Serials, SimulatedCard};
use ssc_terminal::psam::Psam;
use ssc_terminal::{Check, Dialogue, TerminalIdentity};

const TERMINAL: [u8; 6] = [0x11, 0x00, 0x00, 0x00, 0x00, 0x42];
const CHALLENGE: [u8; 8] = [0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8];
const SOURCE: [u8; 8] = [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57];

fn order(region: &str, version: u8) -> PsamOrder {
    PsamOrder {
        region: Region::parse(region).unwrap(),
        levels: Levels::Usual,
        terminal: TERMINAL,
        version,
        line: Line::Trusted,
    }
}

fn blank(serial: u8) -> SimulatedCard {
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, serial]);
    SimulatedCard::blank(&identity, Interface::T0).unwrap()
}

fn issue_psam(order: &PsamOrder, keys: &dyn KeyService) -> (SimulatedCard, IssuedPsam) {
    let mut card = blank(1);
    let issued = psam::issue(&mut card, order, keys).unwrap();
    card.reset().unwrap();
    (card, issued)
}

/// A card whose image lies in a folder of its own in `all`.
fn issue_card(generation: Generation, vault: &Vault, all: &tempfile::TempDir) -> SimulatedCard {
    let folder = all.path().join(generation.version());
    std::fs::create_dir(&folder).unwrap();
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.clone()));
    issue_one(generation, &mut feeder, vault).unwrap();
    drop(feeder);
    let image = Image::open(&folder.join("202611210001.ssccard")).unwrap();
    SimulatedCard::from_image(image, Interface::T0).unwrap()
}

fn algorithm(generation: Generation) -> Algorithm {
    match generation.key_algorithm() {
        KeyAlgorithm::TripleDes => Algorithm::TripleDes,
        _ => Algorithm::Sm4,
    }
}

/// The keys of a generation that a PSAM holds, each with its directory.
fn keys(generation: Generation) -> impl Iterator<Item = (&'static Directory, &'static CardKey)> {
    directories(generation)
        .flat_map(move |directory| {
            directory
                .keys_of(generation)
                .map(move |key| (directory, key))
        })
        .filter(|(_, key)| key.psam.is_some())
}

fn key_ref(key: &'static CardKey, generation: Generation) -> KeyRef {
    KeyRef {
        key,
        algorithm: algorithm(generation),
        version: 1,
        region: REGION,
        card_factor: FACTOR,
    }
}

fn send(card: &mut SimulatedCard, command: &str) -> Vec<u8> {
    let mut answer = card
        .transmit(&hex::decode(command.replace(' ', "")).unwrap())
        .unwrap();
    if let [0x61, length] = answer[..] {
        answer = card.transmit(&[0x00, 0xC0, 0x00, 0x00, length]).unwrap();
    }
    answer
}

#[test]
fn what_a_psam_computes_is_what_the_oracle_computes() {
    let vault = Vault::demo().unwrap();
    let (card, issued) = issue_psam(&order("110000", 1), &vault);
    assert!(issued.missing.is_empty());
    let mut module = Psam::open(card).unwrap();
    assert_eq!(module.identifier(), TERMINAL);
    let (mut compared, mut expected_number) = (0, 0);
    for generation in Generation::ALL {
        for (directory, key) in keys(generation) {
            let of = key_ref(key, generation);
            let expected = card_key(generation, directory.label, key.identifier).unwrap();
            let cryptogram = module.cryptogram(&of, &CHALLENGE, &SOURCE).unwrap();
            assert_eq!(
                cryptogram,
                expected.cryptogram(&CHALLENGE, &SOURCE),
                "{} {generation}",
                key.vault_id
            );
            compared += 1;
            // what reads, and the update keys that are 47, do nothing else
            let macs = key.sam_use == Some(0x48);
            expected_number += 1 + usize::from(macs);
            let header = [0x84, 0x1E, 0x00, 0x00, 0x04];
            let mac = module.mac(&of, &CHALLENGE, &header, &[]);
            assert_eq!(mac.is_ok(), macs, "{} {generation}", key.vault_id);
            if let Ok(mac) = mac {
                assert_eq!(mac, expected.mac(&CHALLENGE, &header, &[]));
                compared += 1;
            }
        }
    }
    // at least the 36 keys that the facts had first
    assert!(compared >= 3 * 36, "{compared}");
    assert_eq!(compared, expected_number);
}

#[test]
fn every_key_authenticates_in_every_generation() {
    let vault = Vault::demo().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for generation in Generation::ALL {
        let mut card = issue_card(generation, &vault, &folder);
        let (psam, _) = issue_psam(&order("110105", 1), &vault);
        // a card of 110000 with a PSAM of 110105: two-level keys are the province's
        let mut module = Psam::open(psam).unwrap();
        let (mut presented, mut all) = (0, 0);
        for (directory, key) in keys(generation) {
            if !matches!(key.role, KeyRole::External | KeyRole::Unblock) {
                continue;
            }
            all += 1;
            let name = hex::encode(directory.name);
            send(
                &mut card,
                &format!("00A40400{:02X}{name}", directory.name.len()),
            );
            let challenge = send(&mut card, "0084000008");
            let challenge: [u8; 8] = challenge[..8].try_into().unwrap();
            let cryptogram = module
                .cryptogram(&key_ref(key, generation), &challenge, &SOURCE)
                .unwrap();
            let answer = send(
                &mut card,
                &format!(
                    "008200{:02X}10{}{}",
                    key.identifier,
                    hex::encode(cryptogram),
                    hex::encode(SOURCE)
                ),
            );
            assert_eq!(answer, [0x90, 0x00], "{} {generation}", key.vault_id);
            presented += 1;
        }
        // 1.00: two of SSSE and PUK, 5 of DF01 and of DF02, 5 of DF03, 3 of DF04. From 2.00: four of SSSE and PUK, 12, 7, 10, 3,
        // and 1, 3 and 6 of DF05 to DF07.
        let stated = match generation {
            Generation::V1 => 21,
            Generation::V2 | Generation::V3 => 47,
        };
        assert_eq!((presented, all), (stated, stated), "{generation}");
        // and the terminal's own functions find their way with it
        let mut session = Dialogue::with_module(card, Some(Box::new(module))).unwrap();
        assert_eq!(session.internal_authenticate().unwrap(), Check::Passed);

        let terminal = TerminalIdentity {
            terminal: session.terminal_identifier().unwrap(),
            ..TerminalIdentity::default()
        };
        let basic = session.read_card_basic(&terminal).unwrap();
        assert_eq!(basic.number, "110105199003079978");
    }
}

/// The debit's MACs with the demo vault's DPK, against the oracle: two levels, key version 1.
#[test]
fn a_debit_with_the_psam() {
    let vault = Vault::demo().unwrap();
    let (mut psam, _) = issue_psam(&order("110000", 1), &vault);
    for (select, marker, kind) in [
        ("00A4040006D15600000590", "01", oracle::Algorithm::TripleDes),
        ("00A4000002DF01", "03", oracle::Algorithm::Sm4),
    ] {
        if marker == "03" {
            let name = hex::encode(sam::names::SM4_ENVIRONMENT);
            send(&mut psam, &format!("00A404000F{name}"));
        }
        send(&mut psam, select);
        let amounts = "00000100 00000050 00000000";
        let init = format!(
            "807001002C A1A2A3A4 0007 {amounts} 33 20260101 123456 01{marker} {} {}",
            hex::encode(FACTOR),
            hex::encode(b"110000sx")
        );
        // what a terminal reads first: the index of the card's debit key, and the sequence number
        assert_eq!(send(&mut psam, "00B09C0001"), [0x01, 0x90, 0x00]);
        assert_eq!(send(&mut psam, "00B0990004"), [0, 0, 0, 0, 0x90, 0x00]);
        let answer = send(&mut psam, &init);
        assert_eq!(answer[..4], [0, 0, 0, 1]);
        assert_eq!(send(&mut psam, "00B0990004"), [0, 0, 0, 1, 0x90, 0x00]);
        let key = oracle::OracleKey::demo(kind, "DF04/DPK", &REGION, &FACTOR);
        let factor = hex::decode("A1A2A3A400070001").unwrap();
        // the oracle's MAC takes five bytes of header before the data
        let mac = |data: &str| {
            let data = hex::decode(data.replace(' ', "")).unwrap();
            let (header, rest) = data.split_first_chunk::<5>().unwrap();
            hex::encode(key.mac(&factor, header, rest))
        };
        let mac1 = mac(&format!(
            "{amounts} 33 {} 20260101123456",
            hex::encode(TERMINAL)
        ));
        assert_eq!(hex::encode(&answer[4..]), format!("{mac1}9000"));
        let credit = send(&mut psam, &format!("8072000004{}", mac(amounts)));
        assert_eq!(credit, [0x90, 0x00]);
    }
}

#[test]
fn what_a_psam_tells_of_itself() {
    let vault = Vault::demo().unwrap();
    let (mut card, issued) = issue_psam(&order("440305", 2), &vault);
    let table = sam::keys().count();
    assert_eq!(issued.keys, 2 * table);
    let info = psam::inspect(&mut card).unwrap();
    assert_eq!(info.terminal, TERMINAL);
    assert_eq!(info.region.as_deref(), Some("440305"));
    assert_eq!(info.environments.len(), SAM_ENVIRONMENTS.len());
    assert!(!info.ssf33);
    for environment in &info.environments {
        let held = environment.keys.as_ref().unwrap();
        assert_eq!(held.len(), table);
        for key in held {
            assert_eq!(key.sam_use, key.row().unwrap().sam_use);
            assert_eq!(
                (key.version, key.algorithm),
                (2, environment.row.algorithm.marker())
            );
        }
    }
    // a card of another kind, and a blank one
    let folder = tempfile::tempdir().unwrap();
    let mut other = issue_card(Generation::V2, &vault, &folder);
    assert!(matches!(
        psam::inspect(&mut other),
        Err(CardError::NotAPsam)
    ));
    assert!(matches!(
        psam::inspect(&mut blank(9)),
        Err(CardError::NotAPsam)
    ));
}

#[test]
fn a_psam_is_issued_once_and_begun_again_if_it_was_torn() {
    let vault = Vault::demo().unwrap();
    let (mut card, _) = issue_psam(&order("110000", 1), &vault);
    let again = psam::issue(&mut card, &order("110000", 1), &vault);
    assert!(
        matches!(again, Err(CardError::AlreadyPersonalized)),
        "{again:?}"
    );
    // an order with other keys does not open it
    let other = Vault::generate(roots::all()).unwrap();
    let foreign = psam::issue(&mut card, &order("110000", 1), &other);
    assert!(
        matches!(foreign, Err(CardError::WrongDomainKeys { .. })),
        "{foreign:?}"
    );
    // a vault without the debit key makes a PSAM without it, and says so
    let old: Vec<_> = roots::all().filter(|(id, ..)| *id != "DF04/DPK").collect();
    let old = Vault::generate(old).unwrap();
    let (mut card, issued) = issue_psam(&order("110000", 1), &old);
    let without = 2 * (sam::keys().count() - 1);
    assert_eq!((issued.keys, issued.missing), (without, vec!["DF04/DPK"]));
    // so does one that is older than DF05 to DF07's keys
    let older = test_vectors::vectors::directory().join("keys/demo-format-2.vault");
    let older = Vault::open(&older, ssc_keys::demo::PASSPHRASE).unwrap();
    let (_, issued) = issue_psam(&order("110000", 1), &older);
    assert_eq!(issued.missing.len(), 14, "{:?}", issued.missing);
    assert!(issued.missing.contains(&"DF05/UK1") && !issued.missing.contains(&"DF07/RK1"));
    send(&mut card, "00A4040006D15600000590");
    let init = format!("8070010024{}0101{}", "00".repeat(26), "00".repeat(8));
    assert_eq!(send(&mut card, &init), [0x94, 0x03]);
    // a card pulled at every command is begun again by the same order
    for cut in 0.. {
        let mut card = blank(7);
        let mut pulled = Tapped::new(&mut card, Faults::from(cut, ReaderFault::LostCommand));
        let torn = psam::issue(&mut pulled, &order("110000", 1), &vault).is_err();
        card.reset().unwrap();
        let again = psam::issue(&mut card, &order("110000", 1), &vault);
        if !torn {
            assert!(cut > 10, "{cut}");
            break;
        }
        assert!(
            again.is_ok() || matches!(again, Err(CardError::AlreadyPersonalized)),
            "cut {cut}: {again:?}"
        );
    }
}

/// A PSAM of another maker that has SSF33 keys and nothing else: recognised, its keys not listed.
#[test]
fn ssf33_is_recognised() {
    struct Ssf33;
    impl Card for Ssf33 {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0x60, 0x00, 0x00]
        }
        fn interface(&self) -> ssc_reader::Interface {
            ssc_reader::Interface::T0
        }
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ssc_reader::ReaderError> {
            let command = hex::encode_upper(command);
            Ok(match command.as_str() {
                "00A40000023F00" | "00A404000F7378322E73682EC9E7BBE1B1A3D5CF" => vec![0x90, 0x00],
                "00B0960006" => hex::decode("1122334455669000").unwrap(),
                _ => vec![0x6A, 0x82],
            })
        }
        fn reset(&mut self) -> Result<(), ssc_reader::ReaderError> {
            Ok(())
        }
    }
    let info = psam::inspect(&mut Ssf33).unwrap();
    assert_eq!(info.terminal, [0x11, 0x22, 0x33, 0x44, 0x55, 0x66]);
    assert_eq!(
        (info.region, info.environments.len(), info.ssf33),
        (None, 0, true)
    );
}
