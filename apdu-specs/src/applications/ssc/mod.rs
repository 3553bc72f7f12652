//! The social security card (LD/T 32): its environment SSSE and the applications in it, current after reset.

mod commands;
mod df01;
mod df02;
mod df03;
mod df04;
mod df05;
mod df06;
mod df07;
pub mod institution;
pub mod keys;
pub mod names;
pub mod parameters;
pub mod records;
mod ssse;
pub mod tags;

use crate::Generation;
use crate::application::Application;
use crate::files::Directory;
use crate::room::Room;

pub use commands::{COMMANDS, SscCommand};

/// All there is of it.
pub static ROOM: Room = Room {
    application: Application::Ssc,
    commands: &COMMANDS,
    words: commands::WORDS,
    directories: DIRECTORIES,
    tags: tags::TAGS,
};

/// Its directories in the order in which they are created.
pub static DIRECTORIES: &[&Directory] = &[
    &ssse::SSSE,
    &df01::DF01,
    &df02::DF02,
    &df03::DF03,
    &df04::DF04,
    &df05::DF05,
    &df06::DF06,
    &df07::DF07,
];

/// Its directories on a card of `generation`, in the order in which they are created.
pub fn directories(generation: Generation) -> impl Iterator<Item = &'static Directory> {
    DIRECTORIES
        .iter()
        .copied()
        .filter(move |directory| directory.generations.contains(generation))
}
