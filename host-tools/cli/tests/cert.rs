//! `ssc cert`: from a blank card to certificates that OpenSSL verifies, in images and through a real pcscd. OpenSSL is the
//! certification authority.

mod support;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use ssc_harness::pcscd::PrivatePcscd;
use support::{Order, clean, err, finish, json, out, run, ssc, text};

const ID: &str = "distid:1234567812345678";

fn openssl(folder: &Path, arguments: &str) -> Output {
    let done = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    assert!(done.status.success(), "openssl {arguments}: {}", err(&done));
    done
}

/// An order of one card with certificates, and a certification authority beside it.
fn order() -> Order {
    let order = Order::of("1");
    let folder = order.folder.path();
    openssl(folder, "genpkey -algorithm SM2 -out ca.key");
    openssl(
        folder,
        &format!(
            "req -x509 -new -key ca.key -sm3 -sigopt {ID} -subj /CN=Test-CA -days 30 -out ca.pem"
        ),
    );
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
    order
}

fn certify(folder: &Path) {
    openssl(
        folder,
        &format!("req -verify -noout -in card.csr -vfyopt {ID}"),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in card.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sm3 -sigopt {ID} -vfyopt {ID} -days 30 -out card.pem"
        ),
    );
}

#[test]
fn request_write_show_and_openssl_verifies() {
    let order = order();
    let folder = order.folder.path();
    let image = text(&order.images()[0]);
    let on = |words: &[&str], code: i32| {
        let arguments = [words, &["--image", &image]].concat();
        finish(ssc(&arguments).env("SSC_PIN", "123456"), code)
    };
    // nothing yet
    let shown = json(&on(&["cert", "show", "--json"], 0));
    assert!(shown["pairs"][0]["public_key"].is_null(), "{shown}");
    let refused = on(&["cert", "request", "--subject", "CN=x"], 5);
    assert!(err(&refused).contains("--new-pair"), "{}", err(&refused));

    let request = order.path("card.csr");
    let report = json(&on(
        &[
            "cert",
            "request",
            "--new-pair",
            "--subject",
            "CN=张三,O=Synthetic,C=CN",
            "-o",
            &request,
            "--json",
        ],
        0,
    ));
    assert_eq!(report["public_key"].as_str().unwrap().len(), 128);
    // the file is not overwritten
    on(&["cert", "request", "--subject", "CN=x", "-o", &request], 1);
    certify(folder);
    let certificate = order.path("card.pem");
    let written = json(&on(&["cert", "write", &certificate, "--json"], 0));
    assert_eq!(written["pair"], "signing");
    let shown = json(&on(&["cert", "show", "--json"], 0));
    let signing = &shown["pairs"][0];
    assert_eq!(signing["for_this_key"], true);
    assert_eq!(signing["public_key"], report["public_key"]);
    assert!(signing["subject"].as_str().unwrap().contains("张三"));
    let der = hex::decode(signing["certificate"].as_str().unwrap()).unwrap();
    std::fs::write(folder.join("back.der"), der).unwrap();
    openssl(
        folder,
        &format!("verify -CAfile ca.pem -vfyopt {ID} back.der"),
    );
    let words = out(&on(&["cert", "show", "--lang", "zh"], 0));
    assert!(
        words.contains("签名证书：") && words.contains("张三"),
        "{words}"
    );

    // the holder may write it too
    let by_pin = ["cert", "write", &certificate, "--by", "pin"];
    on(&by_pin, 0);
    let wrong = [&by_pin[..], &["--image", &image]].concat();
    let wrong = finish(ssc(&wrong).env("SSC_PIN", "000000"), 5);
    assert!(err(&wrong).contains("2 tries"), "{}", err(&wrong));

    // a new pair: the certificate is no longer the card's, and is not written again
    on(&["cert", "request", "--new-pair", "--subject", "CN=x"], 0);
    let shown = json(&on(&["cert", "show", "--json"], 0));
    assert_eq!(shown["pairs"][0]["for_this_key"], false);
    let refused = on(&["cert", "write", &certificate], 3);
    assert!(
        err(&refused).contains("nothing was written"),
        "{}",
        err(&refused)
    );
    // nor is it one for encryption, where there is no pair
    on(&["cert", "write", &certificate, "--encryption"], 5);
    // what is no certificate, no envelope, no subject
    on(&["cert", "write", &request], 3);
    on(&["cert", "import", &request], 3);
    on(&["cert", "request", "--subject", "nobody"], 2);
}

#[test]
fn the_pin_of_certificates() {
    let order = order();
    let image = text(&order.images()[0]);
    let with = |words: &[&str], pin: &str, code: i32| {
        let arguments = [words, &["--image", &image]].concat();
        finish(
            ssc(&arguments)
                .env("SSC_PIN", pin)
                .env("SSC_NEW_PIN", "246810"),
            code,
        )
    };
    let request = ["cert", "request", "--new-pair", "--subject", "CN=x"];
    let wrong = with(&request, "654321", 5);
    assert!(err(&wrong).contains("2 tries are left"), "{}", err(&wrong));
    assert!(!err(&wrong).contains("654321"));
    with(&["cert", "pin"], "123456", 0);
    for _ in 0..3 {
        with(&request, "123456", 5);
    }
    let blocked = with(&request, "246810", 5);
    assert!(err(&blocked).contains("reset-pin"), "{}", err(&blocked));
    with(&["cert", "reset-pin"], "", 0);
    with(&request, "246810", 0);
    // the card's own PIN is as it was
    let read = with(&["read", "--all", "--pin", "--json"], "123456", 0);
    assert!(json(&read)["directories"].is_array());
}

#[test]
fn only_cards_of_3_00_have_it() {
    let order = Order::of("1");
    let batch = order.path("batch.csv");
    let refused = run(
        &["issue", &batch, "--generation", "2.00", "--certificates"],
        2,
    );
    assert!(
        err(&refused).contains("no certificate environment"),
        "{}",
        err(&refused)
    );
    // a card that was issued without it
    let cards = order.path("cards");
    run(
        &["issue", &batch, "--generation", "3.00", "--images", &cards],
        0,
    );
    let image = text(&order.images()[0]);
    let refused = run(&["cert", "show", "--image", &image], 5);
    assert!(
        err(&refused).contains("--certificates"),
        "{}",
        err(&refused)
    );
}

/// A running `ssc sim`, ended with the test.
struct Sim(Child);

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn through_pcscd() {
    let pcscd = PrivatePcscd::start(1).unwrap();
    let client = |words: &[&str]| {
        let mut command = pcscd.client(env!("CARGO_BIN_EXE_ssc"));
        clean(&mut command);
        command.args(words).env("SSC_PIN", "123456");
        command
    };
    let order = order();
    let folder = order.folder.path();
    let image = text(&order.images()[0]);
    let port = pcscd.ports()[0].to_string();
    let sim = client(&["sim", "--port", &port, "--image", &image])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _sim = Sim(sim);
    for _ in 0..200 {
        let readers = client(&["readers", "--json"]).output().unwrap();
        if out(&readers).contains("3B6D") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let on_reader = |words: &[&str]| {
        let done = client(words).output().unwrap();
        assert!(
            done.status.success(),
            "{words:?}: {}{}",
            out(&done),
            err(&done)
        );
        out(&done)
    };
    on_reader(&[
        "cert",
        "request",
        "--new-pair",
        "--subject",
        "CN=pcscd",
        "-o",
        &order.path("card.csr"),
    ]);
    certify(folder);
    on_reader(&["cert", "write", &order.path("card.pem")]);
    let shown: serde_json::Value =
        serde_json::from_str(&on_reader(&["cert", "show", "--json"])).unwrap();
    assert_eq!(shown["pairs"][0]["for_this_key"], true, "{shown}");
}
