//! Programs side by side on one card: each has it to itself while it works, and waits for the others.
//!
//! The PC/SC library finds a private pcscd by an environment variable of its own process, so the strangers here are a
//! second run of this test program, as tests that are ignored otherwise.

mod side_by_side {
    pub mod rider;
    pub mod stranger;
}
mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pcsc::{Card, Context, Protocols, Scope, ShareMode};
use side_by_side::rider::Rider;
use side_by_side::stranger::Stranger;
use ssc_harness::pcscd::PrivatePcscd;
use support::pcsc::{Sim, card_in, run, ssc};
use support::{err, json, text};

fn ready() {
    println!("\nREADY");
    std::io::stdout().flush().unwrap();
}

/// Until the outside ends it.
fn stay() {
    std::io::stdin().lines().for_each(drop);
}

fn stranger_connects() -> (Context, Card) {
    let context = Context::establish(Scope::User).unwrap();
    let reader = std::ffi::CString::new(std::env::var("READER").unwrap()).unwrap();
    let card = context.connect(&reader, ShareMode::Shared, Protocols::ANY);
    (context, card.unwrap())
}

/// A sample card of `version` in the first reader.
fn sample(pcscd: &PrivatePcscd, version: &str) -> Sim {
    let mut sim = Sim::start(pcscd, 0, &["--generation", version]);
    sim.event();
    card_in(pcscd, 0);
    sim
}

#[test]
#[ignore = "run by a_rider_without_keys_gets_nothing_through"]
fn inside_rider() {
    let mut free = BTreeSet::new();
    let riders = (0..4).map(|number| {
        let (context, card) = stranger_connects();
        let mut rider = Rider {
            card,
            free: free.clone(),
            commands: 0,
            resets: 0,
            breaches: Vec::new(),
        };
        if number == 0 {
            rider.learn();
            free.clone_from(&rider.free);
        }
        (context, rider)
    });
    let riders: Vec<(Context, Rider)> = riders.collect();
    let end = &AtomicBool::new(false);
    std::thread::scope(|threads| {
        let ridden = (0..).zip(riders).map(|(number, (context, mut rider))| {
            threads.spawn(move || {
                while !end.load(Ordering::SeqCst) {
                    rider.ride(number);
                }
                drop(context);
                rider
            })
        });
        let ridden: Vec<_> = ridden.collect();
        ready();
        stay();
        end.store(true, Ordering::SeqCst);
        for rider in ridden {
            let rider = rider.join().unwrap();
            println!("COMMANDS {} RESETS {}", rider.commands, rider.resets);
            for breach in rider.breaches {
                println!("BREACH {breach}");
            }
        }
    });
}

/// The one that has keys does its work all the while.
#[test]
fn a_rider_without_keys_gets_nothing_through() {
    std::thread::scope(|threads| {
        for version in ["1.00", "2.00", "3.00"] {
            threads.spawn(|| ridden(version));
        }
    });
}

fn ridden(version: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = text(&folder.path().join("data.txt"));
    std::fs::write(&data, "DF01EF06|13800000000|$\n").unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let _sim = sample(&pcscd, version);
    let write = ["terminal", "write", "DF01EF06|28|$", "--data", &data];
    run(&pcscd, &write, 0);
    let all = json(&run(&pcscd, &["read", "--all", "--json"], 0));

    let rider = Stranger::start(&pcscd, "inside_rider");
    let mut done = Vec::new();
    for turn in 0..20 {
        for args in [&write[..], &["read", "--all", "--json"]] {
            done.push(ssc(&pcscd, args).output().unwrap());
        }
        // The rider waits in steps of a tenth of a second: it is met at each moment of what it does.
        std::thread::sleep(Duration::from_millis(100 + 7 * turn));
    }
    let said = rider.end();
    assert!(!said.contains("BREACH"), "{version}\n{said}");
    for output in done {
        assert!(output.status.success(), "{version}\n{}", err(&output));
        assert!(output.stdout == b"written\n" || json(&output) == all);
    }
    let rode = said.lines().filter_map(|line| {
        let (commands, resets) = line.strip_prefix("COMMANDS ")?.split_once(" RESETS ")?;
        Some([commands, resets].map(|number| number.parse::<u32>().unwrap()))
    });
    let [commands, resets] = rode.fold([0; 2], |[a, b], [c, d]| [a + c, b + d]);
    // They met: the rider had its turns, and the resets of the others in between.
    assert!(commands > 1000 && resets > 20, "{version}\n{said}");
}

/// Runs `args` `count` times at once.
fn at_once(pcscd: &PrivatePcscd, count: usize, args: &[&str]) -> Vec<Output> {
    let children: Vec<Child> = (0..count)
        .map(|_| {
            let mut command = ssc(pcscd, args);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let outputs = children.into_iter().map(Child::wait_with_output);
    outputs.map(Result::unwrap).collect()
}

#[test]
fn eight_at_once_all_get_their_answer() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let _sim = sample(&pcscd, "3.00");
    for args in [["read", "--json"], ["verify", "--json"]] {
        let alone = run(&pcscd, &args, 0);
        for output in at_once(&pcscd, 8, &args) {
            assert!(output.status.success(), "{args:?}\n{}", err(&output));
            assert_eq!(json(&output), json(&alone), "{args:?}");
        }
    }
}

/// Two programs that want the same two readers, in different roles, do not wait for each other for ever.
#[test]
fn card_and_psam_in_two_readers_for_two_programs() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    let card = Sim::start(&pcscd, 0, &["--generation", "3.00"]);
    let folder = tempfile::tempdir().unwrap();
    let image = text(&folder.path().join("psam.ssccard"));
    let psam = [
        "psam",
        "issue",
        "--region",
        "110000",
        "--terminal-id",
        "331100000123",
        "--image",
        &image,
    ];
    support::run(&psam, 0);
    let psam = Sim::start(&pcscd, 1, &["--image", &image]);
    let mut sims = [card, psam];
    for (index, sim) in sims.iter_mut().enumerate() {
        sim.event();
        card_in(&pcscd, index);
    }
    let [reader, second] = [0, 1].map(|index| pcscd.readers()[index].clone());
    let right = ["verify", "--json", "--reader", &reader, "--psam", &second];
    let crossed = ["verify", "--json", "--reader", &second, "--psam", &reader];
    let began = Instant::now();
    let outputs = std::thread::scope(|threads| {
        let [right, crossed] = [right, crossed].map(|args| {
            threads.spawn({
                let pcscd = &pcscd;
                move || at_once(pcscd, 4, &args)
            })
        });
        [right, crossed].map(|outputs| outputs.join().unwrap())
    });
    for output in &outputs[0] {
        assert!(output.status.success(), "{}", err(output));
    }
    // The other way round the PSAM is no card, and the card no PSAM: the reader is not what is wrong.
    for output in &outputs[1] {
        assert_eq!(json(output)["error"]["kind"], "keys", "{}", err(output));
    }
    assert!(began.elapsed() < Duration::from_secs(30), "{began:?}");
    let same = run(
        &pcscd,
        &["verify", "--reader", &reader, "--psam", &reader],
        2,
    );
    assert!(err(&same).contains("second reader"), "{}", err(&same));
}

#[test]
#[ignore = "run by a_card_that_another_program_has_is_waited_for"]
fn inside_transaction() {
    let (_context, mut card) = stranger_connects();
    let transaction = card.transaction().unwrap();
    ready();
    stay();
    drop(transaction);
}

#[test]
#[ignore = "run by a_card_that_another_program_has_is_waited_for"]
fn inside_exclusive() {
    let context = Context::establish(Scope::User).unwrap();
    let reader = std::ffi::CString::new(std::env::var("READER").unwrap()).unwrap();
    let card = context.connect(&reader, ShareMode::Exclusive, Protocols::ANY);
    ready();
    stay();
    drop(card.unwrap());
}

#[test]
fn a_card_that_another_program_has_is_waited_for() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let _sim = sample(&pcscd, "2.00");
    let reader = &pcscd.readers()[0];
    for way in ["inside_transaction", "inside_exclusive"] {
        let stranger = Stranger::start(&pcscd, way);
        let output = run(&pcscd, &["read", "--json", "--timeout", "1"], 4);
        let report = json(&output);
        let words = report["error"]["message"].as_str().unwrap();
        assert!(words.contains("another program"), "{words}");
        assert!(words.contains(reader), "{words}");
        let chinese = report["error"]["message_zh"].as_str().unwrap();
        assert!(chinese.contains("另一程序"), "{chinese}");
        for command in [
            &["verify", "--timeout", "1"][..],
            &["terminal", "read-basic", "--timeout", "1"],
            &["apdu", "--timeout", "1", "0084000008"],
            &["psam", "show", "--timeout", "1"],
            &["cert", "show", "--timeout", "1"],
        ] {
            let output = run(&pcscd, command, 4);
            assert!(err(&output).contains("another program"), "{command:?}");
        }

        // In time it is not refused, and somebody is told why it takes so long.
        let mut waiting = ssc(&pcscd, &["read", "--json", "--timeout", "60"]);
        waiting.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut waiting = waiting.spawn().unwrap();
        let mut note = String::new();
        let mut words = BufReader::new(waiting.stderr.take().unwrap());
        while !note.contains("waiting: another program has the card") {
            assert!(words.read_line(&mut note).unwrap() > 0, "{note}");
        }
        assert!(note.contains(reader), "{note}");
        stranger.end();
        assert!(waiting.wait().unwrap().success(), "{way}");
    }
    let bad = run(&pcscd, &["read", "--timeout", "0"], 2);
    assert!(err(&bad).contains("1 to 86400"), "{}", err(&bad));
}

/// `ssc issue` alone has its card, waits for it and says so; what is asked of the card meanwhile waits for `ssc issue`.
#[test]
fn an_order_waits_for_its_card_too() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = support::Order::of("1");
    let mut sim = Sim::start(&pcscd, 0, &["--stack", "1"]);
    sim.event();
    card_in(&pcscd, 0);
    let (batch, reader) = (order.path("batch.csv"), pcscd.readers()[0].clone());
    let issue = |timeout: &str, out: &str| {
        let out = order.path(out);
        let args = [
            "issue",
            &batch,
            "--generation",
            "2.00",
            "--reader",
            &reader,
            "--timeout",
            timeout,
            "--json",
            "-o",
            &out,
        ];
        let mut command = ssc(&pcscd, &args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let stranger = Stranger::start(&pcscd, "inside_transaction");
    let refused = issue("1", "refused.csv").wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(7), "{}", err(&refused));
    assert!(
        err(&refused).contains("another program"),
        "{}",
        err(&refused)
    );

    let mut waiting = issue("60", "issued.csv");
    let mut note = String::new();
    let mut words = BufReader::new(waiting.stderr.take().unwrap());
    while !note.contains("waiting: another program has the card") {
        assert!(words.read_line(&mut note).unwrap() > 0, "{note}");
    }
    stranger.end();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(json(&output)["issued"], 1);
}

/// Socket activation: pcscd has ended for want of work, the card waits, and the first command starts it again. It is given time
/// to look into its readers, with --reader and without.
#[test]
fn the_first_command_after_pcscd_has_ended_by_itself_finds_the_card() {
    let pcscd = PrivatePcscd::start_on_demand(2).unwrap();
    let mut sim = sample(&pcscd, "2.00");
    let basic = json(&run(&pcscd, &["read", "--json"], 0));
    let reader = &pcscd.readers()[0];
    for args in [
        &["read", "--json"][..],
        &["read", "--json", "--reader", reader],
    ] {
        pcscd.end_by_itself();
        assert_eq!(sim.event()["event"], "reader_gone");
        assert_eq!(json(&run(&pcscd, args, 0)), basic, "{args:?}");
        assert_eq!(sim.event()["event"], "inserted");
    }
}

#[test]
fn a_name_that_fits_two_readers_lists_them() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    for command in ["read", "verify"] {
        let output = run(&pcscd, &[command, "--reader", "Head 2"], 2);
        let said = err(&output);
        for name in ["\"Head 2 00 00\"", "\"Head 2 00 01\""] {
            assert!(said.contains(name), "{said}");
        }
        assert!(
            said.contains("several") && !said.contains("Head 1"),
            "{said}"
        );
    }
}

/// pcscd hangs up on a client that polkit refuses. A socket that does the same stands for it: polkit itself needs a system.
#[test]
fn a_user_whom_the_service_refuses_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("pcscd.comm");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            // Its question lies unread, as in pcscd.
            std::thread::sleep(Duration::from_millis(100));
            drop(client);
        }
    });
    for args in [&["readers", "--json"][..], &["read", "--json"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssc"));
        command.args(args).env("PCSCLITE_CSOCK_NAME", &socket);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{}", err(&output));
        let report = json(&output);
        let words = report["error"]["message"].as_str().unwrap();
        assert!(
            words.contains("refuses") && words.contains("polkit"),
            "{words}"
        );
        assert!(!words.contains("systemctl"), "{words}");
        let chinese = report["error"]["message_zh"].as_str().unwrap();
        assert!(chinese.contains("拒绝"), "{chinese}");
    }
}
