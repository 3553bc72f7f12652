//! Somebody who can write to the store changes the books: each way is told with its place, and untouched books are whole.

use ssc_bureau::audit::{self, Audited, Fault, Judge, missing_jobs};
use ssc_bureau::journal::Note;
use ssc_bureau::register::{CardStatus, Intake, JobId, RegisterError, Replacement};
use ssc_bureau::steps::Step;
use ssc_keys::{LogKey, RootKind, Vault};

use crate::books::{Books, LONG, VAULT, begins, done, loaded, new_job, order, take};

/// Orders of each job.
const ROWS: usize = 6;
/// The last entry of job 1 when it was signed for the first, second and third time.
const SIGNED: [i64; 3] = [7, 15, 29];

/// Two jobs of six orders in the rows 2 to 7. In job 1 the first has a card (entries 8 to 15) and the second a card on another chip after one
/// that was set aside (16 to 29); it is signed before, between and after. Job 2 is signed once.
fn bureau(books: &Books) -> [JobId; 2] {
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

/// A fault, and the entry, row or signature with which it is told.
type Told = (Fault, Option<i64>, Option<usize>, Option<i64>);

/// What somebody does to the store.
enum Change {
    /// Each statement changes one row; `{x:…}` are bytes in hex.
    By(&'static [&'static str]),
    /// Job 1's entry 9 is made another, and all hashes behind it anew, up to the job's row.
    ChainMadeAnew,
}

struct Case {
    what: &'static str,
    change: Change,
    /// All that must be found.
    found: &'static [Told],
}

const fn case(
    what: &'static str,
    statements: &'static [&'static str],
    found: &'static [Told],
) -> Case {
    Case {
        what,
        change: Change::By(statements),
        found,
    }
}

const CASES: &[Case] = &[
    case(
        "an entry is changed",
        &["UPDATE entries SET head = 'other' WHERE job = 1 AND seq = 9"],
        &[(Fault::EntryChanged, Some(9), Some(2), None)],
    ),
    case(
        "an entry's time is changed",
        &["UPDATE entries SET at = at + 1 WHERE job = 1 AND seq = 20"],
        &[(Fault::EntryChanged, Some(20), Some(3), None)],
    ),
    case(
        "an entry is taken out at the end",
        &["DELETE FROM entries WHERE job = 1 AND seq = 29"],
        &[
            (Fault::EntriesMissing, Some(29), None, None),
            (Fault::EntriesMissing, Some(29), None, Some(3)),
            (Fault::OrderChanged, Some(28), Some(3), None),
            (Fault::ChipChanged, Some(27), Some(3), None),
            (Fault::PersonChanged, None, Some(3), None),
        ],
    ),
    case(
        "an entry is taken out in the middle",
        &["DELETE FROM entries WHERE job = 1 AND seq = 10"],
        &[(Fault::EntriesMissing, Some(10), None, None)],
    ),
    case(
        "two entries are swapped",
        &[
            "UPDATE entries SET seq = 900 WHERE job = 1 AND seq = 10",
            "UPDATE entries SET seq = 10 WHERE job = 1 AND seq = 11",
            "UPDATE entries SET seq = 11 WHERE job = 1 AND seq = 900",
        ],
        &[
            (Fault::EntryChanged, Some(10), Some(2), None),
            (Fault::EntryChanged, Some(11), Some(2), None),
            (Fault::EntryChanged, Some(12), Some(2), None),
        ],
    ),
    case(
        "an entry is added",
        &["INSERT INTO entries SELECT job, 30, at, line, fence, head, note, hash FROM entries WHERE job = 1 AND seq = 29"],
        &[
            (Fault::EntryChanged, Some(30), Some(3), None),
            (Fault::EndChanged, Some(30), None, None),
            (Fault::Unsigned, Some(30), None, None),
        ],
    ),
    Case {
        what: "an entry is changed, and the chain made anew without the key",
        change: Change::ChainMadeAnew,
        found: &[
            (Fault::OtherEntries, Some(8), None, Some(2)),
            (Fault::OtherEntries, Some(8), None, Some(3)),
        ],
    },
    case(
        "the last card is taken back: entries cut, the job's end and all tables set to fit",
        &[
            "UPDATE jobs SET last_seq = 15, last_at = (SELECT at FROM entries WHERE job = 1 AND seq = 15),
                 last_hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 15) WHERE id = 1",
            "*DELETE FROM entries WHERE job = 1 AND seq > 15",
            "UPDATE orders SET state = 'validated', chip = NULL WHERE job = 1 AND line = 3",
            "UPDATE citizens SET status = 'ordered' WHERE job = 1 AND line = 3",
            "*DELETE FROM chips WHERE job = 1 AND line = 3",
        ],
        &[(Fault::EntriesMissing, Some(16), None, Some(3))],
    ),
    case(
        "two sealed blobs are swapped",
        &[
            "UPDATE decided SET sealed = (SELECT sealed FROM decided WHERE job = 1 AND line = 5) WHERE job = 1 AND line = 7",
            "UPDATE decided SET sealed = (SELECT sealed FROM decided WHERE job = 1 AND line = 4) WHERE job = 1 AND line = 5",
        ],
        &[
            (Fault::SealedChanged, None, Some(5), None),
            (Fault::SealedChanged, None, Some(7), None),
        ],
    ),
    case(
        "a sealed blob is gone",
        &["DELETE FROM decided WHERE job = 1 AND line = 5"],
        &[(Fault::SealedChanged, None, Some(5), None)],
    ),
    case(
        "an order waits again that is delivered",
        &["UPDATE orders SET state = 'to_be_remade' WHERE job = 1 AND line = 2"],
        &[(Fault::OrderChanged, Some(15), Some(2), None)],
    ),
    case(
        "an order has another chip",
        &["UPDATE orders SET chip = 'C3' WHERE job = 1 AND line = 2"],
        &[(Fault::OrderChanged, Some(15), Some(2), None)],
    ),
    case(
        "an order has another card number",
        &["UPDATE orders SET card_number = '999999998' WHERE job = 1 AND line = 4"],
        &[(Fault::OrderChanged, Some(4), Some(4), None)],
    ),
    case(
        "an order's fence is set back",
        &["UPDATE orders SET fence = 0 WHERE job = 1 AND line = 2"],
        &[(Fault::OrderChanged, Some(15), Some(2), None)],
    ),
    case(
        "an order has another reason",
        &["UPDATE orders SET reason_en = 'x', reason_zh = 'y' WHERE job = 1 AND line = 2"],
        &[(Fault::OrderChanged, Some(15), Some(2), None)],
    ),
    case(
        "an order is gone",
        &[
            "DELETE FROM decided WHERE job = 1 AND line = 6",
            "DELETE FROM orders WHERE job = 1 AND line = 6",
        ],
        &[(Fault::OrderMissing, None, Some(6), None)],
    ),
    case(
        "an order is added",
        &["INSERT INTO orders SELECT job, 8, state, number, name_masked, kind, card_number, replaced_card, replaced_job, replaced_line,
               replaced_why, queued, attempts, fence, worker, lease_until, met, chip, reason_en, reason_zh, changed_at
               FROM orders WHERE job = 1 AND line = 7"],
        &[(Fault::OrderAdded, None, Some(8), None)],
    ),
    case(
        "a chip that was set aside is one that is written",
        &["UPDATE chips SET state = 'writing', reason_en = NULL, reason_zh = NULL WHERE serial = 'C2'"],
        &[(Fault::ChipChanged, Some(21), Some(3), None)],
    ),
    case(
        "a chip is another row's",
        &["UPDATE chips SET line = 4 WHERE serial = 'C1'"],
        &[(Fault::ChipChanged, Some(15), Some(2), None)],
    ),
    case(
        "a chip has another identification code",
        &["UPDATE chips SET identification_code = '22' WHERE serial = 'C1'"],
        &[(Fault::ChipChanged, Some(15), Some(2), None)],
    ),
    case(
        "a chip is forgotten",
        &["DELETE FROM chips WHERE serial = 'C2'"],
        &[(Fault::ChipMissing, Some(21), Some(3), None)],
    ),
    case(
        "a chip is added",
        &["INSERT INTO chips SELECT 'C9', state, job, 4, atr, identification_code, since, reason_en, reason_zh FROM chips WHERE serial = 'C1'"],
        &[(Fault::ChipAdded, None, Some(4), None)],
    ),
    case(
        "a person has no card",
        &["DELETE FROM citizens WHERE job = 1 AND line = 2"],
        &[(Fault::PersonChanged, None, Some(2), None)],
    ),
    case(
        "a card number may be given again",
        &["DELETE FROM card_numbers WHERE job = 1 AND line = 2"],
        &[(Fault::CardNumberChanged, None, Some(2), None)],
    ),
    case(
        "a card is said to be lost",
        &["INSERT INTO card_events (job, line, at, status, reason) VALUES (1, 2, 5, 'lost', 'x')"],
        &[(Fault::CardEventChanged, None, Some(2), None)],
    ),
    case(
        "the profile is another",
        &["UPDATE jobs SET profile_text = 'generation = \"2.00\"' WHERE id = 1"],
        &[(Fault::JobChanged, Some(1), None, None)],
    ),
    case(
        "the job is closed",
        &["UPDATE jobs SET state = 'closed' WHERE id = 1"],
        &[(Fault::JobChanged, None, None, None)],
    ),
    case(
        "the time of the job's end is another",
        &["UPDATE jobs SET last_at = last_at - 5000 WHERE id = 1"],
        &[(Fault::EndChanged, Some(29), None, None)],
    ),
    case(
        "a signature of another job",
        &["UPDATE signatures SET signature = (SELECT signature FROM signatures WHERE job = 2 AND number = 1) WHERE job = 1 AND number = 1"],
        &[
            (Fault::SignatureWrong, None, None, Some(1)),
            (Fault::SignatureWrong, None, None, Some(2)),
        ],
    ),
    case(
        "a signature is gone from the middle",
        &["DELETE FROM signatures WHERE job = 1 AND number = 2"],
        &[(Fault::SignatureMissing, None, None, Some(2))],
    ),
    case(
        "the last signature is gone",
        &["DELETE FROM signatures WHERE job = 1 AND number = 3"],
        &[(Fault::Unsigned, Some(16), None, None)],
    ),
    case(
        "all signatures are gone",
        &["*DELETE FROM signatures WHERE job = 1"],
        &[
            (Fault::NotSigned, None, None, None),
            (Fault::Unsigned, Some(8), None, None),
        ],
    ),
    case(
        "an entry is put in before the first",
        &[
            "INSERT INTO entries SELECT job, -9, at, line, fence, head, note, hash FROM entries WHERE job = 1 AND seq = 29",
        ],
        &[(Fault::EntryChanged, Some(-9), Some(3), None)],
    ),
    case(
        "an entry with the highest number",
        &["UPDATE entries SET seq = 9223372036854775807 WHERE job = 1 AND seq = 29"],
        &[
            (Fault::EntriesMissing, Some(29), None, None),
            (Fault::OtherEntries, Some(16), None, Some(3)),
            (Fault::EndChanged, Some(i64::MAX), None, None),
            (Fault::Unsigned, Some(i64::MAX), None, None),
        ],
    ),
    case(
        "a signature with the highest number",
        &[
            "UPDATE signatures SET number = 9223372036854775807 WHERE job = 1 AND number = 3",
        ],
        &[
            (Fault::SignatureMissing, None, None, Some(3)),
            (Fault::SignatureWrong, None, None, Some(i64::MAX)),
            (Fault::Unsigned, Some(16), None, None),
        ],
    ),
    case(
        "a signature is over fewer entries",
        &["UPDATE signatures SET seq = 12, hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 12) WHERE job = 1 AND number = 3"],
        &[
            (Fault::SignatureWrong, None, None, Some(3)),
            (Fault::Unsigned, Some(16), None, None),
        ],
    ),
];

/// The chain of job 1 as whoever has no key can make it: entry 9 with another head.
fn make_chain_anew(books: &Books, job: JobId) {
    let entries = books.register.entries(job, 0, 1_000).unwrap();
    let mut before = vec![0; 32];
    let bytes = |bytes: &[u8]| books.bytes(bytes);
    for mut entry in entries {
        if entry.seq == 9 {
            entry.head = "other".into();
        }
        before = entry.hash_after(&before);
        let (hash, head, seq) = (bytes(&before), &entry.head, entry.seq);
        let statement = format!(
            "UPDATE entries SET head = '{head}', hash = {hash} WHERE job = 1 AND seq = {seq}"
        );
        assert_eq!(books.probe(&statement), Ok(1));
    }
    let hash = bytes(&before);
    let statement = format!("UPDATE jobs SET last_hash = {hash} WHERE id = 1");
    assert_eq!(books.probe(&statement), Ok(1));
    books.register.verify_chain(job).unwrap();
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
            "UPDATE orders SET state = 'validated', chip = NULL WHERE job = 1 AND line = 3",
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
        // The job's keys, and each signature.
        let keys = audited.findings.list.iter();
        let keys = keys.filter(|one| one.fault == Fault::OtherKey);
        assert_eq!(keys.count(), 1 + SIGNED.len());
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

#[test]
fn a_job_that_is_gone_is_missed() {
    for books in Books::both() {
        bureau(&books);
        assert_eq!(missing_jobs(&books.register).unwrap(), []);
        for table in ["signatures", "entries", "decided", "orders"] {
            books
                .probe(&format!("DELETE FROM {table} WHERE job = 2"))
                .unwrap();
        }
        books.probe("DELETE FROM jobs WHERE id = 2").unwrap();
        let missing = missing_jobs(&books.register).unwrap();
        assert_eq!(missing.len(), 1);
        assert!(missing[0].en.contains("job 2"));
    }
}
