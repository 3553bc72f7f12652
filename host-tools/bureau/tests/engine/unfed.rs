//! Heads that nobody feeds beside ones that somebody feeds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ssc_bureau::engine::Stop;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, ReaderError};

use super::floor::Floor;
use super::table::{Slot, Table};

/// A head that nobody feeds.
pub struct Unfed(pub String);

impl Head for Unfed {
    fn name(&self) -> &str {
        &self.0
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        Ok(None)
    }

    fn next(&mut self, wait: Duration) -> Result<Coming, ReaderError> {
        std::thread::sleep(wait);
        Ok(Coming::NotYet)
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        Ok(())
    }
}

/// Six orders, two heads that are fed and four that are not, each of which waits for the card of a person.
#[test]
fn empty_heads_give_their_orders_to_those_that_are_fed() {
    for fed in [1, 2] {
        let floor = Arc::new(Floor::new(6));
        let table = Table::quiet(6);
        let stop = Arc::new(Stop::new());
        let (ended, late) = std::sync::mpsc::channel::<()>();
        let watch = {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                if late.recv_timeout(Duration::from_secs(60)).is_err() {
                    stop.ask();
                }
            })
        };
        // The unfed ones first: they have their orders before the others.
        let mut heads: Vec<Box<dyn Head>> = (1..=4)
            .map(|number| Box::new(Unfed(format!("slot {number}"))) as _)
            .collect();
        for number in 1..=fed {
            heads.push(Box::new(Slot::new(&format!("head {number}"), &table)));
        }
        let began = Instant::now();
        let run = floor
            .run_as(&floor.register, "m", &mut heads, &stop, &|_| {})
            .unwrap();
        println!("{fed} fed: {:?}", began.elapsed());
        assert_eq!(run.counts.remaining(), 0, "{:?}", run.counts);
        floor.check(&table);
        let _ = ended.send(());
        watch.join().unwrap();
    }
}
