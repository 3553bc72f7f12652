//! What the tests of the store share: a plain map to compare with, and transactions as data.

pub use card_os::store::{Names, OBJECTS, ObjectId, Space, Store, StoreError};
pub use simulated_flash::{Cut, SimulatedFlash};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The content of a store.
pub type Model = BTreeMap<u16, Vec<u8>>;

/// How the tests name their objects.
#[derive(Clone, Copy)]
pub enum Naming {
    /// Over all name spaces: neighbours lie in different ones.
    Spread,
    /// As a store of format 1 had them, by their number alone.
    Format1,
}

thread_local! {
    /// The naming of this test.
    pub static NAMING: Cell<Naming> = const { Cell::new(Naming::Spread) };
}

/// The name under which the tests keep object `number`.
pub fn name(number: u16) -> ObjectId {
    match NAMING.get() {
        Naming::Spread => {
            let space = Space::new(1 + (number % 15) as u8).expect("1 to 15");
            ObjectId::new(space, number)
        }
        Naming::Format1 => match number {
            0..0x10 => ObjectId::new(Space::CARD, number),
            _ => ObjectId::new(Space::CREDENTIALS, 0x2000 + number - 0x10),
        },
    }
}

/// The number of the object with this name.
fn number(id: ObjectId) -> u16 {
    let number = match NAMING.get() {
        Naming::Format1 if id.space() == Space::CREDENTIALS => id.number() - 0x2000 + 0x10,
        _ => id.number(),
    };
    assert_eq!(id, name(number));
    number
}

/// An empty store.
pub fn format<const P: usize, const W: usize>(pages: usize) -> Store<SimulatedFlash<P, W>> {
    Store::format(SimulatedFlash::new(pages))
        .map_err(|(error, _)| error)
        .expect("formats")
}

/// The same store after a reset.
pub fn remount<const P: usize, const W: usize>(
    store: Store<SimulatedFlash<P, W>>,
) -> Store<SimulatedFlash<P, W>> {
    Store::mount(store.into_flash())
        .map_err(|(error, _)| error)
        .expect("mounts")
}

/// All that is in the store, read in two parts each.
pub fn content<const P: usize, const W: usize>(
    store: &mut Store<SimulatedFlash<P, W>>,
) -> Result<Model, StoreError> {
    let mut model = Model::new();
    let mut names = Names::ALL;
    while let Some(id) = names.present(store) {
        let len = store.len(id)?.expect("is there");
        let mut bytes = vec![0; len];
        let (half, rest) = bytes.split_at_mut(len / 2);
        assert_eq!(store.read(id, 0, half)?, half.len());
        assert_eq!(store.read(id, half.len(), rest)?, rest.len());
        let mut at_once = vec![0; len];
        assert_eq!(store.read_first_from(id, &mut at_once)?, Some(id));
        assert_eq!(at_once, bytes);
        model.insert(number(id), bytes);
    }
    Ok(model)
}

/// Bytes that an object of `len` bytes counts.
pub fn footprint(len: usize) -> usize {
    len + Store::<SimulatedFlash<512, 4>>::overhead_of(len)
}

/// One change of a transaction.
#[derive(Clone, Debug)]
pub enum Change {
    Put(u16, Vec<u8>),
    Delete(u16),
}

impl Change {
    /// In the model.
    pub fn to_model(&self, model: &mut Model) {
        match self {
            Change::Put(id, data) => drop(model.insert(*id, data.clone())),
            Change::Delete(id) => drop(model.remove(id)),
        }
    }

    /// In the store, in parts of uneven length.
    pub fn to_store<const P: usize, const W: usize>(
        &self,
        tx: &mut card_os::store::Transaction<'_, SimulatedFlash<P, W>>,
    ) -> Result<(), StoreError> {
        match self {
            Change::Put(id, data) => {
                let (start, end) = data.split_at(data.len() / 3);
                tx.put(name(*id), &[start, &[], end])
            }
            Change::Delete(id) => tx.delete(name(*id)),
        }
    }
}

/// A transaction of these changes.
pub fn run<const P: usize, const W: usize>(
    store: &mut Store<SimulatedFlash<P, W>>,
    changes: &[Change],
) -> Result<(), StoreError> {
    store.transaction(|tx| changes.iter().try_for_each(|change| change.to_store(tx)))
}

/// A repeatable source of numbers.
pub struct Dice(pub u64);

impl Dice {
    /// 0 to `bound` - 1.
    pub fn roll(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Whether the long forms of the tests are wanted: `STORE_TESTS=full`.
pub fn full() -> bool {
    std::env::var("STORE_TESTS").is_ok_and(|value| value == "full")
}
