//! File descriptor bytes (ISO 7816-4, table 12): what creates a file sends them, what keeps it knows it by them.

/// A directory: MF, DDF or ADF.
pub const DIRECTORY: u8 = 0x38;
/// A transparent EF.
pub const TRANSPARENT: u8 = 0x01;
/// Records of one length.
pub const LINEAR_FIXED: u8 = 0x02;
/// Records of their own lengths, a simple TLV each.
pub const LINEAR_VARIABLE: u8 = 0x05;
/// A ring of records of one length.
pub const CYCLIC: u8 = 0x06;
/// Data coding byte, which goes before the record length (ISO 7816-4, table 13).
pub const DATA_CODING: u8 = 0x21;
