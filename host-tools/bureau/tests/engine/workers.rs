//! Several workers, and one that is late, stopped or without its books.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{End, Engine, EngineError, Stop};
use ssc_bureau::register::{ChipState, JobState, OrderState};
use ssc_bureau::run_event::{HeadState, RunEvent};
use ssc_database::{Database, Migrations, Store};
use ssc_keys::{Vault, roots};
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, ReaderError, Shared};

use super::floor::Floor;
use super::machines::on_server;
use super::table::{Slot, Table};
use crate::support;

/// More than a card takes.
const MORE: usize = 100;

/// Somebody sleeps at an exchange for so long that another worker has its order when he wakes. He begins no further step.
#[test]
fn a_worker_that_wakes_late_does_nothing_more_to_the_card() {
    let (mut woken, mut in_secure) = (0, 0);
    for at in 0..MORE {
        let floor = Arc::new(Floor::new(1));
        let stop = Arc::new(Stop::new());
        let taken = Arc::new(Mutex::new(None));
        let table = Table::new(1, {
            let (floor, stop, taken) = (floor.clone(), stop.clone(), taken.clone());
            Box::new(move |_, exchange| {
                if exchange == at {
                    floor.clock.add(Duration::from_secs(3_600));
                    let long = Duration::from_secs(60);
                    let other = floor.again();
                    let lease = other.lease_row(floor.job, 2, "another", long).unwrap();
                    *taken.lock().unwrap() = lease.map(|leased| leased.lease);
                    stop.ask();
                }
                None
            })
        });
        let late = Mutex::new(Vec::new());
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::with_card("head", &table))];
        floor
            .run_as(&floor.register, "late", &mut heads, &stop, &|event| {
                let is_late = taken.lock().unwrap().is_some();
                if let RunEvent::Head {
                    state:
                        HeadState::Works {
                            step: Some(step), ..
                        },
                    ..
                } = event
                    && is_late
                {
                    late.lock().unwrap().push(step);
                }
                assert!(!is_late || !matches!(event, RunEvent::Delivered { .. }));
            })
            .unwrap();
        let Some(lease) = taken.lock().unwrap().take() else {
            assert!(at > 20, "{at}");
            floor.check(&table);
            println!("{woken} times woken late, {in_secure} of them in the last step");
            assert!(in_secure > 0 && in_secure < woken);
            return;
        };
        woken += 1;
        assert_eq!(*late.lock().unwrap(), [], "{at}");
        let card = table.all().remove(0);
        let chip = floor.register.chip(&support::serial(&card)).unwrap();
        let state = chip.map(|chip| chip.state);
        let is_secured = support::is_secured(&mut card.clone(), &floor.vault);
        if state == Some(ChipState::MayBeFinished) {
            in_secure += 1;
        } else {
            assert!(!is_secured, "{at}");
        }
        // Nothing of the late one stands behind the other's lease.
        let entries = floor.register.entries(floor.job, 0, 1_000).unwrap();
        let mut fences = entries.iter().filter(|entry| entry.row == 2);
        assert!(fences.all(|entry| entry.fence < lease.fence), "{at}");
        floor.register.release(&lease).unwrap();
        table.back(0);
        floor.run_out(&table, 1);
        floor.check(&table);
    }
    panic!("a card takes more than {MORE} exchanges");
}

/// What happens at an exchange of the first card.
fn meanwhile(at: usize, what: impl Fn() + Send + Sync + 'static) -> Arc<Table> {
    Table::new(
        9,
        Box::new(move |chip, exchange| {
            if (chip, exchange) == (0, at) {
                what();
            }
            None
        }),
    )
}

#[test]
fn a_stop_or_a_pause_finishes_the_card_in_hand() {
    let floor = Arc::new(Floor::new(5));
    let stop = Arc::new(Stop::new());
    let asked = stop.clone();
    let table = meanwhile(5, move || asked.ask());
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &stop, &|_| {})
        .unwrap();
    assert_eq!(run.counts.of(OrderState::Delivered), 1);
    assert_eq!((table.all().len(), run.heads[0].1.clone()), (1, End::Done));

    let other = floor.clone();
    let table = meanwhile(5, move || {
        let register = other.again();
        register.set_job_state(other.job, JobState::Paused).unwrap();
    });
    table.lay(Shared::new(support::blank(1)));
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::with_card("head", &table))];
    let run = floor.run(&mut heads).unwrap();
    assert_eq!(run.counts.of(OrderState::Delivered), 2);
    assert_eq!(table.all().len(), 1);
    let state = floor.register.job(floor.job).unwrap().state;
    assert_eq!(state, JobState::Paused, "it stays paused");
}

/// Somebody pauses the job between a command's look at it and the beginning of the run.
#[test]
fn a_pause_just_before_a_run_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let in_file = Store::file(folder.path().join("bureau.db"));
    for store in [in_file, on_server()] {
        let floor = Floor::of(store, 1, None);
        let stop = Stop::new();
        let (register, job, keys) = (&floor.register, floor.job, &floor.vault);
        let engine = Engine::open(register, job, keys, Line::Open, "m", &stop, &|_| {}).unwrap();
        register.set_job_state(job, JobState::Paused).unwrap();
        let table = Table::quiet(1);
        let refused = engine.run(&mut [Box::new(Slot::new("head", &table))]);
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("ssc job resume 'job 7'"), "{error}");
        assert_eq!(register.job(job).unwrap().state, JobState::Paused);
        assert_eq!(table.asked(), 0);
        register.set_job_state(job, JobState::Ready).unwrap();
        floor
            .run(&mut [Box::new(Slot::new("head", &table))])
            .unwrap();
        floor.check(&table);
        assert_eq!(register.job(job).unwrap().state, JobState::Ready);
    }
}

#[test]
fn other_keys_than_the_jobs_touch_no_card() {
    let floor = Floor::new(1);
    let other = Vault::generate(roots::all()).unwrap();
    let stop = Stop::new();
    let refused = Engine::open(
        &floor.register,
        floor.job,
        &other,
        Line::Open,
        "m",
        &stop,
        &|_| {},
    );
    assert!(matches!(refused.err(), Some(EngineError::OtherKeys { .. })));
}

/// The books are gone at an exchange: the head stops with an error before its next step, and the job goes on from there.
#[test]
fn without_its_books_a_head_stops() {
    let nothing = Migrations {
        name: "probe",
        texts: &[],
    };
    for at in [1, 4, 10, 20, 30] {
        let floor = Arc::new(Floor::new(2));
        let books = Arc::new(Database::open(&floor.store, &nothing).unwrap());
        let change = {
            let books = books.clone();
            move |statement: &str| {
                books
                    .transaction(|books| books.execute(statement, &[]))
                    .unwrap();
            }
        };
        let take_away = change.clone();
        let table = meanwhile(at, move || {
            take_away("ALTER TABLE orders RENAME TO orders_gone");
        });
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
        let error = floor.run(&mut heads).unwrap_err();
        assert!(error.to_string().contains("orders"), "{error}");
        assert_eq!(table.all().len(), 1, "no second card was begun");
        assert!(!support::is_secured(
            &mut table.all()[0].clone(),
            &floor.vault
        ));
        change("ALTER TABLE orders_gone RENAME TO orders");
        // The lease of the head that failed ends.
        floor.clock.add(Duration::from_secs(60));
        table.back(0);
        floor.run_out(&table, 1);
        floor.check(&table);
    }
}

/// A head that falls over a fault of the program.
struct Broken;

impl Head for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        panic!("a fault of the program")
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        Ok(Coming::NoMore)
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        Ok(())
    }
}

/// It ends the run: nobody waits for what will not come.
#[test]
fn a_panic_of_a_head_ends_the_run() {
    let (told, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let floor = Floor::new(1);
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut heads: [Box<dyn Head>; 1] = [Box::new(Broken)];
            floor.run(&mut heads).map(drop)
        }));
        let _ = told.send(run.is_err());
    });
    let minute = Duration::from_secs(60);
    assert_eq!(ended.recv_timeout(minute), Ok(true));
}
