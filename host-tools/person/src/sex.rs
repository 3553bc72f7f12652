//! Sex (性别), GB/T 2261.1.

use super::{Rule, Violation};

/// Sex as the card stores it (tag 0A): '1' or '2'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 男, '1'
    Male,
    /// 女, '2'
    Female,
}

impl Sex {
    /// From `1`, `2`, `男` or `女`; anything else breaks [`Rule::SexCode`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "1" | "男" => Ok(Self::Male),
            "2" | "女" => Ok(Self::Female),
            _ => Err(Rule::SexCode.into()),
        }
    }

    /// The byte of tag 0A, ASCII '1' or '2'.
    pub fn code(self) -> u8 {
        match self {
            Self::Male => b'1',
            Self::Female => b'2',
        }
    }
}
