//! The bodies of short APDUs, as T=1 and ISO 14443-4 carry them whole (ISO 7816-3, 12.1.3), and as T=0 does in two parts (12.2).

use crate::{Status, le};

/// What stands behind the header of a whole command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortBody<'a> {
    /// The data field, at most 255 bytes.
    pub data: &'a [u8],
    /// Greatest number of answer bytes, 1 to 256; `None` where there is no Le.
    pub ne: Option<u16>,
}

impl<'a> ShortBody<'a> {
    /// Lc, data and Le; `None` for lengths that do not go together, extended ones among them.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        let (data, end) = match body {
            [] | [_] => (&[][..], body),
            // Extended length, which the historical bytes do not announce.
            [0, ..] => return None,
            [lc, rest @ ..] => rest.split_at_checked(usize::from(*lc))?,
        };
        let ne = match end {
            [] => None,
            [le] => Some(le::ne(*le)),
            _ => return None,
        };
        Some(Self { data, ne })
    }

    /// P3 and what follows it on T=0. A byte after the data is the driver's Le of a case-4 command; anything behind that is
    /// dropped, as a T=0 reader never sends it. `None` for fewer data than P3 says.
    pub fn parse_t0(body: &'a [u8], command: OnT0) -> Option<Self> {
        // Four bytes: a driver's case 1, which the line carries with P3 = 00.
        let (p3, rest) = body.split_first().unwrap_or((&0, &[]));
        if !command.takes_data || (*p3 == 0 && command.without_data) {
            let ne = if command.answers {
                Some(le::ne(*p3))
            } else {
                None
            };
            return Some(Self { data: &[], ne });
        }
        let (data, rest) = rest.split_at_checked(usize::from(*p3))?;
        let ne = rest.first().map(|le| le::ne(*le));
        Some(Self { data, ne })
    }
}

/// What T=0 must know of a command beside its bytes: whether P3 is Lc or Le follows from INS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnT0 {
    /// Whether it takes data: P3 is Lc then.
    pub takes_data: bool,
    /// Whether it may come without them all the same: P3 = 00 is no Lc then.
    pub without_data: bool,
    /// Whether it answers data when it comes without: P3 is Le then.
    pub answers: bool,
}

/// What whoever sent a command over T=0 does next (ISO 7816-3, 12.2.1). Readers that carry whole commands may answer so too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: this was the answer.
    Done,
    /// GET RESPONSE for so many bytes.
    GetResponse(u16),
    /// The same command with this Ne.
    Again(u16),
}

impl Next {
    /// After `status` to a command with or without data that expects an answer. A command with data is never sent again for
    /// `6Cxx`: that it may be carried out twice is not for its sender to decide.
    pub const fn after(status: Status, with_data: bool) -> Self {
        match (status.waiting(), status.right_ne()) {
            (Some(waiting), _) => Self::GetResponse(waiting),
            (None, Some(ne)) if !with_data => Self::Again(ne),
            (None, _) => Self::Done,
        }
    }
}
