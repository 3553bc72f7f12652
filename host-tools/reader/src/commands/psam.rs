//! Commands of a terminal's security module (PSAM).

use apdu_specs::applications::psam::PsamCommand;
use apdu_specs::applications::psam::SamUse;
use apdu_specs::le;

use super::{command, with};
use crate::CommandApdu;

/// INIT SAM for the key of this use and identifier: the factors, the card's upwards, and the card's challenge.
#[must_use]
pub fn init_sam(sam_use: SamUse, identifier: u8, data: &[u8]) -> CommandApdu {
    with(PsamCommand::InitSam, [sam_use.byte(), identifier]).data(data)
}

/// CRYPT of one block, which comes back enciphered.
#[must_use]
pub fn crypt(block: &[u8]) -> CommandApdu {
    let length = u16::try_from(block.len()).unwrap_or(le::ALL);
    command(PsamCommand::Crypt).data(block).expect_up_to(length)
}

/// MAC over an initial value and data, which comes back as a whole block of `ne` bytes.
#[must_use]
pub fn mac(input: &[u8], ne: u16) -> CommandApdu {
    command(PsamCommand::Mac).data(input).expect_up_to(ne)
}

/// INIT SAM FOR DEBIT.
#[must_use]
pub fn init_sam_for_debit(data: &[u8]) -> CommandApdu {
    command(PsamCommand::InitSamForDebit)
        .data(data)
        .expect_up_to(le::ALL)
}

/// CREDIT SAM FOR DEBIT with the card's MAC2.
#[must_use]
pub fn credit_sam_for_debit(mac2: &[u8; 4]) -> CommandApdu {
    command(PsamCommand::CreditSamForDebit).data(mac2)
}
