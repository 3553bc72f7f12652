//! Files that are there whole or not at all.
//!
//! What is written stands in a file beside the wanted one until it is on the disk, and is then renamed. A full disk, a kill or a power
//! cut leaves what was there before; after a kill a file `.ssc-…` may be left, which is nobody's.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner (mode 0600): it holds keys, PINs or numbers of persons.
    Owner,
    /// Whom the user lets read new files (the umask).
    Anyone,
}

/// What has the name that a file is to have.
#[derive(Debug)]
pub enum There {
    /// Nothing.
    Nothing,
    /// A file, open to be read.
    File(File),
    /// A folder, a device, a pipe, a link that leads nowhere: never replaced, and not even opened.
    Other,
}

impl There {
    /// Looks at `path`.
    ///
    /// # Errors
    /// It cannot be looked at, or the file cannot be read.
    pub fn at(path: &Path) -> io::Result<Self> {
        let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        match std::fs::symlink_metadata(path) {
            Err(error) if missing(&error) => return Ok(Self::Nothing),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        match std::fs::metadata(path) {
            Ok(of) if of.is_file() => File::open(path).map(Self::File),
            Ok(_) => Ok(Self::Other),
            Err(error) if missing(&error) => Ok(Self::Other),
            Err(error) => Err(error),
        }
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct WholeFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl WholeFile {
    /// Begins the file that is to be `path`.
    ///
    /// # Errors
    /// Nothing can be written in its folder.
    pub fn begin(path: &Path, readers: Readers) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".ssc-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What the umask takes away is taken away.
            let mode = match readers {
                Readers::Owner => 0o600,
                Readers::Anyone => 0o666,
            };
            builder.permissions(std::fs::Permissions::from_mode(mode));
        }
        Ok(Self {
            file: builder.tempfile_in(folder(path))?,
            path: path.to_owned(),
        })
    }

    /// The file as it is now, for a lock or a size.
    #[must_use]
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Where it is until it has its name.
    #[must_use]
    pub fn place(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its name, if nothing has that name. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; the disk is full.
    pub fn create(self) -> io::Result<File> {
        self.file.as_file().sync_all()?;
        let file = self.file.persist_noclobber(&self.path)?;
        sync_folder(&self.path)?;
        Ok(file)
    }

    /// Puts the file in place of what has its name, if anything has.
    ///
    /// # Errors
    /// The disk is full; nothing is replaced then.
    pub fn replace(self) -> io::Result<File> {
        self.file.as_file().sync_all()?;
        let file = self.file.persist(&self.path)?;
        sync_folder(&self.path)?;
        Ok(file)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A new file of these bytes.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]; it cannot be written.
pub fn create(path: &Path, readers: Readers, bytes: &[u8]) -> io::Result<()> {
    let mut whole = WholeFile::begin(path, readers)?;
    whole.write_all(bytes)?;
    whole.create().map(drop)
}

/// These bytes in place of the file.
///
/// # Errors
/// It cannot be written; it is then as it was.
pub fn replace(path: &Path, readers: Readers, bytes: &[u8]) -> io::Result<()> {
    let mut whole = WholeFile::begin(path, readers)?;
    whole.write_all(bytes)?;
    whole.replace().map(drop)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file's name must be on the disk too.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut whole = WholeFile::begin(&path, Readers::Owner).unwrap();
        whole.write_all(b"one").unwrap();
        assert!(!path.exists());
        whole.create().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        // given up on the way, as by an error: nothing stays
        let mut given_up = WholeFile::begin(&path, Readers::Owner).unwrap();
        given_up.write_all(b"half").unwrap();
        drop(given_up);
        let exists = create(&path, Readers::Owner, b"two").unwrap_err();
        assert_eq!(exists.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, Readers::Owner, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a"]);
        assert!(create(&folder.path().join("no/b"), Readers::Owner, b"").is_err());
    }

    /// A pipe would wait for somebody who writes, and a device would be gone.
    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| There::at(&folder.path().join(name)).unwrap();
        assert!(matches!(at("a"), There::Nothing));
        fs::write(folder.path().join("a"), b"").unwrap();
        assert!(matches!(at("a"), There::File(_)));
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
        for other in ["pipe", "link", ".", "/dev/null"] {
            assert!(matches!(at(other), There::Other), "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_what_is_for_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |readers| {
            let path = folder.path().join("a");
            replace(&path, readers, b"").unwrap();
            fs::metadata(&path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode(Readers::Owner), 0o600);
        // the umask of whoever runs this takes away only what others may do
        assert_eq!(mode(Readers::Anyone) & 0o600, 0o600);
        // a link that leads nowhere is a name that is taken
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(create(&link, Readers::Owner, b"").is_err());
    }
}
