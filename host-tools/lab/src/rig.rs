//! A personalized card that can be powered again and again from the same memory and with the same random numbers.

use apdu_specs::applications::ssc;
use ssc_reader::Shared;
use std::path::PathBuf;

use apdu_specs::Generation;
use apdu_specs::applications::ssc::names::SSSE_FID;
use apdu_specs::keys::{CardKey, KEY_TRIES};
use card_crypto::block::aes_cbc_encrypt;
use card_crypto::kcv::kcv;
use card_crypto::scp03::{SessionKeys, cmac};
use card_crypto::session::{factor_from_challenge, message_mac, session_key};
use card_crypto::{Algorithm, Key16, SessionKey};
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{self, Levels, PsamOrder};
use ssc_keys::{KeyService, Vault};
use ssc_person::Region;
use ssc_reader::Card;
use ssc_simulator::firmware::{FLASH_LENGTH, Firmware, FirmwareCard, MachineOptions, Memory};
use ssc_simulator::{Identity, Interface};

use crate::Failure;
use ssc_scenarios::issued::{REGION, SERIAL, issue_one};

/// SELECT of SSSE, case 3.
pub const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";
/// STK.
pub const MAINTENANCE: u8 = 0x02;
/// What the board's random generator starts from at each power-on.
pub const SEED: [u8; 32] = [0x5C; 32];

/// A personalized card as a snapshot of its flash.
pub struct Rig {
    firmware: Firmware,
    vault: Vault,
    pub generation: Generation,
    folder: tempfile::TempDir,
    pub flash: Box<[u8; FLASH_LENGTH]>,
    options: MachineOptions,
}

impl Rig {
    /// Issues a card of `generation` with the demo's keys and takes its snapshot; it will be powered with `options`.
    pub fn issued(generation: Generation, options: MachineOptions) -> Result<Self, Failure> {
        Self::with_keys(Vault::demo()?, generation, options)
    }

    /// As [`issued`](Rig::issued), with the keys of `vault`.
    pub fn with_keys(
        vault: Vault,
        generation: Generation,
        options: MachineOptions,
    ) -> Result<Self, Failure> {
        let firmware = Firmware::find()?;
        let folder = tempfile::tempdir()?;
        let memory = Memory::temporary(&Identity::from_serial(SERIAL))?;
        let usual = MachineOptions::default();
        let card = FirmwareCard::power(&firmware, memory, Interface::T0, usual)?;
        let mut lent = Shared::new(card);
        issue_one(generation, &mut lent, &vault)?;
        let flash = lent.card().flash()?;
        Ok(Self {
            firmware,
            vault,
            generation,
            folder,
            flash: flash.try_into().map_err(|_| "another length of flash")?,
            options: MachineOptions {
                seed: Some(SEED),
                ..options
            },
        })
    }

    /// A PSAM with the demo's keys instead of a card; `generation` says which of its environments is used.
    pub fn psam(generation: Generation, options: MachineOptions) -> Result<Self, Failure> {
        let (firmware, vault) = (Firmware::find()?, Vault::demo()?);
        let memory = Memory::temporary(&Identity::from_serial(SERIAL))?;
        let usual = MachineOptions::default();
        let mut card = FirmwareCard::power(&firmware, memory, Interface::T0, usual)?;
        issue_psam(&mut card, &vault)?;
        let flash = card.flash()?;
        Ok(Self {
            firmware,
            vault,
            generation,
            folder: tempfile::tempdir()?,
            flash: flash.try_into().map_err(|_| "another length of flash")?,
            options: MachineOptions {
                seed: Some(SEED),
                ..options
            },
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("trial")
    }

    /// Powers the card as it was when the snapshot was taken.
    pub fn power(&self) -> Result<FirmwareCard, Failure> {
        self.power_over(Interface::T0)
    }

    /// The same over `interface`.
    pub fn power_over(&self, interface: Interface) -> Result<FirmwareCard, Failure> {
        // The one before, if there was one.
        let _ = std::fs::remove_file(self.path());
        let memory = Memory::create_from(&self.path(), &self.flash)?;
        let options = self.options;
        Ok(FirmwareCard::power(
            &self.firmware,
            memory,
            interface,
            options,
        )?)
    }

    /// From now on the snapshot is what `card`, powered from it, has become.
    pub fn keep(&mut self, card: &FirmwareCard) -> Result<(), Failure> {
        self.flash = card.flash()?.try_into().map_err(|_| "another length")?;
        Ok(())
    }

    /// Who knows the card's keys.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The algorithm of the card's keys.
    pub fn algorithm(&self) -> Algorithm {
        match self.generation {
            Generation::V3 => Algorithm::Sm4,
            _ => Algorithm::TripleDes,
        }
    }

    /// The last 8 historical bytes: what [`SERIAL`] makes of them.
    pub fn card_factor() -> [u8; 8] {
        let [a, b, c, d, e, f] = SERIAL;
        [0x86, 0xFF, a, b, c, d, e, f]
    }

    /// A card key of SSSE.
    pub fn key(&self, identifier: u8) -> Result<Key16, Failure> {
        let row = ssc::keys::SSSE
            .iter()
            .find(|key| key.identifier == identifier);
        self.card_key(row.ok_or("no such key in the table")?, 1)
    }

    /// The card key of `row` in a version.
    pub fn card_key(&self, row: &CardKey, version: u8) -> Result<Key16, Failure> {
        self.named_key(row.vault_id, version)
    }

    /// The card's key of the root `id`.
    pub fn named_key(&self, id: &str, version: u8) -> Result<Key16, Failure> {
        let (algorithm, factor) = (self.algorithm(), Self::card_factor());
        Ok(self
            .vault
            .card_key(id, version, algorithm, &REGION, &factor)?)
    }

    /// PUT KEY of a key of SSSE in `version`, for an open channel at level 01; keeps the channel's chaining value.
    pub fn put_key(
        &self,
        identifier: u8,
        version: u8,
        keys: &SessionKeys,
        chaining: &mut [u8; 16],
    ) -> Result<Vec<u8>, Failure> {
        let row = ssc::keys::SSSE
            .iter()
            .find(|key| key.identifier == identifier)
            .ok_or("no such key in the table")?;
        let key = self.card_key(row, version)?;
        let marker = self.algorithm().marker();
        let check = kcv(self.algorithm(), key.as_bytes());
        let head = [row.role.byte(), identifier, marker, version, KEY_TRIES];
        let padding = [0x80, 0, 0, 0, 0, 0, 0, 0];
        let mut entry = [&head[..], key.as_bytes(), &check, &padding].concat();
        aes_cbc_encrypt(self.issuer_keys()?.dek.as_bytes(), &[0; 16], &mut entry)?;
        let data = [&SSSE_FID.to_be_bytes()[..], &entry].concat();
        let header = [0x84, 0xD8, 0x00, 0x01, u8::try_from(data.len() + 8)?];
        *chaining = cmac(keys.mac.as_bytes(), chaining, &header, &data);
        Ok([&header[..], &data, &chaining[..8]].concat())
    }

    /// Puts versions 2 and 3 of these keys of SSSE into the card, for good.
    pub fn rotate(&mut self, identifiers: &[u8]) -> Result<(), Failure> {
        let mut card = self.power()?;
        let (keys, open, mut chaining) = handshake(self, &mut card, b"ROTATION")?;
        must(&mut card, &open)?;
        for identifier in identifiers {
            for version in [2, 3] {
                let command = self.put_key(*identifier, version, &keys, &mut chaining)?;
                must(&mut card, &command)?;
            }
        }
        self.keep(&card)
    }

    /// The security domain's keys.
    pub fn issuer_keys(&self) -> Result<card_crypto::scp03::KeySet, Failure> {
        Ok(self.vault.issuer_keys(&Self::card_factor())?)
    }

    /// The session key that a key of SSSE makes with `challenge`.
    pub fn session(&self, identifier: u8, challenge: &[u8]) -> Result<SessionKey, Failure> {
        self.session_of(&self.key(identifier)?, challenge)
    }

    /// The session key that `key` makes with `challenge`.
    pub fn session_of(&self, key: &Key16, challenge: &[u8]) -> Result<SessionKey, Failure> {
        let factor = factor_from_challenge(self.algorithm(), challenge)?;
        Ok(session_key(self.algorithm(), key.as_bytes(), &factor))
    }

    /// READ RECORD of SSSE EF05's record 3 as a secure message: the field's form, or data objects with an enciphered answer.
    pub fn secure_read(&self, challenge: &[u8], objects: bool) -> Result<Vec<u8>, Failure> {
        let session = self.session(MAINTENANCE, challenge)?;
        if !objects {
            let header = [0x04, 0xB2, 0x03, 0x2C, 0x04];
            return Ok([&header[..], &message_mac(&session, &[&header])].concat());
        }
        let mut header = vec![0x0C, 0xB2, 0x03, 0x2C, 0x80];
        header.resize(self.algorithm().block_len(), 0);
        let covered = [0xBB, 0x02, 0x87, 0x00, 0x97, 0x01, 0x00];
        let mac = message_mac(&session, &[&header, &covered]);
        let head = [0x0C, 0xB2, 0x03, 0x2C, 13];
        Ok([&head[..], &covered, &[0x8E, 0x04], &mac].concat())
    }
}

/// Makes a blank card a PSAM for the region of the issued card.
pub fn issue_psam(card: &mut dyn Card, vault: &Vault) -> Result<(), Failure> {
    let region = std::str::from_utf8(&REGION)?;
    let order = PsamOrder {
        region: Region::parse(region).map_err(|error| error.to_string())?,
        levels: Levels::Usual,
        terminal: *b"\x11\0\0\0\0\x42",
        version: 1,
        line: Line::Trusted,
    };
    psam::issue(card, &order, vault)?;
    Ok(())
}

/// A command that must succeed; its answer's data, fetched where it waits.
pub fn must(card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut answer = card.transmit(command)?;
    if let [0x61, length] = answer[..] {
        answer = card.transmit(&[0x00, 0xC0, 0x00, 0x00, length])?;
    }
    match answer.split_last_chunk::<2>() {
        Some((data, [0x90, 0x00])) => Ok(data.to_vec()),
        _ => Err(format!(
            "{} answers {}",
            hex::encode_upper(command),
            hex::encode_upper(answer)
        )
        .into()),
    }
}

/// As [`must`], of a command in hexadecimal digits.
pub fn must_hex(card: &mut dyn Card, command: &str) -> Result<Vec<u8>, Failure> {
    must(card, &hex::decode(command)?)
}

/// INITIALIZE UPDATE with the issuer's keys; the session keys, EXTERNAL AUTHENTICATE at level 01, and its C-MAC.
pub fn handshake(
    rig: &Rig,
    card: &mut dyn Card,
    host_challenge: &[u8; 8],
) -> Result<(SessionKeys, Vec<u8>, [u8; 16]), Failure> {
    must_hex(card, "00A4040008A000000151000000")?;
    let initialize = [&[0x80, 0x50, 0x31, 0x00, 0x08][..], host_challenge].concat();
    let answer = must(card, &initialize)?;
    // Diversification data (10), version, 03, i (1), challenge (8).
    let challenge: [u8; 8] = answer.get(13..21).ok_or("a short answer")?.try_into()?;
    let keys = SessionKeys::derive(&rig.issuer_keys()?, host_challenge, &challenge);
    let value = keys.host_cryptogram(host_challenge, &challenge);
    let header = [0x84, 0x82, 0x01, 0x00, 0x10];
    let mac = cmac(keys.mac.as_bytes(), &[0; 16], &header, &value);
    let command = [&header[..], &value, &mac[..8]].concat();
    Ok((keys, command, mac))
}
