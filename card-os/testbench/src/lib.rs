//! What the card's tests and its fuzzer share: a card in this process, a small hand-made file system on it,
//! and the terminal's and the issuer's side of the cryptography, written over the bare cipher crates so
//! that nothing of the card under test makes an expected value. All data here is synthetic.

pub mod ciphers;
pub mod fuzz;
pub mod handmade;
pub mod handmade_certificates;
pub mod handmade_sam;
pub mod host;
mod objects;
pub mod statuses;

pub use objects::{
    Objects, is_card_key, is_content, is_counter, is_key_counter, is_sam_key, objects, slots,
};

use std::cell::RefCell;
use std::collections::VecDeque;

use apdu_specs::Status;
use card_os::{Card, Identity, Interface, PlainChip, Response};
use rand_core::{TryCryptoRng, TryRng};
use simulated_flash::SimulatedFlash;

/// 64 kB in pages of 2 kB.
pub type Flash = SimulatedFlash<2048, 8>;

/// The test cards' chip.
pub type Chip = PlainChip<Flash, Counting>;

/// The serial of the test cards, so their ATR is `3B6D0000` `00000000018 6FF` `A1A2A3A4A5A6`.
pub const SERIAL: [u8; 6] = [0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6];

/// A random source that everyone can foresee: 01 02 03 … FF 00 01 …, or what [`TestCard::next_random`] has put before that.
pub struct Counting(u8);

thread_local! {
    static NEXT: RefCell<VecDeque<u8>> = const { RefCell::new(VecDeque::new()) };
}

impl TryRng for Counting {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            *byte = NEXT
                .with_borrow_mut(VecDeque::pop_front)
                .unwrap_or_else(|| {
                    self.0 = self.0.wrapping_add(1);
                    self.0
                });
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

/// Bytes of hexadecimal digits; spaces do not count.
pub fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| (byte as char).to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    assert!(digits.len().is_multiple_of(2), "half a byte");
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// Hexadecimal digits of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// An answer of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub data: Vec<u8>,
    pub sw: u16,
}

impl Answer {
    fn of(response: &[u8]) -> Self {
        let (data, sw) = response
            .split_last_chunk::<2>()
            .expect("an answer has at least its status word");
        Self {
            data: data.to_vec(),
            sw: u16::from_be_bytes(*sw),
        }
    }
}

/// A card in this process, active on one interface.
pub struct TestCard {
    os: Card<Chip>,
    pub interface: Interface,
    before: statuses::Before,
}

impl TestCard {
    /// Powers a chip with this flash.
    pub fn with_flash(flash: Flash, interface: Interface) -> Self {
        let mut os = Card::<Chip>::new(flash, Counting(0));
        os.power_on(interface).expect("nothing else is active");
        Self {
            os,
            interface,
            before: statuses::Before::default(),
        }
    }

    /// As it leaves manufacture.
    pub fn blank(interface: Interface) -> Self {
        Self::with_flash(blank_flash(), interface)
    }

    /// With the hand-made file system, SECURED.
    pub fn personalized(interface: Interface) -> Self {
        Self::with_flash(handmade::flash(true), interface)
    }

    /// The hand-made PSAM, SECURED.
    pub fn psam(interface: Interface) -> Self {
        Self::with_flash(handmade_sam::flash(), interface)
    }

    /// With the hand-made file system, still open for its issuer.
    pub fn unsecured(interface: Interface) -> Self {
        Self::with_flash(handmade::flash(false), interface)
    }

    /// What the card's random source gives next, before it counts on.
    pub fn next_random(&mut self, bytes: &[u8]) {
        NEXT.with_borrow_mut(|next| next.extend(bytes));
    }

    /// One command as bytes.
    /// What it answers must be listed in the command's row.
    #[track_caller]
    pub fn send(&mut self, command: &[u8]) -> Answer {
        let application = self.os.application();
        let mut response = Response::new();
        self.os.transmit(command, &mut response);
        let answer = Answer::of(&response);
        statuses::judge(&mut self.before, application, command, Status(answer.sw));
        answer
    }

    /// One command, with GET RESPONSE where T=0 asks for it.
    pub fn exchange(&mut self, command: &[u8]) -> Answer {
        let answer = self.send(command);
        match answer.sw.to_be_bytes() {
            [0x61, length] => self.send(&[0x00, 0xC0, 0x00, 0x00, length]),
            _ => answer,
        }
    }

    /// One command, and exactly this answer: data and status word as hexadecimal digits.
    #[track_caller]
    pub fn expect(&mut self, command: &str, answer: &str) {
        let got = self.send(&hex(command));
        let mut bytes = got.data.clone();
        bytes.extend(got.sw.to_be_bytes());
        assert_eq!(
            to_hex(&bytes),
            to_hex(&hex(answer)),
            "the answer to {command} on {:?}",
            self.interface
        );
    }

    /// A command that succeeds; its data.
    #[track_caller]
    pub fn ok(&mut self, command: &str) -> Vec<u8> {
        let answer = self.exchange(&hex(command));
        assert_eq!(
            answer.sw, 0x9000,
            "the status word of {command} on {:?}",
            self.interface
        );
        answer.data
    }

    /// Reset on the same interface.
    pub fn reset(&mut self) {
        self.os.power_on(self.interface).expect("it is the same");
    }

    /// Off, and on again on another interface.
    pub fn switch(&mut self, interface: Interface) {
        self.os.power_off();
        self.interface = interface;
        self.reset();
    }

    /// The chip itself.
    pub fn os(&mut self) -> &mut Card<Chip> {
        &mut self.os
    }

    /// The flash with all power gone, and its contents.
    pub fn into_flash(self) -> Flash {
        let mut flash = self.os.into_flash();
        flash.power_on();
        flash
    }

    /// Power lost and given again: only the flash is left.
    pub fn power_cycle(self) -> Self {
        let interface = self.interface;
        Self::with_flash(self.into_flash(), interface)
    }

    /// Flash operations so far: unchanged means nothing was written.
    pub fn writes(&self) -> u64 {
        self.os.flash().operations()
    }

    /// All that survives power-off.
    pub fn objects(&self) -> Objects {
        objects(self.os.flash())
    }
}

/// A blank card's flash.
pub fn blank_flash() -> Flash {
    Card::<Chip>::manufacture(Flash::new(32), &Identity::from_serial(SERIAL))
        .map_err(|(error, _)| error)
        .expect("the flash is large enough")
}
