//! What P1 and P2 say where a command of the social security card has a choice; those of file commands are in [`crate::parameters`].

/// APPLICATION BLOCK (PBOC 2.0).
pub mod application_block {
    /// P2: until APPLICATION UNBLOCK.
    pub const FOR_A_TIME: u8 = 0x00;
    /// P2: for good.
    pub const FOR_GOOD: u8 = 0x01;
}
