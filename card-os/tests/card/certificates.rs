//! The certificate environment's files, hashes and data objects, and its place beside the other applications.

use card_os::Interface::{ContactT0, ContactT1, Contactless};

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, READ, authenticate, enciphered, pin_key, selected,
    stream, verify, with_pair,
};
use crate::support::handmade::{self, SSSE};
use crate::support::host::{Host, TRANSPORT};
use crate::support::{TestCard, hex};

/// A certificate, as far as a card can tell.
const DER: &str = "30820004DEADBEEF";

#[test]
fn selected_by_name_as_the_programs_do() {
    let mut card = selected(ContactT0);
    card.expect(PKI, "6110");
    card.expect("00C0000010", "6F0E840C504B492EC9E7BBE1B1A3D5CF9000");
    card.expect("00A4000002ADF1", "6110");
    card.expect("00A40000020018", "9000");
    card.expect("00B0000004", "000000009000");
}

#[test]
fn certificates_are_written_by_the_administrator_and_read_by_all() {
    for with_eak in [false, true] {
        let mut card = selected(ContactT0);
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
        card.expect("00D6980008 30820004DEADBEEF", "6982");
        let shown = if with_eak {
            authenticate(&mut card, EAK)
        } else {
            verify(&mut card, 0x00, ADMINISTRATOR)
        };
        assert_eq!(shown, 0x9000);
        for file in ["98", "99"] {
            card.expect(&format!("00D6{file}0008{DER}"), "9000");
        }
        card.ok("00A40200020018");
        card.expect("00D607FF02 1122", "6A84");
        card.expect("00D607FF01 11", "9000");
        card.expect("00D6080001 11", "6B00");
        let mut card = card.power_cycle();
        card.switch(Contactless);
        card.ok(ADF);
        card.expect("00B0980008", &format!("{DER}9000"));
        card.expect("00D6980001 30", "6982");
    }
}

/// RFC 8998 and GB/T 32905 A.1: SM3("abc").
#[test]
fn hashes() {
    let mut card = with_pair(ContactT1);
    let abc = "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0";
    card.expect("80C4010305 C103616263 00", &format!("{abc}9000"));
    card.expect("80C4010005 C103616263 20", &format!("{abc}9000"));
    // longer forms of the length
    card.expect("80C4010006 C18103616263 20", &format!("{abc}9000"));
    card.expect("80C4010007 C1820003616263 20", &format!("{abc}9000"));
    // printf '' | openssl dgst -sm3
    let empty = "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B";
    card.expect("80C4010002 C100 20", &format!("{empty}9000"));
    for wrong in [
        "C003616263",
        "C104616263",
        "C102616263",
        "C18200036162",
        "C180616263",
        "C18300000361",
    ] {
        let command = format!("80C40103{:02X}{wrong}20", wrong.len() / 2);
        card.expect(&command, "6A80");
    }
    card.expect("80C4020009 C0020013 C103616263 20", "6A82");
    card.expect("80C4020009 C0020014 C103616263 20", "6A88");
    card.expect("80C4030005 C103616263 20", "6A86");
}

/// Catches: a challenge, a PIN or an envelope of one application that serves in another.
#[test]
fn beside_the_social_security_application() {
    let mut card = both();
    // the card's own PIN is not this PIN, nor the other way round
    card.ok(SSSE);
    card.ok("0020000003123456");
    card.ok(ADF);
    card.expect(GENERATE, "6982");
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.ok(GENERATE);
    card.ok(SSSE);
    card.ok(handmade::DF01);
    card.ok(ADF);
    card.expect(GENERATE, "6982");
    // a challenge does not cross over
    card.ok(SSSE);
    card.ok("0084000010");
    card.ok(ADF);
    card.expect(&format!("0020018110{}", "00".repeat(16)), "6985");
    // no command of this environment elsewhere
    card.ok(SSSE);
    for command in [
        GENERATE.to_owned(),
        "80C9828042".to_owned(),
        "80C4010305C103616263".to_owned(),
        format!("002A9E9A20{}", "00".repeat(32)),
    ] {
        let answer = card.send(&hex(&command));
        assert_eq!(answer.sw, 0x6D00, "{command}");
    }
    // the blocked PIN of one is not the other's
    card.ok(ADF);
    for _ in 0..3 {
        verify(&mut card, 0x81, pin_key(b"0"));
    }
    card.ok(SSSE);
    card.expect("0020000003123456", "9000");
}

/// SSSE and the certificate environment on one card.
fn both() -> TestCard {
    let mut card = TestCard::unsecured(ContactT0);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
    let mut all = crate::support::handmade::dgi(0x0061, &[0x3F, 0x00]);
    all.extend(stream(TRANSPORT[2]));
    assert_eq!(host.store(&mut card, &all, 247), 0x9000);
    let answer = host.send(&mut card, [0x80, 0xF0, 0x80, 0x0F], &[]);
    assert_eq!(answer.sw, 0x9000);
    card
}

/// Catches: halves of two pairs after a cut. What the card signs must verify with the public key that it shows, whatever
/// flash operation of GENERATE KEY PAIR the power failed at.
#[test]
fn a_pair_is_the_old_or_the_new_one_whenever_the_power_fails() {
    let old = with_pair(ContactT0).ok(READ);
    let (mut cuts, mut kept) = (0, 0);
    for operation in 0.. {
        // Mounting and VERIFY write too: the cut comes within them or within the command itself.
        let mut flash = with_pair(ContactT0).into_flash();
        flash.cut_after(operation, simulated_flash::Cut::Before);
        let mut card = TestCard::with_flash(flash, ContactT0);
        // Eight bytes: the counting source then makes another pair than the first.
        card.exchange(&hex(ADF));
        let challenge = card.exchange(&hex("0084000008")).data;
        if challenge.len() == 8 {
            let cryptogram = enciphered(pin_key(PIN), &challenge);
            card.send(&[&[0x00, 0x20, 0x01, 0x81, 0x10][..], &cryptogram].concat());
            card.send(&hex(GENERATE));
        }
        let cut = card.os().flash().is_off();
        let mut card = card.power_cycle();
        card.ok(ADF);
        let public = card.ok(READ);
        kept += u32::from(public == old);
        assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
        let signature = card.ok(&format!("002A9E9A20{}", "5A".repeat(32)));
        let key = card_crypto::sm2::PublicKey::from_bytes(public[2..].try_into().unwrap());
        let verified = key
            .unwrap()
            .verifies(&[0x5A; 32], signature[..].try_into().unwrap());
        assert!(verified, "cut after {operation} operations");
        if !cut {
            assert_ne!(public, old);
            break;
        }
        cuts += 1;
    }
    assert!(
        kept > 3 && cuts >= kept,
        "{kept} of {cuts} kept the old pair"
    );
    println!("{cuts} cuts of GENERATE KEY PAIR, {kept} with the old pair");
}
