//! The lines between a bureau and a card machine.

use crate::Interface;

/// What a head is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// How many heads there are.
    Heads,
    /// This connection is that head.
    Head(usize),
    /// Power for the card that lies in the head.
    Card,
    /// A command for it.
    Apdu(Vec<u8>),
    /// A blank card from the stack.
    Next,
    /// The card goes to the good ones.
    Good,
    /// The card goes to the bad ones.
    Bad,
    /// This connection looks at that chip of all that were given out.
    Chip(usize),
}

/// Where a chip lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this head, from 1.
    Head(usize),
    /// With the good cards.
    Good,
    /// With the bad cards.
    Bad,
    /// In somebody's hand: it was pulled.
    Pulled,
}

impl Place {
    fn word(self) -> String {
        match self {
            Self::Head(number) => format!("head-{number}"),
            Self::Good => "good".into(),
            Self::Bad => "bad".into(),
            Self::Pulled => "pulled".into(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "good" => Self::Good,
            "bad" => Self::Bad,
            "pulled" => Self::Pulled,
            _ => Self::Head(word.strip_prefix("head-")?.parse().ok()?),
        })
    }
}

impl Request {
    /// Reads a line.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Some(match (word, rest) {
            ("heads", "") => Self::Heads,
            ("head", number) => Self::Head(number.parse().ok()?),
            ("card", "") => Self::Card,
            ("apdu", command) => Self::Apdu(hex::decode(command).ok()?),
            ("next", "") => Self::Next,
            ("good", "") => Self::Good,
            ("bad", "") => Self::Bad,
            ("chip", number) => Self::Chip(number.parse().ok()?),
            _ => return None,
        })
    }

    pub(super) fn line(&self) -> String {
        match self {
            Self::Heads => "heads".into(),
            Self::Head(number) => format!("head {number}"),
            Self::Card => "card".into(),
            Self::Apdu(command) => format!("apdu {}", hex::encode_upper(command)),
            Self::Next => "next".into(),
            Self::Good => "good".into(),
            Self::Bad => "bad".into(),
            Self::Chip(number) => format!("chip {number}"),
        }
    }
}

/// What the machine answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Ok,
    /// There is none: no card in the head, no more in the stack.
    None,
    /// A card lies in the head already.
    Full,
    /// Another connection has the head.
    Busy,
    /// So many heads.
    Heads(usize),
    /// The card has power: how it is reached, and its ATR.
    Card(Interface, Vec<u8>),
    /// What the card answered.
    Apdu(Vec<u8>),
    /// Where the chip lies.
    Chip(Place),
    /// Why it cannot be done.
    Error(String),
}

impl Answer {
    /// Reads a line.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Some(match (word, rest) {
            ("ok", "") => Self::Ok,
            ("none", "") => Self::None,
            ("full", "") => Self::Full,
            ("busy", "") => Self::Busy,
            ("heads", count) => Self::Heads(count.parse().ok()?),
            ("card", card) => {
                let (interface, atr) = card.split_once(' ')?;
                let interface = match interface {
                    "T0" => Interface::T0,
                    "T1" => Interface::T1,
                    "CL" => Interface::Contactless,
                    _ => return None,
                };
                Self::Card(interface, hex::decode(atr).ok()?)
            }
            ("answer", answer) => Self::Apdu(hex::decode(answer).ok()?),
            ("chip", place) => Self::Chip(Place::parse(place)?),
            ("error", why) => Self::Error(why.into()),
            _ => return None,
        })
    }

    /// The answer as a line, without its end.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Ok => "ok".into(),
            Self::None => "none".into(),
            Self::Full => "full".into(),
            Self::Busy => "busy".into(),
            Self::Heads(count) => format!("heads {count}"),
            Self::Card(interface, atr) => {
                let interface = match interface {
                    Interface::T0 => "T0",
                    Interface::T1 => "T1",
                    Interface::Contactless => "CL",
                };
                format!("card {interface} {}", hex::encode_upper(atr))
            }
            Self::Apdu(answer) => format!("answer {}", hex::encode_upper(answer)),
            Self::Chip(place) => format!("chip {}", place.word()),
            Self::Error(why) => format!("error {}", why.replace('\n', " ")),
        }
    }
}
