//! The terminal's PSAM (终端安全模块): from a blank card to SECURED, with the master keys of a vault; and what a PSAM tells of
//! itself.
//!
//! It is made as a card is: the same security domain, the same groupings and digests
//! ([`personalize`]). Keys with three levels of derivation are the roots themselves, so that
//! whoever has such a PSAM open can act for every region; those with two are derived for the province of the order's region,
//! those with one for the region itself ([`Levels`]).

mod inspect;

use apdu_specs::Generation;
use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::psam::{
    self, DEBIT_INDEX, DEBIT_KEY, MOST_LEVELS, SAM_APPLICATION_FILES, SAM_DEBIT_FID,
    SAM_ENVIRONMENTS, SAM_FILES, SAM_PUBLIC_FID, SAM_SEQUENCE_FID, SAM_TERMINAL_FID,
    SamEnvironment, SamKey, SamPublicData, SamUse, TERMINAL_IDENTIFIER_LENGTH,
};
use apdu_specs::files::{self, ElementaryFile};
use apdu_specs::keys::KEY_TRIES;
use card_crypto::Algorithm;
use ssc_keys::{KeyError, KeyService, roots};
use ssc_reader::Card;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::domain_keys::Line;
use crate::fcp;
use crate::plan::{CardPlan, key_entry};
use crate::steps::{card_factor, personalize};
use ssc_person::Region;

pub use inspect::{Environment, HeldKey, PsamInfo, inspect};

/// A terminal identifier (终端机编号), 6 bytes.
pub type TerminalIdentifier = [u8; TERMINAL_IDENTIFIER_LENGTH];

/// How many levels of derivation the keys of a PSAM keep, and so whose cards it serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Levels {
    /// As the table has it, and programs of 2.00 and 3.00 ask: three for IRK and the DFs' reading keys, two for the others.
    #[default]
    Usual,
    /// One for all: for cards of the order's region alone, as programs of 1.00 ask (27, 28).
    City,
    /// Two for all: for cards of its province.
    Province,
    /// Three for all, the update keys too: for cards of every region.
    Nation,
    /// Three for all reading keys and IRK, the others as usual: it reads cards of every region and writes those of its own.
    NationalReading,
}

impl Levels {
    /// The `use` of a key.
    fn of(self, row: &SamKey) -> Option<SamUse> {
        let usual = SamUse::from_byte(row.sam_use)?;
        let levels = match self {
            Self::City => 1,
            Self::Province => 2,
            Self::Nation => MOST_LEVELS,
            Self::NationalReading if row.reads => MOST_LEVELS,
            Self::Usual | Self::NationalReading => usual.levels,
        };
        Some(SamUse { levels, ..usual })
    }
}

/// What is decided for one PSAM.
#[derive(Clone, Copy, Debug)]
pub struct PsamOrder {
    /// Region in which the terminal stands: keys with two levels are its province's, those with one its own.
    pub region: Region,
    /// Levels of its keys.
    pub levels: Levels,
    /// The terminal's identifier.
    pub terminal: TerminalIdentifier,
    /// Version of the roots, 1 to 3.
    pub version: u8,
    /// What is known of the line to the card.
    pub line: Line,
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
    personalize(card, &plan, keys, order.line)?;
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
        plan_file(&mut plan, files::MF, file, order, card_factor)?;
    }
    for environment in SAM_ENVIRONMENTS {
        plan.sub_directory(files::MF, fcp::sam_environment(environment));
        plan.keys(environment.fid, &[], 0xFF);
        plan.create(fcp::sam_application(environment));
        for file in SAM_APPLICATION_FILES {
            plan_file(
                &mut plan,
                environment.application_fid,
                file,
                order,
                card_factor,
            )?;
        }
        let entries = key_entries(environment, order, keys, issued)?;
        issued.keys += entries.len();
        plan.keys(environment.application_fid, &entries, 0xFF);
    }
    Ok(plan)
}

fn plan_file(
    plan: &mut CardPlan,
    directory: u16,
    file: &ElementaryFile,
    order: &PsamOrder,
    card_factor: &[u8; 8],
) -> Result<(), CardError> {
    let mut value = match file.fid {
        SAM_PUBLIC_FID => public_data(order, card_factor),
        SAM_TERMINAL_FID => order.terminal.to_vec(),
        SAM_SEQUENCE_FID => Vec::new(),
        SAM_DEBIT_FID => vec![DEBIT_INDEX],
        _ => return Err(CardError::Internal("a file of the PSAM without contents")),
    };
    value.resize(file.size(Generation::V3).into(), 0x00);
    let fcp = fcp::elementary_file(file, Generation::V3);
    plan.file(directory, file.fid, fcp, value);
    Ok(())
}

fn public_data(order: &PsamOrder, card_factor: &[u8; 8]) -> Vec<u8> {
    let data = SamPublicData {
        card_factor: *card_factor,
        region: order.region.bcd(),
    };
    data.to_bytes().to_vec()
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
    for row in psam::keys() {
        let role = order.levels.of(&row);
        let role = role.ok_or(CardError::Internal("use of a PSAM's key"))?;
        let region = order.region.digits();
        let key = keys.sam_key(row.vault_id, order.version, algorithm, region, role.levels);
        match key {
            Ok(key) => {
                let header = [
                    role.byte(),
                    row.identifier,
                    algorithm.marker(),
                    order.version,
                    KEY_TRIES,
                ];
                entries.push(key_entry(header, algorithm, &key));
            }
            // Vaults that are older than a key go on without it.
            Err(KeyError::MissingRoot { .. })
                if row == DEBIT_KEY || roots::is_later(row.vault_id) =>
            {
                if !issued.missing.contains(&row.vault_id) {
                    issued.missing.push(row.vault_id);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(entries)
}
