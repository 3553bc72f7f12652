//! What does not fit is refused by name, and changes nothing.

use crate::model::*;

#[test]
fn limits_are_refused_and_leave_everything_as_it_was() {
    let mut store = format::<512, 4>(128);
    let put = |store: &mut Store<_>, id: u16, len: usize| {
        store.transaction(|tx| tx.put(name(id), &[&vec![1; len]]))
    };
    assert_eq!(put(&mut store, 1, 273), Err(StoreError::TooLarge));
    assert_eq!(put(&mut store, 1, 272), Ok(()));
    assert_eq!(put(&mut store, 2, 0), Ok(()));
    let too_many = store.transaction(|tx| (0..33).try_for_each(|id| tx.put(name(id), &[])));
    assert_eq!(too_many, Err(StoreError::TooLarge));
    let too_much = store.transaction(|tx| (0..5).try_for_each(|id| tx.put(name(id), &[&[0; 272]])));
    assert_eq!(too_much, Err(StoreError::TooLarge));
    let nested: Result<(), StoreError> =
        store.transaction(|tx| tx.transaction(|tx| tx.delete(name(1))));
    assert_eq!(nested, Err(StoreError::Nested));
    assert_eq!(
        content(&mut store).unwrap(),
        Model::from([(1, vec![1; 272]), (2, vec![])])
    );
    let mut store = remount(store);
    assert_eq!(
        content(&mut store).unwrap(),
        Model::from([(1, vec![1; 272]), (2, vec![])])
    );
    assert_eq!(
        (store.len(name(3)), store.read(name(3), 0, &mut [0])),
        (Ok(None), Ok(0))
    );
    assert_eq!(store.read(name(1), 270, &mut [0; 8]), Ok(2));
    assert_eq!(store.read(name(1), 5000, &mut [0; 8]), Ok(0));
}

#[test]
fn nothing_is_written_without_a_change() {
    let mut store = format::<512, 4>(16);
    let before = store.flash().operations();
    store.transaction(|tx| tx.delete(name(4))).unwrap();
    store.transaction::<_, StoreError>(|_| Ok(())).unwrap();
    let mut store = remount(store);
    assert_eq!(content(&mut store).unwrap(), Model::new());
    assert_eq!(store.flash().operations(), before);
}

#[test]
fn a_flash_without_a_store_is_told_apart_and_left_alone() {
    type Flash = SimulatedFlash<512, 4>;
    let why = |bytes: &[u8]| match Store::mount(Flash::from_bytes(bytes).unwrap()) {
        Err((error, flash)) => {
            assert_eq!(
                (flash.as_bytes(), flash.operations()),
                (bytes, 0),
                "given back untouched"
            );
            error
        }
        Ok(_) => panic!("mounted"),
    };
    assert_eq!(why(&[0xFF; 8192]), StoreError::Blank);
    assert_eq!(why(&[0x00; 8192]), StoreError::Corrupt);
    let mut bytes = [0xFF; 8192];
    bytes[5000] = 0xFE;
    assert_eq!(why(&bytes), StoreError::Corrupt, "not blank any more");
    bytes[..2].copy_from_slice(&[0x53, 0x03]);
    assert_eq!(why(&bytes), StoreError::UnknownFormat);
    assert_eq!(why(&[0xFF; 512 * 7]), StoreError::Flash, "too few pages");
}

/// Full of objects up to the capacity, everything can still be replaced for ever, and what is too much is refused.
fn full_and_usable<const P: usize, const W: usize>(pages: usize, size: usize) {
    let mut store = format::<P, W>(pages);
    let mut model = Model::new();
    let mut refused = None;
    for id in 0..OBJECTS as u16 + 1 {
        let data = vec![id as u8; size];
        match store.transaction(|tx| tx.put(name(id), &[&data])) {
            Ok(()) => drop(model.insert(id, data)),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    assert_eq!(refused, Some(StoreError::Full));
    assert!(model.len() == OBJECTS || store.used() + footprint(size) > store.capacity());
    let count = model.len() as u16;
    let mut dice = Dice(1);
    for round in 0..6000u32 {
        // a hot corner, everything in turn, at random: the collector meets each pattern
        let id = match round / 2000 {
            0 => dice.roll(3) as u16,
            1 => (round % u32::from(count)) as u16,
            _ => dice.roll(count.into()) as u16,
        };
        let data = vec![round as u8; size];
        let result: Result<(), StoreError> = store.transaction(|tx| tx.put(name(id), &[&data]));
        result.unwrap_or_else(|error| {
            panic!("{P}/{W} × {pages}, {size} bytes, round {round}: {error:?}")
        });
        model.insert(id, data);
        let more = store.transaction(|tx| tx.put(name(9000), &[&vec![0; size]]));
        assert_eq!(more, Err(StoreError::Full));
        if round % 500 == 0 {
            store = remount(store);
            assert_eq!(content(&mut store).unwrap(), model);
        }
    }
    assert_eq!(store.flash().violations(), 0);
    // room again after a deletion
    store.transaction(|tx| tx.delete(name(0))).unwrap();
    store
        .transaction(|tx| tx.put(name(9000), &[&vec![0; size]]))
        .unwrap();
}

#[test]
fn a_full_store_refuses_and_stays_usable() {
    for size in [0, 8, 23, 100, 272] {
        full_and_usable::<512, 4>(40, size);
        full_and_usable::<512, 4>(128, size);
        full_and_usable::<2048, 8>(8, size);
        full_and_usable::<4096, 8>(8, size);
        full_and_usable::<4096, 8>(16, size);
    }
}

#[test]
fn the_store_is_small_in_ram() {
    let flash = size_of::<SimulatedFlash<512, 4>>();
    let store = size_of::<Store<SimulatedFlash<512, 4>>>() - flash;
    println!("RAM of the store: {store} bytes and the flash driver");
    assert!(store <= 4_500);
    println!(
        "capacity of 64 kB: {} bytes in pages of 512",
        format::<512, 4>(128).capacity()
    );
    println!(
        "capacity of 64 kB: {} bytes in pages of 4096",
        format::<4096, 8>(16).capacity()
    );
}
