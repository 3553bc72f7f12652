//! A C program, compiled here against the header, with cards on a private pcscd.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ssc_harness::pcscd::PrivatePcscd;
use ssc_harness::softhsm::{PIN, SoftHsm};
use ssc_keys::Vault;
use ssc_keys::audit::AuditLog;
use ssc_simulator::{Image, Inserted, Interface, SimulatedCard};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of libssc_card.so: this test's own.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().to_owned();
    assert!(
        folder.join("libssc_card.so").exists(),
        "no library in {}",
        folder.display()
    );
    folder
}

/// Compiles the program with the C compiler of the system; no warning passes.
fn compiled(folder: &Path) -> PathBuf {
    let program = folder.join("program");
    let done = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(crate_folder().join("include"))
        .arg(crate_folder().join("tests/program.c"))
        .arg("-L")
        .arg(library())
        .args(["-lssc_card", "-o"])
        .arg(&program)
        .output()
        .expect("a C compiler (apt-get install gcc)");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    program
}

fn environment(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SSC_")) {
        command.env_remove(name);
    }
    // Where the audit logs of tokens go.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("LD_LIBRARY_PATH", library())
}

/// The program's lines: code and text of each call, by its name. The text is in UTF-8.
fn calls(output: &str) -> Vec<(String, i64, String)> {
    let lines = output.lines().map(|line| {
        let mut parts = line.splitn(3, ' ');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        (next(), next().parse().unwrap(), next())
    });
    lines.collect()
}

fn code(calls: &[(String, i64, String)], name: &str) -> i64 {
    calls
        .iter()
        .find(|call| call.0 == name)
        .unwrap_or_else(|| panic!("no call {name}"))
        .1
}

fn answer<'c>(calls: &'c [(String, i64, String)], name: &str) -> &'c str {
    &calls
        .iter()
        .find(|call| call.0 == name)
        .unwrap_or_else(|| panic!("no call {name}"))
        .2
}

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

/// A golden card in a reader of a pcscd, until the guard is dropped.
fn insert(pcscd: &PrivatePcscd, reader: usize, folder: &Path, version: &str) -> Inserted {
    let name = format!("layout-2-card-{version}.ssccard");
    let path = folder.join(&name);
    let image = test_vectors::vectors::directory().join("images").join(name);
    std::fs::copy(image, &path).unwrap();
    let card = SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T0);
    Inserted::put(card.unwrap(), pcscd.ports()[reader]).unwrap()
}

/// pcscd takes a moment to power a card that was put in.
fn wait(pcscd: &PrivatePcscd, program: &Path) {
    for _ in 0..100 {
        let output = environment(&mut pcscd.client(program))
            .arg("look")
            .env("SSC_VAULT", "demo")
            .env("SSC_ENCODING", "utf8")
            .output()
            .unwrap();
        if String::from_utf8_lossy(&output.stdout).starts_with("bas 0 ") {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("no card seen in ten seconds");
}

/// What the host security module of the test answers to a line of step 1: the demo vault's keys, with no code of the
/// library. The line has factor and source at `at` and behind it.
fn hsm(line: &str, key: &'static apdu_specs::keys::CardKey, at: usize) -> String {
    use ssc_keys::{KeyModule, KeyRef};
    use ssc_terminal::hsm::HsmRequest;
    let parts: Vec<&str> = line.split('|').collect();
    let eight = |index: usize| hex::decode(parts[index]).unwrap().try_into().unwrap();
    let vault = Vault::demo().unwrap();
    let request = HsmRequest {
        of: KeyRef {
            key,
            algorithm: card_algorithm(line),
            version: 1,
            region: *b"110100",
            card_factor: FACTOR.with(|factor| *factor.borrow()),
        },
        factor: eight(at),
        source: eight(at + 1),
    };
    request
        .answer(&mut KeyModule::new(&vault))
        .unwrap()
        .to_line()
}

thread_local! {
    static FACTOR: std::cell::RefCell<[u8; 8]> = const { std::cell::RefCell::new([0; 8]) };
}

fn card_algorithm(line: &str) -> ssc_terminal::Algorithm {
    if line.split('|').any(|part| part == "03") {
        ssc_terminal::Algorithm::Sm4
    } else {
        ssc_terminal::Algorithm::TripleDes
    }
}

fn key(directory: u16, name: &str) -> &'static apdu_specs::keys::CardKey {
    let keys = apdu_specs::applications::find_directory(directory)
        .unwrap()
        .keys;
    keys.iter().find(|key| key.name == name).unwrap()
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
    load.args(["--ignored", "--exact", "load_the_token"])
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

/// A file with a secret: its owner's alone, or the library refuses it.
fn secret(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
