//! Where a card's first PIN comes from (`decisions.md`): the batch, the published one of the demo, or a random one;
//! a random PIN goes into a sealed file.

use apdu_specs::keys::PIN_DIGITS;
use zeroize::Zeroizing;

use crate::card_error::CardError;
use ssc_person::FirstPin;

/// The PIN of the demo, published.
pub const DEMO_PIN: &str = "123456";
/// Digits of a random PIN.
const RANDOM_DIGITS: usize = 6;
/// Draws of one PIN, at the most.
const DRAWS: usize = 16;
const _: () = assert!(RANDOM_DIGITS >= *PIN_DIGITS.start() as usize);

/// The rule for rows that bring no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinPolicy {
    /// [`DEMO_PIN`], with demo keys only.
    Demo,
    /// Six random digits.
    Random,
}

impl PinPolicy {
    /// A PIN for a row that brings none.
    ///
    /// # Errors
    /// [`CardError::Internal`] where the system has no random source.
    pub fn pin(self) -> Result<FirstPin, CardError> {
        let refused = |_| CardError::Internal("PIN");
        match self {
            Self::Demo => FirstPin::parse(DEMO_PIN).map_err(refused),
            Self::Random => {
                // One in 100,000 is one digit repeated, which the card would refuse: it is drawn again.
                for _ in 0..DRAWS {
                    if let Ok(pin) = FirstPin::parse(&random_digits()?) {
                        return Ok(pin);
                    }
                }
                Err(CardError::Internal("no random source"))
            }
        }
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
