//! The social security card's specification as tables: commands, status words, files, keys, generations.
#![no_std]
#![forbid(unsafe_code)]
