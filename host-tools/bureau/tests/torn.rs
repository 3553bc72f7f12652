//! Orders that go wrong: a card pulled at every single APDU, cards that are not blank, answers that are forged.
//! No half-issued card counts as issued, and every torn card can be begun again.

mod support;

use std::sync::{Arc, Mutex};

use apdu_specs::Generation;
use ssc_bureau::batch::Batch;
use ssc_bureau::chip::prepare;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::error::{CardError, OrderError};
use ssc_bureau::order::{Event, IssueOptions, Summary, draw_pins, issue};
use ssc_bureau::pins::{PinPolicy, PinSheet};
use ssc_bureau::return_file::ReturnFile;
use ssc_keys::{KeyService, Vault, roots};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Interface, ReaderError};
use ssc_simulator::SimulatedCard as Local;
use ssc_words::Lang;

/// When the card is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pull {
    Never,
    /// The command does not reach the card.
    Before(usize),
    /// The card has carried the command out, its answer is lost.
    After(usize),
    /// One bit of the answer's first byte is turned.
    Forge(usize),
}

/// A card in a reader that someone interferes with.
struct Hand {
    card: Arc<Mutex<Local>>,
    atr: Vec<u8>,
    pull: Pull,
    sent: Arc<Mutex<usize>>,
}

impl Card for Hand {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn interface(&self) -> Interface {
        Interface::T0
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut sent = self.sent.lock().unwrap();
        let number = *sent;
        *sent += 1;
        let gone = ReaderError::CardRemoved {
            reader: "Hand".into(),
        };
        if self.pull == Pull::Before(number) {
            return Err(gone);
        }
        let mut answer = self.card.lock().unwrap().transmit(command)?;
        match self.pull {
            Pull::After(at) if at == number => Err(gone),
            Pull::Forge(at) if at == number && answer.len() > 2 => {
                answer[0] ^= 0x01;
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card.lock().unwrap().reset()
    }
}

struct OneHand(Option<Hand>);

impl Feeder for OneHand {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.0
            .take()
            .map(|hand| Box::new(hand) as _)
            .ok_or(ReaderError::NoCard {
                reader: "Hand".into(),
            })
    }
}

fn batch(count: u64) -> Batch {
    support::batch(count, 3)
}

fn options(line: Line) -> IssueOptions {
    IssueOptions {
        certificates: false,
        generation: Generation::V2,
        region: None,
        first_card_number: Some(1),
        issue_date: support::today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
        lang: Lang::En,
        line,
    }
}

struct Run {
    summary: Summary,
    errors: Vec<String>,
    return_file: String,
}

fn run(feeder: &mut dyn Feeder, keys: &dyn KeyService, line: Line) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("return.csv");
    let mut file = ReturnFile::create(&path).unwrap();
    let mut errors = Vec::new();
    let (batch, options) = (batch(1), options(line));
    let summary = issue(
        &batch,
        &options,
        keys,
        feeder,
        &mut file,
        &draw_pins(&batch, &options).unwrap(),
        &mut |event| {
            if let Event::Failed { error, .. } = event {
                errors.push(error.to_string());
            }
        },
    )
    .unwrap();
    drop(file);
    Run {
        summary,
        errors,
        return_file: std::fs::read_to_string(&path).unwrap(),
    }
}

fn on_card(card: &Arc<Mutex<Local>>, pull: Pull, keys: &dyn KeyService) -> (Run, usize) {
    over(Line::Open, card, pull, keys)
}

fn over(line: Line, card: &Arc<Mutex<Local>>, pull: Pull, keys: &dyn KeyService) -> (Run, usize) {
    card.lock().unwrap().reset().unwrap();
    let atr = card.lock().unwrap().atr().to_vec();
    let sent = Arc::new(Mutex::new(0));
    let hand = Hand {
        card: card.clone(),
        atr,
        pull,
        sent: sent.clone(),
    };
    let run = run(&mut OneHand(Some(hand)), keys, line);
    let sent = *sent.lock().unwrap();
    (run, sent)
}

fn blank() -> Arc<Mutex<Local>> {
    Arc::new(Mutex::new(support::blank(1)))
}

/// A chip with the vault's initial keys.
fn chip(keys: &Vault) -> Arc<Mutex<Local>> {
    let mut card = support::blank(1);
    prepare(&mut card, keys).unwrap();
    Arc::new(Mutex::new(card))
}

#[test]
fn a_card_pulled_at_any_command_is_not_issued_and_can_be_begun_again() {
    let (demo, own) = (
        Vault::demo().unwrap(),
        Vault::generate(roots::all()).unwrap(),
    );
    // Whichever set the chip comes with: the published one, initial keys of its own, the published one over a trusted line.
    pulled_everywhere(&demo, Line::Open, &blank);
    pulled_everywhere(&own, Line::Open, &|| chip(&own));
    pulled_everywhere(&own, Line::Trusted, &blank);
}

fn pulled_everywhere(vault: &Vault, line: Line, new: &dyn Fn() -> Arc<Mutex<Local>>) {
    let (whole, commands) = over(line, &new(), Pull::Never, vault);
    assert!(whole.summary.is_complete(), "{:?}", whole.errors);
    let mut pulls = 0;
    for at in 0..commands {
        for pull in [Pull::Before(at), Pull::After(at)] {
            let card = new();
            let (run, _) = over(line, &card, pull, vault);
            assert_eq!((run.summary.issued, run.summary.failed), (0, 1), "{pull:?}");
            assert!(run.errors[0].contains("taken out"), "{:?}", run.errors);
            assert!(!run.return_file.contains(",issued,"), "{pull:?}");
            pulls += 1;
            let (again, _) = over(line, &card, Pull::Never, vault);
            if again.summary.is_complete() {
                continue;
            }
            // Only where the very last command was carried out: the card is SECURED and its answer was lost.
            let last = matches!(pull, Pull::After(at) | Pull::Before(at) if at + 2 >= commands);
            assert!(last, "{pull:?}: {:?}", again.errors);
            assert!(
                again.errors[0].contains("personalized already"),
                "{:?}",
                again.errors
            );
        }
    }
    println!("{pulls} pulls, {commands} commands a card");
    assert_eq!(pulls, 2 * commands);
}

#[test]
fn a_forged_answer_is_noticed_before_the_card_is_secured() {
    let vault = Vault::demo().unwrap();
    let (_, commands) = on_card(&blank(), Pull::Never, &vault);
    let mut noticed = 0;
    for at in 0..commands {
        let card = blank();
        let (run, _) = on_card(&card, Pull::Forge(at), &vault);
        noticed += run.summary.failed;
    }
    // SELECT's FCI is nothing the bureau relies on; the diversification data of INITIALIZE UPDATE neither.
    println!("{noticed} forged answers noticed");
    assert!(
        noticed >= 3,
        "PUT KEY, digests and SET STATUS carry an R-MAC: {noticed}"
    );
}

#[test]
fn a_personalized_card_and_a_strangers_card_are_refused() {
    let vault = Vault::demo().unwrap();
    let card = blank();
    assert!(on_card(&card, Pull::Never, &vault).0.summary.is_complete());
    let (run, _) = on_card(&card, Pull::Never, &vault);
    assert!(
        run.errors[0].contains("personalized already"),
        "{:?}",
        run.errors
    );

    let other = Vault::generate(roots::all()).unwrap();
    let (run, _) = on_card(&card, Pull::Never, &other);
    assert!(
        run.errors[0].contains("another issuer's card"),
        "{:?}",
        run.errors
    );
}

#[test]
fn an_order_that_cannot_be_whole_does_not_begin() {
    let vault = Vault::demo().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("return.csv");
    let mut file = ReturnFile::create(&path).unwrap();
    let mut start = |options: &IssueOptions, batch: &Batch| {
        issue(
            batch,
            options,
            &vault,
            &mut OneHand(None),
            &mut file,
            &PinSheet::default(),
            &mut |_| panic!("nothing may begin"),
        )
    };
    let no_number = IssueOptions {
        first_card_number: None,
        ..options(Line::Open)
    };
    let error = start(&no_number, &batch(2)).unwrap_err();
    assert!(matches!(
        error,
        OrderError::Row {
            line: 2,
            error: CardError::NoCardNumber
        }
    ));
    let faulty =
        support::read("number,name,sex,ethnic_group,birth_date\n1,张三,1,01,19811010\n".as_bytes());
    let error = start(&options(Line::Open), &faulty).unwrap_err();
    assert!(matches!(error, OrderError::FaultyBatch { .. }), "{error}");
    // Two columns for the name: nobody knows which is meant, so the valid rows are not issued either.
    let twice = support::read(
        "number,name,姓名,sex,ethnic_group,birth_date\n420106199409199995,张三,李四,1,01,19940919\n"
            .as_bytes(),
    );
    let skip = IssueOptions {
        skip_invalid: true,
        ..options(Line::Open)
    };
    let error = start(&skip, &twice).unwrap_err();
    assert!(
        matches!(error, OrderError::FaultyHeading { faults: 1 }),
        "{error}"
    );
    // The return file of an earlier order is never written over.
    assert!(matches!(
        ReturnFile::create(&path),
        Err(OrderError::FileExists { .. })
    ));
}
