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
    /// From `1`, `2`, `男`, `女`, `M` or `F`; anything else breaks [`Rule::SexCode`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "1" | "01" | "男" | "男性" | "M" | "m" | "male" | "Male" => Ok(Self::Male),
            "2" | "02" | "女" | "女性" | "F" | "f" | "female" | "Female" => Ok(Self::Female),
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
