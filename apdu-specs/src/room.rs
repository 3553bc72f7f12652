//! What an application's room has for the host: commands with their words, directories, tags.

use crate::application::Application;
use crate::commands::{CommandTable, CommandWords};
use crate::files::Directory;
use crate::tags::TagWords;

/// One application's room. A card links the rules of commands alone.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Whose it is.
    pub application: Application,
    /// The rules of its commands.
    pub commands: &'static CommandTable,
    /// The words of its commands, in the same order.
    pub words: &'static [CommandWords],
    /// Its directories of all generations, in the order in which they are created.
    pub directories: &'static [&'static Directory],
    /// Its tags.
    pub tags: &'static [TagWords],
}
