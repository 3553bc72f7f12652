//! The functions of LD/T 33 on cards of every generation, in this process: the golden images, whose data are synthetic
//! (`test-vectors/images/people.csv`) and whose keys are the published ones.

mod common;

use apdu_specs::Generation;
use common::golden::Golden;
use ssc_keys::KeyModule;
use ssc_simulator::Interface;
use ssc_terminal::hsm::HsmAnswer;
use ssc_terminal::{
    Authentication, CardData, FileAddress, Pin, Session, TerminalError, TerminalIdentity,
};

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
            let mut session = Session::open(&mut card, Some(&golden.vault)).unwrap();
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
fn the_same_in_steps_with_a_host_security_module() {
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        let mut hsm = KeyModule::new(&golden.vault);
        let terminal = TerminalIdentity {
            terminal: "331100000123".into(),
            device: "D-7".into(),
        };
        // The terminal has no keys.
        let basic = golden.with(false, |session| {
            let request = session.read_card_basic_hsm_step1(&terminal)?;
            let parts: Vec<&str> = request.to_line().split('|').collect();
            assert_eq!(parts.len(), 10, "nine parts, each followed by |");
            assert_eq!(parts[0], "110100");
            assert_eq!(
                parts[2],
                if generation == Generation::V3 {
                    "03"
                } else {
                    "01"
                }
            );
            assert_eq!((parts[4].len(), parts[5].len()), (16, 16));
            assert_eq!(parts[6].is_empty(), generation != Generation::V3);
            assert_eq!(parts[8], "331100000123");
            let answer = request.answer(&mut hsm)?;
            session.read_card_basic_hsm_step2(&answer, &terminal)
        });
        let line = basic.unwrap().to_line();
        assert!(
            line.starts_with("110100|110101199003079964|X00000019|"),
            "{line}"
        );
        assert!(line.ends_with("|331100000123|D-7"), "{line}");

        // A card whose internal cryptogram the module does not confirm is not read.
        let clone = golden.with(false, |session| {
            let request = session.read_card_basic_hsm_step1(&terminal)?;
            let mut answer = request.answer(&mut hsm)?;
            let other = if answer.starts_with('0') { "1" } else { "0" };
            answer.replace_range(..1, other);
            session.read_card_basic_hsm_step2(&answer, &terminal)
        });
        assert_eq!(clone.unwrap_err().code(), -21);

        // In 1.00 the key that writes this file reads it too; later there is RK1.
        let (file, line, key) = match generation {
            Generation::V1 => ("DF01EF09|31|$", "DF01EF09|7|$", "4843"),
            _ => ("DF01EF06|28|$", "DF01EF06|13900000000|$", "672E"),
        };
        let to = address(file);
        golden
            .with(false, |session| {
                let answer = session.write_card_hsm_step1(&to)?.answer(&mut hsm)?;
                session.write_card_hsm_step2(&answer, line)
            })
            .unwrap();
        let read = golden.with(false, |session| {
            let request = session.read_card_hsm_step1(&to)?;
            assert_eq!(request.to_line().split('|').nth(1), Some(key));
            let answer = request.answer(&mut hsm)?;
            session.read_card_hsm_step2(&answer)
        });
        assert_eq!(read.unwrap().to_line(), line);

        golden
            .with(false, |session| {
                let answer = session
                    .reload_pin_hsm_step1(&pin("97531"))?
                    .answer(&mut hsm)?;
                let command = session.reload_pin_hsm_step2(&answer)?;
                assert!(command.to_line().ends_with("|97531|"));
                assert!(!format!("{command:?}").contains("97531"));
                session.reload_pin_hsm_step3(&command.answer(&mut hsm)?)
            })
            .unwrap();
        golden
            .with(false, |session| session.verify_pin(&pin("97531")))
            .unwrap();
        for _ in 0..4 {
            let _ = golden.with(false, |session| session.verify_pin(&pin("123456")));
        }
        golden
            .with(false, |session| {
                let answer = session.unblock_pin_hsm_step1()?.answer(&mut hsm)?;
                let command = session.unblock_pin_hsm_step2(&answer)?;
                session.unblock_pin_hsm_step3(&command.answer(&mut hsm)?)
            })
            .unwrap();
        golden
            .with(false, |session| session.verify_pin(&pin("97531")))
            .unwrap();
    }
}

#[test]
fn steps_out_of_order_and_answers_of_another_time_are_refused() {
    let golden = Golden::new(Generation::V2);
    let mut hsm = KeyModule::new(&golden.vault);
    let to = address("DF01EF06|28|$");
    let answer = HsmAnswer {
        cryptogram: [1; 8],
        source: [2; 8],
    };
    golden
        .with(false, |session| {
            let order = |error: TerminalError| assert_eq!(error.code(), -14, "{error}");
            order(session.read_card_hsm_step2(&answer).unwrap_err());
            order(session.reload_pin_hsm_step2(&answer).unwrap_err());
            order(session.unblock_pin_hsm_step3(&[0; 4]).unwrap_err());
            session.read_card_hsm_step1(&to)?;
            order(
                session
                    .write_card_hsm_step2(&answer, "DF01EF06|1|$")
                    .unwrap_err(),
            );
            // That attempt ended what was begun.
            order(session.read_card_hsm_step2(&answer).unwrap_err());

            let first = session.read_card_hsm_step1(&to)?.answer(&mut hsm)?;
            session.read_card_hsm_step2(&first)?;
            // An answer used again belongs to a challenge that is spent.
            session.write_card_hsm_step1(&to)?;
            let replayed = session
                .write_card_hsm_step2(&first, "DF01EF06|1|$")
                .unwrap_err();
            assert!(
                matches!(
                    replayed,
                    TerminalError::KeyRefused {
                        key: "DF01/UK4",
                        ..
                    }
                ),
                "{replayed}"
            );

            assert_eq!(
                session
                    .read_card_hsm_step1(&address("SSSEEF05|05|$"))
                    .unwrap_err()
                    .code(),
                -2204
            );
            let two = address("DF01EF05|20|$DF03EF06|67|$");
            assert_eq!(session.read_card_hsm_step1(&two).unwrap_err().code(), -23);
            Ok(())
        })
        .unwrap();
    for text in [
        "",
        "0102",
        &"0".repeat(31),
        &"0".repeat(34),
        &"z".repeat(32),
    ] {
        assert_eq!(HsmAnswer::parse(text).unwrap_err().code(), -23, "{text}");
    }
    assert!(HsmAnswer::parse(&format!("{}|", "0".repeat(32))).is_ok());
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
