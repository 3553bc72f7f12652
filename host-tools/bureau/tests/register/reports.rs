//! Return file and report, made from the register alone, on both stores.

use std::path::Path;

use ssc_bureau::journal::Note;
use ssc_bureau::register::{Filter, Intake, JobId, NewRejected, RegisterError};
use ssc_bureau::report;
use ssc_bureau::return_file::{Fate, Form};
use ssc_bureau::steps::Step;
use ssc_words::Lang;

use crate::books::{Books, LONG, begins, done, loaded, met, new_job, order, person, take};

const ROWS: usize = 7;

/// Row 2 delivered with its second chip; 3 spoiled and set aside; 4 may be finished; 5 has a chip begun; 6 only met a chip that is
/// row 2's; 7 refused; 8 not reached.
fn job(books: &Books) -> JobId {
    let register = &books.register;
    let fill = &mut |intake: &mut Intake<'_, '_>| -> Result<(), RegisterError> {
        for row in 2..ROWS + 2 {
            if row == 7 {
                intake.rejected(NewRejected {
                    row,
                    number: "440106198801011".into(),
                    name_masked: "李*".into(),
                    english: "440106198801011: 15 digits".into(),
                    chinese: "15 位".into(),
                })?;
            } else {
                take(intake, order(row, &person("one", row), 1))?;
            }
        }
        Ok(())
    };
    let job = register.create_job(&new_job("one"), fill).unwrap();
    let lease = |row| {
        let leased = register.lease_row(job, row, "head 1", LONG).unwrap();
        leased.unwrap().lease
    };
    let failed = |english: &str| Note::Failed {
        english: english.into(),
        chinese: "失败".into(),
    };
    let two = lease(2);
    register.write(&two, &loaded("C0")[..2]).unwrap();
    register.write(&two, &[failed("C0 was taken out")]).unwrap();
    register.release(&two).unwrap();
    let two = lease(2);
    register.write(&two, &loaded("C2")).unwrap();
    let end = [begins(Step::Secure), done(Step::Secure), Note::Issued];
    register.write(&two, &end).unwrap();

    let three = lease(3);
    register.write(&three, &loaded("C3")[..2]).unwrap();
    let aside = Note::SetAside {
        serial: "C3".into(),
        english: "worn out".into(),
        chinese: "损坏".into(),
    };
    register
        .write(&three, &[aside, failed("worn out")])
        .unwrap();

    let four = lease(4);
    register.write(&four, &loaded("C4")).unwrap();
    let lost = [begins(Step::Secure), failed("no answer")];
    register.write(&four, &lost).unwrap();

    let five = lease(5);
    register.write(&five, &loaded("C5")[..2]).unwrap();

    let six = lease(6);
    register
        .write(&six, &[met("C2"), failed("it is another's")])
        .unwrap();
    job
}

fn made(books: &Books, job: JobId, path: &Path) -> Vec<Vec<String>> {
    let tally = report::write_return_file(&books.register, job, path, Form::Csv, Lang::En).unwrap();
    assert_eq!(tally.total(), ROWS as u64);
    let text = std::fs::read_to_string(path).unwrap();
    let mut csv = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let rows = csv.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_return_file_has_every_row_and_no_chip_of_another() {
    for books in Books::both() {
        let job = job(&books);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("return.csv");
        let rows = made(&books, job, &path);
        let expected = [
            // Line, result, has a chip, words of the reason.
            ("2", "delivered", true, ""),
            ("3", "to_be_remade", false, "worn out"),
            ("4", "unfinished", true, "its card may be finished"),
            ("5", "unfinished", true, "its card was begun"),
            ("6", "", false, "it is another's"),
            ("7", "rejected", false, "15 digits"),
            ("8", "not_reached", false, "no head has begun it"),
        ];
        assert_eq!(rows.len(), expected.len());
        for (row, (line, result, chip, why)) in rows.iter().zip(expected) {
            assert_eq!(row[0], line);
            assert!(result.is_empty() || row[5] == result, "{row:?}");
            assert_ne!(row[5] == "delivered", line != "2", "{row:?}");
            assert_eq!(
                (!row[3].is_empty(), !row[4].is_empty()),
                (chip, chip),
                "{row:?}"
            );
            assert!(row[6].contains(why), "{row:?}");
            assert_eq!(row[6].is_empty(), line == "2", "{row:?}");
        }
        // Made again, when the register knows more.
        let lease = books.lease(job).unwrap();
        assert_ne!(lease.row, 4, "its card may be finished");
        let rows = made(&books, job, &path);
        assert_eq!(rows[2][5], "unfinished");
    }
}

#[test]
fn who_may_have_a_card_is_never_told_to_take_another() {
    for books in Books::both() {
        let job = job(&books);
        let known: Vec<_> = report::orders(&books.register, job, Filter::All)
            .map(Result::unwrap)
            .collect();
        let may = |row: usize| known[row - 2].may_be_finished();
        let rows: Vec<usize> = (2..ROWS + 2).filter(|row| may(*row)).collect();
        assert_eq!(rows, [4]);
        let fates: Vec<Fate> = known.iter().map(|known| known.fate()).collect();
        assert_eq!(fates[0], Fate::Delivered);
    }
}

#[test]
fn the_report_says_what_the_register_says() {
    for books in Books::both() {
        let job = job(&books);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        let record = books.register.job(job).unwrap();
        for (lang, headline, unbroken) in [
            (
                Lang::En,
                "1 of 7 cards are delivered; 6 rows are without a card.",
                "unbroken",
            ),
            (Lang::Zh, "7 张卡中已交付 1 张；6 行尚无卡。", "完好"),
        ] {
            report::report(&books.register, &record, &path, lang).unwrap();
            let page = std::fs::read_to_string(&path).unwrap();
            assert!(page.contains(headline), "{page}");
            assert!(page.contains(unbroken));
            assert!(page.contains(&hex::encode(&record.last_hash)));
            // A number that the batch had is in no reason either, nor is a whole number of the register.
            assert!(!page.contains("440106198801011"));
            assert!(page.contains("440106*********"));
        }
        // A chain that somebody has changed is said.
        books
            .probe("UPDATE entries SET head = 'other' WHERE seq = 9")
            .unwrap();
        report::report(&books.register, &record, &path, Lang::En).unwrap();
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.contains("BROKEN") && !page.contains("unbroken"));
    }
}
