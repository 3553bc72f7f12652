//! QEMU's `mps2-an386`: an ARM MPS2 board with a Cortex-M4.
//!
//! - Line: UART0 (CMSDK APB UART).
//! - Flash: 128 kB of the board's PSRAM at 21000000, which QEMU keeps in a file. What is written there survives
//!   `kill -9` of the emulator at any instruction: a power cut. This driver gives it the rules of real flash.
//! - Random source: **QEMU has none on this machine.** The host puts 32 random bytes behind the flash before each start; the
//!   board replaces them by output of the generator at once, as a system keeps its seed over a reboot. A real board must
//!   give the output of its own tested random source in [`Seed`] instead, and keep nothing.
//! - Manufacture: an order of the host behind the flash, where a chip maker would use a test mode that is then fused off.
//!
//! Behind the flash, at 21020000, in the byte order of the chip (little-endian) where it is a number:
//!
//! | at | bytes | |
//! |---|---|---|
//! | 0 | 8 | `SSCNVM` 00 01; the board stays mute without it |
//! | 8 | 4 | 0 nothing to do, 1 make a blank card if all flash is erased, 2 begun (the board's mark) |
//! | 12 | 13 | historical bytes of the card to make |
//! | 28 | 4 | how often the board has started; when it moves, the line is open |
//! | 32 | 32 | entropy |

use core::ptr::{read_volatile, write_volatile};

use card_os::Identity;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

use super::{Board, ByteLine, Manufacture, Seed, cortex};

const FLASH: usize = 0x2100_0000;
const PAGES: usize = 64;
const PAGE: usize = 2048;
const WORD: usize = 8;

/// Where the stack ends, at the lowest address of RAM (`mps2_an386.x`), and what cortex-m-rt has painted it with.
const STACK_END: usize = 0x2000_0000;
const PAINT: u32 = 0xCCCC_CCCC;

const HOST: usize = FLASH + PAGES * PAGE;
const HOST_MAGIC: [u8; 8] = *b"SSCNVM\x00\x01";
const HOST_ORDER: usize = HOST + 8;
const HOST_HISTORICAL: usize = HOST + 12;
const HOST_STARTS: usize = HOST + 28;
const HOST_ENTROPY: usize = HOST + 32;
const ORDER_NONE: u32 = 0;
const ORDER_GIVEN: u32 = 1;
const ORDER_BEGUN: u32 = 2;

const UART_DATA: usize = 0x4000_4000;
const UART_STATE: usize = 0x4000_4004;
const UART_CONTROL: usize = 0x4000_4008;
const UART_INTERRUPT: usize = 0x4000_400C;
const UART_DIVIDER: usize = 0x4000_4010;
const TX_FULL: u32 = 1;
const RX_FULL: u32 = 2;
/// NVIC: set-enable and clear-pending of interrupts 0 to 31; UART0's receiver is interrupt 0.
const NVIC_ENABLE: usize = 0xE000_E100;
const NVIC_CLEAR: usize = 0xE000_E280;
const UART_RX_INTERRUPT: u32 = 1;

/// The one way to the chip's memory.
fn peek(address: usize) -> u32 {
    // SAFETY: all callers give an aligned address of a register, of the PSRAM or of the unused part of the stack, always mapped
    // on this board and no part of Rust's memory.
    unsafe { read_volatile(address as *const u32) }
}

fn poke(address: usize, value: u32) {
    // SAFETY: as in `peek`.
    unsafe { write_volatile(address as *mut u32, value) }
}

fn peek_bytes(address: usize, bytes: &mut [u8]) {
    let (mut address, mut bytes) = (address, bytes);
    // Whole words where both begin at one.
    if address.is_multiple_of(4) {
        let (words, rest) = bytes.as_chunks_mut::<4>();
        for word in words {
            *word = peek(address).to_le_bytes();
            address = address.wrapping_add(4);
        }
        bytes = rest;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        // SAFETY: callers give a range of the PSRAM; single bytes need no alignment.
        *byte = unsafe { read_volatile(address.wrapping_add(at) as *const u8) };
    }
}

/// Starts the board; `None` if the host has not set up its memory. Called once.
pub fn start() -> Option<Board> {
    // Nothing here is done in interrupts: they only end the chip's sleep.
    cortex::interrupts_off();
    let mut magic = [0; HOST_MAGIC.len()];
    peek_bytes(HOST, &mut magic);
    if magic != HOST_MAGIC {
        return None;
    }
    poke(UART_DIVIDER, 16);
    // receiver, transmitter, receive interrupt
    poke(UART_CONTROL, 0b1011);
    poke(NVIC_ENABLE, UART_RX_INTERRUPT);
    // Without this reading QEMU does not notice that the receiver is on, and bytes that wait stay outside. The host is silent
    // until the count of starts has moved, so no byte is lost by it.
    if peek(UART_STATE) & RX_FULL == 0 {
        peek(UART_DATA);
    }
    #[cfg(feature = "measure")]
    ticks::start();
    Some(Board {
        flash: Flash(()),
        line: Line(()),
        seed: seed(),
        manufacture: order(),
    })
}

/// Wipes what returned calls have left on the stack, down to where no call has come yet: the ciphers' round keys, and copies that the
/// compiler made of keys, lie there. The paint below stays, so that the deepest stack can still be measured.
#[inline(never)]
pub fn wipe_stack() {
    let here = cortex::stack_pointer();
    let mut at = STACK_END;
    let painted = |at: usize| peek(at) == PAINT;
    // Four words at a time: after every command it goes over the whole stack.
    while at.wrapping_add(16) <= here
        && painted(at)
        && painted(at.wrapping_add(4))
        && painted(at.wrapping_add(8))
        && painted(at.wrapping_add(12))
    {
        at = at.wrapping_add(16);
    }
    // Below the stack pointer nothing is in use: interrupts are off.
    while at.wrapping_add(16) <= here {
        poke(at, 0);
        poke(at.wrapping_add(4), 0);
        poke(at.wrapping_add(8), 0);
        poke(at.wrapping_add(12), 0);
        at = at.wrapping_add(16);
    }
    while at < here {
        poke(at, 0);
        at = at.wrapping_add(4);
    }
}

fn seed() -> Seed {
    let starts = peek(HOST_STARTS).wrapping_add(1);
    poke(HOST_STARTS, starts);
    let mut entropy = [0; 32];
    peek_bytes(HOST_ENTROPY, &mut entropy);
    Seed { entropy, starts }
}

/// Replaces the seed by fresh output of the generator: a start without a host's seed differs too.
pub fn keep_seed(next: &[u8; 32]) {
    let (words, _) = next.as_chunks::<4>();
    for (at, word) in words.iter().enumerate() {
        poke(
            HOST_ENTROPY.wrapping_add(at.wrapping_mul(4)),
            u32::from_le_bytes(*word),
        );
    }
}

fn order() -> Option<Manufacture> {
    match peek(HOST_ORDER) {
        ORDER_GIVEN if erased() => poke(HOST_ORDER, ORDER_BEGUN),
        ORDER_BEGUN => {}
        _ => return None,
    }
    let mut historical = [0; 13];
    peek_bytes(HOST_HISTORICAL, &mut historical);
    Some(Manufacture {
        identity: Identity::from_historical(historical),
        done: || poke(HOST_ORDER, ORDER_NONE),
    })
}

/// Whether the flash is as it comes from the chip maker: a card that is there is never made over.
fn erased() -> bool {
    (FLASH..HOST).step_by(4).all(|at| peek(at) == u32::MAX)
}

/// The card's flash: 64 pages of 2,048 bytes, programmed by 8 bytes.
pub struct Flash(());

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        check_read(self, offset, bytes.len())?;
        peek_bytes(FLASH.wrapping_add(offset as usize), bytes);
        Ok(())
    }

    fn capacity(&self) -> usize {
        PAGES * PAGE
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        for at in (from as usize..to as usize).step_by(4) {
            poke(FLASH.wrapping_add(at), u32::MAX);
        }
        Ok(())
    }

    /// Programming clears bits and sets none. A word is programmed once between two erasures, but for zeros: flash with error
    /// correction refuses more, and so does this one.
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, bytes.len())?;
        let (words, _) = bytes.as_chunks::<WORD>();
        let mut at = FLASH.wrapping_add(offset as usize);
        for word in words {
            let [a, b, c, d, e, f, g, h] = *word;
            let (low, high) = (
                u32::from_le_bytes([a, b, c, d]),
                u32::from_le_bytes([e, f, g, h]),
            );
            let (old_low, old_high) = (peek(at), peek(at.wrapping_add(4)));
            if (old_low & old_high) != u32::MAX && (low | high) != 0 {
                return Err(NorFlashErrorKind::Other);
            }
            poke(at, old_low & low);
            poke(at.wrapping_add(4), old_high & high);
            at = at.wrapping_add(WORD);
        }
        Ok(())
    }
}

/// UART0.
pub struct Line(());

impl ByteLine for Line {
    fn receive(&mut self) -> u8 {
        while peek(UART_STATE) & RX_FULL == 0 {
            cortex::sleep();
        }
        poke(UART_INTERRUPT, RX_FULL);
        poke(NVIC_CLEAR, UART_RX_INTERRUPT);
        peek(UART_DATA) as u8
    }

    fn send(&mut self, byte: u8) {
        while peek(UART_STATE) & TX_FULL != 0 {}
        poke(UART_DATA, byte.into());
    }
}

/// The board's first timer: 25 MHz, 32 bits, counting down.
#[cfg(feature = "measure")]
pub mod ticks {
    use super::{peek, poke};

    const TIMER_CONTROL: usize = 0x4000_0000;
    const TIMER_VALUE: usize = 0x4000_0004;
    const TIMER_RELOAD: usize = 0x4000_0008;

    pub(super) fn start() {
        poke(TIMER_RELOAD, u32::MAX);
        poke(TIMER_VALUE, u32::MAX);
        poke(TIMER_CONTROL, 1);
    }

    /// Ticks of 40 ns since the start, modulo 2³².
    pub fn now() -> u32 {
        u32::MAX.wrapping_sub(peek(TIMER_VALUE))
    }
}
