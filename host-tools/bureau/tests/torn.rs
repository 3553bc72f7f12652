//! Orders that go wrong: a card pulled at every single APDU, cards that are not blank, answers that are forged.
//! No half-issued card counts as issued, and every torn card can be begun again.

mod support;
mod torn {
    pub mod hand;
    mod lost;
}

use apdu_specs::Generation;
use ssc_bureau::card_error::CardError;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::job::{Job, OrderOptions};
use ssc_bureau::order::{Records, issue};
use ssc_bureau::order_error::OrderError;
use ssc_bureau::return_file::ReturnFile;
use ssc_keys::{Vault, roots};
use ssc_reader::{Faults, ReaderFault};
use ssc_words::Lang;

use torn::hand::*;

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

#[test]
fn an_order_that_cannot_be_whole_does_not_begin() {
    let model = CardModel::plain(Generation::V2);
    let no_number = OrderOptions {
        first_card_number: None,
        ..options(model)
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
    let error = Job::decide(&batch(12), &options(CardModel::plain(Generation::V1))).err();
    assert!(matches!(
        error,
        Some(OrderError::Row {
            line: 13,
            error: CardError::NameTooLong { .. }
        })
    ));
    let faulty =
        support::read("number,name,sex,ethnic_group,birth_date\n1,张三,1,01,19811010\n".as_bytes());
    let error = Job::decide(&faulty, &options(model)).err().unwrap();
    assert!(matches!(error, OrderError::FaultyBatch { .. }), "{error}");
    // Two columns for the name: nobody knows which is meant, so the valid rows are not issued either.
    let twice = support::read(
        "number,name,姓名,sex,ethnic_group,birth_date\n420106199409199995,张三,李四,1,01,19940919\n"
            .as_bytes(),
    );
    let skip = OrderOptions {
        skip_invalid: true,
        ..options(model)
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
        ..options(model)
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
        matches!(error, OrderError::OtherJournal { line: 2, .. }),
        "{error}"
    );
}
