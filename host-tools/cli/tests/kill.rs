//! The kill campaign: `ssc job run` ends at random moments while the cards live on in a machine of another process, this one. At the end
//! every order is delivered once, and no genuine card is unknown to the register.
//!
//! `SSC_KILLS` and `SSC_KILL_CARDS` make it longer (`scripts/kill`).

mod kill {
    pub mod bureau;
    pub mod judge;
}
mod support;

use std::time::Duration;

use kill::bureau::Bureau;
use ssc_harness::postgres::Postgres;
use ssc_simulator::machine::Pull;

/// Kills, and cards of the job: this many where the environment does not say another number.
const KILLS: usize = 10;
const CARDS: usize = 200;
const HEADS: usize = 8;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |number| number.parse().unwrap())
}

fn kills() -> usize {
    number("SSC_KILLS", KILLS)
}

fn cards() -> usize {
    number("SSC_KILL_CARDS", CARDS)
}

fn in_file(folder: &std::path::Path) -> String {
    folder.join("bureau.db").display().to_string()
}

fn never(_: usize, _: usize) -> Option<Pull> {
    None
}

#[test]
fn killed_at_random_moments_every_order_is_delivered_once() {
    let bureau = Bureau::new(&[HEADS], cards(), never, in_file);
    let mut killed = 0;
    for _ in 0..kills() {
        let mut run = bureau.run(0);
        killed += usize::from(run.killed_within(bureau.moment()));
    }
    println!("{killed} of {} kills hit a run", kills());
    assert!(
        killed * 2 > kills(),
        "the job is too short for so many kills"
    );
    bureau.to_the_end();
    bureau.judge();
}

/// Each run has a little more room than the one before, and none has enough: it stops in words, and what it noted is kept.
#[test]
fn a_disk_that_is_full_again_and_again_loses_nothing() {
    let bureau = Bureau::new(&[HEADS], CARDS / 2, never, in_file);
    let mut full = 0;
    for _ in 0..kills() {
        let mut run = bureau.run_in(0, bureau.longest() + 40 * 1024);
        match run.ends_within(Duration::from_secs(120)) {
            Some(0) => break,
            Some(1) => full += 1,
            other => panic!("{other:?}: {}", bureau.said()),
        }
        assert!(bureau.said().contains("disk"), "{}", bureau.said());
    }
    println!("{full} runs found no room");
    assert!(full > 2, "{full} runs found no room: {}", bureau.said());
    bureau.to_the_end();
    bureau.judge();
}

#[test]
fn a_card_pulled_at_every_command_costs_nobody_a_card() {
    // Every other chip is pulled once: chip 4k before its exchange k, chip 4k + 2 after it.
    let pulls = |chip: usize, exchange: usize| {
        let pull = [Some(Pull::Before), None, Some(Pull::After), None][chip % 4];
        pull.filter(|_| chip / 4 == exchange)
    };
    let bureau = Bureau::new(&[HEADS], CARDS, pulls, in_file);
    bureau.to_the_end();
    bureau.judge();
}

/// The first eight cards take four seconds each.
#[test]
fn ctrl_c_finishes_the_cards_in_hand_and_a_second_one_stops_at_once_and_loses_nothing() {
    let slow = |chip: usize, _: usize| {
        if chip < HEADS {
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    };
    let bureau = Bureau::new(&[HEADS], 3 * HEADS, slow, in_file);
    let mut run = bureau.run(0);
    std::thread::sleep(Duration::from_millis(1_500));
    run.interrupt();
    assert_eq!(run.ends_within(Duration::from_millis(700)), None);
    run.interrupt();
    assert_eq!(run.ends_within(Duration::from_millis(700)), Some(130));
    assert!(bureau.said().contains("stopped at once; nothing is lost"));

    let mut run = bureau.run(0);
    std::thread::sleep(Duration::from_millis(1_000));
    run.interrupt();
    assert_eq!(run.ends_within(Duration::from_secs(60)), Some(130));
    let said = bureau.said();
    // On a busy machine not every head has begun by then: none begins another card.
    let left = (2 * HEADS..3 * HEADS).any(|left| {
        let words = format!("nothing is lost, {left} left");
        said.contains(&words)
    });
    assert!(left, "{said}");

    bureau.to_the_end();
    bureau.judge();
}

#[test]
fn two_processes_on_one_queue_of_which_one_dies_and_a_connection_that_is_cut() {
    let server = Postgres::start().unwrap();
    let address = server.database().unwrap();
    let bureau = Bureau::new(&[HEADS / 2, HEADS / 2], CARDS, never, |_| address.clone());
    for round in 0..3 {
        let (mut dies, mut lives) = (bureau.run(0), bureau.run(1));
        dies.killed_within(bureau.moment());
        if round == 1 {
            server.cut(address.rsplit('/').next().unwrap()).unwrap();
        }
        lives.killed_within(bureau.moment() + Duration::from_millis(500));
    }
    bureau.to_the_end();
    bureau.judge();
}

/// Two machines whose host and heads have one name each: neither takes an order that the other has, so no chip is used up.
#[test]
fn two_machines_of_one_name_take_no_order_from_each_other() {
    let server = Postgres::start().unwrap();
    let address = server.database().unwrap();
    let bureau = Bureau::new(&[2, 2], 40, never, |_| address.clone());
    bureau.to_the_end();
    assert_eq!(bureau.judge(), 40, "chips");
}

/// A lease lasts half a minute; a killed run's is given back by the next one at its begin.
#[test]
fn the_run_after_a_killed_one_does_not_wait_for_its_leases() {
    let bureau = Bureau::new(&[2], 40, never, in_file);
    let killed = bureau.run(0).killed_within(Duration::from_millis(400));
    assert!(killed, "40 cards in 400 ms");
    let began = std::time::Instant::now();
    bureau.to_the_end();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert!(bureau.judge() >= 40);
}
