//! A card of this project in this process, behind the reader trait.

use card_os::{Card as Os, Identity, Interface, Response};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use simulated_flash::SimulatedFlash;
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Protocol, ReaderError};

type Flash = SimulatedFlash<2048, 8>;

pub struct Local {
    os: Os<Flash, ChaCha12Rng>,
    atr: Vec<u8>,
}

impl Local {
    pub fn blank(serial: u64) -> Self {
        let [_, _, serial @ ..] = serial.to_be_bytes();
        let flash = Flash::new(32);
        let flash = Os::<_, ChaCha12Rng>::manufacture(flash, &Identity::from_serial(serial))
            .map_err(|(error, _)| error)
            .unwrap();
        let mut os = Os::new(flash, ChaCha12Rng::seed_from_u64(1));
        let atr = os.power_on(Interface::ContactT0).unwrap().to_vec();
        Self { os, atr }
    }
}

impl Card for Local {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut response = Response::new();
        self.os.transmit(command, &mut response);
        Ok(response.to_vec())
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.os.power_on(Interface::ContactT0).unwrap();
        Ok(())
    }
}

/// Blank cards, numbered on from 1.
pub struct Blanks(pub u64);

impl Feeder for Blanks {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.0 += 1;
        Ok(Box::new(Local::blank(self.0)))
    }
}
