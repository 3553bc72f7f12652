//! Commands of the social security card: files, PIN, keys.

use apdu_specs::applications::ssc::SscCommand;
use apdu_specs::applications::ssc::parameters::application_block;
use apdu_specs::le;
use apdu_specs::parameters::{binary, record};
use zeroize::Zeroizing;

use super::{command, with, with_p2};
use crate::CommandApdu;

/// Between the old and the new PIN of CHANGE PIN.
const SEPARATOR: u8 = 0xFF;

/// READ BINARY of up to `ne` bytes of the current EF from `offset` on, at most 7FFF.
#[must_use]
pub fn read_binary(offset: u16, ne: u16) -> CommandApdu {
    with(SscCommand::ReadBinary, place(offset)).expect_up_to(ne)
}

/// READ BINARY of up to `ne` bytes of the EF with this SFI, from its beginning.
#[must_use]
pub fn read_binary_of(sfi: u8, ne: u16) -> CommandApdu {
    let p1 = binary::BY_SFI | sfi & binary::SFI;
    with(SscCommand::ReadBinary, [p1, 0]).expect_up_to(ne)
}

/// UPDATE BINARY of the current EF from `offset` on, at most 7FFF.
#[must_use]
pub fn update_binary(offset: u16, data: &[u8]) -> CommandApdu {
    with(SscCommand::UpdateBinary, place(offset)).data(data)
}

/// An offset as P1 P2.
fn place(offset: u16) -> [u8; 2] {
    (offset & binary::LAST_OFFSET).to_be_bytes()
}

/// READ RECORD of the current EF by its number.
#[must_use]
pub fn read_record(number: u8) -> CommandApdu {
    with(SscCommand::ReadRecord, [number, record::BY_NUMBER]).expect_up_to(le::ALL)
}

/// READ RECORD of the current EF: the first with this tag.
#[must_use]
pub fn read_record_by_tag(tag: u8) -> CommandApdu {
    with(SscCommand::ReadRecord, [tag, record::BY_TAG]).expect_up_to(le::ALL)
}

/// UPDATE RECORD of the current EF by its number; the data is the whole record.
#[must_use]
pub fn update_record(number: u8, whole: &[u8]) -> CommandApdu {
    with(SscCommand::UpdateRecord, [number, record::BY_NUMBER]).data(whole)
}

/// UPDATE RECORD of the current EF: the first with this tag; the data is the whole record.
#[must_use]
pub fn update_record_by_tag(tag: u8, whole: &[u8]) -> CommandApdu {
    with(SscCommand::UpdateRecord, [tag, record::BY_TAG]).data(whole)
}

/// APPEND RECORD to the current EF.
#[must_use]
pub fn append_record(whole: &[u8]) -> CommandApdu {
    command(SscCommand::AppendRecord).data(whole)
}

/// GET CHALLENGE of `length` bytes.
#[must_use]
pub fn get_challenge(length: u16) -> CommandApdu {
    command(SscCommand::GetChallenge).expect_up_to(length)
}

/// VERIFY of a PIN, packed BCD.
#[must_use]
pub fn verify(packed: &[u8]) -> CommandApdu {
    command(SscCommand::Verify).data(packed)
}

/// CHANGE PIN, both packed BCD.
#[must_use]
pub fn change_pin(old: &[u8], new: &[u8]) -> CommandApdu {
    let data = Zeroizing::new([old, &[SEPARATOR], new].concat());
    command(SscCommand::ChangePin).data(&data)
}

/// EXTERNAL AUTHENTICATE with the key of this identifier.
#[must_use]
pub fn external_authenticate(
    identifier: u8,
    cryptogram: &[u8; 8],
    source: &[u8; 8],
) -> CommandApdu {
    with_p2(SscCommand::ExternalAuthenticate, identifier)
        .data(&[*cryptogram, *source].concat())
        .secret()
}

/// INTERNAL AUTHENTICATE: the card answers a cryptogram of 8 bytes.
#[must_use]
pub fn internal_authenticate(factor: &[u8; 8], source: &[u8; 8]) -> CommandApdu {
    command(SscCommand::InternalAuthenticate)
        .data(&[*factor, *source].concat())
        .expect_up_to(8)
}

/// PIN UNBLOCK with its MAC.
#[must_use]
pub fn pin_unblock(mac: &[u8]) -> CommandApdu {
    command(SscCommand::PinUnblock).data(mac)
}

/// PIN RELOAD: the new PIN enciphered, and the MAC.
#[must_use]
pub fn pin_reload(data: &[u8]) -> CommandApdu {
    command(SscCommand::PinReload).data(data)
}

/// APPLICATION BLOCK of the current directory with its MAC, for a time or for good.
#[must_use]
pub fn application_block(for_good: bool, mac: &[u8]) -> CommandApdu {
    let p2 = if for_good {
        application_block::FOR_GOOD
    } else {
        application_block::FOR_A_TIME
    };
    with_p2(SscCommand::ApplicationBlock, p2).data(mac)
}

/// APPLICATION UNBLOCK of the current directory with its MAC.
#[must_use]
pub fn application_unblock(mac: &[u8]) -> CommandApdu {
    command(SscCommand::ApplicationUnblock).data(mac)
}
