//! A card in a virtual reader as a guard, for programs that go on while it is served.

use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use ssc_reader::Card;

use crate::vpcd::{Eject, SlotEvent, VpcdError, serve};

/// A card that a thread of its own serves on PC/SC until this is taken out or dropped.
#[derive(Debug)]
pub struct Inserted {
    eject: Eject,
    served: Option<JoinHandle<Result<(), VpcdError>>>,
}

impl Inserted {
    /// Puts `card` into the virtual reader on `port` of this machine, and returns when pcscd has powered it.
    ///
    /// # Errors
    /// What [`serve`] ended with before the card was in.
    ///
    /// # Panics
    /// As the card does.
    pub fn put(mut card: impl Card + 'static, port: u16) -> Result<Self, VpcdError> {
        let eject = Eject::default();
        let (told, inserted) = channel();
        let served = {
            let eject = eject.clone();
            std::thread::spawn(move || {
                serve(&mut card, port, &eject, |event| {
                    // Nobody listens any more once the card is in.
                    let _ = told.send(event);
                })
            })
        };
        let mut this = Self {
            eject,
            served: Some(served),
        };
        // Without an insertion the thread has ended.
        if inserted.iter().any(|event| event == SlotEvent::Inserted) {
            Ok(this)
        } else {
            this.end().map(|()| this)
        }
    }

    /// Takes the card out.
    ///
    /// # Errors
    /// What [`serve`] ended with.
    ///
    /// # Panics
    /// As the card did.
    pub fn take_out(mut self) -> Result<(), VpcdError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), VpcdError> {
        self.eject.eject();
        match self.served.take().map(JoinHandle::join) {
            Some(Ok(ended)) => ended,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.eject.eject();
        if let Some(served) = self.served.take() {
            // Whoever wants to know takes the card out.
            let _ = served.join();
        }
    }
}
