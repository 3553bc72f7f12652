//! Which readers: the card's by its type and the configuration, the PSAM's by its name.

use std::ffi::c_int;

use ssc_reader::pcsc::{PcscReader, Sharing, connect_both, is_contactless};
use ssc_reader::survey::{Contents, Surveyed, survey_for};
use ssc_reader::{Card, Reader, ReaderError};

use crate::config::Config;
use crate::error::LibraryError;

/// iType.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardType {
    /// By contact.
    Contact,
    /// Contactless.
    Contactless,
    /// Whichever has a card, contact first.
    ContactFirst,
    /// The same, contactless first.
    ContactlessFirst,
}

impl CardType {
    pub fn of(card: c_int) -> Result<Self, LibraryError> {
        match card {
            1 => Ok(Self::Contact),
            2 => Ok(Self::Contactless),
            3 => Ok(Self::ContactFirst),
            4 => Ok(Self::ContactlessFirst),
            _ => Err(LibraryError::CardType),
        }
    }

    /// Contact and contactless in the order in which they are looked into.
    fn order<T>(self, contact: T, contactless: T) -> Vec<T> {
        match self {
            Self::Contact => vec![contact],
            Self::Contactless => vec![contactless],
            Self::ContactFirst => vec![contact, contactless],
            Self::ContactlessFirst => vec![contactless, contact],
        }
    }
}

fn open(config: &Config, name: &str) -> Result<PcscReader, ReaderError> {
    let reader = PcscReader::open(name, Sharing::Shared)?;
    Ok(reader.patience(config.timeout, None))
}

/// A kind of reader: its name, if the configuration names one that is there, and whether a card in another reader may do.
struct Way {
    contactless: bool,
    named: Result<Option<PcscReader>, ReaderError>,
}

impl Way {
    fn new(contactless: bool, named: Option<&str>, config: &Config) -> Self {
        Self {
            contactless,
            named: named.map(|name| open(config, name)).transpose(),
        }
    }

    fn name(&self) -> Option<&str> {
        self.named.as_ref().ok()?.as_ref().map(Reader::name)
    }

    /// Whether `reader` holds a card that will do. A mute one does not show what it is.
    fn takes(&self, reader: &Surveyed, named: &[String]) -> bool {
        let contactless = match &reader.contents {
            Contents::Card { atr, .. } => is_contactless(atr),
            Contents::Mute => false,
            Contents::Empty | Contents::Gone => return false,
        };
        match (self.name(), &self.named) {
            (Some(name), _) => reader.name == name,
            (None, Ok(_)) => !named.contains(&reader.name) && contactless == self.contactless,
            (None, Err(_)) => false,
        }
    }
}

/// The reader of the card: of those that its type allows the first with a card, else the first. Where the configuration names
/// none, any that it does not name for something else will do, and the card's answer to reset shows which kind it is.
fn card_reader(
    config: &Config,
    kind: CardType,
    psam: Option<&str>,
) -> Result<PcscReader, LibraryError> {
    let contact = Way::new(false, config.reader.as_deref(), config);
    let contactless = Way::new(true, config.contactless_reader.as_deref(), config);
    let named = [contact.name(), contactless.name(), psam];
    let named: Vec<String> = named.into_iter().flatten().map(str::to_owned).collect();
    let ways = kind.order(contact, contactless);
    let readers = survey_for(|reader| ways.iter().any(|way| way.takes(reader, &named)))?;

    let (mut failed, mut empty) = (None, None);
    for way in ways {
        let found = readers.iter().find(|reader| way.takes(reader, &named));
        match (way.named, found) {
            (Ok(Some(reader)), Some(_)) => return Ok(reader),
            (Ok(None), Some(found)) => return Ok(open(config, &found.name)?),
            (Ok(Some(reader)), None) => empty = empty.or(Some(reader)),
            (Ok(None), None) => {}
            (Err(error), _) => failed = failed.or(Some(error)),
        }
    }
    // No card anywhere: what cannot be used is the reason, else the first that is empty.
    match (failed, empty) {
        (Some(error), _) => Err(error.into()),
        (None, Some(reader)) => Ok(reader),
        (None, None) if kind == CardType::Contactless => Err(LibraryError::NoContactless),
        (None, None) => match readers.iter().find(|reader| !named.contains(&reader.name)) {
            Some(reader) => Ok(open(config, &reader.name)?),
            None => Err(ReaderError::NoReaders.into()),
        },
    }
}

/// The card, powered.
///
/// # Errors
/// No reader of this type, no card, another program that has it.
pub fn card(config: &Config, kind: CardType) -> Result<Box<dyn Card>, LibraryError> {
    Ok(card_reader(config, kind, None)?.connect()?)
}

/// The card and the PSAM in the reader `name`, powered.
///
/// # Errors
/// As [`card`]; what is wrong with the PSAM is told as such.
pub fn card_and_psam(
    config: &Config,
    kind: CardType,
    name: &str,
) -> Result<[Box<dyn Card>; 2], LibraryError> {
    let mut psam = open(config, name).map_err(LibraryError::Psam)?;
    let mut reader = card_reader(config, kind, Some(psam.name()))?;
    connect_both(&mut reader, &mut psam).map_err(|error| {
        if reader.name() != psam.name() && error.reader() == Some(psam.name()) {
            LibraryError::Psam(error)
        } else {
            error.into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::CardType;

    #[test]
    fn readers_by_the_type_of_card() {
        let order = |kind| CardType::of(kind).unwrap().order("C", "N").concat();
        assert_eq!(
            [order(1), order(2), order(3), order(4)],
            ["C", "N", "CN", "NC"]
        );
        for kind in [0, 5, -1, i32::MAX] {
            assert_eq!(CardType::of(kind).unwrap_err().code(), -1);
        }
    }
}
