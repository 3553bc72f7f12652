//! Feeds sequences of APDUs to a card; see `src/run.rs` for what must hold.
#![no_main]

#[path = "../src/run.rs"]
mod run;
#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    run::run(data);
});
