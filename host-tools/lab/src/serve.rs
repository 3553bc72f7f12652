//! A card of the firmware on PC/SC.

use std::path::Path;

use ssc_reader::Card;
use ssc_simulator::firmware::{Firmware, FirmwareCard, MachineOptions, Memory};
use ssc_simulator::vpcd::{self, Eject, SlotEvent};
use ssc_simulator::{Identity, Interface, Serials};

use crate::Failure;

/// `[--port N] [--memory FILE]`
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (mut port, mut path) = (vpcd::DEFAULT_PORT, None);
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--port" => port = value.parse()?,
            "--memory" => path = Some(Path::new(value)),
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let identity = Identity::from_serial(Serials::random()?.next().unwrap_or_default());
    let memory = match path {
        Some(path) if path.exists() => Memory::open(path)?,
        Some(path) => Memory::create(path, &identity)?,
        None => Memory::temporary(&identity)?,
    };
    let firmware = Firmware::find()?;
    let options = MachineOptions::default();
    let mut card = FirmwareCard::power(&firmware, memory, Interface::T0, options)?;
    let atr = hex::encode_upper(card.atr());
    vpcd::serve(&mut card, port, &Eject::default(), |event| match event {
        SlotEvent::Inserted => {
            println!("the microcontroller's card {atr} lies in the reader; Ctrl-C takes it out")
        }
        SlotEvent::ReaderGone => println!("pcscd has ended; the card waits"),
    })?;
    Ok(())
}
