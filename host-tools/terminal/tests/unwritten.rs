//! An item that a new card has the room for, and no record of.

mod common;

use apdu_specs::Generation;
use common::golden::Golden;
use ssc_terminal::{Authentication, CardData, FileAddress};

fn address(text: &str) -> FileAddress {
    FileAddress::parse(text).unwrap()
}

/// Tag 60 of DF03 EF05: a new card has the room and no record. The first write appends it, the next one updates it.
#[test]
fn an_item_that_a_new_card_has_room_for() {
    for generation in [Generation::V2, Generation::V3] {
        let golden = Golden::new(generation);
        let to = address("DF03EF05|60|98|$");
        let read = || {
            let read = golden.with(true, |session| session.read_card(&to, Authentication::Key));
            read.unwrap().to_line()
        };
        assert_eq!(read(), "DF03EF05|||$");
        for date in ["20260131", "20260201"] {
            let line = format!("DF03EF05|{date}|20260301|$");
            let data = CardData::parse(&line, &to).unwrap();
            golden
                .with(true, |session| session.write_card(&to, &data))
                .unwrap();
            assert_eq!(read(), line);
        }
        // it is one record
        golden
            .with(true, |session| {
                let dump = session.read_all(None)?;
                let text = dump.to_text(ssc_words::Lang::En);
                assert_eq!(text.matches("60 date of unemployment: 20260201").count(), 1);
                assert!(!text.contains("20260131"), "{text}");
                Ok(())
            })
            .unwrap();
    }
}
