//! Fail closed: a card whose memory cannot be trusted answers its ATR and refuses everything, and
//! recreates nothing.

use card_os::Interface::{self, Contactless, T0, T1};

use crate::support::handmade::{DF01, RIGHT_PIN, SSSE, WRONG_PIN};
use crate::support::{Flash, TestCard, hex, to_hex};

const ALL: [Interface; 3] = [T0, T1, Contactless];

/// Every command that would work on a card with files.
const COMMANDS: [&str; 12] = [
    SSSE,
    DF01,
    RIGHT_PIN,
    WRONG_PIN,
    "00A4040000",
    "00B2012C00",
    "00B0870000",
    "00D6870001 00",
    "0084000008",
    "0020000000",
    "00CA006600",
    "00CA00C100",
];

fn refuses_everything(flash: Flash) {
    let before = flash.clone();
    for interface in ALL {
        let mut card = TestCard::with_flash(flash.clone(), interface);
        let answer = card.os().power_on(interface).unwrap();
        let prefix = if interface == Contactless {
            "1278"
        } else {
            "3B6D0000"
        };
        assert!(to_hex(&answer).starts_with(prefix));
        for command in COMMANDS {
            assert_eq!(card.send(&hex(command)).sw, 0x6581, "{command}");
        }
        // what the parser refuses is refused as ever
        card.expect("00FF000000", "6D00");
        card.expect("00A4", "6700");
        assert_eq!(
            card.into_flash().as_bytes(),
            before.as_bytes(),
            "nothing is recreated"
        );
    }
}

#[test]
fn a_blank_flash() {
    refuses_everything(Flash::new(32));
}

#[test]
fn foreign_bytes() {
    for fill in [0x00, 0x55, 0xA5] {
        refuses_everything(Flash::from_bytes(&[fill; 32 * 2048]).unwrap());
    }
}

#[test]
fn a_corrupt_object_is_never_served() {
    // one bit after another: either the card refuses as a whole, or each answer is right or 6581
    let image = TestCard::personalized(T1).into_flash();
    let used = image
        .as_bytes()
        .iter()
        .rposition(|byte| *byte != 0xFF)
        .unwrap();
    let questions = [
        (SSSE, "9000"),
        ("00B2022C00", "0201319000"),
        ("00B0870004", "000102039000"),
        ("00B2012C00", "0110110100D156000005000000015C5C5C5C9000"),
        (DF01, "9000"),
        ("00B0820002", "6982"),
        ("00B0830002", "6982"),
        ("00B0860002", "6982"),
        (RIGHT_PIN, "9000"),
    ];
    let step = if std::env::var("CARD_TESTS").is_ok_and(|form| form == "full") {
        1
    } else {
        61
    };
    let mut refused = 0;
    for bit in (0..(used + 1) * 8).step_by(step) {
        let mut flash = image.clone();
        flash.flip_bit(bit);
        let mut card = TestCard::with_flash(flash, T1);
        for (question, right) in questions {
            let answer = card.send(&hex(question));
            let given = format!("{}{:04X}", to_hex(&answer.data), answer.sw);
            if given == right {
                continue;
            }
            refused += 1;
            assert_eq!(given, "6581", "bit {bit}: {question}");
            break;
        }
    }
    assert!(refused > 0);
}
