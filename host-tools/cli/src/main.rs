//! The `ssc` command.
#![forbid(unsafe_code)]
fn main() {}
