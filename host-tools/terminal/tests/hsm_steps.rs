//! The functions of LD/T 33 in steps with a host security module, on cards of every generation.

mod common;

use apdu_specs::Generation;
use common::golden::Golden;
use ssc_keys::KeyModule;
use ssc_terminal::hsm::HsmAnswer;
use ssc_terminal::{FileAddress, Pin, TerminalError, TerminalIdentity};

fn pin(digits: &str) -> Pin {
    digits.parse().unwrap()
}

fn address(text: &str) -> FileAddress {
    FileAddress::parse(text).unwrap()
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
