//! Somebody who can write to the store changes the books: each way is told with its place, and untouched books are whole.

use ssc_bureau::audit::{self, Audited, Fault, Judge, Judged};
use ssc_bureau::journal::Note;
use ssc_bureau::register::{CardStatus, Clock as _, Intake, JobId, RegisterError, Replacement};
use ssc_bureau::steps::Step;
use ssc_keys::{LogKey, RootKind, Vault};

use super::tampering::{CASES, Change, Told, make_chain_anew};
use crate::books::{Books, LONG, VAULT, begins, done, loaded, new_job, order, take};

/// Orders of each job.
pub const ROWS: usize = 6;
/// The last entry of job 1 when it was signed for the first, second and third time.
const SIGNED: [i64; 3] = [7, 15, 29];

/// Two jobs of six orders in the rows 2 to 7. In job 1 the first has a card (entries 8 to 15) and the second a card on another chip after one
/// that was set aside (16 to 29); it is signed before, between and after. Job 2 is signed once.
pub fn bureau(books: &Books) -> [JobId; 2] {
    let register = &books.register;
    let [one, two] = ["one", "two"].map(|name| books.job(name, 1, ROWS));
    let sign = |job| audit::sign(register, job, &*VAULT).unwrap().unwrap();
    let signed = |at: usize| assert_eq!(sign(one).seq, SIGNED[at]);
    signed(0);
    let finish = [begins(Step::Secure), done(Step::Secure), Note::Issued];
    let first = books.lease(one).unwrap();
    register.write(&first, &loaded("C1")).unwrap();
    register.write(&first, &finish).unwrap();
    signed(1);
    let second = books.lease(one).unwrap();
    register.write(&second, &loaded("C2")).unwrap();
    let aside = Note::SetAside {
        serial: "C2".into(),
        english: "bad".into(),
        chinese: "坏".into(),
    };
    register.write(&second, &[aside]).unwrap();
    register.write(&second, &loaded("C3")).unwrap();
    register.write(&second, &finish).unwrap();
    signed(2);
    sign(two);
    [one, two]
}

/// All that was found, by what a case says of it.
fn found(audited: &Audited) -> Vec<Told> {
    let list = audited.findings.list.iter();
    list.map(|one| (one.fault, one.seq, one.row, one.signature))
        .collect()
}

fn each_change_is_told(new: fn() -> Books) {
    for case in CASES {
        let books = new();
        let [one, two] = bureau(&books);
        for job in [one, two] {
            let whole = books.look_through(job);
            assert!(whole.findings.is_empty(), "{:#?}", whole.findings);
        }
        match case.change {
            Change::By(statements) => {
                for statement in statements {
                    let (many, statement) = match statement.strip_prefix('*') {
                        Some(statement) => (true, statement),
                        None => (false, *statement),
                    };
                    let changed = books.probe(statement).unwrap();
                    assert!(
                        changed == 1 || many && changed > 1,
                        "{statement}: {changed}"
                    );
                }
            }
            Change::ChainMadeAnew => make_chain_anew(&books, one),
        }
        books.clock.add(70_000);
        let told = found(&books.look_through(one));
        for expected in case.found {
            assert!(
                told.contains(expected),
                "{}: {expected:?} in {told:#?}",
                case.what
            );
        }
        assert_eq!(told.len(), case.found.len(), "{}: {told:#?}", case.what);
        // The other job's log is not touched by any of these.
        let other = books.look_through(two);
        assert!(
            other.findings.is_empty(),
            "{}: {:#?}",
            case.what,
            other.findings
        );
    }
}

#[test]
fn each_change_is_told_in_a_file() {
    each_change_is_told(Books::in_file);
}

#[test]
fn each_change_is_told_on_a_server() {
    each_change_is_told(Books::on_server);
}

/// A cut that takes the later signatures along fits: only an end that was noted elsewhere tells it.
#[test]
fn a_cut_with_its_signatures_needs_an_end_that_was_noted_elsewhere() {
    for books in Books::both() {
        let [one, _] = bureau(&books);
        let noted = books.look_through(one).end;
        for statement in [
            "DELETE FROM signatures WHERE job = 1 AND number = 3",
            "UPDATE jobs SET last_seq = 15, last_at = (SELECT at FROM entries WHERE job = 1 AND seq = 15),
                 last_hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 15) WHERE id = 1",
            "DELETE FROM entries WHERE job = 1 AND seq > 15",
            "UPDATE orders SET state = 'validated', chip = NULL, queued = 1 WHERE job = 1 AND line = 3",
            "UPDATE citizens SET status = 'ordered' WHERE job = 1 AND line = 3",
            "DELETE FROM chips WHERE job = 1 AND line = 3",
        ] {
            assert!(books.probe(statement).unwrap() > 0);
        }
        assert_eq!(found(&books.look_through(one)), []);
        let judge = |end: (i64, Vec<u8>)| Judge {
            public: LogKey::of(&*VAULT).unwrap().public(),
            keys: None,
            end: Some((end.0, end.1.try_into().unwrap())),
        };
        let look = |end| found(&judge(end).look_through(&books.register, one).unwrap());
        assert_eq!(
            look(noted.clone()),
            [(Fault::OtherEnd, Some(29), None, None)]
        );
        let now = books.look_through(one).end;
        assert_eq!(look(now.clone()), []);
        assert_eq!(
            look((now.0, noted.1)),
            [(Fault::OtherEnd, Some(15), None, None)]
        );
    }
}

#[test]
fn whoever_has_other_keys_is_told_and_does_not_sign_over_a_changed_log() {
    for books in Books::both() {
        let [one, _] = bureau(&books);
        let other = Vault::generate([("ISD/SCP03", 1, RootKind::Aes)]).unwrap();
        let public = LogKey::of(&other).unwrap().public();
        assert_ne!(public, LogKey::of(&*VAULT).unwrap().public());
        let judge = Judge {
            public,
            keys: Some(&other),
            end: None,
        };
        let audited = judge.look_through(&books.register, one).unwrap();
        // Another vault's job is no alarm, and nothing is proved of it.
        assert_eq!(found(&audited), [(Fault::OtherKey, None, None, None)]);
        assert_eq!(audited.judged(), Judged::OtherKeys);
        // What needs no key is looked at all the same: nobody hides behind another key.
        let queue = |state| {
            let set = format!("UPDATE orders SET state = '{state}' WHERE job = 1 AND line = 2");
            assert_eq!(books.probe(&set), Ok(1));
        };
        queue("to_be_remade");
        let changed = judge.look_through(&books.register, one).unwrap();
        assert_eq!(changed.judged(), Judged::NotWhole);
        queue("delivered");
        let change = |head| {
            let statement =
                format!("UPDATE entries SET head = '{head}' WHERE job = 1 AND seq = 20");
            assert_eq!(books.probe(&statement), Ok(1));
        };
        let head = books.register.entries(one, 19, 1).unwrap()[0].head.clone();
        change("x");
        let others = audit::sign(&books.register, one, &other);
        assert!(
            matches!(&others, Err(audit::AuditError::OtherKeys { job }) if job == "one"),
            "{others:?}"
        );
        let key = LogKey::of(&other).unwrap();
        let refused = books.register.sign(one, &key);
        let broken = RegisterError::ChainBroken { job: one, seq: 20 };
        assert_eq!(refused, Err(broken));
        change(&head);
        // Somebody who knows the form signs with a key of his own.
        books.register.sign(one, &key).unwrap().unwrap();
        assert_eq!(
            found(&books.look_through(one)),
            [(Fault::OtherKey, None, None, Some(4))]
        );
    }
}

#[test]
fn a_log_that_was_cut_or_has_another_end_is_not_signed() {
    for books in Books::both() {
        let [one, _] = bureau(&books);
        let change = |statement: &str| assert!(books.probe(statement).unwrap() > 0);
        let refused = |seq| {
            let signed = audit::sign(&books.register, one, &*VAULT);
            let broken = RegisterError::ChainBroken { job: one, seq };
            assert!(
                matches!(&signed, Err(audit::AuditError::Register(error)) if *error == broken),
                "{signed:?}"
            );
            assert_eq!(books.register.signatures(one).unwrap().len(), SIGNED.len());
        };
        change(
            "UPDATE jobs SET last_hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 5) WHERE id = 1",
        );
        refused(30);
        // Cut, with the job's end set back to what was signed for the second time: the third signature is still there.
        change(
            "UPDATE jobs SET last_seq = 15, last_at = (SELECT at FROM entries WHERE job = 1 AND seq = 15),
                 last_hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 15) WHERE id = 1",
        );
        change("DELETE FROM entries WHERE job = 1 AND seq > 15");
        refused(16);
    }
}

#[test]
fn what_becomes_of_cards_is_in_the_log_and_a_signature_is_not_made_twice() {
    for books in Books::both() {
        let register = &books.register;
        let [one, _] = bureau(&books);
        let sign = || audit::sign(register, one, &*VAULT).unwrap();
        assert_eq!(sign(), None);
        register
            .set_card_status("one-2", "ssc", CardStatus::Lost, "by letter")
            .unwrap();
        let noted = register.entries(one, 29, 10).unwrap();
        assert_eq!(noted.len(), 1);
        assert_eq!(
            (noted[0].row, noted[0].note.contains("\"lost\"")),
            (2, true)
        );
        // What an operator has noted waits for the next signature; it is no run's.
        let audited = books.look_through(one);
        assert_eq!((found(&audited), audited.unsigned()), (vec![], 1));
        assert_eq!(sign().unwrap().seq, 30);
        // A card in the place of another.
        let replaced =
            register.create_job(&new_job("again"), &mut |intake: &mut Intake<'_, '_>| {
                let mut order = order(2, "one-3", 1);
                order.replaces = Some(Replacement {
                    status: CardStatus::Damaged,
                    reason: "chip".into(),
                    keeps_number: false,
                });
                take(intake, order).map(drop)
            });
        let noted = register.entries(one, 30, 10).unwrap();
        assert_eq!(noted.len(), 1);
        assert_eq!(
            (noted[0].row, noted[0].note.contains("\"damaged\"")),
            (3, true)
        );
        books.whole(one);
        books.whole(replaced.unwrap());
        // The event is changed in its table.
        books
            .probe("UPDATE card_events SET status = 'living' WHERE line = 3")
            .unwrap();
        let told = found(&books.look_through(one));
        assert_eq!(
            told,
            [
                (Fault::CardEventChanged, Some(31), Some(3), None),
                (Fault::CardEventChanged, None, Some(3), None)
            ]
        );
    }
}

/// Entries that nobody signed pass while a head works on, and are never called whole; a lease that no head can have lets nothing pass.
#[test]
fn a_lease_lets_unsigned_entries_pass_only_while_a_head_can_have_it() {
    for books in Books::both() {
        let [one, _] = bureau(&books);
        let third = books.lease(one).unwrap();
        books.register.write(&third, &loaded("C4")).unwrap();
        let working = books.look_through(one);
        assert_eq!(found(&working), []);
        assert_eq!(
            (working.judged(), working.goes_on),
            (Judged::WholeAsFarAsSigned, true)
        );
        let unsigned = [(Fault::Unsigned, Some(30), None, None)];
        let lease = |row: usize, until: i64| {
            let none = "UPDATE orders SET lease_until = 0 WHERE job = 1";
            assert!(books.probe(none).unwrap() > 1);
            let set =
                format!("UPDATE orders SET lease_until = {until} WHERE job = 1 AND line = {row}");
            assert_eq!(books.probe(&set), Ok(1));
            let audited = books.look_through(one);
            (found(&audited), audited.goes_on)
        };
        let now = books.clock.now();
        assert_eq!(lease(4, now + 30_000), (vec![], true));
        // One for years; one of a delivered order; one that is over.
        for (row, until) in [(4, now + 31_536_000_000), (2, now + 30_000), (4, now)] {
            assert_eq!(
                lease(row, until),
                (unsigned.to_vec(), false),
                "{row} {until}"
            );
        }
    }
}

#[test]
fn machines_that_end_at_once_leave_one_row_of_signatures() {
    for books in Books::both() {
        let [one, _] = bureau(&books);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let machine = books.again().unwrap();
                scope.spawn(move || {
                    while let Some(leased) = machine
                        .lease(one, &format!("{:?}", std::thread::current().id()), LONG)
                        .unwrap()
                    {
                        machine
                            .write(&leased.lease, &loaded(&format!("M{}", leased.lease.row)))
                            .unwrap();
                        machine
                            .write(&leased.lease, &[begins(Step::Secure), Note::Issued])
                            .unwrap();
                        audit::sign(&machine, one, &*VAULT).unwrap();
                    }
                    audit::sign(&machine, one, &*VAULT).unwrap();
                });
            }
        });
        let audited = books.look_through(one);
        assert_eq!((found(&audited), audited.unsigned()), (vec![], 0));
        assert!(audited.signatures > SIGNED.len());
    }
}
