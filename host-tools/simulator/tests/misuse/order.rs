//! Commands out of order.

use apdu_specs::Generation;
use card_os::Interface;

use crate::chip::{CONTACTS, Chip, LINKS, everywhere};

fn bytes(command: &str) -> Vec<u8> {
    hex::decode(command.replace(' ', "")).unwrap()
}

#[test]
fn nothing_is_written_before_authentication() {
    everywhere(LINKS, |mut chip| {
        for (command, sw) in [
            ("00DC022C03020131", 0x6982),
            ("00D687000100", 0x6982),
            ("00E2006003E10100", 0x6982),
            // Personalization, outside its application.
            ("80E28800 03 00F000", 0x6E00),
            ("80F0800F", 0x6D00),
            ("80D80081 01 00", 0x6D00),
        ] {
            chip.refused(&bytes(command), sw);
        }
    });
}

#[test]
fn maintenance_needs_puk_then_a_challenge_then_its_mac() {
    everywhere(CONTACTS, |mut chip| {
        let stk = chip.key("SSSE", 0x02);
        let unblock = |challenge: &[u8]| Chip::secured(&stk, challenge, [0x84, 0x24, 0, 0], &[]);
        // Without PUK, although the MAC is right.
        let challenge = chip.challenge();
        chip.refused(&unblock(&challenge), 0x6982);
        // After UK and the key of EF0C, which are not PUK.
        chip.authenticate("SSSE", 0x07);
        chip.authenticate("SSSE", 0x04);
        let challenge = chip.challenge();
        chip.refused(&unblock(&challenge), 0x6982);
        // PUK used the challenge up.
        let puk = chip.key("SSSE", 0x06);
        let challenge = chip.challenge();
        assert_eq!(
            chip.sw(&Chip::authentication(0x06, &puk, &challenge)),
            0x9000
        );
        chip.refused(&unblock(&challenge), 0x6985);
        // A wrong PUK takes back what the right one gave.
        chip.challenge();
        chip.costs_a_try(&Chip::authentication(0x06, &puk, &challenge), 0x63CE);
        let challenge = chip.challenge();
        chip.refused(&unblock(&challenge), 0x6982);
        // A reset ends it.
        chip.authenticate("SSSE", 0x06);
        chip.reset();
        chip.ssse();
        let challenge = chip.challenge();
        chip.refused(&unblock(&challenge), 0x6982);
        // In order.
        chip.authenticate("SSSE", 0x06);
        let challenge = chip.challenge();
        assert_eq!(chip.sw(&unblock(&challenge)), 0x9000);
    });
}

#[test]
fn an_authentication_needs_its_challenge() {
    everywhere(LINKS, |mut chip| {
        let uk = chip.key("SSSE", 0x04);
        // Of zeros, as if none had been asked for.
        chip.refused(&Chip::authentication(0x04, &uk, &[0; 8]), 0x6985);
        // The key of another directory: SSSE's keys are not a DF's.
        chip.directory("DF01");
        let challenge = chip.challenge();
        chip.costs_a_try(&Chip::authentication(0x84, &uk, &challenge), 0x63CE);
        // A DF's key does not open its neighbour, though their identifiers are the same.
        chip.authenticate("DF01", 0x84);
        chip.directory("DF02");
        // EF06 of DF02 is written after its own 84.
        chip.refused(&bytes("00DC6030 06 6004FFFFFFFF"), 0x6982);
        let uk2 = chip.key("DF01", 0x84);
        let challenge = chip.challenge();
        chip.costs_a_try(&Chip::authentication(0x84, &uk2, &challenge), 0x63CE);
    });
}

#[test]
fn the_secure_channel_opens_in_order_only() {
    for generation in Generation::ALL {
        for interface in [Interface::T0, Interface::T1] {
            let mut chip = Chip::new(generation, interface);
            chip.ok("00A4040008A000000151000000");
            for (command, sw) in [
                ("84820100 10 00000000000000000000000000000000", 0x6985),
                ("80E28800 03 00F000", 0x6985),
                ("80F0800F", 0x6982),
                ("80D83181 01 00", 0x6982),
            ] {
                chip.refused(&bytes(command), sw);
            }
            // The published transport keys are gone.
            chip.refused(&bytes("80503000 08 0000000000000000"), 0x6A88);
        }
    }
}

#[test]
fn without_contacts_there_is_no_maintenance() {
    everywhere(&[Interface::Contactless], |mut chip| {
        chip.authenticate("SSSE", 0x06);
        for (header, key) in [
            ([0x84, 0x24, 0x00, 0x00], ("SSSE", 0x02)),
            ([0x84, 0x16, 0x00, 0x00], ("SSSE", 0x05)),
        ] {
            let key = chip.key(key.0, key.1);
            let challenge = chip.challenge();
            chip.refused(&Chip::secured(&key, &challenge, header, &[]), 0x6985);
        }
        chip.refused(&bytes("805E0100 07 123456FF654321"), 0x6985);
        chip.directory("DF03");
        let lk = chip.key("DF03", 0x83);
        let challenge = chip.challenge();
        let block = Chip::secured(&lk, &challenge, [0x84, 0x1E, 0x00, 0x00], &[]);
        chip.refused(&block, 0x6985);
    });
}
