//! The certificate environment's files, hashes and data objects, and its place beside the other applications.

use card_os::Interface::{Contactless, T0, T1};

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
    let mut card = selected(T0);
    card.expect(PKI, "6110");
    card.expect("00C0000010", "6F0E840C504B492EC9E7BBE1B1A3D5CF9000");
    // by FID from the environment, and from itself
    card.ok(PKI);
    card.expect("00A4000002DF01", "6110");
    card.expect("00C0000010", "6F0E840C53532E434552542E414446319000");
    card.expect("00A4000002DF01", "6110");
    card.expect("00A4000002ADF1", "6A82");
    card.expect("00A40000020018", "9000");
    card.expect("00B0000004", "000000009000");
}

/// After the PIN or the administrator (X), or EAK in the administrator's place.
#[test]
fn certificates_are_written_after_pin_or_administrator_and_read_by_all() {
    for shown in [pin_key(PIN), ADMINISTRATOR, EAK] {
        let mut card = selected(T0);
        card.expect("00D6980008 30820004DEADBEEF", "6982");
        let sw = match shown {
            EAK => authenticate(&mut card, EAK),
            ADMINISTRATOR => verify(&mut card, 0x00, ADMINISTRATOR),
            pin => verify(&mut card, 0x81, pin),
        };
        assert_eq!(sw, 0x9000);
        for file in ["98", "99"] {
            card.expect(&format!("00D6{file}0008{DER}"), "9000");
        }
        card.ok("00A40200020018");
        card.expect("00D607FF02 1122", "6A84");
        card.expect("00D607FF01 11", "9000");
        card.expect("00D6080001 11", "6B00");
        // a wrong PIN takes the PIN back
        if shown == pin_key(PIN) {
            assert_eq!(verify(&mut card, 0x81, pin_key(b"0")), 0x63C2);
            card.expect("00D6980001 30", "6982");
        }
        let mut card = card.power_cycle();
        card.switch(Contactless);
        card.ok(ADF);
        card.expect("00B0980008", &format!("{DER}9000"));
        card.expect("00D6980001 30", "6982");
    }
}

/// Catches: the card's own PIN taken for this application's, and the other way round.
#[test]
fn pin_means_the_applications_own() {
    let mut card = both();
    card.ok(SSSE);
    card.ok("0020000003123456");
    card.ok(ADF);
    card.expect("00D6980001 30", "6982");
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.expect("00D6980001 30", "9000");
    // a file of SSSE's DF01 under the PIN
    card.reset();
    card.ok(ADF);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.ok(SSSE);
    card.ok(handmade::DF01);
    card.expect("00B0820002", "6982");
    card.ok("0020000003123456");
    card.expect("00B0820002", "0202 9000");
}

/// DF01 is SSSE's own from there, and the certificate application's from its environment.
#[test]
fn df01_by_fid_is_the_one_at_hand() {
    let mut card = both();
    let name = |card: &mut TestCard, application: &str| {
        let fci = crate::support::to_hex(&card.ok("00A4000002DF01"));
        assert!(fci.contains(application), "{fci}");
    };
    name(&mut card, "D15600000500");
    card.ok(PKI);
    name(&mut card, "53532E434552542E41444631");
    name(&mut card, "53532E434552542E41444631");
    card.ok(SSSE);
    name(&mut card, "D15600000500");
    card.ok("00A40000023F00");
    name(&mut card, "D15600000500");
}

/// `80 C9 82 00` after generation.
#[test]
fn the_pair_is_said_to_be_there() {
    const CHECK: &str = "80C9820008 C0020012 C2020013";
    for interface in [T0, T1] {
        let mut card = selected(interface);
        card.expect(CHECK, "6A88");
        let mut card = with_pair(interface);
        let objects = card.objects();
        card.expect(CHECK, "9000");
        for wrong in [
            "C0020014 C2020015",
            "C0020012 C2020015",
            "C2020013 C0020012",
            "C0020012 C1020013",
        ] {
            card.expect(&format!("80C9820008 {wrong}"), "6A80");
        }
        card.expect("80C9820007 C0020012 C20200", "6700");
        card.expect("80C9810008 C0020012 C2020013", "6A86");
        assert_eq!(card.objects(), objects);
    }
}

/// RFC 8998 and GB/T 32905 A.1: SM3("abc").
#[test]
fn hashes() {
    let mut card = with_pair(T1);
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
    let mut card = TestCard::unsecured(T0);
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
    let old = with_pair(T0).ok(READ);
    let (mut cuts, mut kept) = (0, 0);
    for operation in 0.. {
        // Mounting and VERIFY write too: the cut comes within them or within the command itself.
        let mut flash = with_pair(T0).into_flash();
        flash.cut_after(operation, simulated_flash::Cut::Before);
        let mut card = TestCard::with_flash(flash, T0);
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
