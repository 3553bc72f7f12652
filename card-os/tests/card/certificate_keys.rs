//! SM2 pairs in the certificate environment: made, signed with, imported in an envelope, never given away.
//!
//! The tests' random source counts, so that the private key after a challenge of 16 bytes is 1112…30. Its public key by
//! OpenSSL:
//!
//! ```text
//! printf 30310201010420 1112…30 a00a06082a811ccf5501822d | xxd -r -p | openssl ec -inform DER -pubout -outform DER | xxd -p
//! ```

use card_os::Interface::{Contactless, T0, T1};

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, GENERATE, PIN, PKI, READ, authenticate, envelope, open_envelope,
    openssl, pin_key, public_der, selected, signature_der, verify, with_pair,
};
use crate::support::ciphers::sm4;
use crate::support::{TestCard, hex, to_hex};

const PUBLIC: &str = "CA40 BA3B646ED9203EC94463EE3C93FE49B73B697BCCFFA000CE82863F3D95AF79CC
                           FF579D83B43D5A5DAD100D3C4F7AA9C31F9AD4D79EA2AF1D9D77C54FF995D3A2";

/// The standard's key of GM/T 0003.5, here as the key management centre's.
pub const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
pub const P: &str = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
                 CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";

fn sign(card: &mut TestCard, e: &[u8]) -> crate::support::Answer {
    let mut command = hex("002A9E9A20");
    command.extend(e);
    if card.interface != T0 {
        command.push(0x00);
    }
    card.exchange(&command)
}

#[test]
fn the_pair_is_made_on_the_card_and_lasts() {
    let mut card = selected(T0);
    card.expect(READ, "6A88");
    card.expect(GENERATE, "6982");
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.expect(GENERATE, "9000");
    card.expect(READ, &format!("{PUBLIC}9000"));
    let mut card = card.power_cycle();
    card.ok(ADF);
    card.expect(READ, &format!("{PUBLIC}9000"));
    card.expect("80C9828000", &format!("{PUBLIC}9000"));
    card.expect("80C9828040", "6C42");
    card.expect("00B0920000", &format!("{PUBLIC}9000"));
}

#[test]
fn openssl_verifies_what_the_card_signs() {
    let message = b"a message, synthetic";
    for interface in [T0, T1] {
        let mut card = with_pair(interface);
        let public = card.ok(READ)[2..].to_vec();
        // e on the card, with ZA
        let mut command = hex("80C4021400");
        command.splice(4.., [(6 + message.len()) as u8]);
        command.extend(hex("C0020012 C114"));
        command.extend(message);
        if interface != T0 {
            command.push(0x20);
        }
        let e = card.exchange(&command);
        assert_eq!((e.sw, e.data.len()), (0x9000, 32));
        let signature = sign(&mut card, &e.data);
        assert_eq!((signature.sw, signature.data.len()), (0x9000, 64));
        let verified = openssl(
            &[
                ("key", &public_der(&public)),
                ("message", message),
                ("signature", &signature_der(&signature.data)),
            ],
            "pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -pubin -keyform DER -inkey key -in message -sigfile signature",
        );
        assert!(verified.status.success(), "{verified:?}");
        // Another random number each time.
        assert_ne!(sign(&mut card, &e.data), signature);
    }
}

#[test]
fn nobody_signs_but_the_holder() {
    let e = [0x11; 32];
    let mut card = with_pair(T0).power_cycle();
    card.ok(ADF);
    assert_eq!(sign(&mut card, &e).sw, 0x6982);
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
    assert_eq!(authenticate(&mut card, EAK), 0x9000);
    assert_eq!(sign(&mut card, &e).sw, 0x6982);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    assert_eq!(sign(&mut card, &e).sw, 0x9000);
    // A wrong PIN takes it back, another directory too.
    assert_eq!(verify(&mut card, 0x81, pin_key(b"0")), 0x63C2);
    assert_eq!(sign(&mut card, &e).sw, 0x6982);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.ok(PKI);
    assert_eq!(sign(&mut card, &e).sw, 0x6982);
    card.ok(ADF);
    assert_eq!(sign(&mut card, &e).sw, 0x6982);
    // Signing works over the air, making pairs does not.
    card.switch(Contactless);
    card.ok(ADF);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    assert_eq!(sign(&mut card, &e).sw, 0x9000);
    card.expect(GENERATE, "6985");
    // Not a hash.
    card.expect(
        "002A9E9A1F00000000000000000000000000000000000000000000000000000000000000",
        "6700",
    );
    // No pair yet.
    let mut card = selected(T0);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    assert_eq!(sign(&mut card, &e).sw, 0x6A88);
}

/// Catches: any way to a private key.
#[test]
fn private_keys_are_not_read_or_written() {
    let mut card = with_pair(T0);
    import(&mut card, D);
    assert_eq!(verify(&mut card, 0x00, ADMINISTRATOR), 0x9000);
    assert_eq!(authenticate(&mut card, EAK), 0x9000);
    for file in ["13", "15"] {
        card.ok(&format!("00A402000200{file}"));
        card.expect("00B0000022", "6982");
        card.expect("00D6000001CB", "6982");
        card.expect(
            &format!(
                "00B0{:02X}0022",
                0x80 | u8::from_str_radix(file, 16).unwrap()
            ),
            "6982",
        );
        card.expect("80C9828042", &format!("{PUBLIC}9000"));
    }
    // The public ones are not written either: a pair stays a pair.
    card.expect("00D6920001CA", "6982");
    card.expect("00D6940001CA", "6982");
    // Over the contactless interface too.
    card.switch(Contactless);
    card.ok(ADF);
    assert_eq!(authenticate(&mut card, EAK), 0x9000);
    card.expect("00B0930022", "6982");
}

fn import(card: &mut TestCard, d: &str) {
    card.expect(&format!("80C2400046 C0020014 CA40{P}"), "9000");
    card.expect(&format!("80C2C00126 C2020015 CB20{d}"), "9000");
}

#[test]
fn the_encryption_pair_is_imported_in_clear() {
    let mut card = with_pair(T0);
    card.expect(&format!("80C2C00126 C2020015 CB20{D}"), "6A88");
    import(&mut card, D);
    card.ok("00A40200020014");
    card.expect(READ, &format!("CA40{P}9000"));
    // a private key that does not belong, a point that is none, a signing key
    let other = D.replace("39", "38");
    card.expect(&format!("80C2C00026 C2020015 CB20{other}"), "6A80");
    card.expect(
        &format!("80C2400046 C0020014 CA40{}", P.replace("09F9", "09F8")),
        "6A80",
    );
    card.expect(&format!("80C2400046 C0020012 CA40{P}"), "6A80");
    card.expect(&format!("80C2C00126 C2020013 CB20{D}"), "6A80");
    card.expect(READ, &format!("CA40{P}9000"));
}

#[test]
fn another_public_key_takes_the_private_one_with_it() {
    let mut card = with_pair(T0);
    import(&mut card, D);
    let before = card.objects();
    assert!(before.values().any(|object| object.ends_with(&hex(D))));
    // the same again changes nothing
    card.expect(&format!("80C2400046 C0020014 CA40{P}"), "9000");
    assert_eq!(card.objects(), before);
    let signing = to_hex(&card.ok(READ)[2..]);
    card.expect(&format!("80C2400046 C0020014 CA40{signing}"), "9000");
    assert!(
        !card
            .objects()
            .values()
            .any(|object| object.ends_with(&hex(D)))
    );
}

#[test]
fn the_encryption_pair_is_imported_in_an_envelope() {
    let mut card = with_pair(T0);
    let public = card.ok(READ)[2..].to_vec();
    let session = *b"session of 16 by";
    let made = envelope(&public, &session);
    assert_eq!(made.len(), 112);
    let enciphered: Vec<u8> = hex(D)
        .chunks(16)
        .flat_map(|block| sm4(session, block.try_into().unwrap()))
        .collect();
    let private = format!("80C2C00126 C2020015 CB20{}", to_hex(&enciphered));
    card.expect(&format!("80C2400046 C0020014 CA40{P}"), "9000");
    // not before the envelope is open
    card.expect(&private, "6A80");
    card.expect(
        &format!("804A021012C110{}", to_hex(&enciphered[..16])),
        "6985",
    );
    assert_eq!(open_envelope(&mut card, &made), 0x9000);
    let plain = card.exchange(&hex(&format!(
        "804A021012C110{}",
        to_hex(&enciphered[..16])
    )));
    assert_eq!((plain.sw, plain.data), (0x9000, hex(D)[..16].to_vec()));
    card.expect(
        &format!("804A021012C110{}", to_hex(&enciphered[..16])),
        "6110",
    );
    card.expect("00C0000001", "6C10");
    card.expect(&private, "9000");
    assert!(
        card.objects()
            .values()
            .any(|object| object.ends_with(&hex(D)))
    );
    // The key of the envelope goes with the directory.
    card.ok(ADF);
    assert_eq!(verify(&mut card, 0x81, pin_key(PIN)), 0x9000);
    card.expect(
        &format!("804A021012C110{}", to_hex(&enciphered[..16])),
        "6985",
    );
}

#[test]
fn envelopes_that_are_refused() {
    let mut card = with_pair(T0);
    let public = card.ok(READ)[2..].to_vec();
    let made = envelope(&public, &[0x77; 16]);
    for at in [0, 63, 64, 95, 96, 111] {
        let mut wrong = made.clone();
        wrong[at] ^= 1;
        assert_eq!(open_envelope(&mut card, &wrong), 0x6A80, "byte {at}");
        card.expect(&format!("804A021012C110{}", "00".repeat(16)), "6985");
    }
    // for another key
    assert_eq!(
        open_envelope(&mut card, &envelope(&hex(P), &[0x77; 16])),
        0x6A80
    );
    assert_eq!(open_envelope(&mut card, &made), 0x9000);
    // a new pair: the envelope was for the old one
    card.ok(GENERATE);
    card.expect(&format!("804A021012C110{}", "00".repeat(16)), "6985");
    assert_eq!(open_envelope(&mut card, &made), 0x6A80);
    // without PIN and administrator
    card.reset();
    card.ok(ADF);
    assert_eq!(open_envelope(&mut card, &made), 0x6982);
    card.expect(&format!("804A021012C110{}", "00".repeat(16)), "6982");
    card.expect(&format!("80C2400046 C0020014 CA40{P}"), "6982");
    card.expect(&format!("80C2C00126 C2020015 CB20{D}"), "6982");
    // the administrator may
    assert_eq!(authenticate(&mut card, EAK), 0x9000);
    import(&mut card, D);
}
