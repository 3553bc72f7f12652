//! What the world does to a store: cut connections, a server that stops, a worker that dies, a full disk, a file that is something else,
//! somebody who changes entries.

use std::collections::HashSet;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sha2::Digest as _;
use ssc_bureau::journal::Note;
use ssc_bureau::register::{
    Filter, Intake, JobId, OrderState, Register, RegisterError, SystemClock,
};
use ssc_bureau::steps::Step;
use ssc_database::{DatabaseError, Failure, Store};
use ssc_words::{Bilingual as _, Lang};

use crate::books::{Books, LONG, begins, done, loaded, met, new_job, order, server, take};

fn failure<T>(result: Result<T, RegisterError>) -> Option<Failure> {
    match result {
        Err(RegisterError::Database(DatabaseError { failure, .. })) => Some(failure),
        _ => None,
    }
}

/// Works on a job until nothing of it is left. A worker that dies does so without a word, after a chip was begun.
fn work(register: &Register, job: JobId, name: &str, lease: Duration, dies_after: usize) -> usize {
    let mut made = 0;
    while let Some(leased) = register.lease(job, name, lease).unwrap() {
        let mut serial = format!("{name}-{made}");
        if let Some(chip) = leased.order.chip {
            serial = format!("{chip}-again");
        }
        let (before, after) = (loaded(&serial), [done(Step::Secure), Note::Issued]);
        let write = |notes: &[Note]| register.write(&leased.lease, notes);
        if made == dies_after {
            write(&before[..2]).unwrap();
            return made;
        }
        let all = write(&before).and_then(|()| write(&[begins(Step::Secure)]));
        match all.and_then(|()| write(&after)) {
            Ok(()) => made += 1,
            Err(RegisterError::Fenced { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    made
}

fn all_delivered_once(register: &Register, job: JobId, rows: usize) {
    let orders = register.orders(job, 0, rows + 10, Filter::All).unwrap();
    assert_eq!(orders.len(), rows);
    let mut chips = HashSet::new();
    for order in orders {
        assert_eq!(order.state, OrderState::Delivered, "{order:?}");
        assert!(chips.insert(order.chip.unwrap()));
    }
    let entries = register.entries(job, 0, 100_000).unwrap();
    let issued = |entry: &&ssc_bureau::register::ChainedEntry| entry.note.contains("\"issued\"");
    assert_eq!(entries.iter().filter(issued).count(), rows);
    register.verify_chain(job).unwrap();
}

#[test]
fn connections_are_cut_all_the_time() {
    let books = Books::on_server();
    let job = books.job("one", 1, 60);
    let database = books.store.to_string();
    let database = database.rsplit('/').next().unwrap();
    let over = AtomicBool::new(false);
    let made: usize = std::thread::scope(|scope| {
        let cutter = scope.spawn(|| {
            let mut cuts = 0;
            while !over.load(Ordering::SeqCst) && cuts < 300 {
                server().cut(database).unwrap();
                cuts += 1;
                std::thread::sleep(Duration::from_millis(40));
            }
            cuts
        });
        let worker = |name| {
            let register = &books.register;
            scope.spawn(move || work(register, job, name, LONG, usize::MAX))
        };
        let workers = ["a", "b", "c"].map(worker);
        let made = workers.map(|worker| worker.join().unwrap()).iter().sum();
        over.store(true, Ordering::SeqCst);
        let cuts = cutter.join().unwrap();
        println!("{cuts} cuts");
        assert!(cuts > 3);
        made
    });
    // A lease whose commit was cut may be nobody's: it ends by itself.
    books.clock.add(61_000);
    let rest = work(&books.register, job, "d", LONG, usize::MAX);
    assert_eq!(made + rest, 60);
    all_delivered_once(&books.register, job, 60);
}

#[test]
fn a_worker_dies_and_another_program_goes_on() {
    for books in Books::both() {
        let job = books.job("one", 1, 200);
        let other = books.again().unwrap();
        work(&books.register, job, "dies", Duration::from_secs(5), 2);
        work(&other, job, "lives", LONG, usize::MAX);
        let left = other.orders(job, 0, 1_000, Filter::Remaining).unwrap();
        assert_eq!(left.len(), 1, "what it had in hand, until its lease ends");
        assert_eq!(left[0].state, OrderState::InPersonalization);
        books.clock.add(6_000);
        work(&other, job, "lives", LONG, usize::MAX);
        all_delivered_once(&other, job, 200);
    }
}

#[test]
fn many_heads_never_share_an_order() {
    for books in Books::both() {
        let job = books.job("one", 1, 120);
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
                let register = &books.register;
                scope.spawn(move || work(register, job, name, LONG, usize::MAX));
            }
        });
        all_delivered_once(&books.register, job, 120);
    }
}

#[test]
fn two_programs_make_jobs_at_once() {
    for books in Books::both() {
        let other = books.again().unwrap();
        let make = |register: &Register, name: &str| {
            let fill = &mut |intake: &mut Intake<'_, '_>| {
                for row in 2..700 {
                    // Both want every other person too.
                    let number = format!("{}-{row}", if row % 2 == 0 { "both" } else { name });
                    take(intake, order(row, &number, 1))?;
                }
                Ok::<_, RegisterError>(())
            };
            register.create_job(&new_job(name), fill).unwrap()
        };
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| make(&books.register, "one"));
            let two = scope.spawn(|| make(&other, "two"));
            (one.join().unwrap(), two.join().unwrap())
        });
        let mut numbers = HashSet::new();
        let mut refused = 0;
        for job in [one, two] {
            for order in other.orders(job, 0, 1_000, Filter::All).unwrap() {
                match order.card_number {
                    Some(number) => assert!(numbers.insert(number)),
                    None => refused += 1,
                }
            }
        }
        assert_eq!((numbers.len(), refused), (698 * 2 - 349, 349));
    }
}

#[test]
fn a_server_that_stops_is_said_and_nothing_is_lost() {
    let mut server = ssc_harness::postgres::Postgres::start().unwrap();
    let store = Store::parse(&server.database().unwrap()).unwrap();
    let clock = std::sync::Arc::new(SystemClock);
    let register = Register::open(&store, clock.clone()).unwrap();
    let fill = &mut |intake: &mut Intake<'_, '_>| take(intake, order(2, "p", 1)).map(drop);
    let job = register.create_job(&new_job("one"), fill).unwrap();
    let lease = register.lease(job, "head", LONG).unwrap().unwrap().lease;
    register.write(&lease, &[met("C1")]).unwrap();
    server.stop().unwrap();
    let refused = register.write(&lease, &[begins(Step::Load)]);
    let Err(RegisterError::Database(error)) = refused else {
        panic!("{refused:?}");
    };
    assert!(matches!(error.failure, Failure::Gone(_)), "{error}");
    assert!(error.say(Lang::En).contains("start it"), "{error}");
    assert!(matches!(
        failure(Register::open(&store, clock.clone())),
        Some(Failure::Gone(_))
    ));
    server.start_again().unwrap();
    // The same register, in the same program, goes on where it was.
    register.write(&lease, &[begins(Step::Load)]).unwrap();
    assert_eq!(register.verify_chain(job).unwrap().0, 4);
}

#[test]
fn a_server_is_named_by_what_is_wrong_and_never_by_a_password() {
    let address = server().address("nothing_here");
    let with_password = address.replace("bureau@", "bureau:s3cret@");
    let store = Store::parse(&with_password).unwrap();
    let refused = Register::open(&store, std::sync::Arc::new(SystemClock))
        .err()
        .unwrap();
    assert!(matches!(
        failure::<()>(Err(refused.clone())),
        Some(Failure::NoSuchDatabase(_))
    ));
    for lang in Lang::ALL {
        let said = format!("{} {refused:?}", refused.say(lang));
        assert!(said.contains("***") && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn an_entry_that_was_changed_is_found() {
    for books in Books::both() {
        let job = books.job("one", 1, 5);
        work(&books.register, job, "head", LONG, 2);
        let verified = || books.register.verify_chain(job);
        let (last, _) = verified().unwrap();
        let broken = |seq| Err(RegisterError::ChainBroken { job, seq });
        let change = |statement: &str| assert_eq!(books.probe(statement), Ok(1), "{statement}");
        for (there, back, seq) in [
            (
                "SET head = 'other' WHERE seq = 9",
                "SET head = 'head' WHERE seq = 9",
                9,
            ),
            (
                "SET at = at + 1 WHERE seq = 7",
                "SET at = at - 1 WHERE seq = 7",
                7,
            ),
            (
                "SET line = 3 WHERE seq = 8",
                "SET line = 2 WHERE seq = 8",
                8,
            ),
            (
                "SET note = note || ' ' WHERE seq = 2",
                "SET note = trim(note) WHERE seq = 2",
                2,
            ),
            // Taken out of the middle.
            (
                "SET seq = 1000 WHERE seq = 10",
                "SET seq = 10 WHERE seq = 1000",
                10,
            ),
        ] {
            change(&format!("UPDATE entries {there}"));
            assert_eq!(verified(), broken(seq), "{there}");
            change(&format!("UPDATE entries {back}"));
            verified().unwrap();
        }
        // Two entries in each other's place, each with its own hash.
        let swap = |at: [(i64, i64); 3]| {
            for (from, to) in at {
                change(&format!("UPDATE entries SET seq = {to} WHERE seq = {from}"));
            }
        };
        swap([(11, 900), (12, 11), (900, 12)]);
        assert_eq!(verified(), broken(11));
        swap([(11, 900), (12, 11), (900, 12)]);
        // The last one is cut off.
        change(&format!("DELETE FROM entries WHERE seq = {last}"));
        assert_eq!(verified(), broken(last));
    }
}

/// The hash of an entry as `register::chain` says it, once more and apart.
fn hash(before: &[u8], entry: &ssc_bureau::register::ChainedEntry) -> Vec<u8> {
    let mut bytes = b"ssc register: entry 1".to_vec();
    bytes.extend(before);
    let (row, head, note) = (entry.row as i64, &entry.head, &entry.note);
    for number in [entry.job.0, entry.seq, entry.at, row, entry.fence] {
        bytes.extend(number.to_be_bytes());
    }
    for text in [head, note] {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    sha2::Sha256::digest(bytes).to_vec()
}

/// Whoever changes an entry can make its hash anew, and would have to make all hashes behind it.
#[test]
fn an_entry_that_was_changed_with_its_hash_is_found_at_the_next() {
    let books = Books::in_file();
    let job = books.job("one", 1, 3);
    work(&books.register, job, "head", LONG, 1);
    let entries = books.register.entries(job, 0, 100).unwrap();
    let mut before = vec![0; 32];
    for entry in &entries {
        assert_eq!(entry.hash, hash(&before, entry));
        before.clone_from(&entry.hash);
    }
    let mut forged = entries[6].clone();
    forged.note = forged.note.replace("a", "b");
    forged.hash = hash(&entries[5].hash, &forged);
    let statement = format!(
        "UPDATE entries SET note = '{}', hash = x'{}' WHERE seq = 7",
        forged.note,
        hex::encode(&forged.hash)
    );
    assert_eq!(books.probe(&statement), Ok(1));
    let broken = Err(RegisterError::ChainBroken { job, seq: 8 });
    assert_eq!(books.register.verify_chain(job), broken);
}

#[test]
fn tables_of_a_newer_program_are_refused() {
    for books in Books::both() {
        books.job("one", 1, 1);
        let newer = "INSERT INTO migrations_of_bureau SELECT 1000, description, installed_on, success, checksum, execution_time
                     FROM migrations_of_bureau WHERE version = 1";
        assert_eq!(books.probe(newer), Ok(1));
        let refused = books.again().err().unwrap();
        let Some(Failure::Newer { of, version, known }) = failure::<()>(Err(refused.clone()))
        else {
            panic!("{refused}");
        };
        assert_eq!((of, version), ("bureau", 1000));
        assert!(
            known < 1000 && refused.say(Lang::Zh).contains("新版程序"),
            "{refused}"
        );
    }
}

#[test]
fn a_file_that_is_something_else_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &std::path::Path| {
        failure(Register::open(
            &Store::file(path),
            std::sync::Arc::new(SystemClock),
        ))
    };
    let text = folder.path().join("letter.txt");
    std::fs::write(&text, "Dear bureau, this is a letter. ".repeat(300)).unwrap();
    assert_eq!(open(&text), Some(Failure::NotADatabase));
    assert!(
        std::fs::read_to_string(&text)
            .unwrap()
            .starts_with("Dear bureau")
    );
    assert!(matches!(open(folder.path()), Some(Failure::NoAccess(_))));
    let below_a_file = text.join("bureau.db");
    assert!(matches!(open(&below_a_file), Some(Failure::NoAccess(_))));

    // Cut short, and overwritten in the middle.
    let books = Books::in_file();
    books.job("one", 1, 2_000);
    let path = books.store.path().unwrap().to_owned();
    drop(books.register);
    let whole = std::fs::read(&path).unwrap();
    let cut = folder.path().join("cut.db");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    assert!(
        matches!(open(&cut), Some(Failure::Damaged(_))),
        "{:?}",
        open(&cut)
    );
    let over = folder.path().join("over.db");
    std::fs::write(&over, &whole).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&over).unwrap();
    for at in (4_096..whole.len()).step_by(4_096) {
        file.write_all_at(&[0xFF; 64], at as u64).unwrap();
    }
    assert!(
        matches!(open(&over), Some(Failure::Damaged(_))),
        "{:?}",
        open(&over)
    );
}

#[test]
fn the_file_is_its_owners() {
    let books = Books::in_file();
    let path = books.store.path().unwrap();
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    books.job("one", 1, 1);
    assert_eq!(mode(path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for beside in ["-wal", "-shm"] {
        let beside = std::path::PathBuf::from(format!("{}{beside}", path.display()));
        assert_eq!(mode(&beside), 0o600, "{}", beside.display());
    }
}
