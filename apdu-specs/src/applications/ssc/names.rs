//! Names and identifiers by which the social security card is selected.

/// DF name of the SSSE (Social Security System Environment), GBK "sx1.sh.社会保障", 15 bytes (C).
pub const SSSE: &[u8] = b"sx1.sh.\xC9\xE7\xBB\xE1\xB1\xA3\xD5\xCF";
/// RID of the Ministry of Human Resources and Social Security, 5 bytes (C).
pub const RID: &[u8] = &[0xD1, 0x56, 0x00, 0x00, 0x05];
/// FID of the SSSE's DDF. No source names one; this one clashes with nothing known (P).
pub const SSSE_FID: u16 = 0xDDF1;
/// FID of the EF with the photo in SSSE (S).
pub const PHOTO_FID: u16 = 0xEF08;
