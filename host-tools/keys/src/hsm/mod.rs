//! Master keys in a host security module (加密机), over PKCS#11.
//!
//! The roots of the 3DES hierarchy lie in a token as two-key triple DES keys that cannot be read (`CKA_SENSITIVE`, not
//! `CKA_EXTRACTABLE`). Each key below them (province, city, card, session) is derived inside the token as an object of the session,
//! used, and destroyed:
//!
//! | step | mechanism | data |
//! |---|---|---|
//! | root → province → city → card | `CKM_DES3_ECB_ENCRYPT_DATA` | f ‖ NOT f |
//! | card → session | `CKM_DES3_ECB_ENCRYPT_DATA` | factor ‖ factor |
//! | cryptogram, encipherment | `CKM_DES3_ECB` | one block |
//! | MAC | `CKM_DES3_CBC`, initial value zero | padded; the last block's first 4 bytes |
//!
//! The session key of the card is a single DES key; twice the same half makes a triple DES key that computes as it does, since
//! E D E with one key is E. Only these doubled keys may encipher: a root, or a card key, that could would give away the key under
//! it, which is an encipherment of public data.
//!
//! Each use is a line in an audit log ([`Hsm::open_audited`]): with which root keys, and for how many cards.
//!
//! For issuing ([`HsmKeys`]) the key of a city may encipher, so that the token gives the keys that go into cards; the issuer's keys of a
//! card and the keys over data keys are AES-CMACs under a root that can do nothing else.
//!
//! What a token does not stop: whoever has its PIN can ask for a derived key that may be read. The root stays inside all the same.
//!
//! SM4 has no mechanism in PKCS#11, and SoftHSM has none of its own: cards of generation 3.00 are refused ([`HsmError::NoSm4`]), unless a
//! configuration names the numbers of the token's maker ([`HsmConfig`]); then the token issues them too. Terminals ask it for 3DES alone.

mod compute;
mod error;
mod keeper;
mod load;
mod login;
mod mechanism;
mod module;
mod sm4;

use std::path::{Path, PathBuf};

use cryptoki::error::Error;
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::Slot;

use crate::audit::{AuditLog, Trail};

pub use compute::CardKeyName;
pub use error::HsmError;
pub use keeper::HsmKeys;
pub use load::{HsmKey, Loaded};
pub use login::{Login, PinTries, pin_tries};
pub use module::{Token, tokens};
pub use sm4::{HsmConfig, Sm4Mechanisms};

/// Label of the object that marks a token whose roots are published.
const DEMO_MARK: &[u8] = b"SSC: published demonstration roots";

/// What the audit log calls a token.
const TOKEN: &str = "token";

/// Which token of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenChoice {
    /// The only one.
    Only,
    /// The one with this label.
    Label(String),
    /// The one in this slot.
    Slot(u64),
}

/// A token of a host security module, logged in to. Dropped, it is logged out of.
pub struct Hsm {
    session: Session,
    slot: Slot,
    module: PathBuf,
    label: String,
    serial: String,
    demo: bool,
    /// How it does SM4, if it does.
    sm4: Option<Sm4Mechanisms>,
    /// Where its use is written down.
    trail: Option<Trail>,
}

impl Hsm {
    /// Logs in to a token of the PKCS#11 module in the file `module`. The PIN is the token's user PIN; it is tried once.
    ///
    /// # Errors
    /// No such module or token; a wrong or blocked PIN; [`HsmError::LastTry`]; a token without the mechanisms of this work.
    pub fn open<'p>(
        module: &Path,
        token: &TokenChoice,
        login: impl Into<Login<'p>>,
    ) -> Result<Self, HsmError> {
        let context = module::loaded(module)?;
        let (slot, label) = module::find(&context, module, token)?;
        let refused = |error| HsmError::of(error, &label);
        // Roots are made in a session that may write.
        let session = context.open_rw_session(slot).map_err(refused)?;
        login::login(&context, &session, slot, &label, login.into())?;
        for mechanism in mechanism::NEEDED {
            if context.get_mechanism_info(slot, mechanism()).is_err() {
                return Err(HsmError::NoMechanism {
                    token: label,
                    mechanism: mechanism().to_string(),
                });
            }
        }
        let mut hsm = Self {
            session,
            slot,
            module: module.into(),
            label,
            serial: context.get_token_info(slot).map_or_else(
                |_| String::new(),
                |token| token.serial_number().trim().to_owned(),
            ),
            demo: false,
            sm4: None,
            trail: None,
        };
        let mark = [
            Attribute::Class(ObjectClass::DATA),
            Attribute::Label(DEMO_MARK.to_vec()),
        ];
        hsm.demo = !hsm.find(&mark)?.is_empty();
        Ok(hsm)
    }

    /// As [`open`](Self::open), for `command` (such as `verify`), and its use is written into `log`, or into the token's own log where
    /// none is given ([`AuditLog::of_token`]): a line now, and one when the [`Trail`] is closed or the token and every clone of the
    /// trail are dropped. The use of published keys leaves no lines.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`HsmError::Audit`] if the log cannot be written: then the token is not used.
    pub fn open_audited<'p>(
        module: &Path,
        token: &TokenChoice,
        login: impl Into<Login<'p>>,
        log: Option<AuditLog>,
        command: &str,
    ) -> Result<Self, HsmError> {
        let context = module::loaded(module)?;
        let (slot, label) = module::find(&context, module, token)?;
        let refused = |error| HsmError::of(error, &label);
        let serial = context.get_token_info(slot).map_err(refused)?;
        let log = match log {
            Some(log) => log,
            None => AuditLog::of_token(&label, serial.serial_number())?,
        };
        let mut hsm = Self::open(module, token, login).inspect_err(|error| {
            if matches!(
                error,
                HsmError::WrongPin { .. } | HsmError::PinLocked { .. }
            ) {
                Trail::refused(&log, command, TOKEN, &label);
            }
        })?;
        if !hsm.demo {
            log.make_folder()?;
            hsm.trail = Some(Trail::begin(log, command, TOKEN, &hsm.label, None)?);
            hsm.note("serial", &hsm.serial);
        }
        Ok(hsm)
    }

    /// Where the use of this token is written down; `None` for published keys, and for a token that was not opened with a log.
    #[must_use]
    pub fn trail(&self) -> Option<&Trail> {
        self.trail.as_ref()
    }

    fn note(&self, name: &str, value: &str) {
        if let Some(trail) = &self.trail {
            trail.note(name, value.into());
        }
    }

    /// The same token in one more session: a session computes one thing at a time, so each head has its own. The token is logged in to
    /// already, and nothing is asked.
    ///
    /// # Errors
    /// The token has no more sessions.
    pub fn another(&self) -> Result<Self, HsmError> {
        let context = module::loaded(&self.module)?;
        let session = context.open_ro_session(self.slot);
        Ok(Self {
            session: session.map_err(|error| self.refused(error))?,
            slot: self.slot,
            module: self.module.clone(),
            label: self.label.clone(),
            serial: self.serial.clone(),
            demo: self.demo,
            sm4: self.sm4,
            trail: self.trail.clone(),
        })
    }

    /// Whether the token makes AES-CMACs, of which the issuer's keys of cards are made.
    fn has_cmac(&self) -> bool {
        module::loaded(&self.module).is_ok_and(|context| {
            let info = context.get_mechanism_info(self.slot, MechanismType::AES_CMAC);
            info.is_ok_and(|info| info.sign())
        })
    }

    /// The token's label.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.label
    }

    /// Whether its roots are the published ones of the demo vault.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    fn find(&self, template: &[Attribute]) -> Result<Vec<ObjectHandle>, HsmError> {
        let found = self.session.find_objects(template);
        found.map_err(|error| self.refused(error))
    }

    fn refused(&self, error: Error) -> HsmError {
        HsmError::of(error, &self.label)
    }
}

impl std::fmt::Debug for Hsm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hsm")
            .field("module", &self.module)
            .field("slot", &self.slot)
            .field("token", &self.label)
            .field("serial", &self.serial)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}
