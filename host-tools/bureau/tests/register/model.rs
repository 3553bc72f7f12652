//! The register against a plain model of its rules: random leases, ends of leases, and writes with fences old and new, by several heads.

use std::time::Duration;

use proptest::prelude::*;
use ssc_bureau::journal::Note;
use ssc_bureau::register::{Filter, JobId, Lease, Register, RegisterError};
use ssc_bureau::steps::Step;

use super::rules_of_model::{Act, Answer, LASTS, Model, ORDERS, Word, pick};
use crate::books::{Books, begins, done, met};

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        (0..6usize).prop_map(Word::Met),
        Just(Word::Load),
        Just(Word::Compared),
        Just(Word::Secure),
        Just(Word::Issued),
        Just(Word::Failed),
        (0..6usize).prop_map(Word::Aside),
    ]
}

/// Words as a head says them: a chip is met, and then it goes on for some steps.
fn words() -> impl Strategy<Value = Vec<Word>> {
    let way = [Word::Load, Word::Compared, Word::Secure, Word::Issued];
    prop_oneof![
        1 => prop::collection::vec(word(), 1..3),
        3 => (0..6usize, 0..5usize).prop_map(move |(chip, steps)| {
            let mut words = vec![Word::Met(chip)];
            words.extend(&way[..steps]);
            words
        }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Lease),
        1 => (2..ORDERS + 2).prop_map(Act::LeaseRow),
        2 => (1..LASTS + 3).prop_map(Act::Wait),
        8 => (0..5usize, words()).prop_map(|(lease, words)| Act::Write(lease, words)),
        1 => (0..4usize).prop_map(Act::Release),
        1 => (0..4usize).prop_map(Act::Renew),
        1 => (0..6usize).prop_map(Act::SetAside),
        1 => (2..ORDERS + 2).prop_map(Act::Destroyed),
    ]
}

fn name(chip: usize) -> String {
    format!("C{chip}")
}

fn note(word: Word) -> Note {
    match word {
        Word::Met(chip) => met(&name(chip)),
        Word::Load => begins(Step::Load),
        Word::Compared => done(Step::Check),
        Word::Secure => begins(Step::Secure),
        Word::Issued => Note::Issued,
        Word::Failed => Note::Failed {
            english: "pulled".into(),
            chinese: "被拔出".into(),
        },
        Word::Aside(chip) => Note::SetAside {
            serial: name(chip),
            english: "bad".into(),
            chinese: "坏".into(),
        },
    }
}

/// The same act on the real register.
fn do_it(
    books: &Books,
    register: &Register,
    job: JobId,
    act: &Act,
    worker: &str,
    leases: &mut Vec<Lease>,
) -> Answer {
    let lasts = Duration::from_secs(LASTS as u64);
    let class = |error| match error {
        RegisterError::Fenced { .. } | RegisterError::Leased { .. } => "fenced",
        RegisterError::ChipTaken { .. } => "taken",
        RegisterError::MayBeFinished { .. } => "may be finished",
        RegisterError::OutOfOrder { .. } => "out of order",
        RegisterError::NoOrder { .. } => "no order",
        RegisterError::NoChip { .. } => "no chip",
        other => panic!("{other}"),
    };
    let leased = match act {
        Act::Lease => register.lease(job, worker, lasts),
        Act::LeaseRow(row) => register.lease_row(job, *row, worker, lasts),
        Act::Wait(time) => {
            books.clock.add(time * 1_000);
            return Ok(None);
        }
        other => {
            let done = match other {
                Act::Write(lease, words) => {
                    let notes: Vec<_> = words.iter().copied().map(note).collect();
                    register.write(pick(leases, *lease), &notes)
                }
                Act::Release(lease) => register.release(pick(leases, *lease)),
                Act::Renew(lease) => register.renew(pick(leases, *lease), lasts),
                Act::SetAside(chip) => register.set_aside(&name(*chip), "bad", "坏"),
                Act::Destroyed(row) => register.chip_destroyed(job, *row, "cut", "剪断"),
                Act::Lease | Act::LeaseRow(_) | Act::Wait(_) => Ok(()),
            };
            return done.map(|()| None).map_err(class);
        }
    };
    let lease = leased.unwrap().map(|leased| leased.lease);
    leases.extend(lease.clone());
    Ok(lease.map(|lease| lease.row))
}

fn compare(register: &Register, job: JobId, model: &Model) {
    let orders = register.orders(job, 0, 100, Filter::All).unwrap();
    for order in orders {
        let expected = &model.orders[&order.row];
        assert_eq!(order.state, expected.state, "{order:?}");
        assert_eq!(order.fence, expected.fence, "{order:?}");
        assert_eq!(order.attempts, expected.attempts, "{order:?}");
        assert_eq!(order.chip, expected.chip.map(name), "{order:?}");
    }
    for chip in 0..6 {
        let known = register.chip(&name(chip)).unwrap();
        let known = known.map(|chip| (chip.state, chip.row));
        assert_eq!(known, model.chips.get(&chip).copied(), "chip {chip}");
    }
}

fn run(books: &Books, acts: &[Act]) {
    let job = books.job("one", 1, ORDERS);
    let other = books.again().unwrap();
    let mut model = Model::new();
    let mut leases = Vec::new();
    for (at, act) in acts.iter().enumerate() {
        let needs_lease = matches!(act, Act::Write(..) | Act::Release(_) | Act::Renew(_));
        if leases.is_empty() && needs_lease {
            continue;
        }
        let worker = format!("head {}", leases.len() % 3);
        let expected = model.act(act, &worker, &leases);
        // Two programs take turns.
        let register = if at % 2 == 0 { &books.register } else { &other };
        let answer = do_it(books, register, job, act, &worker, &mut leases);
        assert_eq!(answer, expected, "{act:?} at {at}");
        compare(register, job, &model);
    }
    let (last, _) = other.verify_chain(job).unwrap();
    assert_eq!(last, model.entries);
    books.whole(job);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_file(acts in prop::collection::vec(act(), 1..60)) {
        run(&Books::in_file(), &acts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_a_server(acts in prop::collection::vec(act(), 1..60)) {
        run(&Books::on_server(), &acts);
    }
}
