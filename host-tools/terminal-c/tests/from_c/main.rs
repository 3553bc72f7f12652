//! A C program, compiled here against the header, with cards on a private pcscd.

mod modules;
mod rig;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_keys::audit::AuditLog;

use rig::*;

#[test]
fn the_header_declares_every_function_and_no_other() {
    let header = std::fs::read_to_string(crate_folder().join("include/ssc_card.h")).unwrap();
    let declared: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("long SSC_CALL "))
        .filter_map(|rest| rest.split('(').next())
        .collect();
    let mut exported = ssc_card::EXPORTS.to_vec();
    exported.push("ssc_set_pin_callback");
    assert_eq!(declared, exported);
}

#[test]
fn null_pointers_wrong_types_and_bad_texts_are_refused_without_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(compiled(folder.path()));
    let output = environment(&mut program)
        .arg("bad")
        .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
        .env("SSC_ENCODING", "utf8")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let calls = calls(&text);
    for (name, wanted) in [
        ("null-out", -14),
        ("null-in", -14),
        ("type", -1),
        ("auth", -14),
        ("address", -23),
        ("debit", -13),
        ("record", -13),
        ("step2", -14),
        ("config", -5),
        ("pin", -31),
    ] {
        assert_eq!(code(&calls, name), wanted, "{name}\n{text}");
    }
    assert!(answer(&calls, "type").contains("iType"), "{text}");
}

#[test]
fn every_function_on_a_card_of_each_generation_and_the_steps() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled(folder.path());
    for version in ["2.00", "3.00"] {
        let pcscd = PrivatePcscd::start(1).unwrap();
        let _card = insert(&pcscd, 0, folder.path(), version);
        wait(&pcscd, &program);

        let mut child = environment(&mut pcscd.client(&program))
            .args(["all", "steps"])
            .env("SSC_VAULT", "demo")
            .env("SSC_ENCODING", "utf8")
            .env("SSC_LANGUAGE", "en")
            .env("SSC_DEVICE", "D-7")
            .env("SSC_CAPACITY", "20000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut text = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            text.push_str(&line);
            text.push('\n');
            let (name, rest) = line.split_once(' ').unwrap();
            let request = rest.split_once(' ').map_or("", |(_, text)| text);
            match name {
                "bas1" => {
                    let history = hex::decode(request.split('|').nth(1).unwrap()).unwrap();
                    let factor = *history.last_chunk::<8>().unwrap();
                    FACTOR.with(|held| *held.borrow_mut() = factor);
                    let internal = hsm(request, key(0xDDF1, "IRK"), 4);
                    let external = if version == "3.00" {
                        hsm(request, key(0xDDF1, "RK"), 6)
                    } else {
                        String::new()
                    };
                    writeln!(input, "{internal}|{external}|").unwrap();
                }
                "read1" => writeln!(input, "{}", hsm(request, key(0xDF01, "RK1"), 2)).unwrap(),
                _ => {}
            }
        }
        assert!(child.wait().unwrap().success(), "{text}");
        let calls = calls(&text);
        let basic = answer(&calls, "bas");
        assert!(
            basic.starts_with("110100|110101199003079964|X00000019|110100D156000005"),
            "{text}"
        );
        assert!(
            basic.contains("|王小明|") && basic.ends_with("||D-7|"),
            "{text}"
        );
        assert_eq!(
            answer(&calls, "read"),
            "SSSEEF05|20261121|$SSSEEF06|王小明|$"
        );
        assert_eq!(answer(&calls, "reread"), "DF01EF06|13800000000|$");
        for (name, wanted) in [
            ("write", 0),
            ("other", -22),
            ("photo", 0),
            ("change", 0),
            ("wrong", -51),
            ("right", 0),
            ("reload", 0),
            ("reloaded", 0),
            ("unblock", 0),
            ("nobody", -31),
            ("bas1", 0),
            ("bas2", 0),
            ("read1", 0),
            ("read2", 0),
            ("again", -14),
        ] {
            assert_eq!(code(&calls, name), wanted, "{version} {name}\n{text}");
        }
        assert_eq!(answer(&calls, "bas2"), basic);
        assert_eq!(answer(&calls, "read2"), "DF01EF06|13800000000|$");
        assert!(!text.contains("246810"), "a PIN in an answer");
    }
}

/// Without configuration the texts are GB18030 and Chinese, and a terminal without keys says so with the code that makes
/// programs go on with a host security module.
#[test]
fn without_keys_the_code_is_that_of_a_missing_psam_and_the_text_is_gb18030() {
    let folder = tempfile::tempdir().unwrap();
    let program = compiled(folder.path());
    let pcscd = PrivatePcscd::start(1).unwrap();
    let _card = insert(&pcscd, 0, folder.path(), "2.00");
    wait(&pcscd, &program);
    let output = environment(&mut pcscd.client(&program))
        .arg("look")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("bas -2201 "), "{text}");
    // printf 密钥 | iconv -t GB18030 | xxd -p
    let words = [0xC3, 0xDC, 0xD4, 0xBF];
    assert!(output.stdout.windows(4).any(|four| four == words), "{text}");
}

/// A vault of one's own is not used behind its audit log: a line for its opening, one for its end. A log that cannot be
/// written keeps the vault closed.
#[test]
fn the_use_of_a_vault_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, passphrase) = (folder.path().join("own.vault"), "correct horse battery");
    Vault::create(&vault, passphrase, ssc_keys::roots::all()).unwrap();
    let program = compiled(folder.path());
    let look = |log: Option<&Path>| {
        let mut command = Command::new(&program);
        environment(&mut command)
            .arg("look")
            .env("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm")
            .env("SSC_VAULT", &vault)
            .env("SSC_PASSPHRASE", passphrase)
            .env("SSC_ENCODING", "utf8");
        if let Some(log) = log {
            command.env("SSC_AUDIT_LOG", log);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        code(&calls(&text), "bas")
    };
    // No PC/SC: the vault was opened and the function failed.
    let without_reader = look(None);
    assert!(without_reader < 0);
    let audit = AuditLog::of(&vault).check().unwrap();
    assert_eq!(audit.faults, []);
    let told = ["\"event\":\"open\"", "\"result\":\"failed\""];
    assert_eq!(audit.lines.len(), told.len());
    for (line, told) in audit.lines.iter().zip(told) {
        assert!(line.contains(told), "{line}");
        assert!(line.contains("\"command\":\"libssc_card\""), "{line}");
    }
    let nowhere = folder.path().join("no/such/folder/log");
    let refused = look(Some(&nowhere));
    assert!(refused < 0 && refused != without_reader, "{refused}");
}
