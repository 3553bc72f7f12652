//! The operator's screen, on a terminal of its own: what it shows, in a small terminal too, and that the terminal is given back.

mod support;

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use support::Order;
use support::pty::Pty;

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a terminal is told at the begin and the end of a full screen, and that the cursor is shown again (xterm).
const ENTER: &str = "\x1b[?1049h";
const LEAVE: &str = "\x1b[?1049l";
const CURSOR: &str = "\x1b[?25h";

/// `ssc issue --tui` at a terminal.
struct Terminal {
    master: File,
    slave: File,
    child: Child,
    pieces: Receiver<Vec<u8>>,
    shown: String,
    _order: Order,
}

impl Terminal {
    fn start(cards: &str, more: &[&str], size: (u16, u16)) -> Self {
        let order = Order::of(cards);
        let pty = Pty::open();
        let slave = File::from(pty.slave());
        resize(&slave, size);
        let batch = order.path("batch.csv");
        let issue = ["issue", &batch, "--generation", "2.00", "--tui"];
        let mut command = pty.ssc(&[&issue, more].concat());
        command.env("SSC_STORE", order.path("books.db"));
        let child = command.spawn().unwrap();
        let master = pty.master;
        let mut read = master.try_clone().unwrap();
        let (send, pieces) = channel();
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length) = read.read(&mut piece) {
                if length == 0 || send.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            master,
            slave,
            child,
            pieces,
            shown: String::new(),
            _order: order,
        }
    }

    /// Waits until something was shown.
    fn until(&mut self, wanted: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.shown.contains(wanted) && !words(&self.shown).contains(wanted) {
            assert!(Instant::now() < deadline, "{wanted:?} in {:?}", self.shown);
            self.read();
        }
    }

    fn read(&mut self) {
        if let Ok(piece) = self.pieces.recv_timeout(Duration::from_millis(100)) {
            self.shown += &String::from_utf8_lossy(&piece);
        }
    }

    fn modes(&self) -> LocalModes {
        tcgetattr(&self.slave).unwrap().local_modes
    }

    /// Waits for the end; the terminal is as it was then.
    fn end(mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "{:?}", self.shown);
            self.read();
        }
        self.until(LEAVE);
        self.until(CURSOR);
        let modes = self.modes();
        assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG));
        self.read();
        self.shown.clone()
    }
}

/// What was shown, without what steers the terminal: a wide character is placed by itself.
fn words(shown: &str) -> String {
    let mut pieces = shown.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |mut words, piece| {
        let end = piece.find(|character: char| character.is_ascii_alphabetic());
        words += end.map_or("", |end| &piece[end + 1..]);
        words
    })
}

fn resize(terminal: &File, (columns, rows): (u16, u16)) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(terminal, size).unwrap();
}

#[test]
fn the_full_screen_shows_a_run_and_gives_the_terminal_back() {
    let mut terminal = Terminal::start("150", &["--lang", "zh"], (90, 24));
    terminal.until(ENTER);
    terminal.until("发卡头");
    terminal.until("sim");
    terminal.until("失败原因");
    assert!(!terminal.modes().contains(LocalModes::ECHO));
    let shown = terminal.end();
    // What stood on the terminal before stays above what the end says.
    let after = shown.rsplit(LEAVE).next().unwrap();
    assert!(after.contains("150"), "{after}");
}

#[test]
fn a_terminal_that_becomes_tiny_is_no_fault() {
    let mut terminal = Terminal::start("300", &[], (90, 24));
    terminal.until("Rejects");
    for size in [(12, 3), (1, 1), (200, 60), (30, 8)] {
        resize(&terminal.slave, size);
        for _ in 0..4 {
            terminal.read();
        }
    }
    let shown = terminal.end();
    assert!(!shown.contains("panicked"), "{shown}");
    assert!(
        shown.rsplit(LEAVE).next().unwrap().contains("300"),
        "{shown}"
    );
}

/// `q` and Ctrl-C are keys there, and end the run as an interrupt does.
#[test]
fn a_key_ends_the_run_and_gives_the_terminal_back() {
    for key in [b"q", b"\x03"] {
        let mut terminal = Terminal::start("3000", &[], (90, 24));
        terminal.until("cards/h");
        terminal.master.write_all(key).unwrap();
        let shown = terminal.end();
        assert!(!shown.contains("panicked"), "{shown}");
    }
}

/// Without a terminal there are plain lines, and nothing that steers one.
#[test]
fn without_a_terminal_there_are_plain_lines() {
    let order = Order::of("3");
    let mut command = support::ssc(&[
        "issue",
        &order.path("batch.csv"),
        "--generation",
        "2.00",
        "--tui",
    ]);
    command.env("SSC_STORE", order.path("books.db"));
    let output = support::finish(&mut command, 0);
    assert!(!support::err(&output).contains('\x1b'));
    assert!(!support::out(&output).contains('\x1b'));
}
