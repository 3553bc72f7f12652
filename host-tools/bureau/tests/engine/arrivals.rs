//! What comes while a run goes on: readers that are plugged in, and cards that are not what a head waits for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ssc_bureau::domain_keys::Line;
use ssc_bureau::engine::{End, Engine, Stop};
use ssc_bureau::register::OrderState;
use ssc_bureau::run_event::RunEvent;
use ssc_reader::head::{Bin, Coming, Head, MoreHeads};
use ssc_reader::{Card, Interface, ReaderError};

use super::floor::Floor;
use super::table::{Slot, Table};
use crate::support;

/// A head whose person waits for the others, ten seconds at the most, and goes.
struct Waits {
    made: Arc<AtomicUsize>,
    until: usize,
    since: Instant,
}

impl Head for Waits {
    fn name(&self) -> &str {
        "first"
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        Ok(None)
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        std::thread::sleep(Duration::from_millis(20));
        let is_over = self.made.load(Ordering::SeqCst) >= self.until;
        Ok(
            if is_over || self.since.elapsed() > Duration::from_secs(10) {
                Coming::NoMore
            } else {
                Coming::NotYet
            },
        )
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        Ok(())
    }
}

/// A reader that is plugged in, and is seen again though it is at work.
struct Plugged<'t>(&'t Arc<Table>);

impl<'h> MoreHeads<'h> for Plugged<'_> {
    fn come(&mut self) -> Vec<Box<dyn Head + 'h>> {
        let late = || Box::new(Slot::new("late", self.0)) as _;
        vec![late(), late()]
    }
}

#[test]
fn a_reader_that_is_plugged_in_gets_a_worker() {
    let floor = Floor::new(4);
    let table = Table::quiet(4);
    let made = Arc::new(AtomicUsize::new(0));
    let stop = Stop::new();
    let tell = |event: RunEvent| {
        if matches!(event, RunEvent::Delivered { .. }) {
            made.fetch_add(1, Ordering::SeqCst);
        }
    };
    let engine = Engine::open(
        &floor.register,
        floor.job,
        &floor.vault,
        Line::Open,
        "m",
        &stop,
        &tell,
    )
    .unwrap();
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Waits {
        made: made.clone(),
        until: 3,
        since: Instant::now(),
    })];
    let mut plugged = Plugged(&table);
    let run = engine.run_with(&mut heads, Some(&mut plugged)).unwrap();
    let ended = [("first", End::NoCards), ("late", End::Done)];
    assert_eq!(run.heads, ended.map(|(name, end)| (name.to_owned(), end)));
    floor.check(&table);
}

/// The ATR of a bank's card.
const BANK: [u8; 13] = [
    0x3B, 0x69, 0x00, 0x00, 0x57, 0x44, 0x29, 0x76, 0x01, 0x86, 0x93, 0x04, 0x60,
];

/// A card that is not ours, or that leaves as it is looked at.
struct Stranger {
    atr: Vec<u8>,
    sent: Arc<AtomicUsize>,
}

impl Card for Stranger {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        Interface::T0
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        Err(ReaderError::CardRemoved {
            reader: "desk".into(),
        })
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}

/// A head into which somebody puts strangers first.
struct Desk {
    strangers: Vec<Vec<u8>>,
    lies: bool,
    sent: Arc<AtomicUsize>,
    slot: Slot,
}

impl Head for Desk {
    fn name(&self) -> &str {
        "desk"
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        match self.strangers.last() {
            Some(atr) if self.lies => Ok(Some(Box::new(Stranger {
                atr: atr.clone(),
                sent: self.sent.clone(),
            }))),
            Some(_) => Ok(None),
            None => self.slot.card(),
        }
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        if self.strangers.is_empty() {
            return self.slot.next(wait);
        }
        self.lies = true;
        Ok(Coming::Here)
    }

    fn put(&mut self, bin: Bin) -> Result<(), ReaderError> {
        if self.strangers.is_empty() {
            return self.slot.put(bin);
        }
        assert_eq!(bin, Bin::Bad);
        self.strangers.pop();
        self.lies = false;
        Ok(())
    }
}

/// A bank's card and one with an empty answer to reset are told by their ATR, get no command, and use up nobody.
#[test]
fn a_card_of_another_kind_gets_no_command_and_uses_up_nobody() {
    let floor = Floor::new(2);
    let table = Table::quiet(2);
    let sent = Arc::new(AtomicUsize::new(0));
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Desk {
        strangers: vec![Vec::new(), BANK.to_vec()],
        lies: false,
        sent: sent.clone(),
        slot: Slot::new("desk", &table),
    })];
    let said = Mutex::new(Vec::new());
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &Stop::new(), &|event| {
            if let RunEvent::Failed { line, reason, .. } = event {
                said.lock().unwrap().push((line, reason));
            }
        })
        .unwrap();
    assert_eq!(run.heads[0].1, End::Done);
    assert_eq!(sent.load(Ordering::SeqCst), 0, "a stranger got a command");
    let said = said.into_inner().unwrap();
    assert_eq!(said.len(), 2, "{said:?}");
    for (line, reason) in said {
        assert_eq!(line, None);
        assert!(
            reason
                .english
                .contains("not that of a social security card")
        );
        assert!(reason.chinese.contains("请放入本系统的空白卡"));
    }
    floor.check(&table);
}

/// A card that another bureau with the same keys has issued: it says that it is SECURED, stays what it is, and uses up nobody. Its chip stays
/// unknown to this register. A blank that the stack has for another generation is none: what a chip becomes is written onto it.
#[test]
fn a_card_that_is_somebodys_already_is_told_and_left_alone() {
    let elsewhere = Floor::new(1);
    let there = Table::quiet(1);
    elsewhere
        .run(&mut [Box::new(Slot::new("head", &there))])
        .unwrap();
    elsewhere.check(&there);
    let issued = there.all().remove(0);
    let serial = support::serial(&issued);

    let floor = Floor::new(2);
    let table = Table::quiet(0);
    table.lay(issued);
    // Other chips than that one.
    for serial in 0x100..0x102 {
        table.lay_last(ssc_reader::Shared::new(support::blank(serial)));
    }
    let said = Mutex::new(Vec::new());
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &Stop::new(), &|event| {
            if let RunEvent::Failed { reason, .. } = event {
                said.lock().unwrap().push(reason.english);
            }
        })
        .unwrap();
    let said = said.into_inner().unwrap();
    assert!(
        matches!(&said[..], [one] if one.contains("personalized already")),
        "{said:?}"
    );
    assert_eq!(run.counts.of(OrderState::Delivered), 2);
    assert_eq!((table.bad(), table.good()), (vec![0], vec![1, 2]));
    assert_eq!(floor.register.chip(&serial).unwrap(), None);
    elsewhere.check(&there);
}
