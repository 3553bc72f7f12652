//! Every file of the certificate environment, read and written, and every operation with keys, in every security state and on
//! every interface, on an issued card. The expectations are typed here, not taken from the table.

mod support;

use ssc_certificate::Environment;
use ssc_reader::Card;
use ssc_simulator::{Interface, SimulatedCard};

use ssc_scenarios::oracle::{Algorithm, OracleKey};
use support::{PIN, card};

fn status(card: &mut SimulatedCard, command: &[u8]) -> u16 {
    let mut answer = card.transmit(command).unwrap();
    if let [0x61, length] = answer[..] {
        answer = card.transmit(&[0x00, 0xC0, 0x00, 0x00, length]).unwrap();
    }
    u16::from_be_bytes(*answer.last_chunk().unwrap())
}

/// VERIFY as the administrator, by the tests' own oracle: over the air the ATR does not tell the card's factor.
fn verify_administrator(card: &mut SimulatedCard, serial: u8) {
    let factor = [0x86, 0xFF, 0x20, 0x26, 0, 0, 0, serial];
    let key = OracleKey::demo(Algorithm::Sm4, "PKI/ADM", b"110000", &factor);
    let challenge = card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x10]).unwrap();
    let cryptogram = key.session(&challenge[..16]);
    let command = [&[0x00, 0x20, 0x01, 0x00, 0x10][..], &cryptogram].concat();
    assert_eq!(status(card, &command), 0x9000);
}

#[test]
fn files_and_operations_in_every_state_on_every_interface() {
    let folder = tempfile::tempdir().unwrap();
    let mut cells = 0;
    for (serial, interface) in [Interface::T0, Interface::T1, Interface::Contactless]
        .into_iter()
        .enumerate()
    {
        let mut card = card(folder.path(), serial as u8, true, interface);
        let contact = interface != Interface::Contactless;
        let le: &[u8] = if interface == Interface::T0 {
            &[]
        } else {
            &[0x00]
        };
        for (pin, administrator) in [(false, false), (true, false), (false, true), (true, true)] {
            let shown = format!("PIN {pin}, administrator {administrator}");
            let mut environment = Environment::open(&mut card).unwrap();
            if pin {
                environment.verify_pin(PIN).unwrap();
            }
            if administrator {
                verify_administrator(&mut card, serial as u8);
            }
            for fid in [0x12, 0x13, 0x14, 0x15, 0x18, 0x19] {
                let private = matches!(fid, 0x13 | 0x15);
                let certificate = matches!(fid, 0x18 | 0x19);
                let read = status(&mut card, &[0x00, 0xB0, 0x80 | fid, 0x00, 0x01]);
                assert_eq!(
                    read,
                    if private { 0x6982 } else { 0x9000 },
                    "read {fid:02X} {shown} {interface:?}"
                );
                let write = status(&mut card, &[0x00, 0xD6, 0x80 | fid, 0x01, 0x01, 0x00]);
                let may = certificate && (pin || administrator);
                assert_eq!(
                    write,
                    if may { 0x9000 } else { 0x6982 },
                    "write {fid:02X} {shown} {interface:?}"
                );
                cells += 2;
            }
            // Keys are made, imported and opened on contact alone; signing needs the PIN and nothing else.
            let prepare = |card: &mut SimulatedCard, command: &[u8], allowed: u16| {
                let expected = match (contact, pin || administrator) {
                    (false, _) => 0x6985,
                    (true, false) => 0x6982,
                    (true, true) => allowed,
                };
                assert_eq!(
                    status(card, command),
                    expected,
                    "{command:02X?} {shown} {interface:?}"
                );
            };
            let generate = [0x80, 0x40, 0, 0, 8, 0xC0, 2, 0, 0x12, 0xC2, 2, 0, 0x13];
            let sign = [&[0x00, 0x2A, 0x9E, 0x9A, 0x20][..], &[0x5A; 32], le].concat();
            let no_key = status(&mut card, &[0x80, 0xC9, 0x82, 0x80, 0x42]) == 0x6A88;
            let expected = match (pin, no_key) {
                (false, _) => 0x6982,
                (true, true) => 0x6A88,
                (true, false) => 0x9000,
            };
            assert_eq!(
                status(&mut card, &sign),
                expected,
                "sign {shown} {interface:?}"
            );
            prepare(&mut card, &generate, 0x9000);
            let import = [
                &[0x80, 0xC2, 0x40, 0x00, 0x46, 0xC0, 2, 0, 0x14, 0xCA, 0x40][..],
                &[0x11; 64],
            ]
            .concat();
            prepare(&mut card, &import, 0x6A80);
            let import = [
                &[0x80, 0xC2, 0xC0, 0x01, 0x26, 0xC2, 2, 0, 0x15, 0xCB, 0x20][..],
                &[0x11; 32],
            ]
            .concat();
            prepare(&mut card, &import, 0x6A88);
            let open = [
                &[
                    0x80, 0x4E, 0x00, 0x01, 0x78, 0xC2, 2, 0, 0x13, 0xC1, 0x82, 0, 0x70,
                ][..],
                &[0x11; 112],
            ]
            .concat();
            prepare(&mut card, &open, 0x6A80);
            let decipher = [&[0x80, 0x4A, 0x02, 0x10, 0x12, 0xC1, 0x10][..], &[0x11; 16]].concat();
            prepare(&mut card, &decipher, 0x6985);
            cells += 6;
        }
    }
    println!("{cells} cells");
    assert_eq!(cells, 3 * 4 * 18);
}
