//! A card that is being made, and has no file yet.
//!
//! A bureau's blank works in memory while it is loaded, and is written whole, once, before it answers the check of what it holds: so the file
//! is there before anybody notes that the card may be finished. Everything after that (SECURED) is on disk before the answer, as always.
//! A card that is put away earlier gets its file then. One whose process is killed before is gone, as a card that fell into the machine: no
//! genuine card is lost with it, since it was not SECURED.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use apdu_specs::Application;
use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::{CommandId, find};
use card_os::Identity;
use ssc_files::whole_file::{Readers, WholeFile};

use super::error::ImageFault;
use crate::Flash;

/// The file that is to be.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    pub(super) file: Arc<OnceLock<File>>,
}

impl Draft {
    /// Writes the card as it is now, unless its file is there.
    pub(super) fn write(&self, flash: &Flash) -> Result<(), ImageFault> {
        if self.file.get().is_some() {
            return Ok(());
        }
        let mut whole = WholeFile::begin(&self.path, Readers::Owner).map_err(super::created)?;
        // Nobody else opens it between its name and the card's next command.
        super::lock(whole.file())?;
        let file = whole
            .write_all(&super::header(&self.identity))
            .and_then(|()| whole.write_all(flash.as_bytes()))
            .and_then(|()| whole.create())
            .map_err(super::created)?;
        // Only this card writes it.
        let _ = self.file.set(file);
        Ok(())
    }
}

/// Whether the answer to `command` may be noted as what a card holds, or ends its making: GET DATA in a channel, and SET STATUS.
pub(super) fn ends_loading(command: &[u8]) -> bool {
    let Some(&[cla, ins, p1, p2]) = command.first_chunk::<4>() else {
        return false;
    };
    let row = find(Application::Domain, cla, ins, p1, p2).ok();
    matches!(
        row.and_then(CommandId::of),
        Some(CommandId::Any(AnyCommand::GetData) | CommandId::Domain(DomainCommand::SetStatus))
    )
}
