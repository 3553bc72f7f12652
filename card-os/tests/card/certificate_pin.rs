//! The certificate environment's PIN, administrator and EAK: shown by enciphering the challenge, each with its own tries.
//!
//! Known answers are OpenSSL's, for the first challenge of the tests' random source, 0102…10:
//!
//! ```text
//! printf 123456 | openssl dgst -sm3                                                  # 207CF410532F92A47DEE245CE9B11FF7…
//! printf 0102030405060708090A0B0C0D0E0F10 | xxd -r -p | openssl enc -sm4-ecb -nopad -K 207C…1FF7 | xxd -p
//! ```

use card_os::Interface::{ContactT0, ContactT1, Contactless};

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, authenticate, card, change, enciphered, pin_key,
    selected, verify,
};
use crate::support::handmade::{SSSE, entry};
use crate::support::{TestCard, hex};

const CHALLENGE: &str = "0084000010";
const KNOWN: &str = "0020018110 9614E182FC919ECB6F72BA87E30E875C";

#[test]
fn the_pin_is_shown_by_enciphering_the_challenge() {
    for interface in [ContactT0, ContactT1, Contactless] {
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
    let mut card = selected(ContactT0);
    let challenge = card.ok("0084000008");
    let right = enciphered(pin_key(PIN), &challenge);
    let command = [&[0x00, 0x20, 0x01, 0x81, 0x10][..], &right].concat();
    assert_eq!(card.send(&command).sw, 0x9000);
}

#[test]
fn three_wrong_pins_block_it_and_power_does_not_help() {
    let mut card = selected(ContactT0);
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
    let mut card = selected(ContactT0);
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
    let mut card = selected(ContactT0);
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
    let mut card = selected(ContactT0);
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
    let mut card = TestCard::personalized(ContactT0);
    card.ok(SSSE);
    card.ok(CHALLENGE);
    card.expect(KNOWN, "6A86");
}

#[test]
fn wrong_lengths_and_parameters_cost_nothing() {
    let mut card = selected(ContactT0);
    card.ok(CHALLENGE);
    card.expect("002001810F 9614E182FC919ECB6F72BA87E30E87", "6700");
    card.expect("0020018111 9614E182FC919ECB6F72BA87E30E875C00", "6700");
    card.expect("0020018210 9614E182FC919ECB6F72BA87E30E875C", "6A86");
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
    let mut card = selected(ContactT0);
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
    let mut card = selected(ContactT0);
    assert_eq!(change_pin(&mut card, b"000000", b"87654321"), 0x6988);
    card.expect("0020018100", "63C2");
    // every bit of data and MAC counts
    for bit in [0, 77, 127, 128, 159] {
        let mut card = selected(ContactT0);
        let challenge = card.ok(CHALLENGE);
        let header = [0x84, 0x5E, 0x01, 0x00, 0x14];
        let mut command = change(pin_key(PIN), &challenge, header, &pin_key(b"1"));
        command[5 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(card.send(&command).sw, 0x6988, "{bit}");
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    }
    // without a challenge, replayed, on contactless
    let mut card = selected(ContactT0);
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
    let mut card = selected(ContactT0);
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

fn write_key(card: &mut TestCard, kid: u8, under: [u8; 16], entry: &[u8]) -> u16 {
    let challenge = card.ok(CHALLENGE);
    let mut plain = entry.to_vec();
    plain.extend(hex("8000000000000000"));
    let header = [0x84, 0xD4, 0x01, kid, 0x24];
    card.send(&change(under, &challenge, header, &plain)).sw
}

fn key_entry(role: u8, kid: u8, tries: u8, key: [u8; 16]) -> Vec<u8> {
    entry(
        role,
        kid,
        tries,
        crate::support::ciphers::FieldKey::Sm4(key),
    )
}

#[test]
fn write_key_replaces_each_key_and_frees_a_blocked_pin() {
    let mut card = selected(ContactT0);
    for _ in 0..3 {
        verify(&mut card, 0x81, pin_key(b"0"));
    }
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x6983);
    let new = key_entry(0x07, 0x81, 3, pin_key(b"112233"));
    assert_eq!(write_key(&mut card, 0x81, EAK, &new), 0x9000);
    assert_eq!(verify(&mut card, 0x81, pin_key(b"112233")), 0x9000);

    let new = key_entry(0x08, 0x02, 15, [0x5A; 16]);
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
    assert_eq!(write_key(&mut card, 0x02, EAK, &new), 0x9000);
    card.expect("0020010000", "63CF");
    assert_eq!(verify(&mut card, 0x00, [0x5A; 16]), 0x9000);

    let new = key_entry(0x02, 0x00, 15, [0xE0; 16]);
    assert_eq!(write_key(&mut card, 0x00, EAK, &new), 0x9000);
    assert_eq!(authenticate(&mut card, EAK), 0x63CE);
    assert_eq!(authenticate(&mut card, [0xE0; 16]), 0x9000);
}

#[test]
fn write_key_refuses_what_is_not_this_key() {
    let mut card = selected(ContactT0);
    // under another key, with the wrong role, for another key, with a wrong check value
    let right = key_entry(0x08, 0x02, 15, [0x5A; 16]);
    assert_eq!(write_key(&mut card, 0x02, ADMINISTRATOR, &right), 0x6988);
    let role = key_entry(0x02, 0x02, 15, [0x5A; 16]);
    assert_eq!(write_key(&mut card, 0x02, EAK, &role), 0x6A80);
    let other = key_entry(0x02, 0x00, 15, [0x5A; 16]);
    assert_eq!(write_key(&mut card, 0x02, EAK, &other), 0x6A80);
    let mut garbled = right.clone();
    garbled[20] ^= 1;
    assert_eq!(write_key(&mut card, 0x02, EAK, &garbled), 0x6A80);
    assert_eq!(write_key(&mut card, 0x01, EAK, &right), 0x6A86);
    // a MAC for another header
    let challenge = card.ok(CHALLENGE);
    let plain = [&right[..], &hex("8000000000000000")].concat();
    let mut command = change(EAK, &challenge, [0x84, 0xD4, 0x01, 0x00, 0x24], &plain);
    command[3] = 0x02;
    assert_eq!(card.send(&command).sw, 0x6988);
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
}

#[test]
fn a_card_of_before_has_no_such_commands() {
    let mut card = card(ContactT0);
    card.expect(GENERATE, "6D00");
    card.ok(PKI);
    card.expect(GENERATE, "6982");
}
