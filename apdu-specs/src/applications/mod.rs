//! The applications, a room each: its commands, files, keys, tags and rules.
//!
//! Here stands what asks all rooms; a card asks those that it was built with.

pub mod any;
pub mod certificates;
pub mod domain;
pub mod psam;
pub mod ssc;

use crate::Status;
use crate::application::Application;
use crate::commands::{self, Command, CommandTable, CommandWords};
use crate::files::{Directory, ElementaryFile};
use crate::generation::Generation;
use crate::keys::CardKey;
use crate::room::Room;
use crate::tags::TagWords;

use any::AnyCommand;
use certificates::CertificatesCommand;
use domain::DomainCommand;
use psam::PsamCommand;
use ssc::SscCommand;

/// All rooms.
pub static ROOMS: [&Room; 5] = [
    &any::ROOM,
    &ssc::ROOM,
    &domain::ROOM,
    &psam::ROOM,
    &certificates::ROOM,
];

/// The tables of commands of all rooms.
pub static TABLES: [&CommandTable; 5] = [
    &any::COMMANDS,
    &ssc::COMMANDS,
    &domain::COMMANDS,
    &psam::COMMANDS,
    &certificates::COMMANDS,
];

/// Which command, in whose room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandId {
    /// Whatever is selected.
    Any(AnyCommand),
    /// Social security card.
    Ssc(SscCommand),
    /// Issuer security domain.
    Domain(DomainCommand),
    /// PSAM.
    Psam(PsamCommand),
    /// Certificate environment.
    Certificates(CertificatesCommand),
}

impl CommandId {
    /// Which command `row` is; `None` for a row of no table.
    pub fn of(row: &Command) -> Option<Self> {
        match row.application {
            Application::Any => AnyCommand::of(row).map(Self::Any),
            Application::Ssc => SscCommand::of(row).map(Self::Ssc),
            Application::Domain => DomainCommand::of(row).map(Self::Domain),
            Application::Psam => PsamCommand::of(row).map(Self::Psam),
            Application::Certificates => CertificatesCommand::of(row).map(Self::Certificates),
        }
    }

    /// Its row.
    pub const fn row(self) -> &'static Command {
        match self {
            Self::Any(id) => id.row(),
            Self::Ssc(id) => id.row(),
            Self::Domain(id) => id.row(),
            Self::Psam(id) => id.row(),
            Self::Certificates(id) => id.row(),
        }
    }
}

macro_rules! from_names {
    ($($room:ident $names:ident;)*) => {
        $(impl From<$names> for CommandId {
            fn from(id: $names) -> Self {
                Self::$room(id)
            }
        })*
    };
}

from_names! {
    Any AnyCommand;
    Ssc SscCommand;
    Domain DomainCommand;
    Psam PsamCommand;
    Certificates CertificatesCommand;
}

/// The rows of all rooms.
pub fn commands() -> impl Iterator<Item = &'static Command> + Clone {
    ROOMS.iter().flat_map(|room| room.commands.rows)
}

/// The rows of all rooms with their words.
pub fn described() -> impl Iterator<Item = (&'static Command, &'static CommandWords)> {
    ROOMS
        .iter()
        .flat_map(|room| room.commands.rows.iter().zip(room.words))
}

/// The words of `row`; `None` for a row of no table.
pub fn words(row: &Command) -> Option<&'static CommandWords> {
    let room = ROOMS
        .iter()
        .find(|room| room.application == row.application)?;
    room.words.get(usize::from(row.number))
}

/// Finds the row for a command in the tables of all rooms, as [`commands::find`] does in those of a card.
///
/// # Errors
/// As there.
pub fn find(
    application: Application,
    cla: u8,
    ins: u8,
    p1: u8,
    p2: u8,
) -> Result<&'static Command, Status> {
    commands::find(&TABLES, application, cla, ins, p1, p2)
}

/// The tags of files and those of all rooms.
pub fn tags() -> impl Iterator<Item = &'static TagWords> {
    let rooms = ROOMS.iter().flat_map(|room| room.tags);
    crate::tags::TAGS.iter().chain(rooms)
}

/// The directory with this FID.
pub fn find_directory(fid: u16) -> Option<&'static Directory> {
    ROOMS
        .iter()
        .flat_map(|room| room.directories)
        .copied()
        .find(|directory| directory.fid == fid)
}

/// The EF `fid` of the directory `directory` in `generation`.
pub fn find_file(
    directory: u16,
    fid: u16,
    generation: Generation,
) -> Option<&'static ElementaryFile> {
    find_directory(directory)?.find_file(fid, generation)
}

/// The key that an access condition of a file in `directory` means: without bit 80 SSSE's, with it
/// the directory's own.
pub fn find_key(directory: u16, identifier: u8) -> Option<&'static CardKey> {
    let owner = if identifier & crate::keys::LOCAL_KEY_BIT == 0 {
        ssc::names::SSSE_FID
    } else {
        directory
    };
    find_directory(owner)?.find_key(identifier)
}
