//! All classes and instructions, all lengths, all prefixes: never a panic, never a status word that the
//! command's row does not list, nothing written by what is refused.

use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::ssc::SscCommand;
use apdu_specs::applications::{commands, find};
use apdu_specs::commands::{Cases, Command, LeRule, Parameter};
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::{Application, Status};
use card_os::Interface::{self, Contactless, T0, T1};

use crate::certificate_card::{self as certificates, ADF, ADMINISTRATOR, PIN, pin_key};
use crate::support::handmade::{RIGHT_PIN, SSSE};
use crate::support::handmade_sam::PSAM;
use crate::support::host::{Host, TRANSPORT};
use crate::support::statuses::listed;
use crate::support::{Answer, TestCard, hex, to_hex};

const INTERFACES: [Interface; 3] = [T0, T1, Contactless];
const APPLICATIONS: [Application; 4] = [
    Application::Ssc,
    Application::Domain,
    Application::Psam,
    Application::Certificates,
];

/// Sends `command` and judges the answer by the table, and the flash.
#[track_caller]
fn judged(card: &mut TestCard, application: Application, command: &[u8]) -> Answer {
    let writes = card.writes();
    let answer = card.send(command);
    let status = Status(answer.sw);
    let row = match command {
        [cla, ins, p1, p2, ..] => find(application, *cla, *ins, *p1, *p2).ok(),
        _ => None,
    };
    let told = || {
        format!(
            "{} on {:?} with {application:?}: {:04X}",
            to_hex(command),
            card.interface,
            answer.sw
        )
    };
    assert!(listed(row, status), "not in the row's list: {}", told());
    let [sw1, _] = answer.sw.to_be_bytes();
    let done = matches!(sw1, 0x61 | 0x62 | 0x63 | 0x90);
    // INITIALIZE UPDATE moves its counter before it finds Le too short
    let counter =
        row.is_some_and(|row| DomainCommand::of(row) == Some(DomainCommand::InitializeUpdate));
    if !done {
        assert!(answer.data.is_empty(), "{}", told());
        assert!(counter || card.writes() == writes, "written: {}", told());
    }
    answer
}

/// A card with `application` selected, and much of it open.
fn ready(card: &mut TestCard, application: Application) {
    card.reset();
    if application == Application::Domain {
        assert_eq!(
            card.exchange(&hex("00A4040008A00000015100000000")).sw,
            0x9000
        );
    } else if application == Application::Psam {
        card.ok(PSAM);
    } else if application == Application::Certificates {
        card.ok(ADF);
        assert_eq!(certificates::verify(card, 0x81, pin_key(PIN)), 0x9000);
        assert_eq!(certificates::verify(card, 0x00, ADMINISTRATOR), 0x9000);
        // Its challenge would serve a change, which spends a try: this uses it up and changes nothing.
        let again = hex(&format!("0020010010{}", "00".repeat(16)));
        assert_eq!(card.send(&again).sw, 0x6985);
    } else {
        card.ok(SSSE);
        card.ok("00A4020002EF07");
    }
}

#[test]
fn every_class_and_instruction() {
    let bodies: [&[u8]; 4] = [
        &[],
        &[0x00],
        &[0x08, 1, 2, 3, 4, 5, 6, 7, 8, 0x00],
        &[0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    ];
    for interface in INTERFACES {
        for application in APPLICATIONS {
            let mut card = if application == Application::Psam {
                TestCard::psam(interface)
            } else if application == Application::Certificates {
                certificates::card(interface)
            } else {
                TestCard::personalized(interface)
            };
            ready(&mut card, application);
            for header in 0..=0xFFFFu16 {
                let [cla, ins] = header.to_be_bytes();
                // what no row matches is refused by CLA and INS alone
                let known = commands().any(|row| row.matches(cla, ins));
                let parameters: &[[u8; 2]] = if known {
                    &[
                        [0, 0],
                        [1, 0],
                        [0, 4],
                        [4, 0],
                        [0x80, 0x0F],
                        [0x88, 0],
                        [0xFF, 0xFF],
                    ]
                } else {
                    &[[0, 0]]
                };
                for [p1, p2] in parameters {
                    for body in bodies {
                        let mut command = vec![cla, ins, *p1, *p2];
                        command.extend(body);
                        let answer = judged(&mut card, application, &command);
                        let begun = ins == 0xA4 && matches!(answer.sw >> 8, 0x61 | 0x90 | 0x6C);
                        if begun {
                            ready(&mut card, application);
                        }
                    }
                }
            }
        }
    }
}

/// A value that the rule allows.
fn allowed(rule: Parameter) -> u8 {
    match rule {
        Parameter::Any => 0x00,
        Parameter::Is(one) => one,
        Parameter::OneOf(list) | Parameter::LowBits(list) => list[0],
        Parameter::Masked(_, result) => result,
    }
}

/// The application in which a row's command is sent.
fn selected(row: &Command) -> Application {
    match row.application {
        Application::Domain | Application::Psam | Application::Certificates => row.application,
        _ => Application::Ssc,
    }
}

/// The card on which a row's command is allowed, or nearly so.
fn card_for(row: &Command, interface: Interface) -> TestCard {
    let personalization = !row.life_cycles.contains(LifeCycle::Secured);
    let mut card = if row.application == Application::Psam {
        TestCard::psam(interface)
    } else if row.application == Application::Certificates {
        certificates::card(interface)
    } else if personalization {
        TestCard::unsecured(interface)
    } else {
        TestCard::personalized(interface)
    };
    ready(&mut card, selected(row));
    card
}

#[test]
fn every_length_of_every_command() {
    for row in commands() {
        let header = [row.class, row.ins, allowed(row.p1), allowed(row.p2)];
        let takes_data = row.cases.has(Cases::THREE) || row.cases.has(Cases::FOUR);
        for interface in INTERFACES {
            if row.allowed(LifeCycle::OpReady, interface).is_err()
                || (AnyCommand::of(row) == Some(AnyCommand::GetResponse) && interface != T1)
            {
                continue;
            }
            let mut card = card_for(row, interface);
            let application = selected(row);
            for length in 1..=255u8 {
                let mut command = header.to_vec();
                command.push(length);
                command.extend(std::iter::repeat_n(0x11, length.into()));
                let answer = judged(&mut card, application, &command);
                let fits = takes_data && (row.lc_min..=row.lc_max).contains(&length);
                // on T=0 P3 is Le for a command that takes no data
                let le = interface == T0 && !takes_data;
                if !fits && !le {
                    assert_eq!(answer.sw, 0x6700, "{} on {interface:?}", to_hex(&command));
                }
                if fits && row.le != LeRule::Own && answer.sw == 0x6700 {
                    panic!("{} on {interface:?}", to_hex(&command));
                }
                // one byte less and one byte more than Lc says
                command.pop();
                if takes_data {
                    let answer = judged(&mut card, application, &command);
                    // on T=1 a single byte behind the header is Le
                    if command.len() > 5 || interface == T0 {
                        assert_eq!(answer.sw, 0x6700, "{} on {interface:?}", to_hex(&command));
                    }
                }
                if interface != T0 {
                    command.extend([0x11, 0x11, 0x11]);
                    let answer = judged(&mut card, application, &command);
                    assert_eq!(answer.sw, 0x6700, "{} on {interface:?}", to_hex(&command));
                }
                if AnyCommand::of(row) == Some(AnyCommand::Select) {
                    ready(&mut card, application);
                }
            }
        }
    }
}

#[test]
fn every_prefix_of_good_commands() {
    let commands = [
        SSSE,
        RIGHT_PIN,
        "00A4040006D15600000500",
        "00D6870010 00112233445566778899AABBCCDDEEFF",
        "00DC022C03 020131",
        "00E2002803 020131",
        "805E010007 123456 FF 246810",
        "0082000A10 2898FF8E07C0BAD4 736F757263653031",
        "0088000010 1122334455667788 736F757263653031 00",
        "00B2022C03",
        "0084000008",
    ];
    for interface in INTERFACES {
        for command in commands {
            let command = hex(command);
            for length in 0..command.len() {
                let mut card = TestCard::personalized(interface);
                ready(&mut card, Application::Ssc);
                let answer = judged(&mut card, Application::Ssc, &command[..length]);
                let le = command.len() == 5 || (command[4] == 0x10 && length == command.len() - 1);
                if length < 4 || (length > 5 && !le) {
                    assert_eq!(answer.sw, 0x6700, "{} on {interface:?}", to_hex(&command));
                }
            }
        }
        if interface == Contactless {
            continue;
        }
        // every prefix of the issuer's commands closes nothing but the channel
        for data in [&hex("00F000")[..], &[]] {
            for length in 0..5 + data.len() + 8 {
                let mut card = TestCard::unsecured(interface);
                let mut host = Host::open(&mut card, &TRANSPORT, 0x01);
                let command = host.wrap([0x80, 0xE2, 0x88, 0x00], data);
                let (objects, writes) = (card.objects(), card.writes());
                let answer = card.send(&command[..length]);
                assert!(matches!(answer.sw, 0x6700 | 0x6982), "{:04X}", answer.sw);
                assert_eq!((card.objects(), card.writes()), (objects, writes));
            }
        }
    }
}

#[test]
fn in_an_open_channel_too() {
    // each row of the security domain, and some that are none, with every length of data
    for level in [0x01, 0x13, 0x33] {
        for interface in [T0, T1] {
            let mut card = TestCard::personalized(interface);
            let mut host = Host::open(&mut card, &TRANSPORT, level);
            for row in commands() {
                if matches!(
                    DomainCommand::of(row),
                    Some(DomainCommand::InitializeUpdate | DomainCommand::ExternalAuthenticate)
                ) || matches!(row.application, Application::Ssc | Application::Psam)
                    // GET RESPONSE is the link's on T=0
                    || matches!(AnyCommand::of(row), Some(AnyCommand::Select | AnyCommand::GetResponse))
                {
                    continue;
                }
                for length in [0, 1, 2, 3, 15, 16, 17, 200, 230] {
                    let header = [row.class, row.ins, allowed(row.p1), allowed(row.p2)];
                    let writes = card.writes();
                    let answer = host.send(&mut card, header, &vec![0x11; length]);
                    assert!(
                        listed(Some(row), Status(answer.sw)),
                        "{row:?}, {length}: {:04X}",
                        answer.sw
                    );
                    let changed = answer.sw == 0x9000;
                    assert!(changed || card.writes() == writes);
                }
            }
            assert_eq!(
                host.send(&mut card, [0x80, 0xCA, 0x00, 0xC1], &[]).sw,
                0x9000
            );
        }
    }
}

#[test]
fn the_lists_hold_what_the_other_tests_have_seen() {
    use Status as S;
    // answers that the tests of single commands expect, and that a sweep does not reach
    for (row, statuses) in [
        (
            DomainCommand::StoreData.row(),
            &[S::FUNCTION_NOT_SUPPORTED, S::MORE_DATA][..],
        ),
        (DomainCommand::SetStatus.row(), &[S::MORE_DATA]),
        (AnyCommand::GetData.row(), &[S::MORE_DATA]),
        (DomainCommand::PutKey.row(), &[S::MORE_DATA]),
        (SscCommand::ReadBinary.row(), &[S::END_OF_FILE]),
    ] {
        for status in statuses {
            assert!(listed(Some(row), *status), "{row:?} {:04X}", status.0);
        }
    }
}
