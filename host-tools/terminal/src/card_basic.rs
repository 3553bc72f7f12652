//! iReadCardBas: a card's basic data in one line (LD/T 33; evidence C for the fields and their order).

use apdu_specs::applications::ssc::records::{self, CARDHOLDER_FILE, ISSUER_FILE};
use std::collections::BTreeMap;
use std::fmt;

use apdu_specs::files::Format;
use apdu_specs::{Generation, coding};
use serde::Serialize;
use ssc_keys::KeyService;
use ssc_reader::Card;

use crate::authenticate::ssse_key;
use crate::decode;
use crate::decoded::Value;
use crate::dialogue::SECURITY_NOT_SATISFIED;
use crate::error::Place;
use crate::words::Words;
use crate::{Check, Dialogue, TerminalError, meaning};

/// Name in a vault of the key that reads EF06 in 3.00.
const RK: &str = "SSSE/RK";

/// What a terminal says of itself in iReadCardBas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalIdentity {
    /// Terminal identifier (终端机编号), 12 hex digits out of the PSAM; empty without one.
    pub terminal: String,
    /// Device number (终端设备号); empty where it has none.
    pub device: String,
}

/// A card's basic data. All are text; what the card does not say is empty.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardBasic {
    /// Region of the card (行政区划代码), six digits: the first of the identification code.
    pub region: String,
    /// Social security number (社会保障号码).
    pub number: String,
    /// Card number (社会保障卡卡号), 9 characters.
    pub card_number: String,
    /// Card identification code (卡识别码), 32 hex digits.
    pub identification_code: String,
    /// Name (姓名), with its extension.
    pub name: String,
    /// Historical bytes of the ATR (卡复位信息), 26 hex digits.
    pub historical_bytes: String,
    /// Specification version (规范版本): 1.00, 2.00 or 3.00.
    pub version: String,
    /// Issue date (发卡日期), YYYYMMDD.
    pub issue_date: String,
    /// Valid to (卡有效期), YYYYMMDD.
    pub valid_to: String,
    /// Terminal identifier (终端机编号).
    pub terminal: String,
    /// Device number (终端设备号).
    pub device: String,
    /// Sex (性别): 1 male, 2 female. Not in the line, as all that follows.
    pub sex: String,
    /// Ethnic group (民族), two digits of GB/T 3304.
    pub ethnic_group: String,
    /// Birthplace region (出生地), six digits.
    pub birthplace: String,
    /// Birth date (出生日期), YYYYMMDD.
    pub birth_date: String,
}

impl CardBasic {
    /// The line that iReadCardBas answers: region|number|card number|identification code|name|historical bytes|version|
    /// issue date|valid to|terminal|device.
    #[must_use]
    pub fn to_line(&self) -> String {
        let fields = [
            &self.region,
            &self.number,
            &self.card_number,
            &self.identification_code,
            &self.name,
            &self.historical_bytes,
            &self.version,
            &self.issue_date,
            &self.valid_to,
            &self.terminal,
            &self.device,
        ];
        // A separator out of the card's own text would move all that follows it.
        fields.map(|field| field.replace('|', "｜")).join("|")
    }
}

impl CardBasic {
    /// The coded values in words, by the names of their fields; a code that is not known is not among them.
    #[must_use]
    pub fn meanings(&self) -> BTreeMap<&'static str, Words> {
        let by_table = |coding, value: &String| meaning::of(coding, &Value::Text(value.clone()));
        [
            ("region", by_table(coding::REGION, &self.region)),
            ("sex", by_table(coding::SEX, &self.sex)),
            (
                "ethnic_group",
                by_table(coding::ETHNIC_GROUP, &self.ethnic_group),
            ),
            ("birthplace", by_table(coding::REGION, &self.birthplace)),
        ]
        .into_iter()
        .filter_map(|(name, words)| Some((name, words?)))
        .collect()
    }
}

impl fmt::Debug for CardBasic {
    /// The card, not the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardBasic")
            .field("region", &self.region)
            .field("historical_bytes", &self.historical_bytes)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Reads a card's basic data. `keys` serve where the card asks for RK of SSSE (3.00).
///
/// # Errors
/// No social security card, or one of an algorithm or version that is not known; without keys, EF06 of a 3.00 card is
/// refused ([`TerminalError::Refused`], 6982); keys of another issuer are a [`TerminalError::KeyRefused`].
pub fn read_card_basic(
    card: &mut dyn Card,
    keys: Option<&dyn KeyService>,
    terminal: &TerminalIdentity,
) -> Result<CardBasic, TerminalError> {
    Dialogue::open(card, keys)?.read_card_basic(terminal)
}

impl Dialogue<'_> {
    /// As the function [`read_card_basic`], directly after [`Dialogue::open`].
    ///
    /// # Errors
    /// As the function [`read_card_basic`].
    pub fn read_card_basic(
        &mut self,
        terminal: &TerminalIdentity,
    ) -> Result<CardBasic, TerminalError> {
        // 3.00 covers the card number and refuses EF06 until RK was presented.
        if self.generation() == Generation::V3 && self.sam.is_some() && !self.accepted.contains(RK)
        {
            self.authenticate_for_reading()?;
        }
        let issue_date = self.text(ISSUER_FILE, records::ISSUE_DATE)?;
        let valid_to = self.text(ISSUER_FILE, records::VALID_TO)?;
        let card_number = self.text(ISSUER_FILE, records::CARD_NUMBER)?;

        self.require_file(CARDHOLDER_FILE)?;
        let number = self.cardholder_number()?;
        let first = self
            .tag_or_absent(CARDHOLDER_FILE, records::NAME)?
            .unwrap_or_default();
        let extension = match self.generation() {
            Generation::V1 => None,
            Generation::V2 | Generation::V3 => {
                self.tag_or_absent(CARDHOLDER_FILE, records::NAME_EXTENSION)?
            }
        };
        let (name, _) = decode::name(&first, &extension.unwrap_or_default());

        Ok(CardBasic {
            region: self
                .region()
                .map(|region| region.iter().map(|digit| char::from(*digit)).collect())
                .unwrap_or_default(),
            number,
            card_number,
            identification_code: hex::encode_upper(self.identification_code()),
            name: plain(&name),
            historical_bytes: hex::encode_upper(self.historical_bytes()),
            version: self.generation().version().to_owned(),
            issue_date,
            valid_to,
            terminal: terminal.terminal.clone(),
            device: terminal.device.clone(),
            sex: self.text(CARDHOLDER_FILE, records::SEX)?,
            ethnic_group: self.text(CARDHOLDER_FILE, records::ETHNIC_GROUP)?,
            birthplace: self.text(CARDHOLDER_FILE, records::BIRTHPLACE)?,
            birth_date: self.text(CARDHOLDER_FILE, records::BIRTH_DATE)?,
        })
    }

    /// Whether this is the card with this identification code (32 hex digits) and card number: what iReadCardBas gave
    /// before. A card number that the card covers (3.00) is not compared.
    ///
    /// # Errors
    /// [`TerminalError::DifferentCard`].
    pub fn expect_card(
        &mut self,
        identification_code: &str,
        card_number: &str,
    ) -> Result<(), TerminalError> {
        self.enter_environment()?;
        self.require_file(ISSUER_FILE)?;
        let number = self
            .tag_or_absent(ISSUER_FILE, records::CARD_NUMBER)?
            .unwrap_or_default();
        let covered = number.iter().all(|byte| *byte == 0);
        let number = plain(&decode::value(Format::An, &number).0);
        let code = hex::encode_upper(self.identification_code());
        if code.eq_ignore_ascii_case(identification_code) && (covered || number == card_number) {
            Ok(())
        } else {
            Err(TerminalError::DifferentCard)
        }
    }

    /// Internal authentication, where the card must pass, with the version that is asked for or a newer one.
    ///
    /// # Errors
    /// [`TerminalError::NotGenuine`]; no keys.
    pub fn require_genuine(&mut self) -> Result<(), TerminalError> {
        self.enter_environment()?;
        match self.authenticate_with_newest()? {
            Check::Passed => Ok(()),
            Check::Failed | Check::Older { .. } | Check::Unknown => Err(TerminalError::NotGenuine),
            Check::Refused { sw } => Err(TerminalError::Refused {
                place: Place::directory("SSSE"),
                sw,
                key: None,
                keys: true,
            }),
        }
    }

    /// The first record of EF06. A card that asks for RK, against its generation's table, is given it.
    fn cardholder_number(&mut self) -> Result<String, TerminalError> {
        match self.text(CARDHOLDER_FILE, records::NUMBER) {
            Err(error)
                if error.sw() == Some(SECURITY_NOT_SATISFIED)
                    && self.sam.is_some()
                    && !self.accepted.contains(RK) =>
            {
                self.authenticate_for_reading()?;
                self.text(CARDHOLDER_FILE, records::NUMBER)
            }
            done => done,
        }
    }

    fn authenticate_for_reading(&mut self) -> Result<(), TerminalError> {
        match ssse_key(RK) {
            Some(key) => self.external_authenticate(key),
            None => Err(TerminalError::NoKeys { key: RK }),
        }
    }

    /// A record of the current EF as text, by its field in the table; empty where card or table do not have it.
    fn text(&mut self, fid: u16, tag: u8) -> Result<String, TerminalError> {
        let bytes = self.tag_or_absent(fid, tag)?.unwrap_or_default();
        let generation = self.generation();
        let field = self
            .file(fid)
            .and_then(|file| file.find_field(tag, generation));
        Ok(field.map_or(String::new(), |field| {
            plain(&decode::field(field, &bytes).0)
        }))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
