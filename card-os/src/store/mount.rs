//! Reading the log at power-on, and formatting at manufacture.
//!
//! The mount reads all valid pages once, checks every transaction that is still whole, and builds the index. It writes nothing.

use super::entry::{self, Crc32, MAGIC, Record, VERSION};
use super::geometry::{Geometry, Place};
use super::log::Log;
use super::pending::Change;
use super::transaction::footprint;
use super::{Cursor, Index, Pending, Step, Store, StoreError};
use embedded_storage::nor_flash::NorFlash;

impl<F: NorFlash> Store<F> {
    /// Erases everything and makes an empty store. For manufacture only: a card in use never formats itself.
    ///
    /// Errors give the flash back: `Flash` if it fails or has too few or too many pages.
    pub fn format(flash: F) -> Result<Self, (StoreError, F)> {
        Self::with(flash, Self::make)
    }

    /// Opens the store that is on the flash. Never formats, repairs or recreates anything, and writes nothing.
    ///
    /// Errors give the flash back; see [`Store::open`].
    pub fn mount(flash: F) -> Result<Self, (StoreError, F)> {
        Self::with(flash, Self::open)
    }

    fn with(
        flash: F,
        start: impl FnOnce(&mut Self) -> Result<(), StoreError>,
    ) -> Result<Self, (StoreError, F)> {
        let mut store = Self::unmounted(flash);
        match start(&mut store) {
            Ok(()) => Ok(store),
            Err(error) => Err((error, store.log.flash)),
        }
    }

    /// A store that knows nothing of its flash yet, for one who has no stack for two: made where it stays, then
    /// [opened](Store::open) or [made](Store::make).
    pub fn unmounted(flash: F) -> Self {
        let geometry = Geometry::of(&flash);
        let mut log = Log::new(flash, geometry.unwrap_or(Geometry::LEAST));
        // A flash of another size is none: every access is refused.
        log.failed = geometry.is_none();
        Self {
            log,
            index: Index::new(),
            pending: Pending::new(),
            cursor: Cursor::new(),
            used: 0,
            pending_used: 0,
            pending_count: 0,
            debt: 0,
            open: false,
            doomed: false,
        }
    }

    /// Erases the flash and makes this an empty store; see [`Store::format`].
    ///
    /// # Errors
    /// `Flash`.
    pub fn make(&mut self) -> Result<(), StoreError> {
        let log = &mut self.log;
        let first = log.geometry.pages();
        for seq in first..first.saturating_add(log.geometry.pages()) {
            log.erase(seq)?;
        }
        log.tail = first;
        log.start_page(first, 0)?;
        self.open()
    }

    /// Opens the store that is on the flash, writing nothing.
    ///
    /// # Errors
    /// - `Blank`: every byte is erased, the card was never formatted;
    /// - `UnknownFormat`: written by another version of the store;
    /// - `Corrupt`: committed transactions are missing or damaged;
    /// - `Flash`: the flash fails, or has fewer than 8 pages or more than 512 kB.
    pub fn open(&mut self) -> Result<(), StoreError> {
        self.index.clear();
        self.load()
    }

    fn load(&mut self) -> Result<(), StoreError> {
        let (head, tail, version) = self.newest_page()?;
        (self.log.head, self.log.tail, self.log.committed) = (head, tail, tail);
        self.log.old = version != VERSION;
        if head.wrapping_sub(tail) >= self.log.geometry.pages() {
            return Err(StoreError::Corrupt);
        }
        self.cursor = Cursor::at_tail(&mut self.log)?;
        let end = self.scan()?;
        self.seek_lost_page()?;
        (self.log.unit, self.log.fresh) = (end, true);
        self.used = 0;
        for &(_, location) in self.index.slots() {
            let place = self.log.geometry.place(location, head);
            let Record::Entry(entry) = self.log.record(place)? else {
                return Err(StoreError::Corrupt);
            };
            self.used = self.used.saturating_add(footprint(entry.len.into()));
        }
        Ok(())
    }

    /// The page with the highest sequence number, the oldest page that it keeps valid, and its version.
    fn newest_page(&mut self) -> Result<(u32, u32, u8), StoreError> {
        let mut newest = None;
        for slot in 0..self.log.geometry.pages() {
            match self.log.header_in_slot(slot)? {
                Some(header) if !header.is_known() => return Err(StoreError::UnknownFormat),
                Some(header) if self.log.geometry.slot(header.seq) == slot => {
                    let tail = header
                        .seq
                        .checked_sub(header.distance.into())
                        .ok_or(StoreError::Corrupt)?;
                    newest = newest.max(Some((header.seq, tail, header.version)));
                }
                _ => {}
            }
        }
        match newest {
            Some(found) => Ok(found),
            None => Err(self.why_no_page()?),
        }
    }

    /// A flash without one valid page: erased, from another version whose headers have another shape, or damaged.
    fn why_no_page(&mut self) -> Result<StoreError, StoreError> {
        let mut blank = true;
        let (units, page) = (self.log.geometry.units(), self.log.geometry.page());
        for slot in 0..self.log.geometry.pages() {
            let mut start = [0; 16];
            self.log.read(slot.wrapping_mul(page), &mut start)?;
            if let [MAGIC, version, ..] = start
                && !entry::is_known(version)
            {
                return Ok(StoreError::UnknownFormat);
            }
            blank = blank && start == [0xFF; 16];
            for unit in 0..units {
                let place = Place { seq: slot, unit };
                blank = blank && matches!(self.log.record(place)?, Record::Blank);
            }
        }
        Ok(if blank {
            StoreError::Blank
        } else {
            StoreError::Corrupt
        })
    }

    /// Walks over all valid pages, checks and applies each transaction. Returns the unit after the last one in use on the page of
    /// the last commit, and leaves `log` and `cursor` as the next transaction and the collector need them.
    fn scan(&mut self) -> Result<u32, StoreError> {
        let mut cursor = self.cursor;
        let (mut crc, mut end) = (Crc32::new(), cursor.at.unit);
        loop {
            let step = cursor.step(&mut self.log)?;
            match step {
                Step::End => break,
                Step::Blank | Step::Page => continue,
                Step::Entry(entry, place) => {
                    if entry.start {
                        self.pending.clear();
                        crc = Crc32::new();
                    }
                    crc = self.log.checksum(crc, place, &entry)?;
                    let change = if entry.deleted {
                        Change::Deleted
                    } else {
                        Change::Moved(self.log.geometry.location(place))
                    };
                    // more than a transaction can hold: only after damage, and then the checksum fails too
                    let _ = self.pending.set(entry.id, change);
                }
                Step::Commit(expected) => {
                    if crc.value() != expected || !self.apply_pending() {
                        return Err(StoreError::Corrupt);
                    }
                    self.log.committed = cursor.at.seq;
                }
                Step::Skipped => {
                    self.pending.clear();
                    self.log.committed = cursor.at.seq;
                }
                Step::Torn => {}
            }
            // pages after the last commit do not count
            match step {
                Step::Commit(_) | Step::Skipped => end = cursor.at.unit,
                _ if cursor.at.seq == self.log.committed => end = cursor.at.unit,
                _ => end = self.log.geometry.units(),
            }
        }
        self.pending.clear();
        self.log.number = cursor.number;
        Ok(end)
    }

    /// Fails if the page after the newest one has lost its header but holds the next commit: then the newest page is not the newest.
    /// A page whose header was torn, or that was being erased, holds none. A few numbers ahead count too, in case the damage reaches
    /// back into the newest page; any number at all would let the remains of an interrupted erase look like a commit too easily.
    fn seek_lost_page(&mut self) -> Result<(), StoreError> {
        let seq = self.log.head.checked_add(1).ok_or(StoreError::Corrupt)?;
        for unit in 0..self.log.geometry.units() {
            if let Record::Commit { number, .. } = self.log.record(Place { seq, unit })?
                && number.wrapping_sub(self.log.number) <= 8
            {
                return Err(StoreError::Corrupt);
            }
        }
        Ok(())
    }
}
