//! Which program holds a file that is locked.

use std::path::Path;

/// A program that holds a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// What it is named.
    pub name: String,
    /// Whether somebody has stopped it (SIGSTOP, Ctrl-Z): it lets go when it goes on.
    pub is_stopped: bool,
}

/// The program that writes to the SQLite file `path`, where the system tells.
pub(crate) fn of(path: &Path) -> Option<Holder> {
    let files = [crate::file::beside(path, "-shm"), path.to_owned()];
    let inodes: Vec<u64> = files.iter().filter_map(|file| inode(file)).collect();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let mut found: Vec<(bool, u32)> = locks
        .lines()
        .filter_map(|line| writer(line, &inodes))
        .filter(|(_, pid)| *pid != std::process::id())
        .collect();
    // Whoever has the place of the one writer comes first.
    found.sort_unstable_by_key(|(is_writer, _)| !is_writer);
    let (_, pid) = *found.first()?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    Some(Holder {
        pid,
        name: field("Name:").unwrap_or_default(),
        is_stopped: field("State:").is_some_and(|state| state.starts_with('T')),
    })
}

/// SQLite's lock of the one writer of a log, in the file of shared memory.
const WRITER: &str = "120";

/// A lock to write, as `/proc/locks` has it: `1: POSIX ADVISORY WRITE 1234 08:01:5678 120 120`.
fn writer(line: &str, inodes: &[u64]) -> Option<(bool, u32)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["POSIX", _, "WRITE", pid, place, first, ..] = words.get(1..)? else {
        return None;
    };
    let inode = place.rsplit(':').next()?.parse().ok()?;
    let is_ours = inodes.contains(&inode);
    let pid = pid.parse().ok().filter(|pid| *pid > 0)?;
    is_ours.then_some((*first == WRITER, pid))
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<u64> {
    let found = std::fs::metadata(path).ok()?;
    Some(std::os::unix::fs::MetadataExt::ino(&found))
}

#[cfg(not(unix))]
fn inode(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    /// A program that holds the file, and then is stopped.
    #[test]
    #[cfg(target_os = "linux")]
    fn the_program_that_holds_a_file_is_named() {
        let name = format!("ssc-holder-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, [0; 200]).unwrap();
        assert_eq!(of(&path), None);
        let script = "import fcntl,sys,time; f=open(sys.argv[1],'r+b'); fcntl.lockf(f,fcntl.LOCK_EX,1,120); print('held',flush=True); time.sleep(60)";
        let mut child = Command::new("python3")
            .args(["-c", script])
            .arg(&path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let holder = of(&path).unwrap();
        assert_eq!((holder.pid, holder.is_stopped), (child.id(), false));
        let stopped = Command::new("kill")
            .args(["-STOP", &child.id().to_string()])
            .status();
        assert!(stopped.unwrap().success());
        let is_stopped = (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            of(&path).is_some_and(|holder| holder.is_stopped)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(is_stopped);
    }
}
