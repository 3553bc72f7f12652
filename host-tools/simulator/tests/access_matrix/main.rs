//! The access matrix: every EF of every generation × every operation × every security state × every interface, on cards that
//! were really issued, against the papers as a second evaluator judges them.
//!
//! States of a directory: nothing shown; the PIN; each key of the directory and of SSSE; the PIN and each key; all pairs
//! of keys (two of SSSE in SSSE alone); all keys; all keys and the PIN. In each state also: what is left of it after another
//! directory was selected, and in that other directory; after the MF, and after another application. Beside that, every
//! attempt to come into a state.

mod bench;
mod cells;
mod judge;
mod papers;
mod trials;

use apdu_specs::Generation;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::Directory;
use bench::{Bench, Other, Terminal, keys_for};
use card_os::Interface;
use cells::{Cells, Tally};
use judge::Shown;

const INTERFACES: [Interface; 3] = [Interface::T0, Interface::T1, Interface::Contactless];

/// Every state that can be reached in `directory`, up to pairs of keys.
fn states(directory: &Directory, generation: Generation) -> Vec<Shown> {
    let keys: Vec<u8> = keys_for(directory, generation).collect();
    let mut sets = vec![Vec::new(), keys.clone()];
    sets.extend(keys.iter().map(|key| vec![*key]));
    let mut states: Vec<Shown> = sets
        .into_iter()
        .flat_map(|keys| {
            [false, true].map(|pin| Shown {
                pin,
                keys: keys.clone(),
            })
        })
        .collect();
    for (at, first) in keys.iter().enumerate() {
        let seconds = keys[at + 1..].iter();
        // Two keys of SSSE are a matter of SSSE: in a DF they would be told ten times over.
        let pairs = seconds.filter(|second| directory.ddf || **second >= 0x80);
        states.extend(pairs.map(|second| Shown {
            pin: false,
            keys: vec![*first, *second],
        }));
    }
    states
}

fn matrix(generation: Generation) {
    let bench = Bench::new(generation);
    let (mut tally, mut sessions) = (Tally::default(), 0);
    for interface in INTERFACES {
        for directory in directories(generation) {
            for state in states(directory, generation) {
                sessions += 1;
                tally.add(in_state(&bench, interface, directory, &state));
            }
        }
    }
    println!(
        "access matrix of {generation}: {} cells, {} of them refused, in {sessions} states over {} interfaces",
        tally.cells,
        tally.refused,
        INTERFACES.len()
    );
    assert!(tally.cells > 100_000 && tally.refused > tally.cells / 10);
    as_judged(&tally);
}

fn as_judged(tally: &Tally) {
    let (told, first) = (tally.failures.len(), 20);
    assert!(
        told == 0,
        "{told} cells went otherwise, the first {first}:\n{}",
        tally.failures[..told.min(first)].join("\n")
    );
}

#[test]
fn every_attempt_to_show_a_key_or_the_pin() {
    for generation in Generation::ALL {
        let tally = trials::all(&Bench::new(generation));
        println!(
            "attempts of {generation}: {} cells, {} of them refused",
            tally.cells, tally.refused
        );
        assert!(tally.cells > 1_000 && tally.refused > tally.cells / 2);
        as_judged(&tally);
    }
}

fn in_state(
    bench: &Bench,
    interface: Interface,
    directory: &'static Directory,
    state: &Shown,
) -> Tally {
    let mut tally = Tally::default();
    let mut terminal = Terminal::new(bench, interface);
    let shown = terminal.enter(directory, state);
    let mut cells = Cells {
        bench,
        terminal: &mut terminal,
        directory,
        shown: &shown,
        tally: &mut tally,
    };
    cells.all();
    // Key states survived all that; they end when another directory is selected, and do not come back.
    let left = shown.elsewhere();
    for other in directories(bench.generation).filter(|other| other.fid != directory.fid) {
        for place in [other, directory] {
            terminal.select(place);
            let mut cells = Cells {
                bench,
                terminal: &mut terminal,
                directory: place,
                shown: &left,
                tally: &mut tally,
            };
            cells.glance();
        }
    }
    // The MF is the same application; another one ends all that was shown.
    for (other, left) in [(Other::Mf, left), (Other::Domain, Shown::default())] {
        terminal.select_other(other);
        terminal.select(directory);
        let mut cells = Cells {
            bench,
            terminal: &mut terminal,
            directory,
            shown: &left,
            tally: &mut tally,
        };
        cells.glance();
    }
    tally
}

#[test]
fn of_1_00() {
    matrix(Generation::V1);
}

#[test]
fn of_2_00() {
    matrix(Generation::V2);
}

#[test]
fn of_3_00() {
    matrix(Generation::V3);
}
