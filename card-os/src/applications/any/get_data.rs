//! GET DATA (ISO 7816-4, 11.4.3; GlobalPlatform 2.3.1, 11.3).

use apdu_specs::applications::domain::coding::{CARD_RECOGNITION, key_field};
use apdu_specs::applications::{domain, psam, ssc};
use apdu_specs::keys::KeyRole;
use apdu_specs::life_cycle::LifeCycles;
use apdu_specs::parameters::get_data::WITH_TAG;
use apdu_specs::{Application, Status};

use crate::apdu::Apdu;
use crate::applications::domain::keys::DomainKeys;
use crate::context::Context;
use crate::credential::key_store;
use crate::fs::{File, Head, Kind, digest, directory, wipe};
use crate::objects::{SEQUENCE_COUNTER, Slot};
use crate::platform::Platform;
use crate::reply::Reply;
use crate::store::{ObjectId, Store};

/// Bytes of a card key, 3DES or SM4.
const CARD_KEY_LENGTH: u8 = 16;

/// Answers a data object: whole in GlobalPlatform's class, its value alone in the interindustry class, as ISO 7816-4 and
/// clients have it.
///
/// # Errors
/// 6A88 for an unknown one or a key that is not there, 6982 for digests outside the secure channel, 6985 for digests from
/// SECURED on and for card keys of a locked card, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let tag = u16::from_be_bytes([apdu.p1, apdu.p2]);
    match tag {
        domain::tags::DATA_CARD => {
            let mut inner = Reply::new();
            inner.tlv(domain::tags::CARD_RECOGNITION.into(), CARD_RECOGNITION)?;
            object(apdu, tag, inner.as_slice(), reply)
        }
        domain::tags::DATA_KEY_INFORMATION => {
            let version = DomainKeys::load(cx.store)?.version;
            let mut inner = Reply::new();
            for kid in 1..=3 {
                let key = [kid, version, key_field::AES, key_field::KEY_LENGTH];
                inner.tlv(domain::tags::KEY_INFORMATION.into(), &key)?;
            }
            object(apdu, tag, inner.as_slice(), reply)
        }
        domain::tags::DATA_SEQUENCE_COUNTER => {
            let mut counter = [0; 3];
            cx.store.read(SEQUENCE_COUNTER, 0, &mut counter)?;
            object(apdu, tag, &counter, reply)
        }
        psam::tags::DATA_SAM_KEYS if cx.session.application == Application::Psam => {
            let keys = sam_keys(cx)?;
            object(apdu, tag, &keys, reply)
        }
        domain::tags::DATA_CPLC => object(apdu, tag, &cplc(cx)?, reply),
        tag if tag & 0xFF00 == ssc::tags::DATA_CARD_KEY => card_key(cx, apdu.p2, reply),
        tag if tag & 0xFF00 == domain::tags::DATA_DIGESTS => digests(cx, apdu.p2, reply),
        _ => Err(Status::REFERENCED_DATA_NOT_FOUND),
    }
}

fn object(apdu: &Apdu<'_>, tag: u16, value: &[u8], reply: &mut Reply) -> Result<(), Status> {
    if apdu.cla & WITH_TAG == 0 {
        reply.extend(value)
    } else {
        reply.tlv(tag, value)
    }
}

/// CPLC, 42 bytes: maker and type from the historical bytes, the serial number from their last four, the
/// rest 00 (not known).
fn cplc<P: Platform>(cx: &Context<'_, P>) -> Result<[u8; 42], Status> {
    let [m1, m2, os1, os2, os3, _, _, b1, b2, s @ ..] = *cx.identity.historical();
    let mut data = [0; 42];
    let head = [m1, m2, os1, os2, 0, os3, 0, 0, 0, 0, 0, 0];
    let serial = s;
    let batch = [b1, b2];
    for (byte, value) in data
        .iter_mut()
        .zip(head.iter().chain(&serial).chain(&batch))
    {
        *byte = *value;
    }
    Ok(data)
}

/// Which versions the card holds of its key `kid`, the newest last: for each `C0 04 kid version algorithm 10`. The coding of a
/// tag in 0100 to 01FF is the card's own (ISO 7816-4, 11.4.3), so it is the same in both classes.
#[inline(never)]
fn card_key<P: Platform>(
    cx: &mut Context<'_, P>,
    kid: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !LifeCycles::SERVING.contains(cx.life_cycle) {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    wipe::none_under_way(cx.store)?;
    let directory = cx.session.security.key_directory(kid);
    let mut found = false;
    key_store::public_parts(cx.store, directory.key(kid), |part| {
        let [_, held, algorithm, version, ..] = *part;
        if held != kid {
            return Ok(());
        }
        found = true;
        reply.tlv(
            domain::tags::KEY_INFORMATION.into(),
            &[kid, version, algorithm, CARD_KEY_LENGTH],
        )
    })?;
    if found {
        Ok(())
    } else {
        Err(Status::REFERENCED_DATA_NOT_FOUND)
    }
}

/// 62 keys of a PSAM: with tag and length they stay within 256 bytes, and the table has fewer.
const MOST_KEY_BYTES: usize = 62 * 4;
/// Most digests in one answer: with the channel's padding and MAC they stay within 256 bytes.
const MOST_DIGESTS: u8 = 59;

/// The digests of all files from number `skip` on: the MF's EFs, then for each directory its EFs and its keys (P). The MF
/// has no keys. They are for the bureau's check and end with SECURED: four bytes are enough to find a PIN or a short field by
/// trying. What nobody reads has none at all.
fn digests<P: Platform>(
    cx: &mut Context<'_, P>,
    skip: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !LifeCycles::PERSONALIZATION.contains(cx.life_cycle) {
        return Err(Status::CONDITIONS_NOT_SATISFIED);
    }
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    let end = skip.saturating_add(MOST_DIGESTS);
    let mut number: u8 = 0;
    let mut next = Slot::MF.number();
    while let Some(directory) = directory::find(cx.store, next, Head::is_directory)? {
        next = directory::after(directory.slot);
        let mut after = next;
        while let Some(file) = directory::find(cx.store, after, |file| {
            file.parent == directory.slot && !file.is_directory()
        })? {
            after = directory::after(file.slot);
            if file.descriptor.hides_something() {
                continue;
            }
            if (skip..end).contains(&number) {
                reply.extend(&digest::of_file::<P>(cx.store, &file)?)?;
            }
            number = number.saturating_add(1);
        }
        if directory.slot == Slot::MF {
            continue;
        }
        if (skip..end).contains(&number) {
            reply.extend(&keys_digest::<P>(cx.store, &directory)?)?;
        }
        number = number.saturating_add(1);
    }
    Ok(())
}

/// What a PSAM says of its keys: use, identifier, algorithm marker and version of each, never a key.
fn sam_keys<P: Platform>(
    cx: &mut Context<'_, P>,
) -> Result<heapless::Vec<u8, MOST_KEY_BYTES>, Status> {
    let mut list = heapless::Vec::new();
    let (first, last) = cx.session.security.directory.sam_keys();
    let mut next = cx.store.first_from(first);
    while let Some(id) = next.filter(|id| *id <= last) {
        let mut header = [0; 4];
        cx.store.read(id, 0, &mut header)?;
        if list.extend_from_slice(&header).is_err() {
            break;
        }
        next = cx.store.first_from(ObjectId(id.0.saturating_add(1)));
    }
    Ok(list)
}

/// Over the entries of a directory's keys without the keys themselves, and without the check values of people's secrets, which
/// would tell a PIN.
fn keys_digest<P: Platform>(
    store: &mut Store<P::Flash>,
    directory: &File,
) -> Result<[u8; digest::DIGEST_LENGTH], Status> {
    let is_sam = matches!(
        directory.descriptor.kind,
        Kind::Directory {
            application: Application::Psam
        }
    );
    let (first, last) = if is_sam {
        directory.slot.sam_keys()
    } else {
        directory.slot.keys()
    };
    digest::of_parts::<P>(|update| {
        let mut next = store.first_from(first);
        while let Some(id) = next.filter(|id| *id <= last) {
            key_store::public_parts(store, id, |part| {
                let [role, kid, algorithm, version, tries, check_value @ ..] = *part;
                update(&[role, kid, algorithm, version, tries]);
                if KeyRole::from_byte(role).is_none_or(KeyRole::has_versions) {
                    update(&check_value);
                }
                Ok(())
            })?;
            next = store.first_from(ObjectId(id.0.saturating_add(1)));
        }
        Ok(())
    })
}
