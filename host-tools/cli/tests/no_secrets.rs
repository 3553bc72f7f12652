//! What `ssc` prints, in both languages, as text and as JSON, right and wrong, never holds a key, a PIN or a passphrase.
//!
//! With a vault, a PIN and a passphrase of its own, so that each of them is known and stands nowhere by chance.

mod support;

use apdu_specs::applications::ssc;
use std::fs;

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::diversify::root_key;
use card_crypto::{Algorithm, Key16};
use ssc_harness::secrets::Secrets;
use ssc_keys::{KeyService, Vault, roots};
use ssc_simulator::{Identity, Image};
use support::{Order, column, ssc, text};

const PIN: &str = "8361927450";
const WRONG_PIN: &str = "9072816354";
const NEW_PIN: &str = "5063728194";
const PASSPHRASE: &str = "five-horses-and-no-rider";
const WRONG_PASSPHRASE: &str = "seven-geese-over-the-lake";
/// From which every root comes.
const MASTER: [u8; 16] = [
    0x5A, 0xC3, 0x0F, 0x96, 0x69, 0xF0, 0x3C, 0xA5, 0x1E, 0xE1, 0x2D, 0xD2, 0x4B, 0xB4, 0x78, 0x87,
];
/// 110000, as the batch says.
const REGION: &[u8; 6] = b"110000";
const ROW: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,birthplace,category,institution,issue_date,valid_to,pin\n\
                   110105199003079978,张三,1,01,19900307,110000,A00000011,110105,1,123456789012,20250601,20350601,8361927450\n";

/// Every key of the vault for this card, the issuer's too.
fn secrets(vault: &Vault, generation: Generation, factor: &[u8; 8]) -> Secrets {
    let mut secrets = Secrets::default();
    let algorithm = match generation {
        Generation::V3 => Algorithm::Sm4,
        _ => Algorithm::TripleDes,
    };
    for key in ssc::directories(generation).flat_map(|directory| directory.keys_of(generation)) {
        let of_card = vault.card_key(key.vault_id, FIRST_KEY_VERSION, algorithm, REGION, factor);
        secrets.key(key.vault_id, of_card.unwrap().as_bytes());
    }
    for (id, version, kind) in roots::all() {
        let root = root_key(&MASTER, id, &kind.to_string(), version);
        secrets.key(format!("root {id} {kind}"), root.as_bytes());
    }
    for (name, set) in [
        ("an issuer's key", vault.issuer_keys(factor)),
        ("an initial key", vault.initial_keys(factor)),
    ] {
        let set = set.unwrap();
        for key in [&set.enc, &set.mac, &set.dek] {
            secrets.key(name, key.as_bytes());
        }
    }
    secrets.key("the master", &MASTER);
    for (name, digits) in [
        ("the PIN", PIN),
        ("a wrong PIN", WRONG_PIN),
        ("a new PIN", NEW_PIN),
        ("the passphrase", PASSPHRASE),
        ("a wrong passphrase", WRONG_PASSPHRASE),
    ] {
        // The search joins what stands between bytes.
        secrets.digits(name, &digits.replace('-', ""));
    }
    secrets
}

/// Everything that was printed, and the files that were made for people.
struct Printed {
    text: Vec<u8>,
    runs: usize,
    /// Language, and whether as JSON.
    ways: &'static [(&'static str, bool)],
}

const WAYS: &[(&str, bool)] = &[
    ("C", false),
    ("zh_CN.UTF-8", true),
    ("C", true),
    ("zh_CN.UTF-8", false),
];

impl Printed {
    /// Runs it, and it must succeed.
    fn run(&mut self, args: &[&str], pin: Option<&str>) {
        self.with(args, pin, |code| assert_eq!(code, Some(0), "{args:?}"));
    }

    /// Runs it, and it must fail.
    fn fails(&mut self, args: &[&str], pin: Option<&str>) {
        self.with(args, pin, |code| assert_ne!(code, Some(0), "{args:?}"));
    }

    /// Runs it, whatever comes of it.
    fn whatever(&mut self, args: &[&str]) {
        self.whatever_with(args, None);
    }

    fn whatever_with(&mut self, args: &[&str], pin: Option<&str>) {
        self.with(args, pin, |_| ());
    }

    /// Runs `ssc` in both languages, as text and as JSON, and keeps what it says.
    fn with(&mut self, args: &[&str], pin: Option<&str>, judge: impl Fn(Option<i32>)) {
        for (language, json) in self.ways {
            let mut command = ssc(args);
            command.env("LANG", language);
            if *json {
                command.arg("--json");
            }
            if let Some(pin) = pin {
                command.env("SSC_PIN", pin);
                command.env("SSC_NEW_PIN", NEW_PIN);
            }
            let output = command.output().unwrap();
            judge(output.status.code());
            self.text.extend(&output.stdout);
            self.text.extend(&output.stderr);
            self.runs += 1;
        }
    }
}

/// A blank card's image.
fn blank(order: &Order) -> String {
    let path = order.path("blank.ssccard");
    let serial = [0x90, 0x00, 0x00, 0x00, 0x00, 0x77];
    drop(Image::create(path.as_ref(), &Identity::from_serial(serial)).unwrap());
    path
}

#[test]
fn no_key_pin_or_passphrase_is_printed() {
    let vault = Vault::from_master(&Key16::new(MASTER));
    for generation in Generation::ALL {
        let order = Order {
            folder: tempfile::tempdir().unwrap(),
        };
        vault
            .write_new(order.path("own.vault").as_ref(), PASSPHRASE)
            .unwrap();
        fs::write(order.path("batch.csv"), ROW).unwrap();
        support::secret(order.path("passphrase"), PASSPHRASE);
        support::secret(order.path("wrong"), WRONG_PASSPHRASE);
        let (vault_file, passphrase) = (order.path("own.vault"), order.path("passphrase"));
        let keys = ["--vault", &vault_file, "--passphrase-file", &passphrase];

        let batch = order.path("batch.csv");
        let version = generation.to_string();
        let cards = order.path("cards");
        let issue = [
            "issue",
            &batch,
            "--generation",
            &version,
            "--images",
            &cards,
        ];
        // Issued once, since there is one return file; then refused, in every way of saying so.
        // Opening a vault takes its time: all ways of saying it with 3.00 only.
        let ways = match generation {
            Generation::V1 => &WAYS[..1],
            Generation::V2 => &WAYS[1..2],
            Generation::V3 => WAYS,
        };
        let mut printed = Printed {
            text: Vec::new(),
            runs: 0,
            ways,
        };
        let first = support::finish(&mut ssc(&[&issue[..], &keys].concat()), 0);
        printed.text.extend(&first.stdout);
        printed.text.extend(&first.stderr);
        let returned = order.read("batch.return.csv");
        printed.text.extend(returned.as_bytes());
        let atr = hex::decode(&column(&returned, 4)[0]).unwrap();
        let secrets = secrets(&vault, generation, atr.last_chunk().unwrap());
        assert!(secrets.keys() > 40);

        let image = text(&order.images()[0]);
        let on = ["--image", image.as_str()];
        let wrong = order.path("wrong");
        let wrong_keys = ["--vault", &vault_file, "--passphrase-file", &wrong];
        printed.run(
            &[&["keys", "show", &vault_file][..], &keys[2..]].concat(),
            None,
        );
        printed.run(
            &[&["keys", "show", &vault_file][..], &keys[2..]].concat(),
            None,
        );
        for args in [
            &["read"][..],
            &["read", "--all"],
            &["read", "--all", "--pin"],
        ] {
            printed.run(&[args, &on, &keys].concat(), Some(PIN));
        }
        let refused = [&["read", "--all", "--pin"][..], &on, &keys].concat();
        for args in [
            [&issue[..], &keys].concat(),
            [&["read"][..], &on, &wrong_keys].concat(),
        ] {
            printed.fails(&args, Some(PIN));
        }
        printed.fails(&refused, Some(WRONG_PIN));
        printed.fails(&refused, Some("83619274501234567"));

        // What a terminal does, with the right PIN, a wrong one until it is blocked, PUK, and a new one.
        let terminal = |words: &[&'static str]| [&["terminal"], words, &on, &keys].concat();
        for words in [
            &["read-basic"][..],
            &["read", "SSSEEF05|07|$SSSEEF06|08|09|$"],
        ] {
            printed.run(&terminal(words), None);
        }
        printed.run(&terminal(&["unblock-pin"]), None);
        printed.run(&terminal(&["verify-pin"]), Some(PIN));
        for words in ["verify-pin", "change-pin", "reload-pin"] {
            printed.whatever_with(&terminal(&[words]), Some(WRONG_PIN));
        }
        printed.run(&terminal(&["unblock-pin"]), None);
        printed.run(&[&["verify"][..], &on, &keys].concat(), None);
        printed.fails(&[&["verify"][..], &on].concat(), None);
        let psam = order.path("psam.ssccard");
        fs::copy(blank(&order), &psam).unwrap();
        let sam = ["--region", "110000", "--terminal-id", "110000000042"];
        let issue_psam = [&["psam", "issue", "--image", &psam][..], &sam, &keys].concat();
        // Its published keys are refused, then replaced, then it has them already.
        printed.fails(&issue_psam, None);
        let prepare = [&["chip", "prepare", "--image", &psam][..], &keys].concat();
        printed.run(&prepare, None);
        printed.whatever(&issue_psam);
        printed.run(&["psam", "show", "--image", &psam], None);
        let by_psam = ["terminal", "read-basic", "--psam-image", &psam];
        printed.run(&[&by_psam[..], &on].concat(), None);

        // APDUs that hold the PIN: right, wrong, changed, and where no table knows the command.
        for apdu in [
            format!("0020000005{PIN}"),
            format!("0020000005{WRONG_PIN}"),
            format!("805E01000B{PIN}FF{PIN}"),
            format!("8020000005{PIN}"),
            format!("00FF000005{PIN}"),
            format!("00200000 05 {PIN} 00"),
        ] {
            let select = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";
            let args = [&["apdu"][..], &on, &[select, &apdu]].concat();
            printed.whatever(&args);
            printed.whatever(&[&args[..], &["--raw"]].concat());
        }

        let found = secrets.found_in(&printed.text);
        assert!(found.is_empty(), "{generation}: {found:?} was printed");
        assert!(printed.runs > 20 * ways.len() && printed.text.len() > 5_000 * ways.len());
        // That the search would have found them.
        let planted = [&printed.text[..], b"\npin: 83 61 92 74 50\n"].concat();
        assert_eq!(secrets.found_in(&planted), ["the PIN"]);
    }
}
