//! Personalization: data groupings (DGI) as STORE DATA brings them (P, after EMV CPS and GlobalPlatform
//! 11.11; the manual's page `personalization.md` has the grammar).
//!
//! A grouping is DGI (2), length (1, or FF and 2), value, and may span blocks. What of it has come is
//! remembered for the session only: a card that is torn begins again with a wipe.

mod apply;
mod contents;

use apdu_specs::applications::domain;
use apdu_specs::{Status, files};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::objects::Slot;
use crate::platform::Platform;
use crate::store::Transaction;
use contents::Contents;

/// Greatest value of a grouping that is taken whole: FCP, keys, PIN.
const WHOLE: usize = 256;

/// How a grouping's value is handled while it arrives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// It is collected whole, then applied.
    Whole(u16),
    /// It flows into an EF.
    Contents(Contents),
}

/// Where the reader of groupings stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Between groupings, or in a header of which `buffer` holds what has come.
    Header,
    /// In a value, with so many bytes to come.
    Value(Purpose, u16),
    /// After a fault: nothing more until block 0 or a new channel.
    Faulty,
}

/// The groupings of one session.
pub struct Groupings {
    progress: Progress,
    buffer: heapless::Vec<u8, WHOLE>,
    directory: Slot,
    next_block: u8,
}

impl Drop for Groupings {
    fn drop(&mut self) {
        self.buffer.as_mut_slice().zeroize();
    }
}

impl Groupings {
    /// No grouping has begun; the MF is current.
    pub const fn new() -> Self {
        Self {
            progress: Progress::Header,
            buffer: heapless::Vec::new(),
            directory: Slot::MF,
            next_block: 0,
        }
    }

    /// Forgets all that was on its way.
    pub fn reset(&mut self) {
        self.clear_buffer();
        self.progress = Progress::Header;
        self.directory = Slot::MF;
        self.next_block = 0;
    }

    /// Takes block `number` into the transaction. `dek` is the key under which keys and PINs come.
    ///
    /// # Errors
    /// 6A80 for a block out of order, a broken grouping or one left open by the last block; otherwise what
    /// the grouping's own work answers. The caller calls [`Self::fault`] then, and nothing of the
    /// block is written.
    pub fn block<P: Platform>(
        &mut self,
        tx: &mut Transaction<'_, P::Flash>,
        dek: &[u8; 16],
        number: u8,
        last: bool,
        data: &[u8],
    ) -> Result<(), Status> {
        if number == 0 && self.progress == Progress::Faulty {
            self.reset();
        }
        // More than 256 blocks wrap around.
        if self.progress == Progress::Faulty || number != self.next_block {
            return Err(Status::WRONG_DATA);
        }
        self.next_block = self.next_block.wrapping_add(1);
        let mut rest = data;
        while !rest.is_empty() {
            rest = match self.progress {
                Progress::Header => self.header(tx, rest)?,
                Progress::Value(purpose, remaining) => {
                    self.value::<P>(tx, dek, purpose, remaining, rest)?
                }
                Progress::Faulty => return Err(Status::WRONG_DATA),
            };
        }
        if last {
            if self.progress != Progress::Header || !self.buffer.is_empty() {
                return Err(Status::WRONG_DATA);
            }
            self.reset();
        }
        Ok(())
    }

    /// Nothing more is accepted until block 0.
    pub fn fault(&mut self) {
        self.reset();
        self.progress = Progress::Faulty;
    }

    fn clear_buffer(&mut self) {
        self.buffer.as_mut_slice().zeroize();
        self.buffer.clear();
    }

    /// Takes bytes of a header; gives what follows.
    fn header<'d, F: NorFlash>(
        &mut self,
        tx: &mut Transaction<'_, F>,
        data: &'d [u8],
    ) -> Result<&'d [u8], Status> {
        let (byte, rest) = data.split_first().ok_or(Status::INTERNAL_ERROR)?;
        self.buffer.push(*byte).map_err(|_| Status::WRONG_DATA)?;
        let (dgi, length) = match *self.buffer.as_slice() {
            [high, low, length] if length != 0xFF => ([high, low], u16::from(length)),
            [high, low, 0xFF, first, second] => ([high, low], u16::from_be_bytes([first, second])),
            _ => return Ok(rest),
        };
        self.clear_buffer();
        let dgi = u16::from_be_bytes(dgi);
        let purpose = match dgi {
            domain::tags::DGI_DIRECTORY
            | domain::tags::DGI_CREATE_FILE
            | domain::tags::DGI_KEYS
            | domain::tags::DGI_PIN => {
                if usize::from(length) > WHOLE || length == 0 {
                    return Err(Status::WRONG_DATA);
                }
                Purpose::Whole(dgi)
            }
            domain::tags::DGI_WIPE | files::MF => return Err(Status::WRONG_DATA),
            fid => Purpose::Contents(Contents::begin(tx, self.directory, fid, length)?),
        };
        self.progress = Progress::Value(purpose, length);
        if length == 0 {
            // Empty contents: nothing will come, and the EF is complete.
            self.progress = Progress::Header;
            if let Purpose::Contents(contents) = purpose {
                contents.end(tx)?;
            }
        }
        Ok(rest)
    }

    /// Takes bytes of a value; gives what follows it.
    fn value<'d, P: Platform>(
        &mut self,
        tx: &mut Transaction<'_, P::Flash>,
        dek: &[u8; 16],
        purpose: Purpose,
        remaining: u16,
        data: &'d [u8],
    ) -> Result<&'d [u8], Status> {
        let length = data.len().min(usize::from(remaining));
        let (part, rest) = data
            .split_at_checked(length)
            .ok_or(Status::INTERNAL_ERROR)?;
        let taken = u16::try_from(length).map_err(|_| Status::INTERNAL_ERROR)?;
        let remaining = remaining.checked_sub(taken).ok_or(Status::INTERNAL_ERROR)?;
        match purpose {
            Purpose::Whole(dgi) => {
                self.buffer
                    .extend_from_slice(part)
                    .map_err(|_| Status::WRONG_DATA)?;
                self.progress = Progress::Value(purpose, remaining);
                if remaining == 0 {
                    self.directory = apply::whole::<P>(tx, dek, self.directory, dgi, &self.buffer)?;
                    self.clear_buffer();
                    self.progress = Progress::Header;
                }
            }
            Purpose::Contents(mut contents) => {
                contents.take(tx, &mut self.buffer, part)?;
                self.progress = Progress::Value(Purpose::Contents(contents), remaining);
                if remaining == 0 {
                    if !self.buffer.is_empty() {
                        // The value ended within a record.
                        return Err(Status::WRONG_DATA);
                    }
                    contents.end(tx)?;
                    self.progress = Progress::Header;
                }
            }
        }
        Ok(rest)
    }
}
