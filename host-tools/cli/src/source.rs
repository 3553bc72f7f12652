//! Which card: one in a PC/SC reader, an image, or a new blank one in this process.

use std::path::PathBuf;
use std::time::Duration;

use ssc_bureau::domain_keys::Line;
use ssc_keys::Vault;
use ssc_reader::feeder::Feeder;
use ssc_reader::pcsc::{PATIENCE, PcscFeeder, PcscReader, Sharing, connect_both};
use ssc_reader::survey::{Contents, Surveyed, survey_for};
use ssc_reader::{Card, Reader, ReaderError};
use ssc_simulator::{
    Identity, Image, Interface, READER_NAME, Serials, SimulatedCard, SimulatedReader,
};
use ssc_words::Bilingual;

use crate::blank::BlankKeys;
use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::{Ui, complain};
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

impl SourceArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "reader",
                "PC/SC 读卡器名称，或只符合一个的部分名称；缺省为唯一有卡的读卡器",
            ),
            ("image", "用模拟卡映像代替读卡器"),
            ("timeout", "卡片被其他程序占用时最多等待的秒数"),
        ],
        flattened: &[],
    };
}

/// A card with power.
pub struct Connected {
    /// Where it lies.
    pub place: String,
    /// The card.
    pub card: Box<dyn Card>,
}

impl SourceArgs {
    /// Powers a card that is to be issued with `vault`: a new blank one where the image is not there yet, or where it lies in
    /// this process.
    ///
    /// # Errors
    /// As [`connect`](Self::connect); a blank card cannot be made.
    pub fn connect_blank(&self, vault: &Vault, line: Line, ui: &Ui) -> Result<Connected, Failure> {
        let missing = self.image.as_deref().filter(|path| !path.exists());
        if missing.is_none() && self.reader.as_deref() != Some(READER_NAME) {
            return self.connect(ui);
        }
        // Before a file is made.
        let keys = BlankKeys::of(vault, line)?;
        if let Some(path) = missing {
            let serial = Serials::random()?.next().unwrap_or_default();
            drop(Image::create(path, &Identity::from_serial(serial))?);
        }
        let mut connected = self.connect(ui)?;
        keys.give(&mut *connected.card).map_err(Failure::from)?;
        Ok(connected)
    }

    /// Where cards come from, and cards one after the other: those that somebody puts into the reader, each within `wait`, or
    /// the one of the image.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), but a named reader may be empty.
    pub fn feeder(&self, wait: Duration, ui: &Ui) -> Result<(String, Box<dyn Feeder>), Failure> {
        if let Some(Connected { place, card }) = self.simulated()? {
            return Ok((place, Box::new(Lying(Some(card)))));
        }
        let reader = self.reader(None, Sharing::Exclusive, ui)?;
        let lang = ui.lang;
        // What somebody must do is said with --quiet too.
        let feeder = PcscFeeder::new(
            reader,
            wait,
            Box::new(move |wait| complain(&wait.say(lang))),
        )?;
        Ok((feeder.name().to_owned(), Box::new(feeder)))
    }

    /// Powers the card.
    ///
    /// # Errors
    /// No such reader, no card, several to choose from, another program that has it, or an image that is none.
    pub fn connect(&self, ui: &Ui) -> Result<Connected, Failure> {
        if let Some(connected) = self.simulated()? {
            return Ok(connected);
        }
        let mut reader = self.reader(None, Sharing::Shared, ui)?;
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
        let mut psam = self.open(psam, Sharing::Shared, ui)?;
        if let Some(connected) = self.simulated()? {
            return Ok([connected.card, psam.connect()?]);
        }
        let mut reader = self.reader(Some(psam.name()), Sharing::Shared, ui)?;
        Ok(connect_both(&mut reader, &mut psam)?)
    }

    /// The card that needs no PC/SC, if one is named.
    fn simulated(&self) -> Result<Option<Connected>, Failure> {
        let (place, card): (_, Box<dyn Card>) = match (&self.image, self.reader.as_deref()) {
            (Some(path), _) => {
                let card = SimulatedCard::from_image(Image::open(path)?, Interface::T0)?;
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
    fn reader(
        &self,
        taken: Option<&str>,
        sharing: Sharing,
        ui: &Ui,
    ) -> Result<PcscReader, Failure> {
        match &self.reader {
            Some(name) => self.open(name, sharing, ui),
            None => self.open(&only_card(taken)?, sharing, ui),
        }
    }

    fn open(&self, name: &str, sharing: Sharing, ui: &Ui) -> Result<PcscReader, Failure> {
        let reader = PcscReader::open(name, sharing)?;
        Ok(reader.patience(Duration::from_secs(self.timeout), ui.on_wait()))
    }
}

/// The one card that lies there.
struct Lying(Option<Box<dyn Card>>);

impl Feeder for Lying {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.0.take().ok_or_else(|| ReaderError::NoCard {
            reader: READER_NAME.into(),
        })
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
