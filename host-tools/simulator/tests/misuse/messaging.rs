//! Secure messages that were listened to, changed, cut, taken from another card, or made plain again.

use card_testbench::is_key_counter;

use crate::chip::{Chip, LINKS, everywhere};

/// UPDATE RECORD of EF05 record 2, the category, by SFI.
const UPDATE: [u8; 4] = [0x84, 0xDC, 0x02, 0x2C];
const RECORD: [u8; 3] = [0x02, 0x01, 0x32];
/// READ RECORD of the same.
const READ: [u8; 4] = [0x84, 0xB2, 0x02, 0x2C];

impl Chip {
    /// Refused, and nothing but counters of keys has moved.
    #[track_caller]
    fn refused_message(&mut self, command: &[u8], sw: u16) {
        let before = self.objects();
        let got = self.sw(command);
        let told = format!("{:?} {}", self.interface, hex::encode_upper(command));
        assert_eq!(got, sw, "{told}: {got:04X} instead of {sw:04X}");
        let changed = self.changed(&before);
        assert!(
            changed.iter().all(|id| is_key_counter(*id)),
            "{told}: {changed:04X?}"
        );
    }

    /// A message for a new challenge.
    fn message(&mut self, header: [u8; 4], data: &[u8]) -> Vec<u8> {
        let stk = self.key("SSSE", 0x02);
        let challenge = self.challenge();
        Self::secured(&stk, &challenge, header, data)
    }
}

#[test]
fn a_message_is_good_once_and_as_it_was_made() {
    everywhere(LINKS, |mut chip| {
        chip.authenticate("SSSE", 0x04);
        let right = chip.message(UPDATE, &RECORD);
        assert_eq!(chip.sw(&right), 0x9000);
        assert_eq!(chip.ok("00B2022C03"), RECORD);

        chip.refused_message(&right, 0x6985);
        chip.challenge();
        chip.refused_message(&right, 0x6988);
        // Every byte of it, but INS, for which there may be no such command.
        for at in (0..right.len()).filter(|at| ![1, 4].contains(at)) {
            let mut changed = chip.message(UPDATE, &[0x02, 0x01, 0x33]);
            changed[at] ^= match at {
                // CLA 04 instead of 84; P1 record 3; P2 by tag.
                0 => 0x80,
                3 => 0x04,
                _ => 0x01,
            };
            chip.refused_message(&changed, 0x6988);
            // Which would block STK in the end.
            let right = chip.message(READ, &[]);
            chip.sw(&right);
        }
        assert_eq!(chip.ok("00B2022C03"), RECORD, "nothing of that was written");
        // Cut short: three bytes of MAC, none, and no data.
        for length in [6, 3, 1] {
            let mut cut = chip.message(UPDATE, &RECORD)[..5 + length].to_vec();
            cut[4] = length as u8;
            let sw = chip.sw(&cut);
            assert!(matches!(sw, 0x6988 | 0x6700), "{length}: {sw:04X}");
            let right = chip.message(READ, &[]);
            chip.sw(&right);
        }
        assert_eq!(chip.ok("00B2022C03"), RECORD);
    });
}

#[test]
fn a_message_does_not_stand_for_a_condition_nor_a_plain_command_for_a_message() {
    everywhere(LINKS, |mut chip| {
        // STK's MAC is right, UK has not authenticated.
        let right = chip.message(UPDATE, &RECORD);
        chip.refused_message(&right, 0x6982);
        // The same made plain again.
        let mut plain = right.clone();
        plain[0] = 0x00;
        chip.refused(&plain, 0x6982);
        plain.truncate(5 + RECORD.len());
        plain[4] = RECORD.len() as u8;
        chip.refused(&plain, 0x6982);
        // Classes that only look like messages: 08 has its header out of the MAC, and 14 chains.
        for (class, sw) in [(0x08, 0x6882), (0x14, 0x6884)] {
            let mut other = right.clone();
            other[0] = class;
            chip.refused(&other, sw);
        }
        // Data objects without their MAC, with a wrong one, and with one of two bytes.
        chip.authenticate("SSSE", 0x04);
        for (objects, sw) in [
            ("8103020133", 0x6987),
            ("81030201338E0400000000", 0x6988),
            ("81030201338E020000", 0x6988),
            ("8E0400000000", 0x6987),
        ] {
            chip.challenge();
            let objects = hex::decode(objects).unwrap();
            let header = [0x0C, 0xDC, 0x02, 0x2C, objects.len() as u8];
            chip.refused_message(&[&header[..], &objects].concat(), sw);
        }
    });
}

#[test]
fn an_answer_carries_a_mac_of_this_card_for_this_challenge() {
    everywhere(LINKS, |mut chip| {
        let stk = chip.key("SSSE", 0x02);
        let mut answers: Vec<Vec<u8>> = Vec::new();
        for _ in 0..2 {
            let challenge = chip.challenge();
            let command = Chip::secured(&stk, &challenge, [0x84, 0xB2, 0x01, 0x2C], &[]);
            let answer = chip.answer(&command);
            let (record, mac) = answer.split_last_chunk::<4>().unwrap();
            assert_eq!(record, chip.ok("00B2012C12"));
            let (first, rest) = record.split_first_chunk::<5>().unwrap();
            assert_eq!(*mac, stk.mac(&challenge, first, rest));
            answers.push(answer);
        }
        assert_ne!(answers[0], answers[1], "an answer cannot be played again");
    });
}

#[test]
fn a_message_of_another_card_is_refused() {
    everywhere(LINKS, |mut mine| {
        let mut other = Chip::another(mine.generation, mine.interface);
        other.ssse();
        for chip in [&mut mine, &mut other] {
            chip.authenticate("SSSE", 0x04);
        }
        let challenge = mine.challenge();
        assert_eq!(challenge, other.challenge());
        let stk = other.key("SSSE", 0x02);
        let message = Chip::secured(&stk, &challenge, UPDATE, &RECORD);
        assert_eq!(other.sw(&message), 0x9000);
        let before = mine.objects();
        mine.refused_message(&message, 0x6988);
        let counter = mine.changed(&before);
        assert_eq!(counter.len(), 1, "one try of STK: {counter:04X?}");
    });
}
