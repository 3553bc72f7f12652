//! Commands of the issuer security domain (GlobalPlatform), as they are before a secure channel protects them.

use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::domain::parameters::{put_key, store_data};
use apdu_specs::le;
use apdu_specs::life_cycle::LifeCycle;

use super::{with, with_p1, with_p2};
use crate::CommandApdu;

/// INITIALIZE UPDATE for the key set of this version; 00 for the card's own.
#[must_use]
pub fn initialize_update(version: u8, host_challenge: &[u8; 8]) -> CommandApdu {
    with_p1(DomainCommand::InitializeUpdate, version)
        .data(host_challenge)
        .expect_up_to(le::ALL)
}

/// EXTERNAL AUTHENTICATE of SCP03 for this security level: the host's cryptogram, and the MAC behind it.
#[must_use]
pub fn external_authenticate(level: u8, data: &[u8]) -> CommandApdu {
    with_p1(DomainCommand::ExternalAuthenticate, level).data(data)
}

/// STORE DATA of a block of data groupings.
#[must_use]
pub fn store_data(last: bool, number: u8, block: &[u8]) -> CommandApdu {
    let end = if last { store_data::LAST } else { 0 };
    let p1 = store_data::GROUPINGS | end;
    with(DomainCommand::StoreData, [p1, number]).data(block)
}

/// PUT KEY of the domain's three keys in the place of version `old`.
#[must_use]
pub fn put_domain_keys(old: u8, data: &[u8]) -> CommandApdu {
    with(DomainCommand::PutKey, [old, put_key::DOMAIN_KEYS]).data(data)
}

/// PUT KEY of a card key: a further version, or one in the place of `old`.
#[must_use]
pub fn put_card_key(old: u8, data: &[u8]) -> CommandApdu {
    with(DomainCommand::PutKey, [old, put_key::CARD_KEY]).data(data)
}

/// GET STATUS of what `kind` says, in the form that `form` says; the data is the search criterion.
#[must_use]
pub fn get_status(kind: u8, form: u8, criterion: &[u8]) -> CommandApdu {
    with(DomainCommand::GetStatus, [kind, form]).data(criterion)
}

/// SET STATUS: the card's next life cycle.
#[must_use]
pub fn set_status(next: LifeCycle) -> CommandApdu {
    with_p2(DomainCommand::SetStatus, next.byte())
}
