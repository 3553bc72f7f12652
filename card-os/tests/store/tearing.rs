//! The power goes at every flash operation of a workload: before it, in the middle of it, after it. After each cut the store holds the
//! state before or the state after, the same transaction can be repeated, and a cut in that repetition is no worse.

use crate::model::*;
use std::cell::Cell;

pub type Session = Vec<Vec<Change>>;

/// A cut and what it shows that is wrong.
#[derive(Debug)]
#[allow(dead_code, reason = "read by Debug")]
pub struct Wrong {
    session: usize,
    operation: u64,
    cut: Cut,
    what: String,
}

/// Transactions like those of a card: a counter, a purse debit, a record, a large block, files made and deleted.
fn transaction(dice: &mut Dice, objects: usize) -> Vec<Change> {
    let put = |dice: &mut Dice, id: usize, len: usize| {
        let fill = dice.roll(256) as u8;
        Change::Put(
            id as u16,
            (0..len).map(|at| fill.wrapping_add(at as u8)).collect(),
        )
    };
    match dice.roll(8) {
        0 | 1 => vec![put(dice, 0, 4)],
        2 | 3 => {
            let record = 4 + dice.roll(6);
            vec![
                put(dice, 1, 14),
                put(dice, 2, 2),
                put(dice, 3, 4),
                put(dice, record, 28),
            ]
        }
        4 => {
            let (id, len) = (10 + dice.roll(objects), 40 + dice.roll(40));
            vec![put(dice, id, len)]
        }
        5 => {
            let id = 10 + dice.roll(objects);
            vec![put(dice, id, 272), put(dice, 0, 4)]
        }
        6 => vec![
            Change::Delete(10 + dice.roll(objects) as u16),
            Change::Delete(10 + dice.roll(objects) as u16),
        ],
        _ => {
            let count = 4 + dice.roll(6);
            (0..count)
                .map(|_| {
                    let id = 10 + dice.roll(objects);
                    put(dice, id, 60)
                })
                .collect()
        }
    }
}

/// A store that has been in use until its collector works, and sessions of one to three transactions to go on with.
pub fn workload<const P: usize, const W: usize>(
    pages: usize,
    sessions: usize,
) -> (SimulatedFlash<P, W>, Model, Vec<Session>) {
    let mut store = format::<P, W>(pages);
    let objects = (store.capacity() / 120).min(200);
    let (mut dice, mut model) = (Dice(P as u64), Model::new());
    let fitting = |dice: &mut Dice, model: &Model, capacity: usize| loop {
        let (changes, mut next) = (transaction(dice, objects), model.clone());
        changes.iter().for_each(|change| change.to_model(&mut next));
        let most: usize = model
            .values()
            .chain(next.values())
            .map(|data| footprint(data.len()))
            .sum();
        if most / 2 + 600 < capacity {
            return (changes, next);
        }
    };
    let capacity = store.capacity();
    // two rounds of the ring: then every page has an earlier life
    while store.flash().erases().iter().any(|&erases| erases < 3) {
        let (changes, next) = fitting(&mut dice, &model, capacity);
        run(&mut store, &changes).expect("fits");
        model = next;
    }
    let start = model.clone();
    let script = (0..sessions)
        .map(|_| {
            (0..1 + dice.roll(3))
                .map(|_| {
                    let (changes, next) = fitting(&mut dice, &model, capacity);
                    model = next;
                    changes
                })
                .collect()
        })
        .collect();
    (store.into_flash(), start, script)
}

/// Mounts, and says what is wrong with the state: it must be one of `allowed`. Returns the store and which it is.
pub fn mount_one_of<const P: usize, const W: usize>(
    mut flash: SimulatedFlash<P, W>,
    allowed: &[&Model],
) -> Result<(Store<SimulatedFlash<P, W>>, usize), String> {
    flash.power_on();
    let operations = flash.operations();
    let mut store =
        Store::mount(flash).map_err(|(error, _)| format!("mount refuses: {error:?}"))?;
    if store.flash().operations() != operations {
        return Err("the mount wrote".into());
    }
    let found = content(&mut store).map_err(|error| format!("cannot be read: {error:?}"))?;
    match allowed.iter().position(|model| **model == found) {
        Some(at) => Ok((store, at)),
        None => Err("neither the state before nor the state after".into()),
    }
}

pub struct Bench {
    cuts: Cell<u64>,
    second_cuts: Cell<u64>,
    seeds: u64,
    /// Every how many cuts of the first kind the recovery is cut too, and at every how many operations.
    again: (u64, u64),
}

impl Bench {
    pub fn cuts(&self, operation: u64) -> impl Iterator<Item = Cut> + use<> {
        let middle = (0..self.seeds).map(move |seed| Cut::Middle {
            seed: seed ^ (operation << 8),
        });
        [Cut::Before, Cut::After].into_iter().chain(middle)
    }

    /// Runs the transactions from number `from` on until one fails; returns how many succeeded.
    pub fn play<const P: usize, const W: usize>(
        store: &mut Store<SimulatedFlash<P, W>>,
        session: &[Vec<Change>],
        from: usize,
    ) -> Result<usize, String> {
        for (at, changes) in session.iter().enumerate().skip(from) {
            match run(store, changes) {
                Ok(()) => {}
                Err(StoreError::Flash) if store.flash().is_off() => return Ok(at),
                Err(error) => return Err(format!("transaction {at}: {error:?}")),
            }
        }
        Ok(session.len())
    }

    /// Cuts one session at one place, checks, repeats what was lost, cutting again, and checks the end.
    fn cut_once<const P: usize, const W: usize>(
        &self,
        start: &SimulatedFlash<P, W>,
        (session, states): (&[Vec<Change>], &[Model]),
        (operation, cut): (u64, Cut),
    ) -> Result<(), String> {
        let end = states.last().expect("at least the start");
        let mut store = mount_one_of(start.clone(), &[&states[0]])?.0;
        store.flash_mut().cut_after(operation, cut);
        let done = Self::play(&mut store, session, 0)?;
        let flash = store.into_flash();
        self.cuts.set(self.cuts.get() + 1);
        let allowed: Vec<&Model> = states[done..].iter().take(2).collect();

        if self.cuts.get().is_multiple_of(self.again.0) {
            let mut again = 0;
            loop {
                let (mut store, after) = mount_one_of(flash.clone(), &allowed)?;
                let from = done + after;
                store.flash_mut().cut_after(
                    again,
                    Cut::Middle {
                        seed: again ^ operation,
                    },
                );
                let done = Self::play(&mut store, session, from)?;
                if !store.flash().is_off() {
                    break;
                }
                self.second_cuts.set(self.second_cuts.get() + 1);
                let allowed: Vec<&Model> = states[done..].iter().take(2).collect();
                let (mut store, after) = mount_one_of(store.into_flash(), &allowed)
                    .map_err(|what| format!("second cut: {what}"))?;
                Self::play(&mut store, session, done + after)?;
                mount_one_of(store.into_flash(), &[end])
                    .map_err(|what| format!("after a second cut: {what}"))?;
                again += self.again.1;
            }
        }

        let (mut store, after) = mount_one_of(flash, &allowed)?;
        Self::play(&mut store, session, done + after)?;
        let (store, _) = mount_one_of(store.into_flash(), &[end])
            .map_err(|what| format!("at the end: {what}"))?;
        match store.flash().violations() {
            0 => Ok(()),
            count => Err(format!("{count} violations of the rules of flash")),
        }
    }

    /// Cuts a workload everywhere. `prepare` may plant a fault.
    fn run<const P: usize, const W: usize>(
        &self,
        pages: usize,
        sessions: usize,
        prepare: impl Fn(&mut SimulatedFlash<P, W>),
    ) -> Result<(), Wrong> {
        let (mut flash, model, script) = workload::<P, W>(pages, sessions);
        prepare(&mut flash);
        self.run_from(flash, model, &script)
    }

    /// Cuts sessions everywhere, from this state on.
    pub fn run_from<const P: usize, const W: usize>(
        &self,
        mut flash: SimulatedFlash<P, W>,
        mut model: Model,
        script: &[Session],
    ) -> Result<(), Wrong> {
        for (number, session) in script.iter().enumerate() {
            let mut states = vec![model.clone()];
            for changes in session {
                changes
                    .iter()
                    .for_each(|change| change.to_model(&mut model));
                states.push(model.clone());
            }
            let mut store = Store::mount(flash.clone())
                .map_err(|(error, _)| error)
                .expect("mounts");
            let before = store.flash().operations();
            assert_eq!(Self::play(&mut store, session, 0), Ok(session.len()));
            for operation in 0..store.flash().operations() - before {
                for cut in self.cuts(operation) {
                    self.cut_once(&flash, (session, &states), (operation, cut))
                        .map_err(|what| Wrong {
                            session: number,
                            operation,
                            cut,
                            what,
                        })?;
                }
            }
            flash = store.into_flash();
        }
        println!(
            "pages of {P}, words of {W}: {} sessions, {} cuts, and {} cuts in the recovery",
            script.len(),
            self.cuts.get(),
            self.second_cuts.get()
        );
        Ok(())
    }
}

pub fn bench() -> Bench {
    let (seeds, again) = if full() { (8, (16, 1)) } else { (3, (16, 5)) };
    Bench {
        cuts: Cell::new(0),
        second_cuts: Cell::new(0),
        seeds,
        again,
    }
}

#[test]
fn no_cut_hurts_with_small_pages() {
    bench().run::<512, 4>(20, 30, |_| {}).unwrap();
}

#[test]
fn no_cut_hurts_with_middle_pages() {
    bench().run::<2048, 8>(8, 30, |_| {}).unwrap();
}

#[test]
fn no_cut_hurts_with_large_pages() {
    bench().run::<4096, 8>(8, 30, |_| {}).unwrap();
}

/// The test of the test: a commit mark that reaches the flash before the data must be seen.
#[test]
fn a_commit_mark_written_too_early_is_caught() {
    let wrong = bench()
        .run::<512, 4>(20, 30, SimulatedFlash::plant_late_data)
        .expect_err("the planted fault was not seen");
    println!("caught: {wrong:?}");
}

/// Cut after cut, thousands of times, one in most sessions: the store neither wears down nor fills up.
#[test]
fn a_life_of_cuts_uses_nothing_up() {
    fn life<const P: usize, const W: usize>(pages: usize, cuts: usize) {
        let (mut flash, mut model, _) = workload::<P, W>(pages, 0);
        let capacity = Store::mount(flash.clone())
            .map_err(|(error, _)| error)
            .expect("mounts")
            .capacity();
        let mut dice = Dice(7);
        for round in 0..cuts {
            let mut store = Store::mount(flash)
                .map_err(|(error, _)| error)
                .expect("mounts");
            let changes = loop {
                let changes = transaction(&mut dice, (capacity / 120).min(200));
                let mut next = model.clone();
                changes.iter().for_each(|change| change.to_model(&mut next));
                if next
                    .values()
                    .map(|data| footprint(data.len()))
                    .sum::<usize>()
                    + 600
                    < capacity
                {
                    break changes;
                }
            };
            let cut = [Cut::Before, Cut::After, Cut::Middle { seed: round as u64 }][dice.roll(3)];
            store.flash_mut().cut_after(dice.roll(40) as u64, cut);
            let mut next = model.clone();
            changes.iter().for_each(|change| change.to_model(&mut next));
            let result = run(&mut store, &changes);
            assert!(
                matches!(result, Ok(()) | Err(StoreError::Flash)),
                "{P}/{W}, round {round}: {result:?}"
            );
            let allowed: &[&Model] = if result.is_ok() {
                &[&next]
            } else {
                &[&model, &next]
            };
            let (store, after) = mount_one_of(store.into_flash(), allowed)
                .unwrap_or_else(|what| panic!("{P}/{W}, round {round}: {what}"));
            if result.is_ok() || after == 1 {
                model = next;
            }
            assert_eq!(store.flash().violations(), 0);
            flash = store.into_flash();
        }
        println!("pages of {P}: {cuts} sessions cut, one after the other");
    }
    let cuts = if full() { 50_000 } else { 2_000 };
    life::<512, 4>(20, cuts);
    life::<2048, 8>(8, cuts);
    life::<4096, 8>(8, cuts);
}
