//! The command and status tables: no two rows fight for one command, and nothing of the facts is missing.

use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::{CommandId, ROOMS, TABLES, commands, described, find, words};
use apdu_specs::commands::{COMMON_STATUS, Cases, Command, GET_RESPONSE};
use apdu_specs::status::STATUS_WORDS;
use apdu_specs::{Application, Status};

/// Whether some P1 (or P2) is allowed by both rules; asked value by value, so that no rule is forgotten.
fn overlap(one: &Command, other: &Command) -> bool {
    let some = |allowed: &dyn Fn(u8) -> bool| (0..=u8::MAX).any(allowed);
    one.application == other.application
        && one.ins == other.ins
        && some(&|cla| one.matches(cla, one.ins) && other.matches(cla, one.ins))
        && some(&|p1| one.p1.allows(p1) && other.p1.allows(p1))
        && some(&|p2| one.p2.allows(p2) && other.p2.allows(p2))
}

#[test]
fn no_two_rows_take_the_same_command() {
    for (at, one) in commands().enumerate() {
        for other in commands().skip(at + 1) {
            assert!(!overlap(one, other), "{one:?} and {other:?}");
        }
    }
}

#[test]
fn overlap_is_found_where_it_is() {
    let read = commands().find(|row| row.ins == 0xB2).unwrap();
    assert!(overlap(read, read));
    let mut other = *read;
    other.p2 = apdu_specs::commands::Parameter::Is(0x04);
    assert!(overlap(read, &other));
    other.p2 = apdu_specs::commands::Parameter::Is(0x02);
    assert!(!overlap(read, &other));
}

#[test]
fn rules_and_words_are_in_step() {
    for room in ROOMS {
        assert_eq!(room.commands.application, room.application);
        assert_eq!(room.commands.rows.len(), room.words.len());
    }
    for (rule, named) in described() {
        assert_eq!(words(rule).unwrap().name, named.name);
        assert!(!named.chinese.is_empty() && !named.meaning.is_empty() && !named.clause.is_empty());
        // The name of a row leads back to it, and to no other.
        let id = CommandId::of(rule).unwrap();
        assert!(std::ptr::eq(id.row(), rule), "{}", named.name);
        let twice = described()
            .filter(|(_, other)| other.name == named.name)
            .count();
        assert_eq!(twice, 1, "{}", named.name);
    }
}

#[test]
fn lengths_go_with_the_cases() {
    for (rule, words) in described() {
        let data = rule.cases.has(Cases::THREE) || rule.cases.has(Cases::FOUR);
        assert_eq!(data, rule.lc_max > 0, "{}", words.name);
        assert!(rule.lc_min <= rule.lc_max, "{}", words.name);
        assert_eq!(
            rule.class & !rule.class_mask,
            0,
            "{}: class outside mask",
            words.name
        );
        let answers = rule.cases.has(Cases::FOUR) || rule.ins == 0xC0;
        assert!(
            !answers || words.status.contains(&Status::MORE_DATA),
            "{}: case 4 answers 61xx on T=0",
            words.name
        );
    }
}

#[test]
fn status_words_of_commands_are_in_the_table_and_not_named_twice() {
    for (_, words) in described() {
        assert!(words.status.contains(&Status::SUCCESS), "{}", words.name);
        for (at, status) in words.status.iter().enumerate() {
            assert!(status.words().is_some(), "{} {:04X}", words.name, status.0);
            assert!(
                !words.status[at + 1..].contains(status),
                "{} {:04X}",
                words.name,
                status.0
            );
            assert!(
                !COMMON_STATUS.contains(status),
                "{} {:04X} is common",
                words.name,
                status.0
            );
        }
    }
}

/// "Status words seen in the field", docs/ssc-facts.md §3.
#[test]
fn every_status_word_seen_in_the_field_has_words() {
    let seen = [
        0x9000, 0x6101, 0x61FF, 0x6C01, 0x6C18, 0x63C0, 0x63C3, 0x63CF, 0x6581, 0x6700, 0x6901,
        0x6981, 0x6982, 0x6983, 0x6984, 0x6985, 0x6988, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A86,
        0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x9302, 0x9303, 0x9401, 0x9402, 0x9403, 0x9406,
    ];
    for status in seen {
        assert!(Status(status).words().is_some(), "{status:04X}");
    }
    assert!(Status(0x9999).words().is_none());
}

#[test]
fn no_status_word_stands_twice() {
    for (at, one) in STATUS_WORDS.iter().enumerate() {
        assert_eq!(one.value & !one.mask, 0, "{}", one.name);
        for other in &STATUS_WORDS[at + 1..] {
            let both = one.mask & other.mask;
            assert_ne!(
                one.value & both,
                other.value & both,
                "{} {}",
                one.name,
                other.name
            );
            assert_ne!(one.name, other.name);
        }
    }
}

/// The commands of docs/ssc-facts.md §3 that this card has, as they are on the wire, and what is near them.
#[test]
fn commands_of_the_facts_find_their_row() {
    use apdu_specs::Application::{Domain, Ssc};
    let known = [
        (Ssc, 0x00, 0xA4, 0x04, 0x00, "SELECT"),
        (Ssc, 0x00, 0xA4, 0x00, 0x00, "SELECT"),
        (Ssc, 0x00, 0xA4, 0x02, 0x00, "SELECT"),
        (Ssc, 0x00, 0xA4, 0x01, 0x00, "SELECT"),
        (Ssc, 0x00, 0xA4, 0x03, 0x00, "SELECT"),
        (Domain, 0x00, 0xA4, 0x04, 0x00, "SELECT"),
        (Ssc, 0x00, 0x84, 0x00, 0x00, "GET CHALLENGE"),
        (Ssc, 0x00, 0xB2, 0x08, 0x00, "READ RECORD"),
        (Ssc, 0x00, 0xB2, 0x01, 0x04, "READ RECORD"),
        (Ssc, 0x00, 0xB2, 0x01, 0x05, "READ RECORD"),
        (Ssc, 0x00, 0xB2, 0x01, 0x2C, "READ RECORD"),
        (Ssc, 0x00, 0xB2, 0x4E, 0x30, "READ RECORD"),
        (Ssc, 0x00, 0xDC, 0x01, 0x04, "UPDATE RECORD"),
        (Ssc, 0x00, 0xDC, 0x08, 0x00, "UPDATE RECORD"),
        (Ssc, 0x00, 0xDC, 0x00, 0x03, "UPDATE RECORD"),
        (Ssc, 0x00, 0xB0, 0x00, 0x80, "READ BINARY"),
        (Ssc, 0x00, 0xB0, 0x96, 0x00, "READ BINARY"),
        (Ssc, 0x00, 0xD6, 0x00, 0x00, "UPDATE BINARY"),
        (Ssc, 0x00, 0x20, 0x00, 0x00, "VERIFY"),
        (Ssc, 0x80, 0x5E, 0x01, 0x00, "CHANGE PIN"),
        (Ssc, 0x00, 0x82, 0x00, 0x0A, "EXTERNAL AUTHENTICATE"),
        (Ssc, 0x00, 0x88, 0x00, 0x00, "INTERNAL AUTHENTICATE"),
        (Ssc, 0x00, 0xE2, 0x00, 0x28, "APPEND RECORD"),
        (Ssc, 0x00, 0xC0, 0x00, 0x00, "GET RESPONSE"),
        (Domain, 0x80, 0x50, 0x00, 0x00, "INITIALIZE UPDATE"),
        (
            Domain,
            0x84,
            0x82,
            0x13,
            0x00,
            "EXTERNAL AUTHENTICATE (SCP03)",
        ),
        (Domain, 0x84, 0xE2, 0x88, 0x05, "STORE DATA"),
        (Domain, 0x80, 0xE2, 0x08, 0x00, "STORE DATA"),
        (Domain, 0x84, 0xE2, 0x80, 0x00, "STORE DATA"),
        (Domain, 0x84, 0xF2, 0x40, 0x02, "GET STATUS"),
        (Domain, 0x84, 0xF2, 0x80, 0x00, "GET STATUS"),
        (Domain, 0x84, 0xD8, 0x00, 0x81, "PUT KEY"),
        (Domain, 0x84, 0xF0, 0x80, 0x0F, "SET STATUS"),
        (Domain, 0x84, 0xCA, 0xDF, 0x01, "GET DATA"),
        (Domain, 0x80, 0xCA, 0x9F, 0x7F, "GET DATA"),
    ];
    for (application, cla, ins, p1, p2, name) in known {
        let row = find(application, cla, ins, p1, p2).unwrap_or_else(|status| {
            panic!("{cla:02X}{ins:02X}{p1:02X}{p2:02X}: {:04X}", status.0)
        });
        assert_eq!(words(row).unwrap().name, name, "{cla:02X}{ins:02X}");
    }
    // The link knows GET RESPONSE before any row is looked for.
    assert_eq!(AnyCommand::GetResponse.row().ins, GET_RESPONSE);
    let refused = [
        (Ssc, 0x00, 0x50, 0x00, 0x00, 0x6D00),
        (Ssc, 0x80, 0x50, 0x00, 0x00, 0x6D00),
        (Domain, 0x00, 0xB2, 0x01, 0x04, 0x6D00),
        (Ssc, 0xB0, 0xB2, 0x01, 0x04, 0x6E00),
        (Ssc, 0x00, 0xB2, 0x01, 0x06, 0x6A86),
        (Ssc, 0x00, 0xA4, 0x05, 0x00, 0x6A86),
        (Domain, 0x84, 0xE2, 0x80 | 0x20, 0x00, 0x6A86),
        (Domain, 0x80, 0xF2, 0xC0, 0x02, 0x6A86),
        (Ssc, 0x00, 0xA4, 0x04, 0x08, 0x6A86),
        (Ssc, 0x00, 0x82, 0x01, 0x0A, 0x6A86),
        (Domain, 0x80, 0x82, 0x13, 0x00, 0x6E00),
        (Domain, 0x84, 0x82, 0x02, 0x00, 0x6A86),
    ];
    for (application, cla, ins, p1, p2, status) in refused {
        let found = find(application, cla, ins, p1, p2).map(CommandId::of);
        assert_eq!(
            found,
            Err(Status(status)),
            "{cla:02X}{ins:02X}{p1:02X}{p2:02X}"
        );
    }
}

/// The certificate environment's commands of docs/ssc-facts.md, as they are on the wire.
#[test]
fn commands_of_the_certificate_environment_find_their_row() {
    use apdu_specs::Application::{Certificates, Psam, Ssc};
    let known = [
        (0x00, 0x20, 0x01, 0x81, 0x10, "VERIFY (ACSE)"),
        (0x00, 0x20, 0x01, 0x00, 0x10, "VERIFY (ACSE)"),
        (0x80, 0x40, 0x00, 0x00, 0x08, "GENERATE KEY PAIR"),
        (0x80, 0xC9, 0x82, 0x80, 0x00, "READ PUBLIC KEY"),
        (0x80, 0xC2, 0x40, 0x00, 0x46, "IMPORT KEY (public)"),
        (0x80, 0xC2, 0xC0, 0x01, 0x26, "IMPORT KEY (private)"),
        (0x80, 0x4E, 0x00, 0x01, 0x78, "OPEN ENVELOPE"),
        (0x80, 0x4A, 0x02, 0x10, 0x12, "SM4 DECRYPT"),
        (0x80, 0xC4, 0x01, 0x03, 0x05, "HASH"),
        (0x84, 0x5E, 0x01, 0x00, 0x14, "CHANGE PIN (ACSE)"),
        (0x00, 0x82, 0x00, 0x00, 0x10, "EXTERNAL AUTHENTICATE (ACSE)"),
        (0x84, 0xD4, 0x01, 0x00, 0x24, "WRITE KEY (ACSE)"),
    ];
    for (cla, ins, p1, p2, lc, name) in known {
        let row = find(Certificates, cla, ins, p1, p2).unwrap();
        assert_eq!(words(row).unwrap().name, name);
        assert!((row.lc_min..=row.lc_max).contains(&lc), "{name}");
        // No other application knows it.
        for other in [Ssc, Psam] {
            let found = find(other, cla, ins, p1, p2).ok();
            assert_ne!(found.and_then(words).map(|words| words.name), Some(name));
        }
    }
    // The file commands are the card's, and so is its own PIN.
    for (cla, ins, p1, p2) in [
        (0x00, 0xB0, 0x92, 0x00),
        (0x00, 0xD6, 0x00, 0x00),
        (0x00, 0x84, 0x00, 0x00),
    ] {
        assert!(find(Certificates, cla, ins, p1, p2).is_ok());
    }
}

#[test]
fn every_application_has_one_room_and_one_byte_on_a_directory() {
    assert_eq!((ROOMS.len(), TABLES.len()), {
        let all = Application::ALL.len();
        (all, all)
    });
    for &application in Application::ALL {
        let at = ROOMS
            .iter()
            .position(|room| room.application == application)
            .unwrap_or_else(|| panic!("{application:?} has no room"));
        let room = ROOMS[at];
        assert!(std::ptr::eq(TABLES[at], room.commands), "{application:?}");
        assert_eq!(room.commands.application, application);
        for row in room.commands.rows {
            let id = CommandId::of(row).unwrap();
            assert!(std::ptr::eq(id.row(), row), "{row:?}");
        }
        assert_eq!(
            application.asked().first(),
            Some(&application),
            "its own rows come first"
        );
        // What has files has directories, and these name it; and nothing else does.
        let byte = application.directory_byte();
        assert_eq!(byte.is_some(), application.has_files(), "{application:?}");
        assert!(byte.is_none_or(|byte| Application::of_directory(byte) == Some(application)));
        assert!(room.directories.is_empty() || application.has_files());
        for directory in room.directories {
            assert_eq!(directory.application, application, "{}", directory.label);
        }
    }
    for byte in 0..=u8::MAX {
        let application = Application::of_directory(byte);
        assert!(application.is_none_or(|one| one.directory_byte() == Some(byte)));
    }
}

#[test]
fn what_works_in_a_blocked_application_and_what_begins_anew() {
    let named = |wanted: fn(&Command) -> bool| -> Vec<&str> {
        described()
            .filter(|(row, _)| wanted(row))
            .map(|(_, words)| words.name)
            .collect()
    };
    assert_eq!(
        named(|row| row.works_in_a_blocked_application),
        [
            "SELECT",
            "GET RESPONSE",
            "GET CHALLENGE",
            "APPLICATION UNBLOCK"
        ]
    );
    assert_eq!(
        named(|row| row.begins_anew),
        ["SELECT", "INITIALIZE UPDATE"]
    );
    assert_eq!(
        named(|row| row.secure_messaging),
        [
            "READ BINARY",
            "UPDATE BINARY",
            "READ RECORD",
            "UPDATE RECORD",
            "APPEND RECORD"
        ]
    );
}
