//! Tries are counted over resets, power cycles and interfaces alike.

use apdu_specs::Generation;
use card_os::Interface::{Contactless, T0, T1};

use crate::chip::{Chip, LINKS};

const WRONG: [u8; 8] = [0x00, 0x20, 0x00, 0x00, 0x03, 0x65, 0x43, 0x21];
const RIGHT: [u8; 8] = [0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56];

#[test]
fn pin_tries_are_one_count_for_all_interfaces() {
    for generation in Generation::ALL {
        let mut chip = Chip::new(generation, T0);
        chip.ssse();
        chip.costs_a_try(&WRONG, 0x63C2);
        chip.switch(Contactless);
        chip.ssse();
        chip.costs_a_try(&WRONG, 0x63C1);
        // By CHANGE PIN, and after power was lost.
        chip = chip.power_cycle();
        chip.switch(T1);
        chip.ssse();
        let change = [
            &[0x80, 0x5E, 0x01, 0x00, 0x07][..],
            &WRONG[5..],
            &[0xFF],
            &RIGHT[5..],
        ];
        chip.costs_a_try(&change.concat(), 0x63C0);
        for interface in LINKS {
            chip.switch(*interface);
            chip.ssse();
            chip.refused(&RIGHT, 0x6983);
            chip.refused(&[0x00, 0x20, 0x00, 0x00, 0x00], 0x6983);
            chip.directory("DF01");
            chip.refused(&RIGHT, 0x6983);
            chip.refused(&[0x00, 0xB2, 0x01, 0x2C, 0x00], 0x6982);
        }
    }
}

#[test]
fn the_right_pin_gives_the_tries_back_on_every_interface() {
    for generation in Generation::ALL {
        let mut chip = Chip::new(generation, T1);
        chip.costs_a_try(&WRONG, 0x63C2);
        chip.switch(Contactless);
        assert_eq!(chip.sw(&RIGHT), 0x9000);
        chip.switch(T0);
        chip.costs_a_try(&WRONG, 0x63C2);
        chip.costs_a_try(&WRONG, 0x63C1);
    }
}

#[test]
fn key_tries_are_one_count_for_all_interfaces() {
    for generation in Generation::ALL {
        let mut chip = Chip::new(generation, T0);
        let uk = chip.key("SSSE", 0x04);
        for used in 1..=15u16 {
            chip.switch(LINKS[usize::from(used) % LINKS.len()]);
            if used == 8 {
                chip = chip.power_cycle();
            }
            chip.ssse();
            let challenge = chip.challenge();
            let mut wrong = Chip::authentication(0x04, &uk, &challenge);
            wrong[5] ^= 1;
            chip.costs_a_try(&wrong, 0x63C0 | (15 - used));
        }
        for interface in LINKS {
            chip.switch(*interface);
            chip.ssse();
            let challenge = chip.challenge();
            chip.refused(&Chip::authentication(0x04, &uk, &challenge), 0x6983);
            chip.refused(&[0x00, 0xDC, 0x02, 0x2C, 0x03, 0x02, 0x01, 0x31], 0x6982);
            // Its neighbours have their own counters.
            chip.authenticate("SSSE", 0x07);
        }
    }
}

#[test]
fn wrong_macs_block_the_key_that_makes_them() {
    for generation in Generation::ALL {
        let mut chip = Chip::new(generation, T0);
        let stk = chip.key("SSSE", 0x02);
        for used in 1..=15 {
            if used == 8 {
                chip = chip.power_cycle();
                chip.switch(T1);
            }
            chip.ssse();
            chip.authenticate("SSSE", 0x06);
            let challenge = chip.challenge();
            let mut wrong = Chip::secured(&stk, &challenge, [0x84, 0x24, 0x00, 0x00], &[]);
            wrong[8] ^= 0x80;
            chip.costs_a_try(&wrong, 0x6988);
        }
        let challenge = chip.challenge();
        let right = Chip::secured(&stk, &challenge, [0x84, 0x24, 0x00, 0x00], &[]);
        chip.refused(&right, 0x6983);
    }
}
