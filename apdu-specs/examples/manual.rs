//! Writes the manual: `cargo run -p apdu-specs --example manual`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("manual");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in manual_pages::all() {
        std::fs::write(folder.join(name), text)?;
        println!("apdu-specs/manual/{name}");
    }
    Ok(())
}
