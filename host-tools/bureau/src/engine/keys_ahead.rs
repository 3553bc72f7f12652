//! Which keys a card will need, and how many are derived at once where the keeper of the master keys is a device.

use apdu_specs::Application;
use apdu_specs::applications::certificates;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::Directory;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::Algorithm;
use ssc_keys::ahead::Wanted;

use crate::card_error::CardError;
use crate::contents::irk_vault_id;
use crate::job::Decided;

/// Derivations at once for each head. A card has some fifty keys; at 20 ms each they are there after some 140 ms, which the chip needs to
/// be taken over.
const A_HEAD: usize = 8;
/// Derivations at once of a program: sessions of a token, and threads that wait for them.
const MOST: usize = 64;

/// Threads that derive for so many heads.
pub(super) fn threads(heads: usize) -> usize {
    (heads * A_HEAD).clamp(A_HEAD, MOST)
}

/// The keys of a card, the first that is needed before the others.
pub(super) fn wanted(decided: &Decided) -> Result<Vec<Wanted>, CardError> {
    let generation = decided.model.generation;
    let algorithm = decided.model.algorithm()?;
    let of = |id, algorithm| Wanted {
        id,
        version: FIRST_KEY_VERSION,
        algorithm,
        region: *decided.region.digits(),
    };
    let mut all = vec![of(irk_vault_id()?, algorithm)];
    let mut add = |directory: &'static Directory, algorithm: Algorithm| {
        for key in directory.keys_of(generation) {
            let key = of(key.vault_id, algorithm);
            if !all.contains(&key) {
                all.push(key);
            }
        }
    };
    for directory in directories(generation) {
        add(directory, algorithm);
    }
    if decided.model.has(Application::Certificates) {
        for directory in certificates::DIRECTORIES {
            add(directory, Algorithm::Sm4);
        }
    }
    Ok(all)
}
