//! The certificate environment's PIN, administrator and EAK: shown by enciphering the challenge, each with its own tries.
//!
//! Known answers are OpenSSL's, for the first challenge of the tests' random source, 0102…10:
//!
//! ```text
//! printf 123456 | xxd -r -p | openssl dgst -sm3                                       # 3DE741F445DD357BEA4E6C3FE6437036…
//! printf 0102030405060708090A0B0C0D0E0F10 | xxd -r -p | openssl enc -sm4-ecb -nopad -K 3DE7…7036 | xxd -p
//! ```

use card_os::Interface::{Contactless, T0, T1};

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, authenticate, card, change, enciphered, pin_key,
    selected, verify, write_key,
};
use crate::support::TestCard;
use crate::support::handmade::SSSE;

const CHALLENGE: &str = "0084000010";
const KNOWN_EAK: &str = "0082000010 7501A58236E2D404E57629CB6D75FB62";
const KNOWN_WRITE: &str =
    "84D4010224 D67BFEC95E35FD836B58D3A2B51F70D2B274223A8FADBA6DA49EAB3A35C7D876 E798F1CA";
/// What stands before the key in the clear text of WRITE KEY.
const HEAD: [u8; 4] = [0x13, 0x00, 0x00, 0x00];
const KNOWN: &str = "0020018110 7745EA2B798A9AAB135DE54ABEEADFB0";

#[test]
fn the_pin_is_shown_by_enciphering_the_challenge() {
    for interface in [T0, T1, Contactless] {
        let mut card = selected(interface);
        card.expect("0020018100", "63C3");
        card.ok(CHALLENGE);
        card.expect(KNOWN, "9000");
        card.expect("0020018100", "9000");
        // the challenge is used up, and another one asks for another answer
        card.expect(KNOWN, "6985");
        card.ok(CHALLENGE);
        card.expect(KNOWN, "63C2");
        // which takes back what was shown
        card.expect("0020018100", "63C2");
    }
}

#[test]
fn a_challenge_of_eight_is_padded() {
    let mut card = selected(T0);
    let challenge = card.ok("0084000008");
    let right = enciphered(pin_key(PIN), &challenge);
    let command = [&[0x00, 0x20, 0x01, 0x81, 0x10][..], &right].concat();
    assert_eq!(card.send(&command).sw, 0x9000);
}

#[test]
fn three_wrong_pins_block_it_and_power_does_not_help() {
    let mut card = selected(T0);
    for left in [0x63C2, 0x63C1, 0x63C0] {
        assert_eq!(verify(&mut card, 0x81, pin_key(b"654321")), left);
        card = card.power_cycle();
        card.ok(PKI);
        card.ok(ADF);
    }
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x6983);
    card.switch(Contactless);
    card.ok(ADF);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x6983);
    card.expect("0020018100", "6983");
    // The administrator is another matter.
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
}

#[test]
fn a_try_is_spent_before_the_comparison() {
    let mut card = selected(T0);
    assert_eq!(verify(&mut card, 0x81, pin_key(b"1")), 0x63C2);
    let objects = card.objects();
    assert!(objects.values().any(|object| *object == [2]), "the counter");
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.reset();
    card.ok(ADF);
    card.expect("0020018100", "63C3");
}

/// Catches: what is shown in one place taken for shown in another, or lasting longer than it may.
#[test]
fn what_is_shown_ends_with_its_directory() {
    let mut card = selected(T0);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.ok(ADF);
    card.expect("0020018100", "9000");
    card.ok(PKI);
    // the PIN is the application's
    card.expect("0020018100", "6A88");
    card.ok(ADF);
    card.expect("0020018100", "63C3");
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
    card.ok(PKI);
    card.expect("0020010000", "9000");
    card.reset();
    card.ok(ADF);
    card.expect("0020010000", "63CF");
}

/// Catches: a key taken for what it is not, PIN and administrator exchanged.
#[test]
fn each_key_is_for_its_own_command() {
    let mut card = selected(T0);
    assert_eq!(verify(&mut card, 0x00, EAK), 0x63CE);
    assert_eq!(verify(&mut card, 0x00, pin_key(PIN)), 0x63CD);
    assert_eq!(verify(&mut card, 0x81, ADMINISTRATOR), 0x63C2);
    assert_eq!(authenticate(&mut card, ADMINISTRATOR), 0x63CE);
    assert_eq!(authenticate(&mut card, EAK), 0x9000);
    // The card's own EXTERNAL AUTHENTICATE, with a source, takes none of them.
    for kid in ["02", "81"] {
        card.ok("0084000008");
        let command = format!("008200{kid}10 0000000000000000 0000000000000000");
        card.expect(&command, "6985");
    }
    // Elsewhere there is no such VERIFY.
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    card.ok(CHALLENGE);
    card.expect(KNOWN, "6A86");
}

#[test]
fn wrong_lengths_and_parameters_cost_nothing() {
    let mut card = selected(T0);
    card.ok(CHALLENGE);
    card.expect("002001810F 7745EA2B798A9AAB135DE54ABEEADF", "6700");
    card.expect("0020018111 7745EA2B798A9AAB135DE54ABEEADFB000", "6700");
    card.expect("0020018210 7745EA2B798A9AAB135DE54ABEEADFB0", "6A86");
    card.expect(KNOWN, "9000");
}

fn change_pin(card: &mut TestCard, old: &[u8], new: &[u8]) -> u16 {
    let challenge = card.ok(CHALLENGE);
    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
    card.send(&change(pin_key(old), &challenge, header, &pin_key(new)))
        .sw
}

#[test]
fn change_pin_takes_the_old_one() {
    let mut card = selected(T0);
    assert_eq!(change_pin(&mut card, PIN, b"87654321"), 0x9000);
    // It must be shown anew, and it lasts.
    card.expect("0020018100", "63C3");
    let mut card = card.power_cycle();
    card.ok(ADF);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x63C2);
    assert_eq!(verify(&mut card, 0x81, pin_key(b"87654321")), 0x9000);
}

#[test]
fn a_wrong_change_costs_a_try_and_changes_nothing() {
    let mut card = selected(T0);
    assert_eq!(change_pin(&mut card, b"000000", b"87654321"), 0x6988);
    card.expect("0020018100", "63C2");
    // every bit of data and MAC counts
    for bit in [0, 77, 127, 128, 159] {
        let mut card = selected(T0);
        let challenge = card.ok(CHALLENGE);
        let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
        let mut command = change(pin_key(PIN), &challenge, header, &pin_key(b"1"));
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    }
    // without a challenge, replayed, on contactless
    let mut card = selected(T0);
    card.expect(&format!("845E010014{}", "00".repeat(20)), "6985");
    let challenge = card.ok(CHALLENGE);
    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
    let command = change(pin_key(PIN), &challenge, header, &pin_key(PIN));
    assert_eq!(card.send(&command).sw, 0x9000);
    assert_eq!(card.send(&command).sw, 0x6985);
    card.switch(Contactless);
    card.ok(ADF);
    assert_eq!(change_pin(&mut card, PIN, b"1"), 0x6985);
}

/// Catches: the cryptogram of VERIFY, which everyone on the line sees, serving as the session key of CHANGE PIN.
#[test]
fn what_verify_shows_does_not_change_the_pin() {
    let mut card = selected(T0);
    let challenge = card.ok(CHALLENGE);
    let seen = enciphered(pin_key(PIN), &challenge);
    let new = pin_key(b"999999");
    // as a session key itself, and as the key of one
    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
    let mut forged = header.to_vec();
    forged.extend(crate::support::ciphers::sm4(seen, new));
    let mac =
        crate::support::ciphers::FieldKey::Sm4(pin_key(PIN)).mac4(&challenge, header, &forged[5..]);
    forged.extend(mac);
    assert_eq!(card.send(&forged).sw, 0x6988);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
}

/// EXTERNAL AUTHENTICATE with EAK or VERIFY of the administrator.
fn show(card: &mut TestCard, authority: [u8; 16]) -> Vec<u8> {
    let challenge = card.ok(CHALLENGE);
    let header: &[u8] = if authority == ADMINISTRATOR {
        &[0x00, 0x20, 0x01, 0x00, 0x10]
    } else {
        &[0x00, 0x82, 0x00, 0x00, 0x10]
    };
    let command = [header, &enciphered(authority, &challenge)].concat();
    assert_eq!(card.send(&command).sw, 0x9000);
    challenge
}

/// The same, then WRITE KEY with its challenge.
fn show_and_write(card: &mut TestCard, authority: [u8; 16], kid: u8, new: [u8; 16]) -> u16 {
    let challenge = show(card, authority);
    card.send(&write_key(authority, &challenge, kid, HEAD, new))
        .sw
}

#[test]
fn write_key_replaces_each_key_and_frees_a_blocked_pin() {
    let mut card = selected(T0);
    for _ in 0..3 {
        verify(&mut card, 0x81, pin_key(b"0"));
    }
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x6983);
    let new = pin_key(b"112233");
    assert_eq!(show_and_write(&mut card, EAK, 0x81, new), 0x9000);
    assert_eq!(verify(&mut card, 0x81, new), 0x9000);
    // the administrator too, and it takes back what the old PIN has shown
    assert_eq!(
        show_and_write(&mut card, ADMINISTRATOR, 0x81, pin_key(PIN)),
        0x9000
    );
    card.expect("0020018100", "63C3");
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);

    assert_eq!(show_and_write(&mut card, EAK, 0x02, [0x5A; 16]), 0x9000);
    card.expect("0020010000", "63CF");
    assert_eq!(verify(&mut card, 0x00, [0x5A; 16]), 0x9000);

    // EAK by itself: what it had shown ends, in the administrator's place too
    assert_eq!(show_and_write(&mut card, EAK, 0x00, [0xE0; 16]), 0x9000);
    card.expect("0020010000", "63CF");
    card.expect(&format!("84D4010024{}", "00".repeat(36)), "6982");
    assert_eq!(authenticate(&mut card, EAK), 0x63CE);
    assert_eq!(authenticate(&mut card, [0xE0; 16]), 0x9000);
    // they last
    let mut card = card.power_cycle();
    card.ok(ADF);
    assert_eq!(authenticate(&mut card, [0xE0; 16]), 0x9000);
}

/// Known answers for the challenges that the tests' random source counts: 0102…10, then 1112…20.
///
/// ```text
/// printf 0102…10 | xxd -r -p | openssl enc -sm4-ecb -nopad -K EAEA…EA                        # the cryptogram
/// printf 13000000 5A…5A 80 00…00 | xxd -r -p | openssl enc -sm4-ecb -nopad -K EAEA…EA        # the key
/// printf 84D4010224 [the key] 80 00…00 | xxd -r -p | openssl enc -sm4-cbc -nopad -K EAEA…EA -iv 0102…10
///                                                  # the last block's four words, exclusive-or: the MAC
/// ```
#[test]
fn write_key_as_openssl_makes_it() {
    let mut card = selected(T0);
    card.ok(CHALLENGE);
    card.expect(KNOWN_EAK, "9000");
    // no new GET CHALLENGE: the challenge serves once more
    card.expect(KNOWN_WRITE, "9000");
    assert_eq!(verify(&mut card, 0x00, [0x5A; 16]), 0x9000);
}

#[test]
fn write_key_refuses_what_is_not_this_key() {
    let mut card = selected(T0);
    // nobody has authenticated, the holder alone
    let challenge = card.ok(CHALLENGE);
    let command = write_key(EAK, &challenge, 0x02, HEAD, [0x5A; 16]);
    assert_eq!(card.send(&command).sw, 0x6982);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    assert_eq!(card.send(&command).sw, 0x6982);
    // under the key that has not authenticated: each costs the one that has a try
    for (shown, under) in [(EAK, ADMINISTRATOR), (ADMINISTRATOR, EAK)] {
        let challenge = show(&mut card, shown);
        let command = write_key(under, &challenge, 0x02, HEAD, [0x5A; 16]);
        assert_eq!(card.send(&command).sw, 0x6988);
    }
    // the one that was shown last is meant
    show(&mut card, EAK);
    assert_eq!(
        show_and_write(&mut card, ADMINISTRATOR, 0x02, ADMINISTRATOR),
        0x9000
    );
    show(&mut card, ADMINISTRATOR);
    assert_eq!(show_and_write(&mut card, EAK, 0x02, ADMINISTRATOR), 0x9000);
    // another clear text
    for head in [[0x10, 0, 0, 0], [0x13, 1, 0, 0], [0x13, 0, 0, 1]] {
        let challenge = show(&mut card, EAK);
        let command = write_key(EAK, &challenge, 0x02, head, [0x5A; 16]);
        assert_eq!(card.send(&command).sw, 0x6A80, "{head:02X?}");
    }
    // a MAC for another header, every part of the data counts, another challenge
    let challenge = show(&mut card, EAK);
    let mut command = write_key(EAK, &challenge, 0x00, HEAD, [0x5A; 16]);
    command[3] = 0x02;
    assert_eq!(card.send(&command).sw, 0x6988);
    for bit in [0, 100, 255, 256, 287] {
        let challenge = show(&mut card, EAK);
        let mut command = write_key(EAK, &challenge, 0x02, HEAD, [0x5A; 16]);
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
    }
    show(&mut card, EAK);
    let command = write_key(EAK, &[0x77; 16], 0x02, HEAD, [0x5A; 16]);
    assert_eq!(card.send(&command).sw, 0x6988);
    card.expect(&format!("84D4010124{}", "00".repeat(36)), "6A86");
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
}

/// "`84 5E` and `84 D4` follow an authentication without a new GET CHALLENGE": once, and for nothing else.
#[test]
fn a_challenge_serves_once_more_after_an_authentication() {
    let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
    let changed = |challenge: &[u8]| change(pin_key(PIN), challenge, header, &pin_key(PIN));
    for interface in [T0, T1] {
        let mut card = selected(interface);
        // CHANGE PIN after the PIN, after the administrator, after EAK, with a challenge of 8 as well
        for challenge in ["0084000010", "0084000008"] {
            let challenge = card.ok(challenge);
            let right = enciphered(pin_key(PIN), &challenge);
            let command = [&[0x00, 0x20, 0x01, 0x81, 0x10][..], &right].concat();
            assert_eq!(card.send(&command).sw, 0x9000);
            assert_eq!(card.send(&changed(&challenge)).sw, 0x9000);
            assert_eq!(card.send(&changed(&challenge)).sw, 0x6985);
        }
        for authority in [ADMINISTRATOR, EAK] {
            let challenge = show(&mut card, authority);
            assert_eq!(card.send(&changed(&challenge)).sw, 0x9000);
            // each once, whichever of the two comes first
            let again = write_key(authority, &challenge, 0x02, HEAD, ADMINISTRATOR);
            assert_eq!(card.send(&again).sw, 0x6985);
        }
        // not for another authentication: what was on the line would open it again
        let challenge = show(&mut card, EAK);
        let seen = enciphered(EAK, &challenge);
        for header in [
            [0x00, 0x82, 0x00, 0x00, 0x10],
            [0x00, 0x20, 0x01, 0x00, 0x10],
        ] {
            let command = [&header[..], &seen].concat();
            assert_eq!(card.send(&command).sw, 0x6985);
        }
        // and that attempt has used it up
        assert_eq!(card.send(&changed(&challenge)).sw, 0x6985);
        // a failed one leaves nothing, a new challenge takes its place, another application ends it
        let challenge = card.ok(CHALLENGE);
        let wrong = [&[0x00, 0x82, 0x00, 0x00, 0x10][..], &[0; 16]].concat();
        assert_eq!(card.send(&wrong).sw, 0x63CE);
        assert_eq!(card.send(&changed(&challenge)).sw, 0x6985);
        let first = show(&mut card, EAK);
        let second = card.ok(CHALLENGE);
        assert_eq!(card.send(&changed(&first)).sw, 0x6988);
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
        show(&mut card, EAK);
        let fresh = card.ok(CHALLENGE);
        assert_ne!(fresh, second);
        assert_eq!(card.send(&changed(&fresh)).sw, 0x9000);
        let challenge = show(&mut card, EAK);
        card.ok("00A4040008A000000151000000");
        card.ok(ADF);
        assert_eq!(card.send(&changed(&challenge)).sw, 0x6985);
        let challenge = show(&mut card, EAK);
        card.reset();
        card.ok(ADF);
        assert_eq!(card.send(&changed(&challenge)).sw, 0x6985);
        // reads and SELECT of a file do not
        let challenge = show(&mut card, EAK);
        card.ok("00A40200020018");
        card.ok("00B0000004");
        assert_eq!(card.send(&changed(&challenge)).sw, 0x9000);
    }
}

#[test]
fn a_card_of_before_has_no_such_commands() {
    let mut card = card(T0);
    card.expect(GENERATE, "6D00");
    card.ok(PKI);
    card.expect(GENERATE, "6982");
}
