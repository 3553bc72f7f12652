//! `ssc job run --heads` over real PC/SC: a pcscd of the test's own with two readers.

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use ssc_harness::pcscd::PrivatePcscd;
use support::pcsc::{Sim, card_in, run};
use support::{Order, json, out};

#[test]
fn two_readers_share_a_job() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    let order = Order::of("6");
    let (batch, store) = (order.path("batch.csv"), order.path("bureau.db"));
    let create = [
        "job",
        "create",
        &batch,
        "--generation",
        "2.00",
        "--name",
        "two",
    ];
    let first = ["--first-card-number", "1", "--store", &store];
    run(&pcscd, &[&create[..], &first].concat(), 0);
    let cards = order.path("cards");
    let _sims: Vec<Sim> = (0..2)
        .map(|reader| {
            let mut sim = Sim::start(&pcscd, reader, &["--stack", "5", "--images", &cards]);
            assert_eq!(sim.event()["event"], "inserted");
            card_in(&pcscd, reader);
            sim
        })
        .collect();
    let args = ["job", "run", "two", "--heads", "all", "--wait", "20"];
    let more = ["--store", &store, "--json-lines"];
    let ran = run(&pcscd, &[&args[..], &more].concat(), 0);
    let mut lines = BTreeSet::new();
    let mut heads = BTreeSet::new();
    for line in out(&ran).lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        if event["event"] == "delivered" {
            lines.insert(event["line"].as_u64().unwrap());
            heads.insert(event["head"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(lines, (2..8).collect());
    let readers: BTreeSet<_> = pcscd.readers().iter().cloned().collect();
    assert_eq!(heads, readers, "both readers have made cards");
    let mut issued: Vec<String> = order
        .images()
        .iter()
        .filter_map(|image| {
            let read = support::ssc(&["read", "--image", image.to_str().unwrap(), "--json"])
                .output()
                .unwrap();
            read.status
                .success()
                .then(|| json(&read)["number"].as_str().unwrap().to_owned())
        })
        .collect();
    let mut numbers = order.numbers();
    issued.sort();
    numbers.sort();
    assert_eq!(issued, numbers);
}
