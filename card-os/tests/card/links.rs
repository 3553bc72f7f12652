//! Interfaces and protocols: answers to reset, GET RESPONSE, case 1, stray bytes, lengths that do not go
//! together, commands that are not for the air.

use card_os::Interface::{Contactless, T0, T1};
use card_os::{InterfaceBusy, Response};

use crate::support::handmade::{DF01, RIGHT_PIN, SSSE, STK};
use crate::support::handmade_sam::PSAM;
use crate::support::{TestCard, to_hex};

const ATR: &str = "3B6D0000 0000 000001 86FF A1A2A3A4A5A6";
const ATS: &str = "1278008000 0000 000001 86FF A1A2A3A4A5A6";

fn bytes(digits: &str) -> String {
    to_hex(&crate::support::hex(digits))
}

#[test]
fn answers_to_reset() {
    let mut card = TestCard::personalized(T0);
    let os = card.os();
    assert_eq!(to_hex(&os.power_on(T0).unwrap()), bytes(ATR));
    assert_eq!(to_hex(&os.power_on(T1).unwrap()), bytes(ATR));
    os.power_off();
    let ats = os.power_on(Contactless).unwrap();
    assert_eq!(to_hex(&ats), bytes(ATS));
    // TL counts itself
    assert_eq!(usize::from(ats[0]), ats.len());
}

#[test]
fn contact_and_contactless_are_never_active_together() {
    let mut card = TestCard::personalized(T0);
    card.ok(DF01);
    card.expect(RIGHT_PIN, "9000");
    assert_eq!(card.os().power_on(Contactless), Err(InterfaceBusy));
    // the refusal has not disturbed the session
    card.expect("00B0820002", "0202 9000");
    card.switch(Contactless);
    assert_eq!(card.os().power_on(T0), Err(InterfaceBusy));
    assert_eq!(card.os().power_on(T1), Err(InterfaceBusy));
    card.ok(DF01);
    card.expect("00B0820002", "6982");
    // a card without power answers nothing of worth
    card.os().power_off();
    let mut response = Response::new();
    card.os()
        .transmit(&crate::support::hex(DF01), &mut response);
    assert_eq!(response.as_slice(), [0x69, 0x85]);
}

#[test]
fn get_response_fetches_once_and_only_what_waits() {
    let mut card = TestCard::personalized(T0);
    card.expect("00C0000000", "6985");
    card.expect(DF01, "610A");
    // a wrong Le leaves it waiting, a right one takes it
    card.expect("00C0000009", "6C0A");
    card.expect("00C000000B", "6C0A");
    card.expect("00C0010000", "6A86");
    card.expect("00C000000A", "6F088406D156000005009000");
    card.expect("00C000000A", "6985");
    // four bytes mean all
    card.expect(DF01, "610A");
    card.expect("00C00000", "6F088406D156000005009000");
}

/// In class 00, or in the class of the command before, whatever it is: client stacks repeat it.
#[test]
fn get_response_repeats_the_class_of_the_command_before() {
    const DF01_FCI: &str = "6F088406D156000005009000";
    let mut card = TestCard::personalized(T0);
    // another class is refused, and the answer is not lost
    card.expect(DF01, "610A");
    for class in 0x01..=0xFF {
        card.expect(&format!("{class:02X}C000000A"), "6E00");
    }
    card.expect("00C000000A", DF01_FCI);
    // nor is it by a wrong class where nothing waits
    card.expect("84C000000A", "6E00");
    card.expect("00C000000A", "6985");

    // a secure message of the field, in objects, GlobalPlatform's class
    for (class, command) in [
        ("04", [0x04, 0xB0, 0x87, 0x00]),
        ("84", [0x84, 0xB0, 0x87, 0x00]),
        ("0C", [0x0C, 0xB0, 0x87, 0x00]),
    ] {
        for right in [class, "00"] {
            let mut card = TestCard::personalized(T0);
            card.ok(SSSE);
            let challenge = card.ok("0084000008");
            let (length, command) = read_message(command, &challenge);
            let le = length as u8;
            card.expect(&command, &format!("61{le:02X}"));
            card.expect(&format!("80C00000{le:02X}"), "6E00");
            let answer = card.ok(&format!("{right}C00000{le:02X}"));
            assert_eq!(answer.len(), length, "{class}");
            card.expect(&format!("{right}C00000{le:02X}"), "6985");
        }
    }
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    // BF DE leaves nothing to fetch, in whatever class; the CRYPT after it does
    card.ok("BFDE481218 1112131415161718 3434303330357378 2122232425262728");
    card.expect("BFC0000008", "6985");
    card.expect("80C0000008", "6E00");
    card.expect("80FA000008 0000000000000000", "6108");
    card.expect("BFC0000008", "6E00");
    assert_eq!(card.ok("80C0000008").len(), 8);
}

/// READ BINARY of EF07 as a secure message: the length of its answer, and the command. Two bytes as objects, else all there is.
fn read_message(header: [u8; 4], challenge: &[u8]) -> (usize, String) {
    if header[0] == 0x0C {
        let mut covered = [&header[..], &[0x80]].concat();
        covered.resize(STK.block_length(), 0);
        covered.extend([0x97, 0x01, 0x02]);
        let mac = STK.message_mac(challenge, &covered);
        let data = [&[0x97, 0x01, 0x02, 0x8E, 0x04], &mac[..]].concat();
        let command = [&header[..], &[data.len() as u8], &data].concat();
        (4 + 4 + 6, to_hex(&command))
    } else {
        let command = [&header[..], &[0x04]].concat();
        let mac = STK.message_mac(challenge, &command);
        (252 + 4, to_hex(&[command, mac.to_vec()].concat()))
    }
}

#[test]
fn an_abandoned_chain_leaves_nothing_behind() {
    for between in [
        "0084000008",
        "00A4020002EF05",
        "00A4040001FF",
        "00FF000000",
        "00",
        "0020000000",
        "00B0000000",
    ] {
        let mut card = TestCard::personalized(T0);
        card.expect(SSSE, "611E");
        card.send(&crate::support::hex(between));
        card.expect("00C000001E", "6985");
    }
    let mut card = TestCard::personalized(T0);
    card.expect(SSSE, "611E");
    card.reset();
    card.expect("00C000001E", "6985");
    card.expect(SSSE, "611E");
    card.os().power_off();
    card.reset();
    card.expect("00C000001E", "6985");
}

#[test]
fn get_response_belongs_to_t0() {
    let mut card = TestCard::personalized(T1);
    card.ok(SSSE);
    card.expect("00C0000000", "6D00");
    let mut card = TestCard::personalized(Contactless);
    card.ok(SSSE);
    card.expect("00C0000000", "6985");
}

#[test]
fn case_1_comes_as_five_bytes_on_t0() {
    let mut card = TestCard::personalized(T0);
    // with P3 = 00, and as four bytes from a driver
    card.expect("0020000000", "63C3");
    card.expect("00200000", "63C3");
    card.expect("00A4000000", "6F0483023F009000");
    let mut card = TestCard::personalized(T1);
    card.expect("00200000", "63C3");
    card.expect("0020000000", "63C3");
}

#[test]
fn stray_bytes_behind_le() {
    // T=0 never carries them; T=1 does
    let stray = [
        ("0084000008 FF", "0102030405060708 9000"),
        ("00B2022C03 00", "020131 9000"),
        ("00B2022C03 001122", "020131 9000"),
        ("0020000003 123456 00", "9000"),
        ("0020000003 123456 0000", "9000"),
    ];
    let mut card = TestCard::personalized(T0);
    card.ok(SSSE);
    for (command, answer) in stray {
        card.expect(command, answer);
    }
    for interface in [T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        for (command, _) in stray {
            if command != "0020000003 123456 00" {
                card.expect(command, "6700");
            }
        }
        card.expect("0020000000", "63C3");
        // Le behind the data of a case-3 command asks for nothing
        card.expect("0020000003 123456 00", "9000");
    }
}

#[test]
fn lengths_that_do_not_go_together() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        card.ok(SSSE);
        for command in [
            "",
            "00",
            "00A4",
            "00A404",
            // Lc promises more than there is
            "00A4040006D156000005",
            "0020000003 1234",
            "00D6870005 11223344",
            // and a command that needs data has none
            "00D68700",
            "00D6870000",
            "0082000A",
        ] {
            card.expect(command, "6700");
        }
    }
    // extended length is not announced and not known
    for interface in [T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        for command in [
            "00A40400 000006 D15600000500 0000",
            "00A40400 000006 D15600000500",
            "00840000 000008",
            "00840000 0000",
            "00840000 000000",
        ] {
            card.expect(command, "6700");
        }
    }
}

#[test]
fn classes_that_the_card_does_not_know() {
    for interface in [T0, T1, Contactless] {
        let mut card = TestCard::personalized(interface);
        for (class, status) in [
            // logical channels 1 to 3, and 4 to 19
            ("01", "6881"),
            ("02", "6881"),
            ("03", "6881"),
            ("40", "6881"),
            ("4F", "6881"),
            ("60", "6881"),
            // secure messaging of ISO 7816-4
            ("04", "6882"),
            ("08", "6882"),
            ("0C", "6882"),
            // chaining
            ("10", "6884"),
            // nothing that is known: B0 and BF are no chaining
            ("80", "6E00"),
            ("84", "6E00"),
            ("90", "6E00"),
            ("A0", "6E00"),
            ("B0", "6E00"),
            ("BF", "6E00"),
            ("D0", "6E00"),
            ("FE", "6E00"),
            ("FF", "6E00"),
        ] {
            card.expect(&format!("{class}A40400 06 D15600000500"), status);
        }
        card.expect("00AA000000", "6D00");
        card.expect("00B2022E00", "6A86");
        card.expect("00B2022B00", "6A86");
    }
}

#[test]
fn issuer_commands_are_not_for_the_air() {
    let mut card = TestCard::unsecured(Contactless);
    card.ok("00A4040008A00000015100000000");
    let writes = card.writes();
    for command in [
        "8050000008 C0C1C2C3C4C5C6C7 00",
        "8482010010 00112233445566778899AABBCCDDEEFF",
        "80E2080003 00F000",
        "84E208000B 00F000 0011223344556677",
        "80D8008101 31",
        "80F0800F00",
    ] {
        card.expect(command, "6985");
    }
    assert_eq!(card.writes(), writes);
    // free data may be read
    card.expect("80CA00C100", "C103000001 9000");
}
