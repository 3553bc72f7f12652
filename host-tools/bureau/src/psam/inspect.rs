//! What a PSAM tells of itself: terminal identifier, public data, which keys; never a key.

use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::psam::{
    self, SAM_ENVIRONMENTS, SAM_PUBLIC_FID, SAM_TERMINAL_FID, SamEnvironment, SamKey,
    SamPublicData, TERMINAL_IDENTIFIER_LENGTH,
};
use apdu_specs::{files, le};
use ssc_reader::commands::{any, ssc};
use ssc_reader::{Card, exchange};

use super::TerminalIdentifier;
use crate::card_error::CardError;
use crate::steps::card_factor;

/// Bytes of a key in the list of keys: use, identifier, algorithm marker, version.
const LISTED: usize = 4;

/// What a PSAM tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PsamInfo {
    /// The terminal's identifier.
    pub terminal: TerminalIdentifier,
    /// Region for which it was made, six digits: see [`super::Levels`]; `None` where the PSAM is another maker's and does not
    /// say it there.
    pub region: Option<String>,
    /// Its environments.
    pub environments: Vec<Environment>,
    /// Whether it has an environment of SSF33 keys too. The cipher is classified: no program without it can use them.
    pub ssf33: bool,
}

/// One environment that the PSAM has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its row of the table.
    pub row: &'static SamEnvironment,
    /// Its keys; `None` where the PSAM does not list them (another maker's: the list is this project's).
    pub keys: Option<Vec<HeldKey>>,
}

/// A key, without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// Its `use`.
    pub sam_use: u8,
    /// Its identifier.
    pub identifier: u8,
    /// Algorithm marker.
    pub algorithm: u8,
    /// Version.
    pub version: u8,
}

impl HeldKey {
    /// Its row of the table, where there is one.
    #[must_use]
    pub fn row(&self) -> Option<SamKey> {
        psam::keys().find(|row| row.identifier == self.identifier)
    }
}

/// Asks a PSAM. Nothing is written, no counter moves.
///
/// # Errors
/// [`CardError::NotAPsam`] where the MF has no terminal identifier or no environment is there; reader and card.
pub fn inspect(card: &mut dyn Card) -> Result<PsamInfo, CardError> {
    exchange(card, &any::select_by_fid(files::MF))?.ok()?;
    let terminal = read(card, SAM_TERMINAL_FID)?
        .and_then(|data| data.try_into().ok())
        .ok_or(CardError::NotAPsam)?;
    let factor = card_factor(card.atr()).ok();
    let region = read(card, SAM_PUBLIC_FID)?
        .zip(factor)
        .and_then(|(data, factor)| SamPublicData::from_bytes(&data, factor))
        .map(|data| data.region_digits().map(char::from).iter().collect());
    let mut environments = Vec::new();
    for row in SAM_ENVIRONMENTS {
        if !exchange(card, &any::select_by_name(row.name))?.is_ok()
            || !exchange(card, &any::select_by_fid(row.application_fid))?.is_ok()
        {
            continue;
        }
        let answer = exchange(card, &any::get_data(psam::tags::DATA_SAM_KEYS))?;
        let keys = answer.is_ok().then(|| list(&answer.data)).flatten();
        environments.push(Environment { row, keys });
    }
    let ssf33 = exchange(card, &any::select_by_name(psam::names::SSF33_ENVIRONMENT))?.is_ok();
    if environments.is_empty() && !ssf33 {
        return Err(CardError::NotAPsam);
    }
    Ok(PsamInfo {
        terminal,
        region,
        environments,
        ssf33,
    })
}

/// The EF of the MF, by SFI; `None` where it is not there.
fn read(card: &mut dyn Card, fid: u16) -> Result<Option<Vec<u8>>, CardError> {
    let [_, sfi] = fid.to_be_bytes();
    let length = match fid {
        SAM_TERMINAL_FID => u16::try_from(TERMINAL_IDENTIFIER_LENGTH).unwrap_or(le::ALL),
        _ => le::ALL,
    };
    let answer = exchange(card, &ssc::read_binary_of(sfi, length))?;
    Ok(answer.is_ok().then_some(answer.data))
}

fn list(data: &[u8]) -> Option<Vec<HeldKey>> {
    let (keys, rest) = data.as_chunks::<LISTED>();
    let key = |[sam_use, identifier, algorithm, version]: &[u8; LISTED]| HeldKey {
        sam_use: *sam_use,
        identifier: *identifier,
        algorithm: *algorithm,
        version: *version,
    };
    rest.is_empty().then(|| keys.iter().map(key).collect())
}

impl Environment {
    /// Name of its algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        match self.row.algorithm {
            KeyAlgorithm::TripleDes => "3DES",
            KeyAlgorithm::Ssf33 => "SSF33",
            KeyAlgorithm::Sm4 => "SM4",
        }
    }
}
