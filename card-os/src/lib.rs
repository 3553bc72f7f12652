//! A social security card operating system: no_std, no alloc, no unsafe.
#![no_std]
#![forbid(unsafe_code)]
