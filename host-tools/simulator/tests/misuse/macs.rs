//! MACs over another header, under another key, cut short, and data that was tampered with.

use crate::chip::{CONTACTS, Chip, everywhere};

const UNBLOCK: [u8; 4] = [0x84, 0x24, 0x00, 0x00];
const RELOAD: [u8; 4] = [0x84, 0x24, 0x00, 0x01];
const APPLICATION_BLOCK: [u8; 4] = [0x84, 0x1E, 0x00, 0x00];
const APPLICATION_BLOCK_FOR_GOOD: [u8; 4] = [0x84, 0x1E, 0x00, 0x01];
const APPLICATION_UNBLOCK: [u8; 4] = [0x84, 0x18, 0x00, 0x00];
const CARD_BLOCK: [u8; 4] = [0x84, 0x16, 0x00, 0x00];

/// The command of `sent` with the MAC that was made for `signed`.
fn with_other_header(chip: &mut Chip, key: (&str, u8), signed: [u8; 4], sent: [u8; 4]) -> Vec<u8> {
    let key = chip.key(key.0, key.1);
    let mut command = Chip::secured(&key, &chip.challenge(), signed, &[]);
    command[..4].copy_from_slice(&sent);
    command
}

#[test]
fn a_mac_is_good_for_its_own_header_alone() {
    everywhere(CONTACTS, |mut chip| {
        chip.directory("DF03");
        // A block for a time must not become one for good, nor the end of a block.
        let lk = ("DF03", 0x83);
        let forged =
            with_other_header(&mut chip, lk, APPLICATION_BLOCK, APPLICATION_BLOCK_FOR_GOOD);
        chip.costs_a_try(&forged, 0x6988);
        let forged = with_other_header(&mut chip, lk, APPLICATION_UNBLOCK, APPLICATION_BLOCK);
        chip.costs_a_try(&forged, 0x6988);
        // The same in a DF whose LK is another.
        chip.directory("DF04");
        let forged = with_other_header(&mut chip, lk, APPLICATION_BLOCK, APPLICATION_BLOCK);
        chip.costs_a_try(&forged, 0x6988);

        chip.ssse();
        chip.authenticate("SSSE", 0x06);
        // The MAC of RELOAD, over nothing, for UNBLOCK.
        let forged = with_other_header(&mut chip, ("SSSE", 0x02), RELOAD, UNBLOCK);
        chip.costs_a_try(&forged, 0x6988);
        // STK is not BK.
        let forged = with_other_header(&mut chip, ("SSSE", 0x02), CARD_BLOCK, CARD_BLOCK);
        chip.costs_a_try(&forged, 0x6988);
        // Nor is PUK STK.
        let forged = with_other_header(&mut chip, ("SSSE", 0x06), UNBLOCK, UNBLOCK);
        chip.costs_a_try(&forged, 0x6988);

        // The right ones, so that it was not something else that refused them.
        let right = with_other_header(&mut chip, ("SSSE", 0x02), UNBLOCK, UNBLOCK);
        assert_eq!(chip.sw(&right), 0x9000);
        chip.directory("DF03");
        let right = with_other_header(&mut chip, lk, APPLICATION_BLOCK, APPLICATION_BLOCK);
        assert_eq!(chip.sw(&right), 0x9000);
    });
}

#[test]
fn a_mac_that_was_cut_short_is_none() {
    everywhere(CONTACTS, |mut chip| {
        chip.authenticate("SSSE", 0x06);
        let stk = chip.key("SSSE", 0x02);
        let right = Chip::secured(&stk, &chip.challenge(), UNBLOCK, &[]);
        for length in [0, 1, 2, 3, 5, 8] {
            let mut cut = right[..5].to_vec();
            cut[4] = length;
            cut.extend(right[5..].iter().chain(&[0; 4]).take(length.into()));
            chip.refused(&cut, 0x6700);
        }
        // One bit of it, and zeros in its place, each with a challenge of its own.
        for bit in 0..32 {
            let mut wrong = Chip::secured(&stk, &chip.challenge(), UNBLOCK, &[]);
            wrong[5 + bit / 8] ^= 1 << (bit % 8);
            chip.costs_a_try(&wrong, 0x6988);
            let right = Chip::secured(&stk, &chip.challenge(), UNBLOCK, &[]);
            assert_eq!(chip.sw(&right), 0x9000, "which gives STK its tries back");
        }
        chip.challenge();
        chip.costs_a_try(&[0x84, 0x24, 0x00, 0x00, 0x04, 0, 0, 0, 0], 0x6988);
    });
}

#[test]
fn a_pin_that_was_tampered_with_on_its_way_is_refused() {
    everywhere(CONTACTS, |mut chip| {
        chip.authenticate("SSSE", 0x06);
        let (stk, puk) = (chip.key("SSSE", 0x02), chip.key("SSSE", 0x06));
        let reload = |challenge: &[u8]| {
            let pin = stk.reloaded_pin(challenge, &[0x98, 0x76, 0x54]);
            Chip::secured(&stk, challenge, RELOAD, &pin)
        };
        let length = reload(&chip.challenge()).len() - 5;
        for at in 0..length {
            let mut tampered = reload(&chip.challenge());
            tampered[5 + at] ^= 0x10;
            chip.costs_a_try(&tampered, 0x6988);
            let right = Chip::secured(&stk, &chip.challenge(), UNBLOCK, &[]);
            assert_eq!(chip.sw(&right), 0x9000, "which gives STK its tries back");
        }
        // Without its cryptogram, and cut in the middle.
        let challenge = chip.challenge();
        let bare = Chip::secured(&stk, &challenge, RELOAD, &[]);
        chip.refused(&bare, 0x6700);
        // Under PUK, as cards before this version took it: no PIN comes of it.
        let challenge = chip.challenge();
        let pin = puk.reloaded_pin(&challenge, &[0x98, 0x76, 0x54]);
        let old = Chip::secured(&stk, &challenge, RELOAD, &pin);
        assert_eq!(chip.sw(&old), 0x6A80);
        assert_eq!(
            chip.hex("0020000003123456"),
            0x9000,
            "the PIN is the old one"
        );
        assert_eq!(chip.hex("0020000003987654"), 0x63C2);
    });
}
