//! A card taken out at every exchange of a job.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ssc_reader::ReaderFault;
use ssc_reader::head::Head;

use super::floor::Floor;
use super::table::{Pulls, Slot, Table};

/// How many exchanges a card takes.
fn exchanges() -> usize {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let table = Table::new(
        1,
        Box::new(move |_, exchange| {
            count.fetch_max(exchange + 1, Ordering::SeqCst);
            None
        }),
    );
    let floor = Floor::new(1);
    let slot: Box<dyn Head> = Box::new(Slot::new("head", &table));
    floor.run(&mut [slot]).unwrap();
    floor.check(&table);
    seen.load(Ordering::SeqCst)
}

/// Of each two chips one is taken out once: at the first exchange, before it and after it, at the second, and so on.
fn every_exchange(chip: usize, exchange: usize) -> Option<ReaderFault> {
    let fault = if (chip / 2).is_multiple_of(2) {
        ReaderFault::LostCommand
    } else {
        ReaderFault::LostAnswer
    };
    (chip.is_multiple_of(2) && chip / 4 == exchange).then_some(fault)
}

#[test]
fn a_card_pulled_at_any_exchange_uses_up_no_person() {
    let exchanges = exchanges();
    assert!(exchanges > 20, "{exchanges}");
    let pulled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&pulled);
    let pulls: Pulls = Box::new(move |chip, exchange| {
        let fault = every_exchange(chip, exchange)?;
        count.fetch_add(1, Ordering::SeqCst);
        Some(fault)
    });
    let chips = 4 * exchanges;
    let floor = Floor::new(u64::try_from(chips - 4).unwrap());
    // Blanks to spare: an order may go to a new one while its own lies on the table.
    let table = Table::new(2 * chips, pulls);
    let runs = floor.run_out(&table, 2);
    floor.check(&table);
    let pulled = pulled.load(Ordering::SeqCst);
    println!("{exchanges} exchanges a card, {pulled} pulls, {runs} runs");
    assert!(
        pulled >= 2 * exchanges,
        "{pulled} pulls of {exchanges} exchanges"
    );
}
