//! What a power cut leaves of the operation it hits.

/// Where in an operation the power goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// The operation has no effect.
    Before,
    /// A part of it happens. Write: some words are programmed whole, the next one has some of its zeros, the rest none.
    /// Erase: some of the zeros of the page are ones.
    Middle {
        /// Chooses the part; the same seed gives the same part.
        seed: u64,
    },
    /// The operation is complete, but its success is never reported.
    After,
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough to choose bits.
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A byte whose bits are set in a quarter, in half, in three quarters or in all of the cases. All: an interrupted word that
    /// reads as if it had not been touched, and an interrupted page that reads as erased; neither can be relied on.
    fn mask(&mut self, density: u64) -> u8 {
        let [a, b, ..] = self.next().to_le_bytes();
        match density % 4 {
            0 => a & b,
            1 => a,
            2 => a | b,
            _ => 0xFF,
        }
    }
}

/// How many of `words` words are programmed whole before the one that the cut hits: 0 to `words` - 1.
pub(crate) fn whole_words(words: usize, seed: u64) -> usize {
    (Bits(seed ^ 0x57).next() % words as u64) as usize
}

/// Clears some of the bits that `wanted` has clear.
pub(crate) fn program_partly(cell: &mut [u8], wanted: &[u8], seed: u64) {
    let mut bits = Bits(seed);
    let density = bits.next();
    for (byte, &want) in cell.iter_mut().zip(wanted) {
        *byte &= want | bits.mask(density);
    }
}

/// Sets some of the bits of a page: here and there (many cells are half way), or whole stretches.
pub(crate) fn erase_partly(page: &mut [u8], seed: u64) {
    let mut bits = Bits(seed);
    let (density, stretches) = (bits.next(), bits.next().is_multiple_of(2));
    for word in page.chunks_mut(8) {
        if stretches {
            if bits.mask(density) & 1 == 1 {
                word.fill(0xFF);
            }
        } else {
            word.iter_mut().for_each(|byte| *byte |= bits.mask(density));
        }
    }
}
