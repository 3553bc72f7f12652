//! The ways in which somebody changes the books, and what must be told of each.

use ssc_bureau::audit::Fault;
use ssc_bureau::register::JobId;

use crate::books::Books;

/// A fault, and the entry, row or signature with which it is told.
pub type Told = (Fault, Option<i64>, Option<usize>, Option<i64>);

/// What somebody does to the store.
pub enum Change {
    /// Each statement changes one row; `{x:…}` are bytes in hex.
    By(&'static [&'static str]),
    /// Job 1's entry 9 is made another, and all hashes behind it anew, up to the job's row.
    ChainMadeAnew,
}

pub struct Case {
    pub what: &'static str,
    pub change: Change,
    /// All that must be found.
    pub found: &'static [Told],
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

pub const CASES: &[Case] = &[
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
            "UPDATE orders SET state = 'validated', chip = NULL, queued = 1 WHERE job = 1 AND line = 3",
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
        "a delivered order is put in the queue again",
        &["UPDATE orders SET queued = 1 WHERE job = 1 AND line = 2"],
        &[(Fault::OrderChanged, Some(15), Some(2), None)],
    ),
    case(
        "an order that waits is taken out of the queue",
        &["UPDATE orders SET queued = 0 WHERE job = 1 AND line = 4"],
        &[(Fault::OrderChanged, Some(4), Some(4), None)],
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
        "the hash of the job's end is another",
        &[
            "UPDATE jobs SET last_hash = (SELECT hash FROM entries WHERE job = 1 AND seq = 5) WHERE id = 1",
        ],
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
pub fn make_chain_anew(books: &Books, job: JobId) {
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
