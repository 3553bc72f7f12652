//! One bit of a committed image ages: the mount refuses, or the content is exactly what it was.

use crate::model::*;

/// An image in use, with a torn transaction at its end.
fn image<const P: usize, const W: usize>(
    pages: usize,
    torn: Option<u64>,
) -> (SimulatedFlash<P, W>, Model) {
    let mut store = format::<P, W>(pages);
    let (mut dice, mut model) = (Dice(3), Model::new());
    let mut steps = 0;
    while steps < 40 || store.flash().erases().iter().any(|&erases| erases < 3) {
        let changes: Vec<Change> = (0..1 + dice.roll(3))
            .map(|_| match dice.roll(6) {
                0 => Change::Delete(dice.roll(12) as u16),
                _ => Change::Put(
                    dice.roll(12) as u16,
                    vec![dice.roll(256) as u8; dice.roll(80)],
                ),
            })
            .collect();
        run(&mut store, &changes).expect("fits");
        changes
            .iter()
            .for_each(|change| change.to_model(&mut model));
        steps += 1;
        if dice.roll(4) == 0 {
            store = remount(store);
        }
    }
    if let Some(operation) = torn {
        store
            .flash_mut()
            .cut_after(operation, Cut::Middle { seed: operation });
        let large: Vec<Change> = (0..4).map(|id| Change::Put(id, vec![0x5A; 200])).collect();
        assert_eq!(run(&mut store, &large), Err(StoreError::Flash));
    }
    let mut flash = store.into_flash();
    flash.power_on();
    (flash, model)
}

/// Mounts a damaged image and goes on with it. Returns whether it was refused.
fn refused_or_the_same<const P: usize, const W: usize>(
    flash: SimulatedFlash<P, W>,
    model: &Model,
    what: &str,
) -> bool {
    let mut store = match Store::mount(flash) {
        Err((StoreError::Corrupt, _)) => return true,
        Err((error, _)) => panic!("{what}: {error:?}"),
        Ok(store) => store,
    };
    assert_eq!(content(&mut store).as_ref(), Ok(model), "{what}");
    let mut next = model.clone();
    let change = [Change::Put(3, vec![0xC3; 33])];
    change[0].to_model(&mut next);
    run(&mut store, &change).unwrap_or_else(|error| panic!("{what}: goes on: {error:?}"));
    assert_eq!(
        content(&mut remount(store)).as_ref(),
        Ok(&next),
        "{what}: goes on"
    );
    false
}

fn every_bit<const P: usize, const W: usize>(pages: usize, torn: Option<u64>) {
    let (flash, model) = image::<P, W>(pages, torn);
    let stride = if full() { 1 } else { 5 };
    let bits = flash.as_bytes().len() * 8;
    let (mut tried, mut refused) = (0, 0);
    for bit in (0..bits).step_by(stride) {
        let mut damaged = flash.clone();
        damaged.flip_bit(bit);
        tried += 1;
        refused += usize::from(refused_or_the_same(
            damaged,
            &model,
            &format!("torn {torn:?}, bit {bit}"),
        ));
    }
    println!(
        "pages of {P}: {tried} bits flipped, {refused} images refused, the others the same as before"
    );
    assert!(refused > tried / 20, "the damage was not seen at all");
}

#[test]
fn a_flipped_bit_never_shows_another_state() {
    every_bit::<512, 4>(20, None);
    every_bit::<512, 4>(20, Some(5));
    every_bit::<512, 4>(20, Some(9));
    if full() {
        every_bit::<2048, 8>(8, None);
        every_bit::<2048, 8>(8, Some(3));
        every_bit::<4096, 8>(8, None);
    }
}

/// A whole unit of 8 bytes is lost: as zeros, as ones, or as something else.
#[test]
fn a_lost_unit_never_shows_another_state() {
    for torn in [None, Some(5)] {
        let (flash, model) = image::<512, 8>(20, torn);
        for at in (0..flash.as_bytes().len()).step_by(8) {
            for value in [0x00, 0xFF, 0x69] {
                let mut bytes = flash.as_bytes().to_vec();
                bytes[at..at + 8].fill(value);
                let damaged = SimulatedFlash::<512, 8>::from_bytes(&bytes).unwrap();
                refused_or_the_same(
                    damaged,
                    &model,
                    &format!("torn {torn:?}, unit at {at} is {value:02X}"),
                );
            }
        }
    }
}

/// More is lost at once than one unit: whole transactions, whole pages but for their header. Only the newest transaction must be left,
/// because nothing stands behind it.
#[test]
fn a_lost_stretch_never_shows_another_state() {
    fn stretches<const P: usize, const W: usize>(pages: usize) {
        let (before, mut model) = image::<P, W>(pages, None);
        let mut store = Store::mount(before.clone())
            .map_err(|(error, _)| error)
            .expect("mounts");
        let last = [Change::Put(2, vec![0x17; 20]), Change::Delete(5)];
        run(&mut store, &last).unwrap();
        last.iter().for_each(|change| change.to_model(&mut model));
        let flash = store.into_flash();
        let newest = |at: usize| before.as_bytes()[at..at + 8] != flash.as_bytes()[at..at + 8];
        let mut refused = 0;
        for (length, step) in [(16, 8), (32, 8), (64, 24), (160, 56), (P - 16, P)] {
            let start = if length == P - 16 { 16 } else { 0 };
            for at in (start..=flash.as_bytes().len() - length).step_by(step) {
                if (at..at + length).step_by(8).any(newest) {
                    continue;
                }
                for value in [0x00, 0xFF] {
                    let mut bytes = flash.as_bytes().to_vec();
                    bytes[at..at + length].fill(value);
                    let damaged = SimulatedFlash::<P, W>::from_bytes(&bytes).unwrap();
                    refused += u32::from(refused_or_the_same(
                        damaged,
                        &model,
                        &format!("{length} at {at} are {value:02X}"),
                    ));
                }
            }
        }
        assert!(refused > 100);
    }
    stretches::<512, 8>(20);
    stretches::<2048, 8>(8);
}
