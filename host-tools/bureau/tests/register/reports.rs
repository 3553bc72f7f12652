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

/// The passphrase, the vault and the register itself lay under the name that somebody gave: all of them were replaced.
#[test]
fn a_report_replaces_an_older_one_of_its_job_and_nothing_else() {
    let books = Books::in_file();
    let one = job(&books);
    let two = books.job("two", 50, 2);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |job, path: &Path| {
        let record = books.register.job(job).unwrap();
        report::report(&books.register, &record, path, Lang::En)
    };
    let report = at("report.html");
    write(one, &report).unwrap();
    write(one, &report).unwrap();
    let first = std::fs::read(&report).unwrap();
    let refused = ssc_words::Bilingual::say(&write(two, &report).unwrap_err(), Lang::En);
    assert!(refused.contains("no report of this job"), "{refused}");
    assert_eq!(std::fs::read(&report).unwrap(), first);
    std::fs::write(at("secret"), "a passphrase").unwrap();
    std::fs::write(at("empty"), "").unwrap();
    std::fs::write(at("page.html"), "<!DOCTYPE html><html><head></head></html>").unwrap();
    let register = books.store.path().unwrap().to_owned();
    std::os::unix::fs::symlink(&register, at("link")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(at("pipe"))
        .status();
    assert!(pipe.unwrap().success());
    let inode = |path: &Path| {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::symlink_metadata(path).unwrap().ino()
    };
    let others = ["secret", "empty", "page.html", "link", "pipe"].map(at);
    for path in others.iter().chain([&register]) {
        let before = inode(path);
        assert!(write(one, path).is_err(), "{}", path.display());
        let csv = report::write_return_file(&books.register, one, path, Form::Csv, Lang::En);
        assert!(csv.is_err(), "{}", path.display());
        assert_eq!(inode(path), before, "{} was replaced", path.display());
    }
    books.whole(one);
}

/// A register that was put back from a backup does not know cards that its return file has.
#[test]
fn a_return_file_that_knows_more_than_the_register_stays() {
    for books in Books::both() {
        for form in [Form::Csv, Form::Pipe] {
            let job = books.job(form.name(), 1, 2);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("return");
            let write = || report::write_return_file(&books.register, job, &path, form, Lang::En);
            write().unwrap();
            let before = std::fs::read(&path).unwrap();
            let lease = books.lease(job).unwrap();
            let chip = format!("C-{}", form.name());
            books.register.write(&lease, &loaded(&chip)).unwrap();
            let end = [begins(Step::Secure), done(Step::Secure), Note::Issued];
            books.register.write(&lease, &end).unwrap();
            write().unwrap();
            let known = std::fs::read(&path).unwrap();
            assert_ne!(known, before);
            // What an older copy of the books would have.
            let older = format!(
                "UPDATE orders SET state = 'validated' WHERE job = {} AND line = 2",
                job.0
            );
            books.probe(&older).unwrap();
            let refused = write().unwrap_err();
            let said = [Lang::En, Lang::Zh].map(|lang| ssc_words::Bilingual::say(&refused, lang));
            assert!(
                said[0].contains("line 2") && said[0].contains("older"),
                "{said:?}"
            );
            assert!(said[1].contains("第 2 行"), "{said:?}");
            assert_eq!(std::fs::read(&path).unwrap(), known);
        }
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
