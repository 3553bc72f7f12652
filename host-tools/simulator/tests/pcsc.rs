//! A card through a real pcscd: seen by a program that nobody here wrote, and pulled out of our own hands.
//!
//! The PC/SC library finds a private pcscd by an environment variable of its own process, so what our `PcscReader`
//! does there runs in a second run of this test program, as a test that is ignored otherwise.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use ssc_harness::pcscd::PrivatePcscd;
use ssc_reader::pcsc::{PcscReader, Sharing};
use ssc_reader::{Interface, Reader, ReaderError, Tapped, Trace, Writer};
use ssc_simulator::vpcd::{Eject, VpcdError, serve};
use ssc_simulator::{EchoCard, Identity, Image, Inserted, SimulatedCard};
use ssc_words::Lang;

fn insert_echo(port: u16) -> Inserted {
    Inserted::put(EchoCard::new(), port).unwrap()
}

/// pcscd takes a moment to power a card that was put in. (`opensc-tool --wait` waits for ever for one that is in.)
fn wait_for_card(pcscd: &PrivatePcscd) -> String {
    for _ in 0..100 {
        let output = pcscd
            .client("opensc-tool")
            .args(["-r", "0", "-c", "default", "-a"])
            .output()
            .expect("opensc-tool runs (apt-get install opensc)");
        if output.status.success() {
            return String::from_utf8_lossy(&output.stdout).into_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no card seen in ten seconds");
}

#[test]
fn opensc_tool_sees_the_card_and_its_answers() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let card = insert_echo(pcscd.ports()[0]);
    let atr = wait_for_card(&pcscd);
    assert!(atr.starts_with("3b:6d:00:00:00:00"), "{atr}");

    let output = pcscd
        .client("opensc-tool")
        .args(["-r", "0", "-c", "default"])
        .args(["-s", "00D6000004CAFEBABE"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("SW1=0x90, SW2=0x00"), "{text}");
    assert!(text.contains("CA FE BA BE"), "{text}");
    card.take_out().unwrap();
}

#[test]
fn a_second_card_in_one_slot_is_told_so() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let card = insert_echo(pcscd.ports()[0]);
    wait_for_card(&pcscd);
    let second = serve(
        &mut EchoCard::new(),
        pcscd.ports()[0],
        &Eject::default(),
        |_| {},
    );
    assert!(
        matches!(
            second,
            Err(VpcdError::SlotTaken { .. } | VpcdError::NoVpcd { .. })
        ),
        "{second:?}"
    );
    card.take_out().unwrap();
}

/// The ATR that PC/SC shows, asked for without touching the card.
fn shown_atr(pcscd: &PrivatePcscd) -> String {
    let output = pcscd
        .client("opensc-tool")
        .args(["-r", "0", "-c", "default", "-a"])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A card that comes the moment after another has gone is seen for what it is, whatever a client asks of the one that goes:
/// pcscd looks into a reader each 0.4 s, and misses a change in between.
#[test]
fn a_card_that_comes_at_once_after_another_is_seen() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    for turn in 0..12_u8 {
        let identity = Identity::from_serial([0xAA, 0, 0, 0, 0, turn]);
        let card = SimulatedCard::blank(&identity, Interface::T0).unwrap();
        let atr: Vec<String> = ssc_reader::Card::atr(&card)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let began = std::time::Instant::now();
        let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
        while shown_atr(&pcscd) != atr.join(":") {
            assert!(
                began.elapsed() < std::time::Duration::from_secs(20),
                "card {turn} is not seen"
            );
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        // Taken out under a client's hands, at another moment of pcscd's each time.
        let mut client = pcscd
            .client("opensc-tool")
            .args(["-r", "0", "-c", "default"])
            .args(["-s", "0084000008"].repeat(40))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(u64::from(turn) * 9));
        card.take_out().unwrap();
        if turn % 2 == 0 {
            client.wait().unwrap();
        } else {
            std::thread::spawn(move || client.wait());
        }
    }
}

#[test]
fn a_restarted_pcscd_gets_the_card_back() {
    // The next pcscd has other ports, so the restart is played by a listener on the old one.
    let mut pcscd = PrivatePcscd::start(1).unwrap();
    let port = pcscd.ports()[0];
    let card = insert_echo(port);
    wait_for_card(&pcscd);
    pcscd.stop();
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (mut again, _) = listener.accept().unwrap();
    again.write_all(&[0, 1, 4]).unwrap();
    let mut length = [0; 2];
    std::io::Read::read_exact(&mut again, &mut length).unwrap();
    assert_eq!(length, [0, 17]);
    card.take_out().unwrap();
}

/// Left to choose its driver, opensc-tool tries some 48 APDUs of other cards first. None of them may change anything:
/// no counter moves, nothing is written.
#[test]
fn a_stranger_who_tries_everything_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ssccard");
    let image = Image::create(&path, &Identity::from_serial([1; 6])).unwrap();
    let mut card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    let before = std::fs::read(&path).unwrap();

    let pcscd = PrivatePcscd::start(1).unwrap();
    let (port, eject) = (pcscd.ports()[0], Eject::default());
    let served = {
        let eject = eject.clone();
        std::thread::spawn(move || {
            let writer = Writer::new(Vec::new(), Lang::En).bare();
            let mut traced = Tapped::new(&mut card, Trace::new("vpcd", writer));
            serve(&mut traced, port, &eject, |_| {}).unwrap();
            let (_, trace) = traced.into_inner();
            String::from_utf8(trace.into_sink().into_inner()).unwrap()
        })
    };
    wait_for_card(&pcscd);
    let output = pcscd
        .client("opensc-tool")
        .args(["-r", "0", "-n"])
        .output()
        .unwrap();
    eject.eject();
    let trace = served.join().unwrap();
    let commands = trace.lines().filter(|line| line.starts_with('>')).count();
    assert!(
        commands > 20,
        "{commands} commands only: {output:?}\n{trace}"
    );
    assert!(std::fs::read(&path).unwrap() == before, "{trace}");
}

/// Runs an ignored test of this file with this pcscd.
fn inside(pcscd: &PrivatePcscd, test: &str, sharing: Sharing) -> Child {
    let program = std::env::current_exe().unwrap();
    pcscd
        .client(program)
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("READER", &pcscd.readers()[0])
        .env("SHARING", format!("{sharing:?}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the inside says that it has come so far; the line shows what it said otherwise.
fn wait_for(child: &mut BufReader<std::process::ChildStdout>, word: &str) {
    let mut line = String::new();
    while child.read_line(&mut line).unwrap() > 0 {
        if line.contains(word) {
            return;
        }
    }
    panic!("no {word:?} but {line}");
}

fn outside(test: &str, sharing: Sharing, disturb: impl FnOnce(&mut PrivatePcscd, Inserted)) {
    let mut pcscd = PrivatePcscd::start(1).unwrap();
    let card = insert_echo(pcscd.ports()[0]);
    wait_for_card(&pcscd);
    let mut child = inside(&pcscd, test, sharing);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    wait_for(&mut output, "CONNECTED");
    disturb(&mut pcscd, card);
    writeln!(child.stdin.take().unwrap(), "GO").unwrap();
    let rest: String = output.lines().map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success(), "{rest}");
}

/// Connects, says so, and waits until the outside has done its deed.
fn connect_and_wait() -> Box<dyn ssc_reader::Card> {
    let sharing = match std::env::var("SHARING").unwrap().as_str() {
        "Shared" => Sharing::Shared,
        _ => Sharing::Exclusive,
    };
    let mut reader = PcscReader::open(&std::env::var("READER").unwrap(), sharing).unwrap();
    let mut card = reader.connect().unwrap();
    assert_eq!(card.interface(), Interface::T0);
    assert_eq!(card.atr().len(), 17);
    assert_eq!(card.transmit(&[0, 0xD6, 0, 0, 1, 7]).unwrap(), [7, 0x90, 0]);
    card.reset().unwrap();
    println!("\nCONNECTED");
    std::io::stdin().lines().next();
    card
}

#[test]
fn a_card_pulled_out_in_the_middle_is_told_as_such() {
    for sharing in [Sharing::Exclusive, Sharing::Shared] {
        outside("inside_card_pulled", sharing, |_, card| {
            card.take_out().unwrap()
        });
    }
}

#[test]
#[ignore = "run by a_card_pulled_out_in_the_middle_is_told_as_such"]
fn inside_card_pulled() {
    let mut card = connect_and_wait();
    let error = card.transmit(&[0, 0xD6, 0, 0, 1, 7]).unwrap_err();
    assert!(
        matches!(error, ReaderError::CardRemoved { .. }),
        "{error:?}"
    );
    assert!(error.state_unknown());
}

#[test]
fn a_pcscd_that_ends_in_the_middle_is_told_as_such() {
    for sharing in [Sharing::Exclusive, Sharing::Shared] {
        outside("inside_pcscd_gone", sharing, |pcscd, card| {
            pcscd.stop();
            card.take_out().unwrap();
        });
    }
}

#[test]
#[ignore = "run by a_pcscd_that_ends_in_the_middle_is_told_as_such"]
fn inside_pcscd_gone() {
    let mut card = connect_and_wait();
    let error = card.transmit(&[0, 0xD6, 0, 0, 1, 7]).unwrap_err();
    assert!(
        matches!(
            error,
            ReaderError::NoService { .. } | ReaderError::ReaderGone { .. }
        ),
        "{error:?}"
    );
    assert!(error.state_unknown());
}

#[test]
fn readers_are_chosen_by_name_and_held_alone() {
    outside("inside_choosing", Sharing::Exclusive, |_, card| {
        // The card stays in while the inside tries: it is pulled when this test's pcscd ends.
        std::mem::forget(card);
    });
}

#[test]
#[ignore = "run by readers_are_chosen_by_name_and_held_alone"]
fn inside_choosing() {
    let card = connect_and_wait();
    let name = std::env::var("READER").unwrap();
    let open = |name: &str, sharing| PcscReader::open(name, sharing).map(drop);
    let several = open("Head", Sharing::Shared).unwrap_err();
    assert!(
        matches!(several, ReaderError::SeveralReaders { .. })
            && several.to_string().contains(&name),
        "{several:?}"
    );
    let error = open("HID Omnikey", Sharing::Shared).unwrap_err();
    assert!(error.to_string().contains(&name), "{error}");

    // One client holds the card alone; another process is refused in the end, and so is this one's second context.
    let impatient = |sharing| {
        let reader = PcscReader::open(&name, sharing).unwrap();
        reader.patience(std::time::Duration::from_millis(300), None)
    };
    let refused = impatient(Sharing::Shared).connect().err();
    assert!(
        matches!(refused, Some(ReaderError::InUse { .. })),
        "{refused:?}"
    );
    drop(card);
    let card = impatient(Sharing::Shared).connect().unwrap();
    for sharing in [Sharing::Shared, Sharing::Exclusive] {
        let refused = impatient(sharing).connect().err();
        assert!(
            matches!(refused, Some(ReaderError::InUse { .. })),
            "{refused:?}"
        );
    }
    // Whoever waits gets it in the end.
    let later = std::thread::spawn({
        let mut reader = PcscReader::open(&name, Sharing::Shared).unwrap();
        move || reader.connect().map(drop)
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(card);
    later.join().unwrap().unwrap();

    let mut empty = PcscReader::open(&name.replace("00 00", "00 01"), Sharing::Shared).unwrap();
    let refused = empty.connect().err();
    assert!(
        matches!(refused, Some(ReaderError::NoCard { .. })),
        "{refused:?}"
    );
}

#[test]
fn no_pcscd_says_how_to_start_one() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inside_no_pcscd", "--ignored", "--nocapture"])
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stdout)
    );
}

#[test]
#[ignore = "run by no_pcscd_says_how_to_start_one"]
fn inside_no_pcscd() {
    let error = ssc_reader::pcsc::list_readers().unwrap_err();
    assert!(
        matches!(error, ReaderError::NoService { .. }) && error.to_string().contains("systemctl"),
        "{error}"
    );
}
