//! A block of STORE DATA is one transaction of the card: however a photo's length shifts the groupings against the blocks, none
//! may write more objects than a transaction holds.

mod support;

use apdu_specs::Generation;
use apdu_specs::applications::domain;
use card_os::store::Store;
use simulated_flash::SimulatedFlash;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::channel::MAX_DATA;
use ssc_bureau::contents::ForChip;
use ssc_bureau::plan::CardPlan;
use ssc_keys::Vault;

/// The groupings of a card, with all that one of its generation can have.
fn plan(generation: Generation) -> CardPlan {
    let vault = Vault::demo().unwrap();
    let decided = support::decided(CardModel::full(generation));
    let target = ForChip::new(&decided, [0x22; 8], &vault).unwrap();
    CardPlan::new(&target, &vault).unwrap()
}

/// How many FCPs stand one behind the other: each is a tag, a length of one byte, and so many bytes.
fn templates(mut value: &[u8]) -> usize {
    let mut count = 0;
    while let [_, length, rest @ ..] = value {
        value = &rest[usize::from(*length)..];
        count += 1;
    }
    count
}

/// Where in the stream each object of the card is written, by the last byte that it needs.
fn writes(plan: &CardPlan) -> Vec<usize> {
    let (mut at, mut writes) = (0, Vec::new());
    for grouping in &plan.groupings {
        let length = grouping.value.len();
        let value = at + grouping.encode(&grouping.value).len() - length;
        let end = value + length;
        match grouping.dgi {
            domain::tags::DGI_DIRECTORY => {}
            domain::tags::DGI_PIN => writes.push(end - 1),
            // files, made when all their FCPs have come
            domain::tags::DGI_CREATE_FILE => {
                writes.extend(std::iter::repeat_n(end - 1, templates(&grouping.value)));
            }
            // entries of 24 bytes, applied when all have come
            domain::tags::DGI_KEYS => writes.extend(std::iter::repeat_n(end - 1, length / 24)),
            // an EF's contents: its descriptor at the begin and the end, and each record or chunk
            _ => {
                writes.extend([value - 1, end - 1]);
                let mut offset = 0;
                while offset < length {
                    let step = match grouping.value.get(offset + 1) {
                        // a photo
                        _ if length > 1000 => 128,
                        Some(length) => usize::from(*length) + 2,
                        None => 1,
                    };
                    offset += step;
                    writes.push((value + offset.min(length)) - 1);
                }
            }
        }
        at = end;
    }
    writes
}

#[test]
fn no_block_writes_more_than_a_transaction_holds() {
    for generation in Generation::ALL {
        let plan = plan(generation);
        let writes = writes(&plan);
        let end = writes.iter().max().unwrap() + 1;
        let most = (0..end)
            .map(|from| {
                let block = from..from + MAX_DATA;
                writes.iter().filter(|at| block.contains(at)).count()
            })
            .max()
            .unwrap();
        println!("{generation}: at most {most} objects in a block of {MAX_DATA} bytes");
        assert!(
            most <= Store::<SimulatedFlash<2048, 8>>::MAX_PENDING,
            "{generation}: {most}"
        );
    }
}
