//! What may not be done over the air: the table's column, walked on the card.

use apdu_specs::commands::{
    Application, COMMANDS, Cases, CommandId, Interfaces, Parameter, SECURE_MESSAGING_CLASSES,
};
use apdu_specs::life_cycle::LifeCycle;
use card_os::Interface::{Contactless, T1};

use crate::support::handmade::SSSE;
use crate::support::{TestCard, hex};

/// What issue and facts name: PIN change, unblock and reload, maintenance, and all of personalization.
const CONTACT_ONLY: [CommandId; 12] = [
    CommandId::ChangePin,
    CommandId::PinUnblock,
    CommandId::PinReload,
    CommandId::CardBlock,
    CommandId::ApplicationBlock,
    CommandId::ApplicationUnblock,
    CommandId::InitializeUpdate,
    CommandId::ExternalAuthenticateScp,
    CommandId::StoreData,
    CommandId::PutKey,
    CommandId::GetStatus,
    CommandId::SetStatus,
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
    for row in COMMANDS {
        let contact = row.interfaces == Interfaces::Contact;
        assert!(contact || !CONTACT_ONLY.contains(&row.id), "{:?}", row.id);
        let application = match row.application {
            Application::Ssc => SSSE,
            Application::Isd => "00A4040008A00000015100000000",
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
                assert_eq!((answer.sw, answer.data.len()), (0x6985, 0), "{:?}", row.id);
                assert_eq!((card.objects(), card.writes()), (objects, writes));
                // the challenge of the maintenance commands is what makes them 6985 on contact
                let mut card = make(T1);
                card.exchange(&hex(application));
                if row.application == Application::Ssc {
                    card.ok("0084000008");
                }
                let sw = card.send(&command).sw;
                let without_a_handshake = matches!(row.id, CommandId::ExternalAuthenticateScp);
                let nothing_blocked = row.id == CommandId::ApplicationUnblock;
                let in_a_channel = class & 0x04 != 0 && row.application == Application::Isd;
                assert!(
                    sw != 0x6985 || without_a_handshake || nothing_blocked || in_a_channel,
                    "{:?}: {sw:04X}",
                    row.id
                );
                walked += 1;
            }
        }
    }
    assert!(walked > 2 * CONTACT_ONLY.len(), "{walked}");
}

#[test]
fn reading_and_writing_are_for_both_also_as_messages() {
    let messaged: Vec<_> = COMMANDS.iter().filter(|row| row.secure_messaging).collect();
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
