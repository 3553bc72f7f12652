//! A disk that is full leaves no half file behind, and an image that is there is used again.

mod support;

use std::path::Path;
use std::process::Output;

use support::{Order, err, finish, json, out, run, ssc, text};

/// `ssc` under a limit of so many blocks of 512 bytes for each file: what a full disk does to a write, without a disk.
fn limited(blocks: u32, args: &[&str], folder: &Path) -> Output {
    support::limited(512 * u64::from(blocks))
        .args(args)
        .current_dir(folder)
        .env("SSC_PASSPHRASE", "passphrase of a test")
        .env("SSC_PIN", "123456")
        .output()
        .unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_no_half_file() {
    let order = Order::of("30");
    let folder = order.folder.path();
    let bad = order.read("batch.csv").replace(",1,", ",3,");
    std::fs::write(folder.join("bad.csv"), bad).unwrap();
    run(
        &[
            "issue",
            &order.path("batch.csv"),
            "--generation",
            "3.00",
            "--certificates",
            "--images",
            &order.path("cards"),
        ],
        0,
    );
    let image = text(&order.images()[0]);
    let commands: [(&[&str], u32); 9] = [
        (
            &[
                "batch", "sample", "--count", "50", "--seed", "1", "-o", "new",
            ],
            2,
        ),
        (
            &[
                "batch", "sample", "--count", "1", "--seed", "1", "--photos", "-o", "new",
            ],
            2,
        ),
        (&["sim", "--image", "new", "--port", "1"], 16),
        (
            &[
                "psam",
                "issue",
                "--region",
                "440300",
                "--terminal-id",
                "440300000001",
                "--image",
                "new",
            ],
            16,
        ),
        (
            &[
                "issue",
                "bad.csv",
                "--generation",
                "3.00",
                "--skip-invalid",
                "--refused",
                "new",
                "-o",
                "return",
            ],
            1,
        ),
        (
            &["issue", "batch.csv", "--generation", "3.00", "-o", "new"],
            0,
        ),
        (&["keys", "new", "new"], 2),
        (
            &["keys", "component", "--need", "2", "--plain", "new", "new2"],
            0,
        ),
        (
            &[
                "cert",
                "request",
                "--subject",
                "CN=x",
                "-o",
                "new",
                "--image",
                &image,
            ],
            0,
        ),
    ];
    let before = names(folder);
    for (args, blocks) in commands {
        let refused = limited(blocks, args, folder);
        assert_ne!(refused.status.code(), Some(0), "{args:?}");
        assert!(!err(&refused).is_empty(), "{args:?}");
        let after = names(folder);
        let left: Vec<_> = after
            .iter()
            // the audit log of a vault grows by lines: its checks are elsewhere
            .filter(|name| !before.contains(name) && !name.contains(".audit") && *name != "photos")
            .collect();
        assert!(left.is_empty(), "{args:?} left {left:?}\n{}", err(&refused));
        for name in after.iter().filter(|name| !before.contains(name)) {
            let path = folder.join(name);
            let _ = std::fs::remove_file(&path);
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

/// A running `ssc sim`, ended with the test; nothing listens on its port, so it ends by itself too.
fn sim(order: &Order, generation: &str, more: &[&str]) -> Output {
    let image = order.path("card.ssccard");
    let args = [
        &[
            "sim",
            "--image",
            &image,
            "--generation",
            generation,
            "--port",
            "1",
        ],
        more,
    ]
    .concat();
    ssc(&args).output().unwrap()
}

#[test]
fn an_image_of_that_generation_is_used_again() {
    let order = Order::of("1");
    let image = order.path("card.ssccard");
    // Without a virtual reader `sim` ends when the card is made.
    let made = sim(&order, "3.00", &[]);
    assert_eq!(made.status.code(), Some(4), "{}", err(&made));
    let first = json(&run(&["read", "--image", &image, "--json"], 0));
    let again = sim(&order, "3.00", &[]);
    assert_eq!(again.status.code(), Some(4), "{}", err(&again));
    assert!(err(&again).contains("port 1"), "{}", err(&again));
    assert_eq!(json(&run(&["read", "--image", &image, "--json"], 0)), first);

    let other = sim(&order, "2.00", &[]);
    assert_eq!(other.status.code(), Some(3), "{}", err(&other));
    assert!(
        err(&other).contains("holds a card of generation 3.00")
            && err(&other).contains("another file"),
        "{}",
        err(&other)
    );
    assert_eq!(json(&run(&["read", "--image", &image, "--json"], 0)), first);
    let chinese = sim(&order, "2.00", &["--lang", "zh"]);
    assert!(err(&chinese).contains("规范版本 3.00"), "{}", err(&chinese));

    // a blank one is personalized, whoever made it
    let blank = order.path("blank.ssccard");
    let made = ssc(&["sim", "--image", &blank, "--port", "1"])
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(4), "{}", err(&made));
    finish(&mut ssc(&["read", "--image", &blank]), 5);
    let output = ssc(&[
        "sim",
        "--image",
        &blank,
        "--generation",
        "1.00",
        "--port",
        "1",
    ])
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", err(&output));
    let read = run(&["read", "--image", &blank], 0);
    assert!(out(&read).contains("1.00"), "{}", out(&read));
}
