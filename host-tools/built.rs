//! Tells the program when it was built: a clock that is older is wrong.

use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=../built.rs");
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map(|since| since.as_secs()).unwrap_or_default();
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let built = given.and_then(|text| text.parse().ok()).unwrap_or(now);
    println!("cargo:rustc-env=SSC_BUILT={built}");
}
