//! Names and identifiers by which the certificate environment is selected.

/// DF name of the certificate environment, GBK "PKI.社会保障", 12 bytes (S).
pub const PKI: &[u8] = b"PKI.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// DF name of the application in it, 12 bytes (S).
pub const CERTIFICATES: &[u8] = b"SS.CERT.ADF1";
/// FID of the certificate environment's DDF. No source names one (P).
pub const PKI_FID: u16 = 0xDDF4;
/// FID of the application in it, by which it is selected from there (S).
pub const CERTIFICATES_FID: u16 = 0xDF01;
