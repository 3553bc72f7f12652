//! A terminal's dialogue with one card.

use std::collections::{BTreeMap, BTreeSet};

use apdu_specs::applications::find_directory;
use apdu_specs::applications::ssc::names::{SSSE, SSSE_FID};
use apdu_specs::applications::ssc::records::{IDENTIFICATION_CODE, ISSUER_FILE, VERSION};
use apdu_specs::files::{Directory, ElementaryFile};
use apdu_specs::keys::FIRST_KEY_VERSION;
use apdu_specs::{Generation, Status};
use card_crypto::Algorithm;
use ssc_keys::KeyService;
use ssc_reader::commands::{any, ssc};
use ssc_reader::{Card, CommandApdu, ReaderError, ResponseApdu, exchange};

use crate::decode;
use crate::decoded::Value;
use crate::error::Place;
use crate::hsm::pending::Pending;
use crate::{TerminalError, atr, fci, fields};
use ssc_keys::{KeyModule, SecurityModule};

/// Status word of a record that is not there.
pub(crate) const RECORD_NOT_FOUND: Status = Status::RECORD_NOT_FOUND;
/// Status word of an access condition that is not met.
pub(crate) const SECURITY_NOT_SATISFIED: Status = Status::SECURITY_NOT_SATISFIED;

/// Fills 8 bytes with random ones: the source (原始信息) of an authentication.
pub type RandomSource = fn(&mut [u8; 8]) -> Result<(), TerminalError>;

/// One card, reset, with SSSE selected and its generation known.
pub struct Dialogue<'a> {
    pub(crate) card: Box<dyn Card + 'a>,
    pub(crate) sam: Option<Box<dyn SecurityModule + 'a>>,
    pub(crate) key_version: u8,
    pub(crate) random: RandomSource,
    pub(crate) directory: &'static Directory,
    /// Keys that the card accepted and that still hold, by their names in the vault.
    pub(crate) accepted: BTreeSet<&'static str>,
    /// Keys that the card refused: they are not tried again, or their counter would run out.
    pub(crate) refused: BTreeMap<&'static str, Status>,
    /// Whether VERIFY has succeeded.
    pub(crate) pin_verified: bool,
    /// What the next step of a function with a host security module goes on with.
    pub(crate) pending: Option<Pending>,
    atr: Vec<u8>,
    algorithm: Algorithm,
    generation: Generation,
    identification_code: Vec<u8>,
}

impl<'a> Dialogue<'a> {
    /// Resets the card, selects SSSE, and learns algorithm (FCI) and generation (EF05 tag 03).
    ///
    /// # Errors
    /// [`TerminalError::NotSocialSecurity`], [`TerminalError::Ssf33`], [`TerminalError::UnknownAlgorithm`],
    /// [`TerminalError::UnknownVersion`], and what keeps EF05 from being read.
    pub fn open(
        card: &'a mut dyn Card,
        keys: Option<&'a dyn KeyService>,
    ) -> Result<Self, TerminalError> {
        Self::open_with(card, keys, system_random)
    }

    /// As [`Dialogue::open`], with any security module: a PSAM, a vault, or none. The session may own card and module.
    ///
    /// # Errors
    /// As [`Dialogue::open`].
    pub fn with_module(
        card: impl Card + 'a,
        sam: Option<Box<dyn SecurityModule + 'a>>,
    ) -> Result<Self, TerminalError> {
        Self::begin(Box::new(card), sam, system_random)
    }

    /// As [`Dialogue::open`], with random bytes from `random` (an HSM's, or known ones in a test).
    ///
    /// # Errors
    /// As [`Dialogue::open`].
    pub fn open_with(
        card: &'a mut dyn Card,
        keys: Option<&'a dyn KeyService>,
        random: RandomSource,
    ) -> Result<Self, TerminalError> {
        let module = keys.map(|keys| Box::new(KeyModule::new(keys)) as Box<dyn SecurityModule>);
        Self::begin(Box::new(card), module, random)
    }

    /// As [`Dialogue::with_module`], with random bytes from `random`.
    ///
    /// # Errors
    /// As [`Dialogue::open`].
    pub fn with_module_and_random(
        card: impl Card + 'a,
        sam: Option<Box<dyn SecurityModule + 'a>>,
        random: RandomSource,
    ) -> Result<Self, TerminalError> {
        Self::begin(Box::new(card), sam, random)
    }

    fn begin(
        mut card: Box<dyn Card + 'a>,
        sam: Option<Box<dyn SecurityModule + 'a>>,
        random: RandomSource,
    ) -> Result<Self, TerminalError> {
        card.reset()?;
        let atr = card.atr().to_vec();
        let algorithm = fci::algorithm(&select_ssse(&mut *card)?)?;
        let directory = find_directory(SSSE_FID).ok_or(TerminalError::Malformed {
            place: Place::directory("SSSE"),
            detail: "it is in no table",
        })?;
        let mut session = Self {
            card,
            sam,
            key_version: FIRST_KEY_VERSION,
            random,
            directory,
            accepted: BTreeSet::new(),
            refused: BTreeMap::new(),
            pin_verified: false,
            pending: None,
            atr,
            algorithm,
            // until EF05 has said it
            generation: Generation::V1,
            identification_code: Vec::new(),
        };
        session.require_file(ISSUER_FILE)?;
        let version = session.require_tag(ISSUER_FILE, VERSION)?;
        session.generation = generation(&version)?;
        session.identification_code = session.require_tag(ISSUER_FILE, IDENTIFICATION_CODE)?;
        Ok(session)
    }

    /// The answer to reset.
    #[must_use]
    pub fn atr(&self) -> &[u8] {
        &self.atr
    }

    /// The ATR's historical bytes, 13 on a card of the standard; empty where the ATR is cut short.
    #[must_use]
    pub fn historical_bytes(&self) -> &[u8] {
        atr::historical_bytes(&self.atr).unwrap_or_default()
    }

    /// Asks for this version of the keys, 1 to 3, from now on (1 at first). An older one is never taken for it.
    ///
    /// # Errors
    /// The module does not answer.
    pub fn use_key_version(&mut self, version: u8) -> Result<(), TerminalError> {
        if let Some(sam) = &mut self.sam {
            sam.expect_version(version)?;
        }
        self.key_version = version;
        Ok(())
    }

    /// Whether there is a security module.
    #[must_use]
    pub fn has_module(&self) -> bool {
        self.sam.is_some()
    }

    /// The terminal identifier out of the security module, 12 hex digits; empty where it has none.
    ///
    /// # Errors
    /// The module does not answer.
    pub fn terminal_identifier(&mut self) -> Result<String, TerminalError> {
        let identifier = match &mut self.sam {
            Some(sam) => sam.terminal_identifier()?,
            None => None,
        };
        Ok(identifier.map(hex::encode_upper).unwrap_or_default())
    }

    /// The card's generation by EF05 tag 03.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The algorithm of the card's keys by the FCI of SSSE.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The card identification code (EF05 tag 01), 16 bytes on a card of the standard.
    #[must_use]
    pub fn identification_code(&self) -> &[u8] {
        &self.identification_code
    }

    /// The card's region, six ASCII digits: the first three bytes (BCD) of the identification code.
    ///
    /// # Errors
    /// [`TerminalError::NoRegion`].
    pub fn region(&self) -> Result<[u8; 6], TerminalError> {
        let code = self.identification_code.first_chunk::<3>();
        let digits = hex::encode(code.ok_or(TerminalError::NoRegion)?);
        let region = digits.as_bytes().try_into();
        region
            .ok()
            .filter(|region: &[u8; 6]| region.iter().all(u8::is_ascii_digit))
            .ok_or(TerminalError::NoRegion)
    }

    /// The card's diversification factor: the last 8 historical bytes.
    ///
    /// # Errors
    /// [`TerminalError::NoCardFactor`].
    pub fn card_factor(&self) -> Result<[u8; 8], TerminalError> {
        let factor = self.historical_bytes().last_chunk::<8>();
        factor.copied().ok_or(TerminalError::NoCardFactor)
    }

    /// Selects SSSE by its name, or a DF by its identifier (one source alone has the AIDs of DF05 to DF07). A refusal is in the
    /// answer.
    pub(crate) fn select_directory(
        &mut self,
        directory: &'static Directory,
    ) -> Result<ResponseApdu, TerminalError> {
        let command = if directory.ddf {
            any::select_by_name(directory.name)
        } else {
            any::select_by_fid(directory.fid)
        };
        let answer = self.exchange(&command)?;
        if answer.is_ok() {
            // A DF's key states end when another directory is selected; SSSE's stay.
            self.accepted.retain(|key| key.starts_with("SSSE/"));
            self.directory = directory;
        }
        Ok(answer)
    }

    /// Selects an EF of the current directory. Cards answer a bare 9000, so none is asked for more.
    pub(crate) fn select_file(&mut self, fid: u16) -> Result<ResponseApdu, TerminalError> {
        self.exchange(&any::select_file(fid))
    }

    /// Reads a record of the current EF by its number. Le 00 works on every card.
    pub(crate) fn read_record(&mut self, number: u8) -> Result<ResponseApdu, TerminalError> {
        self.exchange(&ssc::read_record(number))
    }

    /// Reads the first record of the current EF with this tag.
    pub(crate) fn read_tag(&mut self, tag: u8) -> Result<ResponseApdu, TerminalError> {
        self.exchange(&ssc::read_record_by_tag(tag))
    }

    /// Reads up to `length` bytes of the current EF from `offset`, at most 7FFF.
    pub(crate) fn read_binary(
        &mut self,
        offset: u16,
        length: u16,
    ) -> Result<ResponseApdu, TerminalError> {
        self.exchange(&ssc::read_binary(offset, length))
    }

    pub(crate) fn exchange(
        &mut self,
        command: &CommandApdu,
    ) -> Result<ResponseApdu, TerminalError> {
        Ok(exchange(&mut *self.card, command)?)
    }

    /// Selects an EF that must be there.
    pub(crate) fn require_file(&mut self, fid: u16) -> Result<(), TerminalError> {
        let answer = self.select_file(fid)?;
        if answer.is_ok() {
            Ok(())
        } else {
            Err(self.refusal(fid, None, answer.sw))
        }
    }

    /// The value of a record that must be there.
    pub(crate) fn require_tag(&mut self, fid: u16, tag: u8) -> Result<Vec<u8>, TerminalError> {
        self.tag_or_absent(fid, tag)?
            .ok_or_else(|| self.refusal(fid, Some(tag), RECORD_NOT_FOUND))
    }

    /// The value of a record of the current EF `fid`; `None` where the card has no such record.
    pub(crate) fn tag_or_absent(
        &mut self,
        fid: u16,
        tag: u8,
    ) -> Result<Option<Vec<u8>>, TerminalError> {
        let answer = self.read_tag(tag)?;
        self.tlv_value(fid, tag, &answer)
    }

    /// The value of the record `number` of the current EF `fid`, which must have this tag; `None` where there is none.
    pub(crate) fn numbered_record(
        &mut self,
        fid: u16,
        number: u8,
        tag: u8,
    ) -> Result<Option<Vec<u8>>, TerminalError> {
        let answer = self.read_record(number)?;
        self.tlv_value(fid, tag, &answer)
    }

    fn tlv_value(
        &self,
        fid: u16,
        tag: u8,
        answer: &ResponseApdu,
    ) -> Result<Option<Vec<u8>>, TerminalError> {
        if answer.sw == RECORD_NOT_FOUND {
            return Ok(None);
        }
        if !answer.is_ok() {
            return Err(self.refusal(fid, Some(tag), answer.sw));
        }
        match fields::tlv(&answer.data) {
            Some((found, value, [])) if found == tag => Ok(Some(value)),
            _ => Err(TerminalError::Malformed {
                place: Place::file(self.directory.label, fid).tag(tag),
                detail: "the record is not tag, length and value",
            }),
        }
    }

    /// The EF of the current directory by this card's table.
    pub(crate) fn file(&self, fid: u16) -> Option<&'static ElementaryFile> {
        self.directory.find_file(fid, self.generation)
    }

    pub(crate) fn refusal(&self, fid: u16, tag: Option<u8>, sw: Status) -> TerminalError {
        let place = Place::file(self.directory.label, fid);
        let condition = self.file(fid).map(|file| file.read(self.generation));
        TerminalError::Refused {
            place: tag.map_or(place, |tag| place.tag(tag)),
            sw,
            key: condition
                .and_then(|condition| self.key_of(condition))
                .map(|key| key.vault_id),
            keys: self.sam.is_some(),
        }
    }
}

/// The operating system's random bytes.
fn system_random(bytes: &mut [u8; 8]) -> Result<(), TerminalError> {
    getrandom::fill(bytes).map_err(|error| TerminalError::NoRandom {
        detail: error.to_string(),
    })
}

/// Selects SSSE and returns the FCI.
fn select_ssse(card: &mut dyn Card) -> Result<Vec<u8>, TerminalError> {
    let answer = exchange(card, &any::select_by_name(SSSE))?;
    let sw = answer.sw;
    answer.ok().map_err(|error| match error {
        ReaderError::Status(_) => TerminalError::NotSocialSecurity { sw },
        other => TerminalError::Reader(other),
    })
}

fn generation(version: &[u8]) -> Result<Generation, TerminalError> {
    let known = str::from_utf8(version)
        .ok()
        .and_then(Generation::from_version);
    known.ok_or_else(|| TerminalError::UnknownVersion {
        found: match decode::value(apdu_specs::files::Format::An, version).0 {
            Value::Text(text) => text,
            other => other.as_str().unwrap_or("empty").to_owned(),
        },
    })
}
