//! The functions themselves, on text: a card by its reader, a security module by the configuration, then [`ssc_terminal`].

use ssc_reader::commands::ssc;
use std::ffi::c_int;
use std::sync::{Mutex, PoisonError};

use ssc_keys::hsm::Hsm;
use ssc_keys::{KeyError, Vault};
use ssc_keys::{KeyModule, SecurityModule};
use ssc_terminal::hsm::HsmAnswer;
use ssc_terminal::psam::Psam;
use ssc_terminal::{
    Authentication, CardBasic, CardData, Dialogue, FileAddress, TerminalError, TerminalIdentity,
};

use crate::config::Config;
use crate::error::LibraryError;
use crate::modules::{hsm, vault};
use crate::pins::{self, Wanted};
use crate::readers::{self, CardType};

type Answer = Result<String, LibraryError>;

/// What a function with a host security module goes on with: the card, powered, and what the terminal says of itself.
struct Begun {
    session: Dialogue<'static>,
    terminal: TerminalIdentity,
}

/// The function that was begun. A library has one terminal, and a terminal one card at a time.
static BEGUN: Mutex<Option<Begun>> = Mutex::new(None);

/// Does `what` with a card and the configured security module.
fn with_session(
    config: &Config,
    kind: c_int,
    what: impl FnOnce(&mut Dialogue<'_>, &TerminalIdentity) -> Result<String, LibraryError>,
) -> Answer {
    let kind = CardType::of(kind)?;
    end();
    let vault = vault(config)?;
    let hsm = hsm(config)?;
    let trails = [
        vault.as_ref().and_then(Vault::trail).cloned(),
        hsm.as_ref().and_then(Hsm::trail).cloned(),
    ];
    let answer = with_keys(config, kind, vault.as_ref(), hsm, what);
    for trail in trails.iter().flatten() {
        trail.close(answer.is_ok()).map_err(KeyError::from)?;
    }
    answer
}

fn with_keys(
    config: &Config,
    kind: CardType,
    vault: Option<&Vault>,
    hsm: Option<Hsm>,
    what: impl FnOnce(&mut Dialogue<'_>, &TerminalIdentity) -> Result<String, LibraryError>,
) -> Answer {
    let (card, sam): (_, Option<Box<dyn SecurityModule>>) = match (&config.psam, hsm, vault) {
        (Some(name), ..) => {
            let [card, psam] = readers::card_and_psam(config, kind, name)?;
            (card, Some(Box::new(Psam::open(psam)?)))
        }
        (None, Some(hsm), _) => (readers::card(config, kind)?, Some(Box::new(hsm))),
        (None, None, Some(vault)) => {
            let module = KeyModule::new(vault);
            (readers::card(config, kind)?, Some(Box::new(module)))
        }
        (None, None, None) => (readers::card(config, kind)?, None),
    };
    let mut session = Dialogue::with_module(card, sam)?;
    if let Some(version) = config.key_version {
        session.use_key_version(version)?;
    }
    let terminal = TerminalIdentity {
        terminal: session.terminal_identifier()?,
        device: config.device.clone(),
    };
    what(&mut session, &terminal)
}

/// Begins a function with a host security module: the card stays powered, and the terminal has no keys.
fn begin(
    config: &Config,
    kind: c_int,
    info: Option<&str>,
    what: impl FnOnce(&mut Dialogue<'static>, &TerminalIdentity) -> Answer,
) -> Answer {
    let kind = CardType::of(kind)?;
    end();
    let mut session = Dialogue::with_module(readers::card(config, kind)?, None)?;
    let terminal = TerminalIdentity {
        terminal: String::new(),
        device: config.device.clone(),
    };
    if let Some(info) = info {
        expect(&mut session, info)?;
    }
    let answer = what(&mut session, &terminal)?;
    *begun() = Some(Begun { session, terminal });
    Ok(answer)
}

/// The next step of what was begun. An error ends it, and so does the last step.
fn go_on(last: bool, what: impl FnOnce(&mut Begun) -> Answer) -> Answer {
    let mut held = begun();
    let answer = match held.as_mut() {
        Some(begun) => what(begun),
        None => Err(TerminalError::StepOrder.into()),
    };
    if last || answer.is_err() {
        *held = None;
    }
    answer
}

fn begun() -> std::sync::MutexGuard<'static, Option<Begun>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets go of a card that a function with a host security module holds.
pub fn end() {
    *begun() = None;
}

/// pCardInfo: identification code|card number|, as iReadCardBas gave them.
fn expect(session: &mut Dialogue<'_>, info: &str) -> Result<(), LibraryError> {
    let mut parts = info.split('|');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(code), Some(number), Some(""), None) if code.len() == 32 => {
            Ok(session.expect_card(code, number)?)
        }
        _ => Err(LibraryError::CardInfo),
    }
}

/// The line of basic data, its last item followed by `|` as all others (C).
fn line(basic: &CardBasic) -> String {
    basic.to_line() + "|"
}

pub fn read_card_basic(config: &Config, card: c_int) -> Answer {
    with_session(config, card, |session, terminal| {
        if session.has_module() {
            session.require_genuine()?;
        } else {
            // LD/T 33: the card is authenticated in any case, so a terminal without keys asks for a host security module.
            return Err(TerminalError::NoKeys { key: "SSSE/IRK" }.into());
        }
        Ok(line(&session.read_card_basic(terminal)?))
    })
}

pub fn read_card_basic_step1(config: &Config, card: c_int) -> Answer {
    begin(config, card, None, |session, terminal| {
        let request = session.read_card_basic_hsm_step1(terminal)?;
        Ok(request.to_line().to_owned())
    })
}

pub fn read_card_basic_step2(key: &str) -> Answer {
    go_on(true, |begun| {
        let basic = begun
            .session
            .read_card_basic_hsm_step2(key, &begun.terminal)?;
        Ok(line(&basic))
    })
}

pub fn read_card(config: &Config, card: c_int, by: c_int, info: &str, address: &str) -> Answer {
    let address = FileAddress::parse(address)?;
    let pin = match by {
        1 => Some(pins::get(config, Wanted::Current)?),
        2 => None,
        _ => return Err(LibraryError::AuthenticationType),
    };
    let by = pin
        .as_ref()
        .map_or(Authentication::Key, Authentication::Pin);
    with_session(config, card, |session, _| {
        expect(session, info)?;
        Ok(session.read_card(&address, by)?.to_line())
    })
}

pub fn read_card_step1(config: &Config, card: c_int, info: &str, address: &str) -> Answer {
    let address = FileAddress::parse(address)?;
    begin(config, card, Some(info), |session, _| {
        Ok(session.read_card_hsm_step1(&address)?.to_line())
    })
}

pub fn read_card_step2(key: &str) -> Answer {
    go_on(true, |begun| {
        let answer = HsmAnswer::parse(key)?;
        Ok(begun.session.read_card_hsm_step2(&answer)?.to_line())
    })
}

pub fn write_card(config: &Config, card: c_int, info: &str, address: &str, data: &str) -> Answer {
    let address = FileAddress::parse(address)?;
    let data = CardData::parse(data, &address)?;
    with_session(config, card, |session, _| {
        expect(session, info)?;
        session.write_card(&address, &data)?;
        Ok(String::new())
    })
}

pub fn write_card_step1(config: &Config, card: c_int, info: &str, address: &str) -> Answer {
    let address = FileAddress::parse(address)?;
    begin(config, card, Some(info), |session, _| {
        Ok(session.write_card_hsm_step1(&address)?.to_line())
    })
}

pub fn write_card_step2(key: &str, data: &str) -> Answer {
    go_on(true, |begun| {
        let answer = HsmAnswer::parse(key)?;
        begun.session.write_card_hsm_step2(&answer, data)?;
        Ok(String::new())
    })
}

pub fn verify_pin(config: &Config, card: c_int) -> Answer {
    CardType::of(card)?;
    let pin = pins::get(config, Wanted::Current)?;
    with_session(config, card, |session, _| {
        session.verify_pin(&pin)?;
        Ok(String::new())
    })
}

pub fn change_pin(config: &Config, card: c_int) -> Answer {
    CardType::of(card)?;
    let old = pins::get(config, Wanted::Current)?;
    let new = pins::get(config, Wanted::New)?;
    with_session(config, card, |session, _| {
        session.change_pin(&old, &new)?;
        Ok(String::new())
    })
}

pub fn reload_pin(config: &Config, card: c_int, info: &str) -> Answer {
    with_session(config, card, |session, _| {
        expect(session, info)?;
        if !session.has_module() {
            return Err(TerminalError::NoKeys { key: "SSSE/PUK" }.into());
        }
        session.reload_pin(&pins::get(config, Wanted::New)?)?;
        Ok(String::new())
    })
}

pub fn reload_pin_step1(config: &Config, card: c_int, info: &str) -> Answer {
    begin(config, card, Some(info), |session, _| {
        let new = pins::get(config, Wanted::New)?;
        Ok(session.reload_pin_hsm_step1(&new)?.to_line())
    })
}

pub fn reload_pin_step2(key: &str) -> Answer {
    go_on(false, |begun| {
        let answer = HsmAnswer::parse(key)?;
        let command = begun.session.reload_pin_hsm_step2(&answer)?;
        Ok(command.to_line().to_string())
    })
}

pub fn reload_pin_step3(key: &str) -> Answer {
    go_on(true, |begun| {
        begun.session.reload_pin_hsm_step3(&command_data(key)?)?;
        Ok(String::new())
    })
}

pub fn unblock_pin(config: &Config, card: c_int, info: &str) -> Answer {
    with_session(config, card, |session, _| {
        expect(session, info)?;
        session.unblock_pin()?;
        Ok(String::new())
    })
}

pub fn unblock_pin_step1(config: &Config, card: c_int, info: &str) -> Answer {
    begin(config, card, Some(info), |session, _| {
        Ok(session.unblock_pin_hsm_step1()?.to_line())
    })
}

pub fn unblock_pin_step2(key: &str) -> Answer {
    go_on(false, |begun| {
        let answer = HsmAnswer::parse(key)?;
        let command = begun.session.unblock_pin_hsm_step2(&answer)?;
        Ok(command.to_line().to_string())
    })
}

pub fn unblock_pin_step3(key: &str) -> Answer {
    go_on(true, |begun| {
        begun.session.unblock_pin_hsm_step3(&command_data(key)?)?;
        Ok(String::new())
    })
}

/// The data field of PIN RELOAD or PIN UNBLOCK in hexadecimal. Some services give the whole command, with its header (S).
fn command_data(key: &str) -> Result<Vec<u8>, LibraryError> {
    const HEADER: usize = 5;
    let bytes = hex::decode(key.strip_suffix('|').unwrap_or(key)).ok();
    let bytes = bytes.ok_or(TerminalError::HsmAnswer {
        expected: "data field in hex",
    })?;
    let [cla, ins, p1, _] = ssc::pin_reload(&[]).header();
    Ok(match bytes.split_first_chunk::<HEADER>() {
        Some((&[first, second, third, _, lc], data))
            if [first, second, third] == [cla, ins, p1] && usize::from(lc) == data.len() =>
        {
            data.to_vec()
        }
        _ => bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::command_data;

    #[test]
    fn a_data_field_with_or_without_its_header() {
        let of = |text: &str| command_data(text).ok().map(hex::encode_upper);
        assert_eq!(of("01020304").as_deref(), Some("01020304"));
        assert_eq!(of("842400000401020304|").as_deref(), Some("01020304"));
        // A block that happens to begin like a header is one where the length does not fit.
        assert_eq!(
            of("842400010401020304FF").as_deref(),
            Some("842400010401020304FF")
        );
        assert_eq!(of("0102030"), None);
        assert_eq!(of("zz"), None);
    }
}
