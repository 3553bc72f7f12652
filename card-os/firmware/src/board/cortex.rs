//! The three instructions of a Cortex-M that Rust has no words for. `cortex-m` has them too, with peripherals and traits that nothing
//! here uses, and with a dependency that nobody keeps any more (`bare-metal` 0.2).

use core::arch::asm;

/// From now on nothing runs but the program itself; an interrupt only ends [`sleep`].
pub fn interrupts_off() {
    // SAFETY: sets PRIMASK, nothing else. Memory is no option here: accesses must not move before it.
    unsafe { asm!("cpsid i", options(nostack, preserves_flags)) }
}

/// Waits for an interrupt, asleep.
pub fn sleep() {
    // SAFETY: changes no register; what an interrupt may change in memory is read anew.
    unsafe { asm!("wfi", options(nostack, preserves_flags)) }
}

/// Where the stack of the program ends now: the lowest address in use.
pub fn stack_pointer() -> usize {
    let address: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mrs {}, msp", out(reg) address, options(nomem, nostack, preserves_flags)) }
    address
}
