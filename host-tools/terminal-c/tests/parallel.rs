//! Many threads of two programs at one card, and what cannot be used: the functions called as a program calls them.
//!
//! The PC/SC library finds a private pcscd by an environment variable of its own process, so each program is a run of this
//! test again, as a test that is ignored otherwise.

use std::ffi::{c_char, c_long};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use ssc_harness::pcscd::PrivatePcscd;
use ssc_reader::{Card, Interface, ReaderError};
use ssc_simulator::{Image, Inserted, SimulatedCard};

const THREADS: usize = 4;
const CALLS: usize = 8;

/// A golden card in a reader of a pcscd, until the guard is dropped.
fn insert(pcscd: &PrivatePcscd, reader: usize, folder: &std::path::Path) -> Inserted {
    let name = "format-1-card-3.00.ssccard";
    let path = folder.join(name);
    let image = test_vectors::vectors::directory().join("images").join(name);
    std::fs::copy(image, &path).unwrap();
    let card = SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T0);
    Inserted::put(card.unwrap(), pcscd.ports()[reader]).unwrap()
}

fn inside(pcscd: &PrivatePcscd, test: &str) -> Command {
    let mut command = pcscd.client(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SSC_")) {
        command.env_remove(name);
    }
    command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("SSC_VAULT", "demo")
        .env("SSC_ENCODING", "utf8")
        .env("SSC_LANGUAGE", "en");
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read_card_basic(kind: i32) -> (c_long, String) {
    let mut room = [0_u8; 1024];
    // SAFETY: there is room for the default capacity.
    let code = unsafe { ssc_card::iReadCardBas(kind, room.as_mut_ptr().cast::<c_char>()) };
    let length = room.iter().position(|byte| *byte == 0).unwrap();
    (code, String::from_utf8(room[..length].to_vec()).unwrap())
}

#[test]
#[ignore = "run by sixty_four_calls_of_two_programs_have_sixty_four_right_answers"]
fn inside_threads() {
    let answers = std::thread::scope(|threads| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| threads.spawn(|| (0..CALLS).map(|_| read_card_basic(1)).collect::<Vec<_>>()))
            .collect();
        let answers = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        answers.collect::<Vec<_>>()
    });
    for (code, answer) in answers {
        println!("\nANSWER {code} {answer}");
    }
}

#[test]
fn sixty_four_calls_of_two_programs_have_sixty_four_right_answers() {
    let folder = tempfile::tempdir().unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let _card = insert(&pcscd, 0, folder.path());
    let programs = [0; 2].map(|_| {
        let mut program = inside(&pcscd, "inside_threads");
        program.stdout(Stdio::piped()).spawn().unwrap()
    });
    let mut right = 0;
    for program in programs {
        let text = text(&program.wait_with_output().unwrap());
        for answer in text.lines().filter_map(|line| line.strip_prefix("ANSWER ")) {
            assert!(
                answer.starts_with("0 110100|110101199003079964|X00000019|110100D156000005"),
                "{answer}"
            );
            right += 1;
        }
    }
    assert_eq!(right, 2 * THREADS * CALLS);
}

/// A card whose answer to reset is none: vpcd has no room for so long a one, and so pcscd calls it mute.
struct Mute;

impl Card for Mute {
    fn atr(&self) -> &[u8] {
        &[0x3B; 40]
    }
    fn interface(&self) -> Interface {
        Interface::T0
    }
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, ReaderError> {
        Ok(vec![0x6F, 0x00])
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        Ok(())
    }
}

#[test]
#[ignore = "run by what_is_named_and_cannot_be_used_is_told_by_its_name"]
fn inside_call() {
    let kind = std::env::var("KIND").unwrap().parse().unwrap();
    let (code, text) = read_card_basic(kind);
    println!("\nANSWER {code} {text}");
}

/// Holds the second reader's card in a transaction of its own, until its standard input ends.
#[test]
#[ignore = "run by what_is_named_and_cannot_be_used_is_told_by_its_name"]
fn inside_holder() {
    use ssc_reader::Reader;
    use ssc_reader::pcsc::{PcscReader, Sharing};
    let mut reader = PcscReader::open(&std::env::var("READER").unwrap(), Sharing::Shared).unwrap();
    let card = reader.connect().unwrap();
    println!("\nHELD");
    std::io::stdin().lines().for_each(drop);
    drop(card);
}

#[test]
fn what_is_named_and_cannot_be_used_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let pcscd = PrivatePcscd::start(3).unwrap();
    let _card = insert(&pcscd, 0, folder.path());
    let [first, second, third] = [0, 1, 2].map(|reader| pcscd.readers()[reader].clone());
    let call = |kind: i32, settings: &[(&str, &str)]| {
        let mut command = inside(&pcscd, "inside_call");
        command
            .env("KIND", kind.to_string())
            .env("SSC_TIMEOUT", "1");
        command.envs(settings.iter().copied());
        let text = text(&command.output().unwrap());
        let answer = text.lines().find_map(|line| line.strip_prefix("ANSWER "));
        let answer = answer.unwrap_or_else(|| panic!("{text}"));
        let (code, words) = answer.split_once(' ').unwrap();
        (code.parse::<i64>().unwrap(), words.to_owned())
    };
    assert_eq!(call(1, &[]).0, 0);

    // The PSAM: misspelt, ambiguous, empty, mute, in use, the card's own reader.
    let psam = |name: &str| call(1, &[("SSC_READER", &first), ("SSC_PSAM", name)]);
    for (name, code, said) in [
        ("Haed 2", -11, "\"Haed 2\""),
        ("Head", -11, "several"),
        (&second, -2201, "no card in reader"),
        (&first, -11, "second reader"),
    ] {
        let (got, words) = psam(name);
        assert_eq!(got, code, "{words}");
        assert!(words.contains(said), "{words}");
        assert!(
            name != second || words.contains("PSAM") && words.contains(name),
            "{words}"
        );
    }
    let mute = Inserted::put(Mute, pcscd.ports()[1]).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let (code, words) = psam(&second);
    assert_eq!(code, -3, "{words}");
    assert!(words.contains(&second) && words.contains("PSAM"), "{words}");
    mute.take_out().unwrap();
    let held = tempfile::tempdir().unwrap();
    let _held = insert(&pcscd, 2, held.path());
    let mut holder = inside(&pcscd, "inside_holder")
        .env("READER", &third)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(holder.stdout.take().unwrap()));
    assert!(lines.any(|line| line.unwrap() == "HELD"));
    let (code, words) = psam(&third);
    assert_eq!(code, -12, "{words}");
    assert!(
        words.contains("another program") && words.contains(&third),
        "{words}"
    );
    let (code, words) = call(1, &[("SSC_READER", &third)]);
    assert_eq!(code, -12, "{words}");
    assert!(words.contains(&third) && !words.contains("PSAM"), "{words}");
    // Whichever has a card: the named one that is empty is passed over, the one in use is not.
    let both = [
        ("SSC_READER", second.as_str()),
        ("SSC_CONTACTLESS_READER", &first),
    ];
    assert_eq!(call(3, &both).0, 0);
    drop(holder.stdin.take());
    holder.wait().unwrap();

    // No contactless reader, named or seen.
    let (code, words) = call(2, &[]);
    assert_eq!(code, -11, "{words}");
    assert!(words.contains("contactless"), "{words}");
    let (code, words) = call(2, &[("SSC_READER", &first)]);
    assert_eq!(code, -11, "{words}");
    assert_eq!(call(4, &[("SSC_READER", &first)]).0, 0);
    assert_eq!(call(2, &[("SSC_CONTACTLESS_READER", &first)]).0, 0);
    // The reader for contactless cards is none for others.
    let (code, words) = call(
        1,
        &[("SSC_CONTACTLESS_READER", &first), ("SSC_READER", &second)],
    );
    assert_eq!(code, -2, "{words}");
    assert!(words.contains(&second), "{words}");
}
