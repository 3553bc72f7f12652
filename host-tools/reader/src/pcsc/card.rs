//! A card in a PC/SC reader, while it is held.

use std::ffi::{CStr, CString};

use ::pcsc::{Context, Error};
use apdu_specs::atr::{CONTACTLESS, TS};

use super::hold::Held;
use super::told;
use crate::{Card, Interface, ReaderError};

/// The fewest bytes of a command: CLA INS P1 P2. Some drivers (vpcd) take less for a control message, and wait for ever.
const HEADER: usize = 4;

/// A card in a PC/SC reader. It is reset when dropped, so that no PIN or key state stays behind.
pub(super) struct PcscCard {
    pub(super) held: Held,
    context: Context,
    name: CString,
    shown: String,
    atr: Vec<u8>,
    interface: Interface,
}

impl PcscCard {
    /// A card whose ATR and protocol are not read yet.
    pub(super) fn new(held: Held, context: Context, name: &CStr, shown: &str) -> Self {
        Self {
            held,
            context,
            name: name.to_owned(),
            shown: shown.to_owned(),
            atr: Vec::new(),
            interface: Interface::T0,
        }
    }

    /// Reads ATR and protocol.
    pub(super) fn look(&mut self) -> Result<(), ReaderError> {
        let status = self.held.status().map_err(|error| self.told(error))?;
        self.atr = status.atr().to_vec();
        self.interface = match status.protocol2() {
            None => return Err(self.told(Error::ProtoMismatch)),
            _ if is_contactless(&self.atr) => Interface::Contactless,
            Some(::pcsc::Protocol::T1) => Interface::T1,
            Some(_) => Interface::T0,
        };
        Ok(())
    }

    fn told(&self, error: Error) -> ReaderError {
        told::of_exchange(error, &self.shown, &self.context, &self.name)
    }
}

impl Card for PcscCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        if command.len() < HEADER {
            return Err(ReaderError::MalformedCommand {
                detail: format!(
                    "{} bytes; the header alone has {HEADER}: CLA INS P1 P2",
                    command.len()
                ),
            });
        }
        // 256 bytes and SW1 SW2 are the most that a short APDU answers.
        let mut buffer = [0; 258];
        match self.held.transmit(command, &mut buffer) {
            // vpcd passes on nothing at all where the card went in the middle: what is left then says why.
            Ok([]) => Err(self.told(Error::CommDataLost)),
            Ok(answer) => Ok(answer.to_vec()),
            Err(error) => Err(self.told(error)),
        }
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.held.reset().map_err(|error| self.told(error))?;
        self.look()
    }
}

/// An ATR that PC/SC part 3 (clause 3.1.3.2.3) builds for contactless cards: `3B 8n 80 01` ‖ historical bytes ‖ TCK.
#[must_use]
pub fn is_contactless(atr: &[u8]) -> bool {
    let [t0, td1, td2] = CONTACTLESS;
    matches!(atr, [TS, first, second, third, ..] if first & 0xF0 == t0 && [*second, *third] == [td1, td2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contact_atr_of_the_card_is_not_taken_for_contactless() {
        let contact = [&[0x3B, 0x6D, 0, 0][..], &[0; 13]].concat();
        assert!(!is_contactless(&contact));
        assert!(is_contactless(&[0x3B, 0x85, 0x80, 0x01, 1, 2, 3, 4, 5, 0]));
    }
}
