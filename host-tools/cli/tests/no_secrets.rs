//! What `ssc` prints, in both languages, as text and as JSON, right and wrong, never holds a key, a PIN or a passphrase.
//!
//! With a vault, a PIN and a passphrase of its own, so that each of them is known and stands nowhere by chance.

mod support;

use std::fs;

use apdu_specs::keys::FIRST_KEY_VERSION;
use apdu_specs::{Generation, files};
use card_crypto::{Algorithm, Key16};
use ssc_keys::{KeyService, Vault};
use support::{Order, column, ssc, text};
use test_vectors::secrets::Secrets;

const PIN: &str = "8361927450";
const WRONG_PIN: &str = "9072816354";
const PASSPHRASE: &str = "five-horses-and-no-rider";
const WRONG_PASSPHRASE: &str = "seven-geese-over-the-lake";
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
    for key in files::directories(generation).flat_map(|directory| directory.keys) {
        let of_card = vault.card_key(key.vault_id, FIRST_KEY_VERSION, algorithm, REGION, factor);
        secrets.key(key.vault_id, of_card.unwrap().as_bytes());
    }
    let issuer = vault.issuer_keys(factor).unwrap();
    for key in [&issuer.enc, &issuer.mac, &issuer.dek] {
        secrets.key("an issuer's key", key.as_bytes());
    }
    secrets.key("the master", &[0x5A; 16]);
    for (name, digits) in [
        ("the PIN", PIN),
        ("a wrong PIN", WRONG_PIN),
        ("the passphrase", PASSPHRASE),
        ("a wrong passphrase", WRONG_PASSPHRASE),
    ] {
        // The search joins what stands between bytes.
        secrets.digits(name, &digits.replace('-', ""));
    }
    secrets
}

/// Everything that was printed, and the files that were made for people.
#[derive(Default)]
struct Printed {
    text: Vec<u8>,
    runs: usize,
}

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
        self.with(args, None, |_| ());
    }

    /// Runs `ssc` in both languages, as text and as JSON, and keeps what it says.
    fn with(&mut self, args: &[&str], pin: Option<&str>, judge: impl Fn(Option<i32>)) {
        for language in ["C", "zh_CN.UTF-8"] {
            for json in [false, true] {
                let mut command = ssc(args);
                command.env("LANG", language);
                if json {
                    command.arg("--json");
                }
                if let Some(pin) = pin {
                    command.env("SSC_PIN", pin);
                }
                let output = command.output().unwrap();
                judge(output.status.code());
                self.text.extend(&output.stdout);
                self.text.extend(&output.stderr);
                self.runs += 1;
            }
        }
    }
}

#[test]
fn no_key_pin_or_passphrase_is_printed() {
    let vault = Vault::from_master(&Key16::new([0x5A; 16]));
    for generation in Generation::ALL {
        let order = Order {
            folder: tempfile::tempdir().unwrap(),
        };
        vault
            .write_new(order.path("own.vault").as_ref(), PASSPHRASE)
            .unwrap();
        fs::write(order.path("batch.csv"), ROW).unwrap();
        fs::write(order.path("passphrase"), PASSPHRASE).unwrap();
        fs::write(order.path("wrong"), WRONG_PASSPHRASE).unwrap();
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
        let mut printed = Printed::default();
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
            &[&["vault", "show", &vault_file][..], &keys[2..]].concat(),
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
        assert!(printed.runs > 60 && printed.text.len() > 20_000);
        // That the search would have found them.
        let planted = [&printed.text[..], b"\npin: 83 61 92 74 50\n"].concat();
        assert_eq!(secrets.found_in(&planted), ["the PIN"]);
    }
}
