//! What P1 and P2 say where a command of the security domain has a choice.

/// STORE DATA (GlobalPlatform 2.3.1, 11.11).
pub mod store_data {
    /// P1: data groupings, and more blocks follow.
    pub const GROUPINGS: u8 = 0x08;
    /// Bit of P1: the last block.
    pub const LAST: u8 = 0x80;
}

/// PUT KEY (GlobalPlatform 2.3.1, 11.8).
pub mod put_key {
    /// P2: a version of a card key (P).
    pub const CARD_KEY: u8 = 0x01;
    /// P2: the domain's keys, from identifier 01 on, more than one.
    pub const DOMAIN_KEYS: u8 = 0x81;
}

/// GET STATUS (GlobalPlatform 2.3.1, 11.4).
pub mod get_status {
    /// P1: the security domain.
    pub const DOMAIN: u8 = 0x80;
    /// P1: applications.
    pub const APPLICATIONS: u8 = 0x40;
    /// Bit of P2: the next answer after 6310.
    pub const NEXT: u8 = 0x01;
    /// Bit of P2: templates, not the old form.
    pub const TEMPLATES: u8 = 0x02;
}
