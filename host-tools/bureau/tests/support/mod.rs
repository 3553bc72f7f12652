//! Blank simulated cards for the bureau's tests.

use ssc_simulator::{Identity, Interface, SimulatedCard};

/// A blank card with this serial.
pub fn blank(serial: u64) -> SimulatedCard {
    let [_, _, serial @ ..] = serial.to_be_bytes();
    SimulatedCard::blank(&Identity::from_serial(serial), Interface::ContactT0).unwrap()
}
