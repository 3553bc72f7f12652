//! Algorithms and key derivations that the card and the host share (no_std).
#![no_std]
#![forbid(unsafe_code)]
