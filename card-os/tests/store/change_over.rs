//! A store of format 1 goes on in format 2, and loses nothing wherever the power goes.
//!
//! `test-vectors/images/format-1-store-*.flash` are what the last program of format 1 left behind after the workload of
//! [`crate::tearing`], the `torn` ones after a cut in the transaction that followed.

use crate::model::*;
use crate::tearing::{bench, mount_one_of, workload};

const TORN: [&str; 4] = ["-torn-1", "-torn-3", "-torn-9", "-torn-14"];

/// The flash of an image.
fn image<const P: usize, const W: usize>(torn: &str) -> SimulatedFlash<P, W> {
    NAMING.set(Naming::Format1);
    let images = concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors/images");
    let path = format!("{images}/format-1-store-{P}{torn}.flash");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    SimulatedFlash::from_bytes(&bytes).expect("whole pages")
}

/// Format version of each page that has a header.
fn versions<const P: usize, const W: usize>(flash: &SimulatedFlash<P, W>) -> Vec<u8> {
    let pages = flash.as_bytes().chunks(P);
    pages
        .filter(|page| page[0] == 0x53)
        .map(|page| page[1])
        .collect()
}

/// What the old program left, and what it had in it. The workload writes the same in both formats, but for the names.
fn old<const P: usize, const W: usize>(
    pages: usize,
    torn: &str,
    sessions: usize,
) -> (SimulatedFlash<P, W>, Model, Vec<crate::tearing::Session>) {
    let flash = image(torn);
    let (_, model, script) = workload::<P, W>(pages, sessions);
    (flash, model, script)
}

fn changes_over<const P: usize, const W: usize>(pages: usize, torn: &str) {
    let (flash, model, script) = old::<P, W>(pages, torn, 12);
    assert!(versions(&flash).iter().all(|&version| version == 1));
    bench().run_from(flash, model, &script).unwrap();
}

#[test]
fn no_cut_hurts_while_small_pages_change_over() {
    for torn in TORN.into_iter().chain([""]) {
        changes_over::<512, 4>(20, torn);
    }
}

#[test]
fn no_cut_hurts_while_middle_pages_change_over() {
    changes_over::<2048, 8>(8, "");
}

#[test]
fn no_cut_hurts_while_large_pages_change_over() {
    changes_over::<4096, 8>(8, "");
}

/// Reading alone leaves the old card as it is: the old program has it back.
#[test]
fn reading_changes_nothing() {
    let (flash, model, _) = old::<512, 4>(20, "", 0);
    let bytes = flash.as_bytes().to_vec();
    let mut store = mount_one_of(flash, &[&model]).unwrap().0;
    assert_eq!(content(&mut store).unwrap(), model);
    store.transaction::<_, StoreError>(|_| Ok(())).unwrap();
    assert_eq!(store.flash().as_bytes(), bytes);
}

/// At every cut of the first transaction: on a page of format 1 nothing is ever programmed, and once anything of format 2
/// counts, a whole header says so, which a program of format 1 refuses.
#[test]
fn the_old_program_never_reads_what_the_new_one_wrote() {
    for torn in TORN.into_iter().chain([""]) {
        let (flash, model, _) = old::<512, 4>(20, torn, 0);
        let before = flash.as_bytes().to_vec();
        let changes = [
            Change::Put(2, vec![0x5A; 200]),
            Change::Put(300, vec![7; 40]),
        ];
        let mut after = model.clone();
        changes
            .iter()
            .for_each(|change| change.to_model(&mut after));
        for operation in 0.. {
            let mut done = false;
            for cut in bench().cuts(operation) {
                let mut store = mount_one_of(flash.clone(), &[&model]).unwrap().0;
                store.flash_mut().cut_after(operation, cut);
                done = run(&mut store, &changes).is_ok();
                let told = format!("{torn} {operation} {cut:?}");
                let flash = store.into_flash();
                for (old, new) in before.chunks(512).zip(flash.as_bytes().chunks(512)) {
                    let programmed = old.iter().zip(new).any(|(old, new)| old & !new != 0);
                    assert!(old[..16] != new[..16] || !programmed, "{told}");
                }
                let whole = versions(&flash).contains(&2);
                let (mut store, at) = mount_one_of(flash, &[&model, &after]).expect(&told);
                assert!(at == 0 || whole, "{told}");
                // and it goes on, to the end of all pages of format 1
                if at == 0 {
                    run(&mut store, &changes).expect(&told);
                }
                assert_eq!(content(&mut remount(store)).as_ref(), Ok(&after), "{told}");
            }
            if done {
                break;
            }
        }
    }
}

/// The collector copies what is left of format 1: after a round of the ring nothing of it is there.
#[test]
fn the_collector_takes_all_of_it_along() {
    fn round<const P: usize, const W: usize>(pages: usize) {
        let (flash, mut model, _) = old::<P, W>(pages, "", 0);
        let mut store = mount_one_of(flash, &[&model]).unwrap().0;
        let mut mixed = 0;
        for step in 0..100_000u32 {
            let versions = versions(store.flash());
            mixed += usize::from(versions.contains(&1) && versions.contains(&2));
            if !versions.contains(&1) {
                break;
            }
            let change = Change::Put((step % 3) as u16, vec![step as u8; 100]);
            run(&mut store, std::slice::from_ref(&change)).unwrap();
            change.to_model(&mut model);
            if step % 7 == 0 {
                store = remount(store);
            }
            assert_eq!(content(&mut store).unwrap(), model);
        }
        println!("pages of {P}: {mixed} transactions on a store of both formats");
        assert!(mixed > 5 && !versions(store.flash()).contains(&1));
    }
    round::<512, 4>(20);
    round::<2048, 8>(8);
    round::<4096, 8>(8);
}
