//! The random PINs of a job, out of the register.

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use zeroize::Zeroizing;

use super::{Decided, each_decided};
use crate::register::{JobRecord, Register, RegisterError};
use crate::sealing::{Sealing, SealingError};

/// Why the PINs cannot be listed.
#[derive(Debug)]
pub enum PinListError {
    /// The register.
    Register(RegisterError),
    /// What is decided does not open.
    Sealing(SealingError),
}

impl From<RegisterError> for PinListError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<SealingError> for PinListError {
    fn from(error: SealingError) -> Self {
        Self::Sealing(error)
    }
}

impl Bilingual for PinListError {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Register(error) => error.say(lang),
            Self::Sealing(error) => error.say(lang),
        }
    }
}

impl Kind for PinListError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Register(error) => error.kind(),
            Self::Sealing(error) => error.kind(),
        }
    }
}

/// Rows of number, card number and PIN, for the PINs that chance has made.
///
/// # Errors
/// [`PinListError`].
pub fn random_pins(
    register: &Register,
    job: &JobRecord,
    sealing: &Sealing,
) -> Result<Zeroizing<String>, PinListError> {
    let mut rows = Zeroizing::new(String::new());
    each_decided::<PinListError>((register, job.id), sealing, &mut |_, decided| {
        if decided.random_pin {
            note(&mut rows, decided);
        }
        Ok(())
    })?;
    Ok(rows)
}

fn note(rows: &mut Zeroizing<String>, decided: &Decided) {
    let digits = Zeroizing::new(String::from_utf8_lossy(decided.pin.digits()).into_owned());
    let number = decided.holder.number.as_str();
    let card_number = decided.card_number.as_str();
    for part in [number, ",", card_number, ",", &digits, "\n"] {
        rows.push_str(part);
    }
}
