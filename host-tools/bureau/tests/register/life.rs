//! The life of an order.

use ssc_bureau::journal::Note;
use ssc_bureau::register::{CardStatus, ChipState, Filter, OrderState};
use ssc_bureau::steps::Step;

use crate::books::{Books, LONG, begins, done, loaded};

#[test]
fn an_order_becomes_a_card() {
    for books in Books::both() {
        let register = &books.register;
        let job = books.job("one", 1, 3);
        let state = |row| register.order(job, row).unwrap().unwrap().state;
        assert_eq!(register.counts(job).unwrap().of(OrderState::Validated), 3);

        let leased = register.lease(job, "head 1", LONG).unwrap().unwrap();
        assert_eq!((leased.lease.row, leased.lease.fence), (2, 1));
        assert_eq!(leased.sealed, b"000000019");
        assert_eq!(state(2), OrderState::Reserved);
        let write = |notes: &[Note]| register.write(&leased.lease, notes).unwrap();
        write(&loaded("C1")[..2]);
        assert_eq!(state(2), OrderState::InPersonalization);
        write(&loaded("C1")[2..]);
        assert_eq!(state(2), OrderState::Checked);
        write(&[begins(Step::Secure)]);
        let chip = |serial| register.chip(serial).unwrap().unwrap();
        assert_eq!(chip("C1").state, ChipState::MayBeFinished);
        write(&[done(Step::Secure), Note::Issued]);
        assert_eq!(state(2), OrderState::Delivered);
        assert_eq!((chip("C1").state, chip("C1").row), (ChipState::Issued, 2));
        let citizen = register.citizen("one-2", "ssc").unwrap().unwrap();
        assert_eq!(citizen.status, CardStatus::Living);
        assert_eq!(citizen.card_number, "000000019");

        let rest = register.orders(job, 0, 10, Filter::Remaining).unwrap();
        assert_eq!(
            rest.iter().map(|order| order.row).collect::<Vec<_>>(),
            [3, 4]
        );
        assert_eq!(books.lease(job).unwrap().row, 3);
        // Created, three orders, and eight notes of the card.
        assert_eq!(register.verify_chain(job).unwrap().0, 1 + 3 + 8);
        books.whole(job);
    }
}
