//! Somebody changes what all jobs share: it is told too.

use ssc_bureau::audit::{Fault, across_jobs};

use super::audit::{ROWS, bureau};
use crate::books::Books;

#[test]
fn a_job_that_is_gone_is_missed() {
    for books in Books::both() {
        bureau(&books);
        assert_eq!(across_jobs(&books.register).unwrap(), []);
        for table in ["signatures", "entries", "decided", "orders"] {
            books
                .probe(&format!("DELETE FROM {table} WHERE job = 2"))
                .unwrap();
        }
        books.probe("DELETE FROM jobs WHERE id = 2").unwrap();
        let missing = across_jobs(&books.register).unwrap();
        assert_eq!(missing[0].fault, Fault::JobMissing);
        assert!(missing[0].en.contains("job 2"));
        // Its persons and card numbers stand in the books still.
        let of = |fault| missing.iter().filter(|one| one.fault == fault).count();
        assert_eq!(of(Fault::PersonAdded), ROWS);
        assert_eq!(of(Fault::CardNumberAdded), ROWS);
    }
}

/// What somebody puts into tables that all jobs share, or takes out there.
#[test]
fn what_no_job_has_is_told() {
    for (statement, fault) in [
        (
            "DELETE FROM counters WHERE name = 'job'",
            Fault::CounterChanged,
        ),
        (
            "UPDATE counters SET value = 1 WHERE name = 'job'",
            Fault::CounterChanged,
        ),
        (
            "INSERT INTO citizens (number, kind, status, card_number, job, line, since)
                 VALUES ('110105199003079978', 'ssc', 'living', '1', 1, 2, 5)",
            Fault::PersonAdded,
        ),
        (
            "UPDATE citizens SET card_number = '999999998' WHERE job = 1 AND line = 2",
            Fault::PersonAdded,
        ),
        (
            "INSERT INTO card_numbers (number, job, line) VALUES ('999999998', 9, 2)",
            Fault::CardNumberAdded,
        ),
        (
            "UPDATE chips SET job = 9 WHERE serial = 'C1'",
            Fault::ChipAdded,
        ),
    ] {
        for books in Books::both() {
            bureau(&books);
            assert_eq!(across_jobs(&books.register).unwrap(), []);
            assert_eq!(books.probe(statement), Ok(1), "{statement}");
            let told = across_jobs(&books.register).unwrap();
            let told: Vec<_> = told.iter().map(|one| one.fault).collect();
            assert_eq!(told, [fault], "{statement}");
        }
    }
}
