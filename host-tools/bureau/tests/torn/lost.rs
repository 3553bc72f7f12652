//! Cards whose last answer was lost: found out by asking them, and no other card taken for one of them.

use std::collections::BTreeSet;

use apdu_specs::Generation;
use card_os::store::ObjectId;
use card_testbench::objects;
use ssc_bureau::card_model::{CARD_MODELS, CardModel};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::job::{Job, OrderOptions};
use ssc_bureau::journal::{MemoryJournal, Note};
use ssc_keys::{Vault, roots};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Faults, ReaderError, Shared, Tapped};
use ssc_simulator::Flash;

use super::hand::*;
use crate::support;

/// The card whose last answer was lost, in every model; pulled again at every command with which it is asked.
#[test]
fn a_card_whose_last_answer_was_lost_is_found_out_by_asking_it() {
    let vault = Vault::generate(roots::all()).unwrap();
    for model in CARD_MODELS {
        let (_, commands) =
            Order::of(model, Line::Open).over(&chip(&vault), Faults::none(), &vault);
        let lost = || {
            let card = chip(&vault);
            let mut order = Order::of(model, Line::Open);
            let (run, _) = order.over(&card, after(commands - 1), &vault);
            assert_eq!(run.summary.failed, 1, "{}", model.name);
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
        let most = if model.generation == Generation::V3 {
            2
        } else {
            1
        };
        assert!(changed.len() <= most, "{}: {changed:04X?}", model.name);
        // Nothing more to do: no card is asked for.
        let done = order.run(&mut OneHand(None), &vault);
        assert!(done.summary.is_complete());
        for at in 0..asked {
            for pull in [before(at), after(at)] {
                let (card, mut order) = lost();
                let (run, _) = order.over(&card, pull.clone(), &vault);
                assert!(!run.summary.is_complete(), "{} {pull:?}", model.name);
                let (run, _) = order.over(&card, Faults::none(), &vault);
                assert!(
                    run.summary.is_complete(),
                    "{} {pull:?}: {:?}",
                    model.name,
                    run.errors
                );
            }
        }
        println!("{}: asked with {asked} commands", model.name);
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

/// A chip that this order lost before it was finished, and that another order has made a card of since, is refused: its number is another.
#[test]
fn a_card_that_another_order_has_finished_since_is_not_taken_for_this_ones() {
    let vault = Vault::demo().unwrap();
    for model in CARD_MODELS {
        let card = blank();
        let mut order = Order::of(model, Line::Open);
        let (_, commands) = Order::of(model, Line::Open).over(&blank(), Faults::none(), &vault);
        // SET STATUS does not reach the card: command and GET RESPONSE.
        let (run, _) = order.over(&card, before(commands - 2), &vault);
        assert_eq!(run.summary.failed, 1);
        assert!(!is_secured(&card, &vault), "{}", model.name);
        let options = OrderOptions {
            first_card_number: Some(2),
            ..options(model)
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
        assert_eq!(run.summary.issued, 0, "{}", model.name);
        assert!(
            run.errors[0].contains("personalized already"),
            "{:?}",
            run.errors
        );
    }
}

/// Cards whose last answers were lost come back in any order: each is its own row's.
#[test]
fn state_unknowns_that_come_back_in_another_order_are_their_own_rows() {
    let vault = Vault::demo().unwrap();
    let model = CardModel::plain(Generation::V3);
    let (_, commands) = Order::of(model, Line::Open).over(&blank(), Faults::none(), &vault);
    let mut order = Order {
        job: Job::decide(&batch(3), &options(model)).unwrap(),
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
