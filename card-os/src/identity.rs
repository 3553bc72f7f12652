//! What tells one card from another: its historical bytes, and the answers that carry them.

use apdu_specs::atr::{
    ATR_LENGTH, ATR_PREFIX, ATS_PREFIX, CARD_FACTOR_LENGTH, HISTORICAL_BYTES, MAKER,
};

use apdu_specs::Interface;

/// An answer to reset, or an ATS on the contactless interface.
pub type Atr = heapless::Vec<u8, 24>;

/// The 13 historical bytes, set once at manufacture; the last 8 are unique and diversify every key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    historical: [u8; HISTORICAL_BYTES],
}

impl Identity {
    /// Our maker's bytes with a serial of 6 bytes.
    pub fn from_serial(serial: [u8; 6]) -> Self {
        let mut historical = [0; HISTORICAL_BYTES];
        for (byte, value) in historical.iter_mut().zip(MAKER.iter().chain(&serial)) {
            *byte = *value;
        }
        Self { historical }
    }

    /// All 13 bytes, as a chip maker would set them.
    pub const fn from_historical(historical: [u8; HISTORICAL_BYTES]) -> Self {
        Self { historical }
    }

    /// The historical bytes.
    pub const fn historical(&self) -> &[u8; HISTORICAL_BYTES] {
        &self.historical
    }

    /// The last 8 historical bytes: the card's diversification factor.
    pub fn card_factor(&self) -> [u8; CARD_FACTOR_LENGTH] {
        self.historical
            .last_chunk()
            .copied()
            .unwrap_or([0; CARD_FACTOR_LENGTH])
    }

    /// What the card answers to reset on `interface`. T=1 is not offered in the ATR (LD/T 32.2 knows
    /// T=0 only); a link that speaks it carries the same bytes.
    pub fn answer(&self, interface: Interface) -> Atr {
        let prefix: &[u8] = match interface {
            Interface::T0 | Interface::T1 => &ATR_PREFIX,
            Interface::Contactless => &ATS_PREFIX,
        };
        const { assert!(ATR_LENGTH <= 24 && ATS_PREFIX.len() + HISTORICAL_BYTES <= 24) };
        // Not collected: that would link the panic of a vector that is too small.
        let mut answer = Atr::new();
        let _ = answer.extend_from_slice(prefix);
        let _ = answer.extend_from_slice(&self.historical);
        answer
    }
}
