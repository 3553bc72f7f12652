//! Names and identifiers by which applications and directories are selected.

/// DF name of the SSSE (Social Security System Environment), GBK "sx1.sh.社会保障", 15 bytes (C).
pub const SSSE: &[u8] = b"sx1.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// RID of the Ministry of Human Resources and Social Security, 5 bytes (C).
pub const RID: &[u8] = &[0xD1, 0x56, 0x00, 0x00, 0x05];
/// AID of the issuer security domain (GlobalPlatform Card Specification 2.3.1, H.1.3) (C).
pub const ISSUER_SECURITY_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];

/// DF name of the certificate environment, GBK "PKI.社会保障", 12 bytes (S).
pub const PKI: &[u8] = b"PKI.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// DF name of the application in it, 12 bytes (S).
pub const CERTIFICATES: &[u8] = b"SS.CERT.ADF1";
/// FID of the certificate environment's DDF. No source names one (P).
pub const PKI_FID: u16 = 0xDDF4;
/// FID of the application in it, by which it is selected from there (S).
pub const CERTIFICATES_FID: u16 = 0xDF01;

/// FID of the master file (C).
pub const MF: u16 = 0x3F00;
/// FID of the SSSE's DDF. No source names one; this one clashes with nothing known (P).
pub const SSSE_FID: u16 = 0xDDF1;

/// AID of a PSAM's application in its 3DES environment, 6 bytes (C).
pub const PSAM: &[u8] = &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x90];
/// FID of a PSAM's application, in each of its environments (C).
pub const PSAM_FID: u16 = 0xDF01;
/// DF name of a PSAM's SSF33 environment, GBK "sx2.sh.社会保障", 15 bytes: recognised and refused, the cipher is classified
/// (C).
pub const SSF33_ENVIRONMENT: &[u8] = b"sx2.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// DF name of a PSAM's SM4 environment, GBK "sx3.sh.社会保障", 15 bytes (S).
pub const SM4_ENVIRONMENT: &[u8] = b"sx3.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// FID of that environment's DDF (P, as [`SSSE_FID`]).
pub const SM4_ENVIRONMENT_FID: u16 = 0xDDF3;
