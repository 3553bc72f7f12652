//! The fuzzer's function on stable: a few thousand pseudo-random inputs from a seed, and the inputs kept
//! in `fuzz/seeds`. `scripts/fuzz` runs the long form.

use apdu_specs::Application;
use apdu_specs::applications::commands;

use crate::fuzz;
use crate::support::handmade::STK;
use crate::support::hex;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[test]
fn pseudo_random_inputs() {
    let inputs = if std::env::var("CARD_TESTS").is_ok_and(|form| form == "full") {
        100_000
    } else {
        2_000
    };
    for seed in 0..inputs {
        fuzz::run(&pseudo_random(seed));
    }
}

fn pseudo_random(seed: u64) -> Vec<u8> {
    let mut bits = Bits(seed);
    let length = 16 + bits.next() % 1024;
    (0..length).map(|_| (bits.next() >> 32) as u8).collect()
}

/// Catches: a fuzzer whose keys, PINs or MACs are not the card's any more, so that it is refused everything.
#[test]
fn each_command_of_certificates_and_psam_is_reached() {
    let mut reached = fuzz::Reached::new();
    for seed in 0..400 {
        for card in [2, 3] {
            let mut input = pseudo_random(seed);
            input[0] = card;
            reached.extend(fuzz::run(&input));
        }
    }
    let rows = commands().filter(|row| {
        matches!(
            row.application,
            Application::Certificates | Application::Psam
        )
    });
    let mut missing = Vec::new();
    for row in rows {
        let found = reached.iter().any(|[class, ins, p1, p2]| {
            [*class, *ins] == [row.class, row.ins] && row.p1.allows(*p1) && row.p2.allows(*p2)
        });
        if !found {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "{missing:?} succeeded never");
}

#[test]
fn kept_inputs() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
    let mut run = 0;
    for entry in std::fs::read_dir(seeds).expect("fuzz/seeds is part of the repository") {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        fuzz::run(&input);
        run += 1;
    }
    assert!(run > 10, "{run} inputs");
}

#[test]
fn the_fuzzers_macs_are_right() {
    // OpenSSL's answer, see maintenance.rs
    let challenge = hex("090A0B0C0D0E0F10");
    let mac = STK.mac4(&challenge, [0x84, 0x24, 0x00, 0x00, 0x04], &[]);
    assert_eq!(mac.to_vec(), hex("0BB4F47B"));
}
