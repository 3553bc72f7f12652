//! A card of 3.00 with its certificate environment, issued in this process, and OpenSSL as certification authority and key
//! management centre. All data are synthetic.
#![allow(dead_code, reason = "each test uses a part")]

use std::path::Path;
use std::process::{Command, Output};

use apdu_specs::Generation;
use ssc_bureau::batch::{ReadOptions, read_bytes};
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::job::{OrderOptions, PinPolicy};
use ssc_keys::Vault;
use ssc_person::Date;
use ssc_reader::feeder::Feeder as _;
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Image, Interface, Serials, SimulatedCard};

/// The card's PIN, 123456, and that of its certificate environment, packed.
pub const PIN: &[u8] = &[0x12, 0x34, 0x56];
/// The default identity, as OpenSSL takes it.
pub const ID: &str = "distid:1234567812345678";

const ROW: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,pin\n\
                   110105199003079978,张三,1,01,19900307,110000,A00000011,123456\n";

/// Issues a card of this serial into `folder`, with or without certificates, and opens it on `interface`.
pub fn card(folder: &Path, serial: u8, certificates: bool, interface: Interface) -> SimulatedCard {
    let batch = read_bytes(
        ROW.as_bytes(),
        &ReadOptions {
            today: Date::new(2026, 1, 1).unwrap(),
            photos: None,
            folder: None,
            model: None,
            ..ReadOptions::default()
        },
    )
    .unwrap();
    let generation = Generation::V3;
    let order = OrderOptions {
        model: if certificates {
            CardModel::full(generation)
        } else {
            CardModel::plain(generation)
        },
        region: None,
        first_card_number: None,
        issue_date: Date::new(2025, 6, 1).unwrap(),
        pins: PinPolicy::Demo,
    };
    let decided = order.decide(&batch).unwrap();
    let stack = folder.join(format!("stack-{serial}"));
    std::fs::create_dir_all(&stack).unwrap();
    let mut feeder = SimulatedFeeder::new(
        Serials::from([0x20, 0x26, 0, 0, 0, serial]),
        Some(stack.clone()),
    );
    let mut card = feeder.next_card().unwrap();
    let vault = Vault::demo().unwrap();
    issue_one(&mut *card, &decided[0], &vault, Line::default()).unwrap();
    drop(card);
    drop(feeder);
    let image = std::fs::read_dir(stack)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|one| one == "ssccard"))
        .expect("an image");
    SimulatedCard::from_image(Image::open(&image).unwrap(), interface).unwrap()
}

/// Runs `openssl` in `folder`.
pub fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl runs")
}

/// The same, which must succeed.
#[track_caller]
pub fn run(folder: &Path, arguments: &str) -> Vec<u8> {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let done = openssl(folder, &words);
    assert!(
        done.status.success(),
        "openssl {arguments}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// A certification authority with an SM2 key in `folder`: ca.key, ca.pem.
pub fn authority(folder: &Path) {
    run(folder, "genpkey -algorithm SM2 -out ca.key");
    run(
        folder,
        &format!(
            "req -x509 -new -key ca.key -sm3 -sigopt {ID} -subj /C=CN/O=Synthetic/CN=Test-CA -days 30 -out ca.pem"
        ),
    );
}

/// Has the authority issue a certificate for the request `name.csr`: `name.pem`.
pub fn certify(folder: &Path, name: &str) {
    run(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sm3 -sigopt {ID} -vfyopt {ID} -days 30 -out {name}.pem"
        ),
    );
}
