//! A full disk: what was said to be kept is kept, and the books go on when there is room again.

use std::path::PathBuf;
use std::process::Command;

use ssc_bureau::register::{Clock as _, OrderState, SystemClock};
use ssc_bureau::steps::Step;
use ssc_database::{Failure, Store};

use crate::books::{Books, LONG, begins, done, loaded, new_job, order, take};

/// Names the store of the program that has no room.
const STORE: &str = "SSC_TEST_FULL_STORE";
/// Blocks of 512 bytes by which a file may grow.
const BLOCKS: u64 = 800;

/// Not a test by itself: it writes until the disk is full, says what was kept and why it stopped.
#[test]
#[ignore = "is run by the test beside it, with no room for its files"]
fn writes_until_the_disk_is_full() {
    let Some(path) = std::env::var_os(STORE) else {
        return;
    };
    let store = Store::file(PathBuf::from(path));
    let clock = std::sync::Arc::new(SystemClock);
    let register = ssc_bureau::register::Register::open(&store, clock).unwrap();
    let job = register.find("one").unwrap().unwrap().id;
    let mut made = 0;
    let error = loop {
        let one = || {
            let leased = register.lease(job, "head", LONG)?;
            let lease = leased.expect("there are more orders than room").lease;
            let mut notes = loaded(&format!("C{made}"));
            notes.extend([begins(Step::Secure), done(Step::Secure)]);
            notes.push(ssc_bureau::journal::Note::Issued);
            register.write(&lease, &notes)
        };
        match one() {
            Ok(()) => made += 1,
            Err(error) => break error,
        }
    };
    // A new job finds no room either, and leaves nothing.
    let fill = &mut |intake: &mut ssc_bureau::register::Intake<'_, '_>| {
        for row in 2..5_000 {
            take(intake, order(row, &format!("p{row}"), 20_000))?;
        }
        Ok(())
    };
    let second: Result<_, ssc_bureau::register::RegisterError> =
        register.create_job(&new_job("two"), fill);
    println!(
        "\nmade={made}\nerror={error}\nsecond={}",
        second.unwrap_err()
    );
}

#[test]
fn a_full_disk_loses_nothing() {
    let books = Books::in_file();
    let job = books.job("one", 1, 3_000);
    assert!(books.clock.now() > SystemClock.now());
    // The clock of the other program is the system's.
    books.clock.add(SystemClock.now() - books.clock.now());
    books
        .probe("UPDATE jobs SET last_at = created_at - 86400000")
        .unwrap();
    let path = books.store.path().unwrap();
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let bytes = |path: &std::path::Path| std::fs::metadata(path).unwrap().len();
    let blocks = bytes(path).max(bytes(&log)) / 512 + BLOCKS;
    let mut limited = Command::new("sh");
    limited.args([
        "-c",
        &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
        "sh",
    ]);
    limited.arg(std::env::current_exe().unwrap());
    limited.args([
        "--ignored",
        "--exact",
        "--nocapture",
        "register::full::writes_until_the_disk_is_full",
    ]);
    let output = limited.env(STORE, path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let value = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{said} {}", String::from_utf8_lossy(&output.stderr)))
    };
    let full = ssc_database::DatabaseError {
        store: books.store.to_string(),
        failure: Failure::DiskFull,
    };
    assert_eq!(value("error="), full.to_string());
    assert_eq!(value("second="), full.to_string());
    let made: u64 = value("made=").parse().unwrap();
    assert!(made > 0);
    // With room again, the same books go on.
    let register = &books.register;
    assert_eq!(
        register.counts(job).unwrap().of(OrderState::Delivered),
        made
    );
    register.verify_chain(job).unwrap();
    assert_eq!(register.jobs().unwrap().len(), 1);
    assert!(books.lease(job).is_some());
}
