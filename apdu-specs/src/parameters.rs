//! What P1 and P2 say where a command of files has a choice: the values that its row allows, by name. The other applications have
//! theirs in their rooms.

/// SELECT (ISO 7816-4, 11.1.1).
pub mod select {
    /// P1: by file identifier; without data the MF.
    pub const BY_FID: u8 = 0x00;
    /// P1: a DF under the current DF.
    pub const CHILD: u8 = 0x01;
    /// P1: an EF under the current DF.
    pub const ELEMENTARY_FILE: u8 = 0x02;
    /// P1: the parent of the current DF.
    pub const PARENT: u8 = 0x03;
    /// P1: by DF name or AID.
    pub const BY_NAME: u8 = 0x04;
    /// P2: the first occurrence, which answers its FCI.
    pub const FIRST: u8 = 0x00;
    /// P2: the next occurrence of a name.
    pub const NEXT: u8 = 0x02;
    /// P2: answers the FCP.
    pub const FCP: u8 = 0x04;
    /// P2: answers no data.
    pub const NO_ANSWER: u8 = 0x0C;
}

/// READ RECORD, UPDATE RECORD and APPEND RECORD (ISO 7816-4, 11.3): P2 is the SFI and a mode.
pub mod record {
    /// Bits of P2 that are the mode.
    pub const MODE: u8 = 0x07;
    /// Mode: P1 is the record's tag, the first of it.
    pub const BY_TAG: u8 = 0x00;
    /// Mode: the previous record; UPDATE RECORD appends to a cyclic EF so, with P1 00.
    pub const PREVIOUS: u8 = 0x03;
    /// Mode: P1 is the record's number.
    pub const BY_NUMBER: u8 = 0x04;
    /// Mode: all records from the number P1.
    pub const ALL_FROM: u8 = 0x05;
    /// Mode of SEARCH RECORD: from P1 back to the first. Forwards it is [`BY_NUMBER`].
    pub const BACKWARDS: u8 = 0x05;
    /// How far the SFI stands to the left of the mode.
    pub const SFI_SHIFT: u8 = 3;
    /// Number of the newest record of a cyclic EF.
    pub const NEWEST: u8 = 0x01;
}

/// READ BINARY and UPDATE BINARY (ISO 7816-4, 11.2).
pub mod binary {
    /// Bit of P1: its low bits are an SFI, and P2 is the offset. Without it P1 P2 is the offset.
    pub const BY_SFI: u8 = 0x80;
    /// Bits of P1 that are zero beside an SFI.
    pub const RESERVED: u8 = 0x60;
    /// Bits of P1 that are the SFI.
    pub const SFI: u8 = 0x1F;
    /// The greatest offset without an SFI.
    pub const LAST_OFFSET: u16 = 0x7FFF;
}

/// GET DATA (ISO 7816-4, 11.4.3; GlobalPlatform 2.3.1, 11.3).
pub mod get_data {
    /// CLA: the data object with its tag and length. In class 00 its value alone.
    pub const WITH_TAG: u8 = 0x80;
}
