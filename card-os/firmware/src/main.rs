//! The card on a Cortex-M.
//!
//! The [`board`] gives flash, line and seed; everything else is the same for all boards, and without unsafe code.
#![no_std]
#![no_main]
#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod board;
mod link;

use board::{Chip, Line};
use card_crypto::drbg::Drbg;
use card_os::{Atr, Card, Interface, Response, Status};
use cortex_m_rt::entry;
use link::{Link, Message};
use rand_core::Rng;
use static_cell::StaticCell;
use zeroize::Zeroize;

/// The card is larger than its stack.
static CARD: StaticCell<Card<Chip>> = StaticCell::new();
static LINK: StaticCell<Link<Line>> = StaticCell::new();
static RESPONSE: StaticCell<Response> = StaticCell::new();

#[entry]
fn main() -> ! {
    match (boot(), RESPONSE.try_init_with(Response::new)) {
        (Some((card, link)), Some(response)) => {
            board::wipe_stack();
            serve(card, link, response)
        }
        _ => mute(),
    }
}

/// Not a part of `main`, whose stack lies below every command's.
#[inline(never)]
fn boot() -> Option<(&'static mut Card<Chip>, &'static mut Link<Line>)> {
    let board = board::start()?;
    let link = LINK.try_init_with(|| Link::new(board.line))?;
    let mut rng = Drbg::new(board.seed);
    let mut next = [0; 32];
    rng.fill_bytes(&mut next);
    board::keep_seed(&next);

    let card = CARD.try_init_with(|| Card::unmounted(board.flash, rng))?;
    if let Some(order) = board.manufacture {
        card.make_blank(&order.identity).ok()?;
        (order.done)();
    }
    card.mount();
    Some((card, link))
}

fn serve(card: &mut Card<Chip>, link: &mut Link<Line>, response: &mut Response) -> ! {
    let mut interface = Interface::T0;
    let mut atr = reset(card, interface);
    #[cfg(feature = "measure")]
    let mut ticks = 0;
    loop {
        match link.receive() {
            Message::Command(command) => {
                #[cfg(feature = "measure")]
                let begun = board::ticks::now();
                transmit(card, command, response);
                // Before anything is sent: a card that is made to send too much has nothing left to tell.
                board::wipe_stack();
                link.forget();
                #[cfg(feature = "measure")]
                {
                    ticks = board::ticks::now().wrapping_sub(begun);
                }
                link.send(response);
                response.as_mut_slice().zeroize();
            }
            Message::TooLong => link.send(&Status::WRONG_LENGTH.to_bytes()),
            Message::Control(0x00) => card.power_off(),
            Message::Control(control @ (0x01 | 0x02 | 0x10..=0x12)) => {
                match control {
                    0x10 => interface = Interface::T0,
                    0x11 => interface = Interface::T1,
                    0x12 => interface = Interface::Contactless,
                    _ => {}
                }
                atr = reset(card, interface);
            }
            Message::Control(0x04) => link.send(&atr),
            #[cfg(feature = "measure")]
            Message::Control(0x20) => link.send(&ticks.to_be_bytes()),
            Message::Control(_) => {}
        }
    }
}

/// Not a part of `serve`, so that a reset's stack and a command's do not add up.
#[inline(never)]
fn transmit(card: &mut Card<Chip>, command: &[u8], response: &mut Response) {
    card.transmit(command, response);
}

/// Without power first, the card would refuse to change between contact and contactless.
#[inline(never)]
fn reset(card: &mut Card<Chip>, interface: Interface) -> Atr {
    card.power_off();
    card.power_on(interface).unwrap_or_default()
}

/// No answer until reset.
fn mute() -> ! {
    board::cortex::interrupts_off();
    loop {
        board::cortex::sleep();
    }
}

/// What must not happen says nothing: no message is formatted, and none is in the image.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    mute()
}
