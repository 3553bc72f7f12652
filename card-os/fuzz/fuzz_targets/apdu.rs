//! Feeds sequences of APDUs to a card; see `card-os/testbench/src/fuzz` for what must hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    card_testbench::fuzz::run(data);
});
