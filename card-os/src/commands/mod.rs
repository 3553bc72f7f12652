//! The handlers, one file for each command. None sees a malformed command, and none writes except
//! inside a transaction.
//!
//! They are never inlined: each has its own part of the small stack, not all of them together.

mod append_record;
mod application_block;
mod card_block;
#[cfg(feature = "certificates")]
mod certificate;
mod change_pin;
mod external_authenticate;
mod get_challenge;
mod get_data;
mod get_status;
mod initialize_update;
mod internal_authenticate;
mod maintenance;
mod pin_reload;
mod pin_unblock;
mod put_card_key;
mod put_key;
mod read_binary;
mod read_record;
mod sam_credit_debit;
mod sam_crypt;
mod sam_init_debit;
mod sam_initialize;
mod sam_mac;
mod select;
mod set_status;
mod store_data;
mod update_binary;
mod update_record;
mod verify;

use apdu_specs::Status;
use apdu_specs::commands::{Command, CommandId};
use embedded_storage::nor_flash::NorFlash;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{Descriptor, File, create, directory};
use crate::identity::Identity;
use crate::objects::{DOMAIN_KEYS, IDENTITY, LIFE_CYCLE, Slot};
use crate::platform::Platform;
use crate::reply::Reply;
use crate::store::{Store, StoreError};

/// Whether this command may come without secure messaging while a channel is open: it begins anew.
pub fn begins_anew(id: CommandId) -> bool {
    matches!(id, CommandId::Select | CommandId::InitializeUpdate)
}

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word.
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match row.id {
        CommandId::Select => {
            return select::handle(cx, apdu, reply).map(|()| select::status(cx));
        }
        CommandId::ReadBinary => return read_binary::handle(cx, apdu, reply),
        CommandId::UpdateBinary => update_binary::handle(cx, apdu),
        CommandId::ReadRecord => read_record::handle(cx, apdu, reply),
        CommandId::UpdateRecord => update_record::handle(cx, apdu),
        CommandId::AppendRecord => append_record::handle(cx, apdu),
        CommandId::GetChallenge => get_challenge::handle(cx, apdu, reply),
        CommandId::Verify => verify::handle(cx, apdu),
        CommandId::ChangePin => change_pin::handle(cx, apdu),
        CommandId::ExternalAuthenticate => external_authenticate::handle(cx, apdu),
        CommandId::InternalAuthenticate => internal_authenticate::handle(cx, apdu, reply),
        CommandId::PinUnblock => pin_unblock::handle(cx, apdu),
        CommandId::PinReload => pin_reload::handle(cx, apdu),
        CommandId::CardBlock => card_block::handle(cx, apdu),
        CommandId::ApplicationBlock => application_block::block(cx, apdu),
        CommandId::ApplicationUnblock => application_block::unblock(cx, apdu),
        CommandId::GetData => get_data::handle(cx, apdu, reply),
        CommandId::InitializeUpdate => initialize_update::handle(cx, apdu, reply),
        CommandId::ExternalAuthenticateScp => cx.session.channel.open(apdu).inspect(|()| {
            cx.session.groupings.reset();
        }),
        CommandId::StoreData => store_data::handle(cx, apdu),
        CommandId::PutKey => put_key::handle(cx, apdu, reply),
        CommandId::GetStatus => return get_status::handle(cx, apdu, reply),
        CommandId::SetStatus => set_status::handle(cx, apdu),
        CommandId::SamInitialize => sam_initialize::handle(cx, apdu),
        CommandId::SamCrypt => sam_crypt::handle(cx.session, apdu, reply),
        CommandId::SamMac => sam_mac::handle(cx.session, apdu, reply),
        CommandId::SamInitDebit => sam_init_debit::handle(cx, apdu, reply),
        CommandId::SamCreditDebit => sam_credit_debit::handle(cx, apdu),
        id @ (CommandId::AcseVerify
        | CommandId::AcseExternalAuthenticate
        | CommandId::AcseChangePin
        | CommandId::AcseWriteKey
        | CommandId::AcseCheckPair
        | CommandId::AcseGeneratePair
        | CommandId::AcseReadPublicKey
        | CommandId::AcseImportPublicKey
        | CommandId::AcseImportPrivateKey
        | CommandId::AcseOpenEnvelope
        | CommandId::AcseDecipher
        | CommandId::AcseHash
        | CommandId::AcseSign) => certificate(cx, id, apdu, reply),
        // The link answers it; here it would be a T=0 command on another protocol.
        CommandId::GetResponse => Err(Status::INSTRUCTION_NOT_SUPPORTED),
    }
    .map(|()| Status::SUCCESS)
}

#[cfg(feature = "certificates")]
use certificate::handle as certificate;

/// A card without the certificate environment finds no row of these commands; its tables may have them all the same
/// where they are shared with programs that do.
#[cfg(not(feature = "certificates"))]
fn certificate<P: Platform>(
    _: &mut Context<'_, P>,
    _: CommandId,
    _: &Apdu<'_>,
    _: &mut Reply,
) -> Result<(), Status> {
    Err(Status::INSTRUCTION_NOT_SUPPORTED)
}

/// The EF that SFI `sfi` names, which becomes current, or with 00 the current one.
///
/// # Errors
/// 6A82, 6986, 6581.
fn addressed<P: Platform>(cx: &mut Context<'_, P>, sfi: u8) -> Result<File, Status> {
    if sfi == 0 {
        let slot = cx.session.file.ok_or(Status::NO_CURRENT_FILE)?;
        return crate::fs::load(cx.store, slot);
    }
    let file = directory::by_sfi(cx.store, cx.session.security.directory, sfi)?;
    cx.session.file = Some(file.slot);
    Ok(file)
}

/// The EF and the offset that READ and UPDATE BINARY address (ISO 7816-4, 11.2.2).
///
/// # Errors
/// As [`addressed`]; 6A86 for a P1 that is neither.
fn addressed_offset<P: Platform>(
    cx: &mut Context<'_, P>,
    apdu: &Apdu<'_>,
) -> Result<(File, u16), Status> {
    if apdu.p1 & 0x80 == 0 {
        let file = addressed(cx, 0)?;
        return Ok((file, u16::from_be_bytes([apdu.p1, apdu.p2])));
    }
    let sfi = apdu.p1 & 0x1F;
    if apdu.p1 & 0x60 != 0 || sfi == 0 || sfi == 0x1F {
        return Err(Status::WRONG_P1P2);
    }
    Ok((addressed(cx, sfi)?, u16::from(apdu.p2)))
}

/// What a blank card holds: identity, OP_READY, the transport keys, an empty MF.
///
/// # Errors
/// The store's.
pub fn manufacture<F: NorFlash>(
    store: &mut Store<F>,
    identity: &Identity,
) -> Result<(), StoreError> {
    use apdu_specs::keys::{TRANSPORT_KEY, TRANSPORT_KEY_VERSION};
    use apdu_specs::life_cycle::LifeCycle;

    store.transaction(|tx| {
        tx.put(IDENTITY, &[identity.historical()])?;
        tx.put(LIFE_CYCLE, &[&[LifeCycle::OpReady.byte()]])?;
        tx.put(
            DOMAIN_KEYS,
            &[
                &[TRANSPORT_KEY_VERSION],
                &TRANSPORT_KEY,
                &TRANSPORT_KEY,
                &TRANSPORT_KEY,
            ],
        )?;
        let mf = File {
            slot: Slot::MF,
            descriptor: Descriptor::mf(),
        };
        create::save(tx, &mf).map_err(|_| StoreError::Full)
    })
}
