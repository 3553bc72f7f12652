//! Two machines on one queue, in a file and on a server.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ssc_bureau::engine::{End, Stop};
use ssc_bureau::register::{ChipState, OrderState};
use ssc_bureau::run_event::{HeadState, RunEvent};
use ssc_database::Store;
use ssc_harness::postgres::Postgres;
use ssc_reader::ReaderFault;
use ssc_reader::head::Head;

use super::floor::Floor;
use super::table::{Slot, Table};
use super::unfed::Unfed;
use crate::support;

pub fn on_server() -> Store {
    static SERVER: LazyLock<Mutex<Postgres>> =
        LazyLock::new(|| Mutex::new(Postgres::start().unwrap()));
    let server = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    Store::parse(&server.database().unwrap()).unwrap()
}

#[test]
fn two_machines_share_one_queue() {
    let folder = tempfile::tempdir().unwrap();
    let in_file = Store::file(folder.path().join("bureau.db"));
    for store in [in_file, on_server()] {
        let floor = Floor::of(store, 40, None);
        let table = Table::quiet(40);
        let machine = |name: &'static str| {
            let (floor, table) = (&floor, &table);
            move || {
                let mut heads: Vec<Box<dyn Head>> = (1..=2)
                    .map(|head| Box::new(Slot::new(&format!("head {head}"), table)) as _)
                    .collect();
                let made = Mutex::new(0);
                let register = floor.again();
                floor
                    .run_as(&register, name, &mut heads, &Stop::new(), &|event| {
                        if matches!(event, RunEvent::Delivered { .. }) {
                            *made.lock().unwrap() += 1;
                        }
                    })
                    .unwrap();
                made.into_inner().unwrap()
            }
        };
        let made = std::thread::scope(|scope| {
            let machines = [machine("one"), machine("two")].map(|run| scope.spawn(run));
            machines.map(|machine| machine.join().unwrap())
        });
        println!("{made:?} cards on {}", floor.register.store());
        assert_eq!(made.iter().sum::<i32>(), 40);
        assert!(made.iter().all(|made| *made > 0), "{made:?}");
        floor.check(&table);
        assert_eq!(table.all().len(), 40);
    }
}

/// The card was begun, was taken out, and lies in a head of the second machine. The first has its order meanwhile and waits for a card.
#[test]
fn a_begun_card_gets_its_order_from_the_other_machine() {
    let folder = tempfile::tempdir().unwrap();
    let in_file = Store::file(folder.path().join("bureau.db"));
    for store in [in_file, on_server()] {
        let floor = Floor::of(store, 1, None);
        let table = Table::new(
            1,
            Box::new(|_, exchange| (exchange == 20).then_some(ReaderFault::LostCommand)),
        );
        let stop = Stop::new();
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
        floor
            .run_as(&floor.register, "first", &mut heads, &stop, &|event| {
                if matches!(event, RunEvent::Failed { .. }) {
                    stop.ask();
                }
            })
            .unwrap();
        let serial = support::serial(&table.all()[0]);
        let begun = floor.register.chip(&serial).unwrap().unwrap();
        assert_eq!((begun.state, table.pile()), (ChipState::Writing, vec![0]));

        let (first, second) = (Stop::new(), Stop::new());
        let told = Mutex::new(Vec::new());
        let ended = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let mut heads: [Box<dyn Head>; 1] = [Box::new(Unfed("unfed".into()))];
                floor.run_as(&floor.again(), "first", &mut heads, &first, &|_| {})
            });
            let limit = Instant::now() + Duration::from_secs(15);
            while floor.register.leased(floor.job).unwrap() == 0 {
                assert!(Instant::now() < limit, "nobody leases");
            }
            let machine = scope.spawn(|| {
                let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::with_card("head", &table))];
                floor.run_as(&floor.again(), "second", &mut heads, &second, &|event| {
                    if let RunEvent::Head {
                        state: HeadState::Asks { line, reason },
                        ..
                    } = event
                    {
                        told.lock().unwrap().push((line, reason.english));
                    }
                })
            });
            while !machine.is_finished() && Instant::now() < limit {
                std::thread::sleep(Duration::from_millis(50));
            }
            first.ask();
            second.ask();
            waiting.join().unwrap().unwrap();
            machine.join().unwrap().unwrap()
        });
        let told = told.into_inner().unwrap();
        println!("{told:?} on {}", floor.register.store());
        assert_eq!(ended.counts.of(OrderState::Delivered), 1, "{told:?}");
        assert_eq!(ended.heads[0].1, End::Done);
        let [(2, words)] = &told[..] else {
            panic!("{told:?}");
        };
        assert!(
            words.contains("first/unfed has the order of line 2"),
            "{words}"
        );
        floor.check(&table);
        assert_eq!((table.all().len(), table.good()), (1, vec![0]));
    }
}
