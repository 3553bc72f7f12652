//! Orders that no chip takes, and chips that take no order: who is given up, and who is not.

use std::sync::Mutex;

use apdu_specs::Generation;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{End, Engine, Stop};
use ssc_bureau::job::PinPolicy;
use ssc_bureau::register::{ChipState, OrderState};
use ssc_bureau::run_event::RunEvent;
use ssc_bureau::sealing::Sealing;
use ssc_database::{Database, Migrations};
use ssc_person::Name;
use ssc_reader::Shared;
use ssc_reader::head::Head;

use super::floor::{Floor, create_with};
use super::heads::foreign_of;
use super::table::{Slot, Table};
use crate::support;

fn two(table: &std::sync::Arc<Table>) -> [Box<dyn Head>; 2] {
    ["left", "right"].map(|name| Box::new(Slot::new(name, table)) as _)
}

/// A rule at the card that this person's data breaks. Three chips are spoiled, no head is taken out, all others get their cards; the next run
/// tries it again.
#[test]
fn an_order_that_every_chip_refuses_is_given_up_and_no_head_is_taken_out() {
    let floor = Floor::new(6);
    let table = Table::quiet(20);
    table.refuse(Some(3));
    let said = Mutex::new(Vec::new());
    let run = floor
        .run_as(
            &floor.register,
            "m",
            &mut two(&table),
            &Stop::new(),
            &|event| {
                if let RunEvent::Failed { line, reason, .. } = event {
                    said.lock().unwrap().push((line, reason.english));
                }
            },
        )
        .unwrap();
    assert!(run.heads.iter().all(|(_, end)| *end == End::Done));
    assert_eq!(table.bad().len(), 3, "chips are spoiled");
    assert_eq!(run.counts.of(OrderState::Delivered), 5);
    let order = floor.register.order(floor.job, 3).unwrap().unwrap();
    assert_eq!((order.state, order.attempts), (OrderState::ToBeRemade, 3));
    assert!(order.reason.unwrap().0.contains("6A80"));
    let said = said.into_inner().unwrap();
    assert!(said.iter().all(|(line, _)| *line == Some(3)), "{said:?}");
    assert!(said[2].1.contains("given up"), "{said:?}");
    for number in table.bad() {
        let chip = floor.register.chip(&support::serial(&table.all()[number]));
        assert_eq!(chip.unwrap().unwrap().state, ChipState::SetAside);
    }
    // Somebody has looked.
    table.refuse(None);
    floor.run(&mut two(&table)).unwrap();
    floor.check(&table);
}

/// Where nothing is written, of three orders one after the other, it is the head.
#[test]
fn a_head_that_spoils_three_orders_is_taken_out() {
    let floor = Floor::new(6);
    let table = Table::quiet(20);
    table.refuse_all();
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    let run = floor.run(&mut heads).unwrap();
    assert!(matches!(run.heads[0].1, End::Out(_)), "{:?}", run.heads);
    assert_eq!(table.bad().len(), 7, "three, three, and one chip");
}

/// What is decided of line 3 fits no card: no chip is touched for it.
#[test]
fn an_order_that_fits_no_card_spoils_no_chip() {
    let floor = Floor::new(4);
    let record = floor.register.job(floor.job).unwrap();
    let sealing = Sealing::open(&record.sealed_key, &floor.vault).unwrap();
    let nothing = Migrations {
        name: "probe",
        texts: &[],
    };
    let books = Database::open(&floor.store, &nothing).unwrap();
    let sealed = books
        .read(|books| {
            books
                .row("SELECT sealed FROM decided WHERE line = 3", &[])?
                .unwrap()
                .bytes(0)
        })
        .unwrap();
    let mut decided = sealing.unseal(3, &sealed).unwrap();
    decided.model = CardModel::plain(Generation::V1);
    decided.holder.name = Name::parse(&"欧".repeat(20)).unwrap();
    let sealed = sealing.seal(&decided).unwrap();
    books
        .transaction(|books| {
            let values = [sealed.clone().into()];
            books.execute("UPDATE decided SET sealed = $1 WHERE line = 3", &values)
        })
        .unwrap();
    let table = Table::quiet(20);
    let run = floor.run(&mut two(&table)).unwrap();
    assert!(run.heads.iter().all(|(_, end)| *end == End::Done));
    assert_eq!(run.counts.of(OrderState::Delivered), 3);
    assert!(table.bad().is_empty(), "no chip is spoiled");
    let order = floor.register.order(floor.job, 3).unwrap().unwrap();
    assert_eq!(order.state, OrderState::ToBeRemade);
    assert!(order.reason.unwrap().0.contains("30 bytes"));
}

/// A chip with another maker's initial keys: nothing is written on it, nothing is noted of it, and with the right keys it becomes a card.
#[test]
fn a_chip_with_other_initial_keys_stays_unknown_and_is_used_with_the_right_ones() {
    let mut floor = Floor::new(1);
    let table = Table::quiet(1);
    let (chip, keys) = foreign_of(0x99);
    let serial = support::serial(&chip);
    let number = table.lay(chip.clone());
    floor
        .run(&mut [Box::new(Slot::with_card("head", &table))])
        .unwrap();
    assert_eq!(table.bad(), [number]);
    assert_eq!(floor.register.chip(&serial).unwrap(), None);

    floor.job = create_with(&floor.register, &keys, 1, 8, PinPolicy::Random);
    let table = Table::quiet(0);
    table.lay(chip);
    let stop = Stop::new();
    let engine = Engine::open(
        &floor.register,
        floor.job,
        &keys,
        Line::Open,
        "m",
        &stop,
        &|_| {},
    );
    let run = engine
        .unwrap()
        .run(&mut [Box::new(Slot::new("head", &table))])
        .unwrap();
    assert_eq!(run.counts.of(OrderState::Delivered), 1);
    let known = floor.register.chip(&serial).unwrap().unwrap();
    assert_eq!((known.state, known.job), (ChipState::Issued, floor.job));
    assert!(support::is_secured(
        &mut Shared::clone(&table.all()[0]),
        &keys
    ));
}
