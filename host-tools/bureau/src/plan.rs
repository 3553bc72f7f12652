//! The plan of one card: which data groupings make it, and which digests it must then show. From the
//! generation's table, the cardholder and the card's own keys; nothing is sent here.

use apdu_specs::Application;
use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::certificates::{self, PIN_KEY};
use apdu_specs::applications::domain;
use apdu_specs::applications::domain::parameters::digests::OF_ALL_LENGTH;
use apdu_specs::applications::ssc::{self, directories};
use apdu_specs::files::{self, Directory, ElementaryFile};
use apdu_specs::keys::{CardKey, FIRST_KEY_VERSION, KEY_TRIES, KeyRole, PIN_DIGITS, PIN_TRIES};
use card_crypto::kcv::kcv;
use card_crypto::mac::aes_cmac;
use card_crypto::padding;
use card_crypto::sm3::pin_key;
use card_crypto::{Algorithm, Key16};
use ssc_keys::KeyService;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use crate::contents::{self, ForChip};
use crate::fcp;
use ssc_person::FirstPin;

/// Key entries in one grouping: 192 bytes and their padding stay within 256.
const KEYS_IN_GROUPING: usize = 8;

/// From here on a value's length takes three bytes.
const LONG_VALUE: usize = 0xFF;

/// One data grouping.
pub struct Grouping {
    /// Its identifier.
    pub dgi: u16,
    /// Its value; a secret one is still plain, padded to a multiple of 16.
    pub value: Zeroizing<Vec<u8>>,
    /// Whether the value travels enciphered under the data-encryption key.
    pub secret: bool,
}

impl Grouping {
    fn plain(dgi: u16, value: Vec<u8>) -> Self {
        Self {
            dgi,
            value: Zeroizing::new(value),
            secret: false,
        }
    }

    /// Identifier, length and `value` as a block carries them: a length of one byte, or FF and two.
    pub fn encode(&self, value: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(value.len() + 5));
        bytes.extend(self.dgi.to_be_bytes());
        match u8::try_from(value.len()) {
            Ok(length) if usize::from(length) < LONG_VALUE => bytes.push(length),
            _ => {
                bytes.push(0xFF);
                // The longest value is a photo of 4,096 bytes.
                bytes.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
            }
        }
        bytes.extend(value);
        bytes
    }
}

/// What GET DATA must show of one file, or of a directory's keys, when all is written.
pub struct ExpectedDigest {
    /// FID of the directory.
    pub directory: u16,
    /// FID of the EF, or 8F01 for the directory's keys.
    pub file: u16,
    /// The digest.
    pub digest: [u8; 4],
}

/// The plan of one card.
pub struct CardPlan {
    /// All groupings in order.
    pub groupings: Vec<Grouping>,
    /// The digests of all files that somebody reads and of all keys, in the order in which the card gives them.
    pub digests: Vec<ExpectedDigest>,
}

impl CardPlan {
    /// Bytes of all grouping values, the measure of what must travel.
    pub fn value_bytes(&self) -> usize {
        self.groupings
            .iter()
            .map(|grouping| grouping.value.len())
            .sum()
    }

    /// The card's answer to GET DATA for one value over all its digests.
    pub fn digest_of_all(&self) -> [u8; OF_ALL_LENGTH] {
        let parts: Vec<&[u8]> = self.digests.iter().map(|one| &one.digest[..]).collect();
        let mac = aes_cmac(&[0; 16], &parts);
        mac.first_chunk().copied().unwrap_or_default()
    }

    /// Makes the plan.
    ///
    /// # Errors
    /// [`CardError::Keys`] where the keys have no root for one of the card's keys, and
    /// [`CardError::NameTooLong`] where the name does not fit this generation.
    pub fn new(card: &ForChip<'_>, keys: &dyn KeyService) -> Result<Self, CardError> {
        let mut plan = Self::empty();
        for directory in directories(card.decided.model.generation) {
            plan.directory(directory, card)?;
            let entries = key_entries(directory, card, card.algorithm, keys)?;
            plan.keys(directory.fid, &entries, 0x1F);
            if directory.ddf {
                plan.groupings.push(pin_grouping(&card.decided.pin)?);
            }
        }
        if card.decided.model.has(Application::Certificates) {
            plan.certificates(card, keys)?;
        }
        Ok(plan)
    }

    /// Nothing yet.
    pub(crate) const fn empty() -> Self {
        Self {
            groupings: Vec::new(),
            digests: Vec::new(),
        }
    }

    /// An EF of `directory`, which is current, by its FCP, with its whole contents.
    pub(crate) fn file(&mut self, directory: u16, fid: u16, fcp: Vec<u8>, contents: Vec<u8>) {
        self.create(fcp);
        self.digests.push(ExpectedDigest {
            directory,
            file: fid,
            digest: digest(&contents),
        });
        self.groupings.push(Grouping::plain(fid, contents));
    }

    /// A directory under `parent`, which becomes current.
    pub(crate) fn sub_directory(&mut self, parent: u16, fcp: Vec<u8>) {
        self.parent(parent);
        self.create(fcp);
    }

    /// A file of the current directory by its FCP; a directory becomes current.
    pub(crate) fn create(&mut self, fcp: Vec<u8>) {
        // Files of a directory are made together: three bytes of the line less for each.
        match self.groupings.last_mut() {
            Some(last)
                if last.dgi == domain::tags::DGI_CREATE_FILE
                    && last.value.len() + fcp.len() < LONG_VALUE =>
            {
                last.value.extend(fcp);
            }
            _ => {
                let grouping = Grouping::plain(domain::tags::DGI_CREATE_FILE, fcp);
                self.groupings.push(grouping);
            }
        }
    }

    /// Adds the certificate environment: its directories and files, EAK and the administrator's key from `keys`, and the
    /// card's PIN as its own (P).
    ///
    /// # Errors
    /// [`CardError::Keys`] where the keys have no root for one of its keys.
    fn certificates(&mut self, card: &ForChip<'_>, keys: &dyn KeyService) -> Result<(), CardError> {
        let mut parent = files::MF;
        for directory in certificates::DIRECTORIES {
            self.parent(parent);
            self.files(directory, card);
            let mut entries = key_entries(directory, card, Algorithm::Sm4, keys)?;
            if !directory.ddf {
                let key = pin_key(&card.decided.pin.bcd());
                entries.push(key_entry(PIN_ENTRY, Algorithm::Sm4, &key));
            }
            self.keys(directory.fid, &entries, 0x1F);
            parent = directory.fid;
        }
        Ok(())
    }

    /// What follows is made in `parent`.
    fn parent(&mut self, parent: u16) {
        let parent = parent.to_be_bytes().to_vec();
        self.groupings
            .push(Grouping::plain(domain::tags::DGI_DIRECTORY, parent));
    }

    fn directory(&mut self, directory: &Directory, card: &ForChip<'_>) -> Result<(), CardError> {
        // ADFs lie in the SSSE: after it, each names its parent anew.
        if !directory.ddf {
            self.parent(ssc::names::SSSE_FID);
        } else if card.decided.holder.name.needs_extension()
            && !directory.files(card.decided.model.generation).any(|file| {
                file.fields(card.decided.model.generation)
                    .any(|field| field.id == "name_extension")
            })
        {
            return Err(CardError::NameTooLong {
                generation: card.decided.model.generation,
            });
        }
        self.files(directory, card);
        Ok(())
    }

    fn files(&mut self, directory: &Directory, card: &ForChip<'_>) {
        let generation = card.decided.model.generation;
        self.create(fcp::directory(directory, generation));
        for file in directory.files(generation) {
            self.create(fcp::elementary_file(file, generation));
        }
        for file in directory.files(generation) {
            let written = contents::of_file(directory, file, card);
            if let Some(value) = &written {
                self.groupings
                    .push(Grouping::plain(file.fid, value.clone()));
            }
            // The card tells nothing of what nobody reads.
            if !is_hidden(file, generation) {
                self.digests.push(ExpectedDigest {
                    directory: directory.fid,
                    file: file.fid,
                    digest: digest(&contents::held(file, written)),
                });
            }
        }
    }

    /// The keys of the current directory, whose FID is `directory`; the card tells them apart by the bits of `mask` in their
    /// identifiers.
    pub(crate) fn keys(&mut self, directory: u16, entries: &[Zeroizing<Vec<u8>>], mask: u8) {
        for group in entries.chunks(KEYS_IN_GROUPING) {
            let mut value = Zeroizing::new(group.iter().flat_map(|entry| entry.to_vec()).collect());
            pad(&mut value);
            self.groupings.push(Grouping {
                dgi: domain::tags::DGI_KEYS,
                value,
                secret: true,
            });
        }
        // The digest covers the entries without the keys themselves, in the order of those bits, and without the check values of
        // people's secrets.
        let mut shown: Vec<Vec<u8>> = entries
            .iter()
            .map(|entry| {
                let told = KeyRole::from_byte(entry[0]).is_none_or(KeyRole::has_versions);
                let check_value = if told { &entry[21..] } else { &[] };
                [&entry[..5], check_value].concat()
            })
            .collect();
        shown.sort_by_key(|part| part[1] & mask);
        self.digests.push(ExpectedDigest {
            directory,
            file: domain::tags::DGI_KEYS,
            digest: digest(&shown.concat()),
        });
    }
}

/// Whether nobody reads the EF, or a record of it.
fn is_hidden(file: &ElementaryFile, generation: Generation) -> bool {
    let rules = file.record_rules(generation).map(|rule| rule.read);
    rules
        .chain([file.read(generation)])
        .any(|rule| rule == Access::Never)
}

fn key_entries(
    directory: &Directory,
    card: &ForChip<'_>,
    algorithm: Algorithm,
    keys: &dyn KeyService,
) -> Result<Vec<Zeroizing<Vec<u8>>>, CardError> {
    let entry = |row: &CardKey| {
        let key = keys.card_key(
            row.vault_id,
            FIRST_KEY_VERSION,
            algorithm,
            card.decided.region.digits(),
            &card.card_factor,
        )?;
        let header = [
            row.role.byte(),
            row.identifier,
            algorithm.marker(),
            FIRST_KEY_VERSION,
            KEY_TRIES,
        ];
        Ok(key_entry(header, algorithm, &key))
    };
    directory
        .keys_of(card.decided.model.generation)
        .map(entry)
        .collect()
}

/// Role, identifier, algorithm, version and tries, then key (16) and check value (3): 24 bytes.
pub(crate) fn key_entry(header: [u8; 5], algorithm: Algorithm, key: &Key16) -> Zeroizing<Vec<u8>> {
    let mut entry = Zeroizing::new(header.to_vec());
    entry.extend(key.as_bytes());
    entry.extend(kcv(algorithm, key.as_bytes()));
    entry
}

/// Head of the key entry that is the PIN of the certificate environment: the card holds the first half of SM3 over its digits.
const PIN_ENTRY: [u8; 5] = [
    KeyRole::CertificatePin.byte(),
    PIN_KEY,
    Algorithm::Sm4.marker(),
    FIRST_KEY_VERSION,
    PIN_TRIES,
];

/// Tries, least and most digits, number of digits, BCD padded with F (8), 80 00 00 00.
fn pin_grouping(pin: &FirstPin) -> Result<Grouping, CardError> {
    let digits = u8::try_from(pin.digits().len()).map_err(|_| CardError::Internal("PIN length"))?;
    let mut value = Zeroizing::new(vec![
        PIN_TRIES,
        *PIN_DIGITS.start(),
        *PIN_DIGITS.end(),
        digits,
    ]);
    value.extend(pin.bcd().iter());
    value.resize(12, 0xFF);
    pad(&mut value);
    Ok(Grouping {
        dgi: domain::tags::DGI_PIN,
        value,
        secret: true,
    })
}

/// Pads with 80 00… to a multiple of 16.
fn pad(value: &mut Vec<u8>) {
    value.push(padding::MARK);
    value.resize(value.len().next_multiple_of(16), 0);
}

fn digest(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = aes_cmac(&[0; 16], &[bytes]);
    [a, b, c, d]
}
