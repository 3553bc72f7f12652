//! A listener at the line, with a record of every APDU of `ssc issue` and `ssc psam issue` in both directions and with all
//! published keys: with a vault of one's own he finds no key, no PIN, no root and no field of a person. The same listener finds
//! them all where a chip came with published keys, and where he was in the trusted room too.

mod listener {
    pub mod secrets;
}
mod support;

use std::path::Path;

use apdu_specs::Generation;
use card_crypto::Key16;
use listener::secrets::{self, Secrets, found};
use ssc_bureau::batch::{Batch, ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::chip;
use ssc_bureau::contents::ForChip;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::{ask_one, issue_one};
use ssc_bureau::job::{Decided, OrderOptions, PinPolicy};
use ssc_bureau::plan::CardPlan;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_bureau::steps::card_factor;
use ssc_harness::listener::{Exchange, Heard, Listener, digest};
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::{Vault, demo, roots};
use ssc_person::{Date, Region};
use ssc_reader::{Card, Faults, Interface, ReaderFault, Recorder, Shared, Tapped};
use ssc_simulator::{Identity, Inserted, SimulatedCard};
use support::Order;
use support::pcsc::{card_in, run_with};

/// From which every root of our own vault comes.
const MASTER: [u8; 16] = [
    0x3C, 0x71, 0x0E, 0x9A, 0x5D, 0xB8, 0x42, 0xF7, 0x16, 0xE3, 0x8B, 0x20, 0xC5, 0x7F, 0xA4, 0x69,
];
const PASSPHRASE: &str = "correct horse battery";

fn own() -> Vault {
    Vault::from_master(&Key16::new(MASTER))
}

/// Who knows the transport key and every root of the demo vault.
fn listener() -> Listener {
    let demo = roots::all().map(|(id, version, kind)| *demo::root(id, version, kind).as_bytes());
    Listener::knowing(demo.chain([*b"@ABCDEFGHIJKLMNO"]))
}

/// A card whose line is recorded, and that may be pulled.
struct TappedLine {
    card: Shared<SimulatedCard>,
    record: Recorder,
    faults: Faults,
}

impl TappedLine {
    fn new(card: SimulatedCard) -> Self {
        Self {
            card: Shared::new(card),
            record: Recorder::default(),
            faults: Faults::none(),
        }
    }

    fn pulled_after(&self, commands: usize) -> Self {
        Self {
            card: self.card.clone(),
            record: self.record.clone(),
            faults: Faults::from(commands, ReaderFault::LostCommand),
        }
    }

    /// The card at the end of the line.
    fn line(&self) -> impl Card + 'static {
        let recorded = Tapped::new(self.card.clone(), self.record.clone());
        let mut card = Tapped::new(recorded, self.faults.clone());
        card.reset().unwrap();
        card
    }

    fn record(&self) -> Vec<Exchange> {
        let exchanges = self.record.exchanges().into_iter();
        exchanges
            .map(|exchange| Exchange {
                command: exchange.command,
                answer: exchange.answer,
            })
            .collect()
    }

    fn factor(&self) -> [u8; 8] {
        card_factor(self.card.atr()).unwrap()
    }
}

fn blank() -> SimulatedCard {
    let identity = Identity::from_serial([0x90, 0, 0, 0, 0, 0x31]);
    SimulatedCard::blank(&identity, Interface::T0).unwrap()
}

/// A chip from the trusted room, where nobody listened.
fn chip(vault: &Vault) -> SimulatedCard {
    let mut card = blank();
    chip::prepare(&mut card, vault).unwrap();
    card.reset().unwrap();
    card
}

fn person() -> Batch {
    let options = ReadOptions {
        today: Date::new(2026, 11, 21).unwrap(),
        photos: None,
        folder: None,
        model: None,
        ..ReadOptions::default()
    };
    read_bytes(secrets::BATCH.as_bytes(), &options).unwrap()
}

/// What is made of the card.
#[derive(Clone, Copy, Debug)]
enum What {
    Card(Generation),
    Psam,
}

const ALL: [What; 4] = [
    What::Card(Generation::V1),
    What::Card(Generation::V2),
    What::Card(Generation::V3),
    What::Psam,
];

impl What {
    /// Everything that it gets: none of it may be read.
    fn secrets(self, vault: &Vault, factor: &[u8; 8]) -> Secrets {
        match self {
            Self::Card(generation) => {
                let mut all = secrets::of_card(vault, generation, factor);
                all.extend(secrets::person());
                // No file and no grouping has them so: they are looked for all the same.
                all.retain(|(name, _)| !["name in UTF-8", "PIN in characters"].contains(&&**name));
                all
            }
            Self::Psam => secrets::of_psam(vault, factor),
        }
    }

    /// Whether it is issued to the end.
    fn issue(self, card: &TappedLine, vault: &Vault, line: Line) -> bool {
        match self {
            Self::Card(generation) => issue_card(card, generation, vault, line),
            Self::Psam => {
                let mut card = card.line();
                let order = PsamOrder {
                    region: Region::parse("110000").unwrap(),
                    levels: Levels::Usual,
                    terminal: [0x11, 0, 0, 0, 0, 0x42],
                    version: 1,
                    line,
                };
                psam::issue(&mut card, &order, vault).is_ok()
            }
        }
    }
}

fn decided(generation: Generation) -> Decided {
    let options = OrderOptions {
        model: CardModel::full(generation),
        region: None,
        first_card_number: None,
        issue_date: Date::new(2026, 11, 21).unwrap(),
        pins: PinPolicy::Random,
    };
    options.decide(&person()).unwrap().remove(0)
}

fn issue_card(card: &TappedLine, generation: Generation, vault: &Vault, line: Line) -> bool {
    issue_one(&mut card.line(), &decided(generation), vault, line).is_ok()
}

fn names(secrets: &Secrets) -> Vec<String> {
    secrets.iter().map(|(name, _)| name.clone()).collect()
}

/// Nothing of what the card got, of its initial keys, of the vault's roots, of the person; and no session was read.
fn finds_nothing(what: What, heard: &Heard, vault: &Vault, factor: &[u8; 8]) {
    let mut all = what.secrets(vault, factor);
    all.extend(secrets::initial(vault, factor));
    all.extend(secrets::roots_of(&MASTER));
    all.extend(secrets::person());
    all.extend(secrets::pin_hashes());
    assert!(all.len() > 100);
    assert_eq!(found(heard, &all), Vec::<String>::new(), "{what:?}");
    assert_eq!((heard.sessions, heard.sets.len()), (0, 0), "{what:?}");
}

#[test]
fn with_a_vault_of_ones_own_a_listener_finds_nothing() {
    let vault = own();
    for what in ALL {
        let card = TappedLine::new(chip(&vault));
        assert!(what.issue(&card, &vault, Line::Open), "{what:?}");
        let record = card.record();
        assert!(record.len() > 20, "{what:?}");
        finds_nothing(what, &listener().listen(&record), &vault, &card.factor());
    }
}

/// Each piece of a card that is pulled and begun again is heard: two loads of the same contents under other session keys.
#[test]
fn nor_does_he_if_cards_are_pulled_and_begun_again() {
    let vault = own();
    for what in ALL {
        for commands in [3, 6, 8, 12, 20] {
            let card = TappedLine::new(chip(&vault));
            assert!(!what.issue(&card.pulled_after(commands), &vault, Line::Open));
            assert!(what.issue(&card, &vault, Line::Open), "{what:?} {commands}");
            let heard = listener().listen(&card.record());
            finds_nothing(what, &heard, &vault, &card.factor());
        }
    }
}

/// Where the last answer was lost, the card is asked for its card number in clear, as any terminal asks: he hears that and nothing more.
#[test]
fn where_a_finished_card_is_asked_he_hears_its_number_alone() {
    let vault = own();
    for generation in Generation::ALL {
        let decided = decided(generation);
        let whole = TappedLine::new(chip(&vault));
        let issue =
            |line: &TappedLine| issue_one(&mut line.line(), &decided, &vault, Line::Open).is_ok();
        assert!(issue(&whole));
        let commands = whole.record().len();
        let card = TappedLine::new(chip(&vault));
        let lost = TappedLine {
            card: card.card.clone(),
            record: card.record.clone(),
            faults: Faults::once(commands - 1, ReaderFault::LostAnswer),
        };
        assert!(!issue(&lost), "{generation}");
        // As the engine does with a card that comes back.
        assert!(!issue(&card), "{generation}: it is finished");
        ask_one(&mut card.line(), &decided, &vault).unwrap();
        let what = What::Card(generation);
        let mut all = what.secrets(&vault, &card.factor());
        all.extend(secrets::initial(&vault, &card.factor()));
        all.extend(secrets::roots_of(&MASTER));
        let heard = listener().listen(&card.record());
        assert_eq!(found(&heard, &all), ["card number"], "{generation}");
        assert_eq!((heard.sessions, heard.sets.len()), (0, 0), "{generation}");
    }
}

/// The proof that he listens well: with published keys he gets every key, the PIN, the person, and a PSAM's roots.
#[test]
fn the_same_listener_finds_everything_where_the_keys_are_published() {
    let (demo, own) = (Vault::demo().unwrap(), own());
    for what in ALL {
        for (vault, line) in [(&demo, Line::Open), (&own, Line::Trusted)] {
            let card = TappedLine::new(blank());
            assert!(what.issue(&card, vault, line), "{what:?}");
            let heard = listener().listen(&card.record());
            let all = what.secrets(vault, &card.factor());
            assert_eq!(found(&heard, &all), names(&all), "{what:?}");
            assert!(all.len() > 30 && heard.sessions == 3, "{what:?}");
        }
        // The published keys and a vault of one's own do not meet unless somebody insists.
        let card = TappedLine::new(blank());
        assert!(!what.issue(&card, &own, Line::Open), "{what:?}");
        finds_nothing(
            what,
            &listener().listen(&card.record()),
            &own,
            &card.factor(),
        );
    }
}

/// Why the room must be trusted: who has heard the preparation reads all that follows.
#[test]
fn a_listener_in_the_trusted_room_finds_everything() {
    let vault = own();
    for what in ALL {
        let card = TappedLine::new(blank());
        chip::prepare(&mut card.line(), &vault).unwrap();
        assert!(what.issue(&card, &vault, Line::Open), "{what:?}");
        let heard = listener().listen(&card.record());
        let mut all = what.secrets(&vault, &card.factor());
        all.extend(secrets::initial(&vault, &card.factor()));
        assert_eq!(found(&heard, &all), names(&all), "{what:?}");
    }
}

/// What the card on this line must answer to the check.
fn of_all(line: &TappedLine, generation: Generation, vault: &Vault) -> [u8; 8] {
    let decided = decided(generation);
    let target = ForChip::new(&decided, line.factor(), vault).unwrap();
    CardPlan::new(&target, vault).unwrap().digest_of_all()
}

/// The check's digests confirm no guess: whoever guesses name and number right cannot tell.
#[test]
fn a_guess_is_not_confirmed_by_the_digests_of_the_check() {
    let (demo, own) = (Vault::demo().unwrap(), own());
    for generation in Generation::ALL {
        let what = What::Card(generation);
        // What a person's files hold, he knows from a card of the same person with published keys.
        let published = TappedLine::new(blank());
        assert!(what.issue(&published, &demo, Line::Open));
        let known = listener().listen(&published.record());
        let guesses: Vec<[u8; 4]> = known
            .groupings
            .iter()
            .filter(|(identifier, _)| identifier >> 8 == 0xEF)
            .map(|(_, contents)| digest(contents))
            .collect();
        assert!(guesses.len() > 15, "{generation}: {}", guesses.len());
        // The value over all digests, which the card answers, he hears there: so he has ears for it.
        assert!(known.has(&of_all(&published, generation, &demo)));

        let card = TappedLine::new(chip(&own));
        assert!(what.issue(&card, &own, Line::Open));
        let answers: Vec<u8> = card
            .record()
            .into_iter()
            .flat_map(|one| one.answer)
            .collect();
        let all = of_all(&card, generation, &own);
        let confirmed = guesses
            .iter()
            .map(|guess| &guess[..])
            .chain([&all[..], &all[..4]])
            .filter(|guess| answers.windows(guess.len()).any(|here| here == *guess))
            .count();
        assert_eq!(confirmed, 0, "{generation}");
    }
}

/// The commands themselves, through a real pcscd, the card's whole line recorded.
#[test]
fn ssc_issue_and_ssc_psam_issue_are_heard_and_give_nothing_away() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order {
        folder: tempfile::tempdir().unwrap(),
    };
    let (vault, batch) = (order.path("own.vault"), order.path("batch.csv"));
    own().write_new(Path::new(&vault), PASSPHRASE).unwrap();
    std::fs::write(&batch, secrets::BATCH).unwrap();
    let reader = pcscd.readers()[0].clone();
    let heard_by = |card: SimulatedCard, command: &[&str], number: usize| {
        let card = TappedLine::new(card);
        let inserted = Inserted::put(card.line(), pcscd.ports()[0]).unwrap();
        card_in(&pcscd, 0);
        let (output, pins) = (
            order.path(&format!("{number}.csv")),
            order.path(&format!("{number}.pins")),
        );
        let files = match command[0] {
            "issue" => vec!["-o", &output, "--pins", &pins],
            _ => Vec::new(),
        };
        let keys = ["--vault", &vault, "--reader", &reader];
        let secret = [("SSC_PASSPHRASE", PASSPHRASE)];
        run_with(&pcscd, &[command, &files, &keys].concat(), &secret, 0);
        inserted.take_out().unwrap();
        (listener().listen(&card.record()), card.factor())
    };
    let issue = ["issue", &batch, "--generation", "3.00", "--certificates"];
    let psam = [
        "psam",
        "issue",
        "--region",
        "110000",
        "--terminal-id",
        "110000000042",
    ];
    let orders = [
        (What::Card(Generation::V3), &issue[..]),
        (What::Psam, &psam[..]),
    ];
    for (number, (what, command)) in orders.into_iter().enumerate() {
        let (heard, factor) = heard_by(chip(&own()), command, number);
        finds_nothing(what, &heard, &own(), &factor);
        let trusting = [command, &["--trusted-line"]].concat();
        let (heard, factor) = heard_by(blank(), &trusting, number + 2);
        let all = what.secrets(&own(), &factor);
        assert_eq!(found(&heard, &all), names(&all), "{what:?}");
    }
}
