//! GET DATA (ISO 7816-4, 11.4.3; GlobalPlatform 2.3.1, 11.3).

use apdu_specs::{Status, tags};
use embedded_storage::nor_flash::NorFlash;

use super::put_key::{AES, AES_KEY_LENGTH, DomainKeys};
use crate::apdu::Apdu;
use crate::card::Context;
use crate::credential::key;
use crate::fs::{digest, directory};
use crate::objects::SEQUENCE_COUNTER;
use crate::reply::Reply;

/// Card recognition data (GlobalPlatform H.2): RID-based OIDs of GlobalPlatform 2.3.1, of the issuer security
/// domain's card identification scheme, and of SCP03 with i = 70.
const CARD_RECOGNITION: &[u8] = &[
    0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x01, //
    0x60, 0x0C, 0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x02, 0x02, 0x03, 0x01, //
    0x63, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x03, //
    0x64, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04, 0x03, 0x70,
];
const CARD_RECOGNITION_TAG: u16 = 0x73;
const KEY_INFORMATION_TAG: u16 = 0xC0;

/// Answers a data object.
///
/// # Errors
/// 6A88 for an unknown one, 6982 for digests outside the secure channel, 6581.
pub fn handle<F: NorFlash, R>(
    cx: &mut Context<'_, F, R>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let tag = u16::from_be_bytes([apdu.p1, apdu.p2]);
    match tag {
        tags::DATA_CARD => {
            let mut inner = Reply::new();
            inner.tlv(CARD_RECOGNITION_TAG, CARD_RECOGNITION)?;
            reply.tlv(tag, inner.as_slice())
        }
        tags::DATA_KEY_INFORMATION => {
            let version = DomainKeys::load(cx.store)?.version;
            let mut inner = Reply::new();
            for kid in 1..=3 {
                inner.tlv(KEY_INFORMATION_TAG, &[kid, version, AES, AES_KEY_LENGTH])?;
            }
            reply.tlv(tag, inner.as_slice())
        }
        tags::DATA_SEQUENCE_COUNTER => {
            let mut counter = [0; 3];
            cx.store.read(SEQUENCE_COUNTER, 0, &mut counter)?;
            reply.tlv(tag, &counter)
        }
        tags::DATA_CPLC => reply.tlv(tag, &cplc(cx)?),
        fid if fid & 0xFF00 == tags::DATA_DIGESTS & 0xFF00
            || fid == apdu_specs::names::SSSE_FID =>
        {
            digests(cx, fid, reply)
        }
        _ => Err(Status::REFERENCED_DATA_NOT_FOUND),
    }
}

/// CPLC, 42 bytes: maker and type from the historical bytes, the serial number from their last four, the
/// rest 00 (not known).
fn cplc<F: NorFlash, R>(cx: &Context<'_, F, R>) -> Result<[u8; 42], Status> {
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

/// FID and digest of every EF of a directory, then 8F01 and the digest of its keys (P).
fn digests<F: NorFlash, R>(
    cx: &mut Context<'_, F, R>,
    fid: u16,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    let found = directory::by_fid(cx.store, crate::objects::Slot::MF, fid)
        .map_err(|_| Status::REFERENCED_DATA_NOT_FOUND)?;
    let mut next = 1;
    while let Some(file) = directory::find(cx.store, next, |file| {
        file.descriptor.parent == found.slot && !file.descriptor.is_directory()
    })? {
        reply.extend(&file.descriptor.fid.to_be_bytes())?;
        reply.extend(&digest::of_file(cx.store, &file)?)?;
        next = file.slot.number().saturating_add(1);
    }
    let mut parts = heapless::Vec::<u8, 256>::new();
    let (first, last) = found.slot.keys();
    let mut next = cx.store.first_from(first);
    while let Some(id) = next.filter(|id| *id <= last) {
        parts
            .extend_from_slice(&key::public_part(cx.store, id)?)
            .map_err(|_| Status::INTERNAL_ERROR)?;
        next = cx
            .store
            .first_from(crate::store::ObjectId(id.0.saturating_add(1)));
    }
    reply.extend(&tags::DGI_KEYS.to_be_bytes())?;
    reply.extend(&digest::of_bytes(&parts))
}
