//! A stack of blank cards: one after the other in this process, or in a virtual PC/SC reader.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use apdu_specs::applications::domain::DomainCommand;
use apdu_specs::applications::find;
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::{Application, Status};
use ssc_reader::feeder::Feeder;
use ssc_reader::tap::Tap;
use ssc_reader::{Card, Reader, ReaderError, Tapped};

use crate::vpcd::{self, Eject, VpcdError};
use crate::{Serials, SimulatedReader};

/// Blank cards made in this process, as many as are asked for.
pub struct SimulatedFeeder {
    reader: SimulatedReader,
}

impl SimulatedFeeder {
    /// Cards with these serials, kept as images in `folder` if one is given.
    #[must_use]
    pub fn new(serials: Serials, folder: Option<PathBuf>) -> Self {
        let reader = SimulatedReader::blank(serials);
        Self {
            reader: match folder {
                Some(folder) => reader.keep_in(folder),
                None => reader,
            },
        }
    }
}

impl Feeder for SimulatedFeeder {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.reader.connect()
    }
}

/// Tells whether a [watched](EndWatch) card was personalized to the end.
#[derive(Clone, Debug, Default)]
pub struct Secured(Arc<AtomicBool>);

impl Secured {
    /// Whether a SET STATUS to SECURED was carried out.
    #[must_use]
    pub fn reached(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A tap that watches for the end of a card's personalization.
#[derive(Clone, Debug, Default)]
pub struct EndWatch {
    secured: Secured,
    eject: Option<Eject>,
}

impl EndWatch {
    /// Lets the card leave its virtual reader at the first reset or power-off after the end of its personalization, as
    /// a hopper takes it out of the head.
    #[must_use]
    pub fn leaving(mut self, eject: &Eject) -> Self {
        self.eject = Some(eject.clone());
        self
    }

    /// What is known of the card.
    #[must_use]
    pub fn secured(&self) -> Secured {
        self.secured.clone()
    }
}

impl Tap for EndWatch {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let answer = card.transmit(command)?;
        let status = answer.last_chunk().map(|sw| Status::from_bytes(*sw));
        // On T=0 the R-MAC waits behind 61xx: the command is carried out all the same.
        if is_end_of_personalization(command) && status.is_some_and(Status::is_success) {
            self.secured.0.store(true, Ordering::SeqCst);
        }
        Ok(answer)
    }

    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        card.reset()?;
        if let (true, Some(eject)) = (self.secured.reached(), &self.eject) {
            eject.eject();
        }
        Ok(())
    }
}

/// SET STATUS of the whole card to SECURED; its header stays readable inside the secure channel.
fn is_end_of_personalization(command: &[u8]) -> bool {
    let Some(&[cla, ins, p1, p2]) = command.first_chunk::<4>() else {
        return false;
    };
    p2 == LifeCycle::Secured.byte()
        && find(Application::Domain, cla, ins, p1, p2)
            .is_ok_and(|row| DomainCommand::of(row) == Some(DomainCommand::SetStatus))
}

/// What [`serve_stack`] tells while it runs. Cards are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackEvent {
    /// A blank card lies in the reader.
    Inserted {
        /// Which card of the stack.
        number: usize,
        /// Its ATR.
        atr: Vec<u8>,
    },
    /// The card was personalized to the end and has left the reader.
    Done {
        /// Which card of the stack.
        number: usize,
    },
    /// pcscd ended or was restarted; the card waits to be put in again.
    ReaderGone,
}

/// Puts `count` cards into the virtual reader on `port`, each after the one before was personalized to SECURED and
/// then reset or powered off. `wrap` may put a trace around each.
///
/// # Errors
/// As [`vpcd::serve`], or no further card can be made.
pub fn serve_stack(
    feeder: &mut dyn Feeder,
    count: usize,
    port: u16,
    wrap: &mut dyn FnMut(Box<dyn Card>) -> Box<dyn Card>,
    told: &mut dyn FnMut(StackEvent),
) -> Result<(), VpcdError> {
    for number in 1..=count {
        let eject = Eject::default();
        let card = wrap(feeder.next_card().map_err(VpcdError::Card)?);
        let atr = card.atr().to_vec();
        let mut card = Tapped::new(card, EndWatch::default().leaving(&eject));
        if number > 1 {
            std::thread::sleep(vpcd::EMPTY);
        }
        vpcd::serve(&mut card, port, &eject, |event| {
            told(match event {
                vpcd::SlotEvent::Inserted => StackEvent::Inserted {
                    number,
                    atr: atr.clone(),
                },
                vpcd::SlotEvent::ReaderGone => StackEvent::ReaderGone,
            });
        })?;
        told(StackEvent::Done { number });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ssc_reader::Interface;

    use super::*;

    /// A card that answers each command with the next status word.
    struct Scripted(Vec<u16>);

    impl Card for Scripted {
        fn atr(&self) -> &[u8] {
            &[]
        }
        fn interface(&self) -> Interface {
            Interface::T0
        }
        fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ReaderError> {
            Ok(self.0.remove(0).to_be_bytes().to_vec())
        }
        fn reset(&mut self) -> Result<(), ReaderError> {
            Ok(())
        }
    }

    fn seen(command: &[u8], sw: u16) -> bool {
        let mut card = Tapped::new(Scripted(vec![sw]), EndWatch::default());
        card.transmit(command).unwrap();
        card.tap().secured().reached()
    }

    #[test]
    fn only_a_set_status_to_secured_that_was_carried_out_ends_personalization() {
        let plain = [0x80, 0xF0, 0x80, 0x0F, 0x00];
        let in_channel = [0x84, 0xF0, 0x80, 0x0F, 0x08, 1, 2, 3, 4, 5, 6, 7, 8];
        assert!(seen(&plain, 0x9000));
        assert!(seen(&in_channel, 0x9000));
        assert!(seen(&in_channel, 0x6108));
        assert!(!seen(&in_channel, 0x6982), "refused");
        assert!(
            !seen(&[0x84, 0xF0, 0x80, 0x07, 0x00], 0x9000),
            "INITIALIZED"
        );
        assert!(
            !seen(&[0x84, 0xF0, 0x40, 0x0F, 0x00], 0x9000),
            "an application"
        );
        assert!(!seen(&[0x84, 0xE2, 0x80, 0x0F, 0x00], 0x9000), "STORE DATA");
        assert!(!seen(&[0x80, 0xF0, 0x80], 0x9000), "cut short");
    }

    #[test]
    fn the_card_leaves_at_the_reset_after_the_end_and_not_before() {
        let eject = Eject::default();
        let mut card = Tapped::new(
            Scripted(vec![0x9000, 0x9000]),
            EndWatch::default().leaving(&eject),
        );
        card.reset().unwrap();
        card.transmit(&[0x00, 0xA4, 0x04, 0x00, 0x00]).unwrap();
        card.reset().unwrap();
        assert!(!eject.ejected());
        card.transmit(&[0x84, 0xF0, 0x80, 0x0F, 0x00]).unwrap();
        assert!(!eject.ejected(), "the R-MAC may still be fetched");
        card.reset().unwrap();
        assert!(eject.ejected());
    }

    #[test]
    fn cards_of_a_stack_are_kept_as_images_and_differ() {
        let folder = tempfile::tempdir().unwrap();
        let mut feeder = SimulatedFeeder::new(
            Serials::from([0, 0, 0, 0, 0, 9]),
            Some(folder.path().to_owned()),
        );
        let first = feeder.next_card().unwrap().atr().to_vec();
        let second = feeder.next_card().unwrap().atr().to_vec();
        assert_ne!(first, second);
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["000000000009.ssccard", "00000000000A.ssccard"]);
    }
}
