//! Where a card's first PIN comes from (`decisions.md`): the batch, the published one of the demo, or chance;
//! a PIN by chance goes into a sealed file.

use apdu_specs::keys::PIN_DIGITS;
use zeroize::Zeroizing;

use crate::error::CardError;
use crate::person::{Cardholder, Pin};

/// The PIN of the demo, published.
pub const DEMO_PIN: &str = "123456";
/// Digits of a PIN by chance.
const RANDOM_DIGITS: usize = 6;
const _: () = assert!(RANDOM_DIGITS >= *PIN_DIGITS.start() as usize);

/// The rule for rows that bring no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinPolicy {
    /// [`DEMO_PIN`], with demo keys only.
    Demo,
    /// Six random digits.
    Random,
}

/// PINs that were made by chance, for the sealed file: CSV of number, card number and PIN.
#[derive(Default)]
pub struct SecretPins {
    csv: Zeroizing<String>,
}

impl SecretPins {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.csv.is_empty()
    }

    /// The file's contents, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        self.csv.as_bytes()
    }

    /// Adds the PIN of an issued card.
    pub fn add(&mut self, holder: &Cardholder, card_number: &str, pin: &Pin) {
        let digits = Zeroizing::new(String::from_utf8_lossy(pin.digits()).into_owned());
        for part in [
            holder.number.as_str(),
            ",",
            card_number,
            ",",
            digits.as_str(),
            "\n",
        ] {
            self.csv.push_str(part);
        }
    }
}

impl PinPolicy {
    /// The PIN of `holder`, and whether it was made by chance.
    ///
    /// # Errors
    /// [`CardError::Internal`] where the system has no random source.
    pub fn pin(self, holder: &Cardholder) -> Result<(Pin, bool), CardError> {
        if let Some(pin) = &holder.pin {
            return Ok((pin.clone(), false));
        }
        let (digits, by_chance) = match self {
            Self::Demo => (Zeroizing::new(DEMO_PIN.to_owned()), false),
            Self::Random => (random_digits()?, true),
        };
        let pin = Pin::parse(&digits).map_err(|_| CardError::Internal("PIN"))?;
        Ok((pin, by_chance))
    }
}

/// Six digits, each equally likely: bytes from 250 on are thrown away.
fn random_digits() -> Result<Zeroizing<String>, CardError> {
    let mut digits = Zeroizing::new(String::with_capacity(RANDOM_DIGITS));
    while digits.len() < RANDOM_DIGITS {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(|_| CardError::Internal("no random source"))?;
        if byte[0] < 250 {
            digits.push(char::from(b'0' + byte[0] % 10));
        }
    }
    Ok(digits)
}
