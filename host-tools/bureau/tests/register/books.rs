//! A register of its own for each test, and orders to put into it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ssc_bureau::audit::{self, Audited, Judge};
use ssc_bureau::journal::Note;
use ssc_bureau::register::{
    Clock, Intake, JobId, Lease, NewJob, NewOrder, Register, RegisterError, SystemClock, Taken,
    Wanted,
};
use ssc_bureau::steps::Step;
use ssc_database::{Database, DatabaseError, Migrations, Store};
use ssc_harness::postgres::Postgres;
use ssc_keys::{LogKey, Vault};
use ssc_person::CardNumber;

/// A lease that does not end in a test.
pub const LONG: Duration = Duration::from_secs(60);

/// A clock that a test sets.
#[derive(Clone)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub fn ahead() -> Self {
        // A day ahead: a test can set it back without coming before the build.
        Self(Arc::new(AtomicI64::new(SystemClock.now() + 86_400_000)))
    }

    pub fn add(&self, time: i64) {
        self.0.fetch_add(time, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The keys that sign logs.
pub static VAULT: LazyLock<Vault> = LazyLock::new(|| Vault::demo().unwrap());

/// The server of this program's tests.
pub fn server() -> MutexGuard<'static, Postgres> {
    static SERVER: LazyLock<Mutex<Postgres>> =
        LazyLock::new(|| Mutex::new(Postgres::start().unwrap()));
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A register in a store of its own.
pub struct Books {
    pub register: Register,
    pub store: Store,
    pub clock: SetClock,
    _folder: tempfile::TempDir,
}

impl Books {
    /// In a file.
    pub fn in_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("books/bureau.db"));
        Self::of(store, folder)
    }

    /// On the server.
    pub fn on_server() -> Self {
        let store = Store::parse(&server().database().unwrap()).unwrap();
        Self::of(store, tempfile::tempdir().unwrap())
    }

    fn of(store: Store, folder: tempfile::TempDir) -> Self {
        let clock = SetClock::ahead();
        let register = Register::open(&store, Arc::new(clock.clone())).unwrap();
        Self {
            register,
            store,
            clock,
            _folder: folder,
        }
    }

    /// One in each kind of store.
    pub fn both() -> [Self; 2] {
        [Self::in_file(), Self::on_server()]
    }

    /// Another program with the same books.
    pub fn again(&self) -> Result<Register, RegisterError> {
        Register::open(&self.store, Arc::new(self.clock.clone()))
    }

    /// The store without the register's rules: an entrance for somebody who changes the books by hand.
    pub fn probe(&self, statement: &str) -> Result<u64, DatabaseError> {
        let nothing = Migrations {
            name: "probe",
            texts: &[],
        };
        let books = Database::open(&self.store, &nothing)?;
        books.transaction(|books| books.execute(statement, &[]))
    }

    /// Bytes in a statement.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        match self.store.path() {
            Some(_) => format!("x'{}'", hex::encode(bytes)),
            None => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }

    /// A job of orders in the rows from 2 on, with the numbers of the range from `first` on.
    pub fn job(&self, name: &str, first: u32, rows: usize) -> JobId {
        let job = new_job(name);
        let fill = &mut |intake: &mut Intake<'_, '_>| -> Result<(), RegisterError> {
            for row in 2..rows + 2 {
                let taken = take(intake, order(row, &person(name, row), first))?;
                assert!(matches!(taken, Taken::Ok(_)), "{taken:?}");
            }
            Ok(())
        };
        self.register.create_job(&job, fill).unwrap()
    }

    /// Signs the log of a job with the demo keys, and looks through the job.
    pub fn audited(&self, job: JobId) -> Audited {
        audit::sign(&self.register, job, &*VAULT).unwrap();
        self.look_through(job)
    }

    pub fn look_through(&self, job: JobId) -> Audited {
        let public = LogKey::of(&*VAULT).unwrap().public();
        let judge = Judge {
            public,
            keys: None,
            end: None,
        };
        judge.look_through(&self.register, job).unwrap()
    }

    /// The tables are what the log says, and all of it can be signed.
    pub fn whole(&self, job: JobId) {
        let audited = self.audited(job);
        assert!(audited.findings.is_empty(), "{:#?}", audited.findings);
        assert_eq!(audited.unsigned(), 0);
    }

    pub fn lease(&self, job: JobId) -> Option<Lease> {
        // Another head each time: one that asks again has its own order back.
        static HEADS: AtomicI64 = AtomicI64::new(0);
        let head = format!("head {}", HEADS.fetch_add(1, Ordering::SeqCst));
        let leased = self.register.lease(job, &head, LONG).unwrap();
        leased.map(|leased| leased.lease)
    }
}

pub fn new_job(name: &str) -> NewJob {
    NewJob {
        name: name.into(),
        batch_name: format!("{name}.csv"),
        batch_sha256: name.as_bytes().to_vec(),
        profile_name: "plain".into(),
        profile_text: "generation = \"3.00\"".into(),
        profile_file: Some("/profiles/plain.toml".into()),
        card_model: "3.00".into(),
        keys_check: "demo".into(),
        sealed_key: vec![7; 40],
    }
}

pub fn person(name: &str, row: usize) -> String {
    format!("{name}-{row}")
}

pub fn order(row: usize, number: &str, first: u32) -> NewOrder {
    NewOrder {
        row,
        number: number.into(),
        name_masked: "张*".into(),
        card_number: Wanted::FromRanges {
            ranges: vec![(first, first + 9_999)],
            owner: "bureau".into(),
        },
        kind: "ssc".into(),
        replaces: None,
    }
}

/// What is decided is the card number, so that a test can tell whose it is.
pub fn take(intake: &mut Intake<'_, '_>, order: NewOrder) -> Result<Taken, RegisterError> {
    intake.order(order, &mut |number: &CardNumber| {
        Ok(number.as_str().as_bytes().to_vec())
    })
}

pub fn met(serial: &str) -> Note {
    Note::Met {
        atr: "3B".into(),
        identification_code: "11".into(),
        serial: serial.into(),
    }
}

pub fn begins(step: Step) -> Note {
    Note::Begins { step }
}

pub fn done(step: Step) -> Note {
    Note::Done { step }
}

/// What a chip is loaded with, and compared.
pub fn loaded(serial: &str) -> Vec<Note> {
    vec![
        met(serial),
        begins(Step::Load),
        done(Step::Load),
        begins(Step::Check),
        done(Step::Check),
    ]
}
