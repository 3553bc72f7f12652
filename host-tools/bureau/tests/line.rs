//! What a card costs on the line, in bytes: a count, not a time.

mod support;

use apdu_specs::Generation;
use ssc_bureau::batch::read;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::contents::ForChip;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::job::{Decided, OrderOptions, PinPolicy};
use ssc_bureau::plan::CardPlan;
use ssc_bureau::sample::{SampleOptions, write_sample};
use ssc_bureau::steps::{card_factor, personalize};
use ssc_keys::Vault;
use ssc_reader::{Card, Meter, Tapped};

/// Most bytes of a T=0 line for each byte of value, of a card of 3.00 with a photo. A full block costs 256 bytes for 239 of value, so no
/// card comes below 1.07; handshakes, PUT KEY and the check are the same for every card.
const WITH_PHOTO: f64 = 1.15;

/// The first person of a sample batch with a photo, in 3.00.
fn with_photo() -> Decided {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.csv");
    let of = SampleOptions {
        count: 1,
        seed: 42,
        pins: false,
        card_numbers: false,
        photos: true,
    };
    write_sample(&path, &of).unwrap();
    let batch = read(&path, None).unwrap();
    let options = OrderOptions {
        model: CardModel::plain(Generation::V3),
        region: None,
        first_card_number: Some(1),
        issue_date: support::today(),
        pins: PinPolicy::Demo,
    };
    options.decide(&batch).unwrap().remove(0)
}

/// Bytes of line for each byte of value.
fn ratio(what: &str, decided: &Decided) -> f64 {
    let vault = Vault::demo().unwrap();
    let card = support::blank(9);
    let target = ForChip::new(decided, card_factor(card.atr()).unwrap(), &vault).unwrap();
    let plan = CardPlan::new(&target, &vault).unwrap();
    let mut metered = Tapped::new(card, Meter::default());
    let cost = personalize(&mut metered, &plan, &vault, Line::default()).unwrap();
    let counts = metered.tap().counts();
    let values = plan.value_bytes();
    let ratio = counts.bytes() as f64 / values as f64;
    println!(
        "{what}: {} APDUs, {} bytes ({} the channel's), {values} of value: {ratio:.3}",
        counts.commands,
        counts.bytes(),
        cost.secure_channel
    );
    ratio
}

#[test]
fn a_card_with_a_photo_takes_little_more_of_the_line_than_its_values() {
    let decided = with_photo();
    assert!(decided.holder.photo.is_some());
    let ratio = ratio("3.00 with photo", &decided);
    assert!(ratio <= WITH_PHOTO, "{ratio}");
}

#[test]
fn cards_without_a_photo_are_told() {
    for generation in Generation::ALL {
        let decided = support::decided(CardModel::plain(generation));
        let ratio = ratio(&format!("{generation} without photo"), &decided);
        assert!(ratio < 1.3, "{ratio}");
    }
}
