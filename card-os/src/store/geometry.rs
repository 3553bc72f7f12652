//! The measures of the flash, and the arithmetic that makes garbage collection keep up.
//!
//! Everything in the log is counted in units of 8 bytes, which every write size divides.
//!
//! # Why updates never fail once they fit
//!
//! Let `A` be the area in units that the log may fill, `C` the units of live objects ([`Geometry::capacity`]), and let
//! every transaction of `x` units, once less than a threshold is free, move the collector over at least `6·x` units of the
//! log (and at least 64), copying what is live there to the head. A batch of copies ends with a commit of at most 3 units, and
//! there is one for 64 units passed at least, so commits add at most `b = 3/64` of what is passed.
//!
//! Let `L` be the distance from the collector to the head when the threshold is crossed. While the collector passes `y` units the log grows
//! by `y/6` (users), by what of the `y` is live, and by `b·y`, and shrinks by `y`.
//! - One whole round passes `L` and copies at most `C` (what is copied or written in the round lies behind its start). Then the
//!   log is at most `L/6 + C + b·L` long, which is at most `L` if `C <= L·(1 - 1/6 - 3/64) = 0.786·L`.
//! - Within the round it is longest when all that is live lies first: after `y = C`, at `L + C·(1/6 + 3/64) = L + 0.214·C`.
//!
//! With `B` the area less all reserves, `L = 27/32·B` and `C = 21/32·B` satisfy both: `0.656 <= 0.786·0.844 = 0.663` and
//! `0.844 + 0.214·0.656 = 0.984 <= 1`. The reserves are: the tail page that is passed only partly and a transaction that reaches into the
//! next one (`page + 163`), the largest transaction before its own collection (163), and room for the collector to copy one full page and
//! such a transaction with its commits even if cuts have used up everything else (`9/8·(page + 163)`).
//!
//! # Spare pages
//!
//! A transaction that was cut off may have opened pages that hold no commit. They are erased from the last one downwards before the next write,
//! and each of these erasures makes the header below the newest, with its older tail. So every header is written such that the
//! pages which one transaction can open after it are free *under its own tail*: [`Geometry::spare`].

use core::num::NonZeroU32;
use embedded_storage::nor_flash::NorFlash;

/// Bytes in a unit.
pub(super) const UNIT: u32 = 8;
/// Units of a page header.
const HEADER_UNITS: u32 = 2;
/// Units that the entries of one transaction may take (1,280 bytes).
pub(super) const TRANSACTION: u32 = 160;
/// The same with its commit: two units, and one that is left empty if they do not fit together on the page.
const COMMITTED: u32 = TRANSACTION + 3;
/// Units that the collector passes for each unit of a transaction.
const RATE: u32 = 6;
/// Units that the collector passes at least when it runs.
pub(super) const STEP: u32 = 64;

/// A position in the log: a page, by its sequence number, and a unit after its header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub seq: u32,
    pub unit: u32,
}

/// The measures of one flash. All of it is checked once, at mount.
#[derive(Clone, Copy)]
pub(super) struct Geometry {
    page: NonZeroU32,
    pages: NonZeroU32,
}

impl Geometry {
    /// The smallest there is, for a store that refuses its flash.
    pub(super) const LEAST: Self = Self {
        page: NonZeroU32::MIN.saturating_add(511),
        pages: NonZeroU32::MIN.saturating_add(7),
    };

    /// `None` for a flash of fewer than 8 pages or of more than 512 kB. A page or word size that the store cannot use does not compile.
    pub(super) fn of<F: NorFlash>(flash: &F) -> Option<Self> {
        const {
            assert!(
                F::ERASE_SIZE >= 512 && F::ERASE_SIZE <= 4096 && F::ERASE_SIZE.is_multiple_of(8)
            );
            assert!(matches!(F::WRITE_SIZE, 1 | 2 | 4 | 8) && F::READ_SIZE == 1);
        }
        let page = NonZeroU32::new(F::ERASE_SIZE as u32)?;
        let bytes = u32::try_from(flash.capacity())
            .ok()
            .filter(|&bytes| bytes <= 0x8_0000)?;
        let pages = NonZeroU32::new(bytes / page).filter(|pages| pages.get() >= 8)?;
        Some(Self { page, pages })
    }

    /// Units of a page after its header.
    pub(super) fn units(&self) -> u32 {
        (self.page.get() / UNIT).saturating_sub(HEADER_UNITS)
    }

    pub(super) fn page(&self) -> u32 {
        self.page.get()
    }

    pub(super) fn pages(&self) -> u32 {
        self.pages.get()
    }

    /// The physical page of a sequence number: the ring.
    pub(super) fn slot(&self, seq: u32) -> u32 {
        seq % self.pages
    }

    /// Address of the first byte of a page.
    pub(super) fn address(&self, seq: u32) -> u32 {
        self.slot(seq).wrapping_mul(self.page.get())
    }

    /// Address of a unit.
    pub(super) fn unit_address(&self, place: Place) -> u32 {
        self.address(place.seq)
            .wrapping_add(place.unit.wrapping_add(HEADER_UNITS).wrapping_mul(UNIT))
    }

    /// A place as the index keeps it: never 0, which is a page header.
    pub(super) fn location(&self, place: Place) -> u16 {
        (self.unit_address(place) / UNIT) as u16
    }

    /// The place of a location, which is in one of the pages up to `head`.
    pub(super) fn place(&self, location: u16, head: u32) -> Place {
        let address = u32::from(location).wrapping_mul(UNIT);
        let slot = address / self.page;
        let seq = head.wrapping_sub(head.wrapping_sub(slot) % self.pages);
        Place {
            seq,
            unit: (address % self.page / UNIT).saturating_sub(HEADER_UNITS),
        }
    }

    /// Pages that are free beyond the head whenever a header is written.
    fn spare(&self) -> u32 {
        COMMITTED
            .checked_div(self.units())
            .unwrap_or(0)
            .saturating_add(1)
    }

    /// Whether a header may be written for `seq` while `tail` is the oldest page.
    pub(super) fn allows(&self, seq: u32, tail: u32) -> bool {
        seq.wrapping_sub(tail)
            .saturating_add(1)
            .saturating_add(self.spare())
            <= self.pages.get()
    }

    /// Units that can be appended after `end` while `tail` is the oldest page.
    pub(super) fn free(&self, tail: u32, end: Place) -> u32 {
        let used = end
            .seq
            .wrapping_sub(tail)
            .saturating_mul(self.units())
            .saturating_add(end.unit);
        self.area().saturating_sub(used)
    }

    /// `A`
    fn area(&self) -> u32 {
        self.pages
            .get()
            .saturating_sub(self.spare())
            .saturating_mul(self.units())
    }

    /// Free units without which no transaction begins: the largest one, and the collector's own.
    pub(super) fn reserve(&self) -> u32 {
        let page = self.units().saturating_add(COMMITTED);
        page.saturating_add(page / 8).saturating_add(COMMITTED)
    }

    /// `B`
    fn usable(&self) -> u32 {
        self.area()
            .saturating_sub(self.reserve())
            .saturating_sub(self.units().saturating_add(COMMITTED))
    }

    /// Free units below which every transaction collects: `A - L`.
    pub(super) fn threshold(&self) -> u32 {
        self.area()
            .saturating_sub(self.usable().saturating_mul(27) / 32)
    }

    /// `C`, the units that live objects may take.
    pub(super) fn capacity(&self) -> u32 {
        self.usable().saturating_mul(21) / 32
    }

    /// Units that the collector passes after a transaction of `units`.
    pub(super) fn share(units: u32) -> u32 {
        units.saturating_mul(RATE).max(STEP)
    }
}
