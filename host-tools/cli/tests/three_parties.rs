//! A card in one reader, a PSAM in another, `ssc` between them over a real pcscd, in each generation: the golden cards and a
//! PSAM of the published keys, which `ssc` is not given.

mod support;

use std::process::Command;

use apdu_specs::Generation;
use serde_json::Value;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{Levels, PsamOrder, issue};
use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::Card;
use ssc_simulator::{Identity, Image, Inserted, Interface, SimulatedCard};
use support::pcsc::{run_with, ssc};
use support::{err, json, out, text};

fn psam() -> SimulatedCard {
    let identity = Identity::from_serial([0x50, 0x53, 0x41, 0x4D, 0x00, 0x02]);
    let mut card = SimulatedCard::blank(&identity, Interface::T0).unwrap();
    let order = PsamOrder {
        region: Region::parse("110100").unwrap(),
        levels: Levels::Usual,
        terminal: [0x33, 0x11, 0x00, 0x00, 0x01, 0x23],
        version: 1,
        line: Line::default(),
    };
    issue(&mut card, &order, &Vault::demo().unwrap()).unwrap();
    card.reset().unwrap();
    card
}

fn golden(generation: Generation, folder: &std::path::Path) -> SimulatedCard {
    let name = format!("layout-2-card-{generation}.ssccard");
    let path = folder.join(&name);
    let image = test_vectors::vectors::directory().join("images").join(name);
    std::fs::copy(image, &path).unwrap();
    SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T0).unwrap()
}

struct Terminal<'p> {
    pcscd: &'p PrivatePcscd,
    psam: String,
}

impl Terminal<'_> {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = ssc(self.pcscd, args);
        command.args(["--psam", &self.psam, "--json"]);
        command
    }

    fn run(&self, args: &[&str], pins: &[(&str, &str)], code: i32) -> Value {
        let with_psam = [args, &["--psam", &self.psam, "--json"]].concat();
        let output = run_with(self.pcscd, &with_psam, pins, code);
        assert!(
            !err(&output).contains("DEMO KEYS"),
            "the terminal has no keys: {args:?}\n{}",
            err(&output)
        );
        json(&output)
    }

    /// A program that nobody here wrote: SSSE, DF01, its EF06 under the PIN, tag 28.
    fn opensc_sees_what_was_written(&self, pin: &str) {
        let mut command = self.pcscd.client("opensc-tool");
        command.args(["-r", &self.pcscd.readers()[0], "-c", "default"]);
        for apdu in [
            "00A404000F7378312E73682EC9E7BBE1B1A3D5CF00",
            "00A4000002DF0100",
            &format!("0020000003{pin}"),
            "00B2283000",
        ] {
            command.args(["-s", apdu]);
        }
        let output = command.output().unwrap();
        let seen = out(&output);
        assert!(output.status.success(), "{seen}\n{}", err(&output));
        assert!(seen.contains("31 33 38 30 30 30 30 30 30 30 30"), "{seen}");
    }

    /// A PSAM of another province has other two-level keys: nothing is written, and none is tried on the card, which would
    /// count it.
    fn a_psam_of_another_province_is_refused(&self, folder: &std::path::Path) {
        let [image, data] =
            ["elsewhere.ssccard", "elsewhere.txt"].map(|name| text(&folder.join(name)));
        let order = ["psam", "issue", "--image", &image, "--region", "440300"];
        support::run(
            &[&order[..], &["--terminal-id", "440300000001"]].concat(),
            0,
        );
        std::fs::write(&data, "SSSEEF06|2|$").unwrap();
        let write = ["terminal", "write", "SSSEEF06|0A|$", "--data", &data];
        let reader = ["--reader", &self.pcscd.readers()[0]];
        let elsewhere = ["--psam-image", &image, "--json"];
        let refused = run_with(
            self.pcscd,
            &[&write[..], &reader, &elsewhere].concat(),
            &[],
            6,
        );
        let refused = json(&refused);
        assert_eq!(refused["return_code"], -24, "{refused}");
        let said = refused.to_string();
        assert!(said.contains("440300") && said.contains("110100"), "{said}");
        std::fs::remove_file(&image).unwrap();
    }

    /// pcscd takes a moment to power cards that were put in.
    fn wait(&self) {
        for _ in 0..100 {
            let output = self.command(&["verify"]).output().unwrap();
            if output.status.success() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("no card and PSAM after ten seconds");
    }
}

#[test]
fn card_psam_and_terminal_in_each_generation() {
    let pcscd = PrivatePcscd::start(2).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ports = pcscd.ports();
    let _psam = Inserted::put(psam(), ports[1]).unwrap();
    let terminal = Terminal {
        pcscd: &pcscd,
        psam: pcscd.readers()[1].clone(),
    };
    for generation in Generation::ALL {
        let card = Inserted::put(golden(generation, folder.path()), ports[0]).unwrap();
        // The card's reader need not be named: the other one holds the PSAM.
        terminal.wait();
        let basic = terminal.run(&["terminal", "read-basic"], &[], 0);
        let line = basic["line"].as_str().unwrap();
        assert!(
            line.starts_with("110100|110101199003079964|X00000019|"),
            "{line}"
        );
        assert!(
            line.ends_with(&format!("|{generation}|20261121|20361121|331100000123|")),
            "{line}"
        );
        assert_eq!(terminal.run(&["verify"], &[], 0)["verdict"], "genuine");

        let data = folder.path().join("data.txt");
        std::fs::write(&data, "SSSEEF06|1|$DF01EF06|13800000000|$").unwrap();
        let address = "SSSEEF06|0A|$DF01EF06|28|$";
        let data = data.to_str().unwrap();
        terminal.run(&["terminal", "write", address, "--data", data], &[], 0);
        // In 1.00 DF01 EF06 is the PIN's alone.
        let by = match generation {
            Generation::V1 => "pin",
            _ => "key",
        };
        let pin = ("SSC_PIN", "123456");
        let read = terminal.run(&["terminal", "read", address, "--by", by], &[pin], 0);
        assert_eq!(read["line"], "SSSEEF06|1|$DF01EF06|13800000000|$");
        if by == "pin" {
            // Whoever forgets it is told how to give it.
            let read = terminal.run(&["terminal", "read", address], &[pin], 3);
            let message = read["error"]["message"].as_str().unwrap();
            assert!(message.contains("--by pin"), "{message}");
        }

        let (old, new, third) = (
            ("SSC_PIN", "123456"),
            ("SSC_NEW_PIN", "246810"),
            ("SSC_PIN", "246810"),
        );
        terminal.run(&["terminal", "change-pin"], &[old, new], 0);
        for code in [-51, -51, -51, -52] {
            let refused = terminal.run(&["terminal", "verify-pin"], &[old], 5);
            assert_eq!(refused["return_code"], code, "{generation}");
        }
        terminal.run(&["terminal", "unblock-pin"], &[], 0);
        terminal.run(&["terminal", "verify-pin"], &[third], 0);
        terminal.run(&["terminal", "reload-pin"], &[("SSC_NEW_PIN", "97531")], 0);
        terminal.run(&["terminal", "verify-pin"], &[("SSC_PIN", "97531")], 0);
        terminal.opensc_sees_what_was_written("97531F");
        terminal.a_psam_of_another_province_is_refused(folder.path());
        let read = terminal.run(&["terminal", "read", "SSSEEF06|0A|$"], &[], 0);
        assert_eq!(read["line"], "SSSEEF06|1|$");
        drop(card);
    }
    // The PSAM alone: no card. The card's reader named as the PSAM's: no PSAM.
    let alone = terminal.run(&["terminal", "read-basic"], &[], 4);
    assert_eq!(alone["error"]["kind"], "reader");
}
