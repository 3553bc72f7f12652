//! Where a card's first PIN comes from (`decisions.md`): the batch, the published one of the demo, or chance;
//! a PIN by chance goes into a sealed file.

use std::collections::BTreeMap;

use apdu_specs::keys::PIN_DIGITS;
use zeroize::Zeroizing;

use crate::error::CardError;
use ssc_person::{Cardholder, Pin};

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

/// The PINs of an order, one for each valid row of its batch, all drawn before the first card is touched: those made by
/// chance are in their sealed file by then, and no stop of the order can lose them.
#[derive(Default)]
pub struct PinSheet {
    by_line: BTreeMap<usize, Pin>,
    by_chance: Zeroizing<String>,
}

impl PinSheet {
    /// The PIN of the row on `line`.
    pub fn of(&self, line: usize) -> Option<&Pin> {
        self.by_line.get(&line)
    }

    /// Rows of number, card number and PIN, for those that were made by chance; what goes into the sealed file.
    pub fn by_chance(&self) -> &[u8] {
        self.by_chance.as_bytes()
    }

    /// Draws the PIN of one row.
    ///
    /// # Errors
    /// [`CardError::Internal`] where the system has no random source.
    pub(crate) fn draw(
        &mut self,
        line: usize,
        holder: &Cardholder,
        card_number: &str,
        policy: PinPolicy,
    ) -> Result<(), CardError> {
        let (pin, by_chance) = policy.pin(holder)?;
        if by_chance {
            let digits = Zeroizing::new(String::from_utf8_lossy(pin.digits()).into_owned());
            for part in [holder.number.as_str(), ",", card_number, ",", &digits, "\n"] {
                self.by_chance.push_str(part);
            }
        }
        self.by_line.insert(line, pin);
        Ok(())
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
