//! Commands that every application answers.

use apdu_specs::applications::any::AnyCommand;
use apdu_specs::le;
use apdu_specs::parameters::select;

use super::{command, with};
use crate::CommandApdu;

/// SELECT by DF name or AID; answers the FCI.
#[must_use]
pub fn select_by_name(name: &[u8]) -> CommandApdu {
    selected(select::BY_NAME, name).expect_up_to(le::ALL)
}

/// SELECT of a directory by its file identifier; answers the FCI.
#[must_use]
pub fn select_by_fid(fid: u16) -> CommandApdu {
    selected(select::BY_FID, &fid.to_be_bytes()).expect_up_to(le::ALL)
}

/// SELECT of an EF of the current directory. Cards answer a bare 9000, so nothing is asked for.
#[must_use]
pub fn select_file(fid: u16) -> CommandApdu {
    selected(select::ELEMENTARY_FILE, &fid.to_be_bytes())
}

fn selected(p1: u8, data: &[u8]) -> CommandApdu {
    with(AnyCommand::Select, [p1, select::FIRST]).data(data)
}

/// GET RESPONSE for `ne` bytes: on T=0, after `61xx`.
#[must_use]
pub fn get_response(ne: u16) -> CommandApdu {
    command(AnyCommand::GetResponse).expect_up_to(ne)
}

/// GET DATA of the data object `tag`: its value alone.
#[must_use]
pub fn get_data(tag: u16) -> CommandApdu {
    with(AnyCommand::GetData, tag.to_be_bytes()).expect_up_to(le::ALL)
}

/// GET DATA of one of the objects whose tag's first byte is that of `family`: the second byte says which.
#[must_use]
pub fn get_data_of(family: u16, which: u8) -> CommandApdu {
    let [high, _] = family.to_be_bytes();
    get_data(u16::from_be_bytes([high, which]))
}
