//! NOR flash in memory with the rules of real flash and with power cuts, for tests and for the simulator.
//!
//! Rules that are enforced ([`FlashError::Rule`], counted by [`SimulatedFlash::violations`]):
//! - erase sets whole pages to ones, and nothing else sets a bit;
//! - a write is aligned to words of `WRITE` bytes, and a word is programmed once between two erases (flash with
//!   error correction codes allows no more);
//! - a page whose erasure was cut off must be erased again even where it reads as ones;
//! - so must a word whose programming was cut off; only zeros may be written over it.
//!
//! A power cut ([`SimulatedFlash::cut_after`]) hits one operation: one call of `write`, or the erasure of one page.
//! From then on every access fails with [`FlashError::Cut`] until [`SimulatedFlash::power_on`].

mod cut;
mod error;
mod late;

use std::io;

pub use cut::Cut;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
pub use error::FlashError;

/// The measures of a flash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    /// Bytes erased at once, 512 to 4,096.
    pub page: usize,
    /// Bytes programmed at once, 4 or 8.
    pub write: usize,
    /// Number of pages.
    pub pages: usize,
}

/// Called with the offset and the new bytes of every range that changed, before the operation returns.
pub type Mirror = Box<dyn FnMut(usize, &[u8]) -> io::Result<()> + Send>;

/// What happened to a word since its last complete erase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Erased,
    Programmed,
    /// The power went while it was programmed.
    CutOff,
}

/// A flash of pages of `PAGE` bytes (512 to 4,096) and words of `WRITE` bytes (4 or 8).
pub struct SimulatedFlash<const PAGE: usize, const WRITE: usize> {
    bytes: Vec<u8>,
    /// For each word: what it may be used for.
    words: Vec<Word>,
    erases: Vec<u32>,
    operations: u64,
    bytes_written: u64,
    violations: u32,
    /// Operations that still succeed, and what happens to the one after them.
    planned: Option<(u64, Cut)>,
    off: bool,
    mirror: Option<Mirror>,
    late: Option<late::LateData>,
}

impl<const PAGE: usize, const WRITE: usize> std::fmt::Debug for SimulatedFlash<PAGE, WRITE> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // never the content: it holds keys
        write!(
            f,
            "SimulatedFlash<{PAGE}, {WRITE}>({} pages)",
            self.erases.len()
        )
    }
}

impl<const PAGE: usize, const WRITE: usize> Clone for SimulatedFlash<PAGE, WRITE> {
    /// The same content, counters and state of power; the mirror stays with the original.
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            words: self.words.clone(),
            erases: self.erases.clone(),
            mirror: None,
            late: self.late.clone(),
            ..*self
        }
    }
}

impl<const PAGE: usize, const WRITE: usize> SimulatedFlash<PAGE, WRITE> {
    const RULES: () = assert!(
        PAGE >= 512 && PAGE <= 4096 && PAGE.is_multiple_of(8) && (WRITE == 4 || WRITE == 8)
    );

    /// An erased flash of `pages` pages.
    pub fn new(pages: usize) -> Self {
        Self::with_bytes(vec![0xFF; pages * PAGE])
    }

    /// A flash with this content, `None` unless it is a whole number of pages. Words that are not all ones count as programmed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let whole = !bytes.is_empty() && bytes.len().is_multiple_of(PAGE);
        whole.then(|| Self::with_bytes(bytes.to_vec()))
    }

    fn with_bytes(bytes: Vec<u8>) -> Self {
        let () = Self::RULES;
        Self {
            words: bytes
                .chunks(WRITE)
                .map(|word| {
                    if word.iter().all(|&byte| byte == 0xFF) {
                        Word::Erased
                    } else {
                        Word::Programmed
                    }
                })
                .collect(),
            erases: vec![0; bytes.len() / PAGE],
            bytes,
            operations: 0,
            bytes_written: 0,
            violations: 0,
            planned: None,
            off: false,
            mirror: None,
            late: None,
        }
    }

    /// The whole content.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Page, word and number of pages.
    pub fn geometry(&self) -> Geometry {
        Geometry {
            page: PAGE,
            write: WRITE,
            pages: self.erases.len(),
        }
    }

    /// How often each page was erased (a cut erase counts).
    pub fn erases(&self) -> &[u32] {
        &self.erases
    }

    /// Operations begun so far: calls of `write`, and pages erased.
    pub fn operations(&self) -> u64 {
        self.operations
    }

    /// Bytes programmed so far.
    pub fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    /// Accesses that broke a rule of real flash. A correct driver leaves this at 0.
    pub fn violations(&self) -> u32 {
        self.violations
    }

    /// Lets `operations` further operations succeed and cuts the power at the one after them.
    pub fn cut_after(&mut self, operations: u64, cut: Cut) {
        self.planned = Some((operations, cut));
    }

    /// Whether the power is off: a planned cut has happened, or [`Self::power_off`].
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// Cuts the power between two operations.
    pub fn power_off(&mut self) {
        self.off = true;
        self.late = self.late.take().map(late::LateData::emptied);
    }

    /// Power again. A cut that was planned and did not happen is forgotten.
    pub fn power_on(&mut self) {
        self.off = false;
        self.planned = None;
    }

    /// From now on `mirror` gets every changed range before the operation that changed it returns, so that a file can hold
    /// the same bytes. If it fails, the operation fails with [`FlashError::Mirror`] and the flash is off.
    pub fn set_mirror(&mut self, mirror: Mirror) {
        self.mirror = Some(mirror);
    }

    /// A planted fault, for tests of tests: every write of more than 8 bytes (the data of an object) is acknowledged at once
    /// but programmed only after the two writes that follow it (the commit mark among them), as by a driver that reorders.
    pub fn plant_late_data(&mut self) {
        self.late = Some(late::LateData::default());
    }

    /// Flips one bit, as ageing does: no operation, no rule.
    pub fn flip_bit(&mut self, bit: usize) {
        if let Some(byte) = self.bytes.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
    }

    fn rule<T>(&mut self, error: FlashError) -> Result<T, FlashError> {
        self.violations += 1;
        Err(error)
    }

    fn bounds(&mut self, offset: u32, length: usize) -> Result<std::ops::Range<usize>, FlashError> {
        let start = offset as usize;
        match start.checked_add(length) {
            Some(end) if end <= self.bytes.len() => Ok(start..end),
            _ => self.rule(FlashError::OutOfBounds),
        }
    }

    /// Counts one operation and says whether, and how, the power goes in it.
    fn next_operation(&mut self) -> Option<Cut> {
        self.operations += 1;
        match self.planned.take() {
            Some((0, cut)) => {
                self.power_off();
                Some(cut)
            }
            later => {
                self.planned = later.map(|(left, cut)| (left - 1, cut));
                None
            }
        }
    }

    /// One page erased, or a part of its bits when the power goes in the middle.
    fn erase_page(&mut self, page: usize) -> Result<(), FlashError> {
        let cut = self.next_operation();
        let (range, words) = (
            page * PAGE..(page + 1) * PAGE,
            page * PAGE / WRITE..(page + 1) * PAGE / WRITE,
        );
        if cut != Some(Cut::Before) {
            self.erases[page] += 1;
        }
        match cut {
            Some(Cut::Before) => return Err(FlashError::Cut),
            Some(Cut::Middle { seed }) => {
                cut::erase_partly(&mut self.bytes[range.clone()], seed);
                self.words[words].fill(Word::Programmed);
            }
            Some(Cut::After) | None => {
                self.bytes[range.clone()].fill(0xFF);
                self.words[words].fill(Word::Erased);
            }
        }
        self.reflect(range)?;
        cut.map_or(Ok(()), |_| Err(FlashError::Cut))
    }

    /// Programs one write, or a part of it when the power goes in the middle.
    fn program(&mut self, start: usize, bytes: &[u8]) -> Result<(), FlashError> {
        let words = start / WRITE..(start + bytes.len()) / WRITE;
        let broken = self.words[words.clone()]
            .iter()
            .zip(bytes.chunks(WRITE))
            .any(|(word, value)| match word {
                Word::Erased => false,
                Word::Programmed => true,
                Word::CutOff => value.iter().any(|&byte| byte != 0),
            });
        if broken {
            return self.rule(FlashError::Rule);
        }
        let cut = self.next_operation();
        let (length, touched) = match cut {
            Some(Cut::Before) => return Err(FlashError::Cut),
            Some(Cut::Middle { seed }) => {
                let whole = cut::whole_words(words.len(), seed);
                let cell = start + whole * WRITE..start + (whole + 1) * WRITE;
                cut::program_partly(
                    &mut self.bytes[cell],
                    &bytes[whole * WRITE..(whole + 1) * WRITE],
                    seed,
                );
                (whole * WRITE, whole + 1)
            }
            Some(Cut::After) | None => (bytes.len(), words.len()),
        };
        self.bytes[start..start + length].copy_from_slice(&bytes[..length]);
        self.words[words.start..words.start + touched].fill(Word::Programmed);
        if matches!(cut, Some(Cut::Middle { .. })) {
            self.words[words.start + touched - 1] = Word::CutOff;
        }
        self.bytes_written += (touched * WRITE) as u64;
        self.reflect(start..start + touched * WRITE)?;
        cut.map_or(Ok(()), |_| Err(FlashError::Cut))
    }

    fn reflect(&mut self, range: std::ops::Range<usize>) -> Result<(), FlashError> {
        if let Some(mirror) = &mut self.mirror
            && mirror(range.start, &self.bytes[range]).is_err()
        {
            self.power_off();
            return Err(FlashError::Mirror);
        }
        Ok(())
    }

    /// Programs what the planted fault held back and is due now.
    fn program_due(&mut self, all: bool) -> Result<(), FlashError> {
        let due = self
            .late
            .as_mut()
            .map(|late| late.due(all))
            .unwrap_or_default();
        due.into_iter()
            .try_for_each(|(start, bytes)| self.program(start, &bytes))
    }
}

impl<const PAGE: usize, const WRITE: usize> ErrorType for SimulatedFlash<PAGE, WRITE> {
    type Error = FlashError;
}

impl<const PAGE: usize, const WRITE: usize> ReadNorFlash for SimulatedFlash<PAGE, WRITE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        if self.off {
            return Err(FlashError::Cut);
        }
        let range = self.bounds(offset, bytes.len())?;
        bytes.copy_from_slice(&self.bytes[range]);
        if let Some(late) = &self.late {
            late.overlay(offset as usize, bytes);
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const PAGE: usize, const WRITE: usize> NorFlash for SimulatedFlash<PAGE, WRITE> {
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        if self.off {
            return Err(FlashError::Cut);
        }
        let Some(length) = (to as usize).checked_sub(from as usize) else {
            return self.rule(FlashError::OutOfBounds);
        };
        let range = self.bounds(from, length)?;
        if !range.start.is_multiple_of(PAGE) || !range.end.is_multiple_of(PAGE) {
            return self.rule(FlashError::NotAligned);
        }
        self.program_due(true)?;
        (range.start / PAGE..range.end / PAGE).try_for_each(|page| self.erase_page(page))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        if self.off {
            return Err(FlashError::Cut);
        }
        let range = self.bounds(offset, bytes.len())?;
        if !range.start.is_multiple_of(WRITE) || !range.end.is_multiple_of(WRITE) {
            return self.rule(FlashError::NotAligned);
        }
        if range.is_empty() {
            return Ok(());
        }
        if let Some(late) = &mut self.late
            && bytes.len() > 8
        {
            late.hold(range.start, bytes);
            return Ok(());
        }
        self.program(range.start, bytes)?;
        self.program_due(false)
    }
}
