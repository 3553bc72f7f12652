//! A run's name, which no other live run has, and whether the run of a name is dead.
//!
//! A head's name among all that share a register is its run's and its reader's, so that two machines with one host name and one reader's name are
//! two. A run that was killed has left its orders leased under its own name: the next run on this machine gives them back at once, and
//! only where it knows that the run is dead. It knows by a lock, which the system lets go of with the process, and by the boot: a machine that was
//! copied has the files of a run that may live on elsewhere, but not its boot. In doubt the lease ends by itself.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ssc_files::user_folder;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;

/// What tells one boot of a machine from another.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
/// Many times as long as a lease lasts.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Bytes of a run's random number.
const RANDOM: usize = 8;

/// A run of this process.
pub struct RunName {
    host: String,
    id: String,
    place: Option<Place>,
}

/// The folder with a file for each run of this machine. A run's own file is locked as long as it lives.
struct Place {
    folder: PathBuf,
    boot: String,
    _own: File,
}

impl RunName {
    /// A new one. Where its file cannot be made, the next run waits until its leases end.
    ///
    /// # Errors
    /// There is no source of random numbers.
    pub fn new() -> Result<Self, Failure> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random).map_err(|error| {
            Failure::new(
                Exit::Output,
                text(
                    format!("the system gives no random numbers ({error}); no card was touched"),
                    format!("系统无法提供随机数（{error}）；未触及任何卡片"),
                ),
            )
        })?;
        let host = rustix::system::uname();
        Ok(Self::of(
            &host.nodename().to_string_lossy(),
            &hex::encode(random),
            user_folder::state()
                .map(|ours| ours.join("runs"))
                .as_deref(),
            std::fs::read_to_string(BOOT).ok(),
        ))
    }

    fn of(host: &str, id: &str, folder: Option<&Path>, boot: Option<String>) -> Self {
        let place = folder
            .zip(boot)
            .and_then(|(folder, boot)| Place::take(folder, id, boot).ok());
        Self {
            host: host.replace('/', "_"),
            id: id.to_owned(),
            place,
        }
    }

    /// The name, which stands before the head's.
    pub fn machine(&self) -> String {
        format!("{}.{}", self.host, self.id)
    }

    /// It has given all its orders back: nobody will ask whether it is dead. A run that could not, on a full disk for example, leaves its file
    /// as one that was killed does.
    pub fn has_ended(&self) {
        if let Some(place) = &self.place {
            let _ = std::fs::remove_file(place.folder.join(&self.id));
        }
    }

    /// Whether this worker was a head of a run of this machine that has ended.
    pub fn is_dead(&self, worker: &str) -> bool {
        let id = split(worker).map(|(_, id, _)| id);
        let other = id.filter(|id| *id != self.id);
        self.place
            .as_ref()
            .zip(other)
            .is_some_and(|(place, id)| place.is_dead(id).unwrap_or(false))
    }
}

impl Place {
    fn take(folder: &Path, id: &str, boot: String) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let mut own = File::create_new(folder.join(id))?;
        own.lock()?;
        own.write_all(boot.as_bytes())?;
        let place = Self {
            folder: folder.to_owned(),
            boot,
            _own: own,
        };
        place.sweep();
        Ok(place)
    }

    /// Whether the run has ended: it was of this boot, and nobody holds its file.
    fn is_dead(&self, id: &str) -> std::io::Result<bool> {
        let path = self.folder.join(id);
        let is_of_this_boot = std::fs::read_to_string(&path)? == self.boot;
        Ok(is_of_this_boot && File::open(&path)?.try_lock().is_ok())
    }

    /// Takes away the files of runs whose leases have ended: of those before this boot, and of those that ended a day ago.
    fn sweep(&self) {
        for entry in std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            let boot = std::fs::read_to_string(&path).unwrap_or_default();
            let age = entry.metadata().and_then(|file| file.modified()).ok();
            let age = age.and_then(|begun| begun.elapsed().ok());
            let is_over = age.is_some_and(|age| age > DAY);
            let is_old = !boot.is_empty() && (boot != self.boot || is_over);
            if is_old && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

/// Host, run and head of a worker.
fn split(worker: &str) -> Option<(&str, &str, &str)> {
    let (machine, head) = worker.split_once('/')?;
    let (host, id) = machine.rsplit_once('.')?;
    let is_id = id.len() == 2 * RANDOM && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some((host, id, head))
}

/// A worker for people: machine and head.
pub fn shown(worker: &str) -> String {
    match split(worker) {
        Some((host, _, head)) => format!("{host}/{head}"),
        None => worker.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, id: &str, boot: &str) -> RunName {
        RunName::of("hall", id, Some(folder), Some(boot.into()))
    }

    #[test]
    fn only_a_run_of_this_boot_whose_process_has_ended_is_dead() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (one, two) = ("00000000000000a1", "00000000000000b2");
        let mut first = run(folder, one, "boot 1");
        let second = run(folder, two, "boot 1");
        let of = |id: &str| format!("hall.{id}/machine:/run/m.sock 1");
        assert!(!second.is_dead(&of(one)), "it lives");
        assert!(!second.is_dead(&of(two)), "it is oneself");
        assert!(!second.is_dead(&of("00000000000000c3")), "of elsewhere");
        assert!(!second.is_dead("hall/head"), "of no run");
        // Killed: its file stays, its lock does not.
        let path = folder.join(one);
        drop(first.place.take());
        assert!(path.exists());
        assert!(second.is_dead(&of(one)));
        // A copy of this machine's disk has the file; the run may live on in the machine that was copied.
        let copy = folder.join("copy");
        std::fs::create_dir(&copy).unwrap();
        std::fs::copy(&path, copy.join(one)).unwrap();
        let third = run(&copy, "00000000000000d4", "boot 2");
        assert!(!third.is_dead(&of(one)));
        assert!(!copy.join(one).exists(), "swept");
        second.has_ended();
        assert!(!folder.join(two).exists(), "a run takes its file away");
        assert_eq!(shown(&of(one)), "hall/machine:/run/m.sock 1");
        assert_eq!(shown("hall/head"), "hall/head");
    }
}
