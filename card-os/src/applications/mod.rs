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

use apdu_specs::applications::any::{self, AnyCommand};
#[cfg(feature = "certificates")]
use apdu_specs::applications::certificates;
use apdu_specs::applications::domain::{self, DomainCommand};
use apdu_specs::applications::psam::{self, PsamCommand};
use apdu_specs::applications::ssc::{self, SscCommand};
use apdu_specs::commands::{Command, CommandTable};
use apdu_specs::{Application, Status};
use embedded_storage::nor_flash::NorFlash;

use crate::apdu::Apdu;
use crate::context::Context;
use crate::fs::{Descriptor, File, create, directory};
use crate::identity::Identity;
use crate::objects::{DOMAIN_KEYS, IDENTITY, LIFE_CYCLE, Slot};
use crate::platform::Platform;
use crate::reply::Reply;
use crate::store::{Store, StoreError};

/// The tables of commands that this card was built with.
pub static TABLES: &[&CommandTable] = &[
    &any::COMMANDS,
    &ssc::COMMANDS,
    &domain::COMMANDS,
    &psam::COMMANDS,
    #[cfg(feature = "certificates")]
    &certificates::COMMANDS,
];

/// Gives the command to its handler.
///
/// # Errors
/// The handler's status word; 6D00 for the command of an application that this card was built without.
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    row: &Command,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    let none = Status::INSTRUCTION_NOT_SUPPORTED;
    match row.application {
        Application::Any => of_any(cx, AnyCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Ssc => of_ssc(cx, SscCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Domain => of_domain(cx, DomainCommand::of(row).ok_or(none)?, apdu, reply),
        Application::Psam => of_psam(cx, PsamCommand::of(row).ok_or(none)?, apdu, reply),
        #[cfg(feature = "certificates")]
        Application::Certificates => {
            let id = certificates::CertificatesCommand::of(row).ok_or(none)?;
            certificate::handle(cx, id, apdu, reply).map(|()| Status::SUCCESS)
        }
        #[cfg(not(feature = "certificates"))]
        Application::Certificates => Err(none),
    }
}

fn of_any<P: Platform>(
    cx: &mut Context<'_, P>,
    id: AnyCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        AnyCommand::Select => select::handle(cx, apdu, reply).map(|()| select::status(cx)),
        AnyCommand::GetData => get_data::handle(cx, apdu, reply).map(|()| Status::SUCCESS),
        // The link answers it; here it would be a T=0 command on another protocol.
        AnyCommand::GetResponse => Err(Status::INSTRUCTION_NOT_SUPPORTED),
    }
}

fn of_ssc<P: Platform>(
    cx: &mut Context<'_, P>,
    id: SscCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        SscCommand::ReadBinary => return read_binary::handle(cx, apdu, reply),
        SscCommand::UpdateBinary => update_binary::handle(cx, apdu),
        SscCommand::ReadRecord => read_record::handle(cx, apdu, reply),
        SscCommand::UpdateRecord => update_record::handle(cx, apdu),
        SscCommand::AppendRecord => append_record::handle(cx, apdu),
        SscCommand::GetChallenge => get_challenge::handle(cx, apdu, reply),
        SscCommand::Verify => verify::handle(cx, apdu),
        SscCommand::ChangePin => change_pin::handle(cx, apdu),
        SscCommand::ExternalAuthenticate => external_authenticate::handle(cx, apdu),
        SscCommand::InternalAuthenticate => internal_authenticate::handle(cx, apdu, reply),
        SscCommand::PinUnblock => pin_unblock::handle(cx, apdu),
        SscCommand::PinReload => pin_reload::handle(cx, apdu),
        SscCommand::CardBlock => card_block::handle(cx, apdu),
        SscCommand::ApplicationBlock => application_block::block(cx, apdu),
        SscCommand::ApplicationUnblock => application_block::unblock(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}

fn of_domain<P: Platform>(
    cx: &mut Context<'_, P>,
    id: DomainCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        DomainCommand::InitializeUpdate => initialize_update::handle(cx, apdu, reply),
        DomainCommand::ExternalAuthenticate => cx.session.channel.open(apdu).inspect(|()| {
            cx.session.groupings.reset();
        }),
        DomainCommand::StoreData => store_data::handle(cx, apdu),
        DomainCommand::PutKey => put_key::handle(cx, apdu, reply),
        DomainCommand::GetStatus => return get_status::handle(cx, apdu, reply),
        DomainCommand::SetStatus => set_status::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
}

fn of_psam<P: Platform>(
    cx: &mut Context<'_, P>,
    id: PsamCommand,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<Status, Status> {
    match id {
        PsamCommand::Initialize => sam_initialize::handle(cx, apdu),
        PsamCommand::Crypt => sam_crypt::handle(cx.session, apdu, reply),
        PsamCommand::Mac => sam_mac::handle(cx.session, apdu, reply),
        PsamCommand::InitDebit => sam_init_debit::handle(cx, apdu, reply),
        PsamCommand::CreditDebit => sam_credit_debit::handle(cx, apdu),
    }
    .map(|()| Status::SUCCESS)
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
    use apdu_specs::applications::domain::keys::{TRANSPORT_KEY, TRANSPORT_KEY_VERSION};
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
