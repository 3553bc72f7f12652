//! The sealed file of a batch's random PINs: made before a card is touched, and the same when the batch goes on.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use ssc_files::whole_file::{Readers, WholeFile};
use ssc_keys::pin_file;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;

/// Seals `rows` into the file `path`, or looks whether the file that is there holds them.
///
/// # Errors
/// It holds others, or opens with another passphrase; it cannot be read or written.
pub fn keep(rows: &str, path: &Path, passphrase: &Zeroizing<String>) -> Result<(), Failure> {
    match std::fs::read(path) {
        Ok(there) => {
            let known = pin_file::open(&there, passphrase, path)?;
            if known.as_slice() == rows.as_bytes() {
                return Ok(());
            }
            Err(others(path))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let sealed = pin_file::seal(rows.as_bytes(), passphrase)?;
            write(&sealed, path).map_err(|error| failed(path, &error))
        }
        Err(error) => Err(failed(path, &error)),
    }
}

fn write(sealed: &[u8], path: &Path) -> std::io::Result<()> {
    let mut file = WholeFile::begin(path, Readers::Owner)?;
    file.write_all(sealed)?;
    file.create().map(drop)
}

fn others(path: &Path) -> Failure {
    let path = path.display();
    Failure::new(
        Exit::Output,
        text(
            format!(
                "{path} holds the PINs of other cards and stays as it is. No card was touched; name another file with --pins"
            ),
            format!("{path} 中是其他卡的 PIN，保持不变。未触及任何卡片；请用 --pins 另指定文件"),
        ),
    )
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::new(
        Exit::Output,
        text(
            format!(
                "{path} cannot be read or written: {error}. No card was touched; go on with --resume, and --pins for another place"
            ),
            format!(
                "无法读写 {path}：{error}。未触及任何卡片；请用 --resume 继续，可用 --pins 另选位置",
                error = ssc_words::system::chinese(error)
            ),
        ),
    )
}
