//! How well a fact of the tables is known.

/// The strength of the evidence for an entry; the mark stays with it wherever it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Confirmed: two or more independent sources agree, or a published standard says so.
    C,
    /// A single source.
    S,
    /// Sources conflict: the choice made is named beside it.
    X,
    /// Project-defined: nothing public was found; chosen by analogy, kept in one place.
    P,
}

impl Evidence {
    /// The mark as one letter.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::C => "C",
            Self::S => "S",
            Self::X => "X",
            Self::P => "P",
        }
    }
}

/// What the sources say against one another, and what was chosen: the words of a row with the mark X.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What the sources say.
    pub sources: &'static str,
    /// What stands here.
    pub choice: &'static str,
}
