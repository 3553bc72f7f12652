//! Card images: what a card committed is in the file, nobody else gets the card meanwhile, and nothing damaged is
//! ever replaced by something fresh.

use apdu_specs::Status;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ssc_reader::{Card, CommandApdu, Interface, Reader, ReaderError, exchange};
use ssc_simulator::image::{HEADER_LENGTH, ImageFault};
use ssc_simulator::{Identity, Image, PAGE, PAGES, Serials, SimulatedCard, SimulatedReader};
use ssc_words::{Bilingual, Lang};

const SERIAL: [u8; 6] = [0x20, 0x26, 0x00, 0x00, 0x00, 0x07];

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ssccard");
    (folder, path)
}

fn make(path: &Path) -> Image {
    Image::create(path, &Identity::from_serial(SERIAL)).unwrap()
}

fn fault(path: &Path) -> ImageFault {
    Image::open(path)
        .expect_err("this image must be refused")
        .fault
}

/// INITIALIZE UPDATE moves the sequence counter, which lives in the card's memory.
fn sequence_counter(card: &mut dyn Card) -> Vec<u8> {
    let isd = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
    let select = CommandApdu::new(0x00, 0xA4, 0x04, 0x00).data(&isd).le(0);
    exchange(card, &select).unwrap().ok().unwrap();
    let begin = CommandApdu::new(0x80, 0x50, 0x00, 0x00).data(&[0; 8]).le(0);
    let answer = exchange(card, &begin).unwrap().ok().unwrap();
    answer[answer.len() - 3..].to_vec()
}

#[test]
fn a_card_goes_on_where_it_was() {
    let (_folder, path) = folder();
    let mut card = SimulatedCard::from_image(make(&path), Interface::T0).unwrap();
    let atr = card.atr().to_vec();
    assert!(atr.ends_with(&SERIAL));
    let first = sequence_counter(&mut card);
    drop(card);

    let image = Image::open(&path).unwrap();
    assert!(image.identity().historical().ends_with(&SERIAL));
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    assert_eq!(card.atr(), atr);
    let second = sequence_counter(&mut card);
    assert!(
        second > first,
        "a counter that starts again repeats challenges"
    );
}

#[test]
fn what_is_answered_is_in_the_file_already() {
    let (_folder, path) = folder();
    let mut card = SimulatedCard::from_image(make(&path), Interface::T0).unwrap();
    let before = fs::read(&path).unwrap();
    sequence_counter(&mut card);
    let after = fs::read(&path).unwrap();
    assert_ne!(before, after);
    assert!(
        after[HEADER_LENGTH..] == *card.flash().unwrap().as_bytes(),
        "the file is not what the card's memory is"
    );
}

#[test]
fn a_power_cycle_keeps_the_image_attached() {
    let (_folder, path) = folder();
    let mut card = SimulatedCard::from_image(make(&path), Interface::T0).unwrap();
    card.power_cycle().unwrap();
    let before = fs::read(&path).unwrap();
    sequence_counter(&mut card);
    assert_ne!(before, fs::read(&path).unwrap());
}

#[test]
fn a_second_opener_is_refused_until_the_first_is_gone() {
    let (_folder, path) = folder();
    let image = make(&path);
    assert!(matches!(fault(&path), ImageFault::InUse));
    let card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    assert!(matches!(fault(&path), ImageFault::InUse));
    let refused = SimulatedReader::image(&path).connect().err().unwrap();
    assert!(refused.to_string().contains("another program"), "{refused}");
    assert!(refused.say(Lang::Zh).contains("另一程序"));
    drop(card);
    Image::open(&path).unwrap();
}

#[test]
fn creation_never_takes_a_file_that_is_there() {
    let (_folder, path) = folder();
    fs::write(&path, "someone's letter").unwrap();
    let error = Image::create(&path, &Identity::from_serial(SERIAL)).unwrap_err();
    assert!(matches!(error.fault, ImageFault::Exists));
    assert_eq!(fs::read(&path).unwrap(), b"someone's letter");
}

#[test]
fn opening_never_makes_a_file() {
    let (_folder, path) = folder();
    assert!(matches!(fault(&path), ImageFault::Missing));
    assert!(SimulatedReader::image(&path).connect().is_err());
    assert!(!path.exists());
}

#[test]
fn an_image_cut_off_or_added_to_is_refused_and_left_as_it_is() {
    let (_folder, path) = folder();
    drop(make(&path));
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len(), HEADER_LENGTH + PAGE * PAGES);

    for length in [0, 7, 8, 31, HEADER_LENGTH, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let found = fault(&path);
        let told = match length {
            0 | 7 => matches!(found, ImageFault::NotAnImage),
            8 | 31 => matches!(found, ImageFault::Header),
            _ => matches!(found, ImageFault::Length { .. }),
        };
        assert!(told, "{length} bytes: {found:?}");
        assert_eq!(fs::read(&path).unwrap(), &whole[..length]);
    }
    let mut longer = fs::OpenOptions::new().write(true).open(&path).unwrap();
    longer.write_all(&whole).unwrap();
    longer.write_all(&[0xFF]).unwrap();
    drop(longer);
    assert!(matches!(fault(&path), ImageFault::Length { .. }));
}

#[test]
fn a_header_that_is_not_ours_is_refused() {
    let (_folder, path) = folder();
    drop(make(&path));
    let whole = fs::read(&path).unwrap();
    // (byte, value, what is said): magic, version, pages, reserved.
    let cases = [
        (0, b'X', "NotAnImage"),
        (9, 0, "UnknownVersion(0)"),
        (9, 3, "UnknownVersion(3)"),
        (8, 1, "UnknownVersion(258)"),
        (15, 63, "Geometry(2048, 8, 63)"),
        (31, 1, "Header"),
    ];
    for (at, value, expected) in cases {
        let mut changed = whole.clone();
        changed[at] = value;
        fs::write(&path, &changed).unwrap();
        let found = fault(&path);
        assert_eq!(format!("{found:?}"), expected, "byte {at}");
        assert_eq!(fs::read(&path).unwrap(), changed);
    }
}

/// An image of version 1 stays one while its card is only read; before the first write it becomes one of version 2, which a
/// program that knows version 1 alone refuses by name.
#[test]
fn an_older_image_is_renewed_by_the_first_write() {
    let (_folder, path) = folder();
    let golden = test_vectors::vectors::directory().join("images/format-1-card-2.00.ssccard");
    fs::copy(golden, &path).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(before[8..10], [0, 1]);
    let open = || SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T1).unwrap();
    let mut card = open();
    let challenge = CommandApdu::new(0x00, 0x84, 0, 0).le(8);
    exchange(&mut card, &challenge).unwrap().ok().unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
    let first = sequence_counter(&mut card);
    let after = fs::read(&path).unwrap();
    assert_eq!(after[8..10], [0, 2]);
    assert_eq!(after[10..HEADER_LENGTH], before[10..HEADER_LENGTH]);
    assert_ne!(after[HEADER_LENGTH..], before[HEADER_LENGTH..]);
    drop(card);
    assert!(sequence_counter(&mut open()) > first);
}

#[test]
fn a_card_whose_memory_cannot_be_trusted_refuses_and_is_not_made_new() {
    let (_folder, path) = folder();
    drop(make(&path));
    let mut bytes = fs::read(&path).unwrap();
    // All that the card's memory holds, erased: a blank chip, not a blank card.
    bytes[HEADER_LENGTH..].fill(0xFF);
    fs::write(&path, &bytes).unwrap();
    let image = Image::open(&path).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    let challenge = CommandApdu::new(0x00, 0x84, 0, 0).le(8);
    assert_eq!(
        exchange(&mut card, &challenge).unwrap().sw,
        Status::MEMORY_FAILURE
    );
    drop(card);
    assert!(
        fs::read(&path).unwrap() == bytes,
        "the image was written to"
    );
}

#[test]
fn the_image_of_a_card_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    drop(make(&path));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_stack_of_blank_cards_has_a_new_serial_each_and_may_be_kept() {
    let (folder, _) = folder();
    let mut reader = SimulatedReader::blank(Serials::from([0, 0, 0, 0, 0, 0xFF]));
    assert_eq!(reader.name(), "sim");
    let first = reader.connect().unwrap();
    let second = reader.connect().unwrap();
    assert!(first.atr().ends_with(&[0, 0, 0, 0, 0, 0xFF]));
    assert!(second.atr().ends_with(&[0, 0, 0, 0, 1, 0]));

    let mut kept = SimulatedReader::blank(Serials::from(SERIAL)).keep_in(folder.path());
    drop(kept.connect().unwrap());
    let path = folder.path().join("202600000007.ssccard");
    let again = SimulatedReader::image(&path).connect().unwrap();
    assert!(again.atr().ends_with(&SERIAL));

    let mut clash = SimulatedReader::blank(Serials::from(SERIAL)).keep_in(folder.path());
    assert!(matches!(clash.connect(), Err(ReaderError::Device { .. })));
}

#[test]
fn each_interface_answers_to_reset_as_a_pcsc_reader_shows_it() {
    let identity = Identity::from_serial(SERIAL);
    let contact = SimulatedCard::blank(&identity, Interface::T0).unwrap();
    assert_eq!(contact.interface(), Interface::T0);
    assert_eq!(contact.atr()[..4], [0x3B, 0x6D, 0x00, 0x00]);
    assert_eq!(contact.atr().len(), 17);

    let contactless = SimulatedCard::blank(&identity, Interface::Contactless).unwrap();
    assert_eq!(contactless.interface(), Interface::Contactless);
    let atr = contactless.atr();
    assert_eq!(atr[..4], [0x3B, 0x8D, 0x80, 0x01]);
    assert_eq!(atr[4..17], identity.historical()[..]);
    // ISO/IEC 7816-3, clause 8.2.5: the XOR of all from T0, TCK included, is 00.
    assert_eq!(atr.len(), 18);
    assert_eq!(atr[1..].iter().fold(0, |check, byte| check ^ byte), 0);
}

/// What is written to a file without a name is lost when the program ends: the card must not answer that it is written.
#[test]
fn a_card_whose_image_was_taken_away_answers_nothing_more() {
    type Way = fn(&Path);
    let ways: [(&str, Way); 3] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("moved", |path| {
            fs::rename(path, path.with_extension("moved")).unwrap();
        }),
        ("replaced", |path| {
            let other = path.with_extension("other");
            fs::copy(path, &other).unwrap();
            fs::rename(&other, path).unwrap();
        }),
    ];
    for (name, way) in ways {
        let (_folder, path) = folder();
        let mut card = SimulatedCard::from_image(make(&path), Interface::T0).unwrap();
        sequence_counter(&mut card);
        way(&path);
        let isd = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
        let select = CommandApdu::new(0x00, 0xA4, 0x04, 0x00).data(&isd).le(0);
        exchange(&mut card, &select).unwrap();
        let begin = CommandApdu::new(0x80, 0x50, 0x00, 0x00).data(&[0; 8]).le(0);
        for _ in 0..2 {
            let error = exchange(&mut card, &begin).expect_err(name);
            assert!(
                error.to_string().contains("deleted, moved or replaced"),
                "{error}"
            );
            assert!(error.say(Lang::Zh).contains("被删除、移动或替换"));
        }
    }
}
