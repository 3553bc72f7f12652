//! Cards in PC/SC readers.

use std::ffi::{CStr, CString};
use std::time::Duration;

use ::pcsc::{Context, Disposition, Error, Protocols, Scope, ShareMode, State};

use crate::{Card, Protocol, Reader, ReaderError};

/// How long a lost exchange waits for pcscd to notice that card or reader are gone: it polls drivers that do not
/// report by themselves each 400 ms, and USB removal takes as long.
const NOTICE_REMOVAL: Duration = Duration::from_secs(2);

/// How long to wait for a card in an empty reader: one that was just put in is being powered.
const NOTICE_CARD: Duration = Duration::from_secs(1);

/// Whether others may use the card at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody else: for issuing, where a stranger's SELECT would end the secure channel.
    Exclusive,
    /// Beside others: for reading.
    Shared,
}

/// A PC/SC reader.
pub struct PcscReader {
    context: Context,
    name: CString,
    shown: String,
    access: Access,
}

/// The names of all readers, in PC/SC's order. An empty list is no error here.
///
/// # Errors
/// When the service does not answer.
pub fn list_readers() -> Result<Vec<String>, ReaderError> {
    let names = reader_names(&establish()?)?;
    Ok(names
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect())
}

impl PcscReader {
    /// The reader called `name`: the whole name, or a part that fits one reader only.
    ///
    /// # Errors
    /// No service, no reader, none or several of that name.
    pub fn open(name: &str, access: Access) -> Result<Self, ReaderError> {
        let context = establish()?;
        let names = reader_names(&context)?;
        if names.is_empty() {
            return Err(ReaderError::NoReaders);
        }
        let shown: Vec<String> = names
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let Some(found) = find(&shown, name) else {
            return Err(ReaderError::NoSuchReader {
                wanted: name.into(),
                available: shown,
            });
        };
        Ok(Self {
            context,
            name: names[found].clone(),
            shown: shown[found].clone(),
            access,
        })
    }
}

/// The one reader that `wanted` names: exactly, or as a part that no other has.
fn find(names: &[String], wanted: &str) -> Option<usize> {
    if let Some(exact) = names.iter().position(|name| name == wanted) {
        return Some(exact);
    }
    let mut parts = names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.contains(wanted));
    match (parts.next(), parts.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

fn establish() -> Result<Context, ReaderError> {
    Context::establish(Scope::User).map_err(|error| ReaderError::NoService {
        detail: error.to_string(),
    })
}

fn reader_names(context: &Context) -> Result<Vec<CString>, ReaderError> {
    match context.list_readers_owned() {
        Ok(names) => Ok(names),
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        Err(error) => Err(ReaderError::NoService {
            detail: error.to_string(),
        }),
    }
}

impl Reader for PcscReader {
    fn name(&self) -> &str {
        &self.shown
    }

    fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        let mode = match self.access {
            Access::Exclusive => ShareMode::Exclusive,
            Access::Shared => ShareMode::Shared,
        };
        let connect = || self.context.connect(&self.name, mode, Protocols::ANY);
        let card = match connect() {
            Err(Error::NoSmartcard) if card_comes(&self.context, &self.name) => connect(),
            other => other,
        };
        let card = card.map_err(|error| told(error, &self.shown, &self.context, &self.name))?;
        let mut card = PcscCard {
            card,
            context: self.context.clone(),
            name: self.name.clone(),
            shown: self.shown.clone(),
            mode,
            atr: Vec::new(),
            protocol: Protocol::T0,
        };
        card.look()?;
        Ok(Box::new(card))
    }
}

/// A card in a PC/SC reader. It is reset when dropped, so that no PIN or key state stays behind.
struct PcscCard {
    card: ::pcsc::Card,
    context: Context,
    name: CString,
    shown: String,
    mode: ShareMode,
    atr: Vec<u8>,
    protocol: Protocol,
}

impl PcscCard {
    /// Reads ATR and protocol.
    fn look(&mut self) -> Result<(), ReaderError> {
        let status = self.card.status2_owned().map_err(|e| self.told(e))?;
        self.atr = status.atr().to_vec();
        self.protocol = match status.protocol2() {
            _ if is_contactless(&self.atr) => Protocol::Contactless,
            Some(::pcsc::Protocol::T1) => Protocol::T1,
            _ => Protocol::T0,
        };
        Ok(())
    }

    fn told(&self, error: Error) -> ReaderError {
        told(error, &self.shown, &self.context, &self.name)
    }
}

impl Card for PcscCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        // 256 bytes and SW1 SW2 are the most that a short APDU answers.
        let mut buffer = [0; 258];
        match self.card.transmit(command, &mut buffer) {
            // vpcd passes on nothing at all where the card went in the middle: what is left then says why.
            Ok([]) => Err(self.told(Error::CommDataLost)),
            Ok(answer) => Ok(answer.to_vec()),
            Err(error) => Err(self.told(error)),
        }
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card
            .reconnect(self.mode, Protocols::ANY, Disposition::ResetCard)
            .map_err(|error| self.told(error))?;
        self.look()
    }
}

/// An ATR that PC/SC part 3 (clause 3.1.3.2.3) builds for contactless cards: `3B 8n 80 01` ‖ historical bytes ‖ TCK.
fn is_contactless(atr: &[u8]) -> bool {
    matches!(atr, [0x3B, t0, 0x80, 0x01, ..] if t0 & 0xF0 == 0x80)
}

/// The error for people. Where PC/SC only says that an exchange failed, the reader is asked what is left.
fn told(error: Error, shown: &str, context: &Context, name: &CStr) -> ReaderError {
    let reader = shown.to_string();
    let detail = error.to_string();
    match error {
        Error::NoService | Error::ServiceStopped => ReaderError::NoService { detail },
        Error::NoSmartcard => ReaderError::NoCard { reader },
        Error::RemovedCard => match look_for(context, name) {
            Left::Nothing => ReaderError::ReaderGone { reader },
            _ => ReaderError::CardRemoved { reader },
        },
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable => {
            ReaderError::ReaderGone { reader }
        }
        Error::SharingViolation => ReaderError::InUse { reader },
        Error::ResetCard => ReaderError::ResetByOther { reader },
        Error::UnresponsiveCard | Error::UnpoweredCard | Error::UnsupportedCard => {
            match look_for(context, name) {
                Left::Nothing => ReaderError::ReaderGone { reader },
                Left::EmptyReader => ReaderError::CardRemoved { reader },
                Left::Card => ReaderError::Mute { reader },
            }
        }
        _ => match look_for(context, name) {
            Left::Nothing => ReaderError::ReaderGone { reader },
            Left::EmptyReader => ReaderError::CardRemoved { reader },
            Left::Card => ReaderError::Transmission { reader, detail },
        },
    }
}

/// Waits a moment for a card in a reader that seemed empty.
fn card_comes(context: &Context, name: &CStr) -> bool {
    let mut states = [::pcsc::ReaderState::new(name, State::EMPTY)];
    let changed = context.get_status_change(NOTICE_CARD, &mut states);
    changed.is_ok()
        && states
            .iter()
            .any(|state| state.event_state().contains(State::PRESENT))
}

/// What is left after an exchange failed.
enum Left {
    Nothing,
    EmptyReader,
    Card,
}

fn look_for(context: &Context, name: &CStr) -> Left {
    let mut states = [::pcsc::ReaderState::new(name, State::PRESENT)];
    let deadline = std::time::Instant::now() + NOTICE_REMOVAL;
    loop {
        let left = deadline.saturating_duration_since(std::time::Instant::now());
        match context.get_status_change(left, &mut states) {
            Err(Error::Timeout) => return Left::Card,
            Err(_) => return Left::Nothing,
            Ok(()) => {}
        }
        let [state] = &mut states;
        let seen = state.event_state();
        if seen.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE) {
            return Left::Nothing;
        }
        if seen.contains(State::EMPTY) {
            return Left::EmptyReader;
        }
        if left.is_zero() {
            return Left::Card;
        }
        // Present, but changed in some other way (in use, mute): wait on from there.
        state.sync_current_state();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_part_of_a_name_is_enough_when_it_fits_one_reader_only() {
        let readers = names(&["Head 1 00 00", "Head 1 00 01", "ACS ACR39U 01 00"]);
        assert_eq!(find(&readers, "ACR39U"), Some(2));
        assert_eq!(find(&readers, "Head 1 00 01"), Some(1));
        assert_eq!(
            find(&readers, "Head 1"),
            None,
            "two readers fit: neither is chosen"
        );
        assert_eq!(find(&readers, "HID"), None);
    }

    #[test]
    fn a_whole_name_wins_over_a_longer_one_that_holds_it() {
        assert_eq!(find(&names(&["Head 10", "Head 1"]), "Head 1"), Some(1));
    }

    #[test]
    fn the_contact_atr_of_the_card_is_not_taken_for_contactless() {
        let contact = [&[0x3B, 0x6D, 0, 0][..], &[0; 13]].concat();
        assert!(!is_contactless(&contact));
        assert!(is_contactless(&[0x3B, 0x85, 0x80, 0x01, 1, 2, 3, 4, 5, 0]));
    }
}
