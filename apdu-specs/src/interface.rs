//! The ways in which a command reaches a card.

/// An interface of a card, with the protocol that it speaks there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// Contacts, T=0 (ISO 7816-3, 10): what the card's ATR offers. A command carries data one way, `61xx` and `6Cxx` do the rest.
    T0,
    /// Contacts, T=1 (ISO 7816-3, 11): whole APDUs.
    T1,
    /// ISO 14443-4: whole APDUs.
    Contactless,
}

impl Interface {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::T0, Self::T1, Self::Contactless];

    /// Whether it is T=0, where a command with data and Le travels in two parts.
    pub const fn is_t0(self) -> bool {
        matches!(self, Self::T0)
    }

    /// Whether the card lies in a field, and not under contacts.
    pub const fn is_contactless(self) -> bool {
        matches!(self, Self::Contactless)
    }
}
