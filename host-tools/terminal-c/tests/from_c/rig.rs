//! What every test here needs: the C program, its lines, cards in readers.

use ssc_harness::pcscd::PrivatePcscd;
use ssc_keys::Vault;
use ssc_simulator::{Image, Inserted, Interface, SimulatedCard};
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of libssc_card.so: this test's own.
pub fn library() -> PathBuf {
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
pub fn compiled(folder: &Path) -> PathBuf {
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

pub fn environment(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SSC_")) {
        command.env_remove(name);
    }
    // Where the audit logs of tokens go.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("LD_LIBRARY_PATH", library())
}

/// The program's lines: code and text of each call, by its name. The text is in UTF-8.
pub fn calls(output: &str) -> Vec<(String, i64, String)> {
    let lines = output.lines().map(|line| {
        let mut parts = line.splitn(3, ' ');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        (next(), next().parse().unwrap(), next())
    });
    lines.collect()
}

pub fn code(calls: &[(String, i64, String)], name: &str) -> i64 {
    calls
        .iter()
        .find(|call| call.0 == name)
        .unwrap_or_else(|| panic!("no call {name}"))
        .1
}

pub fn answer<'c>(calls: &'c [(String, i64, String)], name: &str) -> &'c str {
    &calls
        .iter()
        .find(|call| call.0 == name)
        .unwrap_or_else(|| panic!("no call {name}"))
        .2
}

/// A golden card in a reader of a pcscd, until the guard is dropped.
pub fn insert(pcscd: &PrivatePcscd, reader: usize, folder: &Path, version: &str) -> Inserted {
    let name = format!("layout-2-card-{version}.ssccard");
    let path = folder.join(&name);
    let image = test_vectors::vectors::directory().join("images").join(name);
    std::fs::copy(image, &path).unwrap();
    let card = SimulatedCard::from_image(Image::open(&path).unwrap(), Interface::T0);
    Inserted::put(card.unwrap(), pcscd.ports()[reader]).unwrap()
}

/// pcscd takes a moment to power a card that was put in.
pub fn wait(pcscd: &PrivatePcscd, program: &Path) {
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
pub fn hsm(line: &str, key: &'static apdu_specs::keys::CardKey, at: usize) -> String {
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

pub fn card_algorithm(line: &str) -> ssc_terminal::Algorithm {
    if line.split('|').any(|part| part == "03") {
        ssc_terminal::Algorithm::Sm4
    } else {
        ssc_terminal::Algorithm::TripleDes
    }
}

pub fn key(directory: u16, name: &str) -> &'static apdu_specs::keys::CardKey {
    let keys = apdu_specs::applications::find_directory(directory)
        .unwrap()
        .keys;
    keys.iter().find(|key| key.name == name).unwrap()
}

/// A file with a secret: its owner's alone, or the library refuses it.
pub fn secret(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

thread_local! {
    pub static FACTOR: std::cell::RefCell<[u8; 8]> = const { std::cell::RefCell::new([0; 8]) };
}
