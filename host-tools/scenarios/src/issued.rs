//! The card that scenarios for personalized cards are written for: its person, its keys and the order that makes it. All data are
//! synthetic.

use crate::oracle::{Algorithm, OracleKey};
use crate::{Names, Subject};
use apdu_specs::Generation;
use apdu_specs::applications::certificates::{self, PIN_KEY};
use apdu_specs::applications::ssc::DIRECTORIES;
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one as bureau;
use ssc_bureau::job::{OrderOptions, PinPolicy};
use ssc_keys::Vault;
use ssc_person::Date;
use ssc_reader::Card;
use ssc_reader::feeder::Feeder;

/// Serial of the card: its identification code and its keys follow from it.
pub const SERIAL: [u8; 6] = [0x20, 0x26, 0x11, 0x21, 0x00, 0x01];
/// Where the card is issued.
pub const REGION: [u8; 6] = *b"110000";

/// Synthetic: the first row of `test-vectors/batches/good-utf8.csv`.
pub const ROW: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,birthplace,category,institution,issue_date,valid_to,pin,photo\n\
                   110105199003079978,张三,1,01,19900307,110000,A00000011,110105,1,123456789012,20250601,20350601,123456,photos/good.jpg\n";

/// The same as a card must hold it (ssc-facts 2): `an` in GBK padded with 00, `cn` in BCD padded with F.
pub fn names(identification_code: Vec<u8>) -> Names {
    let padded = |mut bytes: Vec<u8>, length| {
        bytes.resize(length, 0);
        bytes
    };
    let given: [(&str, Vec<u8>); 15] = [
        ("identification_code", identification_code),
        ("category", b"1".to_vec()),
        (
            "institution",
            hex::decode("123456789012FFFFFFFFFFFF").unwrap(),
        ),
        ("issue_date", vec![0x20, 0x25, 0x06, 0x01]),
        ("valid_to", vec![0x20, 0x35, 0x06, 0x01]),
        ("card_number", b"A00000011".to_vec()),
        ("number", b"110105199003079978".to_vec()),
        ("name", padded(vec![0xD5, 0xC5, 0xC8, 0xFD], 30)),
        ("name_extension", padded(Vec::new(), 20)),
        ("sex", b"1".to_vec()),
        ("ethnic_group", vec![0x01]),
        ("birthplace", vec![0x11, 0x01, 0x05]),
        ("birth_date", vec![0x19, 0x90, 0x03, 0x07]),
        ("pin", vec![0x12, 0x34, 0x56]),
        ("wrong_pin", vec![0x65, 0x43, 0x21]),
    ];
    given
        .into_iter()
        .map(|(name, bytes)| (name.to_string(), bytes))
        .collect()
}

/// A card as the scenarios' subject; its keys come from the tests' own oracle.
pub struct UnderTest<'a> {
    /// The card.
    pub card: &'a mut dyn Card,
    /// What it is.
    pub generation: Generation,
}

impl Subject for UnderTest<'_> {
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        self.card
            .transmit(command)
            .map_err(|error| error.to_string())
    }

    fn reset(&mut self) -> Result<(), String> {
        self.card.reset().map_err(|error| error.to_string())
    }

    fn key(&mut self, directory: &str, identifier: u8) -> Option<OracleKey> {
        card_key(self.generation, directory, identifier)
    }
}

/// The last 8 historical bytes of the card with [`SERIAL`].
pub const FACTOR: [u8; 8] = [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01];

/// The PIN in the certificate environment: the first half of `printf 123456 | xxd -r -p | openssl dgst -sm3`.
const CERTIFICATE_PIN: [u8; 16] = [
    0x3D, 0xE7, 0x41, 0xF4, 0x45, 0xDD, 0x35, 0x7B, 0xEA, 0x4E, 0x6C, 0x3F, 0xE6, 0x43, 0x70, 0x36,
];

/// A key of the card with [`SERIAL`], derived by the tests' own oracle.
pub fn card_key(generation: Generation, directory: &str, identifier: u8) -> Option<OracleKey> {
    if (directory, identifier) == ("CERT", PIN_KEY) {
        return Some(OracleKey::new(Algorithm::Sm4, CERTIFICATE_PIN));
    }
    let directory = DIRECTORIES
        .iter()
        .chain(certificates::DIRECTORIES)
        .find(|one| one.label == directory)?;
    let row = directory.find_key(identifier)?;
    let algorithm = match generation {
        Generation::V3 => Algorithm::Sm4,
        Generation::V1 | Generation::V2 => Algorithm::TripleDes,
    };
    Some(OracleKey::demo(algorithm, row.vault_id, &REGION, &FACTOR))
}

/// Issues one card out of `feeder` and returns its identification code.
///
/// # Errors
/// The card is not issued.
pub fn issue_one(
    generation: Generation,
    feeder: &mut dyn Feeder,
    vault: &Vault,
) -> Result<Vec<u8>, String> {
    issue_with(CardModel::plain(generation), feeder, vault)
}

/// The same with any model.
///
/// # Errors
/// As [`issue_one`].
pub fn issue_with(
    model: &'static CardModel,
    feeder: &mut dyn Feeder,
    vault: &Vault,
) -> Result<Vec<u8>, String> {
    issue_row(ROW, model, feeder, vault)
}

/// The same for any person, who need not be of region 110000.
///
/// # Errors
/// As [`issue_one`].
pub fn issue_row(
    row: &str,
    model: &'static CardModel,
    feeder: &mut dyn Feeder,
    vault: &Vault,
) -> Result<Vec<u8>, String> {
    let options = ReadOptions {
        today: Date::new(2026, 1, 1).expect("a day"),
        photos: None,
        folder: Some(test_vectors::vectors::directory().join("batches")),
        model: Some(model),
        ..ReadOptions::default()
    };
    let batch = read_bytes(row.as_bytes(), &options).map_err(|error| error.to_string())?;
    let order = OrderOptions {
        model,
        region: None,
        first_card_number: None,
        issue_date: Date::new(2025, 6, 1).expect("a day"),
        pins: PinPolicy::Demo,
    };
    let decided = order.decide(&batch).map_err(|error| error.to_string())?;
    let [decided] = &decided[..] else {
        return Err("one card was to be issued".into());
    };
    let mut card = feeder.next_card().map_err(|error| error.to_string())?;
    let code = bureau::issue_one(&mut *card, decided, vault, Line::Trusted);
    code.map(Vec::from).map_err(|error| error.to_string())
}
