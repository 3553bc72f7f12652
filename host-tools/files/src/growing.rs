//! Files that grow piece by piece: each piece is there whole, or not at all.
//!
//! A disk that is full in the middle of a piece takes none of it: what was written of it is taken back.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::whole_file::{Readers, WholeFile};

/// A file that grows at its end.
#[derive(Debug)]
pub struct GrowingFile {
    file: File,
    length: u64,
}

impl GrowingFile {
    /// A new file with its first bytes, whole on the disk.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; it cannot be written.
    pub fn create(path: &Path, readers: Readers, start: &[u8]) -> io::Result<Self> {
        let mut whole = WholeFile::begin(path, readers)?;
        whole.write_all(start)?;
        Self::of(whole.create()?)
    }

    /// A file with these first bytes in place of what has its name, if anything has.
    ///
    /// # Errors
    /// It cannot be written; it is then as it was.
    pub fn replace(path: &Path, readers: Readers, start: &[u8]) -> io::Result<Self> {
        let mut whole = WholeFile::begin(path, readers)?;
        whole.write_all(start)?;
        Self::of(whole.replace()?)
    }

    /// A file that is there, and what it holds. Two programs cannot have it at a time.
    ///
    /// # Errors
    /// It cannot be read and written; [`io::ErrorKind::WouldBlock`] while another program has it.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<u8>)> {
        let mut file = File::options().read(true).write(true).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("this is no regular file"));
        }
        file.try_lock()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((Self::of(file)?, bytes))
    }

    fn of(mut file: File) -> io::Result<Self> {
        // A file system without locks has none: the file is used all the same.
        let _ = file.try_lock();
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length })
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// There is no room; nothing of them is there then.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.file.write_all(bytes) {
            Ok(()) => {
                self.length += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.cut(self.length)?;
                Err(error)
            }
        }
    }

    /// Puts all that was appended on the disk.
    ///
    /// # Errors
    /// The disk fails: it is not known what is there.
    pub fn keep(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Takes back all behind `length`.
    ///
    /// # Errors
    /// The disk fails.
    pub fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = self.file.seek(SeekFrom::End(0))?;
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_grows_and_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = GrowingFile::create(&path, Readers::Owner, b"one\n").unwrap();
        file.append(b"two\n").unwrap();
        file.keep().unwrap();
        assert!(GrowingFile::create(&path, Readers::Owner, b"").is_err());
        // One at a time.
        let busy = GrowingFile::open(&path).unwrap_err();
        assert_eq!(busy.kind(), io::ErrorKind::WouldBlock);
        drop(file);
        let (mut file, bytes) = GrowingFile::open(&path).unwrap();
        assert_eq!(bytes, b"one\ntwo\n");
        file.append(b"thr").unwrap();
        file.cut(8).unwrap();
        file.append(b"3\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n3\n");
        drop(file);
        drop(GrowingFile::replace(&path, Readers::Owner, b"new\n").unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"new\n");
    }

    const FULL: &str = "SSC_TEST_FULL_DISK";

    /// A limit on the size of files is a full disk without a disk. It is the whole process's, so a child of this one has it.
    #[cfg(unix)]
    #[test]
    fn a_full_disk_takes_no_part_of_a_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let done = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "growing::tests::on_a_full_disk"])
            .env(FULL, &path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, ["a".repeat(300), "d".repeat(20)].concat());
    }

    #[test]
    #[ignore = "run by a_full_disk_takes_no_part_of_a_piece"]
    fn on_a_full_disk() {
        let path = std::path::PathBuf::from(std::env::var_os(FULL).expect("a path"));
        let mut file = GrowingFile::create(&path, Readers::Owner, &[b'a'; 300]).unwrap();
        // Two of these do not fit; a part of them would.
        assert!(file.append(&[b'b'; 1500]).is_err());
        assert!(file.append(&[b'c'; 1500]).is_err());
        file.append(&[b'd'; 20]).unwrap();
        file.keep().unwrap();
    }
}
