//! A challenge of four bytes is answered and serves nothing: padded with zeros there are 2^32 of them, few enough to collect
//! cryptograms for, and a card asks for one of them after 2^16 questions.

use card_os::Interface::{Contactless, T0, T1};

use crate::attempts::{ATTEMPTS, card};
use crate::support::handmade_sam::{DF01, PSAM, SX3};
use crate::support::{TestCard, hex};

/// The attack: a cryptogram or MAC that a terminal once made for a challenge that ends in zeros.
#[test]
fn it_serves_no_authentication_and_no_mac() {
    for attempt in ATTEMPTS.iter().filter(|attempt| attempt.challenge > 0) {
        for interface in [T0, T1, Contactless] {
            let mut card = card(interface);
            if attempt.puk && interface == Contactless {
                continue;
            }
            attempt.prepare(&mut card);
            let told = format!("{} on {interface:?}", attempt.name);
            let writes = card.writes();
            for right in [true, false] {
                let command = attempt.make(&mut card, 4, right);
                assert_eq!(card.exchange(&command).sw, 0x6985, "{told}");
                // It was an attempt: the challenge is gone.
                assert_eq!(card.exchange(&command).sw, 0x6985, "{told}");
            }
            assert_eq!(card.writes(), writes, "{told}: no try is spent");
            if attempt.over_the_air || interface != Contactless {
                assert_eq!(attempt.try_once(&mut card, true), 0x9000, "{told}");
            }
        }
    }
}

/// It is answered all the same, and takes the place of the challenge before it.
#[test]
fn it_replaces_the_challenge_before_it() {
    for attempt in ATTEMPTS.iter().filter(|attempt| attempt.challenge > 0) {
        let mut card = card(T1);
        attempt.prepare(&mut card);
        let command = attempt.make(&mut card, attempt.challenge, true);
        assert_eq!(card.ok("0084000004").len(), 4);
        assert_eq!(card.exchange(&command).sw, 0x6985, "{}", attempt.name);
    }
}

/// A PSAM makes no session key for one either, so that no terminal lends itself to the collection.
#[test]
fn a_psam_makes_no_session_key_for_it() {
    let init = |role: u8, kid: u8, factors: usize, challenge: &[u8]| {
        let data = [&vec![0x31; 8 * factors][..], challenge].concat();
        let mut command = vec![0xBF, 0xDE, role, kid, data.len() as u8];
        command.extend(data);
        command
    };
    let four = |length: usize| {
        let mut challenge = vec![0; length];
        challenge[..4].copy_from_slice(&[0xC1, 0xC2, 0xC3, 0xC4]);
        challenge
    };
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    for (role, kid, factors) in [(0x67, 0x08, 3), (0x48, 0x12, 2), (0x27, 0x14, 1)] {
        let command = init(role, kid, factors, &four(8));
        assert_eq!(card.exchange(&command).sw, 0x6985, "{role:02X}");
        card.expect("80FA000008 3132333435363738", "6985");
        let mut five = four(8);
        five[7] = 0x01;
        assert_eq!(card.send(&init(role, kid, factors, &five)).sw, 0x9000);
    }
    card.ok(SX3);
    card.ok(DF01);
    for (role, kid, factors) in [(0x67, 0x08, 3), (0x48, 0x12, 2)] {
        let command = init(role, kid, factors, &four(16));
        assert_eq!(card.exchange(&command).sw, 0x6985, "{role:02X}");
        // One of eight bytes, padded, is what 3.00 cards give.
        let eight = [hex("C1C2C3C400000001"), vec![0; 8]].concat();
        assert_eq!(card.send(&init(role, kid, factors, &eight)).sw, 0x9000);
    }
}
