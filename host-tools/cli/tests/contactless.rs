//! A terminal's work on a contactless card over PC/SC. vpcd carries whole APDUs and the ATR that a PC/SC reader makes of a
//! contactless card (`3B 8n 80 01` …), and that is what tells the host.

mod support;

use ssc_harness::pcscd::PrivatePcscd;
use ssc_simulator::{Image, Inserted, Interface, SimulatedCard};
use support::pcsc::{card_in, run, run_with};
use support::{err, json, out, text};

/// Golden cards of the demo vault, one on each interface.
#[test]
fn a_terminal_reads_and_writes_a_contactless_card_as_it_does_by_contact() {
    for version in ["1.00", "2.00", "3.00"] {
        let pcscd = PrivatePcscd::start(1).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let name = format!("format-1-card-{version}.ssccard");
        let golden = test_vectors::vectors::directory().join("images").join(name);
        let [near, contact] = ["near.ssccard", "contact.ssccard"].map(|name| {
            let path = folder.path().join(name);
            std::fs::copy(&golden, &path).unwrap();
            path
        });
        let card = Image::open(&near).unwrap();
        let card = SimulatedCard::from_image(card, Interface::Contactless).unwrap();
        let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
        card_in(&pcscd, 0);
        let shown = run(&pcscd, &["apdu", "0084000008"], 0);
        assert!(
            out(&shown).contains("contactless, ATR 3B8D8001"),
            "{}",
            out(&shown)
        );

        let data = text(&folder.path().join("data.txt"));
        std::fs::write(&data, "DF01EF06|13800000000|$\n").unwrap();
        let same = |args: &[&str], secrets: &[(&str, &str)]| {
            let image = [args, &["--image", contact.to_str().unwrap()]].concat();
            let [there, here] = [args, &image].map(|args| {
                let mut report = json(&run_with(&pcscd, args, secrets, 0));
                // The one thing that differs: a reader makes its own of a contactless card.
                report.as_object_mut().unwrap().remove("atr");
                report
            });
            assert!(there == here, "{version} {args:?}");
        };
        same(&["terminal", "read-basic", "--json"], &[]);
        same(&["read", "--json"], &[]);
        same(&["verify", "--json"], &[]);
        let write = [
            "terminal",
            "write",
            "DF01EF06|28|$",
            "--data",
            &data,
            "--json",
        ];
        same(&write, &[]);
        same(&["terminal", "read", "SSSEEF05|05|06|07|$", "--json"], &[]);
        let by_pin = [
            "terminal",
            "read",
            "DF01EF06|28|$",
            "--by",
            "pin",
            "--no-keys",
            "--json",
        ];
        same(&by_pin, &[("SSC_PIN", "123456")]);
        same(
            &["read", "--all", "--pin", "--json"],
            &[("SSC_PIN", "123456")],
        );
        same(
            &["terminal", "verify-pin", "--json"],
            &[("SSC_PIN", "123456")],
        );

        // What changes the PIN is for contact alone.
        let pins = [("SSC_PIN", "123456"), ("SSC_NEW_PIN", "246810")];
        for command in ["change-pin", "reload-pin", "unblock-pin"] {
            let refused = run_with(&pcscd, &["terminal", command], &pins, 5);
            assert!(err(&refused).contains("insert it"), "{}", err(&refused));
        }

        // One try is left after two wrong PINs: that one is for contact alone, and the terminal says so.
        let verify = ["terminal", "verify-pin"];
        for _ in 0..2 {
            run_with(&pcscd, &verify, &[("SSC_PIN", "999999")], 5);
        }
        let refused = run_with(&pcscd, &verify, &[("SSC_PIN", "123456")], 5);
        assert!(
            err(&refused).contains("insert the card"),
            "{}",
            err(&refused)
        );
        card.take_out().unwrap();
        let image = text(&near);
        let by_contact = [&verify[..], &["--image", &image]].concat();
        run_with(&pcscd, &by_contact, &[("SSC_PIN", "123456")], 0);
    }
}
