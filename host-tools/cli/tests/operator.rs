//! Runs of a job as an operator sees them: heads that are fed and not fed, commands that feed them, a stop, a pause.

mod support;

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use ssc_harness::pcscd::PrivatePcscd;
use support::pcsc::{Sim, card_in};
use support::{Order, err, out};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A job of so many cards in a register of its own.
struct Job {
    order: Order,
    store: String,
}

impl Job {
    fn of(count: &str) -> Self {
        let order = Order::of(count);
        let store = order.path("bureau.db");
        let job = Self { order, store };
        let batch = job.order.path("batch.csv");
        let create = [
            "create",
            &batch,
            "--generation",
            "2.00",
            "--name",
            "batch-1",
        ];
        let number = ["--first-card-number", "1"];
        job.run(&[&create[..], &number].concat(), 0);
        job
    }

    fn command(&self, mut command: Command, args: &[&str]) -> Command {
        support::clean(&mut command);
        command.env("SSC_STORE", &self.store).arg("job").args(args);
        command
    }

    fn ssc(&self, args: &[&str]) -> Command {
        self.command(Command::new(env!("CARGO_BIN_EXE_ssc")), args)
    }

    fn run(&self, args: &[&str], code: i32) -> std::process::Output {
        let output = self.ssc(args).output().unwrap();
        let said = err(&output);
        assert_eq!(output.status.code(), Some(code), "{args:?} {said}");
        output
    }

    /// Begins a run in the background.
    fn begin(&self, args: &[&str]) -> Running {
        let child = self
            .ssc(&[&["run", "batch-1"], args].concat())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running(child)
    }
}

struct Running(Child);

impl Running {
    fn interrupt(&self) {
        kill_process(Pid::from_child(&self.0), Signal::INT).unwrap();
    }

    /// Waits for its end: exit code, stdout, stderr.
    fn end(&mut self, within: Duration) -> (i32, String, String) {
        let limit = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < limit, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        };
        let (mut out, mut err) = (String::new(), String::new());
        self.0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        self.0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        (status.code().unwrap(), out, err)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a file is there.
fn until(path: &str) {
    let limit = Instant::now() + PATIENCE;
    while !std::path::Path::new(path).exists() {
        assert!(Instant::now() < limit, "{path}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn events(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_command_that_feeds_a_head_gets_no_secret_and_no_store() {
    let job = Job::of("1");
    let seen = job.order.path("seen");
    let next = format!("env > {seen}; printf 'low \\033[31mstack\\n' >&2");
    let output = job
        .ssc(&["run", "batch-1", "--on-next", &next])
        .env("SSC_PIN", "735192")
        .env("SSC_PASSPHRASE", "nobody-sees-this")
        .env("SSC_HSM_PIN", "86420")
        .output()
        .unwrap();
    let said = err(&output);
    assert!(output.status.success(), "{said}");
    let seen = std::fs::read_to_string(seen).unwrap();
    for secret in ["735192", "nobody-sees-this", "86420", job.store.as_str()] {
        assert!(!seen.contains(secret), "{seen}");
    }
    assert!(seen.contains("SSC_HEAD=sim 1") && seen.contains("SSC_LINE=2"));
    // What it says is a line of its head, and steers no terminal.
    assert!(said.contains("sim 1 --on-next: low"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn a_stop_ends_a_head_that_waits_at_once_and_says_so() {
    for json_lines in [false, true] {
        let job = Job::of("2");
        let begun = job.order.path("begun");
        let next = format!("touch {begun}; sleep 40");
        let more: &[&str] = if json_lines { &["--json-lines"] } else { &[] };
        let mut run = job.begin(&[&["--on-next", &next][..], more].concat());
        until(&begun);
        run.interrupt();
        let (code, out, err) = run.end(Duration::from_secs(15));
        assert_eq!(code, 130, "{err}");
        assert!(err.contains("stopped; nothing is lost, 2 left"), "{err}");
        if json_lines {
            let last = events(&out).pop().unwrap();
            assert_eq!(
                (&last["event"], &last["how"]),
                (&"ended".into(), &"stopped".into())
            );
        }
    }
}

#[test]
fn a_second_stop_says_that_nothing_is_lost_too() {
    let job = Job::of("2");
    let begun = job.order.path("begun");
    let good = format!("touch {begun}; sleep 40");
    let mut run = job.begin(&["--on-good", &good, "--json-lines"]);
    // The card is in hand: the first stop waits for it.
    until(&begun);
    run.interrupt();
    std::thread::sleep(Duration::from_millis(500));
    assert!(run.0.try_wait().unwrap().is_none(), "it waits for the card");
    run.interrupt();
    let (code, out, err) = run.end(Duration::from_secs(15));
    assert_eq!(code, 130, "{err}");
    assert!(err.contains("stopped at once; nothing is lost"), "{err}");
    assert_eq!(events(&out).pop().unwrap()["how"], "stopped");
}

#[test]
fn a_run_that_somebody_pauses_says_so_and_how_to_go_on() {
    let job = Job::of("2");
    let begun = job.order.path("begun");
    let next = format!("touch {begun}; sleep 40");
    let mut run = job.begin(&["--on-next", &next, "--json-lines"]);
    until(&begun);
    job.run(&["pause", "batch-1"], 0);
    let (code, out_, err) = run.end(Duration::from_secs(15));
    assert_eq!(code, 7, "{err}");
    assert!(err.contains("`ssc job resume batch-1`"), "{err}");
    let last = events(&out_).pop().unwrap();
    assert_eq!(
        (&last["event"], &last["how"]),
        (&"ended".into(), &"paused".into())
    );
    for look in ["status", "remaining"] {
        let said = out(&job.run(&[look, "batch-1"], 0));
        assert!(said.contains("ssc job resume batch-1"), "{look}: {said}");
    }
}

#[test]
fn a_full_screen_and_lines_for_programs_are_not_had_together() {
    let job = Job::of("1");
    job.run(&["run", "batch-1", "--tui", "--json-lines"], 2);
}

/// Four readers of a real pcscd, of which two are fed: all orders are made, and no card waits for another program, which there is not.
#[test]
fn two_fed_readers_of_four_make_all_cards() {
    let pcscd = PrivatePcscd::start(4).unwrap();
    let job = Job::of("6");
    let images = job.order.path("cards");
    let _stacks: Vec<Sim> = [1, 3]
        .map(|reader| {
            let mut sim = Sim::start(&pcscd, reader, &["--stack", "6", "--images", &images]);
            sim.event();
            card_in(&pcscd, reader);
            sim
        })
        .into();
    let began = Instant::now();
    let args = ["run", "batch-1", "--heads", "all", "--json-lines"];
    let mut command = job.command(pcscd.client(env!("CARGO_BIN_EXE_ssc")), &args);
    command.args(["--timeout", "100"]);
    let output = command.output().unwrap();
    let said = err(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // One card that waits for another program costs more than that.
    assert!(began.elapsed() < Duration::from_secs(90), "{said}");
    assert!(!said.contains("another program"), "{said}");
    let events = events(&out(&output));
    let of = |what: &str| {
        events
            .iter()
            .filter(|event| event["event"] == what)
            .collect::<Vec<_>>()
    };
    let delivered = of("delivered");
    assert_eq!(delivered.len(), 6);
    assert!(
        delivered
            .iter()
            .all(|card| card["seconds"].as_f64().unwrap() < 30.0)
    );
    assert_eq!(of("failed").len(), 0, "{events:?}");
    assert_eq!(events.last().unwrap()["how"], "done");
}
