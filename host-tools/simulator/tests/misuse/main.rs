//! What an attacker with the card and a reader tries: each attempt is refused with its status word, and changes nothing but, where
//! a secret was guessed at, one counter of tries. On issued cards of every generation.

mod chip;
mod clone;
mod counters;
mod macs;
mod messaging;
mod order;
mod passer_by;
mod replay;
