//! Manufacture: what a blank card holds.

use apdu_specs::applications::domain::keys::{TRANSPORT_KEY, TRANSPORT_KEY_VERSION};
use apdu_specs::life_cycle::LifeCycle;
use embedded_storage::nor_flash::NorFlash;

use crate::fs::{Descriptor, File, create};
use crate::identity::Identity;
use crate::objects::{DOMAIN_KEYS, IDENTITY, LIFE_CYCLE, Slot};
use crate::store::{Store, StoreError};

/// Makes the store new, and in it what a blank card holds: identity, OP_READY, the transport keys, an empty MF.
///
/// # Errors
/// The store's.
pub fn make_blank<F: NorFlash>(
    store: &mut Store<F>,
    identity: &Identity,
) -> Result<(), StoreError> {
    store.make()?;
    store.transaction(|tx| {
        tx.put(IDENTITY, &[identity.historical()])?;
        tx.put(LIFE_CYCLE, &[&[LifeCycle::OpReady.byte()]])?;
        tx.put(
            DOMAIN_KEYS,
            &[
                &[TRANSPORT_KEY_VERSION],
                &TRANSPORT_KEY,
                &TRANSPORT_KEY,
                &TRANSPORT_KEY,
            ],
        )?;
        let mf = File {
            slot: Slot::MF,
            descriptor: Descriptor::mf(),
        };
        create::save(tx, &mf).map_err(|_| StoreError::Full)
    })
}
