//! `exchange`, the meter and the trace against a card that follows a script: every byte that goes out is checked.
//! The dialogues are those of ISO/IEC 7816-3, clause 12.2, and of `ssc-facts` (real version 2.00 card).

use apdu_specs::Status;
use std::collections::VecDeque;

use ssc_reader::{
    Card, CommandApdu, Counts, Interface, Meter, ReaderError, Tapped, Trace, Writer, exchange,
};
use ssc_words::{Bilingual, Lang};

struct Script {
    interface: Interface,
    steps: VecDeque<(Vec<u8>, Vec<u8>)>,
}

fn script(interface: Interface, steps: &[(&str, &str)]) -> Script {
    let bytes = |text: &str| hex::decode(text.replace(' ', "")).unwrap();
    Script {
        interface,
        steps: steps
            .iter()
            .map(|(command, answer)| (bytes(command), bytes(answer)))
            .collect(),
    }
}

impl Card for Script {
    fn atr(&self) -> &[u8] {
        &[0x3B, 0x6D, 0x00, 0x00]
    }
    fn interface(&self) -> Interface {
        self.interface
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let (wanted, answer) = self
            .steps
            .pop_front()
            .expect("a command more than the script has");
        assert_eq!(hex::encode_upper(command), hex::encode_upper(wanted));
        Ok(answer)
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.steps.is_empty(), "commands that never came");
        }
    }
}

fn select_ssse() -> CommandApdu {
    CommandApdu::new(0x00, 0xA4, 0x04, 0x00)
        .data(b"sx1.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF")
        .le(0)
}

#[test]
fn t0_sends_no_le_after_data_and_fetches_the_answer() {
    let mut card = script(
        Interface::T0,
        &[
            ("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF", "6118"),
            (
                "00C0000018",
                "6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E 9000",
            ),
        ],
    );
    let data = exchange(&mut card, &select_ssse()).unwrap().ok().unwrap();
    assert_eq!(data.len(), 0x18);
}

#[test]
fn t1_and_contactless_send_le() {
    for interface in [Interface::T1, Interface::Contactless] {
        let mut card = script(
            interface,
            &[("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00", "6F00 9000")],
        );
        assert_eq!(
            exchange(&mut card, &select_ssse()).unwrap().ok().unwrap(),
            [0x6F, 0]
        );
    }
}

#[test]
fn case_1_is_five_bytes_on_t0_and_four_elsewhere() {
    let command = CommandApdu::new(0x00, 0x20, 0x00, 0x00);
    let mut t0 = script(Interface::T0, &[("0020000000", "63C3")]);
    assert_eq!(exchange(&mut t0, &command).unwrap().sw, Status(0x63C3));
    let mut t1 = script(Interface::T1, &[("00200000", "63C3")]);
    assert_eq!(exchange(&mut t1, &command).unwrap().sw, Status(0x63C3));
}

#[test]
fn a_wrong_le_is_corrected_once() {
    let read = CommandApdu::new(0x00, 0xB2, 0x08, 0x00).le(0x20);
    let mut card = script(
        Interface::T0,
        &[("00B2080020", "6C03"), ("00B2080003", "080131 9000")],
    );
    assert_eq!(
        exchange(&mut card, &read).unwrap().ok().unwrap(),
        [0x08, 0x01, 0x31]
    );

    let mut stubborn = script(
        Interface::T0,
        &[("00B2080020", "6C03"), ("00B2080003", "6C04")],
    );
    let error = exchange(&mut stubborn, &read).unwrap().ok().unwrap_err();
    assert_eq!(error.sw(), Some(Status(0x6C04)));
}

#[test]
fn an_answer_in_parts_is_put_together_and_never_more_than_asked_for() {
    let get = CommandApdu::new(0x80, 0xCA, 0x00, 0x66).le(0);
    let mut card = script(
        Interface::T0,
        &[
            ("80CA006600", "0102 6102"),
            ("00C0000002", "0304 6101"),
            ("00C0000001", "05 9000"),
        ],
    );
    assert_eq!(
        exchange(&mut card, &get).unwrap().ok().unwrap(),
        [1, 2, 3, 4, 5]
    );

    let three = CommandApdu::new(0x00, 0x88, 0x00, 0x00)
        .data(&[1])
        .expect_up_to(3);
    let mut card = script(
        Interface::T0,
        &[("008800000101", "6108"), ("00C0000003", "AABBCC 6105")],
    );
    let answer = exchange(&mut card, &three).unwrap();
    assert_eq!((answer.data.len(), answer.sw), (3, Status(0x6105)));
}

#[test]
fn sixty_one_zero_is_256_bytes() {
    let long = format!("{}9000", "AB".repeat(256));
    let mut card = script(
        Interface::T0,
        &[("008800000101", "6100"), ("00C0000000", &long)],
    );
    let command = CommandApdu::new(0x00, 0x88, 0, 0).data(&[1]).le(0);
    assert_eq!(
        exchange(&mut card, &command).unwrap().ok().unwrap().len(),
        256
    );
}

#[test]
fn a_command_that_expects_nothing_leaves_what_waits() {
    let mut card = script(Interface::T0, &[("00A4000002DF01", "611A")]);
    let command = CommandApdu::new(0x00, 0xA4, 0, 0).data(&[0xDF, 0x01]);
    let answer = exchange(&mut card, &command).unwrap();
    assert!(answer.is_ok() && answer.data.is_empty());
}

#[test]
fn get_response_with_6c_is_asked_again() {
    let mut card = script(
        Interface::T0,
        &[
            ("008800000101", "6110"),
            ("00C0000010", "6C08"),
            ("00C0000008", "0102030405060708 9000"),
        ],
    );
    let command = CommandApdu::new(0x00, 0x88, 0, 0).data(&[1]).le(0);
    assert_eq!(
        exchange(&mut card, &command).unwrap().ok().unwrap().len(),
        8
    );
}

#[test]
fn an_endless_chain_and_a_stump_of_an_answer_are_errors() {
    let mut steps = vec![("80CA006600", "6101")];
    steps.extend(std::iter::repeat_n(("00C0000001", "6101"), 256));
    let mut card = script(Interface::T0, &steps);
    let get = CommandApdu::new(0x80, 0xCA, 0x00, 0x66).le(0);
    assert!(matches!(
        exchange(&mut card, &get),
        Err(ReaderError::MalformedAnswer { .. })
    ));

    let mut card = script(Interface::T0, &[("80CA006600", "90")]);
    assert!(matches!(
        exchange(&mut card, &get),
        Err(ReaderError::MalformedAnswer { .. })
    ));
}

#[test]
fn what_short_apdus_cannot_carry_is_refused_before_it_is_sent() {
    let mut card = script(Interface::T0, &[]);
    let long = CommandApdu::new(0x00, 0xD6, 0, 0).data(&[0; 256]);
    assert!(matches!(
        exchange(&mut card, &long),
        Err(ReaderError::MalformedCommand { .. })
    ));
    for ne in [0, 257] {
        let command = CommandApdu::new(0x00, 0xB0, 0, 0).expect_up_to(ne);
        assert!(exchange(&mut card, &command).is_err(), "Ne {ne}");
    }
}

#[test]
fn an_apdu_is_read_in_each_case_and_refused_one_short_and_one_long() {
    let parse = |text: &str| CommandApdu::parse(&hex::decode(text).unwrap());
    for whole in [
        "00200000",
        "00B2080014",
        "0020000003123456",
        "00A4000002DF0100",
    ] {
        let bytes = parse(whole).unwrap().to_bytes().unwrap();
        assert_eq!(hex::encode_upper(&*bytes), whole);
    }
    for wrong in [
        "",
        "002000",
        "00200000031234",
        "00200000031234560000",
        "00D600000001FF",
    ] {
        assert!(
            matches!(parse(wrong), Err(ReaderError::MalformedCommand { .. })),
            "{wrong}"
        );
    }
}

#[test]
fn no_pin_is_printed() {
    let verify = CommandApdu::new(0x00, 0x20, 0, 0).data(&[0x12, 0x34, 0x56]);
    let shown = format!("{verify:?}");
    assert!(
        !shown.contains("123456") && shown.contains("3 bytes"),
        "{shown}"
    );
    let marked = CommandApdu::new(0x00, 0x82, 0, 0).data(&[0xAB]).secret();
    assert!(!format!("{marked:?}").contains("AB"));
}

#[test]
fn a_refusal_names_the_command_and_what_its_status_word_means() {
    let mut card = script(Interface::T0, &[("00B2080014", "6982")]);
    let read = CommandApdu::new(0x00, 0xB2, 0x08, 0x00).le(0x14);
    let error = exchange(&mut card, &read).unwrap().ok().unwrap_err();
    let english = error.to_string();
    for part in ["READ RECORD", "00 B2 08 00", "6982", "access condition"] {
        assert!(english.contains(part), "{part} in {english}");
    }
    let chinese = error.say(Lang::Zh);
    for part in ["读记录文件", "6982", "安全状态"] {
        assert!(chinese.contains(part), "{part} in {chinese}");
    }
}

/// Counted by hand: SELECT 5+15 out, 1 procedure byte and 6118 back; GET RESPONSE 5 out, 1+24+2 back; READ RECORD
/// with wrong Le 5 out, 2 back; again 5 out, 1+3+2 back.
#[test]
fn the_meter_counts_the_line_of_t0() {
    let card = script(
        Interface::T0,
        &[
            ("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF", "6118"),
            (
                "00C0000018",
                "6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E 9000",
            ),
            ("00B2080020", "6C03"),
            ("00B2080003", "080131 9000"),
        ],
    );
    let handle = Meter::default();
    let mut meter = Tapped::new(card, handle.clone());
    exchange(&mut meter, &select_ssse()).unwrap();
    exchange(
        &mut meter,
        &CommandApdu::new(0x00, 0xB2, 0x08, 0x00).le(0x20),
    )
    .unwrap();
    let counts = handle.counts();
    assert_eq!(
        counts,
        Counts {
            commands: 4,
            to_card: 20 + 5 + 5 + 5,
            from_card: 3 + 27 + 2 + 6,
            resets: 0,
        }
    );
}

/// The same SELECT over T=1 is counted as T=0 would carry it.
#[test]
fn the_meter_counts_whole_apdus_as_t0_would_carry_them() {
    let card = script(
        Interface::T1,
        &[(
            "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00",
            "6F16840F7378312E73682EC9E7BBE1B1A3D5CFA50388011E 9000",
        )],
    );
    let mut meter = Tapped::new(card, Meter::default());
    exchange(&mut meter, &select_ssse()).unwrap();
    let counts = meter.tap().counts();
    assert_eq!(
        (counts.commands, counts.to_card, counts.from_card),
        (2, 25, 30)
    );
}

type Traced = Tapped<Script, Trace<Writer<Vec<u8>>>>;

fn traced(card: Script, lang: Lang) -> Traced {
    Tapped::new(card, Trace::new("Head 1", Writer::new(Vec::new(), lang)))
}

fn text(traced: Traced) -> String {
    let (_, trace) = traced.into_inner();
    String::from_utf8(trace.into_sink().into_inner()).unwrap()
}

#[test]
fn the_trace_names_commands_and_hides_pins_and_numbers() {
    // 111111198101011110 is the sample number of the facts, synthetic.
    let number = "313131313131313938313031303131313130";
    let steps = [
        ("00A404000F 7378312E73682EC9E7BBE1B1A3D5CF", "6118"),
        ("0020000003 123456", "63C2"),
        ("00B2080014", &format!("0812{number}9000")),
        (
            "00DC080414 0812 313131313131313938313031303131313130",
            "6982",
        ),
    ];
    let mut trace = traced(script(Interface::T0, &steps), Lang::En);
    for (command, _) in steps {
        trace
            .transmit(&hex::decode(command.replace(' ', "")).unwrap())
            .unwrap();
    }
    let text = text(trace);
    for part in [
        "SELECT: SSSE",
        "VERIFY",
        "[3 bytes not shown]",
        "READ RECORD: tag 08",
        "the low digit counts the tries left: 2",
        "08 12 31 31 31 31 31 31 ··",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("12 34 56"), "{text}");
    assert!(!text.contains("39 38 31 30"), "birth date shown:\n{text}");
}

#[test]
fn the_trace_follows_the_selected_application() {
    // 80 E2 is STORE DATA in the security domain: its data is never shown.
    let steps = [
        ("00A4040008 A000000151000000", "6110"),
        ("80E2880003 AABBCC", "9000"),
    ];
    let mut trace = traced(script(Interface::T0, &steps), Lang::Zh);
    for (command, _) in steps {
        trace
            .transmit(&hex::decode(command.replace(' ', "")).unwrap())
            .unwrap();
    }
    let text = text(trace);
    assert!(
        text.contains("存储数据") && !text.contains("AA BB CC"),
        "{text}"
    );
}
