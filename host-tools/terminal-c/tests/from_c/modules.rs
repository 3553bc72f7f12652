//! With a security module of each kind: a PSAM in a second reader, a PKCS#11 token.

use ssc_harness::pcscd::PrivatePcscd;
use ssc_harness::softhsm::{PIN, SoftHsm};
use ssc_keys::Vault;
use ssc_simulator::{Inserted, Interface, SimulatedCard};
use std::path::Path;
use std::process::Command;

use crate::rig::*;

/// The card in one reader, the PSAM in another, a C program between them, configured by a file.
#[test]
fn with_a_psam_in_a_second_reader() {
    use ssc_bureau::domain_keys::Line;
    use ssc_bureau::psam::{Levels, PsamOrder, issue};
    use ssc_reader::Card;
    let folder = tempfile::tempdir().unwrap();
    let program = compiled(folder.path());
    let identity = ssc_simulator::Identity::from_serial([0x50, 0x53, 0x41, 0x4D, 0x00, 0x03]);
    let mut psam = SimulatedCard::blank(&identity, Interface::T0).unwrap();
    let order = PsamOrder {
        region: ssc_person::Region::parse("110100").unwrap(),
        levels: Levels::Usual,
        terminal: [0x33, 0x11, 0x00, 0x00, 0x01, 0x23],
        version: 1,
        line: Line::default(),
    };
    issue(&mut psam, &order, &Vault::demo().unwrap()).unwrap();
    psam.reset().unwrap();
    let pcscd = PrivatePcscd::start(2).unwrap();
    let _psam = Inserted::put(psam, pcscd.ports()[1]).unwrap();
    let _card = insert(&pcscd, 0, folder.path(), "3.00");
    let file = folder.path().join("terminal.ini");
    let [reader, second] = [0, 1].map(|index| pcscd.readers()[index].clone());
    let lines = format!(
        "[terminal]\nreader = {reader}\npsam = {second}\ndevice = D-7\nencoding = utf8\nlanguage = en\ncapacity = 20000\n"
    );
    std::fs::write(&file, lines).unwrap();
    let run = |mode: &str| {
        let output = environment(&mut pcscd.client(&program))
            .arg(mode)
            .env("SSC_TERMINAL_CONFIG", &file)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let mut looked = String::new();
    for _ in 0..100 {
        looked = run("look");
        if looked.starts_with("bas 0 ") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(
        looked
            .trim_end()
            .ends_with("|3.00|20261121|20361121|331100000123|D-7|"),
        "{looked}"
    );
    let text = run("all");
    let calls = calls(&text);
    for (name, wanted) in [
        ("bas", 0),
        ("read", 0),
        ("write", 0),
        ("reread", 0),
        ("other", -22),
        ("photo", 0),
        ("change", 0),
        ("wrong", -51),
        ("right", 0),
        ("reload", 0),
        ("reloaded", 0),
        ("unblock", 0),
        ("nobody", -31),
    ] {
        assert_eq!(code(&calls, name), wanted, "{name}\n{text}");
    }
    assert_eq!(answer(&calls, "reread"), "DF01EF06|13800000000|$");
}

/// Run by [`with_a_token`], in a process that sees its tokens.
#[test]
#[ignore = "run by with_a_token"]
fn load_the_token() {
    use ssc_keys::hsm::{Hsm, TokenChoice};
    let module = std::env::var_os("SSC_TEST_PKCS11_MODULE").unwrap();
    for (label, vault) in [
        ("terminal", Vault::demo()),
        ("own", Vault::generate(ssc_keys::roots::all())),
    ] {
        let mut hsm = Hsm::open(module.as_ref(), &TokenChoice::Label(label.into()), PIN).unwrap();
        hsm.load(&vault.unwrap()).unwrap();
    }
}

/// The keys in a token of a real SoftHSM: a card of 2.00 is served, one of 3.00 is refused with the algorithm's code.
#[test]
fn with_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled(folder.path());
    let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
    for label in ["terminal", "own"] {
        softhsm.token(label).unwrap();
    }
    let mut load = Command::new(std::env::current_exe().unwrap());
    load.args(["--ignored", "--exact", "modules::load_the_token"])
        .env("SSC_TEST_PKCS11_MODULE", softhsm.module());
    let done = softhsm.client(&mut load).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let pin = folder.path().join("pin");
    secret(&pin, PIN);
    let log = folder.path().join("token.audit");
    let wrong = folder.path().join("wrong");
    secret(&wrong, "wrong-pin-1111");
    for (version, codes) in [("2.00", [0, -2201]), ("3.00", [-2202, -2201])] {
        let pcscd = PrivatePcscd::start(1).unwrap();
        let _card = insert(&pcscd, 0, folder.path(), version);
        wait(&pcscd, &program);
        let look = |token: &str, pin: &Path| {
            let mut command = pcscd.client(&program);
            environment(&mut command)
                .arg("look")
                .env("SSC_HSM", softhsm.module())
                .env("SSC_HSM_TOKEN", token)
                .env("SSC_HSM_PIN_FILE", pin)
                .env("SSC_AUDIT_LOG", &log)
                .env("SSC_ENCODING", "utf8")
                .env("SSC_LANGUAGE", "en");
            let output = softhsm.client(&mut command).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        for (pin, wanted) in [&pin, &wrong].into_iter().zip(codes) {
            let text = look("terminal", pin);
            let calls = calls(&text);
            assert_eq!(code(&calls, "bas"), wanted, "{version}\n{text}");
            if wanted == -2202 {
                assert!(answer(&calls, "bas").contains("no SM4"), "{text}");
            }
        }
        // Published keys leave no line; each use of others does, though this card is not of theirs.
        assert!(version != "2.00" || !log.exists());
        let text = look("own", &pin);
        assert_ne!(code(&calls(&text), "bas"), 0, "{text}");
    }
    let lines = std::fs::read_to_string(&log).unwrap();
    // A wrong PIN is a line whatever the token holds.
    let (refused, lines): (Vec<&str>, Vec<&str>) = lines
        .lines()
        .partition(|line| line.contains("\"event\":\"refused\""));
    assert_eq!(refused.len(), 1, "{refused:?}");
    let uses = |event: &str| lines.iter().filter(|line| line.contains(event)).count();
    assert!(uses("\"event\":\"open\"") >= 2, "{lines:?}");
    assert_eq!(
        uses("\"event\":\"open\""),
        uses("\"event\":\"close\""),
        "{lines:?}"
    );
    for line in &lines {
        assert!(
            line.contains("libssc_card") && line.contains("\"token\":\"own\""),
            "{line}"
        );
    }
    assert!(
        lines.iter().any(|line| line.contains("SSSE/IRK 3DES 1 ")),
        "{lines:?}"
    );

    // A file with the token's PIN that others can read is refused.
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o644)).unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let mut command = pcscd.client(&program);
    environment(&mut command)
        .arg("look")
        .env("SSC_HSM", softhsm.module())
        .env("SSC_HSM_TOKEN", "own")
        .env("SSC_HSM_PIN_FILE", &pin)
        .env("SSC_LANGUAGE", "en");
    let output = softhsm.client(&mut command).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("chmod 600"), "{text}");
}
