//! Puts the board's memory map where cortex-m-rt's linker script looks for it.

use std::path::PathBuf;
use std::{env, fs};

const BOARD: &str = "mps2_an386";

fn main() {
    let larger = env::var_os("CARGO_FEATURE_CERTIFICATES").map_or("", |_| "_certificates");
    let map = format!("src/board/{BOARD}{larger}.x");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy(&map, out.join("memory.x")).expect("the board's memory map is readable");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed={map}");
    println!("cargo:rerun-if-changed=build.rs");
}
