//! Heads whose cards are made in this process: first those that an earlier run has begun and left as images, then blanks.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ssc_bureau::engine::{is_open_chip, is_unknown_chip};
use ssc_bureau::register::{JobId, Register};
use ssc_keys::KeyService;
use ssc_reader::feeder::Feeder;
use ssc_reader::head::{Bin, Coming, Head};
use ssc_reader::{Card, Reader as _, ReaderError};
use ssc_simulator::SimulatedReader;
use ssc_terminal::Dialogue;
use ssc_words::{Bilingual as _, Lang};

use crate::blank::Blanks;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;

/// The first serial number of a seed.
pub fn serial_of(seed: u64) -> [u8; 6] {
    let [_, _, serial @ ..] = seed.to_be_bytes();
    serial
}

/// The cards of all simulated heads.
struct Cards<'v> {
    /// Images that an earlier run left: they lie in a head before anybody asks for a card, as somebody would put them in again.
    earlier: VecDeque<PathBuf>,
    blanks: Blanks<'v>,
}

/// One stack for all heads, so that no two chips have one serial number.
#[derive(Clone)]
pub struct Stack<'v>(Arc<Mutex<Cards<'v>>>);

impl<'v> Stack<'v> {
    /// Of images that were begun, and blanks.
    pub fn new(earlier: VecDeque<PathBuf>, blanks: Blanks<'v>) -> Self {
        Self(Arc::new(Mutex::new(Cards { earlier, blanks })))
    }

    fn cards(&self) -> MutexGuard<'_, Cards<'v>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A head for cards of a stack.
pub struct SimulatedHead<'v> {
    name: String,
    stack: Stack<'v>,
    /// The image that lies here: it is opened again until it is put away.
    image: Option<PathBuf>,
    blank: Option<Box<dyn Card>>,
}

impl<'v> SimulatedHead<'v> {
    pub const fn new(name: String, stack: Stack<'v>) -> Self {
        Self {
            name,
            stack,
            image: None,
            blank: None,
        }
    }
}

impl Head for SimulatedHead<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn card(&mut self) -> Result<Option<Box<dyn Card>>, ReaderError> {
        if let Some(blank) = self.blank.take() {
            return Ok(Some(blank));
        }
        if self.image.is_none() {
            self.image = self.stack.cards().earlier.pop_front();
        }
        let Some(image) = &self.image else {
            return Ok(None);
        };
        match SimulatedReader::image(image.clone()).connect() {
            Ok(card) => Ok(Some(card)),
            Err(error) => {
                self.image = None;
                Err(error)
            }
        }
    }

    fn next(&mut self, _: Duration) -> Result<Coming, ReaderError> {
        self.blank = Some(self.stack.cards().blanks.next_card()?);
        Ok(Coming::Here)
    }

    fn put(&mut self, _: Bin) -> Result<(), ReaderError> {
        (self.image, self.blank) = (None, None);
        Ok(())
    }
}

/// Whether the card is genuine with these keys.
fn is_finished(card: &mut dyn Card, keys: &dyn KeyService) -> bool {
    let verified = Dialogue::open(card, Some(keys)).and_then(|mut card| card.verify_identity());
    verified.is_ok_and(|identity| identity.is_genuine())
}

/// A finished card that the register does not know: it would be made a second time.
fn unknown_card(image: &str, register: &Register) -> Failure {
    let store = register.store();
    Failure::new(
        Exit::Input,
        text(
            format!(
                "{image} is a finished card with these keys, and the register {store} does not know its chip: it is an older copy of the register that has given this card, or another one. Its cards would be made a second time, so none was made. Put back the newer register, or, if the card is of another register, name another folder with --images"
            ),
            format!(
                "{image} 是用这些密钥制成的卡，而登记簿 {store} 不认识其芯片：它是发出该卡的登记簿的旧副本，或是另一个登记簿。其中的卡会再制一次，故未制卡。请放回较新的登记簿；若该卡属于另一登记簿，请用 --images 另指定文件夹"
            ),
        ),
    )
}

/// The images in `folder` whose chip was begun for an order of this job that has no card yet.
pub fn begun(
    folder: &Path,
    (register, job): (&Register, JobId),
    keys: &dyn KeyService,
    ui: &Ui,
) -> Result<VecDeque<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|one| one == "ssccard"));
    paths.sort();
    let mut cards = VecDeque::new();
    for path in paths {
        let name = path.display().to_string();
        match SimulatedReader::image(path.clone()).connect() {
            Ok(mut card) if is_unknown_chip(register, &*card)? => {
                if is_finished(&mut *card, keys) {
                    return Err(unknown_card(&name, register));
                }
            }
            Ok(card) if is_open_chip(register, job, &*card)? => cards.push_back(path),
            Ok(_) => {}
            Err(error) => ui.warn(&text(
                format!("{name} is left out: {}", error.say(Lang::En)),
                format!("略过 {name}：{}", error.say(Lang::Zh)),
            )),
        }
    }
    Ok(cards)
}
