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
    run(&[&args[..], &["--resume"]].concat(), 1);
    assert!(!std::fs::exists(order.path("batch.return.csv")).unwrap());
    run(&args, 0);
    let other = order.path("other.csv");
    let journal = order.path("batch.journal");
    let again = run(
        &[&args[..], &["-o", &other, "--journal", &journal]].concat(),
        1,
    );
    assert!(err(&again).contains("--journal"), "{}", err(&again));
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
