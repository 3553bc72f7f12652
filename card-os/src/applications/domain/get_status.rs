//! GET STATUS (GlobalPlatform 2.3.1, 11.4): what the card tells tools of its security domain and its applications.

use apdu_specs::Status;
use apdu_specs::applications::domain;
use apdu_specs::applications::domain::coding::{
    DOMAIN_PRIVILEGES, LOCKED, NO_PRIVILEGES, SELECTABLE,
};
// Load files and their modules are never there.
use apdu_specs::applications::domain::parameters::get_status::{
    APPLICATIONS, DOMAIN, NEXT, TEMPLATES,
};

use super::State;
use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{FileState, directory, wipe};
use crate::objects::Slot;
use crate::platform::Platform;
use crate::reply::Reply;

/// An answer holds whole entries up to here: with one more, R-ENCRYPTION's padding and the R-MAC it stays within 256 bytes.
const ENOUGH: usize = 160;

/// What is asked for: the beginning of a name, and of a template perhaps the tags.
struct Criteria<'a> {
    name: &'a [u8],
    tags: Option<&'a [u8]>,
    templates: bool,
}

impl<'a> Criteria<'a> {
    fn parse(apdu: &Apdu<'a>) -> Option<Self> {
        let (name, rest) = object(apdu.data, domain::tags::STATUS_NAME)?;
        let tags = match rest {
            [] => None,
            rest => match object(rest, domain::tags::STATUS_TAG_LIST)? {
                (list, []) => Some(list),
                _ => return None,
            },
        };
        Some(Self {
            name,
            tags,
            templates: apdu.p2 & TEMPLATES != 0,
        })
    }

    /// Whether an entry shall have `tag`. The tag list is searched byte by byte. This is safe: no tag of this command is part of
    /// another.
    fn wants(&self, tag: u16) -> bool {
        let [_, low] = tag.to_be_bytes();
        self.tags.is_none_or(|list| list.contains(&low))
    }

    /// Appends one entry; `domain` is the security domain of an application.
    fn entry(
        &self,
        reply: &mut Reply,
        name: &[u8],
        state: u8,
        privileges: [u8; 3],
        domain: Option<&[u8]>,
    ) -> Result<(), Status> {
        if !self.templates {
            let [first, ..] = privileges;
            reply.extend(&[apdu_specs::le::byte(name.len())])?;
            reply.extend(name)?;
            return reply.extend(&[state, first]);
        }
        let mut inner = Reply::new();
        for (tag, value) in [
            (domain::tags::STATUS_NAME.into(), Some(name)),
            (domain::tags::STATUS_LIFE_CYCLE, Some(&[state][..])),
            (
                domain::tags::STATUS_PRIVILEGES.into(),
                Some(&privileges[..]),
            ),
            (domain::tags::STATUS_DOMAIN.into(), domain),
        ] {
            if let Some(value) = value
                && self.wants(tag)
            {
                inner.tlv(tag, value)?;
            }
        }
        reply.tlv(domain::tags::STATUS_TEMPLATE.into(), inner.as_slice())
    }
}

/// The value of the object `tag` at the beginning of `data`, and what follows it.
fn object(data: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    match data {
        [first, length, rest @ ..] if *first == tag => rest.split_at_checked((*length).into()),
        _ => None,
    }
}

/// Answers an entry for the security domain, or for each application: the environments by their names (P), since the
/// directories of one are one application. 6310 where there are more of them.
///
/// # Errors
/// 6982 outside the secure channel, 6A80 for other search criteria than a name and a list of tags, 6985 where there is
/// no next or a wipe is not finished, 6A88 where nothing fits, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    let criteria = Criteria::parse(apdu).ok_or(Status::WRONG_DATA)?;
    let last = state.listed.take();
    let after = match apdu.p2 & NEXT {
        0 => Slot::MF,
        _ => last.ok_or(Status::CONDITIONS_NOT_SATISFIED)?,
    };
    match apdu.p1 {
        DOMAIN if domain::names::ISSUER_SECURITY_DOMAIN.starts_with(criteria.name) => {
            let (name, state) = (domain::names::ISSUER_SECURITY_DOMAIN, cx.life_cycle.byte());
            criteria.entry(reply, name, state, DOMAIN_PRIVILEGES, None)?;
        }
        APPLICATIONS => return applications(cx, state, &criteria, after, reply),
        _ => return Err(Status::REFERENCED_DATA_NOT_FOUND),
    }
    Ok(Status::SUCCESS)
}

fn applications<P: Platform>(
    cx: &mut Context<'_, P>,
    state: &mut State,
    criteria: &Criteria<'_>,
    mut after: Slot,
    reply: &mut Reply,
) -> Result<Status, Status> {
    wipe::none_under_way(cx.store)?;
    while let Some(found) = directory::by_name(cx.store, after, criteria.name)? {
        if found.descriptor.parent == Slot::MF {
            if reply.len() > ENOUGH {
                state.listed = Some(after);
                return Ok(Status::MORE_ENTRIES);
            }
            let life_cycle = match found.descriptor.state {
                FileState::Initialisation | FileState::Activated => SELECTABLE,
                FileState::Deactivated | FileState::Terminated => LOCKED,
            };
            let domain = Some(domain::names::ISSUER_SECURITY_DOMAIN);
            criteria.entry(
                reply,
                &found.descriptor.name,
                life_cycle,
                NO_PRIVILEGES,
                domain,
            )?;
        }
        after = found.slot;
    }
    if reply.len() == 0 {
        return Err(Status::REFERENCED_DATA_NOT_FOUND);
    }
    Ok(Status::SUCCESS)
}
