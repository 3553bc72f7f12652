//! iReadCardBas against cards that follow a script, typed by hand from the facts. Every byte that goes out is checked.

mod common;

use apdu_specs::Status;
use common::{FCI, Keys, SELECT_SSSE, SM4, Script, sm4_source};
use ssc_reader::Interface;
use ssc_terminal::{CardBasic, Dialogue, TerminalError, TerminalIdentity, read_card_basic};
use ssc_words::{Bilingual, Lang};

const FCI_SM4: &str = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103 9000";
const SELECT_SSSE_LE: &str = "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00";
/// Region 440305, RID, serial, MAC
const CODE: &str = "0110 440305 D156000005 33445566 8C1F2E3D 9000";
const NUMBER: &str = "0812 313131313131313938313031303131313130 9000";
const CARD_NUMBER: &str = "0709 583030303030303139 9000";

fn terminal() -> TerminalIdentity {
    TerminalIdentity {
        terminal: "000000000123".into(),
        device: "D-7".into(),
    }
}

#[test]
fn version_1_on_raw_t0() {
    let mut card = Script::new(
        Interface::T0,
        &[
            (SELECT_SSSE, "6118"),
            ("00C0000018", &format!("{FCI} 9000")),
            ("00A4020002EF05", "9000"),
            // a card that insists on the right Le, as 7816-3 has it
            ("00B2030000", "6C06"),
            ("00B2030006", "0304 312E3030 9000"),
            ("00B2010000", CODE),
            ("00B2050000", "0504 20260131 9000"),
            ("00B2060000", "0604 20360131 9000"),
            ("00B2070000", CARD_NUMBER),
            ("00A4020002EF06", "9000"),
            ("00B2080000", "6C14"),
            ("00B2080014", NUMBER),
            // printf 张三 | iconv -t GB18030; no name extension is asked for in 1.00
            (
                "00B2090000",
                &format!("091E D5C5C8FD {} 9000", "00".repeat(26)),
            ),
            ("00B20A0000", "0A01 31 9000"),
            ("00B20B0000", "0B01 01 9000"),
            ("00B20C0000", "0C03 111111 9000"),
            ("00B20D0000", "0D04 19810101 9000"),
        ],
    );
    let basic = read_card_basic(&mut card, None, &terminal()).unwrap();
    assert_eq!(card.resets, 1);
    assert_eq!(
        basic.to_line(),
        "440305|111111198101011110|X00000019|440305D156000005334455668C1F2E3D|张三|00814A4B4C8601112233445566|1.00|\
         20260131|20360131|000000000123|D-7"
    );
    let json = serde_json::to_value(&basic).unwrap();
    assert_eq!(json["number"], "111111198101011110");
    assert_eq!(json["sex"], "1");
    assert_eq!(json["birthplace"], "111111");
    assert!(!format!("{basic:?}").contains("1111111981"));
}

#[test]
fn version_2_joins_a_name_that_is_split_inside_a_character() {
    // printf A阿不都热合曼·买买提艾力江吐尔逊 | iconv -t GB18030 is 33 bytes; byte 30 lies inside 尔
    let mut card = Script::new(
        Interface::T1,
        &[
            (SELECT_SSSE_LE, &format!("{FCI} 9000")),
            ("00A4020002EF05", "9000"),
            ("00B2030000", "0304 322E3030 9000"),
            ("00B2010000", CODE),
            ("00B2050000", "0504 20260131 9000"),
            ("00B2060000", "0604 20360131 9000"),
            ("00B2070000", CARD_NUMBER),
            ("00A4020002EF06", "9000"),
            ("00B2080000", NUMBER),
            (
                "00B2090000",
                "091E 41B0A2B2BBB6BCC8C8BACFC2FCA1A4C2F2C2F2CCE1B0ACC1A6BDADCDC2B6 9000",
            ),
            (
                "00B24E0000",
                &format!("4E14 FBD1B7 {} 9000", "00".repeat(17)),
            ),
            ("00B20A0000", "0A01 32 9000"),
            ("00B20B0000", "0B01 05 9000"),
            // a card that lacks a record is read all the same
            ("00B20C0000", "6A83"),
            ("00B20D0000", "0D04 FFFFFFFF 9000"),
        ],
    );
    let basic = read_card_basic(&mut card, None, &TerminalIdentity::default()).unwrap();
    assert_eq!(basic.name, "A阿不都热合曼·买买提艾力江吐尔逊");
    assert_eq!(
        (basic.birthplace.as_str(), basic.birth_date.as_str()),
        ("", "")
    );
    assert!(basic.to_line().ends_with("|2.00|20260131|20360131||"));
}

#[test]
fn version_3_authenticates_with_rk_before_it_reads() {
    let authenticate = format!("0082000A10 {} {}", SM4.cryptogram, SM4.source);
    let mut card = Script::new(
        Interface::Contactless,
        &[
            (SELECT_SSSE_LE, FCI_SM4),
            ("00A4020002EF05", "9000"),
            ("00B2030000", "0304 332E3030 9000"),
            ("00B2010000", CODE),
            ("0084000008", &format!("{} 9000", SM4.challenge)),
            (&authenticate, "9000"),
            ("00B2050000", "0504 20260131 9000"),
            ("00B2060000", "0604 20360131 9000"),
            ("00B2070000", CARD_NUMBER),
            ("00A4020002EF06", "9000"),
            ("00B2080000", NUMBER),
            ("00B2090000", "0904 D5C5C8FD 9000"),
            ("00B24E0000", "6A83"),
            ("00B20A0000", "0A01 31 9000"),
            ("00B20B0000", "0B01 01 9000"),
            ("00B20C0000", "0C03 111111 9000"),
            ("00B20D0000", "0D04 19810101 9000"),
        ],
    )
    // as PC/SC builds it for a contactless card, with a check byte behind the historical bytes
    .with_atr("3B8D8001 00814A4B4C8601112233445566 77");
    let keys = Keys(SM4);
    let basic = Dialogue::open_with(&mut card, Some(&keys), sm4_source)
        .and_then(|mut session| session.read_card_basic(&terminal()))
        .unwrap();
    assert_eq!(
        basic.to_line(),
        "440305|111111198101011110|X00000019|440305D156000005334455668C1F2E3D|张三|00814A4B4C8601112233445566|3.00|\
         20260131|20360131|000000000123|D-7"
    );
}

fn error(steps: &[(&str, &str)], keys: Option<&Keys>) -> TerminalError {
    let mut card = Script::new(Interface::T1, steps);
    Dialogue::open_with(&mut card, keys.map(|keys| keys as _), sm4_source)
        .and_then(|mut session| session.read_card_basic(&terminal()))
        .map(|basic: CardBasic| basic.version)
        .unwrap_err()
}

const OPEN_3: [(&str, &str); 4] = [
    (SELECT_SSSE_LE, FCI_SM4),
    ("00A4020002EF05", "9000"),
    ("00B2030000", "0304 332E3030 9000"),
    ("00B2010000", CODE),
];

#[test]
fn version_3_without_keys_says_which_key_it_needs() {
    let steps = [
        &OPEN_3[..],
        &[
            ("00B2050000", "0504 20260131 9000"),
            ("00B2060000", "0604 20360131 9000"),
            // masked
            ("00B2070000", "0709 000000000000000000 9000"),
            ("00A4020002EF06", "9000"),
            ("00B2080000", "6982"),
        ],
    ]
    .concat();
    let error = error(&steps, None);
    assert_eq!(error.sw(), Some(Status(0x6982)));
    let english = error.to_string();
    for part in ["SSSE EF06", "tag 08", "6982", "SSSE/RK", "vault"] {
        assert!(english.contains(part), "{part}: {english}");
    }
    let chinese = error.say(Lang::Zh);
    assert!(
        chinese.contains("SSSE/RK") && chinese.contains("密钥库"),
        "{chinese}"
    );
}

#[test]
fn a_refused_key_is_presented_once() {
    let authenticate = format!("0082000A10 {} {}", SM4.cryptogram, SM4.source);
    let challenge = format!("{} 9000", SM4.challenge);
    let steps = [
        &OPEN_3[..],
        &[("0084000008", &challenge), (&authenticate, "63CD")],
    ]
    .concat();
    let mut card = Script::new(Interface::T1, &steps);
    let keys = Keys(SM4);
    let mut session = Dialogue::open_with(&mut card, Some(&keys), sm4_source).unwrap();
    for _ in 0..2 {
        let error = session.read_card_basic(&terminal()).unwrap_err();
        assert!(matches!(
            error,
            TerminalError::KeyRefused {
                key: "SSSE/RK",
                sw: Status(0x63CD)
            }
        ));
        assert!(error.to_string().contains("13"), "tries left: {error}");
    }
}

#[test]
fn a_card_that_asks_for_rk_against_its_table_is_given_it() {
    let authenticate = format!(
        "0082000A10 {} {}",
        common::DES.cryptogram,
        common::DES.source
    );
    let challenge = format!("{} 9000", common::DES.challenge);
    let fci = format!("{FCI} 9000");
    let mut card = Script::new(
        Interface::T1,
        &[
            (SELECT_SSSE_LE, &fci),
            ("00A4020002EF05", "9000"),
            ("00B2030000", "0304 322E3030 9000"),
            ("00B2010000", CODE),
            ("00B2050000", "0504 20260131 9000"),
            ("00B2060000", "0604 20360131 9000"),
            ("00B2070000", CARD_NUMBER),
            ("00A4020002EF06", "9000"),
            ("00B2080000", "6982"),
            ("0084000008", &challenge),
            (&authenticate, "9000"),
            ("00B2080000", NUMBER),
            ("00B2090000", "0904 D5C5C8FD 9000"),
            ("00B24E0000", "6A83"),
            ("00B20A0000", "6A83"),
            ("00B20B0000", "6A83"),
            ("00B20C0000", "6A83"),
            ("00B20D0000", "6A83"),
        ],
    );
    let keys = Keys(common::DES);
    let basic = Dialogue::open_with(&mut card, Some(&keys), common::des_source)
        .and_then(|mut session| session.read_card_basic(&terminal()))
        .unwrap();
    assert_eq!(basic.name, "张三");
}

#[test]
fn cards_that_are_not_read() {
    let ssf33 = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860102 9000";
    let refused = error(&[(SELECT_SSSE_LE, ssf33)], None);
    assert!(matches!(refused, TerminalError::Ssf33));
    assert!(refused.to_string().contains("SSF33"));

    let blank = error(&[(SELECT_SSSE_LE, "6A82")], None);
    assert!(matches!(
        blank,
        TerminalError::NotSocialSecurity { sw: Status(0x6A82) }
    ));

    let newer = error(
        &[OPEN_3[0], OPEN_3[1], ("00B2030000", "0304 342E3030 9000")],
        None,
    );
    assert!(matches!(&newer, TerminalError::UnknownVersion { found } if found == "4.00"));

    // a record whose length is one too long, and one with another tag than was asked for
    for broken in ["0305 332E3030 9000", "0204 332E3030 9000", "9000"] {
        let error = error(&[OPEN_3[0], OPEN_3[1], ("00B2030000", broken)], None);
        assert!(matches!(error, TerminalError::Malformed { .. }), "{broken}");
    }

    let no_file = error(&[OPEN_3[0], ("00A4020002EF05", "6A82")], None);
    assert!(no_file.to_string().contains("SSSE EF05"), "{no_file}");
}

#[test]
fn keys_are_not_guessed_for_a_card_without_region_or_factor() {
    let keys = Keys(SM4);
    let steps = [
        OPEN_3[0],
        OPEN_3[1],
        OPEN_3[2],
        (
            "00B2010000",
            "0110 4403FF D156000005 33445566 8C1F2E3D 9000",
        ),
    ];
    assert!(matches!(
        error(&steps, Some(&keys)),
        TerminalError::NoRegion
    ));

    let mut card = Script::new(Interface::T1, &OPEN_3).with_atr("3B670000 00814A4B4C8601");
    let mut session = Dialogue::open_with(&mut card, Some(&keys), sm4_source).unwrap();
    let error = session.read_card_basic(&terminal()).unwrap_err();
    assert!(matches!(error, TerminalError::NoCardFactor));
}
