//! Genuine or not: the identification code's MAC and internal authentication, with answers from OpenSSL.

mod common;

use apdu_specs::Status;
use common::{DES, FCI, Keys, Known, SM4, Script, queue, queued};
use ssc_reader::Interface;
use ssc_terminal::{Authenticity, Check, Dialogue, Verdict};
use ssc_words::{Bilingual, Lang};

const SELECT_SSSE_LE: &str = "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00";
const FCI_SM4: &str = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103";

// printf 440305d1560000053344556680000000 | xxd -r -p | openssl enc -des-cbc -nopad -K a299ad37130b5e98
//   -iv 0000000000000000 (last block 89447a418c3ddab5); that -des-ecb -d -K 371c75f27d41f57b; that -des-ecb
//   -K a299ad37130b5e98 = 862cc95c90ab3b98, leftmost 4 bytes
const DES_MAC: &str = "862CC95C";
// printf 440305d1560000053344556680000000 | xxd -r -p | openssl enc -sm4-cbc -nopad -K b263af80e6aedb84f2435d6a869f087b
//   -iv 00000000000000000000000000000000 = b029569b 84f98f01 c4bbbd08 9bc9631e, exclusive-or of the four words
const SM4_MAC: &str = "6BA2078C";

fn verify(known: Known, version: &str, fci: &str, mac: &str, answer: &str) -> Authenticity {
    let code = format!("0110 440305 D156000005 33445566 {mac} 9000");
    let fci = format!("{fci} 9000");
    let version = format!("0304 {version} 9000");
    // The challenge of the known answer is the factor here; both come from the terminal.
    let internal = format!("0088000010 {} {} 08", known.challenge, known.source);
    queue(&[known.challenge, known.source]);
    let mut steps = vec![
        (SELECT_SSSE_LE, &*fci),
        ("00A4020002EF05", "9000"),
        ("00B2030000", &version),
        ("00B2010000", &code),
        (&internal, answer),
    ];
    // A wrong answer may come from a newer version of the key: the card is asked, and this one does not say.
    if answer.ends_with("9000") && !answer.starts_with(known.cryptogram) {
        steps.push(("00CA010000", "6A88"));
    }
    let mut card = Script::new(Interface::T1, &steps);
    let keys = Keys(known);
    let mut session = Dialogue::open_with(&mut card, Some(&keys), queued).unwrap();
    session.verify_identity().unwrap()
}

#[test]
fn a_genuine_card_passes_both_checks() {
    for (known, version, fci, mac) in [
        (DES, "322E3030", FCI, DES_MAC),
        (SM4, "332E3030", FCI_SM4, SM4_MAC),
    ] {
        let answer = format!("{} 9000", known.cryptogram);
        let identity = verify(known, version, fci, mac, &answer);
        assert!(identity.is_genuine(), "{identity:?}");
        assert_eq!(identity.identification_code.len(), 32);
        assert!(identity.say(Lang::En).starts_with("genuine"));
        assert!(identity.say(Lang::Zh).starts_with("真卡"));
    }
}

#[test]
fn a_copy_of_the_data_fails_internal_authentication() {
    let mut wrong = DES.cryptogram.to_owned();
    wrong.replace_range(15.., "9");
    // one bit wrong, too short, empty
    for answer in [&wrong, &DES.cryptogram[..14], ""] {
        let identity = verify(DES, "322E3030", FCI, DES_MAC, &format!("{answer} 9000"));
        assert_eq!(identity.identification_code_mac, Check::Passed);
        assert_eq!(identity.internal_authentication, Check::Failed);
        assert!(!identity.is_genuine());
        assert_eq!(identity.verdict, Verdict::Copy);
        assert!(identity.say(Lang::En).starts_with("a COPY"));
    }
    let identity = verify(DES, "322E3030", FCI, DES_MAC, "6A88");
    assert_eq!(
        identity.internal_authentication,
        Check::Refused { sw: Status(0x6A88) }
    );
    assert!(!identity.is_genuine());
}

#[test]
fn a_changed_identification_code_fails_its_mac() {
    let answer = format!("{} 9000", DES.cryptogram);
    for mac in ["862CC95D", "00000000", SM4_MAC] {
        let identity = verify(DES, "322E3030", FCI, mac, &answer);
        assert_eq!(identity.identification_code_mac, Check::Failed);
        assert_eq!(identity.internal_authentication, Check::Passed);
        assert_eq!(identity.verdict, Verdict::Altered);
        assert!(!identity.is_genuine());
    }
}

/// A card that does not answer as version `asked` would, and tells `versions`; asked again, it answers `again`. The keys of the
/// known answer stand for every version.
fn verify_version(asked: u8, versions: &str, again: Option<&str>) -> Authenticity {
    let fci = format!("{FCI} 9000");
    let code = format!("0110 440305 D156000005 33445566 {DES_MAC} 9000");
    let internal = format!("0088000010 {} {} 08", DES.challenge, DES.source);
    queue(&[DES.challenge, DES.source]);
    let mut steps = vec![
        (SELECT_SSSE_LE, &*fci),
        ("00A4020002EF05", "9000"),
        ("00B2030000", "0304 322E3030 9000"),
        ("00B2010000", &code),
        (&internal, "0102030405060708 9000"),
        ("00CA010000", versions),
    ];
    if let Some(again) = again {
        queue(&[DES.challenge, DES.source]);
        steps.push((&internal, again));
    }
    let mut card = Script::new(Interface::T1, &steps);
    let keys = Keys(DES);
    let mut session = Dialogue::open_with(&mut card, Some(&keys), queued).unwrap();
    session.use_key_version(asked).unwrap();
    session.verify_identity().unwrap()
}

/// The card holds versions 1 and 2 of IRK and answers with the newest.
#[test]
fn a_rotated_key_is_asked_for_by_its_version() {
    let right = format!("{} 9000", DES.cryptogram);
    let both = "C00400010110 C00400020110 9000";
    assert_eq!(
        verify_version(1, both, Some(&right)).verdict,
        Verdict::Genuine
    );
}

/// The card holds an older version than the one that was asked for: it may be withdrawn, so this is not genuine, and said to be
/// neither a copy.
#[test]
fn an_older_version_is_not_taken_for_a_newer_one() {
    let right = format!("{} 9000", DES.cryptogram);
    let old = "C00400010110 9000";
    for (asked, versions, version) in [
        (2, old, 1),
        (3, old, 1),
        (3, "C00400010110 C00400020110 9000", 2),
    ] {
        let identity = verify_version(asked, versions, Some(&right));
        assert_eq!(identity.verdict, Verdict::OldVersion);
        assert_eq!(
            identity.internal_authentication,
            Check::Older { version, asked }
        );
        assert!(!identity.is_genuine());
        assert_ne!(identity.say(Lang::En), identity.say(Lang::Zh));
    }
    // It does not even hold the older one: a copy. Nothing else than what was asked for to be told: a copy too.
    let wrong = "0102030405060708 9000";
    assert_eq!(verify_version(2, old, Some(wrong)).verdict, Verdict::Copy);
    let asked_for = "C00400010110 C00400020110 9000";
    assert_eq!(verify_version(2, asked_for, None).verdict, Verdict::Copy);
    // nor is a version that no root has looked for
    for none in ["00", "04", "FF"] {
        let versions = format!("C00400{none}0110 9000");
        assert_eq!(verify_version(1, &versions, None).verdict, Verdict::Copy);
    }
}

/// The serial number of the code is not the chip's: the data were written to another chip that holds the same key.
#[test]
fn data_on_another_chip_are_told_by_the_serial_number() {
    let fci = format!("{FCI} 9000");
    let code = "0110 440305 D156000005 33445567 862CC95C 9000";
    let internal = format!("0088000010 {} {} 08", DES.challenge, DES.source);
    let right = format!("{} 9000", DES.cryptogram);
    queue(&[DES.challenge, DES.source]);
    let mut card = Script::new(
        Interface::T1,
        &[
            (SELECT_SSSE_LE, &fci),
            ("00A4020002EF05", "9000"),
            ("00B2030000", "0304 322E3030 9000"),
            ("00B2010000", code),
            (&internal, &right),
        ],
    );
    let keys = Keys(DES);
    let mut session = Dialogue::open_with(&mut card, Some(&keys), queued).unwrap();
    let identity = session.verify_identity().unwrap();
    assert_eq!(identity.serial_number, Check::Failed);
    assert_eq!(identity.verdict, Verdict::Altered);
}
