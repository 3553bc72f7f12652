//! Files and records of SSSE that programs ask for by name: what the row of each says stands in the table of SSSE, and a test
//! compares them.

/// FID of the EF with the issuer's data.
pub const ISSUER_FILE: u16 = 0xEF05;
/// FID of the EF with the cardholder's data.
pub const CARDHOLDER_FILE: u16 = 0xEF06;

macro_rules! records {
    ($($name:ident = $tag:literal, $file:ident, $machine:literal;)*) => {
        $(#[doc = concat!("Tag of `", $machine, "`.")] pub const $name: u8 = $tag;)*
        /// File, tag and machine name of each.
        pub static RECORDS: &[(u16, u8, &str)] = &[$(($file, $tag, $machine)),*];
    };
}

records! {
    IDENTIFICATION_CODE = 0x01, ISSUER_FILE, "identification_code";
    VERSION = 0x03, ISSUER_FILE, "version";
    ISSUE_DATE = 0x05, ISSUER_FILE, "issue_date";
    VALID_TO = 0x06, ISSUER_FILE, "valid_to";
    CARD_NUMBER = 0x07, ISSUER_FILE, "card_number";
    NUMBER = 0x08, CARDHOLDER_FILE, "number";
    NAME = 0x09, CARDHOLDER_FILE, "name";
    NAME_EXTENSION = 0x4E, CARDHOLDER_FILE, "name_extension";
    SEX = 0x0A, CARDHOLDER_FILE, "sex";
    ETHNIC_GROUP = 0x0B, CARDHOLDER_FILE, "ethnic_group";
    BIRTHPLACE = 0x0C, CARDHOLDER_FILE, "birthplace";
    BIRTH_DATE = 0x0D, CARDHOLDER_FILE, "birth_date";
}
