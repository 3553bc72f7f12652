//! SELECT (ISO 7816-4, 11.1.1; LD/T 32.3): files by FID, applications and directories by name.

use apdu_specs::applications::domain;
use apdu_specs::files::descriptor::DATA_CODING;
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::parameters::select::{
    BY_FID, BY_NAME, CHILD, ELEMENTARY_FILE, FCP, NEXT, NO_ANSWER, PARENT,
};
use apdu_specs::{Application, Status, files, tags};

use crate::apdu::Apdu;
use crate::applications::selected::Selected;
use crate::context::Context;
use crate::fs::{self, File, Kind, directory, wipe};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::reply::Reply;

/// A failed SELECT changes nothing. One exception: a blocked directory becomes current, and the status word says so.
///
/// # Errors
/// 6A81, 9303 (blocked), 6A82, 6A80, 6985 while a wipe is not finished, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    // P2 = 02 (next) is for selection by name only.
    if apdu.p2 == NEXT && apdu.p1 != BY_NAME {
        return Err(Status::FILE_NOT_FOUND);
    }
    match apdu.p1 {
        BY_FID => by_fid(cx, selected, apdu, reply)?,
        CHILD => {
            let child = directory::child(cx.store, cx.session.security.directory, fid(apdu)?)?;
            select_directory(cx, selected, apdu, &child, reply)?;
        }
        ELEMENTARY_FILE => {
            let file =
                directory::elementary_file(cx.store, cx.session.security.directory, fid(apdu)?)?;
            select_file(cx, selected, apdu, &file, reply)?;
        }
        PARENT => {
            let parent = parent(cx, apdu)?;
            select_directory(cx, selected, apdu, &parent, reply)?;
        }
        _ => by_name(cx, selected, apdu, reply)?,
    }
    // A locked card says so of its security domain (GlobalPlatform 11.9.3.2).
    let domain = selected.application() == Application::Domain;
    if domain && cx.life_cycle == LifeCycle::CardLocked {
        Ok(Status::CARD_LOCKED)
    } else {
        Ok(Status::SUCCESS)
    }
}

fn fid(apdu: &Apdu<'_>) -> Result<u16, Status> {
    match *apdu.data {
        [high, low] => Ok(u16::from_be_bytes([high, low])),
        _ => Err(Status::WRONG_DATA),
    }
}

/// P1 = 03: the directory that holds the current one. The MF is in none.
fn parent<P: Platform>(cx: &mut Context<'_, P>, apdu: &Apdu<'_>) -> Result<File, Status> {
    if !apdu.data.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    let current = cx.session.security.directory;
    if current == Slot::MF {
        return Err(Status::FILE_NOT_FOUND);
    }
    let current = fs::load(cx.store, current)?;
    fs::load(cx.store, current.descriptor.parent)
}

/// P1 = 00: an EF of the current directory, else a directory; no data means the MF.
fn by_fid<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let fid = if apdu.data.is_empty() {
        files::MF
    } else {
        fid(apdu)?
    };
    match directory::elementary_file(cx.store, cx.session.security.directory, fid) {
        Ok(file) => select_file(cx, selected, apdu, &file, reply),
        Err(Status::FILE_NOT_FOUND) => {
            let found = directory::by_fid(cx.store, cx.session.security.directory, fid)?;
            select_directory(cx, selected, apdu, &found, reply)
        }
        Err(status) => Err(status),
    }
}

/// P1 = 04: the security domain comes first, then the directories in the order of their creation. An
/// empty name selects the security domain.
fn by_name<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let name = apdu.data;
    let next = apdu.p2 == NEXT;
    // The search goes on behind the current directory; from the MF it begins with the first.
    let after = if next && selected.application().has_files() {
        cx.session.security.directory
    } else {
        Slot::MF
    };
    if !next && domain::names::ISSUER_SECURITY_DOMAIN.starts_with(name) {
        selected.enter_domain(cx.session)?;
        return if apdu.p2 == NO_ANSWER {
            Ok(())
        } else {
            domain_fci(reply)
        };
    }
    match directory::by_name(cx.store, after, name)? {
        Some(found) if !name.is_empty() => select_directory(cx, selected, apdu, &found, reply),
        _ => Err(Status::FILE_NOT_FOUND),
    }
}

fn select_directory<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    apdu: &Apdu<'_>,
    found: &File,
    reply: &mut Reply,
) -> Result<(), Status> {
    wipe::none_under_way(cx.store)?;
    let Kind::Directory { application } = found.descriptor.kind else {
        return Err(Status::INTERNAL_ERROR);
    };
    selected.enter(cx.session, found, application)?;
    cx.session.state = found.descriptor.state;
    // It is current all the same, or it could not be unblocked.
    cx.session.state.not_blocked()?;
    match apdu.p2 {
        NO_ANSWER => Ok(()),
        FCP => control_parameters(found, reply),
        _ => control_information(found, reply),
    }
}

/// An EF answers a bare 9000, as the programs in the field expect; its FCP comes on demand (P2 = 04).
fn select_file<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: &mut Selected,
    apdu: &Apdu<'_>,
    found: &File,
    reply: &mut Reply,
) -> Result<(), Status> {
    cx.session.state.not_blocked()?;
    selected.enter_file(cx.session, found.slot)?;
    if apdu.p2 == FCP {
        control_parameters(found, reply)
    } else {
        Ok(())
    }
}

/// FCI of a directory: `6F len 84 len name`, and A5 with its proprietary data if there are any.
fn control_information(file: &File, reply: &mut Reply) -> Result<(), Status> {
    let descriptor = &file.descriptor;
    let mut inner = Reply::new();
    if descriptor.name.is_empty() {
        inner.tlv(tags::FCP_FID.into(), &descriptor.fid.to_be_bytes())?;
    } else {
        inner.tlv(tags::FCI_DF_NAME.into(), &descriptor.name)?;
    }
    if !descriptor.proprietary.is_empty() {
        inner.tlv(tags::FCI_PROPRIETARY.into(), &descriptor.proprietary)?;
    }
    reply.tlv(tags::FCI_TEMPLATE.into(), inner.as_slice())
}

/// FCP of a file: descriptor, FID, name or size.
fn control_parameters(file: &File, reply: &mut Reply) -> Result<(), Status> {
    let descriptor = &file.descriptor;
    let (record, records, size) = descriptor.kind.sizes();
    let application = match descriptor.kind {
        Kind::Directory { application } => application.directory_byte().filter(|byte| *byte != 0),
        Kind::Transparent { .. }
        | Kind::LinearFixed { .. }
        | Kind::LinearVariable { .. }
        | Kind::Cyclic { .. } => None,
    };
    let byte = descriptor.kind.byte();
    let mut inner = Reply::new();
    match descriptor.kind {
        Kind::Directory { .. } | Kind::Transparent { .. } => {
            inner.tlv(tags::FCP_DESCRIPTOR.into(), &[byte])?;
        }
        Kind::LinearFixed { .. } | Kind::LinearVariable { .. } | Kind::Cyclic { .. } => inner.tlv(
            tags::FCP_DESCRIPTOR.into(),
            &[byte, DATA_CODING, 0x00, record, records],
        )?,
    }
    inner.tlv(tags::FCP_FID.into(), &descriptor.fid.to_be_bytes())?;
    if !descriptor.name.is_empty() {
        inner.tlv(tags::FCP_DF_NAME.into(), &descriptor.name)?;
    }
    if let Some(application) = application {
        inner.tlv(tags::FCP_APPLICATION.into(), &[application])?;
    }
    if size > 0 {
        inner.tlv(tags::FCP_SIZE.into(), &size.to_be_bytes())?;
    }
    reply.tlv(tags::FCP_TEMPLATE.into(), inner.as_slice())
}

/// FCI of the security domain (GlobalPlatform 11.9.3.1): its AID, and 255 as the longest data field.
fn domain_fci(reply: &mut Reply) -> Result<(), Status> {
    let mut longest = Reply::new();
    longest.tlv(tags::FCI_LONGEST_DATA, &[0xFF])?;
    let mut inner = Reply::new();
    inner.tlv(
        tags::FCI_DF_NAME.into(),
        domain::names::ISSUER_SECURITY_DOMAIN,
    )?;
    inner.tlv(tags::FCI_PROPRIETARY.into(), longest.as_slice())?;
    reply.tlv(tags::FCI_TEMPLATE.into(), inner.as_slice())
}
