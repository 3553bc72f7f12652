//! Answers on their way back.

use apdu_specs::Status;
use apdu_specs::tlv;
use card_crypto::padding;

use crate::bytes::copy;

/// One answer as it leaves the card: up to 256 data bytes, then SW1 SW2.
pub type Response = heapless::Vec<u8, 258>;

/// Data of an answer, at most 256 bytes.
pub struct Reply {
    data: heapless::Vec<u8, 256>,
    /// Bytes of it that are held back, for what a secure message puts around them.
    reserved: usize,
}

impl Reply {
    /// An empty answer.
    pub const fn new() -> Self {
        Self {
            data: heapless::Vec::new(),
            reserved: 0,
        }
    }

    /// Holds back `reserved` bytes from [`Self::grow`] and [`Self::room`].
    pub fn reserve(&mut self, reserved: usize) {
        self.reserved = reserved;
    }

    /// Bytes that still fit.
    pub fn room(&self) -> usize {
        256usize
            .saturating_sub(self.reserved)
            .saturating_sub(self.data.len())
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// 6F00 where 256 bytes are exceeded: a handler's mistake, never the terminal's.
    pub fn extend(&mut self, bytes: &[u8]) -> Result<(), Status> {
        self.data
            .extend_from_slice(bytes)
            .map_err(|_| Status::INTERNAL_ERROR)
    }

    /// Makes room for `length` zero bytes and gives them to be filled.
    ///
    /// # Errors
    /// 6F00 as in [`Self::extend`]; 6700 where a secure message leaves too little room.
    pub fn grow(&mut self, length: usize) -> Result<&mut [u8], Status> {
        if self.reserved > 0 && length > self.room() {
            return Err(Status::WRONG_LENGTH);
        }
        let start = self.data.len();
        let end = start.saturating_add(length);
        self.data
            .resize(end, 0)
            .map_err(|_| Status::INTERNAL_ERROR)?;
        self.data.get_mut(start..).ok_or(Status::INTERNAL_ERROR)
    }

    /// Appends `tag length value`; the length of more than 127 bytes is `81` and one.
    ///
    /// # Errors
    /// 6F00 as in [`Self::extend`].
    pub fn tlv(&mut self, tag: u16, value: &[u8]) -> Result<(), Status> {
        let [high, low] = tag.to_be_bytes();
        let length = u8::try_from(value.len()).map_err(|_| Status::INTERNAL_ERROR)?;
        if high != 0 {
            self.extend(&[high])?;
        }
        self.extend(&[low])?;
        if length >= tlv::LONG {
            self.extend(&[tlv::ONE_BYTE])?;
        }
        self.extend(&[length])?;
        self.extend(value)
    }

    /// What is there.
    pub fn as_slice(&self) -> &[u8] {
        &self.data
    }

    /// What is there, to be enciphered in place.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// Puts `bytes` before what is there.
    ///
    /// # Errors
    /// 6F00 as in [`Self::extend`].
    pub fn prepend(&mut self, bytes: &[u8]) -> Result<(), Status> {
        let there = self.data.len();
        self.extend(bytes)?;
        for at in (0..there).rev() {
            let byte = self.data.get(at).copied().unwrap_or(0);
            if let Some(place) = self.data.get_mut(at.saturating_add(bytes.len())) {
                *place = byte;
            }
        }
        copy(&mut self.data, 0, bytes)
    }

    /// Appends 80 and as many 00 as make whole blocks (ISO 9797-1, padding method 2).
    ///
    /// # Errors
    /// 6F00 as in [`Self::extend`].
    pub fn pad80(&mut self, block: usize) -> Result<(), Status> {
        self.extend(&[padding::MARK])?;
        while !self.data.len().is_multiple_of(block) {
            self.extend(&[0x00])?;
        }
        Ok(())
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Drops all data.
    pub fn clear(&mut self) {
        self.data.clear();
    }

    /// Cuts the data to `length`.
    pub fn truncate(&mut self, length: usize) {
        self.data.truncate(length);
    }
}
