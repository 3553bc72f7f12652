//! QEMU as a child of this process, and its serial line.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::memory::{LENGTH, Memory};
use super::{Firmware, FirmwareError, FirmwareFault};

const QEMU: &str = "qemu-system-arm";
/// How long QEMU may take to open its lines: seconds on a machine that does other things.
const START: Duration = Duration::from_secs(20);

/// How often to look meanwhile.
const POLL: Duration = Duration::from_millis(2);

/// How the emulated board runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MachineOptions {
    /// One instruction takes 128 ns of the board's time, always: its clock then counts instructions.
    pub counted: bool,
    /// QEMU takes each instruction by itself and is some five times slower: the board is then busy most of the time, not waiting for
    /// its line.
    pub slow: bool,
    /// The monitor, which reads the board's memory.
    pub monitor: bool,
    /// The power goes by itself so long after QEMU was started.
    pub cut_after: Option<Duration>,
    /// What the board's random generator starts from, in place of 32 random bytes: two starts from the same memory then answer alike.
    /// For comparisons alone.
    pub seed: Option<[u8; 32]>,
}

/// Cuts a card's power, from any thread, at whatever instruction it is: `kill -9`.
#[derive(Clone, Debug)]
pub struct PowerSwitch(Sender<()>);

impl PowerSwitch {
    /// Cuts the power. The second time nothing happens.
    pub fn cut(&self) {
        // The machine may have ended already.
        let _ = self.0.send(());
    }
}

/// A running board.
#[derive(Debug)]
pub(super) struct Machine {
    switch: PowerSwitch,
    /// Owns the child, so that the kernel ends it with this process.
    keeper: Option<JoinHandle<()>>,
    monitor: Option<UnixStream>,
    folder: TempDir,
    /// `None` only after [`Machine::cut`].
    memory: Option<Memory>,
}

impl Machine {
    /// Starts the board with its power on. Returns it with its serial line.
    pub(super) fn start(
        firmware: &Firmware,
        memory: Memory,
        options: MachineOptions,
    ) -> Result<(Self, UnixStream), FirmwareError> {
        let starts = memory
            .freshen(options.seed)
            .and_then(|()| memory.starts())
            .map_err(|error| FirmwareFault::Io(error).of(memory.path()))?;
        let io = |error| FirmwareFault::Io(error).of(Path::new(QEMU));
        let folder = tempfile::Builder::new()
            .prefix("ssc-firmware-")
            .tempdir()
            .map_err(io)?;
        let serial = UnixListener::bind(folder.path().join("serial")).map_err(io)?;
        let monitor = options
            .monitor
            .then(|| UnixListener::bind(folder.path().join("monitor")))
            .transpose()
            .map_err(io)?;
        let said = folder.path().join("said");
        let mut command = command(firmware, &memory, options, folder.path());
        command.stderr(std::fs::File::create(&said).map_err(io)?);

        let (switch, cut) = channel();
        let (told, started) = channel();
        let keeper = std::thread::spawn(move || keep(command, options.cut_after, &told, &cut));
        let mut machine = Self {
            switch: PowerSwitch(switch),
            keeper: Some(keeper),
            monitor: None,
            folder,
            memory: Some(memory),
        };
        match started.recv() {
            Ok(Ok(())) => {}
            Ok(Err(error)) if error.kind() == ErrorKind::NotFound => {
                return Err(FirmwareFault::NoQemu.of(Path::new(QEMU)));
            }
            Ok(Err(error)) => return Err(io(error)),
            Err(_) => return Err(FirmwareFault::Mute.of(firmware.path())),
        }
        let accept = |listener: &UnixListener| {
            accept(listener).map_err(|_| {
                let said = std::fs::read_to_string(&said).unwrap_or_default();
                FirmwareFault::Qemu(said.trim().to_string()).of(Path::new(QEMU))
            })
        };
        let line = accept(&serial)?;
        if let Some(listener) = monitor {
            machine.monitor = Some(accept(&listener)?);
        }
        machine
            .await_start(&line, starts)
            .map_err(|_| FirmwareFault::Mute.of(firmware.path()))?;
        Ok((machine, line))
    }

    /// Waits until the board counts its start: bytes that come before its line is open may be lost.
    fn await_start(&self, mut line: &UnixStream, starts: u32) -> std::io::Result<()> {
        line.set_read_timeout(Some(POLL))?;
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            match &self.memory {
                Some(memory) if memory.starts()? == starts => {}
                _ => return Ok(()),
            }
            match line.read(&mut [0]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Err(ErrorKind::InvalidData.into()),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::TimedOut.into())
    }

    pub(super) fn switch(&self) -> PowerSwitch {
        self.switch.clone()
    }

    /// Cuts the power and gives the memory back.
    pub(super) fn cut(mut self) -> Option<Memory> {
        self.end();
        self.memory.take()
    }

    /// Whether the memory's file still has its name.
    pub(super) fn is_there(&self) -> Result<(), FirmwareError> {
        self.memory.as_ref().map_or(Ok(()), Memory::is_there)
    }

    pub(super) fn flash(&self) -> Result<Vec<u8>, FirmwareError> {
        // There is none only after `cut`, which takes the machine.
        self.memory.as_ref().map_or(Ok(Vec::new()), Memory::flash)
    }

    fn end(&mut self) {
        self.switch.cut();
        if let Some(keeper) = self.keeper.take() {
            // The thread only waits for the child: nothing it could tell.
            let _ = keeper.join();
        }
    }

    /// `length` bytes of the board's memory from `address` on, read beside the running card.
    pub(super) fn peek(&mut self, address: u64, length: usize) -> std::io::Result<Vec<u8>> {
        let Some(monitor) = &mut self.monitor else {
            return Err(ErrorKind::NotConnected.into());
        };
        let file = self.folder.path().join("dump");
        let mut asked = String::from("{\"execute\":\"qmp_capabilities\"}\n");
        asked.push_str(&format!(
            "{{\"execute\":\"pmemsave\",\"arguments\":{{\"val\":{address},\"size\":{length},\"filename\":\"{}\"}}}}\n",
            file.display()
        ));
        monitor.write_all(asked.as_bytes())?;
        // The greeting comes once, an event may come between, each command is answered by one line.
        let mut lines = BufReader::new(&mut *monitor).lines();
        let mut answered = 0;
        while answered < 2 {
            let line = lines.next().ok_or(ErrorKind::UnexpectedEof)??;
            if line.contains("\"return\"") || line.contains("\"error\"") {
                answered += 1;
            }
        }
        let bytes = std::fs::read(&file)?;
        std::fs::remove_file(&file)?;
        Ok(bytes)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.end();
    }
}

fn command(
    firmware: &Firmware,
    memory: &Memory,
    options: MachineOptions,
    folder: &Path,
) -> Command {
    // QEMU's lists are separated by commas; a comma within is doubled.
    let escaped = |path: PathBuf| path.display().to_string().replace(',', ",,");
    let path = std::path::absolute(memory.path()).unwrap_or_else(|_| memory.path().into());
    // A process that is killed itself must not leave its cards behind: setpriv (util-linux) asks the kernel to see to
    // it, and becomes QEMU, under the same process id.
    let mut command = if Path::new("/usr/bin/setpriv").exists() {
        let mut command = Command::new("/usr/bin/setpriv");
        command.args(["--pdeathsig", "KILL", QEMU]);
        command
    } else {
        Command::new(QEMU)
    };
    command
        .args(["-M", "mps2-an386,memory-backend=nvm", "-nodefaults"])
        .args(["-display", "none", "-object"])
        .arg(format!(
            "memory-backend-file,id=nvm,size={LENGTH},mem-path={},share=on",
            escaped(path)
        ))
        .arg("-chardev")
        .arg(format!(
            "socket,id=line,path={}",
            escaped(folder.join("serial"))
        ))
        .args(["-serial", "chardev:line", "-kernel"])
        .arg(firmware.path());
    if options.counted {
        command.args(["-icount", "shift=7,sleep=off"]);
    } else if options.slow {
        command.args(slow());
    }
    if options.monitor {
        command
            .arg("-chardev")
            .arg(format!(
                "socket,id=monitor,path={}",
                escaped(folder.join("monitor"))
            ))
            .args(["-mon", "chardev=monitor,mode=control"]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// How this QEMU is told to take each instruction by itself: from 8.1 on the option has another name, and QEMU 10 has lost the old one.
fn slow() -> &'static [&'static str] {
    static NEW: OnceLock<bool> = OnceLock::new();
    let new = NEW.get_or_init(|| {
        const NAME: &str = "one-insn-per-tb";
        let help = Command::new(QEMU).arg("-help").output();
        // QEMU that cannot be run says so when it is started.
        help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains(NAME))
    });
    if *new {
        &["-accel", "tcg,one-insn-per-tb=on"]
    } else {
        &["-singlestep"]
    }
}

/// Starts the child and ends it when asked, or when nobody is left to ask.
fn keep(
    mut command: Command,
    cut_after: Option<Duration>,
    told: &Sender<std::io::Result<()>>,
    cut: &Receiver<()>,
) {
    let started: std::io::Result<Child> = if installed() {
        command.spawn()
    } else {
        Err(ErrorKind::NotFound.into())
    };
    match started {
        Ok(mut child) => {
            let _ = told.send(Ok(()));
            // Asked, at the time set, or when nobody is left to ask: all three end it.
            match cut_after {
                Some(time) => drop(cut.recv_timeout(time)),
                None => drop(cut.recv()),
            }
            // It may have ended by itself; then there is only its result to collect.
            let _ = child.kill();
            let _ = child.wait();
        }
        Err(error) => {
            let _ = told.send(Err(error));
        }
    }
}

fn installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(QEMU).is_file())
}

/// The first connection, within [`START`].
fn accept(listener: &UnixListener) -> std::io::Result<UnixStream> {
    listener.set_nonblocking(true)?;
    let deadline = Instant::now() + START;
    loop {
        match listener.accept() {
            Ok((line, _)) => {
                line.set_nonblocking(false)?;
                return Ok(line);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < deadline => {
                std::thread::sleep(POLL);
            }
            Err(error) => return Err(error),
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
