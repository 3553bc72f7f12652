//! The firmware's card, and the reader in which it lies.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use card_os::{Identity, Interface};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Reader, ReaderError};

use super::machine::{Machine, MachineOptions, PowerSwitch};
use super::memory::Memory;
use super::{Firmware, FirmwareError, FirmwareFault};
use crate::Serials;
use crate::in_process::atr_of_contactless;

/// The name by which `--reader` chooses the firmware.
pub const READER_NAME: &str = "firmware";

/// How long the card may be silent: a hundred times what its longest command takes in the emulator.
const ANSWER: Duration = Duration::from_secs(20);

/// More than the emulator takes to give the card the bytes of one command.
const TAKEN: Duration = Duration::from_millis(20);

/// Controls of the link, see `card-os/firmware/src/link.rs`.
const ANSWER_TO_RESET: u8 = 0x04;
const RESET_T0: u8 = 0x10;
const RESET_T1: u8 = 0x11;
const RESET_CONTACTLESS: u8 = 0x12;
const TICKS: u8 = 0x20;

/// A card that is a microcontroller in QEMU. Dropped, it loses its power.
#[derive(Debug)]
pub struct FirmwareCard {
    line: UnixStream,
    interface: Interface,
    atr: Vec<u8>,
    machine: Machine,
}

impl FirmwareCard {
    /// Powers the chip with this memory.
    ///
    /// # Errors
    /// No QEMU, or a firmware that does not answer.
    pub fn power(
        firmware: &Firmware,
        memory: Memory,
        interface: Interface,
        options: MachineOptions,
    ) -> Result<Self, FirmwareError> {
        let (machine, line) = Machine::start(firmware, memory, options)?;
        let mut card = Self {
            line,
            interface,
            atr: Vec::new(),
            machine,
        };
        match card.line.set_read_timeout(Some(ANSWER)) {
            Err(error) => Err(FirmwareFault::Io(error).of(firmware.path())),
            Ok(()) => match card.reset() {
                Ok(()) if !card.atr.is_empty() => Ok(card),
                _ => Err(FirmwareFault::Mute.of(firmware.path())),
            },
        }
    }

    /// Its flash as it is now.
    ///
    /// # Errors
    /// The memory's file cannot be read.
    pub fn flash(&self) -> Result<Vec<u8>, FirmwareError> {
        self.machine.flash()
    }

    /// What cuts its power from another thread.
    #[must_use]
    pub fn power_switch(&self) -> PowerSwitch {
        self.machine.switch()
    }

    /// Cuts its power now and gives the memory back, as it is at this instruction.
    #[must_use]
    pub fn cut_power(self) -> Option<Memory> {
        self.machine.cut()
    }

    /// As [`Card::transmit`], with a moment's rest before the last byte, then `at_last`: from there on the card works on the command
    /// and waits for nothing.
    ///
    /// # Errors
    /// As [`Card::transmit`].
    pub fn transmit_at_last(
        &mut self,
        command: &[u8],
        at_last: impl FnOnce(),
    ) -> Result<Vec<u8>, ReaderError> {
        let length = u16::try_from(command.len()).unwrap_or(u16::MAX);
        let Some((last, first)) = command.split_last() else {
            return self.transmit(command);
        };
        self.write(&[&length.to_be_bytes()[..], first].concat())?;
        std::thread::sleep(TAKEN);
        at_last();
        self.write(&[*last])?;
        self.receive()
    }

    /// Ticks of 40 ns that the last command took, where the firmware was built with the feature `measure`; with
    /// [`MachineOptions::counted`], 3.2 for each instruction.
    ///
    /// # Errors
    /// The firmware does not answer: it does not measure.
    pub fn ticks(&mut self) -> Result<u32, ReaderError> {
        self.send(&[TICKS])?;
        let answer = self.receive()?;
        let ticks = answer.first_chunk().copied().map(u32::from_be_bytes);
        ticks.ok_or_else(|| ReaderError::MalformedAnswer {
            detail: "ticks".into(),
        })
    }

    /// Waits until the card has done all that it does after its last answer, and waits for a command.
    ///
    /// # Errors
    /// The firmware does not answer.
    pub fn settle(&mut self) -> Result<(), ReaderError> {
        self.send(&[ANSWER_TO_RESET])?;
        self.receive().map(drop)
    }

    /// `length` bytes of the board's memory from `address` on; needs [`MachineOptions::monitor`].
    ///
    /// # Errors
    /// There is no monitor, or it has ended.
    pub fn peek(&mut self, address: u64, length: usize) -> std::io::Result<Vec<u8>> {
        self.machine.peek(address, length)
    }

    /// One write for length and body, in vpcd's framing.
    fn send(&mut self, body: &[u8]) -> Result<(), ReaderError> {
        let length = u16::try_from(body.len()).map_err(|_| ReaderError::MalformedCommand {
            detail: format!("{} bytes", body.len()),
        })?;
        let message = [&length.to_be_bytes()[..], body].concat();
        self.write(&message)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ReaderError> {
        self.line.write_all(bytes).map_err(|error| lost(&error))
    }

    fn receive(&mut self) -> Result<Vec<u8>, ReaderError> {
        let mut length = [0; 2];
        self.line
            .read_exact(&mut length)
            .map_err(|error| lost(&error))?;
        let mut body = vec![0; u16::from_be_bytes(length).into()];
        self.line
            .read_exact(&mut body)
            .map_err(|error| lost(&error))?;
        Ok(body)
    }
}

impl Card for FirmwareCard {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn interface(&self) -> Interface {
        self.interface
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        if command.len() == 1 {
            // The link would take it for a control.
            return Err(ReaderError::MalformedCommand {
                detail: "one byte".into(),
            });
        }
        self.send(command)?;
        let answer = self.receive()?;
        // A memory is the board's to write: the host does not see when.
        self.machine.is_there()?;
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        let control = match self.interface {
            Interface::T0 => RESET_T0,
            Interface::T1 => RESET_T1,
            Interface::Contactless => RESET_CONTACTLESS,
        };
        self.send(&[control])?;
        self.send(&[ANSWER_TO_RESET])?;
        let answer = self.receive()?;
        self.atr = match self.interface {
            Interface::T0 | Interface::T1 => answer,
            Interface::Contactless => atr_of_contactless(&answer),
        };
        Ok(())
    }
}

/// The line broke or is silent.
fn lost(error: &std::io::Error) -> ReaderError {
    let reader = READER_NAME.to_string();
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => ReaderError::Mute { reader },
        _ => ReaderError::CardRemoved { reader },
    }
}

enum Stock {
    Blank {
        serials: Serials,
        folder: Option<PathBuf>,
    },
    Kept(PathBuf),
}

/// A reader whose cards are microcontrollers. Each [`connect`](Reader::connect) powers one.
pub struct FirmwareReader {
    firmware: Firmware,
    stock: Stock,
    interface: Interface,
    options: MachineOptions,
}

impl FirmwareReader {
    /// A reader that finds a new blank card at each connection.
    #[must_use]
    pub fn blank(firmware: Firmware, serials: Serials) -> Self {
        let stock = Stock::Blank {
            serials,
            folder: None,
        };
        Self::with(firmware, stock)
    }

    /// A reader in which the card with this memory lies.
    #[must_use]
    pub fn kept(firmware: Firmware, path: impl Into<PathBuf>) -> Self {
        Self::with(firmware, Stock::Kept(path.into()))
    }

    fn with(firmware: Firmware, stock: Stock) -> Self {
        Self {
            firmware,
            stock,
            interface: Interface::T0,
            options: MachineOptions::default(),
        }
    }

    /// Keeps the memory of each blank card in `folder`, named by its serial (`0123456789AB.sscnvm`).
    #[must_use]
    pub fn keep_in(mut self, folder: impl Into<PathBuf>) -> Self {
        if let Stock::Blank { folder: kept, .. } = &mut self.stock {
            *kept = Some(folder.into());
        }
        self
    }

    /// Talks to the card over this interface instead of T=0.
    #[must_use]
    pub fn over(mut self, interface: Interface) -> Self {
        self.interface = interface;
        self
    }

    /// How the boards run.
    #[must_use]
    pub fn running(mut self, options: MachineOptions) -> Self {
        self.options = options;
        self
    }

    /// As [`Reader::connect`], with what only a firmware card can do.
    ///
    /// # Errors
    /// No QEMU, no image, a memory that cannot be used.
    pub fn power(&mut self) -> Result<FirmwareCard, FirmwareError> {
        let memory = match &mut self.stock {
            Stock::Kept(path) => Memory::open(path)?,
            Stock::Blank { serials, folder } => {
                let serial = serials.next().unwrap_or_default();
                let identity = Identity::from_serial(serial);
                match folder {
                    None => Memory::temporary(&identity)?,
                    Some(folder) => {
                        let name = format!("{}.sscnvm", hex::encode_upper(serial));
                        Memory::create(&folder.join(name), &identity)?
                    }
                }
            }
        };
        FirmwareCard::power(&self.firmware, memory, self.interface, self.options)
    }
}

impl Reader for FirmwareReader {
    fn name(&self) -> &str {
        READER_NAME
    }

    fn connect(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        Ok(Box::new(self.power()?))
    }
}

/// Blank cards, as many as are asked for.
impl Feeder for FirmwareReader {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        self.connect()
    }
}
