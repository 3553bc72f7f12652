//! A register that is not the one that it seems to be: an empty file, an older copy, one of other cards, one of another time.

use std::path::Path;
use std::sync::Arc;

use ssc_bureau::register::{
    BookNote, BooksOf, Clock as _, Opening, Register, RegisterError, SystemClock,
};
use ssc_database::{DatabaseError, Failure, Store};
use ssc_words::{Bilingual as _, Lang};

use crate::books::{Books, LONG, begins, loaded, met, server};
use ssc_bureau::steps::Step;

const DAY: i64 = 86_400_000;

fn open(books: &Books, opening: Opening) -> Result<Register, RegisterError> {
    Register::open_for(&books.store, Arc::new(books.clock.clone()), opening)
}

fn failure(path: &Path, opening: Opening) -> Option<Failure> {
    let opened = Register::open_for(&Store::file(path), Arc::new(SystemClock), opening);
    match opened {
        Err(RegisterError::Database(DatabaseError { failure, .. })) => Some(failure),
        _ => None,
    }
}

/// Each of these was a new register, whose numbers began again.
#[test]
fn what_is_left_of_a_register_is_no_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("empty.db"), b"").unwrap();
    let other = Store::file(at("other.db"));
    let books = Books::in_file();
    books.job("one", 1, 3);
    let path = books.store.path().unwrap().to_owned();
    let tables = "CREATE TABLE other AS SELECT * FROM jobs";
    for opening in [Opening::New, Opening::Existing, Opening::Look] {
        assert_eq!(failure(&at("empty.db"), opening), Some(Failure::NoTables));
    }
    assert_eq!(std::fs::read(at("empty.db")).unwrap(), b"");
    // A database of somebody else: its tables stay the only ones.
    drop(books.probe(tables));
    let mut sql = std::process::Command::new("python3");
    let script = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE t (x)'); c.commit()";
    let made = sql.args(["-c", script]).arg(other.path().unwrap()).status();
    assert!(made.unwrap().success());
    let before = std::fs::read(at("other.db")).unwrap();
    assert_eq!(
        failure(&at("other.db"), Opening::New),
        Some(Failure::NoTables)
    );
    assert_eq!(std::fs::read(at("other.db")).unwrap(), before);
    // The log of a register whose file was taken away.
    std::fs::write(at("gone.db-wal"), b"entries").unwrap();
    let alone = failure(&at("gone.db"), Opening::New);
    assert!(matches!(alone, Some(Failure::LogAlone(_))), "{alone:?}");
    assert!(!at("gone.db").exists());
    // Two names of one file: two programs would each have a log of their own.
    std::fs::hard_link(&path, at("second.db")).unwrap();
    for name in [&path, &at("second.db")] {
        assert_eq!(failure(name, Opening::New), Some(Failure::Linked));
    }
    std::fs::remove_file(at("second.db")).unwrap();
    // A link that only points to it is the same file.
    std::os::unix::fs::symlink(&path, at("link.db")).unwrap();
    let linked = Register::open(&Store::file(at("link.db")), Arc::new(books.clock.clone()));
    assert_eq!(linked.unwrap().jobs().unwrap().len(), 1);
    assert!(!at("link.db-wal").exists());
}

#[test]
fn a_new_register_has_its_name_when_it_is_whole() {
    let books = Books::in_file();
    let path = books.store.path().unwrap();
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[68..72], b"SSCB", "application_id");
    let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let names: Vec<_> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("bureau.db"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
    // Many programs make it at once, and all have the same one.
    let store = Store::file(path.with_file_name("second.db"));
    std::thread::scope(|scope| {
        let open = || Register::open(&store, Arc::new(books.clock.clone())).unwrap();
        let opened = [(); 6].map(|()| scope.spawn(open));
        let ids = opened.map(|one| one.join().unwrap().is_for(BooksOf::Own).unwrap());
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    });
}

#[test]
fn only_who_orders_makes_a_register() {
    let folder = tempfile::tempdir().unwrap();
    let file = Store::file(folder.path().join("books/bureau.db"));
    let on_server = Store::parse(&server().database().unwrap()).unwrap();
    for store in [file, on_server] {
        let open = |opening| Register::open_for(&store, Arc::new(SystemClock), opening);
        for opening in [Opening::Existing, Opening::Look, Opening::Existing] {
            let Err(RegisterError::Database(refused)) = open(opening) else {
                panic!("{store}: {opening:?}");
            };
            assert_eq!(refused.failure, Failure::Missing, "{store}");
        }
        open(Opening::New).unwrap();
        open(Opening::Existing).unwrap();
        open(Opening::Look).unwrap();
    }
    assert!(folder.path().join("books/bureau.db").exists());
}

#[test]
fn demo_cards_and_real_ones_have_registers_of_their_own() {
    for books in Books::both() {
        let register = &books.register;
        // Nothing stands in it: a slip costs nothing.
        let id = register.is_for(BooksOf::Demo).unwrap();
        assert_eq!(register.is_for(BooksOf::Own).unwrap(), id);
        assert_eq!(register.is_for(BooksOf::Demo).unwrap(), id);
        books.job("one", 1, 1);
        assert_eq!(register.is_for(BooksOf::Demo).unwrap(), id);
        let refused = register.is_for(BooksOf::Own).unwrap_err();
        assert_eq!(
            refused,
            RegisterError::OtherBooks {
                asked: BooksOf::Own
            }
        );
        assert_eq!(books.again().unwrap().id().unwrap(), Some(id));
        // One of before, which has not noted it: its jobs tell.
        books.probe("DELETE FROM books").unwrap();
        assert_eq!(register.is_for(BooksOf::Own).unwrap_err(), refused);
        assert_eq!(register.id().unwrap(), None);
        register.is_for(BooksOf::Demo).unwrap();
        books.probe("UPDATE jobs SET keys_check = 'A1B2'").unwrap();
        books.probe("DELETE FROM books").unwrap();
        let refused = register.is_for(BooksOf::Demo).unwrap_err();
        assert_eq!(
            refused,
            RegisterError::OtherBooks {
                asked: BooksOf::Demo
            }
        );
        register.is_for(BooksOf::Own).unwrap();
    }
}

#[test]
fn an_older_register_is_told_from_a_newer_one() {
    for books in Books::both() {
        let register = &books.register;
        let new = register.extent().unwrap();
        assert!(register.has_come_to(&new).unwrap());
        let job = books.job("one", 1, 3);
        let before = register.extent().unwrap();
        assert_eq!((before.entries, before.job, before.seq), (4, job.0, 4));
        let lease = books.lease(job).unwrap();
        register.write(&lease, &loaded("C1")).unwrap();
        let seen = register.extent().unwrap();
        for earlier in [&new, &before, &seen] {
            assert!(register.has_come_to(earlier).unwrap());
        }
        // The copy: what was written since is not in it.
        for statement in [
            "DELETE FROM entries WHERE seq > 4".to_owned(),
            format!(
                "UPDATE jobs SET last_seq = 4, last_hash = {}",
                books.bytes(&before.hash)
            ),
        ] {
            books.probe(&statement).unwrap();
        }
        assert!(register.has_come_to(&before).unwrap());
        assert!(!register.has_come_to(&seen).unwrap());
        // Nor when as much is written into it again: it went another way.
        register.release(&lease).unwrap();
        for at in 0..3 {
            let other = books.lease(job).unwrap();
            let notes = loaded(&format!("D{at}"));
            register.write(&other, &notes).unwrap();
        }
        assert!(register.extent().unwrap().entries > seen.entries);
        assert!(!register.has_come_to(&seen).unwrap());
        register.goes_on_older(&seen).unwrap();
        let entries = register.entries(job, 0, 100).unwrap();
        let note = serde_json::from_str(&entries.last().unwrap().note).unwrap();
        assert!(matches!(note, BookNote::OlderRegister { seq, .. } if seq == seen.seq));
    }
}

/// A clock that was years ahead once stopped the register for years, even for whoever only looked.
#[test]
fn a_clock_that_was_ahead_does_not_stop_the_register_for_ever() {
    for books in Books::both() {
        let register = &books.register;
        let job = books.job("one", 1, 3);
        // Refused before, where there is something to compare with.
        books.clock.add(93 * DAY);
        let ahead = RegisterError::ClockAhead { days: 93 };
        assert_eq!(books.again().err(), Some(ahead.clone()));
        assert_eq!(open(&books, Opening::Existing).err(), Some(ahead));
        open(&books, Opening::Look).unwrap();
        register.clock_is_right().unwrap();
        books.again().unwrap();
        // It was not right after all.
        let lease = register.lease(job, "lost", LONG).unwrap().unwrap().lease;
        let half = [met("C1"), begins(Step::Load)];
        register.write(&lease, &half).unwrap();
        books.clock.add(-93 * DAY);
        let back = books.again().err().unwrap();
        assert!(matches!(back, RegisterError::ClockBack { .. }), "{back}");
        for lang in Lang::ALL {
            assert!(
                back.say(lang).contains("--clock-is-right"),
                "{}",
                back.say(lang)
            );
        }
        let looker = open(&books, Opening::Look).unwrap();
        assert_eq!(looker.jobs().unwrap().len(), 1);
        assert_eq!(looker.counts(job).unwrap().all(), 3);
        looker.clock_is_right().unwrap();
        let right = books.again().unwrap();
        let now = books.clock.now();
        let entries = right.entries(job, 0, 100).unwrap();
        let last = entries.last().unwrap();
        assert_eq!(last.at, now);
        let note = serde_json::from_str(&last.note).unwrap();
        assert!(matches!(note, BookNote::ClockIsRight { last } if last == now + 93 * DAY));
        // The lease of that time has ended, and the job goes on.
        assert!(right.write(&lease, &half).is_err());
        assert_eq!(
            right.lease(job, "next", LONG).unwrap().unwrap().lease.row,
            2
        );
        right.verify_chain(job).unwrap();
        books.whole(job);
    }
}

#[test]
fn a_server_has_a_clock_too() {
    struct Apart;
    impl ssc_bureau::register::Clock for Apart {
        fn now(&self) -> i64 {
            SystemClock.now() + 10 * 60_000
        }
        fn is_the_machines(&self) -> bool {
            true
        }
    }
    let books = Books::on_server();
    let refused = Register::open(&books.store, Arc::new(Apart)).err().unwrap();
    let RegisterError::ClockApart { seconds } = refused else {
        panic!("{refused}");
    };
    assert!((595..=605).contains(&seconds), "{seconds}");
    assert!(Register::open(&books.store, Arc::new(SystemClock)).is_ok());
}

/// No message sends anybody to a backup without saying what it would do.
#[test]
fn a_backup_is_never_advised_without_a_warning() {
    let messages: [&dyn ssc_words::Bilingual; 5] = [
        &DatabaseError {
            store: "s".into(),
            failure: Failure::Damaged("w".into()),
        },
        &DatabaseError {
            store: "s".into(),
            failure: Failure::NoTables,
        },
        &DatabaseError {
            store: "s".into(),
            failure: Failure::LogAlone("w".into()),
        },
        &RegisterError::ChainBroken {
            job: ssc_bureau::register::JobId(1),
            seq: 2,
        },
        &ssc_bureau::sealing::SealingError::Changed { row: 2 },
    ];
    for message in messages {
        let [english, chinese] = Lang::ALL.map(|lang| message.say(lang).to_lowercase());
        assert!(english.contains("cards given since"), "{english}");
        assert!(
            english.contains("make nothing") || english.contains("makes none"),
            "{english}"
        );
        assert!(
            chinese.contains("此后所发的卡") || chinese.contains("备份之后所发的卡"),
            "{chinese}"
        );
        assert!(
            chinese.contains("请勿用其制卡") || chinese.contains("请勿用备份的副本制卡"),
            "{chinese}"
        );
    }
}
