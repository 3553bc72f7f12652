//! The terminal's PSAM (终端安全模块): from a blank card to SECURED, with the master keys of a vault; and what a PSAM tells of
//! itself.
//!
//! It is made as a card is: the same security domain, the same groupings and digests
//! ([`personalize`](crate::personalize::personalize)). Keys with three levels of derivation are the roots themselves, so that
//! whoever has such a PSAM open can act for every region; those with two are derived for the province of the order's region.

mod inspect;

use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::files::{
    SAM_ENVIRONMENTS, SAM_FILES, SAM_PUBLIC_FID, SAM_TERMINAL_FID, SamEnvironment,
    TERMINAL_IDENTIFIER_LENGTH,
};
use apdu_specs::keys::KEY_TRIES;
use apdu_specs::sam::{self, DEBIT_KEY, SamKey, SamUse};
use apdu_specs::{Generation, names};
use card_crypto::{Algorithm, Key16};
use ssc_keys::{KeyError, KeyService};
use ssc_reader::Card;
use zeroize::Zeroizing;

use crate::error::CardError;
use crate::fcp;
use crate::person::Region;
use crate::personalize::{card_factor, personalize};
use crate::plan::{CardPlan, key_entry};

pub use inspect::{Environment, HeldKey, PsamInfo, inspect};

/// Version of the PSAM in its public data (P).
const PSAM_VERSION: u8 = 0x01;
/// Type of key card in its public data: a PSAM (P).
const PSAM_TYPE: u8 = 0x00;

/// A terminal identifier (终端机编号), 6 bytes.
pub type TerminalIdentifier = [u8; TERMINAL_IDENTIFIER_LENGTH];

/// What is decided for one PSAM.
#[derive(Clone, Copy, Debug)]
pub struct PsamOrder {
    /// Region in which the terminal stands: its province is that of the keys with two levels.
    pub region: Region,
    /// The terminal's identifier.
    pub terminal: TerminalIdentifier,
    /// Version of the roots, 1 to 3.
    pub version: u8,
}

/// What was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedPsam {
    /// ATR as hex.
    pub atr: String,
    /// Master keys that it holds, over all environments.
    pub keys: usize,
    /// Keys that the vault has no root for, by name: a vault made before there was a debit key lacks it.
    pub missing: Vec<&'static str>,
}

/// Makes a PSAM of a blank card. It is SECURED when this returns without an error, and not before; one that an earlier
/// attempt left half-way is wiped and begun again.
///
/// # Errors
/// [`CardError`], among them [`CardError::Keys`] with [`KeyError::NotExportable`] where the keys are kept by an HSM.
pub fn issue(
    card: &mut dyn Card,
    order: &PsamOrder,
    keys: &dyn KeyService,
) -> Result<IssuedPsam, CardError> {
    let factor = card_factor(card.atr())?;
    let atr = hex::encode_upper(card.atr());
    let mut issued = IssuedPsam {
        atr,
        keys: 0,
        missing: Vec::new(),
    };
    let plan = plan(order, &factor, keys, &mut issued)?;
    personalize(card, &plan, keys)?;
    Ok(issued)
}

fn plan(
    order: &PsamOrder,
    card_factor: &[u8; 8],
    keys: &dyn KeyService,
    issued: &mut IssuedPsam,
) -> Result<CardPlan, CardError> {
    let mut plan = CardPlan::empty();
    for file in SAM_FILES {
        let mut value = match file.fid {
            SAM_PUBLIC_FID => public_data(order, card_factor),
            SAM_TERMINAL_FID => order.terminal.to_vec(),
            _ => return Err(CardError::Internal("a file of the PSAM without contents")),
        };
        value.resize(file.size(Generation::V3).into(), 0x00);
        let fcp = fcp::elementary_file(file, Generation::V3);
        plan.file(names::MF, file.fid, fcp, value);
    }
    for environment in SAM_ENVIRONMENTS {
        plan.sub_directory(names::MF, fcp::sam_environment(environment));
        plan.keys(environment.fid, &[], 0x7F);
        plan.create(fcp::sam_application(environment));
        let entries = key_entries(environment, order, keys, issued)?;
        issued.keys += entries.len();
        plan.keys(environment.application_fid, &entries, 0x7F);
    }
    Ok(plan)
}

/// Serial number (10), version, type, region (3).
fn public_data(order: &PsamOrder, card_factor: &[u8; 8]) -> Vec<u8> {
    let mut data = vec![0, 0];
    data.extend(card_factor);
    data.extend([PSAM_VERSION, PSAM_TYPE]);
    data.extend(order.region.bcd());
    data
}

fn key_entries(
    environment: &SamEnvironment,
    order: &PsamOrder,
    keys: &dyn KeyService,
    issued: &mut IssuedPsam,
) -> Result<Vec<Zeroizing<Vec<u8>>>, CardError> {
    let algorithm = match environment.algorithm {
        KeyAlgorithm::TripleDes => Algorithm::TripleDes,
        KeyAlgorithm::Sm4 => Algorithm::Sm4,
        KeyAlgorithm::Ssf33 => return Err(CardError::Internal("SSF33 is not supported")),
    };
    let mut entries = Vec::new();
    for row in sam::keys() {
        match sam_key(&row, algorithm, order, keys) {
            Ok(key) => {
                let header = [
                    row.sam_use,
                    row.identifier,
                    algorithm.marker(),
                    order.version,
                    KEY_TRIES,
                ];
                entries.push(key_entry(header, algorithm, &key));
            }
            // Vaults that are older than the debit key go on without it.
            Err(CardError::Keys(KeyError::MissingRoot { .. })) if row == DEBIT_KEY => {
                if !issued.missing.contains(&row.vault_id) {
                    issued.missing.push(row.vault_id);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}

fn sam_key(
    row: &SamKey,
    algorithm: Algorithm,
    order: &PsamOrder,
    keys: &dyn KeyService,
) -> Result<Key16, CardError> {
    let role = SamUse::from_byte(row.sam_use).ok_or(CardError::Internal("use of a PSAM's key"))?;
    let region = order.region.digits();
    Ok(keys.sam_key(row.vault_id, order.version, algorithm, region, role.levels)?)
}
