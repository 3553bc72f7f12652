//! A PostgreSQL server of one's own for a test, in a temporary folder, at a Unix socket: Debian's program, no network.
//!
//! It does not run as root: started by root, it is `postgres`, else `nobody`. A shell watches the test's program and ends the server with it,
//! so that one server can be shared by all tests of a program.

use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The only user of the server; it has no password.
const USER: &str = "bureau";
/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(30);
/// Runs the server until the standard input ends, and removes the folder then, unless it was told to keep it.
const WATCH: &str = r#""$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=300 -c shared_buffers=32MB >>"$2/log" 2>&1 &
pid=$!
read -r word
kill -QUIT $pid 2>/dev/null
wait $pid
[ "$word" = keep ] || rm -rf "$2""#;

/// Why there is no PostgreSQL for this test.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// It is not installed.
    #[error(
        "PostgreSQL is not installed; scripts/install installs it (apt-get install postgresql)"
    )]
    Missing,
    /// A file cannot be written, or a program cannot be run.
    #[error("PostgreSQL cannot be set up: {0}")]
    Io(#[from] std::io::Error),
    /// A program of it refused.
    #[error("PostgreSQL: {0}")]
    Refused(String),
}

/// A running server. Dropping it ends it, and nothing stays behind.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    /// Whom it runs as, where that is somebody else: user and group.
    as_other: Option<(u32, u32)>,
    watch: Option<Child>,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts one.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or it does not start; the message says what to do.
    pub fn start() -> Result<Self, PostgresError> {
        static SERVERS: AtomicU32 = AtomicU32::new(0);
        let number = SERVERS.fetch_add(1, Ordering::Relaxed);
        let folder = format!("ssc-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir(&folder)?;
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
        let mut server = Self {
            programs: programs()?,
            as_other: other_user(&folder)?,
            folder,
            watch: None,
            databases: AtomicU32::new(0),
        };
        if let Some((user, group)) = server.as_other {
            chown(&server.folder, Some(user), Some(group))?;
        }
        let data = server.folder.join("data");
        let mut made = server.program("initdb");
        made.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        made.arg("--username").arg(USER).arg("-D").arg(&data);
        succeeded(made.output()?)?;
        server.begin()?;
        Ok(server)
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Errors
    /// The server refuses.
    pub fn database(&self) -> Result<String, PostgresError> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.address(&name))
    }

    /// The address of a database.
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{USER}@{socket}/{name}")
    }

    /// Runs a statement in a database, as the owner of the server, and gives what it prints: a row a line, columns with `|`.
    ///
    /// # Errors
    /// The server refuses.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String, PostgresError> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", USER]);
        psql.arg("-h").arg(&self.folder).args(["-d", database]);
        let printed = succeeded(psql.args(["-c", statement]).output()?)?;
        Ok(printed.trim_end().to_owned())
    }

    /// Cuts all connections to a database, as a broken network does.
    ///
    /// # Errors
    /// The server refuses.
    pub fn cut(&self, database: &str) -> Result<(), PostgresError> {
        let statement = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        );
        self.sql("postgres", &statement).map(drop)
    }

    /// Ends the server at once, as a power cut does; its data stays. Nothing happens where it has ended.
    ///
    /// # Errors
    /// It does not end.
    pub fn stop(&mut self) -> Result<(), PostgresError> {
        self.end("keep")
    }

    /// Starts it again after [`stop`](Self::stop).
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<(), PostgresError> {
        match self.watch {
            Some(_) => Ok(()),
            None => self.begin(),
        }
    }

    fn begin(&mut self) -> Result<(), PostgresError> {
        let mut watch = self.as_other_user(Command::new("sh"));
        watch.args(["-c", WATCH, "sh"]);
        watch.arg(self.programs.join("postgres")).arg(&self.folder);
        let quiet = watch.stdin(Stdio::piped()).stdout(Stdio::null());
        self.watch = Some(quiet.stderr(Stdio::null()).spawn()?);
        let until = Instant::now() + START;
        loop {
            match self.sql("postgres", "SELECT 1") {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > until => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn end(&mut self, word: &str) -> Result<(), PostgresError> {
        let Some(mut watch) = self.watch.take() else {
            return Ok(());
        };
        if let Some(mut input) = watch.stdin.take() {
            let _ = writeln!(input, "{word}");
        }
        watch.wait()?;
        Ok(())
    }

    fn program(&self, name: &str) -> Command {
        self.as_other_user(Command::new(self.programs.join(name)))
    }

    fn as_other_user(&self, mut command: Command) -> Command {
        if let Some((user, group)) = self.as_other {
            command.uid(user).gid(group);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.end("remove");
        // A server that did not run has left its folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Where Debian keeps the newest of them.
fn programs() -> Result<PathBuf, PostgresError> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").map_err(|_| PostgresError::Missing)?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let version = version.ok()?;
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").is_file())
        .collect();
    found.sort();
    let newest = found.pop().ok_or(PostgresError::Missing)?;
    Ok(newest.1)
}

/// Whom the server runs as, where this is root.
fn other_user(folder: &Path) -> Result<Option<(u32, u32)>, PostgresError> {
    use std::os::unix::fs::MetadataExt as _;
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let ids = |name: &str| {
        let of = |line: &&str| line.split(':').next() == Some(name);
        let mut fields = users.lines().find(of)?.split(':').skip(2);
        let user = fields.next()?.parse().ok()?;
        Some((user, fields.next()?.parse().ok()?))
    };
    let other = ids("postgres").or_else(|| ids("nobody"));
    other
        .map(Some)
        .ok_or_else(|| PostgresError::Refused("no user but root to run as".into()))
}

fn succeeded(output: Output) -> Result<String, PostgresError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(PostgresError::Refused(said))
}
