//! Simulated cards on a real pcscd of the test's own: `ssc sim`, `ssc readers`, `ssc read`, `ssc issue --reader`.

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;
use ssc_harness::pcscd::PrivatePcscd;
use support::pcsc::{Sim, card_in, run, ssc};
use support::{Order, column, err, json, out};

#[test]
fn a_sample_card_is_seen_read_and_spoken_to() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    let no_card = run(&pcscd, &["read"], 4);
    assert!(
        err(&no_card).contains("no card in reader"),
        "{}",
        err(&no_card)
    );
    let mut sim = Sim::start(
        &pcscd,
        0,
        &["--generation", "3.00", "--serial", "00000000AB01"],
    );
    let inserted = sim.event();
    assert_eq!(inserted["event"], "inserted");
    let entry = card_in(&pcscd, 0);
    assert_eq!(entry["atr"], inserted["atr"]);
    assert_eq!(entry["atr"], "3B6D0000000000000186FF00000000AB01");

    // The only card there is needs no --reader; a part of the name will do; a wrong name lists the right ones.
    let basic = json(&run(&pcscd, &["read", "--json"], 0));
    assert_eq!(basic["version"], "3.00");
    let name = &pcscd.readers()[0];
    let again = json(&run(&pcscd, &["read", "--reader", name, "--json"], 0));
    assert_eq!(again, basic);
    let wrong = run(&pcscd, &["read", "--reader", "Nowhere"], 4);
    assert!(err(&wrong).contains(name), "{}", err(&wrong));
    let challenge = run(&pcscd, &["apdu", "--lang", "zh", "0084000008"], 0);
    assert!(out(&challenge).contains("9000"), "{}", out(&challenge));

    // A second card in the same reader is refused; a second reader makes the choice ambiguous.
    let port = pcscd.ports()[0].to_string();
    let taken = run(&pcscd, &["sim", "--port", &port], 4);
    assert!(
        err(&taken).contains("another card lies in it"),
        "{}",
        err(&taken)
    );
    let mut other = Sim::start(&pcscd, 1, &[]);
    other.event();
    card_in(&pcscd, 1);
    let which = run(&pcscd, &["read"], 2);
    assert!(err(&which).contains("--reader"), "{}", err(&which));
}

#[test]
fn a_batch_is_issued_from_a_stack_and_every_image_can_be_read() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("3");
    let cards = order.path("cards");
    let mut sim = Sim::start(&pcscd, 0, &["--stack", "3", "--images", &cards]);
    assert_eq!(sim.event()["event"], "inserted");
    let batch = order.path("batch.csv");
    let reader = &pcscd.readers()[0];
    let args = [
        "issue",
        &batch,
        "--generation",
        "3.00",
        "--reader",
        reader,
        "--json",
    ];
    let report = json(&run(&pcscd, &[&args[..], &["--wait", "20"]].concat(), 0));
    assert_eq!(report["issued"], 3);
    for expected in ["done", "inserted", "done", "inserted", "done"] {
        assert_eq!(sim.event()["event"], expected);
    }
    assert_eq!(sim.event(), Value::Null, "the stack is used up");
    assert!(sim.child.wait().unwrap().success());

    let atrs = column(&order.read("batch.return.csv"), 4);
    for (number, atr) in order.numbers().iter().zip(&atrs) {
        let image = format!("{cards}/{}.ssccard", &atr[atr.len() - 12..]);
        let basic = json(&run(&pcscd, &["read", "--image", &image, "--json"], 0));
        assert_eq!(basic["number"], number.as_str());
    }
}

/// The same card is not issued twice, and an empty reader ends the order with what was done.
#[test]
fn a_card_that_stays_in_the_reader_is_not_issued_twice() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("3");
    let image = order.path("card.ssccard");
    let mut sim = Sim::start(&pcscd, 0, &["--image", &image]);
    sim.event();
    card_in(&pcscd, 0);
    let batch = order.path("batch.csv");
    let reader = &pcscd.readers()[0];
    let args = [
        "issue",
        &batch,
        "--generation",
        "2.00",
        "--reader",
        reader,
        "--wait",
        "2",
        "--json",
    ];
    let output = run(&pcscd, &args, 7);
    assert!(
        err(&output).contains("take the card out"),
        "{}",
        err(&output)
    );
    let report = json(&output);
    assert_eq!(report["issued"], 1);
    assert_eq!(column(&order.read("batch.return.csv"), 5)[0], "delivered");
    assert!(
        order
            .numbers()
            .iter()
            .all(|number| !err(&output).contains(number))
    );
    // It is said once, and not at each look.
    assert_eq!(err(&output).matches("take the card out").count(), 1);
    // The card is personalized: another register does not know it, and a further order refuses it, in words.
    let other = order.path("again.csv");
    let again = [&args[..], &["-o", &other]].concat();
    let output = run(&pcscd, &again, 7);
    assert!(
        err(&output).contains("personalized already"),
        "{}",
        err(&output)
    );
    assert_eq!(json(&output)["issued"], 0);

    sim.pull();
    run(&pcscd, &["read", "--reader", reader], 4);
}

/// Killed under a client's hands and started again at once, at another moment of pcscd's each time: PC/SC sees the card.
#[test]
fn a_card_killed_and_started_again_at_once_is_seen_each_time() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("1");
    let image = order.path("card.ssccard");
    let mut first = Sim::start(&pcscd, 0, &["--image", &image, "--generation", "2.00"]);
    first.event();
    card_in(&pcscd, 0);
    let basic = json(&run(&pcscd, &["read", "--json"], 0));
    let mut sim = first;
    for turn in 0..8 {
        let mut client = ssc(&pcscd, &["read", "--all", "--json"]);
        let client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::thread::sleep(std::time::Duration::from_millis(turn * 13));
        sim.pull();
        sim = Sim::start(&pcscd, 0, &["--image", &image]);
        assert_eq!(sim.event()["event"], "inserted", "turn {turn}");
        // It may have found the card gone or come again.
        client.unwrap().wait().unwrap();
        let again = json(&run(&pcscd, &["read", "--json"], 0));
        assert_eq!(again, basic, "turn {turn}");
    }
}

/// A card in an image that is open in a reader cannot be opened a second time.
#[test]
fn an_image_in_use_is_refused() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("1");
    let image = order.path("card.ssccard");
    let mut sim = Sim::start(&pcscd, 0, &["--image", &image]);
    sim.event();
    let second = run(&pcscd, &["apdu", "--image", &image, "0084000008"], 3);
    assert!(
        err(&second).contains("another program has this card"),
        "{}",
        err(&second)
    );
    sim.pull();
    run(&pcscd, &["apdu", "--image", &image, "0084000008"], 0);
    let serial = run(
        &pcscd,
        &["sim", "--image", &image, "--serial", "000000000001"],
        2,
    );
    assert!(err(&serial).contains("--serial"), "{}", err(&serial));
}

/// Pulls the card in the middle of its personalization, at a command that the trace shows; then the same card is begun
/// again, and done.
#[test]
fn a_card_pulled_in_the_middle_does_not_count_and_can_be_begun_again() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("1");
    let image = order.path("card.ssccard");
    let port = pcscd.ports()[0].to_string();
    let args = [
        "sim", "--json", "--trace", "--port", &port, "--image", &image,
    ];
    let mut sim = ssc(&pcscd, &args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    card_in(&pcscd, 0);
    let trace = BufReader::new(sim.stderr.take().unwrap()).lines();
    let puller = std::thread::spawn(move || {
        let seen = trace
            .map_while(Result::ok)
            .filter(|line| line.contains("STORE DATA"))
            .nth(2);
        sim.kill().unwrap();
        sim.wait().unwrap();
        seen.is_some()
    });
    let (batch, lost) = (order.path("batch.csv"), order.path("lost.csv"));
    let reader = &pcscd.readers()[0];
    let issue = [
        "issue",
        &batch,
        "--generation",
        "3.00",
        "--reader",
        reader,
        "--json",
        "--wait",
        "2",
        "-o",
        &lost,
        "--store",
        &order.path("bureau.db"),
    ];
    let output = run(&pcscd, &issue, 7);
    assert!(puller.join().unwrap(), "pulled too late");
    assert_eq!(
        (&json(&output)["issued"], &json(&output)["failed"]),
        (&0.into(), &1.into())
    );
    assert_eq!(column(&order.read("lost.csv"), 5), ["unfinished"]);
    assert!(err(&output).contains("taken out"), "{}", err(&output));
    assert!(!err(&output).contains(&order.numbers()[0]));

    let mut sim = Sim::start(&pcscd, 0, &["--image", &image]);
    sim.event();
    card_in(&pcscd, 0);
    run(&pcscd, &[&issue[..], &["--resume"]].concat(), 0);
    assert_eq!(column(&order.read("lost.csv"), 5), ["delivered"]);
    let basic = json(&run(&pcscd, &["read", "--json"], 0));
    assert_eq!(basic["number"], order.numbers()[0].as_str());
}

/// pcscd ends under an order: the rest is not reached, and the error says what to start.
#[test]
fn a_service_that_ends_in_the_middle_ends_the_order() {
    let mut pcscd = PrivatePcscd::start(1).unwrap();
    let order = Order::of("2");
    let mut sim = Sim::start(&pcscd, 0, &["--stack", "1"]);
    sim.event();
    card_in(&pcscd, 0);
    let (batch, reader) = (order.path("batch.csv"), pcscd.readers()[0].clone());
    let mut issue = ssc(
        &pcscd,
        &[
            "issue",
            &batch,
            "--generation",
            "3.00",
            "--reader",
            &reader,
            "--json",
        ],
    );
    let child = issue
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first card is out: the order waits for a second one that will not come.
    assert_eq!(sim.event()["event"], "done");
    pcscd.stop();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", err(&output));
    let report = json(&output);
    assert_eq!(
        (&report["issued"], &report["not_reached"]),
        (&1.into(), &1.into())
    );
    assert!(err(&output).contains("pcscd"), "{}", err(&output));
    assert_eq!(
        column(&order.read("batch.return.csv"), 5),
        ["delivered", "not_reached"]
    );
}
