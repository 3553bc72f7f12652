//! A bureau with a card machine in this process, and `ssc job` as a process that dies.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ssc_bureau::sample::{SampleOptions, write_sample};
use ssc_database::Store;
use ssc_reader::Card;
use ssc_simulator::machine::{Blanks, Machine, Pull};
use ssc_simulator::{Identity, Interface, Serials, SimulatedCard};

use super::judge;
use crate::support;

/// Runs after the last kill until all is delivered.
const RUNS: usize = 6;
/// A card machine's socket, in a folder of its own.
const SOCKET: &str = "socket";
/// A run of that length hangs.
const LONGEST: Duration = Duration::from_secs(600);

pub struct Bureau {
    folder: tempfile::TempDir,
    machines: usize,
    cards: usize,
    address: String,
}

/// A run of the job, in a process of its own.
pub struct Run(Child);

impl Run {
    /// Kills it (SIGKILL) after `time`; whether it was still at work.
    pub fn killed_within(&mut self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if self.0.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        true
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        let process = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    }

    /// Its exit code, if it ends within `time`.
    pub fn ends_within(&mut self, time: Duration) -> Option<i32> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }
}

impl Bureau {
    /// With a card machine for each number of heads; `store` is told the folder.
    pub fn new(
        machines: &[usize],
        cards: usize,
        pulls: fn(usize, usize) -> Option<Pull>,
        store: impl Fn(&Path) -> String,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let of = SampleOptions {
            count: cards as u64,
            seed: 11,
            pins: false,
            card_numbers: false,
            photos: false,
        };
        write_sample(&folder.path().join("batch.csv"), &of).unwrap();
        for (number, heads) in machines.iter().enumerate() {
            let socket = socket(folder.path(), number);
            std::fs::create_dir(socket.parent().unwrap()).unwrap();
            let listener = UnixListener::bind(socket).unwrap();
            // As many blanks as it takes, if each kill spoils one a head.
            let machine = Machine::new(*heads, cards * 20, blanks(), Box::new(pulls));
            std::thread::spawn(move || machine.serve(&listener));
        }
        let address = store(folder.path());
        let bureau = Self {
            folder,
            machines: machines.len(),
            cards,
            address,
        };
        let created = bureau
            .command(&[
                "create",
                bureau.path("batch.csv").to_str().unwrap(),
                "--generation",
                "2.00",
                "--first-card-number",
                "1",
                "--name",
                "campaign",
            ])
            .output()
            .unwrap();
        assert!(created.status.success(), "{created:?}");
        bureau
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssc"));
        support::clean(&mut command);
        self.of_job(command, arguments)
    }

    fn of_job(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .env("SSC_STORE", &self.address)
            .arg("job")
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Begins a run on the heads of a machine.
    pub fn run(&self, machine: usize) -> Run {
        self.begin(machine, None)
    }

    /// The same where no file may become longer than `room` bytes, as on a disk that is full.
    pub fn run_in(&self, machine: usize, room: u64) -> Run {
        self.begin(machine, Some(room))
    }

    /// Bytes of the longest file of the register.
    pub fn longest(&self) -> u64 {
        let of = |ending: &str| std::fs::metadata(format!("{}{ending}", self.address));
        let sizes = ["", "-wal"].map(|ending| of(ending).map_or(0, |file| file.len()));
        sizes[0].max(sizes[1])
    }

    fn begin(&self, machine: usize, room: Option<u64>) -> Run {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path("runs.log"))
            .unwrap();
        // Two machines with one host name, whose heads have one name too.
        let socket = socket(self.folder.path(), machine);
        let heads = format!("machine:{SOCKET}");
        let run = ["run", "campaign", "--heads", &heads];
        let mut command = match room {
            Some(room) => self.of_job(support::limited(room), &run),
            None => self.command(&run),
        };
        command.stdout(log.try_clone().unwrap()).stderr(log);
        command.current_dir(socket.parent().unwrap());
        Run(command.spawn().unwrap())
    }

    /// A random time within which a run is at work.
    pub fn moment(&self) -> Duration {
        let mut random = [0; 2];
        getrandom(&mut random);
        Duration::from_millis(90 + u64::from(u16::from_be_bytes(random)) % 200)
    }

    /// Runs the job until all is delivered.
    pub fn to_the_end(&self) {
        for _ in 0..RUNS {
            let mut runs: Vec<Run> = (0..self.machines)
                .map(|machine| self.run(machine))
                .collect();
            for run in &mut runs {
                assert!(!run.killed_within(LONGEST), "a run hangs: {}", self.said());
            }
            if judge::is_complete(&self.store()) {
                return;
            }
        }
        panic!("the job does not come to its end: {}", self.said());
    }

    fn store(&self) -> Store {
        Store::parse(&self.address).unwrap()
    }

    pub fn said(&self) -> String {
        let said = std::fs::read_to_string(self.path("runs.log")).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Looks at every chip that the machine ever gave out, and at the books.
    /// Returns how many chips there were.
    pub fn judge(&self) -> usize {
        let batch = std::fs::read_to_string(self.path("batch.csv")).unwrap();
        let sockets: Vec<PathBuf> = (0..self.machines)
            .map(|machine| socket(self.folder.path(), machine))
            .collect();
        let found = judge::judge(&self.store(), &sockets, &batch);
        println!("{found:?}");
        assert_eq!(found.faults, Vec::<String>::new(), "{}", self.said());
        assert_eq!(found.genuine, self.cards, "genuine cards");
        found.chips
    }
}

fn socket(folder: &Path, machine: usize) -> PathBuf {
    folder.join(format!("machine-{machine}")).join(SOCKET)
}

/// Blank cards over T=1, numbered on from a random serial.
fn blanks() -> Blanks {
    let mut serials = Serials::random().unwrap();
    Box::new(move || {
        let identity = Identity::from_serial(serials.next().unwrap());
        let card = SimulatedCard::blank(&identity, Interface::T1)?;
        Ok(Box::new(card) as Box<dyn Card>)
    })
}

/// Random bytes of the system.
fn getrandom(bytes: &mut [u8]) {
    use std::io::Read as _;
    std::fs::File::open("/dev/urandom")
        .unwrap()
        .read_exact(bytes)
        .unwrap();
}
