//! Names and identifiers by which the environments of a PSAM are selected. The first has the names of the SSSE.

/// AID of a PSAM's application in its 3DES environment, 6 bytes (C).
pub const PSAM: &[u8] = &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x90];
/// FID of a PSAM's application, in each of its environments (C).
pub const PSAM_FID: u16 = 0xDF01;
/// DF name of a PSAM's SSF33 environment, GBK "sx2.sh.社会保障", 15 bytes: recognised and refused, the cipher is classified
/// (C).
pub const SSF33_ENVIRONMENT: &[u8] = b"sx2.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// DF name of a PSAM's SM4 environment, GBK "sx3.sh.社会保障", 15 bytes (S).
pub const SM4_ENVIRONMENT: &[u8] = b"sx3.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// FID of that environment's DDF (P, as [`crate::applications::ssc::names::SSSE_FID`]).
pub const SM4_ENVIRONMENT_FID: u16 = 0xDDF3;
