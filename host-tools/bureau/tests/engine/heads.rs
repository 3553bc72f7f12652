//! What lies in a head: a card that was begun, a card of no use, nothing, or no head at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ssc_bureau::chip::prepare;
use ssc_bureau::engine::{End, Stop};
use ssc_bureau::register::{ChipState, OrderState};
use ssc_bureau::run_event::{HeadState, RunEvent};
use ssc_keys::{Vault, roots};
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::hooks::{Hooked, Hooks};
use ssc_reader::{Card, ReaderError, ReaderFault, Shared};

use super::floor::Floor;
use super::table::{Kept, Slot, Table};
use crate::support;

/// More than a card takes.
const MORE: usize = 100;

/// A chip of another bureau: its initial keys are not ours.
fn foreign(serial: u64) -> Kept {
    foreign_of(serial).0
}

/// The same, and the other bureau's keys.
pub fn foreign_of(serial: u64) -> (Kept, Vault) {
    let other = Vault::generate(roots::all()).unwrap();
    let mut card = support::blank(serial);
    prepare(&mut card, &other).unwrap();
    (Shared::new(card), other)
}

/// The card in the head was begun for line 3; line 2 waits and is first in the queue. The card is line 3's all the same.
#[test]
fn the_card_that_lies_there_is_looked_at_first() {
    for at in 0..MORE {
        let floor = Arc::new(Floor::new(2));
        let stop = Arc::new(Stop::new());
        let asked = Arc::clone(&stop);
        let table = Table::new(
            2,
            Box::new(move |chip, exchange| {
                let pulled = (chip, exchange) == (0, at);
                pulled.then(|| {
                    asked.ask();
                    ReaderFault::LostCommand
                })
            }),
        );
        let register = &floor.register;
        let day = Duration::from_secs(86_400);
        let other = register.lease(floor.job, "another", day).unwrap().unwrap();
        assert_eq!(other.lease.row, 2);
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
        floor
            .run_as(register, "machine", &mut heads, &stop, &|event| {
                if matches!(event, RunEvent::Delivered { .. }) {
                    stop.ask();
                }
            })
            .unwrap();
        register.release(&other.lease).unwrap();
        if table.pile() != [0] {
            // A card takes fewer exchanges than that.
            assert!(at > 20, "{at}");
            return;
        }
        let serial = support::serial(&table.all()[0]);
        let begun = register.chip(&serial).unwrap();
        let asked = table.asked();
        let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::with_card("head", &table))];
        let order = std::sync::Mutex::new(Vec::new());
        floor
            .run_as(register, "machine", &mut heads, &Stop::new(), &|event| {
                if let RunEvent::Delivered { line, .. } = event {
                    order.lock().unwrap().push(line);
                }
            })
            .unwrap();
        floor.check(&table);
        assert_eq!(table.all().len(), 2, "{at}: no chip was wasted");
        assert!(table.bad().is_empty());
        assert_eq!(table.asked(), asked + 1, "{at}");
        if let Some(begun) = begun {
            assert_eq!((begun.row, begun.state == ChipState::Issued), (3, false));
            assert_eq!(*order.lock().unwrap(), [3, 2], "{at}");
            let order = register.order(floor.job, 3).unwrap().unwrap();
            assert_eq!(order.chip, Some(serial));
        }
    }
    panic!("a card takes more than {MORE} exchanges");
}

#[test]
fn a_card_of_no_use_goes_to_the_bad_ones_and_uses_up_nobody() {
    let floor = Floor::new(3);
    let table = Table::quiet(3);
    // The first is made as it should be, comes back, and is nobody else's.
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    floor.run(&mut heads).unwrap();
    floor.check(&table);
    let issued = table.all();
    let sent = (0..3).map(|chip| table.exchanges(chip)).sum::<usize>();

    let job = super::floor::create(&floor.register, &floor.vault, 2, 8);
    let mut floor = floor;
    floor.job = job;
    floor.batch = support::batch(2, 8);
    let table = Table::quiet(0);
    table.lay(issued[0].clone());
    table.lay(foreign(0x99));
    table.lay(issued[1].clone());
    for serial in 0x100..0x102 {
        table.lay_last(Shared::new(support::blank(serial)));
    }
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    let run = floor.run(&mut heads).unwrap();
    assert_eq!(run.counts.of(OrderState::Delivered), 2);
    assert!(sent > 0);
    for number in [0, 2] {
        assert_eq!(table.exchanges(number), 0, "an issued card was asked");
    }
    // They came in the order 2, 1, 0, then the blanks.
    assert_eq!((table.bad(), table.good()), (vec![2, 1, 0], vec![3, 4]));
}

#[test]
fn a_head_of_bad_cards_is_taken_out_and_its_order_goes_back() {
    let floor = Floor::new(4);
    let (bad, good) = (Table::quiet(0), Table::quiet(4));
    for serial in 0..9 {
        bad.lay(foreign(0x200 + serial));
    }
    let mut heads: [Box<dyn Head>; 2] = [
        Box::new(Slot::new("bad head", &bad)),
        Box::new(Slot::new("good head", &good)),
    ];
    let out = AtomicUsize::new(0);
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &Stop::new(), &|event| {
            if let RunEvent::Head {
                head,
                state: HeadState::Out { .. },
            } = event
            {
                assert_eq!(head, "bad head");
                out.fetch_add(1, Ordering::SeqCst);
            }
        })
        .unwrap();
    let [(bad_head, End::Out(reason)), (_, End::Done)] = &run.heads[..] else {
        panic!("{:?}", run.heads);
    };
    assert_eq!(bad_head, "bad head");
    assert!(reason.english.contains("faults in a row"), "{reason:?}");
    assert_eq!(out.load(Ordering::SeqCst), 1);
    assert!((3..=5).contains(&bad.bad().len()), "{:?}", bad.bad());
    floor.check(&good);
}

/// A reader whose plug is pulled for a while.
struct Loose {
    slot: Slot,
    calls: usize,
    away: std::ops::Range<usize>,
}

impl Head for Loose {
    fn name(&self) -> &str {
        self.slot.name()
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        self.calls += 1;
        if self.away.contains(&self.calls) {
            let reader = self.slot.name().to_owned();
            return Err(ReaderError::ReaderGone { reader });
        }
        self.slot.card()
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        self.slot.next(wait)
    }

    fn put(&mut self, bin: Bin) -> Result<(), ReaderError> {
        self.slot.put(bin)
    }
}

#[test]
fn a_reader_that_comes_back_goes_on() {
    let floor = Floor::new(3);
    let table = Table::quiet(3);
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Loose {
        slot: Slot::new("loose", &table),
        calls: 0,
        away: 4..7,
    })];
    let run = floor.run(&mut heads).unwrap();
    assert_eq!(run.heads[0].1, End::Done);
    floor.check(&table);
}

/// Commands are told head, job and line; one for each card that is wanted, one for each that is put away. A name is told to none.
#[test]
fn hooks_are_run_for_each_card_and_told_no_name() {
    let floor = Floor::new(2);
    let table = Table::quiet(0);
    for serial in 0x100..0x102 {
        table.lay_last(Shared::new(support::blank(serial)));
    }
    table.lay(foreign(0x99));
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let say = |what: &str| {
        let log = log.display();
        Some(format!(
            "echo {what} \"$SSC_HEAD,$SSC_JOB,$SSC_LINE\" >> {log}; env >> {log}.env"
        ))
    };
    let hooks = Hooks {
        next: say("next"),
        good: say("good"),
        bad: say("bad"),
    };
    let slot = Box::new(Slot::new("left head", &table));
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Hooked::new(
        slot,
        hooks,
        "job 7",
        Arc::new(|_| {}),
    ))];
    floor.run(&mut heads).unwrap();
    let told = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<_> = told.lines().collect();
    let of = |what: &str, line| format!("{what} left head,job 7,{line}");
    let wanted = [
        of("next", 2),
        of("bad", 2),
        of("next", 2),
        of("good", 2),
        of("next", 3),
        of("good", 3),
    ];
    assert_eq!(lines, wanted);
    let environment = std::fs::read_to_string(log.with_extension("env")).unwrap();
    for (_, person) in floor.batch.requests() {
        assert!(!environment.contains(person.holder.name.as_str()));
        assert!(!environment.contains(person.holder.number.as_str()));
    }
}

/// 10 is an empty stack; any other failure is the machine's, and takes its head out with the reason.
#[test]
fn a_hook_that_fails_takes_its_head_out() {
    for (command, is_empty) in [
        ("exit 10", true),
        ("exit 3", false),
        ("no-such-command", false),
    ] {
        let floor = Floor::new(1);
        let table = Table::quiet(1);
        let hooks = Hooks {
            next: Some(command.into()),
            ..Hooks::default()
        };
        let slot = Box::new(Slot::new("head", &table));
        let mut heads: [Box<dyn Head>; 1] =
            [Box::new(Hooked::new(slot, hooks, "job", Arc::new(|_| {})))];
        let run = floor.run(&mut heads).unwrap();
        match &run.heads[0].1 {
            End::NoCards => assert!(is_empty),
            End::Out(reason) => {
                assert!(!is_empty);
                assert!(reason.english.contains("--on-next"), "{reason:?}");
            }
            End::Done => panic!("{command}"),
        }
        assert_eq!(table.asked(), 0);
        assert_eq!(run.counts.remaining(), 1);
    }
}

/// What a command is not to see, and what it says: no secret of the environment; its stderr is a line of the head, not the terminal's.
#[test]
fn a_hook_gets_no_secret_and_what_it_says_is_passed_on() {
    let floor = Floor::new(1);
    let table = Table::quiet(1);
    let said = Arc::new(std::sync::Mutex::new(Vec::new()));
    let hooks = Hooks {
        next: Some("printf 'jam \\033[31min tray\\n' >&2; exit 3".into()),
        ..Hooks::default()
    };
    let say = {
        let said = Arc::clone(&said);
        Arc::new(move |words: &str| said.lock().unwrap().push(words.to_owned()))
    };
    let slot = Box::new(Slot::new("head", &table));
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Hooked::new(slot, hooks, "job", say))];
    let run = floor.run(&mut heads).unwrap();
    let End::Out(reason) = &run.heads[0].1 else {
        panic!("{run:?}");
    };
    assert!(reason.english.contains("in tray"), "{reason:?}");
    let said = said.lock().unwrap();
    assert!(said[0].starts_with("head --on-next: jam"), "{said:?}");
}

/// A command for the next card that takes long: the operator's stop does not wait for it.
#[test]
fn a_stop_does_not_wait_for_a_hook_that_brings_a_card() {
    let floor = Floor::new(1);
    let table = Table::quiet(1);
    let hooks = Hooks {
        next: Some("sleep 30".into()),
        ..Hooks::default()
    };
    let slot = Box::new(Slot::new("head", &table));
    let mut heads: [Box<dyn Head>; 1] =
        [Box::new(Hooked::new(slot, hooks, "job", Arc::new(|_| {})))];
    let stop = Stop::new();
    let began = std::time::Instant::now();
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &stop, &|event| {
            if let RunEvent::Head {
                state: HeadState::Waits { .. },
                ..
            } = event
            {
                stop.ask();
            }
        })
        .unwrap();
    assert_eq!(run.heads[0].1, End::Done);
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(table.all().len(), 0);
}
