//! A card or PSAM that is taken away before SECURED has keys already, and passes for nothing: no terminal calls it genuine, and no card
//! opens to it.

use apdu_specs::Generation;
use apdu_specs::life_cycle::LifeCycle;
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::channel::{HostChannel, Level, select_domain};
use ssc_bureau::contents::ForChip;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::job::{Decided, OrderOptions, PinPolicy};
use ssc_bureau::plan::CardPlan;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_bureau::sample::{SampleOptions, sample};
use ssc_bureau::steps::{card_factor, personalize};
use ssc_keys::{KeyService, Vault};
use ssc_person::{Date, Region};
use ssc_reader::commands::domain;
use ssc_reader::{Card, Faults, ReaderFault, Shared, Tapped};
use ssc_scenarios::issued::{FACTOR, REGION};
use ssc_simulator::{Identity, Interface, SimulatedCard};
use ssc_terminal::psam::Psam;
use ssc_terminal::{Verdict, verify_identity};

fn blank() -> Shared<SimulatedCard> {
    let identity = Identity::from_serial([0x77, 0, 0, 0, 0, 1]);
    Shared::new(SimulatedCard::blank(&identity, Interface::T0).unwrap())
}

fn decided(generation: Generation) -> Decided {
    let today = Date::new(2026, 11, 21).unwrap();
    let mut csv = Vec::new();
    let of = SampleOptions {
        count: 1,
        seed: 5,
        pins: false,
        card_numbers: false,
        photos: false,
    };
    sample(&of, &mut csv).unwrap();
    let read = ReadOptions {
        today,
        photos: None,
        folder: None,
        model: None,
        ..ReadOptions::default()
    };
    let options = OrderOptions {
        model: CardModel::plain(generation),
        region: None,
        first_card_number: Some(1),
        issue_date: today,
        pins: PinPolicy::Demo,
    };
    let decided = options.decide(&read_bytes(&csv, &read).unwrap()).unwrap();
    decided.into_iter().next().unwrap()
}

/// The card's state as the issuer's channel tells it; `None` where the card has other keys.
fn is_secured(card: &mut dyn Card, vault: &dyn KeyService) -> bool {
    select_domain(card).unwrap();
    let issuer = vault
        .issuer_keys(&card_factor(card.atr()).unwrap())
        .unwrap();
    let Ok(mut channel) = HostChannel::open(card, &issuer, Level::Checking) else {
        return false;
    };
    let get = domain::get_status(0x80, 0x02, &[0x4F, 0]);
    let answer = channel.send(&get).unwrap().ok().unwrap();
    let state = answer
        .windows(3)
        .find(|at| at[..2] == [0x9F, 0x70])
        .map(|_| ());
    assert!(state.is_some(), "GET STATUS tells no state");
    let at = answer.windows(2).position(|at| at == [0x9F, 0x70]).unwrap();
    answer[at + 3] == LifeCycle::Secured.byte()
}

#[test]
fn a_card_that_is_torn_before_secured_is_not_genuine() {
    let vault = Vault::demo().unwrap();
    for generation in Generation::ALL {
        let decided = decided(generation);
        let (mut torn, mut refused, mut genuine) = (0, 0, 0);
        for number in 0.. {
            let card = blank();
            let target = ForChip::new(&decided, card_factor(card.atr()).unwrap(), &vault).unwrap();
            let plan = CardPlan::new(&target, &vault).unwrap();
            let faults = Faults::once(number, ReaderFault::LostAnswer);
            let seen = faults.seen();
            let mut pulled = Tapped::new(card.clone(), faults);
            let made = personalize(&mut pulled, &plan, &vault, Line::default());
            let mut card = card;
            card.reset().unwrap();
            let verdict = verify_identity(&mut card, &vault).map(|identity| identity.verdict);
            card.reset().unwrap();
            let secured = is_secured(&mut card, &vault);
            match verdict {
                // The answers to SET STATUS alone are lost: it is a finished card.
                Ok(Verdict::Genuine) => {
                    assert!(
                        secured,
                        "{generation}, exchange {number}: half-loaded, and genuine"
                    );
                    genuine += 1;
                }
                Ok(Verdict::Unconfirmed) => refused += 1,
                // Without files or keys there is nothing to verify.
                Ok(_) | Err(_) => {}
            }
            assert!(secured || made.is_err());
            if made.is_ok() {
                assert!(seen.count() <= number, "the whole card was made");
                break;
            }
            torn += 1;
        }
        println!(
            "{generation}: {torn} torn cards, {refused} refused internal authentication, {genuine} were finished"
        );
        // The end of the loading and the whole check lie behind the key.
        assert!(refused > 5 && torn > refused && genuine > 0);
    }
}

#[test]
fn a_psam_that_is_torn_before_secured_opens_no_card() {
    let vault = Vault::demo().unwrap();
    let order = PsamOrder {
        region: Region::parse("110000").unwrap(),
        levels: Levels::Usual,
        terminal: [0x11, 0, 0, 0, 0, 0x42],
        version: 1,
        line: Line::Trusted,
    };
    let (mut torn, mut refused) = (0, 0);
    for number in 0.. {
        let card = blank();
        let faults = Faults::once(number, ReaderFault::LostAnswer);
        let made = psam::issue(&mut Tapped::new(card.clone(), faults), &order, &vault);
        let mut card = card;
        card.reset().unwrap();
        let secured = is_secured(&mut card, &vault);
        card.reset().unwrap();
        if let Ok(mut module) = Psam::open(card) {
            let row = apdu_specs::applications::ssc::keys::SSSE
                .iter()
                .find(|key| key.psam.is_some())
                .unwrap();
            let of = ssc_keys::KeyRef {
                key: row,
                algorithm: card_crypto::Algorithm::Sm4,
                version: 1,
                region: REGION,
                card_factor: FACTOR,
            };
            let answer = ssc_keys::SecurityModule::cryptogram(&mut module, &of, &[7; 8], &[8; 8]);
            assert!(
                secured || answer.is_err(),
                "exchange {number}: a half-loaded PSAM works"
            );
            refused += usize::from(!secured);
            assert!(!secured || answer.is_ok(), "{answer:?}");
        }
        if made.is_ok() {
            break;
        }
        torn += 1;
    }
    println!("{torn} torn PSAMs, {refused} of them could be asked, and refused");
    assert!(refused > 2);
}
