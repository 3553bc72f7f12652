//! Ten years of a card: how often the most worn page is erased, and what the dearest transaction costs.

use crate::model::*;

const DAYS: usize = 3_650;
const A_DAY: usize = 20;
const FLASH: usize = 64 * 1024;
/// Bytes of files that never change.
const STATIC: usize = 12 * 1024;

/// A purse debit: balance, sequence number, TAC counter, and one of ten cyclic records.
fn debit(number: usize) -> [(u16, Vec<u8>); 4] {
    let byte = number as u8;
    [
        (1000, vec![byte; 14]),
        (1001, vec![byte; 2]),
        (1002, vec![byte; 4]),
        (1010 + (number % 10) as u16, vec![byte; 28]),
    ]
}

/// Erases of the most worn page against the ideal, bytes written ÷ bytes free. Written is what the debits themselves put on the flash, with entry
/// headers and commits, but without the collector: levelling and collection are what is judged. The ratio to the bare data is printed too.
fn ratio(name: &str, page: usize, erases: &[u32]) -> f64 {
    let data: usize = debit(0).iter().map(|(_, data)| data.len()).sum();
    let stored: usize = debit(0)
        .iter()
        .map(|(_, data)| footprint(data.len()))
        .sum::<usize>()
        + 16;
    let ideal = |bytes: usize| (bytes * A_DAY * DAYS) as f64 / (FLASH - STATIC) as f64;
    let most = f64::from(*erases.iter().max().unwrap());
    println!(
        "{name}, pages of {page}: {most} erases of the most worn page in ten years, {} of the least; ideal {:.0} ({stored} bytes a \
         debit), {:.2} times that; {:.2} times for the {data} bytes of bare data",
        erases.iter().min().unwrap(),
        ideal(stored),
        most / ideal(stored),
        most / ideal(data),
    );
    most / ideal(stored)
}

fn ten_years<const P: usize, const W: usize>() {
    let mut store = format::<P, W>(FLASH / P);
    let mut model = Model::new();
    for id in 0..(STATIC / 128) as u16 {
        let change = Change::Put(id, vec![id as u8; 128]);
        run(&mut store, std::slice::from_ref(&change)).unwrap();
        change.to_model(&mut model);
    }
    let (mut most_operations, mut most_erases) = (0, 0);
    for number in 0..A_DAY * DAYS {
        let (before, pages) = (
            store.flash().operations(),
            store.flash().erases().iter().sum::<u32>(),
        );
        let debit = debit(number);
        let result: Result<(), StoreError> = store.transaction(|tx| {
            debit
                .iter()
                .try_for_each(|(id, data)| tx.put(name(*id), &[data]))
        });
        result.unwrap();
        model.extend(debit);
        most_operations = most_operations.max(store.flash().operations() - before);
        most_erases = most_erases.max(store.flash().erases().iter().sum::<u32>() - pages);
        if number % A_DAY == 0 {
            store = remount(store);
        }
    }
    assert_eq!(content(&mut store).unwrap(), model);
    assert_eq!(store.flash().violations(), 0);
    println!(
        "pages of {P}: the dearest of {} debits took {most_operations} flash operations, {most_erases} of them erases",
        A_DAY * DAYS
    );
    // a debit of 14 units has the collector pass 84: that is at most two pages of 62 units
    assert!(most_erases <= 3 && most_operations <= 64);
    let ratio = ratio("the store", P, store.flash().erases());
    assert!(ratio <= 2.0, "{ratio}");
}

#[test]
fn ten_years_wear_small_pages_evenly() {
    ten_years::<512, 4>();
}

#[test]
fn ten_years_wear_large_pages_evenly() {
    ten_years::<4096, 8>();
}

/// The test of the test: a store that always takes the lowest free page must not pass.
#[test]
fn a_store_without_levelling_is_caught() {
    use embedded_storage::nor_flash::NorFlash;
    const PAGE: usize = 4096;
    let mut flash = SimulatedFlash::<PAGE, 8>::new(FLASH / PAGE);
    let record = 16
        + debit(0)
            .iter()
            .map(|(_, data)| footprint(data.len()))
            .sum::<usize>();
    // pages 0 to 2 hold the static files; the newest record is live, so the log goes to and fro between pages 3 and 4
    let (mut page, mut at) = (3, PAGE);
    for number in 0..A_DAY * DAYS {
        if at + record > PAGE {
            (page, at) = (if page == 3 { 4 } else { 3 }, 0);
            flash
                .erase((page * PAGE) as u32, ((page + 1) * PAGE) as u32)
                .unwrap();
        }
        flash
            .write((page * PAGE + at) as u32, &vec![number as u8; record])
            .unwrap();
        at += record;
    }
    assert!(ratio("a store without levelling", PAGE, flash.erases()) > 2.0);
}

/// What the dearest single transaction costs when the store is full and the collector meets the worst order.
#[test]
fn no_single_transaction_pays_for_all() {
    fn dearest<const P: usize, const W: usize>() {
        let mut store = format::<P, W>(FLASH / P);
        let mut dice = Dice(11);
        // four large objects, and the rest of the room filled in one go with files of 100 bytes: they lie side by side in the log
        let large: Vec<u16> = (1000..1004).collect();
        large
            .iter()
            .for_each(|&id| run(&mut store, &[Change::Put(id, vec![0; 272])]).unwrap());
        let mut count = 0;
        while run(&mut store, &[Change::Put(count, vec![1; 100])]).is_ok() {
            count += 1;
        }
        let mut dearest = [(0, 0, 0); 3];
        for round in 0..9_000 {
            // first only the large ones, so that the collector comes upon the whole block of live files; then everything
            let kind = if round < 3_000 { 2 } else { dice.roll(3) };
            let small = |dice: &mut Dice| {
                Change::Put(
                    dice.roll(count.into()) as u16,
                    vec![dice.roll(256) as u8; 100],
                )
            };
            let changes: Vec<Change> = match kind {
                0 => vec![small(&mut dice)],
                1 => (0..4).map(|_| small(&mut dice)).collect(),
                _ => large
                    .iter()
                    .map(|&id| Change::Put(id, vec![round as u8; 272]))
                    .collect(),
            };
            let flash = store.flash();
            let (bytes, operations, pages) = (
                flash.bytes_written(),
                flash.operations(),
                flash.erases().iter().sum::<u32>(),
            );
            run(&mut store, &changes).unwrap();
            let flash = store.flash();
            let cost = (
                flash.bytes_written() - bytes,
                flash.operations() - operations,
                flash.erases().iter().sum::<u32>() - pages,
            );
            let worst: &mut (u64, u64, u32) = &mut dearest[kind];
            *worst = (
                worst.0.max(cost.0),
                worst.1.max(cost.1),
                worst.2.max(cost.2),
            );
            // the collector passes six times what was written, to the end of an entry, and copies at most that, with commits
            let written: usize = changes
                .iter()
                .map(|change| match change {
                    Change::Put(_, data) => footprint(data.len()),
                    Change::Delete(_) => 8,
                })
                .sum::<usize>()
                + 24;
            let passed = (written * 6).max(512) + 280;
            let most = (written + passed * 17 / 16) as u64;
            let headers = 16 * (most / (P as u64 - 16) + 1);
            assert!(
                cost.0 <= most + headers,
                "round {round}: {} bytes for {written}",
                cost.0
            );
        }
        println!(
            "pages of {P}, full with {count} files of 100 bytes: the dearest change of one file, four files, four objects of 272 bytes \
             took (bytes, flash operations, of them erases) {dearest:?}"
        );
    }
    dearest::<512, 4>();
    dearest::<4096, 8>();
}
