//! A PSAM in a second reader (evidence C for the dialogue, S for SM4 and the terminal identifier).
//!
//! | step | command |
//! |---|---|
//! | environment of 3DES keys | `00 A4 04 00 06 D15600000590` |
//! | environment of SM4 keys | `00 A4 04 00 0F` sx3.sh.社会保障, then `00 A4 00 00 02 DF01` |
//! | INIT | `BF DE use kid Lc` card ‖ city ‖ \[province\] ‖ challenge |
//! | CRYPT | `80 FA 00 00 08` or `10`, a whole block |
//! | MAC | `80 FA 05 00 Lc` initial value ‖ padded data |
//! | terminal identifier | `00 B0 96 00 06` under the MF |
//! | public data | `00 B0 95 00 0F` under the MF |
//!
//! A key with two levels serves the cards of one province, one with one level those of one region. A PSAM of this project tells in
//! its public data which: then no key is computed with that cannot fit the card, which would count a try.

use apdu_specs::Status;
use apdu_specs::applications::psam::names::{PSAM, PSAM_FID, SM4_ENVIRONMENT};
use apdu_specs::applications::psam::tags::DATA_SAM_KEYS;
use apdu_specs::applications::psam::{
    MOST_LEVELS, PUBLIC_DATA_LENGTH, SAM_PUBLIC_FID, SAM_TERMINAL_FID, SamKeyType, SamPublicData,
    SamUse,
};
use apdu_specs::keys::CardKey;
use apdu_specs::le;
use card_crypto::Algorithm;
use card_crypto::diversify::{city_factor, province_factor};
use card_crypto::padding;
use ssc_reader::commands::{any, psam, ssc};
use ssc_reader::{Card, CommandApdu, ResponseApdu, exchange};
use zeroize::Zeroizing;

use ssc_keys::{KeyRef, ModuleError, SecurityModule};

use crate::{TerminalError, atr};

mod error;

pub use error::PsamError;

/// What INIT answers for a key that is there with other levels or another type.
const OTHER_USE: Status = Status::CONDITIONS_NOT_SATISFIED;
/// Bytes of the longest command data field.
const MOST_DATA: usize = 255;

/// A PSAM, with its MF or one of its environments current.
///
/// Every computation is INIT and then CRYPT or MAC. The terminal sees the results and never a key.
pub struct Psam<'c> {
    card: Box<dyn Card + 'c>,
    identifier: [u8; 6],
    /// Region for which it was made; `None` where it does not say, as another maker's.
    region: Option<[u8; 6]>,
    environment: Option<Algorithm>,
    /// The version that its keys must have, where somebody asked for one.
    version: Option<u8>,
}

impl<'c> Psam<'c> {
    /// Resets the PSAM, and reads its terminal identifier and its region.
    ///
    /// # Errors
    /// [`PsamError::NotAPsam`], and what keeps it from answering.
    pub fn open(card: impl Card + 'c) -> Result<Self, TerminalError> {
        let mut psam = Self {
            card: Box::new(card),
            identifier: [0; 6],
            region: None,
            environment: None,
            version: None,
        };
        psam.card.reset()?;
        // The terminal identifier is read by its SFI, 6 bytes (S).
        let answer = psam.send(&read_file(SAM_TERMINAL_FID, psam.identifier.len()))?;
        let sw = answer.sw;
        let identifier = answer
            .data
            .try_into()
            .ok()
            .filter(|_| sw == Status::SUCCESS);
        psam.identifier = identifier.ok_or(PsamError::NotAPsam { sw })?;
        psam.region = psam.read_region()?;
        Ok(psam)
    }

    fn read_region(&mut self) -> Result<Option<[u8; 6]>, TerminalError> {
        let answer = self.send(&read_file(SAM_PUBLIC_FID, PUBLIC_DATA_LENGTH))?;
        let historical = atr::historical_bytes(self.card.atr());
        let factor = historical.and_then(|bytes| bytes.last_chunk::<8>());
        let public = factor
            .filter(|_| answer.is_ok())
            .and_then(|factor| SamPublicData::from_bytes(&answer.data, *factor));
        Ok(public.map(SamPublicData::region_digits))
    }

    /// The terminal identifier (终端机编号), 6 bytes.
    #[must_use]
    pub fn identifier(&self) -> [u8; 6] {
        self.identifier
    }

    fn send(&mut self, command: &CommandApdu) -> Result<ResponseApdu, TerminalError> {
        Ok(exchange(&mut *self.card, command)?)
    }

    /// Makes the environment of `algorithm` current; it stays so for the next computation.
    fn enter(&mut self, algorithm: Algorithm) -> Result<(), TerminalError> {
        if self.environment == Some(algorithm) {
            return Ok(());
        }
        self.environment = None;
        let path = match algorithm {
            Algorithm::TripleDes => vec![any::select_by_name(PSAM)],
            Algorithm::Sm4 => vec![
                any::select_by_name(SM4_ENVIRONMENT),
                any::select_by_fid(PSAM_FID),
            ],
        };
        for select in path {
            let sw = self.send(&select)?.sw;
            if sw != Status::SUCCESS {
                return Err(PsamError::NoAlgorithm { algorithm, sw }.into());
            }
        }
        if let Some(asked) = self.version {
            self.check_version(asked)?;
        }
        self.environment = Some(algorithm);
        Ok(())
    }

    /// Whether the keys of the current environment are of version `asked`: use, identifier, algorithm and version of each.
    fn check_version(&mut self, asked: u8) -> Result<(), TerminalError> {
        let answer = self.send(&any::get_data(DATA_SAM_KEYS))?;
        let (keys, rest) = answer.data.as_chunks::<4>();
        if !answer.is_ok() || keys.is_empty() || !rest.is_empty() {
            return Err(PsamError::NoVersion { asked }.into());
        }
        let other = keys.iter().find(|[.., version]| *version != asked);
        other.map_or(Ok(()), |[.., held]| {
            Err(PsamError::OtherVersion { asked, held: *held }.into())
        })
    }

    /// INIT: makes the session key of `key` and `factor` inside the PSAM.
    ///
    /// Programs are seen with other levels and types for one key than the table has, and a PSAM may hold it so: what it
    /// refuses is asked for otherwise, as far as the key can fit the card. A refused INIT costs nothing.
    fn init(
        &mut self,
        of: &KeyRef,
        factor: &[u8; 8],
        kind: SamKeyType,
    ) -> Result<(), TerminalError> {
        self.enter(of.algorithm)?;
        let key = of.key.vault_id;
        let (identifier, usual) = place(of.key)?;
        let least = self.least_levels(&of.region);
        let mut refused = None;
        for levels in levels(usual.levels).filter(|levels| *levels >= least) {
            for kind in kinds(usual.kind, kind) {
                let sw = self.init_as(of, factor, identifier, SamUse { levels, kind })?;
                if sw == Status::SUCCESS {
                    return Ok(());
                }
                refused.get_or_insert(sw);
            }
        }
        let sw = refused.unwrap_or(OTHER_USE);
        match self.region {
            // It has the key, with fewer levels than this card's region asks for.
            Some(psam) if least > 1 && sw == OTHER_USE => Err(PsamError::OtherRegion {
                key,
                card: of.region,
                psam,
            }
            .into()),
            _ => Err(PsamError::Init { key, sw }.into()),
        }
    }

    /// The fewest levels with which a key of this PSAM can be that of a card of region `card`.
    fn least_levels(&self, card: &[u8; 6]) -> u8 {
        match &self.region {
            Some(own) if own.first_chunk::<2>() != card.first_chunk::<2>() => MOST_LEVELS,
            Some(own) if own != card => 2,
            Some(_) | None => 1,
        }
    }

    fn init_as(
        &mut self,
        of: &KeyRef,
        factor: &[u8; 8],
        identifier: u8,
        sam_use: SamUse,
    ) -> Result<Status, TerminalError> {
        let mut data = of.card_factor.to_vec();
        if sam_use.levels >= 2 {
            data.extend_from_slice(&city_factor(&of.region));
        }
        if sam_use.levels >= 3 {
            data.extend_from_slice(&province_factor(&of.region));
        }
        data.extend_from_slice(factor);
        if of.algorithm == Algorithm::Sm4 {
            data.extend_from_slice(&[0; 8]);
        }
        Ok(self.send(&psam::init_sam(sam_use, identifier, &data))?.sw)
    }

    /// CRYPT of one block.
    fn crypt(&mut self, of: &KeyRef, block: &[u8]) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        self.result(of, &psam::crypt(block), block.len())
    }

    /// Sends CRYPT or MAC and takes the whole block that it answers.
    fn result(
        &mut self,
        of: &KeyRef,
        command: &CommandApdu,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        let key = of.key.vault_id;
        let answer = self.send(command)?;
        let data = Zeroizing::new(answer.data);
        match answer.sw {
            Status::SUCCESS if data.len() == length => Ok(data),
            Status::SUCCESS => Err(PsamError::Length {
                key,
                length: data.len(),
            }
            .into()),
            sw => Err(PsamError::Refused { key, sw }.into()),
        }
    }

    /// MAC over a command, under the session key of the INIT before: 4 bytes.
    fn mac_of(
        &mut self,
        key: &KeyRef,
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], TerminalError> {
        let block = block_length(key.algorithm);
        let mut input = Zeroizing::new(vec![0; block]);
        input.extend_from_slice(header);
        input.extend_from_slice(data);
        input.push(padding::MARK);
        let padded = input.len().next_multiple_of(block);
        input.resize(padded, 0);
        if input.len() > MOST_DATA {
            return Err(PsamError::TooLong { length: data.len() }.into());
        }
        let command = psam::mac(&input, u16::try_from(block).unwrap_or(le::ALL));
        let whole = self.result(key, &command, block)?;
        let mut mac = [0; 4];
        match key.algorithm {
            // the leftmost four
            Algorithm::TripleDes => {
                for (to, from) in mac.iter_mut().zip(whole.iter()) {
                    *to = *from;
                }
            }
            // the exclusive-or of the four words
            Algorithm::Sm4 => {
                for word in whole.chunks_exact(4) {
                    for (to, from) in mac.iter_mut().zip(word) {
                        *to ^= from;
                    }
                }
            }
        }
        Ok(mac)
    }
}

/// The numbers of levels to ask for, one after the other: as the table has it, then those with which most cards can be served.
fn levels(usual: u8) -> impl Iterator<Item = u8> {
    let others = (1..=MOST_LEVELS)
        .rev()
        .filter(move |levels| *levels != usual);
    std::iter::once(usual).chain(others)
}

/// The types to ask for, one after the other, for what `wanted` does: as the table has it, narrower, wider.
fn kinds(usual: SamKeyType, wanted: SamKeyType) -> impl Iterator<Item = SamKeyType> {
    let others = [wanted, SamKeyType::MacAndEncryption].into_iter();
    let usual_does = (usual.macs() || !wanted.macs()) && (usual.enciphers() || !wanted.enciphers());
    std::iter::once(usual)
        .filter(move |_| usual_does)
        .chain(others.filter(move |kind| *kind != usual))
}

/// READ BINARY of the first `length` bytes of an EF of the MF, by its SFI.
fn read_file(fid: u16, length: usize) -> CommandApdu {
    let [_, sfi] = fid.to_be_bytes();
    ssc::read_binary_of(sfi, u16::try_from(length).unwrap_or(le::ALL))
}

/// Identifier and use of a key in the PSAM.
fn place(key: &CardKey) -> Result<(u8, SamUse), PsamError> {
    let place = key.psam.zip(key.sam_use.and_then(SamUse::from_byte));
    place.ok_or(PsamError::NoPlace { key: key.vault_id })
}

const fn block_length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::TripleDes => 8,
        Algorithm::Sm4 => 16,
    }
}

impl SecurityModule for Psam<'_> {
    fn cryptogram(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        source: &[u8; 8],
    ) -> Result<[u8; 8], ModuleError> {
        self.init(key, factor, SamKeyType::Encryption)?;
        let mut block = source.to_vec();
        block.resize(block_length(key.algorithm), 0);
        let whole = self.crypt(key, &block)?;
        // DES: one half. SM4: the exclusive-or of the two.
        let mut cryptogram = [0; 8];
        for half in whole.chunks_exact(8) {
            for (to, from) in cryptogram.iter_mut().zip(half) {
                *to ^= from;
            }
        }
        Ok(cryptogram)
    }

    fn mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        data: &[u8],
    ) -> Result<[u8; 4], ModuleError> {
        self.init(key, factor, SamKeyType::Mac)?;
        Ok(self.mac_of(key, header, data)?)
    }

    fn encipher_and_mac(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        header: &[u8; 5],
        block: &mut [u8],
    ) -> Result<[u8; 4], ModuleError> {
        if block.len() != block_length(key.algorithm) {
            return Err(ModuleError::BlockLength {
                length: block.len(),
            });
        }
        self.init(key, factor, SamKeyType::MacAndEncryption)?;
        let enciphered = self.crypt(key, block)?;
        block.copy_from_slice(&enciphered);
        Ok(self.mac_of(key, header, block)?)
    }

    fn expect_version(&mut self, version: u8) -> Result<(), ModuleError> {
        self.version = Some(version);
        self.environment = None;
        Ok(())
    }

    fn terminal_identifier(&mut self) -> Result<Option<[u8; 6]>, ModuleError> {
        Ok(Some(self.identifier))
    }
}
