//! The journal in a file: what it tells after a stop, however the file was cut, and what it never holds.

mod support;

use apdu_specs::Generation;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::journal::{FileJournal, Journal as _, JournalError, Record};
use ssc_keys::Vault;
use ssc_words::{Bilingual, Lang};

/// A journal of one card that was issued, as bytes.
fn written(path: &std::path::Path) -> Vec<u8> {
    let mut journal = FileJournal::create(path).unwrap();
    let decided = support::decided(CardModel::plain(Generation::V2));
    let vault = Vault::demo().unwrap();
    let mut card = support::blank(1);
    issue_one(&mut card, &decided, &vault, Line::Open, &mut journal).unwrap();
    drop(journal);
    std::fs::read(path).unwrap()
}

#[test]
fn a_journal_cut_anywhere_opens_with_its_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order.journal");
    let bytes = written(&path);
    let records = |path| {
        let journal = FileJournal::open(path)?;
        journal.records()
    };
    let whole: Vec<Record> = records(&path).unwrap();
    assert!(whole[0].is_issued());
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    // A heading, the decision, the chip, the begin and the end of five steps, the outcome.
    assert_eq!(lines, 1 + 2 + 10 + 1);
    let (mut finished, mut cuts) = (0, 0);
    for end in 0..=bytes.len() {
        std::fs::write(&path, &bytes[..end]).unwrap();
        let Ok(found) = records(&path) else {
            // Not even the heading is whole.
            assert!(end < 20, "{end}");
            continue;
        };
        cuts += 1;
        assert!(found.len() <= 1);
        finished += usize::from(found.iter().any(Record::may_be_finished));
        // What was torn is cut off, and the file goes on behind it.
        let left = std::fs::read(&path).unwrap();
        assert!(left.ends_with(b"\n") && bytes.starts_with(&left));
    }
    println!("{cuts} cuts, in {finished} of them the card may be finished");
    assert!(finished > 100);
}

#[test]
fn a_journal_that_is_none_is_refused_and_one_that_is_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order.journal");
    let bytes = written(&path);
    let exists = FileJournal::create(&path).unwrap_err();
    assert!(matches!(exists, JournalError::Exists { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    let text = String::from_utf8(bytes).unwrap();
    let last = text.lines().last().unwrap();
    let after = |entry: &str| format!("{text}{entry}\n");
    let failed = last.replace("\"issued\"", "\"failed\",\"english\":\"\",\"chinese\":\"\"");
    let other = last.replacen("\"row\":", "\"row\":9", 1);
    let twice = text.lines().nth(1).unwrap();
    for (broken, line) in [
        // Nothing comes after the card of a row, and nothing before its decision.
        (after(&failed), 15),
        (after(&other), 15),
        (after(twice), 15),
        (text.replacen("{", "[", 1), 1),
        (text.replacen("\":1}", "\":2}", 1), 1),
        (text.replacen("\"note\"", "\"nota\"", 1), 2),
        (text.replacen("\"secure\"", "\"secured\"", 1), 12),
    ] {
        assert_ne!(broken, text);
        std::fs::write(&path, broken).unwrap();
        let error = FileJournal::open(&path).unwrap_err();
        let said = format!("line {line} ");
        assert!(error.say(Lang::En).contains(&said), "{error}");
        assert!(error.say(Lang::Zh).contains(&line.to_string()));
    }
}

#[test]
fn a_journal_has_no_pin_and_no_key_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order.journal");
    let text = String::from_utf8(written(&path)).unwrap();
    let decided = support::decided(CardModel::plain(Generation::V2));
    assert!(text.contains(decided.card_number.as_str()));
    assert!(!text.contains("123456"), "the PIN");
    assert!(!text.contains(decided.holder.name.as_str()), "the name");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
