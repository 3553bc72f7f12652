//! The repository as texts, for tests of what stands in it.

use std::path::{Path, PathBuf};

/// The folders of the house, without what is built in them.
pub const ROOMS: [&str; 6] = [
    "apdu-specs",
    "card-os",
    "docs",
    "host-tools",
    "scripts",
    "test-vectors",
];

/// Where the repository lies.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text of the repository.
pub struct Text {
    /// Its path from the root.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// Every text of the rooms, and the papers beside them.
///
/// # Errors
/// A folder cannot be read.
pub fn texts() -> std::io::Result<Vec<Text>> {
    let root = root();
    let mut files = Vec::new();
    for room in ROOMS {
        walk(&root.join(room), &mut files)?;
    }
    for entry in std::fs::read_dir(&root)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
    let texts = files.into_iter().filter_map(|path| {
        // What is no text says nothing.
        let text = std::fs::read_to_string(&path).ok()?;
        let path = path.strip_prefix(&root).ok()?.display().to_string();
        Some(Text { path, text })
    });
    Ok(texts.collect())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            // Built, found by fuzzing, or of Python.
            let built = ["target", "corpus", "artifacts", "seeds", "__pycache__"];
            if !built.contains(&&*name) {
                walk(&path, files)?;
            }
        } else if !name.ends_with(".lock") {
            files.push(path);
        }
    }
    Ok(())
}
