//! A chip's initial keys: how it gets them, which set a card carries when, and which it is not issued with.

mod support;

use ssc_bureau::card_error::CardError;
use ssc_bureau::channel::{HostChannel, HostHandshake, Level, select_domain};
use ssc_bureau::chip::{Preparation, prepare};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, IssuedPsam, Levels, PsamOrder};
use ssc_bureau::steps::card_factor;
use ssc_keys::{KeyError, KeyService, Vault, roots};
use ssc_person::Region;
use ssc_reader::{Card, CommandApdu, Faults, ReaderFault, Tapped};
use ssc_simulator::SimulatedCard;
use ssc_words::{Bilingual, Lang};

use card_crypto::scp03::KeySet;
use support::blank;

fn own() -> Vault {
    Vault::generate(roots::all()).unwrap()
}

/// A vault as they were before chips had initial keys.
fn older() -> Vault {
    Vault::generate(roots::all().filter(|(id, ..)| *id != "ISD/INITIAL")).unwrap()
}

/// Issues the card as a PSAM: the order that needs least.
fn issue(card: &mut dyn Card, keys: &Vault, line: Line) -> Result<IssuedPsam, CardError> {
    let order = PsamOrder {
        region: Region::parse("110000").unwrap(),
        levels: Levels::Usual,
        terminal: [0x11, 0, 0, 0, 0, 1],
        version: 1,
        line,
    };
    card.reset().unwrap();
    psam::issue(card, &order, keys)
}

fn prepared(keys: &Vault) -> SimulatedCard {
    let mut card = blank(1);
    assert_eq!(prepare(&mut card, keys).unwrap(), Preparation::Done);
    card
}

/// The key sets that the card names in its key information template (GET DATA 00E0): identifier and version of each key.
fn sets(card: &mut SimulatedCard) -> Vec<[u8; 2]> {
    card.reset().unwrap();
    select_domain(card).unwrap();
    let answer = card.transmit(&[0x80, 0xCA, 0x00, 0xE0, 0x00]).unwrap();
    let answer = match answer[..] {
        [0x6C, length] => card.transmit(&[0x80, 0xCA, 0x00, 0xE0, length]).unwrap(),
        _ => answer,
    };
    let list = answer[2..].strip_suffix(&[0x90, 0x00]).unwrap();
    let (keys, rest) = list.as_chunks::<6>();
    assert!(rest.is_empty(), "{answer:02X?}");
    keys.iter()
        .map(|key| {
            assert_eq!(
                (key[0..2].to_vec(), key[4..6].to_vec()),
                (vec![0xC0, 4], vec![0x88, 16])
            );
            [key[2], key[3]]
        })
        .collect()
}

fn opens(card: &mut SimulatedCard, keys: &KeySet) -> bool {
    card.reset().unwrap();
    select_domain(card).unwrap();
    HostChannel::open(card, keys, Level::Checking).is_ok()
}

#[test]
fn a_prepared_chip_has_its_own_keys_and_no_other_and_issuing_replaces_them() {
    let vault = own();
    let mut card = blank(1);
    let factor = card_factor(card.atr()).unwrap();
    let (initial, issuer) = (
        vault.initial_keys(&factor).unwrap(),
        vault.issuer_keys(&factor).unwrap(),
    );
    assert_eq!(sets(&mut card), [[1, 0x30], [2, 0x30], [3, 0x30]]);

    assert_eq!(prepare(&mut card, &vault).unwrap(), Preparation::Done);
    assert_eq!(sets(&mut card), [[1, 0x32], [2, 0x32], [3, 0x32]]);
    assert!(opens(&mut card, &initial) && !opens(&mut card, &KeySet::transport()));
    // A second time: nothing happens, and it says so.
    card.reset().unwrap();
    assert_eq!(prepare(&mut card, &vault).unwrap(), Preparation::Before);
    assert!(opens(&mut card, &initial));

    issue(&mut card, &vault, Line::Open).unwrap();
    assert_eq!(sets(&mut card), [[1, 0x31], [2, 0x31], [3, 0x31]]);
    assert!(opens(&mut card, &issuer) && !opens(&mut card, &initial));
    assert!(!opens(&mut card, &KeySet::transport()));
    let again = issue(&mut card, &vault, Line::Open);
    assert!(
        matches!(again, Err(CardError::AlreadyPersonalized)),
        "{again:?}"
    );
}

#[test]
fn no_two_chips_and_no_two_vaults_have_the_same_initial_keys() {
    let (one, other) = (own(), own());
    let keys = |vault: &Vault, serial| {
        let factor = card_factor(blank(serial).atr()).unwrap();
        let set = vault.initial_keys(&factor).unwrap();
        let issuer = vault.issuer_keys(&factor).unwrap();
        [
            set.enc, set.mac, set.dek, issuer.enc, issuer.mac, issuer.dek,
        ]
        .map(|key| *key.as_bytes())
    };
    let all = [keys(&one, 1), keys(&one, 2), keys(&other, 1)].concat();
    for (at, key) in all.iter().enumerate() {
        assert!(!all[..at].contains(key), "{at}");
    }
}

#[test]
fn published_keys_are_refused_with_a_vault_of_ones_own_unless_the_line_is_trusted() {
    let vault = own();
    let mut card = blank(1);
    let refused = issue(&mut card, &vault, Line::Open).unwrap_err();
    assert!(
        matches!(refused, CardError::PublishedKeys { version: 0x30 }),
        "{refused}"
    );
    for lang in [Lang::En, Lang::Zh] {
        let said = refused.say(lang);
        assert!(
            said.contains("ssc chip prepare") && said.contains("--trusted-line"),
            "{said}"
        );
    }
    // Nothing was put onto the card.
    assert_eq!(sets(&mut card), [[1, 0x30], [2, 0x30], [3, 0x30]]);
    issue(&mut card, &vault, Line::Trusted).unwrap();
    assert_eq!(sets(&mut card), [[1, 0x31], [2, 0x31], [3, 0x31]]);

    // The demo keys are published anyway.
    issue(&mut blank(2), &Vault::demo().unwrap(), Line::Open).unwrap();
}

#[test]
fn initial_keys_do_not_come_from_published_ones() {
    let mut card = blank(1);
    let refused = prepare(&mut card, &Vault::demo().unwrap()).unwrap_err();
    assert!(
        matches!(refused, CardError::PublishedInitialKeys),
        "{refused}"
    );
    assert!(refused.to_string().contains("ssc keys new"), "{refused}");
    assert_eq!(sets(&mut card), [[1, 0x30], [2, 0x30], [3, 0x30]]);
}

#[test]
fn a_chip_of_another_vault_and_one_that_is_not_blank_are_refused() {
    let (vault, other) = (own(), own());
    let mut card = prepared(&vault);
    let refused = prepare(&mut card, &other).unwrap_err();
    assert!(matches!(refused, CardError::OtherInitialKeys), "{refused}");
    let refused = issue(&mut card, &other, Line::Trusted).unwrap_err();
    assert!(
        matches!(refused, CardError::WrongDomainKeys { version: 0x32 }),
        "{refused}"
    );
    // Its own vault goes on with it.
    issue(&mut card, &vault, Line::Open).unwrap();
    for keys in [&vault, &other] {
        card.reset().unwrap();
        let refused = prepare(&mut card, keys).unwrap_err();
        assert!(
            matches!(refused, CardError::NotBlank { version: 0x31 }),
            "{refused}"
        );
    }

    // Files under the published keys: somebody else's card, whatever it is.
    let mut card = blank(2);
    select_domain(&mut card).unwrap();
    let mut channel = HostChannel::open(&mut card, &KeySet::transport(), Level::Loading).unwrap();
    // STORE DATA, DGI 0062: a transparent EF 2F01 of ten bytes in the MF, free to read, never written.
    let file = hex::decode("00621362118201018002000A83022F0186040000FF00").unwrap();
    let store = CommandApdu::new(0x80, 0xE2, 0x88, 0x00).data(&file);
    channel.send(&store).unwrap().ok().unwrap();
    card.reset().unwrap();
    let refused = prepare(&mut card, &vault).unwrap_err();
    assert!(
        matches!(refused, CardError::NotBlank { version: 0x30 }),
        "{refused}"
    );
}

#[test]
fn a_vault_without_initial_keys_goes_on_over_a_trusted_line_and_says_what_it_lacks() {
    let older = older();
    let missing = |error: CardError| {
        let named = matches!(&error, CardError::Keys(KeyError::MissingRoot { id, .. }) if id == "ISD/INITIAL");
        assert!(named, "{error}");
        let said = error.to_string();
        assert!(
            said.contains("ssc keys complete") && said.contains("ceremony"),
            "{said}"
        );
    };
    missing(prepare(&mut blank(1), &older).unwrap_err());
    let mut card = blank(1);
    let refused = issue(&mut card, &older, Line::Open).unwrap_err();
    assert!(
        matches!(refused, CardError::PublishedKeys { .. }),
        "{refused}"
    );
    issue(&mut card, &older, Line::Trusted).unwrap();
    missing(issue(&mut prepared(&own()), &older, Line::Trusted).unwrap_err());
}

#[test]
fn a_chip_pulled_at_any_command_of_its_preparation_is_prepared_by_the_next() {
    let vault = own();
    let mut pulls = 0;
    for fault in [ReaderFault::LostCommand, ReaderFault::LostAnswer] {
        for number in 0.. {
            let mut card = blank(1);
            let faults = Faults::once(number, fault.clone());
            let mut pulled = Tapped::new(&mut card, faults);
            if prepare(&mut pulled, &vault).is_ok() {
                break;
            }
            pulls += 1;
            card.reset().unwrap();
            prepare(&mut card, &vault).unwrap();
            issue(&mut card, &vault, Line::Open).unwrap();
        }
    }
    assert!(pulls > 16, "{pulls}");
}

/// A card that claims to have another set than it has cannot talk the bureau into the published keys, nor out of them.
#[test]
fn a_version_that_was_changed_on_the_line_opens_nothing() {
    let claims = |version: u8| {
        move |card: &mut dyn Card, command: &[u8]| {
            let mut answer = card.transmit(command)?;
            if answer.len() == 34 {
                answer[10] = version;
            }
            Ok(answer)
        }
    };
    let vault = own();
    for version in [0x30, 0x31, 0x32, 0xFF] {
        let mut chip = prepared(&vault);
        let mut published = blank(2);
        for card in [&mut chip, &mut published] {
            let before = sets(card);
            let result = issue(&mut Tapped::new(card, claims(version)), &vault, Line::Open);
            let right = before[0][1] == version;
            assert_eq!(
                result.is_ok(),
                right && version == 0x32,
                "{version:02X} {result:?}"
            );
        }
    }
    // Whatever version published keys stand under, they are recognised.
    let mut card = blank(3);
    select_domain(&mut card).unwrap();
    let handshake = HostHandshake::begin(&mut card).unwrap();
    assert!(handshake.is_of(&KeySet::transport()) && handshake.version() == 0x30);
    let refused = issue(&mut Tapped::new(blank(4), claims(0xFF)), &vault, Line::Open).unwrap_err();
    assert!(
        matches!(refused, CardError::PublishedKeys { version: 0xFF }),
        "{refused}"
    );
}
