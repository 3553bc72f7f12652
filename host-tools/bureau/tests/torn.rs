//! Orders that go wrong: a card pulled at every single APDU, cards that are not blank, answers that are forged.
//! No half-issued card counts as issued, and every torn card can be begun again.

mod support;
mod torn {
    pub mod hand;
    mod lost;
}

use ssc_bureau::domain_keys::Line;
use ssc_keys::{Vault, roots};
use ssc_reader::{Faults, ReaderFault};

use torn::hand::*;

/// A card pulled anywhere is not issued, as far as the order knows; the same order, run again on it, issues it or finds out that it is
/// issued, with the number that the register has. Only where nothing is known does it stay what it is: for another order.
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
    let (whole, commands) = Order::new(line, vault).over(&new(), Faults::none(), vault);
    assert!(whole.is_complete(), "{:?}", whole.errors);
    let (mut pulls, mut found_out) = (0, 0);
    for at in 0..commands {
        for pull in [before(at), after(at)] {
            let card = new();
            let order = Order::new(line, vault);
            let (run, _) = order.over(&card, pull.clone(), vault);
            assert_eq!((run.issued, run.remaining), (0, 1), "{pull:?}");
            assert!(run.errors[0].contains("taken out"), "{:?}", run.errors);
            assert!(!run.return_file.contains(",delivered,"), "{pull:?}");
            pulls += 1;
            if is_secured(&card, vault) {
                // Only where the very last command was carried out. Whoever knows nothing of this order refuses the card.
                assert!(at + 2 >= commands, "{pull:?}");
                found_out += 1;
                let (other, _) = on_card(&card, Faults::none(), vault);
                assert!(other.errors[0].contains("personalized already"));
                assert_eq!(other.issued, 0);
            }
            let (again, _) = order.over(&card, Faults::none(), vault);
            assert!(again.is_complete(), "{pull:?}: {:?}", again.errors);
            assert!(again.return_file.contains(&order.number()), "{pull:?}");
            assert!(again.return_file.contains(",delivered,"), "{pull:?}");
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
        noticed += run.remaining;
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
    assert!(on_card(&card, Faults::none(), &vault).0.is_complete());
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
