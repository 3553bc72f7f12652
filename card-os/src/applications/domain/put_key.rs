//! PUT KEY (GlobalPlatform 2.3.1, 11.8; Amendment D, 7.2): a new key set of the security domain in the place of the old
//! one, or (P) a version of a card key.

use apdu_specs::Status;
use apdu_specs::applications::domain::coding::key_field::{
    AES, CHECK_LENGTH, FIELD_LENGTH, KEY_LENGTH,
};
use apdu_specs::applications::domain::parameters::put_key::CARD_KEY;
use card_crypto::kcv::aes_kcv_with;
use card_crypto::{BlockCipher, Key16, constant_time_eq};
use zeroize::Zeroize;

use super::put_card_key;
use crate::apdu::Apdu;
use crate::applications::domain::keys::DomainKeys;
use crate::context::Context;
use crate::objects::DOMAIN_KEYS;
use crate::platform::{Aes, Platform};
use crate::reply::Reply;

/// Replaces all three keys at once; answers the new version and the check values. The channel in use goes on. The sequence
/// counter is the card's, not the set's, and goes on too (P): a set that comes back must not find its old challenges.
///
/// # Errors
/// Those of [`put_card_key`]; 6982 outside the secure channel, 6A88 where P1 names no version that is there, 6A80 for data that are
/// not three AES-128 keys with right check values, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    if !cx.secured {
        return Err(Status::SECURITY_NOT_SATISFIED);
    }
    if apdu.p2 == CARD_KEY {
        return put_card_key::handle(cx, apdu, reply);
    }
    let old = DomainKeys::load(cx.store)?;
    if apdu.p1 != 0 && apdu.p1 != old.version {
        return Err(Status::REFERENCED_DATA_NOT_FOUND);
    }
    let (&version, mut rest) = apdu.data.split_first().ok_or(Status::WRONG_DATA)?;
    // GlobalPlatform 11.8.2.3.1: versions 01 to 7F.
    if !(0x01..=0x7F).contains(&version) {
        return Err(Status::WRONG_DATA);
    }
    reply.extend(&[version])?;
    let mut keys = [const { Key16::new([0; 16]) }; 3];
    for key in &mut keys {
        rest = one_key::<P>(rest, old.set.dek.as_bytes(), key, reply)?;
    }
    if !rest.is_empty() {
        return Err(Status::WRONG_DATA);
    }
    let [enc, mac, dek] = &keys;
    cx.store.transaction(|tx| {
        tx.put(
            DOMAIN_KEYS,
            &[&[version], enc.as_bytes(), mac.as_bytes(), dek.as_bytes()],
        )
        .map_err(Status::from)
    })
}

/// One key field: `88 11 10` key `03` kcv as Amendment D has it, or `88 10` key `03` kcv as it is seen in
/// the field.
fn one_key<'d, P: Platform>(
    data: &'d [u8],
    dek: &[u8; 16],
    key: &mut Key16,
    reply: &mut Reply,
) -> Result<&'d [u8], Status> {
    let rest = match data {
        [AES, FIELD_LENGTH, KEY_LENGTH, rest @ ..] | [AES, KEY_LENGTH, rest @ ..] => rest,
        _ => return Err(Status::WRONG_DATA),
    };
    let (cipher, rest) = rest.split_first_chunk::<16>().ok_or(Status::WRONG_DATA)?;
    let (&[CHECK_LENGTH, ref kcv @ ..], rest) =
        rest.split_first_chunk::<4>().ok_or(Status::WRONG_DATA)?
    else {
        return Err(Status::WRONG_DATA);
    };
    let mut plain = *cipher;
    Aes::<P>::new(dek)
        .decrypt_cbc(&[0; 16], &mut plain)
        .map_err(|_| Status::WRONG_DATA)?;
    *key = Key16::new(plain);
    plain.zeroize();
    if !constant_time_eq(&aes_kcv_with::<P::Ciphers>(key.as_bytes()), kcv) {
        return Err(Status::WRONG_DATA);
    }
    reply.extend(kcv)?;
    Ok(rest)
}
