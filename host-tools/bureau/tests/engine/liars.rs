//! Heads that lie: cards that stay, cards that never come, twins of a card.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ssc_bureau::engine::{End, Run, Stop};
use ssc_bureau::register::OrderState;
use ssc_bureau::run_event::RunEvent;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, ReaderError, Shared};

use super::floor::Floor;
use super::heads::foreign_of;
use super::table::{Slot, Table};
use crate::support;

/// What a head does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// A card that it puts away stays where it is.
    Stays,
    /// It says that a card has come, and none has.
    NeverCame,
    /// Everything fails.
    Fails,
}

struct Liar {
    slot: Slot,
    lie: Lie,
    calls: Arc<AtomicUsize>,
}

impl Liar {
    fn error(&self) -> ReaderError {
        ReaderError::Transmission {
            reader: self.slot.name().to_owned(),
            detail: "a lie".into(),
        }
    }
}

impl Head for Liar {
    fn name(&self) -> &str {
        self.slot.name()
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        // A loop without end is a failure and no hanging test.
        let calls = self.calls.fetch_add(1, Ordering::SeqCst);
        assert!(calls < 100, "the head is asked again and again");
        match self.lie {
            Lie::Stays => self.slot.card(),
            Lie::NeverCame => Ok(None),
            Lie::Fails => Err(self.error()),
        }
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        match self.lie {
            Lie::Stays => self.slot.next(wait),
            Lie::NeverCame => Ok(Coming::Here),
            Lie::Fails => Err(self.error()),
        }
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        match self.lie {
            Lie::Fails => Err(self.error()),
            _ => Ok(()),
        }
    }
}

/// A run on one such head: how it ended, and what was said of it.
fn lied_to(floor: &Floor, table: &Arc<Table>, lie: Lie) -> (Run, Vec<String>) {
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Liar {
        slot: Slot::new("liar", table),
        lie,
        calls: Arc::default(),
    })];
    let said = Mutex::new(Vec::new());
    let run = floor
        .run_as(&floor.register, "m", &mut heads, &Stop::new(), &|event| {
            if let RunEvent::Failed { reason, .. } = event {
                said.lock().unwrap().push(reason.english);
            }
        })
        .unwrap();
    (run, said.into_inner().unwrap())
}

#[test]
fn a_head_whose_cards_stay_in_it_is_taken_out() {
    let floor = Floor::new(3);
    let table = Table::quiet(3);
    let (run, said) = lied_to(&floor, &table, Lie::Stays);
    assert!(matches!(run.heads[0].1, End::Out(_)), "{run:?}");
    assert_eq!(run.counts.of(OrderState::Delivered), 1);
    assert_eq!(table.all().len(), 1);
    assert!(
        said.iter().any(|words| words.contains("put away")),
        "{said:?}"
    );

    // Another job's card that stays, which is nothing wrong by itself.
    let mut other = Floor::new(1);
    other.register = floor.again();
    other.vault = floor.vault;
    other.job = super::floor::create(&other.register, &other.vault, 1, 8);
    let lain = Table::quiet(0);
    lain.lay(table.all()[0].clone());
    let (run, said) = lied_to(&other, &lain, Lie::Stays);
    assert!(matches!(run.heads[0].1, End::Out(_)), "{run:?} {said:?}");

    let bad = Table::quiet(0);
    bad.lay(foreign_of(0x99).0);
    let (run, _) = lied_to(&other, &bad, Lie::Stays);
    assert!(matches!(run.heads[0].1, End::Out(_)), "{run:?}");
}

#[test]
fn a_head_whose_cards_never_come_or_that_only_fails_is_taken_out() {
    for (lie, words) in [
        (Lie::NeverCame, "none lies in the head"),
        (Lie::Fails, "a lie"),
    ] {
        let floor = Floor::new(1);
        let (run, said) = lied_to(&floor, &Table::quiet(1), lie);
        assert!(matches!(run.heads[0].1, End::Out(_)), "{run:?}");
        assert!(said.iter().any(|said| said.contains(words)), "{said:?}");
        assert_eq!(run.counts.remaining(), 1);
    }
}

/// A chip with the answer to reset of a card that was just made is not that card: it is asked.
#[test]
fn a_twin_of_a_card_goes_to_the_bad_cards_and_the_card_to_the_good_ones() {
    let floor = Floor::new(2);
    let table = Table::quiet(0);
    for serial in [0x101, 0x101, 0x102] {
        table.lay_last(Shared::new(support::blank(serial)));
    }
    let said = Mutex::new(Vec::new());
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::new("head", &table))];
    floor
        .run_as(&floor.register, "m", &mut heads, &Stop::new(), &|event| {
            if let RunEvent::Failed { reason, .. } = event {
                said.lock().unwrap().push(reason.english);
            }
        })
        .unwrap();
    assert_eq!((table.good(), table.bad()), (vec![0, 2], vec![1]));
    let said = said.into_inner().unwrap();
    assert!(
        matches!(&said[..], [one] if one.contains("twin")),
        "{said:?}"
    );

    // The card itself, left in a head by a stop, is asked too, and is good.
    table.back(0);
    let mut heads: [Box<dyn Head>; 1] = [Box::new(Slot::with_card("head", &table))];
    let exchanges = table.exchanges(0);
    floor.run(&mut heads).unwrap();
    assert_eq!((table.good(), table.bad()), (vec![0, 2, 0], vec![1]));
    assert!(table.exchanges(0) > exchanges, "it was not asked");
}
