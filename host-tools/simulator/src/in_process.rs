//! A card and a reader in this process: nothing to install, nothing between the host's APDU and the card.

use apdu_specs::atr::{CONTACTLESS, TS};
use std::path::PathBuf;

use card_os::{Card as ChipCard, Identity, Interface, Response};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use ssc_reader::tap::real_time::FlashWork;
use ssc_reader::{Card, Reader, ReaderError};
use ssc_words::{Bilingual, Lang};

use crate::image::{Durable, Image, ImageError, draft};
use crate::{Chip, Flash};

/// The name by which `--reader` chooses the simulator.
pub const READER_NAME: &str = "sim";

/// A simulated card with power.
pub struct SimulatedCard {
    /// `None` only while the chip is being mounted again.
    chip: Option<ChipCard<Chip>>,
    interface: Interface,
    atr: Vec<u8>,
    durable: Option<Durable>,
}

impl SimulatedCard {
    /// A blank card that vanishes when dropped.
    ///
    /// # Errors
    /// The system has no random bytes, or no blank card fits the flash.
    pub fn blank(identity: &Identity, interface: Interface) -> Result<Self, ReaderError> {
        let flash = crate::blank_flash(identity).map_err(|error| {
            failed(
                format!("no blank card can be made ({error:?}); report this"),
                format!("无法制作空白卡（{error:?}）；请报告此问题"),
            )
        })?;
        Self::powered(flash, None, interface)
    }

    /// The card of an image: what it commits is in the file before it answers.
    ///
    /// # Errors
    /// The system has no random bytes. An image whose card memory cannot be trusted is no error: such a card answers
    /// 6581 to everything.
    pub fn from_image(image: Image, interface: Interface) -> Result<Self, ReaderError> {
        let (flash, durable) = image.into_flash();
        Self::powered(flash, Some(durable), interface)
    }

    /// A blank card that gets the image `path` when it is made, or when it is dropped before.
    ///
    /// # Errors
    /// A file has that name, or as [`blank`](Self::blank).
    pub fn draft(
        path: PathBuf,
        identity: &Identity,
        interface: Interface,
    ) -> Result<Self, ReaderError> {
        let (flash, durable) = draft(path, identity).map_err(|error| told(&error))?;
        Self::powered(flash, Some(durable), interface)
    }

    fn powered(
        flash: Flash,
        durable: Option<Durable>,
        interface: Interface,
    ) -> Result<Self, ReaderError> {
        let chip = ChipCard::new(flash, random()?);
        let mut card = Self {
            chip: Some(chip),
            interface,
            atr: Vec::new(),
            durable,
        };
        card.reset()?;
        Ok(card)
    }

    /// Takes the power away and gives it back: the chip mounts its memory anew, as after a card was pulled out.
    ///
    /// # Errors
    /// The system has no random bytes, or the image cannot be written.
    pub fn power_cycle(&mut self) -> Result<(), ReaderError> {
        let random = random()?;
        if let Some(chip) = self.chip.take() {
            let mut flash = chip.into_flash();
            flash.power_on();
            self.chip = Some(ChipCard::new(flash, random));
        }
        self.answer_to_reset()
    }

    /// The card's memory, for its counters.
    #[must_use]
    pub fn flash(&self) -> Option<&Flash> {
        self.chip.as_ref().map(ChipCard::flash)
    }

    /// What the card's memory has programmed and erased, for [`RealTime`](ssc_reader::tap::real_time::RealTime).
    #[must_use]
    pub fn flash_work(&self) -> FlashWork {
        self.flash()
            .map_or_else(FlashWork::default, |flash| FlashWork {
                programmed: flash.bytes_written(),
                erased: flash.erases().iter().map(|count| u64::from(*count)).sum(),
            })
    }

    /// The card's memory, for planned power cuts ([`power_cycle`](Self::power_cycle) mounts it again).
    #[must_use]
    pub fn into_flash(mut self) -> Option<Flash> {
        self.chip.take().map(ChipCard::into_flash)
    }

    fn answer_to_reset(&mut self) -> Result<(), ReaderError> {
        let chip = self.chip.as_mut().ok_or_else(mute)?;
        chip.power_off();
        let answer = chip.power_on(self.interface).map_err(|_| mute())?;
        self.atr = match self.interface {
            Interface::T0 | Interface::T1 => answer.to_vec(),
            Interface::Contactless => atr_of_contactless(&answer),
        };
        self.settle()
    }

    fn settle(&self) -> Result<(), ReaderError> {
        match &self.durable {
            Some(durable) => durable.settle().map_err(|error| told(&error)),
            None => Ok(()),
        }
    }
}

impl Card for SimulatedCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut response = Response::new();
        self.chip
            .as_mut()
            .ok_or_else(mute)?
            .transmit(command, &mut response);
        // A commit that is not on disk must not be answered.
        if let (Some(durable), Some(flash)) = (&self.durable, self.flash()) {
            durable
                .asked(command, flash)
                .map_err(|error| told(&error))?;
        }
        Ok(response.as_slice().to_vec())
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.answer_to_reset()
    }
}

impl Drop for SimulatedCard {
    fn drop(&mut self) {
        if let (Some(durable), Some(flash)) = (&self.durable, self.flash()) {
            // It is not made, and nobody waits for an answer: without its file it is a blank that is gone.
            let _ = durable.put_away(flash);
        }
    }
}

impl std::fmt::Debug for SimulatedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "SimulatedCard({:?}, ATR {})",
            self.interface,
            hex::encode_upper(&self.atr)
        )
    }
}

/// The ATR that a PC/SC reader makes of a contactless card's historical bytes (PC/SC part 3, clause 3.1.3.2.3.1):
/// `3B 8n 80 01` ‖ historical bytes ‖ TCK, the XOR of all from T0.
pub(crate) fn atr_of_contactless(ats: &[u8]) -> Vec<u8> {
    let historical = ats
        .get(apdu_specs::atr::ATS_PREFIX.len()..)
        .unwrap_or_default();
    let length = u8::try_from(historical.len()).unwrap_or(0) & 0x0F;
    let [t0, td1, td2] = CONTACTLESS;
    let mut atr = vec![TS, t0 | length, td1, td2];
    atr.extend_from_slice(historical);
    let check = atr.iter().skip(1).fold(0, |check, byte| check ^ byte);
    atr.push(check);
    atr
}

fn random() -> Result<ChaCha20Rng, ReaderError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        failed(
            format!("the system gives no random bytes ({error})"),
            format!("系统不提供随机数（{error}）"),
        )
    })?;
    Ok(ChaCha20Rng::from_seed(seed))
}

fn mute() -> ReaderError {
    ReaderError::Mute {
        reader: READER_NAME.into(),
    }
}

fn failed(english: String, chinese: String) -> ReaderError {
    ReaderError::Device {
        reader: READER_NAME.into(),
        english,
        chinese,
    }
}

fn told(error: &ImageError) -> ReaderError {
    failed(error.say(Lang::En), error.say(Lang::Zh))
}

/// Serial numbers for cards that are made one after another: 6 bytes, counted upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serials(u64);

impl Serials {
    /// From this serial on.
    #[must_use]
    pub fn from(first: [u8; 6]) -> Self {
        let [a, b, c, d, e, f] = first;
        Self(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }

    /// From a random one on: cards of different runs differ.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub fn random() -> Result<Self, ReaderError> {
        let mut first = [0; 6];
        getrandom::fill(&mut first).map_err(|error| {
            failed(
                format!("the system gives no random bytes ({error})"),
                format!("系统不提供随机数（{error}）"),
            )
        })?;
        Ok(Self::from(first))
    }
}

impl Iterator for Serials {
    type Item = [u8; 6];

    fn next(&mut self) -> Option<[u8; 6]> {
        let [_, _, serial @ ..] = self.0.to_be_bytes();
        self.0 = self.0.wrapping_add(1);
        Some(serial)
    }
}

enum Stock {
    /// A stack of blank cards, kept as images in this folder if one is given.
    Blank {
        serials: Serials,
        folder: Option<PathBuf>,
    },
    /// One card.
    Image(PathBuf),
}

/// A reader in this process. Each [`connect`](Reader::connect) powers one card.
pub struct SimulatedReader {
    stock: Stock,
    interface: Interface,
}

impl SimulatedReader {
    /// A reader that finds a new blank card at each connection: what an issuer's stack is.
    #[must_use]
    pub fn blank(serials: Serials) -> Self {
        Self {
            stock: Stock::Blank {
                serials,
                folder: None,
            },
            interface: Interface::T0,
        }
    }

    /// A reader in which this image's card lies.
    #[must_use]
    pub fn image(path: impl Into<PathBuf>) -> Self {
        Self {
            stock: Stock::Image(path.into()),
            interface: Interface::T0,
        }
    }

    /// Keeps each blank card as an image in `folder`, named by its serial (`0123456789AB.ssccard`).
    #[must_use]
    pub fn keep_in(mut self, folder: impl Into<PathBuf>) -> Self {
        if let Stock::Blank { folder: kept, .. } = &mut self.stock {
            *kept = Some(folder.into());
        }
        self
    }

    /// Talks to the card over this interface instead of T=0.
    #[must_use]
    pub fn over(mut self, interface: Interface) -> Self {
        self.interface = interface;
        self
    }
}

impl Reader for SimulatedReader {
    fn name(&self) -> &str {
        READER_NAME
    }

    fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        let card = match &mut self.stock {
            Stock::Image(path) => {
                let image = Image::open(path).map_err(|error| told(&error))?;
                SimulatedCard::from_image(image, self.interface)?
            }
            Stock::Blank { serials, folder } => {
                let serial = serials.next().unwrap_or_default();
                let identity = Identity::from_serial(serial);
                match folder {
                    None => SimulatedCard::blank(&identity, self.interface)?,
                    Some(folder) => {
                        let path = folder.join(format!("{}.ssccard", hex::encode_upper(serial)));
                        SimulatedCard::draft(path, &identity, self.interface)?
                    }
                }
            }
        };
        Ok(Box::new(card))
    }
}
