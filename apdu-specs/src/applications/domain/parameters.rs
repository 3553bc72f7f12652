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

/// P2 of GET DATA for digests (P): how many to pass over, or one over all.
pub mod digests {
    /// One value over all digests, in place of them: a card is right or not, and it costs the line little. It is no number of digests
    /// to pass over: a card has fewer.
    pub const DIGEST_OF_ALL: u8 = 0xFF;
    /// Bytes of that value.
    pub const OF_ALL_LENGTH: usize = 8;
}
