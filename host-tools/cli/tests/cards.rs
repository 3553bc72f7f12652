//! Cards issued in this process, and read back: `ssc issue`, `ssc read`, `ssc apdu`.

mod support;

use std::fs;

use support::{Order, batch, column, err, finish, json, out, run, ssc, text};

/// Issues the batch of `order` with images, and returns the report.
fn issue(order: &Order, generation: &str) -> serde_json::Value {
    let args = [
        "issue",
        &order.path("batch.csv"),
        "--generation",
        generation,
        "--images",
        &order.path("cards"),
        "--json",
    ];
    json(&run(&args, 0))
}

#[test]
fn each_generation_is_issued_and_read_back() {
    for generation in ["1.00", "2.00", "3.00"] {
        let order = Order::of("2");
        let report = issue(&order, generation);
        assert_eq!(
            (&report["issued"], &report["demo_keys"]),
            (&2.into(), &true.into())
        );

        // The return file says of each row what the batch and the cards say.
        let rows = order.read("batch.return.csv");
        assert_eq!(column(&rows, 0), ["2", "3"]);
        assert_eq!(column(&rows, 1), order.numbers());
        assert_eq!(column(&rows, 5), ["delivered", "delivered"]);
        let (codes, atrs) = (column(&rows, 3), column(&rows, 4));
        for (index, image) in order.images().iter().enumerate() {
            let output = run(&["read", "--image", &text(image), "--json"], 0);
            let basic = json(&output);
            assert_eq!(basic["number"], order.numbers()[index].as_str());
            assert_eq!(
                basic["name"],
                column(&order.read("batch.csv"), 1)[index].as_str()
            );
            assert_eq!(basic["card_number"], column(&rows, 2)[index].as_str());
            assert_eq!(basic["identification_code"], codes[index].as_str());
            assert_eq!(basic["version"], generation);
            assert!(atrs[index].ends_with(basic["historical_bytes"].as_str().unwrap()));
            assert!(err(&output).contains("DEMO KEYS"), "{}", err(&output));
            assert!(!err(&output).contains(&order.numbers()[index]));
        }
    }
}

/// A region that there is not is warned of, as for a PSAM; the card is made all the same.
#[test]
fn a_region_that_there_is_not_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let batch = text(&folder.path().join("batch.csv"));
    let row = "number,name,sex,ethnic_group,birth_date\n110105199003079978,张三,1,01,19900307\n";
    fs::write(&batch, row).unwrap();
    let issue = |region: &str, output: &str| {
        let output = text(&folder.path().join(output));
        let args = ["issue", &batch, "--generation", "2.00", "--region", region];
        let more = ["--first-card-number", "1", "-o", &output];
        err(&run(&[&args[..], &more].concat(), 0))
    };
    assert!(issue("999999", "odd.csv").contains("999999"));
    assert!(!issue("110000", "known.csv").contains("GB/T 2260"));
}

#[test]
fn text_output_says_the_line_of_the_standard() {
    let order = Order::of("1");
    issue(&order, "2.00");
    let image = text(&order.images()[0]);
    let english = out(&run(&["read", "--image", &image], 0));
    let chinese = out(&run(&["read", "--image", &image, "--lang", "zh"], 0));
    let line = english
        .lines()
        .last()
        .unwrap()
        .strip_prefix("iReadCardBas: ")
        .unwrap();
    assert_eq!(line.split('|').nth(1), Some(&*order.numbers()[0]));
    assert_eq!(line.split('|').count(), 11);
    assert!(
        chinese.contains(&format!("社会保障号码：{}", order.numbers()[0])),
        "{chinese}"
    );
}

#[test]
fn a_third_generation_card_gives_nothing_away_without_keys() {
    let order = Order::of("1");
    issue(&order, "3.00");
    let image = text(&order.images()[0]);
    let refused = run(&["read", "--image", &image, "--no-keys", "--json"], 5);
    assert!(err(&refused).contains("6982"), "{}", err(&refused));
    assert_eq!(json(&refused)["error"]["kind"], "card");
    assert!(!out(&refused).contains(&order.numbers()[0]));
}

#[test]
fn everything_is_read_with_the_pin_and_the_photo_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    let sample = [
        "batch", "sample", "--count", "1", "--seed", "3", "--photos", "-o",
    ];
    run(&[&sample[..], &[&path("batch.csv")]].concat(), 0);
    run(
        &[
            "issue",
            &path("batch.csv"),
            "--generation",
            "2.00",
            "--images",
            &path("cards"),
        ],
        0,
    );
    let image = fs::read_dir(path("cards"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let image = text(&image);
    let photo = path("photo.jpg");
    let all = [
        "read", "--image", &image, "--all", "--pin", "--photo", &photo,
    ];
    let output = finish(ssc(&all).env("SSC_PIN", "123456"), 0);
    assert!(out(&output).contains("EF08"), "{}", out(&output));
    assert!(fs::read(&photo).unwrap().starts_with(&[0xFF, 0xD8, 0xFF]));
    // A photo that is there is not written over; a wrong PIN costs a try and is told; none at all costs nothing.
    finish(ssc(&all).env("SSC_PIN", "123456"), 1);
    let wrong = finish(ssc(&all[..5]).env("SSC_PIN", "654321"), 5);
    assert!(err(&wrong).contains("63C2"), "{}", err(&wrong));
    assert!(!err(&wrong).contains("654321"));
    assert!(err(&finish(&mut ssc(&all[..5]), 2)).contains("SSC_PIN"));
    assert!(err(&finish(ssc(&all[..5]).env("SSC_PIN", "12345x"), 2)).contains("4 to 16 digits"));
}

#[test]
fn nothing_is_issued_from_a_batch_with_faults_unless_they_are_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    let (output, refused) = (path("return.csv"), path("refused.csv"));
    let faults = batch("faults.csv");
    let args = [
        "issue",
        &faults,
        "--generation",
        "3.00",
        "-o",
        &output,
        "--json",
    ];
    let stopped = run(&args, 3);
    assert!(
        err(&stopped).contains("No job was made"),
        "{}",
        err(&stopped)
    );
    assert!(json(&stopped)["faults"].as_array().unwrap().len() > 40);
    assert!(!fs::exists(&output).unwrap());

    let more = [
        "--skip-invalid",
        "--refused",
        &refused,
        "--first-card-number",
        "7",
    ];
    let skipped = run(&[&args[..], &more].concat(), 7);
    let report = json(&skipped);
    assert_eq!(report["error"]["kind"], "incomplete");
    let rows = fs::read_to_string(&output).unwrap();
    // Every row of the batch stands in it.
    let of = |fate: &str| rows.matches(&format!(",{fate},")).count();
    assert_eq!(report["issued"], of("delivered"));
    assert!(of("delivered") > 0);
    let lines = fs::read_to_string(&refused).unwrap().lines().count();
    assert_eq!(report["refused"], lines - 1);
    assert_eq!(of("rejected"), lines - 1);
    let all = of("delivered") + of("rejected");
    assert_eq!(rows.lines().count(), 1 + all, "{rows}");
}

#[test]
fn an_old_return_file_is_the_record_of_cards_and_stays() {
    let order = Order::of("1");
    issue(&order, "1.00");
    let before = order.read("batch.return.csv");
    let again = run(
        &["issue", &order.path("batch.csv"), "--generation", "1.00"],
        1,
    );
    assert!(err(&again).contains("exists already"), "{}", err(&again));
    assert_eq!(order.read("batch.return.csv"), before);
}

#[test]
fn a_reader_that_is_not_there_leaves_no_file_behind() {
    let order = Order::of("1");
    let args = [
        "issue",
        &order.path("batch.csv"),
        "--generation",
        "3.00",
        "--reader",
        "No such reader",
        "--json",
    ];
    let output = run(&args, 4);
    assert_eq!(json(&output)["error"]["kind"], "reader");
    assert!(!fs::exists(order.path("batch.return.csv")).unwrap());
    run(&[&args[..], &["--images", "x"]].concat(), 2);
}

/// One's own keys: random PINs in a sealed file, and cards that the demo keys do not open and do not wear out.
#[test]
fn a_vault_of_ones_own() {
    let order = Order::of("2");
    let vault = order.path("keys.vault");
    let passphrase = "synthetic passphrase";
    let with = |args: &[&str], passphrase: &str, code| {
        finish(ssc(args).env("SSC_PASSPHRASE", passphrase), code)
    };
    assert!(err(&with(&["keys", "new", &vault], "short", 6)).contains("8 characters"));
    with(&["keys", "new", &vault], passphrase, 0);
    assert!(err(&with(&["keys", "new", &vault], passphrase, 6)).contains("never overwritten"));
    let wrong = with(&["keys", "show", &vault, "--json"], "another passphrase", 6);
    assert_eq!(json(&wrong)["error"]["kind"], "keys");
    assert!(!err(&wrong).contains("another passphrase"));
    let asked = run(&["keys", "show", &vault], 2);
    assert!(err(&asked).contains("SSC_PASSPHRASE"), "{}", err(&asked));
    let shown = with(&["keys", "show", &vault, "--json"], passphrase, 0);
    assert_eq!(json(&shown)["demo_keys"], false);
    assert!(!err(&shown).contains("DEMO"));

    let (batch, cards) = (order.path("batch.csv"), order.path("cards"));
    let secret = order.path("secret.txt");
    support::secret(&secret, format!("{passphrase}\r\n"));
    let args = [
        "issue",
        &batch,
        "--generation",
        "3.00",
        "--images",
        &cards,
        "--vault",
        &vault,
        "--passphrase-file",
        &secret,
    ];
    let issued = run(&args, 0);
    assert!(!err(&issued).contains("DEMO"), "{}", err(&issued));
    let pins = order.path("batch.pins");
    let pins = json(&with(&["keys", "pins", &pins, "--json"], passphrase, 0));
    let pins = pins["pins"].as_array().unwrap();
    assert_eq!(pins.len(), 2);
    assert_eq!(pins[0]["number"], order.numbers()[0].as_str());

    let image = text(&order.images()[0]);
    let all = [
        "read", "--image", &image, "--all", "--pin", "--vault", &vault, "--json",
    ];
    let pin = pins[0]["pin"].as_str().unwrap();
    let read = finish(
        ssc(&all)
            .env("SSC_PASSPHRASE", passphrase)
            .env("SSC_PIN", pin),
        0,
    );
    assert!(out(&read).contains(&order.numbers()[0]));
    // More often than the key has tries: not one of them is used up by keys that nobody asked for.
    for _ in 0..20 {
        let refused = run(&["read", "--image", &image], 5);
        assert!(
            err(&refused).contains("not issued with the demo keys"),
            "{}",
            err(&refused)
        );
    }
    with(
        &["read", "--image", &image, "--vault", &vault],
        passphrase,
        0,
    );
}

#[test]
fn the_demo_vault_announces_itself_even_when_quiet_and_shows_no_key() {
    let shown = run(&["keys", "show", "--quiet", "--json"], 0);
    assert!(err(&shown).contains("DEMO KEYS"));
    assert!(err(&run(&["keys", "show", "--lang", "zh"], 0)).contains("演示密钥"));
    let roots = json(&shown);
    let roots = roots["roots"].as_array().unwrap();
    assert!(roots.len() > 70);
    assert!(
        roots
            .iter()
            .all(|root| root["kcv"].as_str().unwrap().len() == 6)
    );
}

#[test]
fn apdus_are_told_in_words_and_secrets_in_none() {
    let select = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF00";
    let order = Order::of("1");
    issue(&order, "2.00");
    let image = text(&order.images()[0]);
    let read = run(&["apdu", "--image", &image, select, "00B2013414"], 0);
    let trace = out(&read);
    assert!(
        trace.contains("SELECT: SSSE") && trace.contains("GET RESPONSE"),
        "{trace}"
    );
    assert!(trace.contains("record 1, SFI 06"), "{trace}");
    let digits = hex::encode_upper(&order.numbers()[0]);
    assert!(!trace.replace(' ', "").contains(&digits), "{trace}");
    let whole = json(&run(
        &["apdu", "--image", &image, select, "00B2013414", "--json"],
        0,
    ));
    assert_eq!(whole["exchanges"][1]["data"], format!("0812{digits}"));
    assert_eq!(whole["exchanges"][1]["sw"], "9000");

    let pin = ["apdu", "--image", &image, select, "0020000003246813"];
    let wrong = run(&pin, 5);
    assert!(
        out(&wrong).contains("[3 bytes not shown]"),
        "{}",
        out(&wrong)
    );
    assert!(!out(&wrong).replace(' ', "").contains("246813"));
    assert!(err(&wrong).contains("63C2"), "{}", err(&wrong));
    let mut piped = ssc(&["apdu", "--image", &image, "-", "--lang", "zh"]);
    piped.write_stdin(format!(
        "# select, then the PIN\n{select}\n\n00 20 00 00 03 12 34 56\n"
    ));
    assert!(out(&finish(&mut piped, 0)).contains("校验个人密码"));
}
