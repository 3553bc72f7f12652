//! The functions of LD/T 33 on cards of every generation, in this process: the golden images, whose data are synthetic
//! (`test-vectors/images/people.csv`) and whose keys are the published ones.

mod common;

use apdu_specs::Generation;
use common::golden::Golden;
use ssc_simulator::Interface;
use ssc_terminal::{Authentication, CardData, Dialogue, FileAddress, Pin};

fn pin(digits: &str) -> Pin {
    digits.parse().unwrap()
}

fn address(text: &str) -> FileAddress {
    FileAddress::parse(text).unwrap()
}

const BASIC: &str = "SSSEEF05|05|06|07|$SSSEEF06|08|09|0A|$";
const BASIC_VALUES: &str =
    "SSSEEF05|20261121|20361121|X00000019|$SSSEEF06|110101199003079964|王小明|2|$";

#[test]
fn read_card_answers_in_the_shape_of_its_address_over_each_interface() {
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        for interface in [Interface::T0, Interface::T1, Interface::Contactless] {
            let mut card = golden.card(interface);
            let mut session = Dialogue::open(&mut card, Some(&golden.vault)).unwrap();
            session.require_genuine().unwrap();
            let data = session
                .read_card(&address(BASIC), Authentication::Key)
                .unwrap();
            assert_eq!(data.to_line(), BASIC_VALUES, "{generation} {interface:?}");
        }
        // Without keys: free in 1.00 and 2.00, refused in 3.00; the card number is covered there.
        let free = golden.with(false, |session| {
            session.read_card(&address("SSSEEF05|07|$"), Authentication::Key)
        });
        let number = if generation == Generation::V3 {
            ""
        } else {
            "X00000019"
        };
        assert_eq!(free.unwrap().to_line(), format!("SSSEEF05|{number}|$"));
        let closed = golden.with(false, |session| {
            session.read_card(&address(BASIC), Authentication::Key)
        });
        match generation {
            Generation::V3 => assert_eq!(closed.unwrap_err().code(), -2201),
            _ => assert_eq!(closed.unwrap().to_line(), BASIC_VALUES),
        }
    }
}

#[test]
fn a_file_of_pin_or_key_is_read_with_either() {
    let golden = Golden::new(Generation::V2);
    let df01 = address("DF01EF05|20|$DF03EF05|61|$");
    let empty = "DF01EF05||$DF03EF05||$";
    let pin = pin("123456");
    for by in [Authentication::Key, Authentication::Pin(&pin)] {
        let read = golden
            .with(true, |session| session.read_card(&df01, by))
            .unwrap();
        assert_eq!(read.to_line(), empty, "{by:?}");
    }
    // The PIN needs no keys; a file of the PIN alone is not read without it.
    golden
        .with(false, |session| {
            session.read_card(&df01, Authentication::Pin(&pin))
        })
        .unwrap();
    let log = address("DF04EF08|01|$");
    let error = golden.with(true, |session| session.read_card(&log, Authentication::Key));
    assert_eq!(error.unwrap_err().code(), -31);
    golden
        .with(true, |session| {
            session.read_card(&log, Authentication::Pin(&pin))
        })
        .unwrap();
    let wrong: Pin = "654321".parse().unwrap();
    let error = golden.with(true, |session| {
        session.read_card(&log, Authentication::Pin(&wrong))
    });
    assert_eq!(error.unwrap_err().code(), -51);
}

#[test]
fn write_card_writes_what_is_read_back_and_nothing_else() {
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        let pin = pin("123456");
        // Twice the same template, under one tag or, in 1.00, under two; there the PIN reads both files, and no key does.
        let (education, items, by) = match generation {
            Generation::V1 => ("DF02EF05", "40|41", Authentication::Pin(&pin)),
            _ => ("DF01EF15", "40|40", Authentication::Key),
        };
        let to = address(&format!(
            "SSSEEF06|09|0A|$DF01EF06|28|${education}|{items}|$"
        ));
        // The first bytes of 40's template {57:an:03 58:cn:03 59:an:28}, given as bytes.
        let line =
            format!("SSSEEF06|李小芳|1|$DF01EF06|13800000000|${education}|5703313200|5703323100|$");
        let data = CardData::parse(&line, &to).unwrap();
        golden
            .with(true, |session| session.write_card(&to, &data))
            .unwrap();
        let read = golden
            .with(true, |session| session.read_card(&to, by))
            .unwrap();
        let read = read.to_line();
        let begin = format!("SSSEEF06|李小芳|1|$DF01EF06|13800000000|${education}|57033132000");
        assert!(read.starts_with(&begin), "{read}");
        assert_eq!(read.matches("5703323100").count(), 1, "{read}");
        let others = golden.with(true, |session| {
            session.read_card(&address("SSSEEF06|08|$SSSEEF05|05|$"), Authentication::Key)
        });
        assert_eq!(
            others.unwrap().to_line(),
            "SSSEEF06|110101199003079964|$SSSEEF05|20261121|$"
        );
        // Without keys nothing is written.
        let error = golden
            .with(false, |session| session.write_card(&to, &data))
            .unwrap_err();
        assert_eq!(error.code(), -2201);
    }
}

#[test]
fn a_photo_is_written_whole_and_a_shorter_one_leaves_nothing_of_it() {
    let golden = Golden::new(Generation::V2);
    let to = address("SSSEEF08|$");
    for photo in ["FFD8".repeat(1000) + "FFD9", "FFD8AAFFD9".to_owned()] {
        let data = CardData::parse(&format!("SSSEEF08|{photo}|$"), &to).unwrap();
        golden
            .with(true, |session| session.write_card(&to, &data))
            .unwrap();
        let read = golden.with(true, |session| session.read_card(&to, Authentication::Key));
        assert_eq!(read.unwrap().to_line(), format!("SSSEEF08|{photo}|$"));
    }
    let too_long = CardData::parse(&format!("SSSEEF08|{}|$", "AA".repeat(0x1001)), &to).unwrap();
    let error = golden
        .with(true, |session| session.write_card(&to, &too_long))
        .unwrap_err();
    assert_eq!(error.code(), -42);
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let golden = Golden::new(Generation::V2);
    let to = address("SSSEEF06|0A|$SSSEEF05|05|$");
    for (line, code) in [
        ("SSSEEF06|1|$SSSEEF05|2026-1-1|$", -41),
        ("SSSEEF06|1|$SSSEEF05|202601011|$", -42),
        ("SSSEEF06|12|$SSSEEF05|20260101|$", -42),
    ] {
        let data = CardData::parse(line, &to).unwrap();
        let error = golden
            .with(true, |session| session.write_card(&to, &data))
            .unwrap_err();
        assert_eq!(error.code(), code, "{line}");
    }
    let sex = golden.with(true, |session| {
        session.read_card(&address("SSSEEF06|0A|$"), Authentication::Key)
    });
    assert_eq!(sex.unwrap().to_line(), "SSSEEF06|2|$");
    for missing in [
        "SSSEEF06|7A|$",
        "SSSEEF19|01|$",
        "SSSEEF05|01|01|$",
        "SSSEEF05|$",
        "SSSEEF08|02|$",
        "DF04EF08|1F|$",
    ] {
        let error = golden.with(true, |session| {
            session.read_card(&address(missing), Authentication::Key)
        });
        let code = error.unwrap_err().code();
        assert!(
            code == -25 || (missing.starts_with("DF04") && code == -31),
            "{missing} {code}"
        );
    }
    // EF4E came with 2.00.
    let error = Golden::new(Generation::V1).with(true, |session| {
        session.read_card(&address("SSSEEF06|4E|$"), Authentication::Key)
    });
    assert_eq!(error.unwrap_err().code(), -25);
}

#[test]
fn the_life_of_a_pin() {
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        golden
            .with(false, |session| {
                session.change_pin(&pin("123456"), &pin("246810"))
            })
            .unwrap();
        let wrong = |code| {
            let error = golden
                .with(false, |session| session.verify_pin(&pin("123456")))
                .unwrap_err();
            assert_eq!(error.code(), code, "{generation}");
        };
        wrong(-51);
        wrong(-51);
        wrong(-51);
        wrong(-52);
        let blocked = golden
            .with(false, |session| session.verify_pin(&pin("246810")))
            .unwrap_err();
        assert_eq!(blocked.code(), -52);
        // Unblocking keeps the PIN, reloading replaces it.
        golden.with(true, |session| session.unblock_pin()).unwrap();
        golden
            .with(false, |session| session.verify_pin(&pin("246810")))
            .unwrap();
        golden
            .with(true, |session| session.reload_pin(&pin("13579")))
            .unwrap();
        golden
            .with(false, |session| session.verify_pin(&pin("13579")))
            .unwrap();
        let old = golden
            .with(false, |session| session.verify_pin(&pin("246810")))
            .unwrap_err();
        assert_eq!(old.code(), -51);
        // Without keys neither is to be had.
        let error = golden
            .with(false, |session| session.unblock_pin())
            .unwrap_err();
        assert_eq!(error.code(), -2201);
    }
}

#[test]
fn another_card_than_the_one_named_is_told_apart() {
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        golden
            .with(false, |session| {
                let code = hex::encode(session.identification_code());
                session.expect_card(&code, "X00000019")?;
                let error =
                    session.expect_card(&code.replace(&code[16..24], "00000000"), "X00000019");
                assert_eq!(error.unwrap_err().code(), -22);
                // 3.00 covers its number until RK was presented.
                let other = session.expect_card(&code, "X00000027");
                assert_eq!(other.is_ok(), generation == Generation::V3);
                Ok(())
            })
            .unwrap();
    }
}
