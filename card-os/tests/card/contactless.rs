//! What may not be done over the air: the table's column, walked on the card.

use apdu_specs::Application;
use apdu_specs::applications::commands;
use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::ssc::SscCommand;
use apdu_specs::commands::{Cases, Command, Interfaces, Parameter, SECURE_MESSAGING_CLASSES};
use apdu_specs::life_cycle::LifeCycle;
use card_os::Interface::{Contactless, T1};

use crate::support::handmade::SSSE;
use crate::support::{TestCard, hex};

/// What issue and facts name: PIN change, unblock and reload, maintenance, and all of personalization.
static CONTACT_ONLY: [&Command; 12] = [
    SscCommand::ChangePin.row(),
    SscCommand::PinUnblock.row(),
    SscCommand::PinReload.row(),
    SscCommand::CardBlock.row(),
    SscCommand::ApplicationBlock.row(),
    SscCommand::ApplicationUnblock.row(),
    DomainCommand::InitializeUpdate.row(),
    DomainCommand::ExternalAuthenticate.row(),
    DomainCommand::StoreData.row(),
    DomainCommand::PutKey.row(),
    DomainCommand::GetStatus.row(),
    DomainCommand::SetStatus.row(),
];

fn allowed(rule: Parameter) -> u8 {
    match rule {
        Parameter::Any => 0x00,
        Parameter::Is(one) => one,
        Parameter::OneOf(list) | Parameter::LowBits(list) => list[0],
        Parameter::Masked(_, result) => result,
    }
}

#[test]
fn every_contact_command_is_refused_over_the_air_and_leaves_nothing() {
    let mut walked = 0;
    for row in commands() {
        let contact = row.interfaces == Interfaces::Contact;
        assert!(
            contact || !CONTACT_ONLY.iter().any(|one| std::ptr::eq(*one, row)),
            "{row:?}"
        );
        let application = match row.application {
            Application::Ssc => SSSE,
            Application::Domain => "00A4040008A00000015100000000",
            // GET RESPONSE belongs to T=0; the others have their own tests
            _ => continue,
        };
        if !contact {
            continue;
        }
        // where the row's life cycle lets it, so that it is the interface that refuses
        let secured = row.life_cycles.contains(LifeCycle::Secured);
        let make = |interface| match secured {
            true => TestCard::personalized(interface),
            false => TestCard::unsecured(interface),
        };
        for length in [row.lc_min, row.lc_max] {
            for class in [row.class, row.class | 0x04, row.class & !0x04] {
                if !row.matches(class, row.ins) {
                    continue;
                }
                let mut command = vec![class, row.ins, allowed(row.p1), allowed(row.p2)];
                if row.cases.has(Cases::THREE) || row.cases.has(Cases::FOUR) {
                    command.push(length);
                    command.extend(vec![0x12; length.into()]);
                }
                let mut card = make(Contactless);
                card.exchange(&hex(application));
                if row.application == Application::Ssc {
                    card.ok("0084000008");
                }
                let (objects, writes) = (card.objects(), card.writes());
                let answer = card.send(&command);
                assert_eq!((answer.sw, answer.data.len()), (0x6985, 0), "{row:?}");
                assert_eq!((card.objects(), card.writes()), (objects, writes));
                // the challenge of the maintenance commands is what makes them 6985 on contact
                let mut card = make(T1);
                card.exchange(&hex(application));
                if row.application == Application::Ssc {
                    card.ok("0084000008");
                }
                let sw = card.send(&command).sw;
                let without_a_handshake =
                    DomainCommand::of(row) == Some(DomainCommand::ExternalAuthenticate);
                let nothing_blocked = SscCommand::of(row) == Some(SscCommand::ApplicationUnblock);
                let in_a_channel = class & 0x04 != 0 && row.application == Application::Domain;
                assert!(
                    sw != 0x6985 || without_a_handshake || nothing_blocked || in_a_channel,
                    "{row:?}: {sw:04X}"
                );
                walked += 1;
            }
        }
    }
    assert!(walked > 2 * CONTACT_ONLY.len(), "{walked}");
}

#[test]
fn reading_and_writing_are_for_both_also_as_messages() {
    let messaged: Vec<_> = commands().filter(|row| row.secure_messaging).collect();
    assert_eq!(messaged.len(), 5);
    for row in messaged {
        assert_eq!(row.interfaces, Interfaces::Both);
        assert_eq!(row.class, 0x00);
        for class in 0..=0xFF {
            let taken = class == 0x00 || SECURE_MESSAGING_CLASSES.contains(&class);
            assert_eq!(row.matches(class, row.ins), taken, "{class:02X}");
        }
    }
}
