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

use apdu_specs::key_table::CardKey;
use apdu_specs::names::{PSAM, PSAM_FID, SM4_ENVIRONMENT};
use apdu_specs::sam::{SamKeyType, SamUse};
use card_crypto::Algorithm;
use card_crypto::diversify::{city_factor, province_factor};
use ssc_reader::{Card, CommandApdu, ResponseApdu, exchange};
use zeroize::Zeroizing;

use super::{KeyRef, PsamError, SecurityModule};
use crate::TerminalError;

/// P1 P2 and Le of READ BINARY for the terminal identifier: SFI 16, offset 0, 6 bytes (S).
const TERMINAL_IDENTIFIER: (u8, u8, u8) = (0x96, 0x00, 0x06);
/// Bytes of the longest command data field.
const MOST_DATA: usize = 255;

/// A PSAM, with its MF or one of its environments current.
///
/// Every computation is INIT and then CRYPT or MAC. The terminal sees the results and never a key.
pub struct Psam<'c> {
    card: Box<dyn Card + 'c>,
    identifier: [u8; 6],
    environment: Option<Algorithm>,
}

impl<'c> Psam<'c> {
    /// Resets the PSAM, reads its terminal identifier and selects the environment of its 3DES keys, so that any other card
    /// is known at once.
    ///
    /// # Errors
    /// [`PsamError::NotAPsam`], and what keeps it from answering.
    pub fn open(card: impl Card + 'c) -> Result<Self, TerminalError> {
        let mut psam = Self {
            card: Box::new(card),
            identifier: [0; 6],
            environment: None,
        };
        psam.card.reset()?;
        let (p1, p2, le) = TERMINAL_IDENTIFIER;
        let answer = psam.send(&CommandApdu::new(0x00, 0xB0, p1, p2).le(le))?;
        let sw = answer.sw;
        let identifier = answer.data.try_into().ok().filter(|_| sw == 0x9000);
        psam.identifier = identifier.ok_or(PsamError::NotAPsam { sw })?;
        Ok(psam)
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
        let by_fid = |fid: u16| CommandApdu::new(0x00, 0xA4, 0x00, 0x00).data(&fid.to_be_bytes());
        let by_name = |name| CommandApdu::new(0x00, 0xA4, 0x04, 0x00).data(name);
        let path = match algorithm {
            Algorithm::TripleDes => vec![by_name(PSAM)],
            Algorithm::Sm4 => vec![by_name(SM4_ENVIRONMENT), by_fid(PSAM_FID)],
        };
        for select in path {
            let sw = self.send(&select.le(0))?.sw;
            if sw != 0x9000 {
                return Err(PsamError::NoAlgorithm { algorithm, sw }.into());
            }
        }
        self.environment = Some(algorithm);
        Ok(())
    }

    /// INIT: makes the session key of `key` and `factor` inside the PSAM.
    fn init(
        &mut self,
        of: &KeyRef,
        factor: &[u8; 8],
        kind: SamKeyType,
    ) -> Result<(), TerminalError> {
        self.enter(of.algorithm)?;
        let (identifier, stored) = place(of.key)?;
        let sw = self.init_as(of, factor, identifier, stored)?;
        // A key for MAC and encryption is asked for as such by some programs, by its narrower type by others; a PSAM may know
        // one of the two (48 and 47 are both seen).
        let narrower = SamUse { kind, ..stored };
        let sw = match sw {
            0x9000 => return Ok(()),
            _ if stored.kind != kind => self.init_as(of, factor, identifier, narrower)?,
            refused => refused,
        };
        if sw == 0x9000 {
            return Ok(());
        }
        Err(PsamError::Init {
            key: of.key.vault_id,
            sw,
        }
        .into())
    }

    fn init_as(
        &mut self,
        of: &KeyRef,
        factor: &[u8; 8],
        identifier: u8,
        sam_use: SamUse,
    ) -> Result<u16, TerminalError> {
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
        let command = CommandApdu::new(0xBF, 0xDE, sam_use.byte(), identifier);
        Ok(self.send(&command.data(&data).named("INIT"))?.sw)
    }

    /// CRYPT of one block.
    fn crypt(&mut self, of: &KeyRef, block: &[u8]) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        let command = CommandApdu::new(0x80, 0xFA, 0x00, 0x00).data(block);
        self.result(of, &command.named("CRYPT"), block.len())
    }

    /// Sends CRYPT or MAC and takes the whole block that it answers.
    fn result(
        &mut self,
        of: &KeyRef,
        command: &CommandApdu,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
        let key = of.key.vault_id;
        let expected = u16::try_from(length).unwrap_or(256);
        let command = command.clone().expect_up_to(expected).secret();
        let answer = self.send(&command)?;
        let data = Zeroizing::new(answer.data);
        match answer.sw {
            0x9000 if data.len() == length => Ok(data),
            0x9000 => Err(PsamError::Length {
                key,
                length: data.len(),
            }
            .into()),
            sw => Err(PsamError::Refused { key, sw }.into()),
        }
    }
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
    ) -> Result<[u8; 8], TerminalError> {
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
    ) -> Result<[u8; 4], TerminalError> {
        self.init(key, factor, SamKeyType::Mac)?;
        let block = block_length(key.algorithm);
        let mut input = Zeroizing::new(vec![0; block]);
        input.extend_from_slice(header);
        input.extend_from_slice(data);
        input.push(0x80);
        let padded = input.len().next_multiple_of(block);
        input.resize(padded, 0);
        if input.len() > MOST_DATA {
            return Err(PsamError::TooLong { length: data.len() }.into());
        }
        let command = CommandApdu::new(0x80, 0xFA, 0x05, 0x00).data(&input);
        let whole = self.result(key, &command.named("MAC"), block)?;
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

    fn encipher(
        &mut self,
        key: &KeyRef,
        factor: &[u8; 8],
        block: &mut [u8],
    ) -> Result<(), TerminalError> {
        if block.len() != block_length(key.algorithm) {
            return Err(TerminalError::BlockLength {
                length: block.len(),
            });
        }
        self.init(key, factor, SamKeyType::Encryption)?;
        let enciphered = self.crypt(key, block)?;
        block.copy_from_slice(&enciphered);
        Ok(())
    }

    fn terminal_identifier(&mut self) -> Result<Option<[u8; 6]>, TerminalError> {
        Ok(Some(self.identifier))
    }
}
