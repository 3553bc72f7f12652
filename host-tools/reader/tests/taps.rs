//! Taps on a card's line, one over the other: faults, slowness, records, and the events of a trace.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use apdu_specs::{Application, Status};
use ssc_reader::commands::{any, ssc};
use ssc_reader::tap::event::{TraceEvent, What};
use ssc_reader::{
    Card, Faults, Interface, Meter, ReaderError, ReaderFault, Recorder, Shared, Slow, Tapped,
    Trace, Writer, exchange,
};
use ssc_words::Lang;

/// Answers every command with its own INS and 9000, and counts what it carries out.
#[derive(Default)]
struct Echo {
    carried_out: usize,
}

impl Card for Echo {
    fn atr(&self) -> &[u8] {
        &[0x3B, 0x00]
    }
    fn interface(&self) -> Interface {
        Interface::T1
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.carried_out += 1;
        Ok(vec![command[1], 0x90, 0x00])
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}

const COMMAND: [u8; 5] = [0x00, 0x84, 0x00, 0x00, 0x01];

/// What four commands one after the other are answered, in hexadecimal, and how many of them the card carried out.
fn four(faults: Faults) -> (Vec<String>, usize) {
    let mut card = Tapped::new(Echo::default(), faults);
    let answers = (0..4).map(|_| match card.transmit(&COMMAND) {
        Ok(answer) => hex::encode_upper(answer),
        Err(ReaderError::CardRemoved { .. }) => "-".into(),
        Err(other) => panic!("{other}"),
    });
    let answers = answers.collect();
    assert_eq!(card.tap().seen().count(), 4);
    (answers, card.into_inner().0.carried_out)
}

#[test]
fn each_fault_hits_the_exchanges_that_were_named() {
    let right = "849000";
    let flipped = ReaderFault::Flipped {
        byte: 3,
        mask: 0x01,
    };
    for (faults, answers, carried_out) in [
        (Faults::none(), [right; 4], 4),
        (
            Faults::once(1, ReaderFault::LostCommand),
            [right, "-", right, right],
            3,
        ),
        (
            Faults::once(1, ReaderFault::LostAnswer),
            [right, "-", right, right],
            4,
        ),
        (
            Faults::from(2, ReaderFault::LostCommand),
            [right, right, "-", "-"],
            2,
        ),
        (
            Faults::every(1, 2, ReaderFault::Cut(1)),
            [right, "84", right, "84"],
            4,
        ),
        (Faults::once(0, flipped), ["859000", right, right, right], 4),
        (
            Faults::once(3, ReaderFault::Status(Status::BLOCKED)),
            [right, right, right, "6983"],
            4,
        ),
        (
            Faults::once(3, ReaderFault::Replaced(vec![])),
            [right, right, right, ""],
            4,
        ),
        (
            Faults::once(0, ReaderFault::Forged),
            ["859000", right, right, right],
            4,
        ),
    ] {
        let fault = format!("{faults:?}");
        assert_eq!(
            four(faults),
            (answers.map(String::from).to_vec(), carried_out),
            "{fault}"
        );
    }
}

#[test]
fn every_kind_of_fault_disturbs_its_exchange_alone() {
    for fault in ReaderFault::samples() {
        let (answers, _) = four(Faults::once(1, fault.clone()));
        let right: Vec<bool> = answers.iter().map(|answer| answer == "849000").collect();
        assert_eq!(right, [true, false, true, true], "{fault:?}");
    }
}

#[test]
fn a_slow_reader_is_slow_and_a_record_keeps_both_directions() {
    let record = Recorder::default();
    let slow = Tapped::new(Echo::default(), Slow::by(Duration::from_millis(20)));
    let mut card = Tapped::new(slow, record.clone());
    let begun = Instant::now();
    card.transmit(&COMMAND).unwrap();
    card.reset().unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(40));
    let [kept] = &record.exchanges()[..] else {
        panic!("{record:?}")
    };
    assert_eq!(
        (&kept.command[..], &kept.answer[..]),
        (&COMMAND[..], &[0x84, 0x90, 0x00][..])
    );
}

/// A closure is a tap; taps stand one over the other; a card that is shared is used through all of them.
#[test]
fn a_meter_counts_what_a_closure_lets_through() {
    let deaf = |card: &mut dyn Card, command: &[u8]| match command[1] {
        0x84 => Ok(vec![0x6D, 0x00]),
        _ => card.transmit(command),
    };
    let meter = Meter::default();
    let echo = Shared::new(Echo::default());
    let mut card = Tapped::new(Tapped::new(echo.clone(), deaf), meter.clone());
    assert_eq!(card.transmit(&COMMAND).unwrap(), [0x6D, 0x00]);
    exchange(&mut card, &ssc::read_record(1)).unwrap();
    assert_eq!(meter.counts().commands, 2);
    assert_eq!(echo.card().carried_out, 1);
}

/// What a trace tells: when, in which reader, what. Nothing secret is in an event, so no sink can show it.
#[test]
fn events_say_when_where_and_what_and_hold_no_secret() {
    let events: Arc<Mutex<Vec<TraceEvent>>> = Arc::default();
    let sink = {
        let events = Arc::clone(&events);
        move |event| events.lock().unwrap().push(event)
    };
    let before = SystemTime::now();
    let mut card = Tapped::new(Echo::default(), Trace::new("Head 7", sink));
    card.reset().unwrap();
    exchange(&mut card, &ssc::verify(&[0x12, 0x34, 0x56])).unwrap();
    exchange(&mut card, &any::select_file(0xEF05)).unwrap();
    let events = events.lock().unwrap();
    assert!(events.iter().all(|event| {
        &*event.slot == "Head 7" && (before..=SystemTime::now()).contains(&event.at)
    }));
    let whats: Vec<_> = events.iter().map(|event| &event.what).collect();
    let [
        What::Reset(_),
        What::Command { bytes: pin, .. },
        What::Answer {
            sw: Status::SUCCESS,
            ..
        },
        What::Command { bytes: file, .. },
        What::Answer { .. },
    ] = whats[..]
    else {
        panic!("{whats:?}")
    };
    assert_eq!(
        (pin.bytes.len(), pin.hidden),
        (5, 3),
        "the header, and no digit"
    );
    assert_eq!((file.bytes.len(), file.hidden), (7, 0));
    assert!(
        !format!("{whats:?}").contains("Some(86)"),
        "0x56 in no event"
    );
}

/// After a SELECT that names one application's directory, whole or in part or by its FID, its commands are named; one that several
/// applications could mean leaves it open.
#[test]
fn a_trace_knows_which_application_is_selected() {
    let select = |p1: u8, data: &[u8]| {
        let length = u8::try_from(data.len()).unwrap();
        [&[0x00, 0xA4, p1, 0x00, length], data].concat()
    };
    let aid = |text: &str| hex::decode(text).unwrap();
    let (ssc, psam, domain, certificates) = (
        Some(Application::Ssc),
        Some(Application::Psam),
        Some(Application::Domain),
        Some(Application::Certificates),
    );
    let pki = apdu_specs::applications::certificates::names::PKI;
    let sm4 = apdu_specs::applications::psam::names::SM4_ENVIRONMENT;
    let ssse = apdu_specs::applications::ssc::names::SSSE;
    let steps = [
        (select(4, pki), certificates),
        (select(0, &[0xDF, 0x01]), certificates),
        (select(0, &[]), ssc),
        (select(4, &pki[..4]), certificates),
        (select(4, &aid("A000000151")), domain),
        (select(4, sm4), psam),
        (select(0, &[0xDF, 0x01]), psam),
        (select(0, &[0x00, 0x1C]), psam),
        (select(0, &[0x3F, 0x00]), ssc),
        (select(0, &[0xDD, 0xF3]), psam),
        (select(0, &[0xDD, 0xF4]), certificates),
        (select(3, &[]), None),
        (select(4, ssse), None),
        (select(0, &[]), ssc),
        (select(0, &[0xEF, 0x05]), ssc),
        (select(4, b"unknown"), None),
    ];
    let events: Arc<Mutex<Vec<TraceEvent>>> = Arc::default();
    let sink = {
        let events = Arc::clone(&events);
        move |event| events.lock().unwrap().push(event)
    };
    let mut card = Tapped::new(Echo::default(), Trace::new("", sink));
    for (command, expected) in steps {
        card.transmit(&command).unwrap();
        card.transmit(&COMMAND).unwrap();
        let events = std::mem::take(&mut *events.lock().unwrap());
        let What::Command { selected, .. } = events[2].what else {
            panic!("{events:?}")
        };
        assert_eq!(selected, expected, "{command:02X?}");
    }
}

#[test]
fn the_writer_begins_each_line_with_time_and_reader() {
    let trace = Trace::new("Head 7", Writer::new(Vec::new(), Lang::En));
    let mut card = Tapped::new(Echo::default(), trace);
    exchange(&mut card, &any::select_file(0xEF05)).unwrap();
    let text = card.into_inner().1.into_sink().into_inner();
    let text = String::from_utf8(text).unwrap();
    for (line, rest) in text.lines().zip([
        " Head 7 > 00 A4 02 00 02 EF 05   SELECT: EF05",
        " Head 7 < A4 90 00   success",
    ]) {
        let (time, after) = line.split_at_checked("00:00:00.000Z".len()).unwrap();
        assert_eq!(after.replace("9000", "90 00"), rest, "{line}");
        let digits: String = time.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.len() == 9 && time.ends_with('Z'), "{line}");
    }
    assert_eq!(text.lines().count(), 2);
}
