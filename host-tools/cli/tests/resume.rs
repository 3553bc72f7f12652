//! An order that was stopped goes on: `ssc issue --resume`. What is issued stays, and every card has the PIN of the sealed file.

mod support;

use std::process::{Command, Output};

use support::{Order, clean, column, err, finish, json, run, secret, ssc, text};

/// `ssc` under a limit of so many bytes for each file.
fn limited(bytes: usize, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; exec prlimit --fsize={bytes} \"$@\"");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_ssc")]);
    command.args(args);
    clean(|name, value| {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    });
    command.output().unwrap()
}

/// Whatever room there is, a stopped order has whole rows and whole lines, and goes on to the end.
#[test]
fn an_order_that_found_no_room_goes_on_when_there_is_some() {
    for room in [1500, 4000, 7000] {
        let order = Order::of("12");
        let batch = order.path("batch.csv");
        let args = ["issue", &batch, "--generation", "2.00", "--json"];
        let stopped = limited(room, &args);
        assert_eq!(stopped.status.code(), Some(1), "{}", err(&stopped));
        assert!(err(&stopped).contains("nothing more is issued"));
        let rows = order.read("batch.return.csv");
        assert!(rows.ends_with('\n'), "{room}");
        let issued = column(&rows, 5).len();
        assert!(issued < 12);
        let journal = order.read("batch.journal");
        assert!(journal.ends_with("}\n"), "{room}");

        // A new order would make the cards a second time.
        assert!(err(&run(&args, 1)).contains("exists already"));
        let report = json(&run(&[&args[..], &["--resume"]].concat(), 0));
        assert_eq!(report["issued"], 12);
        assert!(report["cards"].as_array().unwrap().len() >= 12 - issued - 1);
        let rows = order.read("batch.return.csv");
        assert_eq!(column(&rows, 1), order.numbers());
        assert_eq!(column(&rows, 5), vec!["issued"; 12]);
        // Once more: there is nothing to do.
        let report = json(&run(&[&args[..], &["--resume"]].concat(), 0));
        assert_eq!(report["cards"].as_array().unwrap().len(), 0);
        assert_eq!(report["cards_per_second"], 0.0);
        assert_eq!(order.read("batch.return.csv"), rows);
    }
}

/// Cards that failed are made with the PINs that were sealed at the beginning.
#[test]
fn random_pins_stay_those_of_the_sealed_file() {
    let order = Order::of("3");
    let (batch, vault, cards) = (
        order.path("batch.csv"),
        order.path("keys.vault"),
        order.path("cards"),
    );
    let passphrase = order.path("passphrase");
    secret(&passphrase, "passphrase of a test\n");
    let with = ["--passphrase-file", &passphrase];
    finish(&mut ssc(&[&["keys", "new", &vault][..], &with].concat()), 0);
    let args = [
        &["issue", &batch, "--generation", "3.00", "--images", &cards][..],
        &["--vault", &vault, "--json"],
        &with,
    ]
    .concat();
    // Images of 128 kB find no room: no card is made.
    let failed = limited(64 * 1024, &args);
    assert_eq!(failed.status.code(), Some(7), "{}", err(&failed));
    assert_eq!(json(&failed)["failed"], 3);
    let pins = || {
        let shown = ["keys", "pins", &order.path("batch.pins"), "--json"].map(str::to_owned);
        let shown: Vec<&str> = shown.iter().map(String::as_str).chain(with).collect();
        json(&finish(&mut ssc(&shown), 0))["pins"].clone()
    };
    let before = pins();
    assert_eq!(before.as_array().unwrap().len(), 3);
    for image in order.images() {
        std::fs::remove_file(image).unwrap();
    }
    let report = json(&run(&[&args[..], &["--resume"]].concat(), 0));
    assert_eq!(report["issued"], 3);
    assert_eq!(pins(), before);
    let image = text(&order.images()[0]);
    let read = [
        "read", "--image", &image, "--all", "--pin", "--vault", &vault,
    ];
    let pin = before[0]["pin"].as_str().unwrap();
    finish(ssc(&[&read[..], &with].concat()).env("SSC_PIN", pin), 0);
    // Without them, or with another batch's journal, nothing goes on.
    std::fs::remove_file(order.path("batch.pins")).unwrap();
    run(&[&args[..], &["--resume"]].concat(), 6);
    let other = ["--first-card-number", "7", "--region", "110000"];
    let another = order.path("another.csv");
    std::fs::write(
        &another,
        "number,name,sex,ethnic_group,birth_date\n110105199003079978,张三,1,01,19900307\n",
    )
    .unwrap();
    let journal = order.path("batch.journal");
    let args = [
        &["issue", &another, "--generation", "3.00", "--resume"][..],
        &["--journal", &journal],
        &other,
    ]
    .concat();
    assert!(err(&run(&args, 3)).contains("another order"));
}

/// Without a journal there is nothing to go on with; without --resume a journal that is there is not written over.
#[test]
fn a_journal_is_needed_and_never_written_over() {
    let order = Order::of("1");
    let batch = order.path("batch.csv");
    let args = ["issue", &batch, "--generation", "1.00"];
    let never = run(&[&args[..], &["--resume"]].concat(), 1);
    assert!(err(&never).contains("without --resume"), "{}", err(&never));
    let chinese = [&args[..], &["--resume", "--lang", "zh"]].concat();
    assert!(err(&run(&chinese, 1)).contains("不带 --resume"));
    assert!(!std::fs::exists(order.path("batch.return.csv")).unwrap());
    run(&args, 0);
    // What to do with an order that was begun is to go on with it.
    let again = err(&run(&args, 1));
    assert!(again.contains("Go on with that order with --resume"));
    let moved = order.path("moved.journal");
    std::fs::rename(order.path("batch.journal"), &moved).unwrap();
    let again = err(&run(&args, 1));
    assert!(again.contains("Go on with its order with --resume"));
    // An order that did not begin leaves no file.
    assert!(!std::fs::exists(order.path("batch.journal")).unwrap());
    std::fs::rename(&moved, order.path("batch.journal")).unwrap();
    let other = order.path("other.csv");
    let journal = order.path("batch.journal");
    let again = run(
        &[&args[..], &["-o", &other, "--journal", &journal]].concat(),
        1,
    );
    assert!(err(&again).contains("--journal"), "{}", err(&again));
    assert!(!std::fs::exists(&other).unwrap());
}

/// Other keys, another profile, other data: an order goes on with what it was begun with, or not at all.
#[test]
fn an_order_goes_on_with_what_it_was_begun_with() {
    let order = Order::of("6");
    let batch = order.path("batch.csv");
    let args = ["issue", &batch, "--generation", "3.00"];
    // With their PINs: other keys have no sealed file of PINs then, and only the journal knows of them.
    let own: String = (order.read("batch.csv").lines().enumerate())
        .map(|(at, row)| format!("{row},{}\n", if at == 0 { "pin" } else { "159753" }))
        .collect();
    std::fs::write(&batch, own).unwrap();
    let stopped = limited(3000, &args);
    assert_eq!(stopped.status.code(), Some(1), "{}", err(&stopped));
    let journal = order.read("batch.journal");
    let (rows, names) = (order.read("batch.csv"), "keys.vault");
    let name = column(&rows, 1)[0].clone();
    assert!(journal.contains("\"keys\":\"demo\"") && !journal.contains(&name));
    let (vault, passphrase) = (order.path(names), order.path("passphrase"));
    secret(&passphrase, "passphrase of a test\n");
    let with = ["--passphrase-file", &passphrase];
    finish(&mut ssc(&[&["keys", "new", &vault][..], &with].concat()), 0);

    let go_on = |more: &[&str], code| run(&[&args[..], &["--resume"], more].concat(), code);
    let certificates = err(&go_on(&["--certificates"], 3));
    assert!(
        certificates.contains("3.00 with certificates"),
        "{certificates}"
    );
    let generation = ["issue", &batch, "--generation", "2.00", "--resume"];
    assert!(err(&run(&generation, 3)).contains("cards of 3.00"));
    let keys = [&["--vault", &vault][..], &with].concat();
    let refused = err(&go_on(&keys, 3));
    assert!(refused.contains("other keys"), "{refused}");
    // Another name in a row, and a row that is gone.
    for (other, said) in [
        (rows.replace(&name, "王五"), "the name"),
        (
            rows.lines()
                .take(6)
                .map(|row| format!("{row}\n"))
                .collect::<String>(),
            "no such valid row",
        ),
    ] {
        assert_ne!(other, rows);
        std::fs::write(&batch, other).unwrap();
        let refused = err(&go_on(&[], 3));
        assert!(
            refused.contains("another order") && refused.contains(said),
            "{refused}"
        );
    }
    std::fs::write(&batch, &rows).unwrap();
    assert_eq!(json(&go_on(&["--json"], 0))["issued"], 6);
}

/// A stop between the files: the journal is the first of them, and the order goes on from it alone.
#[test]
fn an_order_that_has_its_journal_only_goes_on() {
    let order = Order::of("2");
    let (batch, vault) = (order.path("batch.csv"), order.path("keys.vault"));
    let passphrase = order.path("passphrase");
    secret(&passphrase, "passphrase of a test\n");
    let with = ["--passphrase-file", &passphrase];
    finish(&mut ssc(&[&["keys", "new", &vault][..], &with].concat()), 0);
    let args = [
        "issue",
        &batch,
        "--generation",
        "3.00",
        "--json",
        "--vault",
        &vault,
    ];
    std::fs::write(order.path("batch.journal"), "{\"ssc_journal\":1}\n").unwrap();
    let report = json(&run(&[&args[..], &with, &["--resume"]].concat(), 0));
    assert_eq!(report["issued"], 2);
    let pins = ["keys", "pins", &order.path("batch.pins"), "--json"].map(str::to_owned);
    let pins: Vec<&str> = pins.iter().map(String::as_str).chain(with).collect();
    let pins = json(&finish(&mut ssc(&pins), 0));
    assert_eq!(pins["pins"].as_array().unwrap().len(), 2);
}

/// A file that is not the order's return file is never replaced by it.
#[test]
fn another_file_is_not_taken_for_the_return_file() {
    let (order, other) = (Order::of("2"), Order::of("3"));
    let batch = order.path("batch.csv");
    let args = ["issue", &batch, "--generation", "2.00"];
    run(&args, 0);
    let journal = order.path("batch.journal");
    run(
        &["issue", &other.path("batch.csv"), "--generation", "2.00"],
        0,
    );
    let go_on = |file: &str, code| {
        let to = ["--resume", "-o", file, "--journal", &journal];
        err(&run(&[&args[..], &to].concat(), code))
    };
    for file in [other.path("batch.return.csv"), batch.clone()] {
        let before = std::fs::read(&file).unwrap();
        let refused = go_on(&file, 1);
        assert!(
            refused.contains("not this order's return file"),
            "{refused}"
        );
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
    // One that somebody writes.
    let own = order.path("batch.return.csv");
    let held = std::fs::File::open(&own).unwrap();
    held.lock().unwrap();
    assert!(go_on(&own, 1).contains("another ssc"));
    drop(held);
    let journal = std::fs::File::open(order.path("batch.journal")).unwrap();
    journal.lock().unwrap();
    assert!(go_on(&own, 1).contains("another ssc is working on this order"));
    drop(journal);
    // A torn row, or none of the file: it is made anew.
    let rows = order.read("batch.return.csv");
    std::fs::write(&own, &rows[..rows.len() - 9]).unwrap();
    go_on(&own, 0);
    assert_eq!(order.read("batch.return.csv"), rows);
    go_on(&order.path("new.csv"), 0);
    assert_eq!(order.read("new.csv"), rows);
}

/// Stopped in the middle of a card, or with a card that is SECURED and not noted: its image is taken up, and no second card is made.
#[test]
fn the_image_of_a_stopped_card_is_taken_up() {
    for (step, note) in [("secure", "begins"), ("secure", "done"), ("check", "done")] {
        let order = Order::of("3");
        let (batch, cards) = (order.path("batch.csv"), order.path("cards"));
        let args = [
            "issue",
            &batch,
            "--generation",
            "2.00",
            "--images",
            &cards,
            "--json",
        ];
        run(&args, 0);
        // As a kill leaves it: the card of the last row is made, and the journal ends before it says so.
        let journal = order.read("batch.journal");
        let last = format!("\"note\":\"{note}\",\"step\":\"{step}\"");
        let at = journal.rfind(&last).unwrap();
        let end = at + journal[at..].find('\n').unwrap() + 1;
        std::fs::write(order.path("batch.journal"), &journal[..end]).unwrap();
        let rows = order.read("batch.return.csv");
        let again = run(&[&args[..], &["--resume"]].concat(), 0);
        assert_eq!(json(&again)["issued"], 3, "{}", err(&again));
        assert_eq!(order.images().len(), 3, "{step} {note}");
        assert_eq!(order.read("batch.return.csv"), rows);
    }
}
