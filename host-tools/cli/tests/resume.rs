//! A batch that was stopped goes on: `ssc issue --resume`. What is issued stays, and every card has the PIN of the sealed file.

mod support;

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{Order, clean, column, err, finish, json, run, secret, ssc, text};

/// `ssc` under a limit of so many bytes for each file.
fn limited(bytes: u64, args: &[&str]) -> Output {
    support::limited(bytes).args(args).output().unwrap()
}

/// A batch, and one register for all that is done with it.
struct Batch {
    order: Order,
    args: Vec<String>,
}

impl Batch {
    fn of(count: &str, generation: &str) -> Self {
        let order = Order::of(count);
        let (batch, store) = (order.path("batch.csv"), order.path("bureau.db"));
        let args = ["issue", &batch, "--generation", generation]
            .into_iter()
            .chain(["--store", &store, "--json"])
            .map(str::to_owned)
            .collect();
        Self { order, args }
    }

    fn with<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let args = self.args.iter().map(String::as_str);
        args.chain(more.iter().copied()).collect()
    }

    fn run(&self, more: &[&str], code: i32) -> Output {
        run(&self.with(more), code)
    }

    /// What is in the order's folder, in order.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.order.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names
            .filter(|name| !name.starts_with("bureau.db"))
            .collect();
        names.sort();
        names
    }

    /// A vault, and the options that name it.
    fn vault(&self) -> Vec<String> {
        let (vault, passphrase) = (self.order.path("keys.vault"), self.order.path("passphrase"));
        secret(&passphrase, "passphrase of a test\n");
        let new = ["keys", "new", &vault, "--passphrase-file", &passphrase];
        finish(&mut ssc(&new), 0);
        ["--vault", &vault, "--passphrase-file", &passphrase]
            .map(str::to_owned)
            .into()
    }
}

fn words(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

/// Whatever room there is, a batch that found none goes on to the end when there is some, and no card is made twice.
#[test]
fn a_batch_that_found_no_room_goes_on_when_there_is_some() {
    let mut stopped_in_the_middle = 0;
    // The register of one job has some 90 kB; its log grows with each card.
    for room in [200, 500, 900] {
        let batch = Batch::of("12", "2.00");
        let cards = batch.order.path("cards");
        // A card that may be finished when the room ends comes back.
        let args = batch.with(&["--images", &cards]);
        let stopped = limited(room * 1024, &args);
        if stopped.status.success() {
            continue;
        }
        assert_eq!(
            stopped.status.code(),
            Some(1),
            "{room} kB: {}",
            err(&stopped)
        );
        assert!(err(&stopped).contains("disk"), "{}", err(&stopped));
        stopped_in_the_middle += 1;
        let told = json(&run(&batch.with(&["--resume", "--images", &cards]), 0));
        assert_eq!(told["issued"], 12, "{room} kB");
        let rows = batch.order.read("batch.return.csv");
        assert_eq!(column(&rows, 1), batch.order.numbers());
        assert_eq!(column(&rows, 5), vec!["delivered"; 12]);
        // Once more: there is nothing to do.
        let again = json(&batch.run(&["--resume"], 0));
        assert_eq!(again["cards"].as_array().unwrap().len(), 0);
        assert_eq!(again["cards_per_second"], 0.0);
        assert_eq!(batch.order.read("batch.return.csv"), rows);
    }
    assert!(stopped_in_the_middle > 0, "no room was too small");
}

/// Cards that failed are made with the PINs that were sealed at the beginning; a lost file of PINs is made again, and one of other cards
/// stays as it is.
#[test]
fn random_pins_stay_those_of_the_sealed_file() {
    let batch = Batch::of("3", "3.00");
    let order = &batch.order;
    let (cards, keys) = (order.path("cards"), batch.vault());
    let more = [&words(&keys)[..], &["--images", &cards]].concat();
    // No card can be made: a file is in the way of the images.
    std::fs::create_dir(&cards).unwrap();
    let image = |name: &str| format!("{cards}/{name}");
    std::fs::write(image("left over.ssccard"), "no image").unwrap();
    let stopped = limited(3 * 64 * 1024, &batch.with(&more));
    assert_ne!(stopped.status.code(), Some(0), "{}", err(&stopped));
    std::fs::remove_dir_all(&cards).unwrap();

    let pins = |file: &str| {
        let shown = [
            "keys",
            "pins",
            &order.path(file),
            "--json",
            "--passphrase-file",
        ];
        let shown = [&shown[..], &[&keys[3]]].concat();
        json(&finish(&mut ssc(&shown), 0))["pins"].clone()
    };
    let resume = [&more[..], &["--resume"]].concat();
    let report = json(&batch.run(&resume, 0));
    assert_eq!(report["issued"], 3);
    let before = pins("batch.pins");
    assert_eq!(before.as_array().unwrap().len(), 3);
    let image = text(&order.images()[0]);
    let read = ["read", "--image", &image, "--all", "--pin"];
    let read = [&read[..], &words(&keys)].concat();
    let known: Vec<&str> = (before.as_array().unwrap().iter())
        .map(|one| one["pin"].as_str().unwrap())
        .collect();
    let opened = known.iter().filter(|pin| {
        let output = ssc(&read).env("SSC_PIN", pin).output().unwrap();
        output.status.success()
    });
    assert_eq!(opened.take(1).count(), 1, "the first PINs are the cards'");

    std::fs::remove_file(order.path("batch.pins")).unwrap();
    batch.run(&resume, 0);
    assert_eq!(pins("batch.pins"), before);
    // One of another batch, under the same passphrase, is not written over.
    let other = Batch::of("2", "3.00");
    let to = order.path("others.pins");
    let throw_away = ["--throw-away", "--pins", &to];
    other.run(&[&words(&keys)[..], &throw_away].concat(), 0);
    let others = std::fs::read(&to).unwrap();
    let refused = batch.run(&[&resume[..], &["--pins", &to]].concat(), 1);
    assert!(err(&refused).contains("other cards"), "{}", err(&refused));
    assert_eq!(std::fs::read(&to).unwrap(), others);
}

/// Only a batch that has a job goes on, and one that has does not begin again.
#[test]
fn a_batch_is_issued_once() {
    let batch = Batch::of("1", "1.00");
    let never = batch.run(&["--resume"], 3);
    assert!(
        err(&never).contains("there is none here"),
        "{}",
        err(&never)
    );
    let chinese = batch.run(&["--resume", "--lang", "zh"], 3);
    assert!(
        err(&chinese).contains("此处没有登记簿"),
        "{}",
        err(&chinese)
    );
    assert_eq!(batch.files(), ["batch.csv"]);
    // Two files under one name are found before anything is made.
    let one = batch.order.path("one.csv");
    for other in ["--pins", "--refused"] {
        let refused = batch.run(&["--skip-invalid", "-o", &one, other, &one], 2);
        assert!(err(&refused).contains("one file"), "{}", err(&refused));
    }
    batch.run(&[], 0);
    let files = batch.files();
    // The return file is in the way; without it, and under another name, the register knows the batch.
    let again = err(&batch.run(&[], 1));
    assert!(again.contains("with --resume"), "{again}");
    std::fs::rename(
        batch.order.path("batch.return.csv"),
        batch.order.path("moved.csv"),
    )
    .unwrap();
    let moved = batch.order.path("moved batch.csv");
    std::fs::copy(batch.order.path("batch.csv"), &moved).unwrap();
    for file in [batch.order.path("batch.csv"), moved.clone()] {
        let mut args = batch.with(&[]);
        args[1] = &file;
        let again = run(&args, 2);
        assert!(err(&again).contains("already"), "{}", err(&again));
    }
    std::fs::remove_file(&moved).unwrap();
    std::fs::rename(
        batch.order.path("moved.csv"),
        batch.order.path("batch.return.csv"),
    )
    .unwrap();
    assert_eq!(batch.files(), files);
}

/// Other keys, another profile, other data: a batch goes on with what it was begun with, or not at all.
#[test]
fn a_batch_goes_on_with_what_it_was_begun_with() {
    let batch = Batch::of("6", "3.00");
    let rows = batch.order.read("batch.csv");
    // No reader has a card: the job is made, and nothing else.
    let machine = batch.run(&["--heads", "sim", "--on-next", "false"], 7);
    assert_eq!(json(&machine)["issued"], 0);
    let certificates = err(&batch.run(&["--resume", "--certificates"], 3));
    assert!(
        certificates.contains("3.00 with certificates"),
        "{certificates}"
    );
    let region = err(&batch.run(&["--resume", "--region", "440100"], 3));
    assert!(region.contains("other options"), "{region}");
    let mut generation = batch.with(&["--resume"]);
    generation[3] = "2.00";
    assert!(err(&run(&generation, 3)).contains("cards of 3.00"));
    let keys = batch.vault();
    let refused = err(&batch.run(
        &[&words(&keys)[..], &["--throw-away", "--resume"]].concat(),
        6,
    ));
    assert!(refused.contains("published demo keys"), "{refused}");
    // Another name in a row, and a row that is gone.
    let name = column(&rows, 1)[0].clone();
    let fewer: String = rows.lines().take(6).map(|row| format!("{row}\n")).collect();
    for other in [rows.replace(&name, "王五"), fewer] {
        assert_ne!(other, rows);
        std::fs::write(batch.order.path("batch.csv"), other).unwrap();
        let refused = err(&batch.run(&["--resume"], 3));
        assert!(refused.contains("as it is now"), "{refused}");
    }
    std::fs::write(batch.order.path("batch.csv"), &rows).unwrap();
    assert_eq!(json(&batch.run(&["--resume"], 0))["issued"], 6);
}

/// A file that is not the batch's return file is never replaced by it.
#[test]
fn another_file_is_not_taken_for_the_return_file() {
    let (batch, other) = (Batch::of("2", "2.00"), Batch::of("3", "2.00"));
    batch.run(&[], 0);
    other.run(&[], 0);
    let go_on = |file: &str, code| err(&batch.run(&["--resume", "-o", file], code));
    for (file, code, said) in [
        (other.order.path("batch.return.csv"), 1, "return file"),
        (batch.order.path("batch.csv"), 2, "one file"),
    ] {
        let before = std::fs::read(&file).unwrap();
        let refused = go_on(&file, code);
        assert!(refused.contains(said), "{refused}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
    // None of the file: it is made anew.
    let rows = batch.order.read("batch.return.csv");
    go_on(&batch.order.path("new.csv"), 0);
    assert_eq!(batch.order.read("new.csv"), rows);
}

/// Killed at one moment after the other, with images of the cards: their images are taken up again, and at the end there are as many
/// genuine cards as rows, each with its own number.
#[test]
fn images_of_a_killed_run_are_taken_up() {
    let batch = Batch::of("12", "2.00");
    let cards = batch.order.path("cards");
    let mut resume: &[&str] = &[];
    let mut killed = 0;
    for turn in 0..12 {
        let more = [&["--images", &cards][..], resume].concat();
        let mut child = ssc_process(&batch.with(&more));
        std::thread::sleep(Duration::from_millis(60 + 37 * turn));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let is_made = [
            "job",
            "list",
            "--store",
            &batch.order.path("bureau.db"),
            "--json",
        ];
        let jobs = ssc(&is_made).output().unwrap();
        let jobs: Option<Value> = serde_json::from_slice(&jobs.stdout).ok();
        let jobs = jobs.and_then(|jobs| jobs["jobs"].as_array().map(Vec::len));
        if jobs == Some(1) {
            resume = &["--resume"];
        }
    }
    assert!(killed > 2, "the runs were over too soon: {killed}");
    let report = json(&batch.run(&["--images", &cards, "--resume"], 0));
    assert_eq!(report["issued"], 12);
    let rows = batch.order.read("batch.return.csv");
    let mut given = column(&rows, 2);
    let mut genuine = Vec::new();
    for image in batch.order.images() {
        let verified = ssc(&["verify", "--image", &text(&image), "--json"])
            .output()
            .unwrap();
        if verified.status.success() {
            let basic = json(&run(&["read", "--image", &text(&image), "--json"], 0));
            genuine.push(basic["card_number"].as_str().unwrap().to_owned());
        }
    }
    given.sort();
    genuine.sort();
    assert_eq!(genuine, given);
}

fn ssc_process(args: &[&str]) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ssc"));
    clean(&mut command);
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}
