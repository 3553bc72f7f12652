//! Cards an hour with 1, 2, 4, 8 and 16 heads, whose cards take a real chip's and line's time (`ssc_reader::tap::real_time`).

use std::time::{Duration, Instant};

use apdu_specs::Generation;
use ssc_bureau::batch::read;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::job::Decided;
use ssc_keys::Vault;
use ssc_reader::tap::real_time::{RealTime, Spent, TimeSpent};
use ssc_reader::{Shared, Tapped};
use ssc_simulator::{Identity, Interface, Serials, SimulatedCard};

use crate::Result;

/// Cards that each head makes.
const EACH: usize = 4;

/// Prints the table.
pub fn heads(folder: &std::path::Path) -> Result<()> {
    let batch = crate::sample(folder, 1, true)?;
    let model = CardModel::plain(Generation::V3);
    let decided = crate::options(model).decide(&read(&batch, Some(model))?)?;
    let decided = decided.first().ok_or("an empty sample")?;
    println!(
        "3.00 with photo, T=1 at TA1 96, chip 30 MHz       cards/h   of one head   of its limit   host's own work   late"
    );
    let mut one = None;
    for heads in [1, 2, 4, 8, 16] {
        let run = run(heads, decided)?;
        let rate = run.cards as f64 / run.took.as_secs_f64() * 3_600.0;
        let one = *one.get_or_insert(rate);
        // What a head's cards must take, beside what they took.
        let share = run.spent.total().as_secs_f64() / (run.took.as_secs_f64() * heads as f64);
        println!(
            "  {heads:>2} heads, {:>3} cards                          {rate:>8.0} {:>13.2} {share:>14.3} {:>16.1}% {:>6}",
            run.cards,
            rate / one,
            (1.0 - share) * 100.0,
            run.late
        );
        if heads == 1 {
            let each = |part: Duration| part.as_secs_f64() * 1e3 / run.cards as f64;
            println!(
                "     (a card: line {:.0} ms, chip {:.0} ms, flash {:.0} ms)",
                each(run.spent.line),
                each(run.spent.chip),
                each(run.spent.flash)
            );
        }
    }
    Ok(())
}

/// What a run took.
struct Measured {
    cards: usize,
    took: Duration,
    spent: Spent,
    late: u64,
}

fn run(heads: usize, decided: &Decided) -> Result<Measured> {
    let (spent, vault) = (TimeSpent::default(), Vault::demo()?);
    let begun = Instant::now();
    let worked: Vec<std::result::Result<(), String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..heads)
            .map(|_| {
                scope.spawn(|| head(decided, &vault, &spent).map_err(|error| error.to_string()))
            })
            .collect();
        let all = workers.into_iter();
        all.map(|worker| worker.join().unwrap_or_else(|_| Err("a head died".into())))
            .collect()
    });
    let took = begun.elapsed();
    for one in worked {
        one?;
    }
    Ok(Measured {
        cards: heads * EACH,
        took,
        spent: spent.so_far(),
        late: spent.late(),
    })
}

fn head(decided: &Decided, vault: &Vault, spent: &TimeSpent) -> Result<()> {
    for serial in Serials::random()?.take(EACH) {
        let card = SimulatedCard::blank(&Identity::from_serial(serial), Interface::T1)?;
        let card = Shared::new(card);
        let counted = card.clone();
        let flash = move || counted.card().flash_work();
        let mut card = Tapped::new(card, RealTime::new(flash, spent.clone()));
        issue_one(&mut card, decided, vault, Line::default())?;
    }
    Ok(())
}
