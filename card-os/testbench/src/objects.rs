//! All that survives power-off, object by object.

use std::collections::BTreeMap;

use card_os::objects::{PIN_TRIES, Slot};
use card_os::store::{Names, ObjectId, Space, Store};
use simulated_flash::SimulatedFlash;

/// The objects of a card.
pub type Objects = BTreeMap<ObjectId, Vec<u8>>;

/// All objects in a flash, whether it has power or not.
///
/// # Panics
/// Where the flash holds no store.
pub fn objects<const P: usize, const W: usize>(flash: &SimulatedFlash<P, W>) -> Objects {
    let mut flash = flash.clone();
    flash.power_on();
    let mut store = Store::mount(flash)
        .map_err(|(error, _)| error)
        .expect("the flash holds a store");
    let mut all = Objects::new();
    let mut names = Names::ALL;
    while let Some(id) = names.present(&store) {
        let mut bytes = vec![0; store.len(id).unwrap().unwrap()];
        store.read(id, 0, &mut bytes).unwrap();
        all.insert(id, bytes);
    }
    all
}

/// All files that there can be.
pub fn slots() -> impl Iterator<Item = Slot> {
    (0..Slot::COUNT).filter_map(Slot::new)
}

/// Whether it is a card key.
pub fn is_card_key(id: ObjectId) -> bool {
    slots().any(|slot| (slot.key(0)..=slot.key(0x1F)).contains(&id))
}

/// Whether it is a key of a PSAM.
pub fn is_sam_key(id: ObjectId) -> bool {
    slots().any(|slot| (slot.sam_key(0)..=slot.sam_key(0xFF)).contains(&id))
}

/// Whether it is the counter of a card key.
pub fn is_key_counter(id: ObjectId) -> bool {
    slots().any(|slot| (slot.key_tries(0)..=slot.key_tries(0x1F)).contains(&id))
}

/// Whether it counts tries of anything.
pub fn is_counter(id: ObjectId) -> bool {
    let of_sam = |slot: Slot| (slot.sam_tries(0)..=slot.sam_tries(0xFF)).contains(&id);
    id == PIN_TRIES || is_key_counter(id) || slots().any(of_sam)
}

/// Whether it is the content of a file.
pub fn is_content(id: ObjectId) -> bool {
    id.space() == Space::FILES && Slot::of_descriptor(id).is_none()
}
