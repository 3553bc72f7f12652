//! Which card: one in a PC/SC reader, an image, or a new blank one in this process.

use std::path::PathBuf;

use ssc_reader::pcsc::{Access, PcscReader};
use ssc_reader::survey::{Contents, survey};
use ssc_reader::{Card, Reader, ReaderError};
use ssc_simulator::{
    Identity, Image, Interface, READER_NAME, Serials, SimulatedCard, SimulatedReader,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;

/// Which card.
#[derive(Debug, clap::Args)]
pub struct SourceArgs {
    /// PC/SC reader, or a part of its name that fits one only; without it the only reader that holds a card
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// Image of a simulated card instead of a reader
    #[arg(long, value_name = "FILE", conflicts_with = "reader")]
    image: Option<PathBuf>,
}

/// A card with power.
pub struct Connected {
    /// Where it lies.
    pub place: String,
    /// The card.
    pub card: Box<dyn Card>,
}

impl SourceArgs {
    /// Makes a blank card where the image is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make_if_missing(&self) -> Result<(), Failure> {
        if let Some(path) = self.image.as_deref().filter(|path| !path.exists()) {
            let serial = Serials::random()?.next().unwrap_or_default();
            drop(Image::create(path, &Identity::from_serial(serial))?);
        }
        Ok(())
    }

    /// Powers the card.
    ///
    /// # Errors
    /// No such reader, no card, several to choose from, or an image that is none.
    pub fn connect(&self) -> Result<Connected, Failure> {
        self.connect_beside(None)
    }

    /// As [`connect`](Self::connect), where another reader, `taken` or a part of its name, holds another card.
    ///
    /// # Errors
    /// As there.
    pub fn connect_beside(&self, taken: Option<&str>) -> Result<Connected, Failure> {
        if let Some(path) = &self.image {
            let card = SimulatedCard::from_image(Image::open(path)?, Interface::ContactT0)?;
            return Ok(Connected {
                place: path.display().to_string(),
                card: Box::new(card),
            });
        }
        let mut reader: Box<dyn Reader> = match self.reader.as_deref() {
            Some(READER_NAME) => Box::new(SimulatedReader::blank(Serials::random()?)),
            Some(name) => Box::new(PcscReader::open(name, Access::Shared)?),
            None => Box::new(PcscReader::open(&only_card(taken)?, Access::Shared)?),
        };
        let card = reader.connect()?;
        Ok(Connected {
            place: reader.name().to_owned(),
            card,
        })
    }
}

/// The reader that holds the only card there is, `taken` left out.
fn only_card(taken: Option<&str>) -> Result<String, Failure> {
    let readers = survey()?;
    let mut with_card = readers
        .iter()
        .filter(|reader| matches!(reader.contents, Contents::Card { .. } | Contents::Mute))
        .filter(|reader| taken.is_none_or(|taken| !reader.name.contains(taken)));
    match (with_card.next(), with_card.next(), readers.first()) {
        (Some(reader), None, _) => Ok(reader.name.clone()),
        (Some(_), Some(_), _) => Err(Failure::new(
            Exit::Usage,
            text(
                "several readers hold a card; choose one with --reader (`ssc readers` lists them)",
                "多个读卡器中有卡；请用 --reader 指定（`ssc readers` 可列出）",
            ),
        )),
        (None, _, Some(reader)) => Err(ReaderError::NoCard {
            reader: reader.name.clone(),
        }
        .into()),
        (None, _, None) => Err(ReaderError::NoReaders.into()),
    }
}
