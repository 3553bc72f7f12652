//! What the EFs of a new card hold: the cardholder's and the issuer's data in SSSE, blank records elsewhere.

use apdu_specs::Generation;
use apdu_specs::applications::ssc;
use apdu_specs::applications::ssc::names::{PHOTO_FID, SSSE_FID};
use apdu_specs::files::{Directory, ElementaryFile, Field, FileKind, Format};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::Algorithm;
use card_crypto::session::identification_code_mac;

use ssc_keys::KeyService;
use ssc_person::Region;

use crate::card_error::CardError;
use crate::job::Decided;

/// Bytes of the card identification code.
pub const IDENTIFICATION_CODE_LENGTH: usize = 16;
/// A card that is decided, and the chip that it goes onto.
pub struct ForChip<'a> {
    /// What was decided.
    pub decided: &'a Decided,
    /// The algorithm of its keys.
    pub algorithm: Algorithm,
    /// The chip's diversification factor.
    pub card_factor: [u8; 8],
    /// Identification code.
    pub identification_code: [u8; IDENTIFICATION_CODE_LENGTH],
}

impl<'a> ForChip<'a> {
    /// The card on the chip with this diversification factor.
    ///
    /// # Errors
    /// [`CardError::Keys`] where the keys have no root for IRK, which makes the identification code's MAC.
    pub fn new(
        decided: &'a Decided,
        card_factor: [u8; 8],
        keys: &dyn KeyService,
    ) -> Result<Self, CardError> {
        let algorithm = decided.model.algorithm()?;
        let region = &decided.region;
        let irk = keys.card_key(
            irk_vault_id()?,
            FIRST_KEY_VERSION,
            algorithm,
            region.digits(),
            &card_factor,
        )?;
        Ok(Self {
            decided,
            algorithm,
            card_factor,
            identification_code: identification_code(
                algorithm,
                region,
                &card_factor,
                irk.as_bytes(),
            ),
        })
    }

    const fn generation(&self) -> Generation {
        self.decided.model.generation
    }
}

/// Card identification code (ssc-facts §5): region BCD (3), RID (5), the last four bytes of the ATR, MAC (4) with
/// IRK over the first twelve.
fn identification_code(
    algorithm: Algorithm,
    region: &Region,
    card_factor: &[u8; 8],
    irk: &[u8; 16],
) -> [u8; IDENTIFICATION_CODE_LENGTH] {
    let mut code = [0; IDENTIFICATION_CODE_LENGTH];
    let [_, _, _, _, serial @ ..] = card_factor;
    let head = region
        .bcd()
        .into_iter()
        .chain(ssc::names::RID.iter().copied());
    for (byte, value) in code.iter_mut().zip(head.chain(*serial)) {
        *byte = value;
    }
    let (first, mac) = code.split_at_mut(12);
    if let Ok(first) = <&[u8; 12]>::try_from(&*first) {
        mac.copy_from_slice(&identification_code_mac(algorithm, irk, first));
    }
    code
}

/// The contents of an EF as its data grouping carries them: all records of a linear variable EF, the bytes of a
/// transparent one; `None` where nothing is written and the EF stays blank.
pub fn of_file(
    directory: &Directory,
    file: &ElementaryFile,
    card: &ForChip<'_>,
) -> Option<Vec<u8>> {
    match file.kind {
        FileKind::LinearVariable => {
            let records: Vec<u8> = file
                .records(card.generation())
                .flat_map(|(_, field)| record(directory, field, card))
                .collect();
            (!records.is_empty()).then_some(records)
        }
        FileKind::Transparent { .. } if (directory.fid, file.fid) == (SSSE_FID, PHOTO_FID) => card
            .decided
            .holder
            .photo
            .as_ref()
            .map(|photo| photo.to_vec()),
        _ => None,
    }
}

/// What the EF holds afterwards, as the card's digest covers it.
pub fn held(file: &ElementaryFile, written: Option<Vec<u8>>) -> Vec<u8> {
    let mut held = written.unwrap_or_default();
    if let FileKind::Transparent { size } = file.kind {
        held.resize(usize::from(size), 0);
    }
    held
}

fn record(directory: &Directory, field: &Field, card: &ForChip<'_>) -> Vec<u8> {
    let mut record = Vec::with_capacity(usize::from(field.encoded_len()));
    if let Some(tag) = field.tag {
        record.push(tag);
        // No value of the tables is longer than 253 bytes: a test of apdu-specs holds them to it.
        record.push(u8::try_from(field.length).unwrap_or(u8::MAX));
    }
    let value = if directory.ddf {
        environment_value(field, card)
    } else {
        None
    };
    match value {
        Some(mut value) => {
            value.resize(usize::from(field.length), padding(field.format));
            record.extend(value);
        }
        None if field.children.is_empty() => {
            record.extend(std::iter::repeat_n(
                padding(field.format),
                usize::from(field.length),
            ));
        }
        None => {
            let end = record.len() + usize::from(field.length);
            for child in field.children {
                record.extend(self::record(directory, child, card));
            }
            record.resize(end, 0);
        }
    }
    record
}

/// A field of SSSE, by its name in the table.
fn environment_value(field: &Field, card: &ForChip<'_>) -> Option<Vec<u8>> {
    let decided = card.decided;
    let holder = &decided.holder;
    Some(match field.id {
        "identification_code" => card.identification_code.to_vec(),
        "category" => vec![decided.category],
        "version" => card.generation().version().as_bytes().to_vec(),
        "institution" => decided.institution.bcd().to_vec(),
        "issue_date" => decided.issue_date.bcd().to_vec(),
        "valid_to" => decided.valid_to.bcd().to_vec(),
        "card_number" => decided.card_number.bytes().to_vec(),
        "number" => holder.number.characters().to_vec(),
        "name" => holder.name.head().to_vec(),
        "name_extension" => holder.name.extension().to_vec(),
        "sex" => vec![holder.sex().code()],
        "ethnic_group" => vec![holder.ethnic_group.bcd()],
        "birthplace" => holder.birthplace.bcd().to_vec(),
        "birth_date" => holder.birth_date().bcd().to_vec(),
        _ => return None,
    })
}

/// What an empty value is filled with (ssc-facts §2): `an` and binary 00, `cn` F.
const fn padding(format: Format) -> u8 {
    match format {
        Format::An | Format::B => 0x00,
        Format::Cn => 0xFF,
    }
}

/// Name in a vault of the key that makes the identification code's MAC: SSSE's key for internal authentication.
///
/// # Errors
/// None in fact: the table has one.
pub(crate) fn irk_vault_id() -> Result<&'static str, CardError> {
    use apdu_specs::keys::KeyRole;
    apdu_specs::applications::ssc::keys::SSSE
        .iter()
        .find(|key| key.role == KeyRole::Internal)
        .map(|key| key.vault_id)
        .ok_or(CardError::Internal("no IRK in the table"))
}
