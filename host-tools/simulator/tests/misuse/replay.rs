//! Challenges and what was made for them, used again.

use crate::chip::{CONTACTS, Chip, LINKS, everywhere};
use apdu_specs::Generation;
use ssc_scenarios::issued::SERIAL;

const UNBLOCK: [u8; 4] = [0x84, 0x24, 0x00, 0x00];
/// UPDATE RECORD of EF05 record 2, the category.
const WRITE: &str = "00DC022C03020131";

#[test]
fn an_authentication_that_was_listened_to_is_worth_nothing() {
    everywhere(LINKS, |mut chip| {
        let key = chip.key("SSSE", 0x04);
        let challenge = chip.challenge();
        let heard = Chip::authentication(0x04, &key, &challenge);
        assert_eq!(chip.sw(&heard), 0x9000);
        assert_eq!(chip.hex(WRITE), 0x9000, "UK writes the category");

        // In the same session: the challenge is used up.
        chip.refused(&heard, 0x6985);
        // With a new one it is a wrong cryptogram, which also takes the key's state back.
        chip.challenge();
        chip.costs_a_try(&heard, 0x63CE);
        chip.refused(&hex::decode(WRITE).unwrap(), 0x6982);
        chip.refused(&heard, 0x6985);
        // After reset, and after power was lost.
        chip.reset();
        chip.ssse();
        chip.refused(&heard, 0x6985);
        chip.challenge();
        chip.costs_a_try(&heard, 0x63CD);
        chip.refused(&hex::decode(WRITE).unwrap(), 0x6982);
    });
}

#[test]
fn a_new_challenge_replaces_the_last() {
    everywhere(LINKS, |mut chip| {
        let key = chip.key("SSSE", 0x04);
        let first = chip.challenge();
        let second = chip.challenge();
        assert_ne!(first, second);
        chip.costs_a_try(&Chip::authentication(0x04, &key, &first), 0x63CE);
        // The second was used up by that.
        chip.refused(&Chip::authentication(0x04, &key, &second), 0x6985);
    });
}

#[test]
fn any_attempt_uses_the_challenge_up() {
    everywhere(LINKS, |mut chip| {
        let key = chip.key("SSSE", 0x04);
        // An unknown key; a key of another role (IRK); UK with a key version that there is not.
        for attempt in ["0082000F10", "0082000010"] {
            let challenge = chip.challenge();
            let attempt = [hex::decode(attempt).unwrap(), vec![0; 16]].concat();
            let sw = chip.sw(&attempt);
            assert!(matches!(sw, 0x6A88 | 0x6985), "{sw:04X}");
            chip.refused(&Chip::authentication(0x04, &key, &challenge), 0x6985);
        }
        // Reset, and another application, void it.
        let challenge = chip.challenge();
        chip.reset();
        chip.ssse();
        chip.refused(&Chip::authentication(0x04, &key, &challenge), 0x6985);
        let challenge = chip.challenge();
        chip.ok("00A4040008A000000151000000");
        chip.ssse();
        chip.refused(&Chip::authentication(0x04, &key, &challenge), 0x6985);
    });
}

#[test]
fn maintenance_that_was_listened_to_is_worth_nothing() {
    everywhere(CONTACTS, |mut chip| {
        chip.authenticate("SSSE", 0x06);
        let stk = chip.key("SSSE", 0x02);
        let challenge = chip.challenge();
        let heard = Chip::secured(&stk, &challenge, UNBLOCK, &[]);
        assert_eq!(chip.hex("00200000 03 654321"), 0x63C2);
        assert_eq!(chip.sw(&heard), 0x9000);
        assert_eq!(chip.hex("00200000 03 654321"), 0x63C2, "three again");
        // Again, to guess PINs for ever.
        chip.refused(&heard, 0x6985);
        chip.challenge();
        chip.costs_a_try(&heard, 0x6988);
        assert_eq!(chip.hex("00200000 03 654321"), 0x63C1);
    });
}

/// Two cards whose random sources are the same give the same challenges: what one card took is still refused by the other,
/// whose keys are its own.
#[test]
fn what_another_card_took_is_refused() {
    for generation in Generation::ALL {
        for interface in CONTACTS {
            let mut mine = Chip::new(generation, *interface);
            let mut other = Chip::another(generation, *interface);
            let uk = other.key("SSSE", 0x04);
            assert!(
                uk != mine.key("SSSE", 0x04),
                "{SERIAL:02X?} has its own key"
            );
            mine.ssse();
            other.ssse();
            let challenge = mine.challenge();
            assert_eq!(challenge, other.challenge());
            let command = Chip::authentication(0x04, &uk, &challenge);
            assert_eq!(other.sw(&command), 0x9000);
            mine.costs_a_try(&command, 0x63CE);
            assert_eq!(mine.hex(WRITE), 0x6982);

            mine.authenticate("SSSE", 0x06);
            other.authenticate("SSSE", 0x06);
            let challenge = mine.challenge();
            assert_eq!(challenge, other.challenge());
            let command = Chip::secured(&other.key("SSSE", 0x02), &challenge, UNBLOCK, &[]);
            assert_eq!(other.sw(&command), 0x9000);
            mine.costs_a_try(&command, 0x6988);
        }
    }
}
