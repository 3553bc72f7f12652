//! Blank cards that are made in this process: with a vault of one's own they come as chips leave the trusted room.

use std::path::{Path, PathBuf};

use ssc_bureau::card_error::CardError;
use ssc_bureau::chip;
use ssc_bureau::domain_keys::Line;
use ssc_keys::service::NO_CHIP;
use ssc_keys::{KeyError, KeyService};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, ReaderError};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{READER_NAME, Serials};
use ssc_words::{Bilingual, Lang};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;

/// Makes the folder of `--images`, if it is not there.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        Failure::new(
            Exit::Output,
            text(
                format!("the folder {folder} cannot be made: {error}; choose another for --images"),
                format!(
                    "无法创建文件夹 {folder}：{error}；请为 --images 另选一个",
                    error = ssc_words::system::chinese(&error)
                ),
            ),
        )
    })
}

/// Which keys a new blank card carries.
#[derive(Clone, Copy)]
pub enum BlankKeys<'v> {
    /// The published transport keys.
    Published,
    /// Initial keys of its own, from these master keys.
    Initial(&'v dyn KeyService),
}

impl<'v> BlankKeys<'v> {
    /// Those for cards that are made with these master keys. Over a trusted line a vault without initial keys has published ones made.
    ///
    /// # Errors
    /// [`KeyError::MissingRoot`] from a vault without initial keys.
    pub fn of(keys: &'v dyn KeyService, line: Line) -> Result<Self, KeyError> {
        if keys.is_demo() {
            return Ok(Self::Published);
        }
        match keys.initial_keys(&NO_CHIP) {
            Err(KeyError::MissingRoot { .. }) if line == Line::Trusted => Ok(Self::Published),
            known => known.map(|_| Self::Initial(keys)),
        }
    }

    /// Gives them to a card that was just made.
    ///
    /// # Errors
    /// As [`chip::prepare`].
    pub fn give(self, card: &mut dyn Card) -> Result<(), CardError> {
        if let Self::Initial(keys) = self {
            chip::prepare(card, keys)?;
            card.reset()?;
        }
        Ok(())
    }
}

/// A stack of blank cards that are made one after the other.
pub struct Blanks<'v> {
    feeder: SimulatedFeeder,
    keys: BlankKeys<'v>,
}

impl<'v> Blanks<'v> {
    /// Cards with these serials and keys, kept as images in `folder` if one is given.
    pub fn new(serials: Serials, folder: Option<PathBuf>, keys: BlankKeys<'v>) -> Self {
        Self {
            feeder: SimulatedFeeder::new(serials, folder),
            keys,
        }
    }
}

impl Feeder for Blanks<'_> {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        let mut card = self.feeder.next_card()?;
        self.keys.give(&mut *card).map_err(|error| match error {
            CardError::Reader(error) => error,
            other => ReaderError::Device {
                reader: READER_NAME.into(),
                english: other.say(Lang::En),
                chinese: other.say(Lang::Zh),
            },
        })?;
        Ok(card)
    }
}
