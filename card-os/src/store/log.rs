//! The log on the flash: a ring of pages, appended to at its head.

use super::StoreError;
use super::entry::{self, Copy, Crc32, Entry, PAGE_HEADER, PageHeader, Record, VERSION};
use super::geometry::{Geometry, Place, TRANSACTION, UNIT};
use super::names::ObjectId;
use embedded_storage::nor_flash::NorFlash;

/// Bytes programmed at once at most: they pass through the stack.
pub(super) const CHUNK: usize = 64;

/// Where the data of a new entry come from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// From the caller, in parts.
    Parts(&'a [&'a [u8]]),
    /// From another entry.
    Stored(Place),
}

/// The flash, the pages that are valid, and the transaction that is being written.
pub(super) struct Log<F> {
    pub flash: F,
    pub geometry: Geometry,
    /// The newest page, and the next unit to write on it (`units()` if it is full).
    pub head: u32,
    pub unit: u32,
    /// The page of the last commit: newer pages hold nothing that counts.
    pub committed: u32,
    /// The oldest page that the next page header will keep valid.
    pub tail: u32,
    /// Number of the next transaction.
    pub number: u16,
    /// Units of entries that the open transaction has written.
    pub written: u32,
    crc: Crc32,
    /// Nothing was written since the mount.
    pub fresh: bool,
    /// The newest page is of an older format: nothing is written on it.
    pub old: bool,
    /// The flash failed or lost power: only a new mount knows what is on it.
    pub failed: bool,
}

impl<F: NorFlash> Log<F> {
    pub(super) fn new(flash: F, geometry: Geometry) -> Self {
        let crc = Crc32::new();
        Self {
            flash,
            geometry,
            head: 0,
            unit: 0,
            committed: 0,
            tail: 0,
            number: 0,
            written: 0,
            crc,
            fresh: false,
            old: false,
            failed: false,
        }
    }

    fn checked<T>(&mut self, result: Result<T, F::Error>) -> Result<T, StoreError> {
        result.map_err(|_| {
            self.failed = true;
            StoreError::Flash
        })
    }

    pub(super) fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Flash);
        }
        let result = self.flash.read(address, bytes);
        self.checked(result)
    }

    fn program(&mut self, address: u32, bytes: &[u8]) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Flash);
        }
        let result = self.flash.write(address, bytes);
        self.checked(result)
    }

    /// Erases the page of a sequence number.
    pub(super) fn erase(&mut self, seq: u32) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Flash);
        }
        let from = self.geometry.address(seq);
        let result = self
            .flash
            .erase(from, from.wrapping_add(self.geometry.page()));
        self.checked(result)
    }

    /// The header that stands where the page `seq` would be, if it is whole.
    pub(super) fn header_in_slot(&mut self, seq: u32) -> Result<Option<PageHeader>, StoreError> {
        let mut bytes = [0; PAGE_HEADER];
        self.read(self.geometry.address(seq), &mut bytes)?;
        Ok(PageHeader::decode(&bytes))
    }

    /// The header of a page that must be there.
    pub(super) fn header(&mut self, seq: u32) -> Result<PageHeader, StoreError> {
        self.header_in_slot(seq)?
            .filter(|header| header.seq == seq && header.is_known())
            .ok_or(StoreError::Corrupt)
    }

    /// A unit, as whatever it is.
    pub(super) fn record(&mut self, place: Place) -> Result<Record, StoreError> {
        let mut unit = [0; UNIT as usize];
        self.read(self.geometry.unit_address(place), &mut unit)?;
        Ok(Record::decode(&unit, place.seq))
    }

    /// The header of the entry of a live object.
    pub(super) fn entry(
        &mut self,
        id: ObjectId,
        location: u16,
    ) -> Result<(Place, Entry), StoreError> {
        let place = self.geometry.place(location, self.head);
        match self.record(place)? {
            Record::Entry(entry) if entry.id == id && !entry.deleted => Ok((place, entry)),
            _ => Err(StoreError::Corrupt),
        }
    }

    /// Data of the entry at `place`, from byte `from` on; it may go on on the next page.
    pub(super) fn data(
        &mut self,
        place: Place,
        from: usize,
        mut bytes: &mut [u8],
    ) -> Result<(), StoreError> {
        let page = self.geometry.units().wrapping_mul(UNIT);
        let start = place
            .unit
            .wrapping_add(1)
            .wrapping_mul(UNIT)
            .wrapping_add(from as u32);
        let (mut seq, mut at) = (place.seq, start);
        while !bytes.is_empty() {
            if at >= page {
                (seq, at) = (seq.wrapping_add(1), at.wrapping_sub(page));
                continue;
            }
            let take = bytes.len().min(page.wrapping_sub(at) as usize);
            let (now, later) = bytes
                .split_at_mut_checked(take)
                .ok_or(StoreError::Corrupt)?;
            self.read(
                self.geometry
                    .unit_address(Place { seq, unit: 0 })
                    .wrapping_add(at),
                now,
            )?;
            (bytes, at) = (later, page);
        }
        Ok(())
    }

    /// Adds an entry with its data to a checksum.
    pub(super) fn checksum(
        &mut self,
        crc: Crc32,
        place: Place,
        entry: &Entry,
    ) -> Result<Crc32, StoreError> {
        let mut chunk = [0; CHUNK];
        // the header as it stands there, in whichever format
        let mut crc = match chunk.first_chunk_mut::<{ UNIT as usize }>() {
            Some(header) => {
                self.read(self.geometry.unit_address(place), header)?;
                crc.with(header)
            }
            None => crc,
        };
        let mut from = 0;
        while let Some(bytes) = part(&mut chunk, from, entry.len.into()) {
            self.data(place, from, bytes)?;
            crc = crc.with(bytes);
            from = from.wrapping_add(CHUNK);
        }
        Ok(crc)
    }

    /// Units that can still be appended.
    pub(super) fn free(&self) -> u32 {
        self.geometry.free(
            self.tail,
            Place {
                seq: self.head,
                unit: self.unit,
            },
        )
    }

    /// Erases the pages that a torn or abandoned transaction opened, the newest first, so that the log ends at every moment
    /// with a whole header. The oldest of them is left: opening it again erases it.
    pub(super) fn reclaim(&mut self) -> Result<(), StoreError> {
        while self.head > self.committed {
            let below = self.head.wrapping_sub(1);
            if below > self.committed {
                self.erase(self.head)?;
            }
            (self.head, self.unit) = (below, self.geometry.units());
        }
        Ok(())
    }

    /// Before the first write after a mount: gives up the next unit by writing zeros.
    ///
    /// The power may have gone when that unit was being programmed, so early that it still reads as ones. What is written there now may
    /// not last. Nothing tells such a unit from an untouched one, and leaving it out without a trace would only move the question to the
    /// next unit; but zeros may be written over it (also in flash with error correction), and need not last: any value here will do.
    ///
    /// A page of an older format is left as it is, and what is left of it given up.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        if self.old {
            self.unit = self.geometry.units();
        }
        if self.fresh && self.unit < self.geometry.units() {
            self.program(
                self.geometry.unit_address(Place {
                    seq: self.head,
                    unit: self.unit,
                }),
                &[0; UNIT as usize],
            )?;
            self.unit = self.unit.wrapping_add(1);
        }
        self.fresh = false;
        Ok(())
    }

    /// Opens the next page. `first` units of it go to an entry that is being written.
    fn open_page(&mut self, first: u32) -> Result<(), StoreError> {
        let seq = self.head.checked_add(1).ok_or(StoreError::Full)?;
        if !self.geometry.allows(seq, self.tail) {
            return Err(StoreError::Full);
        }
        self.start_page(seq, first)
    }

    /// Erases a page and writes its header.
    pub(super) fn start_page(&mut self, seq: u32, first: u32) -> Result<(), StoreError> {
        self.erase(seq)?;
        let header = PageHeader {
            version: VERSION,
            first: first as u16,
            continued: self.written > 0,
            seq,
            distance: seq.wrapping_sub(self.tail) as u16,
            number: self.number,
        };
        self.program(self.geometry.address(seq), &header.encode())?;
        (self.head, self.unit, self.old) = (seq, 0, false);
        Ok(())
    }

    /// Writes an entry of the open transaction, its header first: where a header is not whole, no data follow it.
    /// Returns its location.
    pub(super) fn append(
        &mut self,
        id: ObjectId,
        len: u16,
        deleted: bool,
        source: Source,
    ) -> Result<u16, StoreError> {
        if self.unit >= self.geometry.units() {
            self.open_page(0)?;
        }
        let place = Place {
            seq: self.head,
            unit: self.unit,
        };
        let entry = Entry {
            id,
            len,
            deleted,
            start: self.written == 0,
            number: self.number,
        };
        let header = entry.encode(place.seq);
        if self.written == 0 {
            self.crc = Crc32::new();
        }
        let left = entry.data_units();
        self.written = self.written.saturating_add(1).saturating_add(left);
        self.program(self.geometry.unit_address(place), &header)?;
        self.unit = self.unit.wrapping_add(1);
        self.crc = self.crc.with(&header);
        let mut from = 0;
        loop {
            let mut chunk = [0xFF; CHUNK];
            let Some(bytes) = part(&mut chunk, from, len.into()) else {
                break;
            };
            match source {
                Source::Parts(parts) => gather(parts, from, bytes),
                Source::Stored(place) => self.data(place, from, bytes)?,
            }
            self.crc = self.crc.with(bytes);
            let padded = bytes.len().wrapping_add(7) & !7;
            let whole = chunk.get(..padded).unwrap_or_default();
            self.append_data(whole, left.wrapping_sub((from as u32) / UNIT))?;
            from = from.wrapping_add(CHUNK);
        }
        Ok(self.geometry.location(place))
    }

    /// Writes whole units of data, of which `left` are still to come, over the end of the page if need be.
    fn append_data(&mut self, mut bytes: &[u8], mut left: u32) -> Result<(), StoreError> {
        while !bytes.is_empty() {
            let room = self.geometry.units().saturating_sub(self.unit);
            if room == 0 {
                self.open_page(left)?;
                continue;
            }
            let take = bytes.len().min(room.wrapping_mul(UNIT) as usize);
            let (now, later) = bytes.split_at_checked(take).ok_or(StoreError::Corrupt)?;
            self.program(
                self.geometry.unit_address(Place {
                    seq: self.head,
                    unit: self.unit,
                }),
                now,
            )?;
            let units = (take as u32) / UNIT;
            (self.unit, left, bytes) = (
                self.unit.wrapping_add(units),
                left.saturating_sub(units),
                later,
            );
        }
        Ok(())
    }

    /// Commits what was appended. Once the first copy is written the transaction is valid; the second only protects it
    /// against ageing, so its failure shows at the next access.
    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.geometry.units().saturating_sub(self.unit) < 2 {
            self.open_page(0)?;
        }
        let place = Place {
            seq: self.head,
            unit: self.unit,
        };
        let [first, second] = [Copy::First, Copy::Second]
            .map(|copy| entry::encode_commit(self.number, self.crc.value(), copy, place.seq));
        let address = self.geometry.unit_address(place);
        self.program(address, &first)?;
        self.unit = self.unit.wrapping_add(2);
        self.committed = self.head;
        self.number = self.number.wrapping_add(1);
        self.forget();
        let _ = self.program(address.wrapping_add(UNIT), &second);
        Ok(())
    }

    /// Ends a transaction, committed or not. Its checksum goes too: one over a PIN and otherwise known bytes tells the PIN.
    pub(super) fn forget(&mut self) {
        (self.written, self.crc) = (0, Crc32::new());
    }

    /// Whether an entry of so many bytes still fits the open transaction.
    pub(super) fn fits(&self, len: usize) -> bool {
        (self.written as usize).saturating_add(len.div_ceil(8)) < TRANSACTION as usize
    }
}

/// The part of `chunk` that the bytes from `from` to `len` take; `None` at the end.
fn part(chunk: &mut [u8; CHUNK], from: usize, len: usize) -> Option<&mut [u8]> {
    let take = len.checked_sub(from).filter(|&left| left > 0)?.min(CHUNK);
    chunk.get_mut(..take)
}

/// Copies from the concatenation of `parts`, from byte `from` on.
fn gather(parts: &[&[u8]], mut from: usize, bytes: &mut [u8]) {
    let mut left = bytes.iter_mut();
    for part in parts {
        match part.get(from..) {
            Some(rest) => {
                from = 0;
                // the part first: at its end no place of the target may be used up
                rest.iter()
                    .zip(left.by_ref())
                    .for_each(|(&byte, to)| *to = byte);
            }
            None => from = from.saturating_sub(part.len()),
        }
    }
}
