//! The numbers that stand in apdu-specs: classes and instructions of all rows, tags of all rooms, status words.

use std::collections::HashMap;
use std::sync::LazyLock;

use apdu_specs::Status;
use apdu_specs::applications;
use apdu_specs::commands::SECURE_MESSAGING_CLASSES;
use apdu_specs::status::STATUS_WORDS;

/// Bytes, with what they are. Class 00 is no number to find.
static BYTES: LazyLock<HashMap<u8, &'static str>> = LazyLock::new(|| {
    let mut bytes = HashMap::new();
    for row in STATUS_WORDS {
        bytes.insert(row.value.to_be_bytes()[0], "an SW1");
    }
    for tag in applications::tags() {
        if let Ok(byte) = u8::try_from(tag.tag) {
            bytes.insert(byte, "a tag");
        }
    }
    let classes = applications::commands().map(|row| row.class);
    for class in classes.chain(SECURE_MESSAGING_CLASSES) {
        bytes.insert(class, "a CLA");
    }
    for row in applications::commands() {
        bytes.insert(row.ins, "an INS");
    }
    bytes.remove(&0x00);
    bytes
});

pub fn of_byte(value: u8) -> Option<&'static str> {
    BYTES.get(&value).copied()
}

pub fn of_word(value: u16) -> Option<&'static str> {
    if Status(value).words().is_some() {
        return Some("a status word");
    }
    let mut tags = applications::tags();
    tags.any(|tag| tag.tag == value && value > 0xFF)
        .then_some("a tag")
}
