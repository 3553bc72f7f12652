//! The issuer security domain (GlobalPlatform Card Specification 2.3.1, SCP03): what personalizes a card, and changes its keys.

pub mod coding;
mod commands;
pub mod keys;
pub mod names;
pub mod parameters;
pub mod tags;

use crate::application::Application;
use crate::room::Room;

pub use commands::{COMMANDS, DomainCommand};

/// All there is of it.
pub static ROOM: Room = Room {
    application: Application::Domain,
    commands: &COMMANDS,
    words: commands::WORDS,
    directories: &[],
    tags: tags::TAGS,
};
