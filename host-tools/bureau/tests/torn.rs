//! Orders that go wrong: a card pulled at every single APDU, cards that are not blank, answers that are forged.
//! No half-issued card counts as issued, and every torn card can be begun again.

mod support;

use std::collections::BTreeSet;

use apdu_specs::Generation;
use card_os::store::ObjectId;
use card_testbench::objects;
use ssc_bureau::batch::Batch;
use ssc_bureau::channel::{HostChannel, Level, select_domain};
use ssc_bureau::chip::prepare;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::error::{CardError, OrderError};
use ssc_bureau::job::{Job, OrderOptions, PinPolicy};
use ssc_bureau::journal::{Journal as _, MemoryJournal, Note};
use ssc_bureau::order::{Event, Records, Summary, issue};
use ssc_bureau::profile::{PROFILES, Profile};
use ssc_bureau::return_file::ReturnFile;
use ssc_bureau::steps::card_factor;
use ssc_keys::{KeyService, Vault, roots};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, CommandApdu, Faults, ReaderError, ReaderFault, Shared, Tapped};
use ssc_simulator::{Flash, SimulatedCard as Local};
use ssc_words::Lang;

/// A card that the test keeps while an order has it.
type Kept = Shared<Local>;

/// The card in a reader that someone interferes with.
type Hand = Tapped<Kept, Faults>;

/// The command with this number does not reach the card.
fn before(number: usize) -> Faults {
    Faults::once(number, ReaderFault::LostCommand)
}

/// The card has carried the command with this number out, its answer is lost.
fn after(number: usize) -> Faults {
    Faults::once(number, ReaderFault::LostAnswer)
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

fn options(profile: &'static Profile) -> OrderOptions {
    OrderOptions {
        profile,
        region: None,
        first_card_number: Some(1),
        issue_date: support::today(),
        skip_invalid: false,
        pins: PinPolicy::Demo,
    }
}

struct Run {
    summary: Summary,
    errors: Vec<String>,
    return_file: String,
}

/// An order of one card, and its journal, which outlives the programs that run it.
struct Order {
    job: Job,
    journal: MemoryJournal,
    line: Line,
}

impl Order {
    fn new(line: Line) -> Self {
        Self::of(Profile::plain(Generation::V2), line)
    }

    fn of(profile: &'static Profile, line: Line) -> Self {
        Self {
            job: Job::decide(&batch(1), &options(profile)).unwrap(),
            journal: MemoryJournal::default(),
            line,
        }
    }

    fn run(&mut self, feeder: &mut dyn Feeder, keys: &dyn KeyService) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("return.csv");
        let records = self.journal.records().unwrap();
        let mut errors = Vec::new();
        let summary = issue(
            &self.job,
            keys,
            self.line,
            feeder,
            &mut Records {
                journal: &mut self.journal,
                return_file: &mut ReturnFile::of_journal(&path, Lang::En, &records).unwrap(),
            },
            &mut |event| {
                if let Event::Failed { error, .. } = event {
                    errors.push(error.to_string());
                }
            },
        )
        .unwrap();
        Run {
            summary,
            errors,
            return_file: std::fs::read_to_string(&path).unwrap(),
        }
    }

    /// Runs it over a card in somebody's hand; tells how many commands were sent too.
    fn over(&mut self, card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
        card.clone().reset().unwrap();
        let sent = faults.seen();
        let run = self.run(&mut OneHand(Some(Tapped::new(card.clone(), faults))), keys);
        (run, sent.count())
    }
}

/// A new order over a card.
fn on_card(card: &Kept, faults: Faults, keys: &dyn KeyService) -> (Run, usize) {
    Order::new(Line::Open).over(card, faults, keys)
}

fn blank() -> Kept {
    Shared::new(support::blank(1))
}

/// A chip with the vault's initial keys.
fn chip(keys: &Vault) -> Kept {
    let mut card = support::blank(1);
    prepare(&mut card, keys).unwrap();
    Shared::new(card)
}

/// A card pulled anywhere is not issued, as far as the order knows; the same order, run again on it, issues it or finds out that it is
/// issued, with the number that the journal has. Only where nothing is known does it stay what it is: for another order.
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

fn pulled_everywhere(vault: &Vault, line: Line, new: &dyn Fn() -> Kept) {
    let (whole, commands) = Order::new(line).over(&new(), Faults::none(), vault);
    assert!(whole.summary.is_complete(), "{:?}", whole.errors);
    let (mut pulls, mut found_out) = (0, 0);
    for at in 0..commands {
        for pull in [before(at), after(at)] {
            let card = new();
            let mut order = Order::new(line);
            let (run, _) = order.over(&card, pull.clone(), vault);
            assert_eq!((run.summary.issued, run.summary.failed), (0, 1), "{pull:?}");
            assert!(run.errors[0].contains("taken out"), "{:?}", run.errors);
            assert!(!run.return_file.contains(",issued,"), "{pull:?}");
            pulls += 1;
            if is_secured(&card, vault) {
                // Only where the very last command was carried out. Whoever knows nothing of this order refuses the card.
                assert!(at + 2 >= commands, "{pull:?}");
                found_out += 1;
                let (other, _) = on_card(&card, Faults::none(), vault);
                assert!(other.errors[0].contains("personalized already"));
                assert_eq!(other.summary.issued, 0);
            }
            let (again, _) = order.over(&card, Faults::none(), vault);
            assert!(again.summary.is_complete(), "{pull:?}: {:?}", again.errors);
            let number = order.job.cards[0].card_number;
            assert!(again.return_file.contains(number.as_str()), "{pull:?}");
            assert!(again.return_file.contains(",issued,"), "{pull:?}");
        }
    }
    println!("{pulls} pulls, {commands} commands a card, {found_out} cards found out by asking");
    assert_eq!(pulls, 2 * commands);
    // The answer to SET STATUS waits behind a GET RESPONSE: lost with the command's own answer, before that, or after.
    assert_eq!(found_out, 3);
}

/// What an issuer's tool is told by GET STATUS.
fn is_secured(card: &Kept, vault: &Vault) -> bool {
    let mut card = card.card();
    card.reset().unwrap();
    let factor = card_factor(card.atr()).unwrap();
    select_domain(&mut *card).unwrap();
    let issuer = vault.issuer_keys(&factor).unwrap();
    let Ok(mut channel) = HostChannel::open(&mut *card, &issuer, Level::Checking) else {
        return false;
    };
    let get = CommandApdu::new(0x80, 0xF2, 0x80, 0x02).data(&[0x4F, 0x00]);
    let answer = channel.send(&get).unwrap().ok().unwrap();
    answer
        .windows(4)
        .any(|part| part == [0x9F, 0x70, 0x01, 0x0F])
}

/// The card whose last answer was lost, in every profile; pulled again at every command with which it is asked.
#[test]
fn a_card_whose_last_answer_was_lost_is_found_out_by_asking_it() {
    let vault = Vault::generate(roots::all()).unwrap();
    for profile in PROFILES {
        let (_, commands) =
            Order::of(profile, Line::Open).over(&chip(&vault), Faults::none(), &vault);
        let lost = || {
            let card = chip(&vault);
            let mut order = Order::of(profile, Line::Open);
            let (run, _) = order.over(&card, after(commands - 1), &vault);
            assert_eq!(run.summary.failed, 1, "{}", profile.name);
            assert!(is_secured(&card, &vault));
            (card, order)
        };
        let (card, mut order) = lost();
        let untouched = card.card().flash().unwrap().clone();
        let (found, asked) = order.over(&card, Faults::none(), &vault);
        assert!(found.summary.is_complete(), "{:?}", found.errors);
        let issued = order.journal.entries().last().unwrap();
        assert_eq!(issued.note, Note::Issued);
        // Nothing is written but counters: that of channels, and that of the key that is shown for the card number.
        let changed = changed(&untouched, card.card().flash().unwrap());
        let most = if profile.generation == Generation::V3 {
            2
        } else {
            1
        };
        assert!(changed.len() <= most, "{}: {changed:04X?}", profile.name);
        // Nothing more to do: no card is asked for.
        let done = order.run(&mut OneHand(None), &vault);
        assert!(done.summary.is_complete());
        for at in 0..asked {
            for pull in [before(at), after(at)] {
                let (card, mut order) = lost();
                let (run, _) = order.over(&card, pull.clone(), &vault);
                assert!(!run.summary.is_complete(), "{} {pull:?}", profile.name);
                let (run, _) = order.over(&card, Faults::none(), &vault);
                assert!(
                    run.summary.is_complete(),
                    "{} {pull:?}: {:?}",
                    profile.name,
                    run.errors
                );
            }
        }
        println!("{}: asked with {asked} commands", profile.name);
    }
}

/// The objects in which two states of a card differ.
fn changed(before: &Flash, after: &Flash) -> Vec<ObjectId> {
    let (before, after) = (objects(before), objects(after));
    let ids: BTreeSet<ObjectId> = before.keys().chain(after.keys()).copied().collect();
    ids.into_iter()
        .filter(|id| before.get(id) != after.get(id))
        .collect()
}

#[test]
fn a_forged_answer_is_noticed_before_the_card_is_secured() {
    let vault = Vault::demo().unwrap();
    let (_, commands) = on_card(&blank(), Faults::none(), &vault);
    let mut noticed = 0;
    for at in 0..commands {
        let card = blank();
        let (run, _) = on_card(&card, Faults::once(at, ReaderFault::Forged), &vault);
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
    assert!(
        on_card(&card, Faults::none(), &vault)
            .0
            .summary
            .is_complete()
    );
    let (run, _) = on_card(&card, Faults::none(), &vault);
    assert!(
        run.errors[0].contains("personalized already"),
        "{:?}",
        run.errors
    );

    let other = Vault::generate(roots::all()).unwrap();
    let (run, _) = on_card(&card, Faults::none(), &other);
    assert!(
        run.errors[0].contains("another issuer's card"),
        "{:?}",
        run.errors
    );
}

/// A chip that this order lost before it was finished, and that another order has made a card of since, is refused: its number is another.
#[test]
fn a_card_that_another_order_has_finished_since_is_not_taken_for_this_ones() {
    let vault = Vault::demo().unwrap();
    for profile in PROFILES {
        let card = blank();
        let mut order = Order::of(profile, Line::Open);
        let (_, commands) = Order::of(profile, Line::Open).over(&blank(), Faults::none(), &vault);
        // SET STATUS does not reach the card: command and GET RESPONSE.
        let (run, _) = order.over(&card, before(commands - 2), &vault);
        assert_eq!(run.summary.failed, 1);
        assert!(!is_secured(&card, &vault), "{}", profile.name);
        let options = OrderOptions {
            first_card_number: Some(2),
            ..options(profile)
        };
        let mut other = Order {
            job: Job::decide(&batch(1), &options).unwrap(),
            journal: MemoryJournal::default(),
            line: Line::Open,
        };
        assert!(
            other
                .over(&card, Faults::none(), &vault)
                .0
                .summary
                .is_complete()
        );
        let (run, _) = order.over(&card, Faults::none(), &vault);
        assert_eq!(run.summary.issued, 0, "{}", profile.name);
        assert!(
            run.errors[0].contains("personalized already"),
            "{:?}",
            run.errors
        );
    }
}

/// Cards whose last answers were lost come back in any order: each is its own row's.
#[test]
fn lost_cards_that_come_back_in_another_order_are_their_own_rows() {
    let vault = Vault::demo().unwrap();
    let profile = Profile::plain(Generation::V3);
    let (_, commands) = Order::of(profile, Line::Open).over(&blank(), Faults::none(), &vault);
    let mut order = Order {
        job: Job::decide(&batch(3), &options(profile)).unwrap(),
        journal: MemoryJournal::default(),
        line: Line::Open,
    };
    let cards: Vec<_> = (1..=3)
        .map(|serial| Shared::new(support::blank(serial)))
        .collect();
    let hand = |number: usize, faults| {
        let mut card: Kept = cards[number].clone();
        card.reset().unwrap();
        Tapped::new(card, faults)
    };
    let lost = || after(commands - 1);
    let mut feeder = Hands(vec![hand(2, lost()), hand(1, lost()), hand(0, lost())]);
    let run = order.run(&mut feeder, &vault);
    assert_eq!(run.summary.failed, 3, "{:?}", run.errors);
    // Row 2 got the first chip. Now the second comes first, then the third, then the first.
    let never = Faults::none;
    let mut feeder = Hands(vec![hand(0, never()), hand(2, never()), hand(1, never())]);
    let run = order.run(&mut feeder, &vault);
    assert!(run.summary.is_complete(), "{:?}", run.errors);
    let rows: Vec<_> = run.return_file.lines().skip(1).collect();
    assert_eq!(rows.len(), 3);
    for (decided, (row, atr)) in order.job.cards.iter().zip(rows.iter().zip([1, 2, 3])) {
        let starts = format!("{},", decided.row);
        assert!(
            row.starts_with(&starts) && row.contains(",issued,"),
            "{row}"
        );
        assert!(row.contains(decided.card_number.as_str()), "{row}");
        assert!(row.contains(&format!("{atr:012X},issued")), "{row}");
    }
}

/// Several hands, the last first.
struct Hands(Vec<Hand>);

impl Feeder for Hands {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        OneHand(self.0.pop()).next_card()
    }
}

#[test]
fn an_order_that_cannot_be_whole_does_not_begin() {
    let profile = Profile::plain(Generation::V2);
    let no_number = OrderOptions {
        first_card_number: None,
        ..options(profile)
    };
    let error = Job::decide(&batch(2), &no_number).err().unwrap();
    assert!(matches!(
        error,
        OrderError::Row {
            line: 2,
            error: CardError::NoCardNumber
        }
    ));
    // The twelfth person's name is beyond 30 bytes, which a card of 1.00 has no room for.
    let error = Job::decide(&batch(12), &options(Profile::plain(Generation::V1))).err();
    assert!(matches!(
        error,
        Some(OrderError::Row {
            line: 13,
            error: CardError::NameTooLong { .. }
        })
    ));
    let faulty =
        support::read("number,name,sex,ethnic_group,birth_date\n1,张三,1,01,19811010\n".as_bytes());
    let error = Job::decide(&faulty, &options(profile)).err().unwrap();
    assert!(matches!(error, OrderError::FaultyBatch { .. }), "{error}");
    // Two columns for the name: nobody knows which is meant, so the valid rows are not issued either.
    let twice = support::read(
        "number,name,姓名,sex,ethnic_group,birth_date\n420106199409199995,张三,李四,1,01,19940919\n"
            .as_bytes(),
    );
    let skip = OrderOptions {
        skip_invalid: true,
        ..options(profile)
    };
    let error = Job::decide(&twice, &skip).err().unwrap();
    assert!(
        matches!(error, OrderError::FaultyHeading { faults: 1 }),
        "{error}"
    );
    // The return file of an earlier order is never written over, nor its journal.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("return.csv");
    drop(ReturnFile::create(&path, Lang::En).unwrap());
    assert!(matches!(
        ReturnFile::create(&path, Lang::En),
        Err(OrderError::FileExists { .. })
    ));
    // A journal of another order is no journal of this one.
    let mut order = Order::new(Line::Open);
    let (run, _) = order.over(&blank(), Faults::none(), &Vault::demo().unwrap());
    assert!(run.summary.is_complete());
    let other = OrderOptions {
        first_card_number: Some(7),
        ..options(profile)
    };
    let job = Job::decide(&batch(1), &other).unwrap();
    let error = issue(
        &job,
        &Vault::demo().unwrap(),
        Line::Open,
        &mut OneHand(None),
        &mut Records {
            journal: &mut order.journal,
            return_file: &mut ReturnFile::of_journal(&path, Lang::En, &[]).unwrap(),
        },
        &mut |_| panic!("nothing may begin"),
    )
    .unwrap_err();
    assert!(
        matches!(error, OrderError::OtherJournal { line: 2 }),
        "{error}"
    );
}
