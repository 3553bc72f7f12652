//! Cards whose last answer was lost: found out by asking them, and no other card taken for one of them.

use std::collections::BTreeSet;

use apdu_specs::Generation;
use card_os::store::ObjectId;
use card_testbench::objects;
use ssc_bureau::card_model::{CARD_MODELS, CardModel};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::register::Filter;
use ssc_keys::{Vault, roots};
use ssc_reader::{Card as _, Faults, Shared, Tapped};
use ssc_simulator::Flash;

use super::hand::*;
use crate::support;

/// The card whose last answer was lost, in every model; pulled again at every command with which it is asked.
#[test]
fn a_card_whose_last_answer_was_lost_is_found_out_by_asking_it() {
    let vault = Vault::generate(roots::all()).unwrap();
    for model in CARD_MODELS {
        let (_, commands) =
            Order::of(model, Line::Open, &vault).over(&chip(&vault), Faults::none(), &vault);
        let lost = || {
            let card = chip(&vault);
            let order = Order::of(model, Line::Open, &vault);
            let (run, _) = order.over(&card, after(commands - 1), &vault);
            assert_eq!(run.remaining, 1, "{}", model.name);
            assert!(is_secured(&card, &vault));
            (card, order)
        };
        let (card, order) = lost();
        let untouched = card.card().flash().unwrap().clone();
        let (found, asked) = order.over(&card, Faults::none(), &vault);
        assert!(found.is_complete(), "{:?}", found.errors);
        // Nothing is written but counters: that of channels, and that of the key that is shown for the card number.
        let changed = changed(&untouched, card.card().flash().unwrap());
        let most = if model.generation == Generation::V3 {
            2
        } else {
            1
        };
        assert!(changed.len() <= most, "{}: {changed:04X?}", model.name);
        // Nothing more to do: no card is asked for.
        assert!(order.run(Vec::new(), &vault).is_complete());
        for at in 0..asked {
            for pull in [before(at), after(at)] {
                let (card, order) = lost();
                let (run, _) = order.over(&card, pull.clone(), &vault);
                assert!(!run.is_complete(), "{} {pull:?}", model.name);
                let (run, _) = order.over(&card, Faults::none(), &vault);
                assert!(
                    run.is_complete(),
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
        let order = Order::of(model, Line::Open, &vault);
        let (_, commands) =
            Order::of(model, Line::Open, &vault).over(&blank(), Faults::none(), &vault);
        // SET STATUS does not reach the card: command and GET RESPONSE.
        let (run, _) = order.over(&card, before(commands - 2), &vault);
        assert_eq!(run.remaining, 1);
        assert!(!is_secured(&card, &vault), "{}", model.name);
        let other = Order::with(1, 2, model, Line::Open, &vault);
        assert!(other.over(&card, Faults::none(), &vault).0.is_complete());
        let (run, _) = order.over(&card, Faults::none(), &vault);
        assert_eq!(run.issued, 0, "{}", model.name);
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
    let (_, commands) = Order::of(model, Line::Open, &vault).over(&blank(), Faults::none(), &vault);
    let order = Order::with(3, 1, model, Line::Open, &vault);
    let cards: Vec<_> = (1..=3)
        .map(|serial| Shared::new(support::blank(serial)))
        .collect();
    let hand = |number: usize, faults| {
        let mut card: Kept = cards[number].clone();
        card.reset().unwrap();
        Tapped::new(card, faults)
    };
    let lost = || after(commands - 1);
    let hands = vec![hand(2, lost()), hand(1, lost()), hand(0, lost())];
    let run = order.run(hands, &vault);
    assert_eq!(run.remaining, 3, "{:?}", run.errors);
    // Row 2 got the first chip. Now the second comes first, then the third, then the first.
    let never = Faults::none;
    let hands = vec![hand(0, never()), hand(2, never()), hand(1, never())];
    let run = order.run(hands, &vault);
    assert!(run.is_complete(), "{:?}", run.errors);
    let rows: Vec<_> = run.return_file.lines().skip(1).collect();
    assert_eq!(rows.len(), 3);
    let orders = order.register.orders(order.job, 0, 9, Filter::All).unwrap();
    for (order, (row, atr)) in orders.iter().zip(rows.iter().zip([1, 2, 3])) {
        assert!(row.starts_with(&format!("{},", order.row)), "{row}");
        assert!(row.contains(order.card_number.as_deref().unwrap()), "{row}");
        assert!(row.contains(&format!("{atr:012X},delivered")), "{row}");
    }
}
