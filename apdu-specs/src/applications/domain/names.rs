//! The name by which the issuer security domain is selected.

/// AID of the issuer security domain (GlobalPlatform Card Specification 2.3.1, H.1.3) (C).
pub const ISSUER_SECURITY_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
