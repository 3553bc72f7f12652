//! Which card: one in a PC/SC reader, an image, or a new blank one in this process.

use std::path::PathBuf;
use std::time::Duration;

use ssc_reader::pcsc::{Access, PATIENCE, PcscReader, connect_both};
use ssc_reader::survey::{Contents, Surveyed, survey_for};
use ssc_reader::{Card, Reader, ReaderError};
use ssc_simulator::{
    Identity, Image, Interface, READER_NAME, Serials, SimulatedCard, SimulatedReader,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;
use crate::values;

/// Which card.
#[derive(Debug, clap::Args)]
pub struct SourceArgs {
    /// PC/SC reader, or a part of its name that fits one only; without it the only reader that holds a card
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// Image of a simulated card instead of a reader
    #[arg(long, value_name = "FILE", conflicts_with = "reader")]
    image: Option<PathBuf>,
    /// Seconds to wait at the most for a card that another program has
    #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE.as_secs(), value_parser = values::seconds)]
    timeout: u64,
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
    /// No such reader, no card, several to choose from, another program that has it, or an image that is none.
    pub fn connect(&self, ui: &Ui) -> Result<Connected, Failure> {
        if let Some(connected) = self.simulated()? {
            return Ok(connected);
        }
        let mut reader = self.reader(None, ui)?;
        Ok(Connected {
            card: reader.connect()?,
            place: reader.name().to_owned(),
        })
    }

    /// The card, and the PSAM in the reader `psam`, the whole of its name or a part.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), for both.
    pub fn connect_with_psam(&self, psam: &str, ui: &Ui) -> Result<[Box<dyn Card>; 2], Failure> {
        let mut psam = self.open(psam, ui)?;
        if let Some(connected) = self.simulated()? {
            return Ok([connected.card, psam.connect()?]);
        }
        let mut reader = self.reader(Some(psam.name()), ui)?;
        Ok(connect_both(&mut reader, &mut psam)?)
    }

    /// The card that needs no PC/SC, if one is named.
    fn simulated(&self) -> Result<Option<Connected>, Failure> {
        let (place, card): (_, Box<dyn Card>) = match (&self.image, self.reader.as_deref()) {
            (Some(path), _) => {
                let card = SimulatedCard::from_image(Image::open(path)?, Interface::ContactT0)?;
                (path.display().to_string(), Box::new(card))
            }
            (None, Some(READER_NAME)) => {
                let mut reader = SimulatedReader::blank(Serials::random()?);
                (reader.name().to_owned(), reader.connect()?)
            }
            _ => return Ok(None),
        };
        Ok(Some(Connected { place, card }))
    }

    /// The PC/SC reader that is named, else the one with the only card there is; `taken` holds another card.
    fn reader(&self, taken: Option<&str>, ui: &Ui) -> Result<PcscReader, Failure> {
        match &self.reader {
            Some(name) => self.open(name, ui),
            None => self.open(&only_card(taken)?, ui),
        }
    }

    fn open(&self, name: &str, ui: &Ui) -> Result<PcscReader, Failure> {
        let reader = PcscReader::open(name, Access::Shared)?;
        Ok(reader.patience(Duration::from_secs(self.timeout), ui.on_wait()))
    }
}

/// The reader that holds the only card there is, `taken` left out.
fn only_card(taken: Option<&str>) -> Result<String, Failure> {
    let free = |reader: &Surveyed| taken != Some(reader.name.as_str());
    let readers = survey_for(free)?;
    let mut with_card = readers
        .iter()
        .filter(|reader| matches!(reader.contents, Contents::Card { .. } | Contents::Mute))
        .filter(|reader| free(reader));
    let mut others = readers.iter().filter(|reader| free(reader));
    match (with_card.next(), with_card.next(), others.next()) {
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
