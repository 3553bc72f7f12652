//! Writes the published demo vault: `cargo run -p ssc-keys --example make-demo-vault`.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/keys/demo.vault");
    let bytes = ssc_keys::demo::build().to_bytes(ssc_keys::demo::PASSPHRASE)?;
    // Published, so neither secret nor in need of an atomic write.
    std::fs::write(&path, bytes)?;
    println!("{} written", path.display());
    Ok(())
}
