//! Secure messages of data objects that are broken, missing or too many, and lengths of answers in both forms.

use card_os::Interface::{T0, T1};

use crate::secure_messaging::{BOTH, CHALLENGE, FIRST, bare, card, contents, field, objects};
use crate::support::hex;

#[test]
fn broken_and_missing_objects() {
    for stk in BOTH {
        let refused = |header: &str, data: &str, sw: u16| {
            let mut card = card(T1, stk);
            card.ok(CHALLENGE);
            let before = card.objects();
            let command = objects(stk, &FIRST, header, &hex(data));
            assert_eq!(card.send(&command).sw, sw, "{header} {data}");
            // the MAC was right: no try was lost
            let after = contents(&card);
            assert_eq!(
                after.len() + usize::from(card.objects().len() > before.len()),
                card.objects().len()
            );
            // and the challenge is used up
            card.expect("0CB0930005 9701008E00", "6985");
        };
        let (read, write) = ("0CB09300", "0CD69300");
        for (header, data, sw) in [
            // a read without Le, with an empty one, with two, with two bytes of it, with data
            (read, "", 0x6987),
            (read, "9700", 0x6988),
            (read, "970100 970100", 0x6988),
            (read, "97020008", 0x6988),
            (read, "970100 810100", 0x6988),
            (read, "970100 BB028100", 0x6988),
            (read, "970100 BA028700", 0x6988),
            (read, "970100 990290 00", 0x6988),
            // a write without data, with Le, with data twice, with an enciphered answer
            (write, "", 0x6987),
            (write, "970100", 0x6988),
            (write, "8101AA 970100", 0x6988),
            (write, "8101AA 8101AA", 0x6988),
            (write, "8101AA BB028700", 0x6988),
            (write, "8101AA 870901 0011223344556677", 0x6988),
            // unknown, cut short, too long lengths
            (write, "8001AA", 0x6988),
            (write, "8501AA", 0x6988),
            (write, "82 01 AA", 0x6988),
            (write, "8105AA", 0x6988),
            (write, "81820001AA", 0x6988),
            (write, "8180", 0x6988),
            // cryptograms: without an indicator, with another, of no whole blocks
            (write, "8700", 0x6988),
            (write, "8711 00 00112233445566778899AABBCCDDEEFF", 0x6988),
            (write, "8710 01 00112233445566778899AABBCCDDEE", 0x6988),
            (write, "8701 01", 0x6988),
            // empty data, and more than the file
            (write, "8100", 0x6700),
            (write, "8109 000102030405060708", 0x6A84),
        ] {
            refused(header, data, sw);
        }
        // a cryptogram whose plain text has no padding, or nothing but padding
        for (plain, sw) in [(vec![0xAA; 16], 0x6988), (vec![0x00; 16], 0x6988)] {
            let cryptogram = stk.message_cbc(&FIRST, &plain);
            let object = [&[0x87, 0x11, 0x01][..], &cryptogram].concat();
            let text: String = object.iter().map(|byte| format!("{byte:02X}")).collect();
            refused(write, &text, sw);
        }
        // good data twice, in clear and enciphered: no one may choose which is meant
        let mut padded = hex("AA80");
        padded.resize(16, 0x00);
        let cryptogram = stk.message_cbc(&FIRST, &padded);
        let object = [&hex("8101BB 871101")[..], &cryptogram].concat();
        let text: String = object.iter().map(|byte| format!("{byte:02X}")).collect();
        refused(write, &text, 0x6988);
        let mut only_padding = vec![0x00; 16];
        only_padding[0] = 0x80;
        let cryptogram = stk.message_cbc(&FIRST, &only_padding);
        let object = [&[0x87, 0x11, 0x01][..], &cryptogram].concat();
        let text: String = object.iter().map(|byte| format!("{byte:02X}")).collect();
        refused(write, &text, 0x6700);
        // the MAC object: missing, of 0, 3, 5 and 8 bytes, not the last
        for data in [
            "970100",
            "970100 8E00",
            "970100 8E03112233",
            "970100 8E051122334455",
            "970100 8E081122334455667788",
            "8E0411223344 970100",
            "970100 8E0411223344 970100",
        ] {
            let mut card = card(T1, stk);
            card.ok(CHALLENGE);
            let writes = card.writes();
            let sw = if data == "970100" { 0x6987 } else { 0x6988 };
            assert_eq!(card.send(&bare(read, &hex(data))).sw, sw, "{data}");
            assert_eq!(card.writes(), writes, "no try was spent");
            assert_eq!(
                card.send(&objects(stk, &FIRST, read, &hex("970100"))).sw,
                0x6985
            );
        }
    }
}

#[test]
fn lengths_of_answers() {
    for stk in BOTH {
        let ask = |interface, make: &dyn Fn(&[u8]) -> Vec<u8>, le: Option<u8>| {
            let mut card = card(interface, stk);
            let challenge = card.ok(CHALLENGE);
            let mut command = make(&challenge);
            command.extend(le);
            let answer = card.send(&command);
            (answer.sw, answer.data.len())
        };
        let eight: &dyn Fn(&[u8]) -> Vec<u8> = &|c| field(stk, c, "04B09300", &[]);
        let record: &dyn Fn(&[u8]) -> Vec<u8> = &|c| field(stk, c, "04B20194", &[]);
        // Le counts the MAC too
        assert_eq!(ask(T1, eight, Some(0x0C)), (0x9000, 12));
        assert_eq!(ask(T1, eight, Some(0x05)), (0x9000, 5));
        assert_eq!(ask(T1, eight, Some(0x04)), (0x6700, 0));
        assert_eq!(ask(T1, eight, Some(0x0D)), (0x6282, 12));
        assert_eq!(ask(T0, eight, Some(0x0D)), (0x6C0C, 0));
        assert_eq!(ask(T0, eight, None), (0x610C, 0));
        assert_eq!(ask(T1, record, Some(0x08)), (0x9000, 8));
        assert_eq!(ask(T1, record, Some(0x07)), (0x6C08, 0));
        assert_eq!(ask(T0, record, Some(0x09)), (0x6C08, 0));
        // a record that does not fit with its MAC is refused, not cut
        let long: &dyn Fn(&[u8]) -> Vec<u8> = &|c| field(stk, c, "04B201BC", &[]);
        assert_eq!(ask(T1, long, Some(0x00)), (0x6700, 0));
        // in objects: Le is that of 97
        for (header, le, sw) in [
            ("0CB09300", "970109", 0x6282),
            ("0CB09300", "970107", 0x9000),
            ("0CB20194", "970103", 0x6C04),
            ("0CB20194", "970104", 0x9000),
            ("0CB09100", "9701F3", 0x9000),
            ("0CB09100", "9701F4", 0x6700),
            ("0CB09100", "9701EF BB028700", 0x9000),
            ("0CB09100", "9701F0 BB028700", 0x6700),
            ("0CB201BC", "970100", 0x6700),
        ] {
            let make: &dyn Fn(&[u8]) -> Vec<u8> = &|c| objects(stk, c, header, &hex(le));
            assert_eq!(ask(T1, make, Some(0x00)).0, sw, "{header} {le}");
        }
        // who writes must be able to hear: nothing is written, and the challenge is still there
        let mut card = card(T1, stk);
        let challenge = card.ok(CHALLENGE);
        let write = objects(stk, &challenge, "0CD69300", &hex("8101AA"));
        let writes = card.writes();
        assert_eq!(card.send(&[&write[..], &[0x09]].concat()).sw, 0x6C0A);
        assert_eq!(card.writes(), writes);
        assert_eq!(card.send(&[&write[..], &[0x0A]].concat()).sw, 0x9000);
    }
}
