//! A card machine with simulated cards, in a process of its own, for the kill campaign and the bench: what it holds survives the bureau.
//!
//! `card-machine SOCKET HEADS STACK [real-time] [pull]`: `real-time` lets each card take a real chip's and line's time; `pull` takes the
//! first cards out at every exchange once, before and after it. It ends when its standard input does, and prints then what time the cards
//! have taken.

use std::io::Read;
use std::os::unix::net::UnixListener;

use ssc_reader::tap::real_time::{RealTime, TimeSpent};
use ssc_reader::{Card, Shared, Tapped};
use ssc_simulator::machine::{Blanks, Machine, Pull, Pulls};
use ssc_simulator::{Identity, Interface, Serials, SimulatedCard};

type Failure = Box<dyn std::error::Error>;

const USAGE: &str = "card-machine SOCKET HEADS STACK [real-time] [pull]";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (places, wishes) = arguments.split_at_checked(3).ok_or(USAGE)?;
    let [socket, heads, stack] = places else {
        return Err(USAGE.into());
    };
    let wants = |wish: &str| wishes.iter().any(|one| one == wish);
    let spent = TimeSpent::default();
    let blanks = blanks(wants("real-time").then(|| spent.clone()))?;
    let pulls: Pulls = if wants("pull") {
        Box::new(every_exchange)
    } else {
        Box::new(|_, _| None)
    };
    let machine = Machine::new(heads.parse()?, stack.parse()?, blanks, pulls);
    let listener = UnixListener::bind(socket)?;
    println!("ready");
    std::thread::spawn(move || machine.serve(&listener));
    std::io::stdin().read_to_end(&mut Vec::new())?;
    let all = spent.so_far();
    println!(
        "line {:.3} chip {:.3} flash {:.3} late {}",
        all.line.as_secs_f64(),
        all.chip.as_secs_f64(),
        all.flash.as_secs_f64(),
        spent.late()
    );
    Ok(())
}

/// Blank cards numbered on from a random serial, over T=1.
fn blanks(time: Option<TimeSpent>) -> Result<Blanks, Failure> {
    let mut serials = Serials::random()?;
    Ok(Box::new(move || {
        let serial = serials.next().unwrap_or_default();
        let card = SimulatedCard::blank(&Identity::from_serial(serial), Interface::T1)?;
        Ok(match &time {
            None => Box::new(card) as Box<dyn Card>,
            Some(spent) => {
                let card = Shared::new(card);
                let counted = card.clone();
                let flash = move || counted.card().flash_work();
                Box::new(Tapped::new(card, RealTime::new(flash, spent.clone())))
            }
        })
    }))
}

/// Chip 2k is pulled before its exchange k, chip 2k + 1 after it.
fn every_exchange(chip: usize, exchange: usize) -> Option<Pull> {
    let pull = if chip.is_multiple_of(2) {
        Pull::Before
    } else {
        Pull::After
    };
    (chip / 2 == exchange).then_some(pull)
}
