//! The initialising institution (初始化机构编号) of SSSE EF05: twelve bytes with a structure of their own (C, from six values).

/// Bytes of the number.
pub const LENGTH: usize = 12;
/// What every number begins with, in six samples.
pub const HEAD: [u8; 5] = [0x91, 0x56, 0x00, 0x00, 0x02];

/// The parts of a number that has the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Institution {
    /// Region of the issuing city (GB/T 2260), BCD.
    pub region: [u8; 3],
    /// First four digits of the region in which the card was initialised, BCD.
    pub place: [u8; 2],
    /// A number or check: it is neither an XOR nor a sum of the others, and no BCD.
    pub number: [u8; 2],
}

impl Institution {
    /// The last two bytes of a number that a bureau makes up (P: nothing is known of them).
    pub const DEFAULT_NUMBER: [u8; 2] = [0x00, 0x01];

    /// What a bureau writes that was given none: its region is both the issuing city and the place (P).
    pub const fn default_of(region: [u8; 3]) -> Self {
        let [a, b, _] = region;
        Self {
            region,
            place: [a, b],
            number: Self::DEFAULT_NUMBER,
        }
    }

    /// The parts of `bytes`; `None` for another shape, which is no fault of a card: a reader shows it as it is.
    pub fn parse(bytes: &[u8; LENGTH]) -> Option<Self> {
        let [head @ .., a, b, c, d, e, f, g] = bytes;
        let digits = |byte: &u8| byte >> 4 <= 9 && byte & 0x0F <= 9;
        let shape = *head == HEAD && [a, b, c, d, e].into_iter().all(digits);
        shape.then_some(Self {
            region: [*a, *b, *c],
            place: [*d, *e],
            number: [*f, *g],
        })
    }

    /// The number as a card holds it.
    pub fn bytes(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        let parts = [&HEAD[..], &self.region, &self.place, &self.number];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        bytes
    }
}
