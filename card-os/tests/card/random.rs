//! Random commands, mostly valid, against a plain model of files and records in memory.
//!
//! Whatever the card answers and keeps must be what the model says.

use card_os::Interface::{self, T0, T1};
use proptest::prelude::*;

use crate::model::{Answer, Mode, Model};
use crate::support::handmade::DF02;
use crate::support::{TestCard, to_hex};

/// One step.
#[derive(Clone, Debug)]
enum Step {
    Select(u8),
    Read {
        sfi: u8,
        p1: u8,
        mode: u8,
        le: u8,
    },
    Write {
        sfi: u8,
        p1: u8,
        mode: Mode,
        data: Vec<u8>,
    },
    ReadBinary {
        p1: u8,
        p2: u8,
        le: u8,
    },
    UpdateBinary {
        p1: u8,
        p2: u8,
        data: Vec<u8>,
    },
    Reset,
    PowerCycle,
}

/// Mostly the files that there are, sometimes the current one.
fn sfi() -> impl Strategy<Value = u8> {
    prop_oneof![6 => 0x05..=0x0Bu8, 3 => Just(0u8), 1 => prop_oneof![1..=0x0Bu8, 0x0D..=0x1Fu8]]
}

/// Record data: mostly of a right length and shape.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let tlv = (
        prop_oneof![Just(0x40u8), Just(0x41), any::<u8>()],
        prop::collection::vec(any::<u8>(), 0..=15),
    )
        .prop_map(|(tag, value)| {
            let mut record = vec![tag, value.len() as u8];
            record.extend(value);
            record
        });
    prop_oneof![
        4 => tlv,
        2 => any::<[u8; 8]>().prop_map(Vec::from),
        2 => any::<[u8; 4]>().prop_map(Vec::from),
        1 => any::<[u8; 2]>().prop_map(Vec::from),
        1 => any::<u8>().prop_map(|byte| vec![byte; 255]),
        1 => prop::collection::vec(any::<u8>(), 1..=20),
    ]
}

fn le() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0u8), 1 => 1..=17u8, 1 => any::<u8>()]
}

/// P1 and P2 of READ and UPDATE BINARY.
fn offset() -> impl Strategy<Value = (u8, u8)> {
    prop_oneof![
        4 => (prop_oneof![Just(0x88u8), Just(0x89u8)], any::<u8>()),
        4 => (Just(0u8), any::<u8>()),
        1 => (Just(1u8), 0..=2u8),
        1 => any::<(u8, u8)>().prop_filter("SFI 0C is under a key", |(p1, _)| *p1 != 0x8C),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let number =
        || prop_oneof![5 => 0..=6u8, 2 => Just(0x40u8), 1 => Just(0x41u8), 1 => any::<u8>()];
    let mode = prop_oneof![Just(0u8), Just(4u8), Just(5u8)];
    let write_mode = prop_oneof![
        Just(Mode::Tag),
        Just(Mode::Previous),
        Just(Mode::Number),
        Just(Mode::Append)
    ];
    let bytes = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 1..=20),
        1 => prop::collection::vec(any::<u8>(), 1..=255),
    ];
    prop_oneof![
        2 => prop_oneof![0x05..=0x0Bu8, Just(0x0D)].prop_map(Step::Select),
        8 => (sfi(), number(), mode, le()).prop_map(|(sfi, p1, mode, le)| Step::Read { sfi, p1, mode, le }),
        10 => (sfi(), number(), write_mode, record())
            .prop_map(|(sfi, p1, mode, data)| Step::Write { sfi, p1, mode, data }),
        5 => (offset(), le()).prop_map(|((p1, p2), le)| Step::ReadBinary { p1, p2, le }),
        5 => (offset(), bytes).prop_map(|((p1, p2), data)| Step::UpdateBinary { p1, p2, data }),
        1 => Just(Step::Reset),
        1 => Just(Step::PowerCycle),
    ]
}

/// The bytes of a step, and the answer by the model.
fn command(step: &Step, model: &mut Model) -> (Vec<u8>, Answer) {
    let with_data = |header: [u8; 4], data: &[u8]| {
        let mut command = header.to_vec();
        command.push(data.len() as u8);
        command.extend(data);
        command
    };
    let refused = |result: Result<Answer, u16>| result.unwrap_or_else(|status| (vec![], status));
    let done = |result: Result<(), u16>| (vec![], result.err().unwrap_or(0x9000));
    match step {
        Step::Select(fid) => {
            let found = model.files.iter().position(|(one, _)| one == fid);
            model.current = found.or(model.current);
            let status = if found.is_some() { 0x9000 } else { 0x6A82 };
            (
                with_data([0x00, 0xA4, 0x02, 0x00], &[0x00, *fid]),
                (vec![], status),
            )
        }
        Step::Read { sfi, p1, mode, le } => (
            vec![0x00, 0xB2, *p1, sfi << 3 | mode, *le],
            refused(model.read_record(*sfi, *p1, *mode, *le)),
        ),
        Step::Write {
            sfi,
            p1,
            mode,
            data,
        } => {
            let answer = done(model.write_record(*sfi, *p1, *mode, data));
            let (ins, p1, mode) = match mode {
                Mode::Append => (0xE2, 0x00, 0),
                Mode::Tag => (0xDC, *p1, 0),
                Mode::Previous => (0xDC, *p1, 3),
                Mode::Number => (0xDC, *p1, 4),
            };
            (with_data([0x00, ins, p1, sfi << 3 | mode], data), answer)
        }
        Step::ReadBinary { p1, p2, le } => (
            vec![0x00, 0xB0, *p1, *p2, *le],
            refused(model.read_binary(*p1, *p2, *le)),
        ),
        Step::UpdateBinary { p1, p2, data } => (
            with_data([0x00, 0xD6, *p1, *p2], data),
            done(model.update_binary(*p1, *p2, data)),
        ),
        Step::Reset | Step::PowerCycle => unreachable!("they are no commands"),
    }
}

fn run(interface: Interface, steps: &[Step]) {
    let mut card = TestCard::personalized(interface);
    let mut model = Model::new(interface == T0);
    card.ok(DF02);
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Reset => card.reset(),
            Step::PowerCycle => card = card.power_cycle(),
            _ => {
                let (command, expected) = command(step, &mut model);
                let answer = card.send(&command);
                assert_eq!(
                    (to_hex(&answer.data), format!("{:04X}", answer.sw)),
                    (to_hex(&expected.0), format!("{:04X}", expected.1)),
                    "step {number}: {step:?} on {interface:?}"
                );
                continue;
            }
        }
        card.ok(DF02);
        model.current = None;
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if std::env::var("CARD_TESTS").is_ok_and(|form| form == "full") { 20_000 } else { 300 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_card_keeps_what_the_model_keeps(
        t0: bool,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        run(if t0 { T0 } else { T1 }, &steps);
    }
}
