//! `ssc keys`: a ceremony from components to a card, keys on their way to another vault, and the audit log of it all.
//! All keys and persons are synthetic.

mod support;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use support::{Order, err, finish, json, out, secret, ssc};

const PASSPHRASE: &str = "passphrase of the vault";

/// A folder with passphrases of three holders, in which commands run.
struct Ceremony {
    order: Order,
}

impl Ceremony {
    fn new() -> Self {
        let order = Order::of("2");
        for holder in ["1", "2", "3"] {
            let line = format!("passphrase of holder {holder}\n");
            secret(order.path(&format!("p{holder}")), line);
        }
        Self { order }
    }

    fn run(&self, line: &str, code: i32) -> Output {
        finish(&mut self.command(line), code)
    }

    fn command(&self, line: &str) -> assert_cmd::Command {
        let mut command = ssc(&line.split(' ').collect::<Vec<_>>());
        command
            .current_dir(self.order.folder.path())
            .env("SSC_PASSPHRASE", PASSPHRASE);
        command
    }

    /// Three sealed components of a master, a vault from two of them.
    fn held() -> Self {
        let it = Self::new();
        it.run(
            &format!("keys component --need 2 c1 c2 c3 {}", sealed("123")),
            0,
        );
        it.run(
            &format!(
                "keys ceremony keys.vault --component c1 --component c3 {}",
                sealed("13")
            ),
            0,
        );
        it
    }

    /// Two plain components of a KEK.
    fn kek(&self) {
        self.run("keys component --for kek --need 2 --plain k1 k2", 0);
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.order.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn roots(&self, vault: &str) -> Value {
        json(&self.run(&format!("keys show {vault} --json"), 0))["roots"].clone()
    }

    fn log(&self) -> Vec<Value> {
        let text = self.order.read("keys.vault.audit");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn sealed(holders: &str) -> String {
    let files: Vec<String> = holders
        .chars()
        .map(|holder| format!("--component-passphrase-file p{holder}"))
        .collect();
    files.join(" ")
}

const BOTH: &str = "--component k1 --component k2";

#[test]
fn any_two_holders_make_the_same_vault_and_cards_are_issued_from_it() {
    let it = Ceremony::held();
    for (a, b) in [("1", "2"), ("2", "3"), ("3", "1")] {
        let made = json(&it.run(
            &format!(
                "keys ceremony {a}{b}.vault --component c{a} --component c{b} {} --json",
                sealed(&format!("{a}{b}"))
            ),
            0,
        ));
        assert_eq!(made["roots"], it.roots("keys.vault"));
        assert_eq!(made["components"].as_array().unwrap().len(), 2);
        assert_eq!(made["master_kcv"], made["components"][0]["key_kcv"]);
    }
    // All three agree too.
    let all = format!(
        "keys ceremony all.vault --component c1 --component c2 --component c3 {}",
        sealed("123")
    );
    let shown = it.run(&all, 0);
    assert!(out(&shown).contains("master check value "));
    assert!(err(&shown).contains("c2: component 2, check value "));
    assert_eq!(it.roots("all.vault"), it.roots("keys.vault"));

    it.run(
        "issue batch.csv --generation 3.00 --vault keys.vault --images cards",
        0,
    );
    let image = it.order.images()[0].display().to_string();
    it.run(&format!("read --image {image} --all --vault keys.vault"), 0);
    it.run(&format!("read --image {image} --all --vault 12.vault"), 0);
    it.run(&format!("read --image {image} --no-keys"), 5);

    let log = it.log();
    let closed = |command: &str| {
        let of = |line: &&Value| line["command"] == command && line["event"] == "close";
        log.iter().find(of).unwrap().clone()
    };
    assert_eq!(
        closed("keys ceremony")["master"],
        closed("keys ceremony")["master"]
    );
    assert_eq!(
        closed("keys ceremony")["components"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let issued = closed("issue");
    assert_eq!(
        (&issued["cards"], &issued["result"]),
        (&2.into(), &"done".into())
    );
    let roots = it.roots("keys.vault");
    let kcv = |name: &str, kind: &str, version: u8| {
        let of = |root: &&Value| {
            root["name"] == name && root["algorithm"] == kind && root["version"] == version
        };
        let kcv = roots.as_array().unwrap().iter().find(of).unwrap()["kcv"].clone();
        Value::from(format!("{name} {kind} {version} {}", kcv.as_str().unwrap()))
    };
    let used = issued["keys"].as_array().unwrap();
    assert!(used.contains(&kcv("SSSE/RK", "SM4", 1)) && used.contains(&kcv("ISD/SCP03", "AES", 1)));
    assert!(
        !used.contains(&kcv("SSSE/RK", "SM4", 2)),
        "new cards get version 1"
    );
    assert_eq!(closed("read")["cards"], 1);
    // Without keys the vault is not opened, and nothing is written.
    let reads = log.iter().filter(|line| line["command"] == "read");
    assert_eq!(reads.count(), 2);
}

#[cfg(unix)]
#[test]
fn whatever_is_wrong_is_named_and_nothing_is_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = Ceremony::held();
    it.kek();
    it.run("keys component --need 2 --plain x1 x2 x3", 0);
    // Component 2 of x with other bytes and the check value that openssl gives for them.
    let forged = "SSC-COMPONENT MASTER 2 2/3 KCV 000102030405060708090A0B0C0D0E0F C35280";
    let whole = it.order.read("x1").split(' ').nth(4).unwrap().to_owned();
    let path = it.order.path("forged");
    std::fs::write(&path, forged.replace("KCV", &whole)).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let lax = it.order.path("lax");
    std::fs::copy(it.order.path("x2"), &lax).unwrap();
    std::fs::set_permissions(&lax, std::fs::Permissions::from_mode(0o640)).unwrap();
    secret(it.order.path("short"), "1234567\n");
    let cut = it.order.path("cut");
    std::fs::write(&cut, &it.order.read("x2")[..50]).unwrap();
    std::fs::set_permissions(&cut, std::fs::Permissions::from_mode(0o600)).unwrap();

    let before = it.names();
    let log = it.order.read("keys.vault.audit");
    let new = "keys ceremony new.vault";
    for (line, code, said) in [
        (format!("{new} --component x1"), 6, "1 components are not enough; this key needs 2"),
        (new.to_owned(), 6, "0 components are not enough"),
        (format!("{new} --component x1 --component k2"), 6, "k2: this is a component of a KEK key"),
        (format!("{new} --component x1 --component x1"), 6, "x1 and x1 are both component 1"),
        (format!("{new} --component x1 --component forged --component x3"), 6, "forged: component 2 does not belong"),
        (format!("{new} --component x1 --component forged"), 6, "one of x1, forged was changed"),
        (format!("{new} --component x1 --component lax"), 6, "lax: other users have access"),
        (format!("{new} --component x1 --component cut"), 6, "cut: this is not a component"),
        (format!("{new} --component x1 --component batch.csv"), 6, "batch.csv: "),
        (format!("{new} --component x1 --component none"), 6, "none: the file cannot be read"),
        (format!("{new} --component x1 --enter 1"), 2, "only in a terminal"),
        (format!("{new} --component c1 --component x2 {}", sealed("1")), 6, "belongs to the key"),
        (format!("{new} --component c1 --component c2 {}", sealed("13")), 6, "c2: the passphrase is wrong"),
        (format!("{new} --component c1 --component c2 {}", sealed("1")), 2, "no passphrase for c2"),
        ("keys ceremony keys.vault --component x1 --component x2".to_owned(), 6, "never overwritten"),
        (format!("{new} --component x1 --component x2 --passphrase-file short"), 6, "fewer than 8"),
        ("keys ceremony no/new.vault --component x1 --component x2".to_owned(), 6, "audit log cannot be written"),
        ("keys component --need 3 --plain y1 y2".to_owned(), 6, "3 of 2 components cannot be"),
        ("keys component --need 1 --plain y1 y2".to_owned(), 6, "1 of 2 components cannot be"),
        ("keys component --need 2 --plain y1".to_owned(), 2, "y1"),
        ("keys component --need 2 --plain y1 c1".to_owned(), 6, "c1: there is a file already"),
        ("keys component --need 2 --plain y1 no/y2".to_owned(), 6, "no/y2: the file cannot be written"),
        ("keys component --need 2 y1 y2 --component-passphrase-file p1 --component-passphrase-file short".to_owned(), 6, "fewer than 8"),
        (format!("keys export keys.vault -o new.json {BOTH} --key SSSE/XX"), 6, "no root key of the vault has such a name"),
        ("keys export keys.vault -o new.json --component x1 --component x2".to_owned(), 6, "of a MASTER key"),
        (format!("keys export keys.vault -o c1 {BOTH}"), 6, "c1: there is a file already"),
        (format!("keys import batch.csv new.vault {BOTH}"), 6, "not a file of wrapped root keys"),
        (format!("keys import none new.vault {BOTH}"), 6, "none: the file cannot be read"),
        ("keys audit none.vault".to_owned(), 3, "there is no audit log"),
        ("keys audit keys.vault --head 12".to_owned(), 2, "64 hexadecimal digits"),
    ] {
        let output = it.run(&line, code);
        let told = err(&output);
        // clap does not repeat what may be a secret.
        assert!(told.contains(said) || said == "y1", "{line}\n{told}");
        assert_eq!(it.names(), before, "{line}");
        let chinese = err(&it.run(&format!("{line} --lang zh"), code));
        assert!(chinese.contains("错误："), "{chinese}");
        assert_eq!(it.names(), before, "{line}");
    }
    // Only what opened the vault left lines in its log: the export of a name that is not there, twice.
    assert_eq!(it.log().len(), log.lines().count() + 4);
    assert_eq!(it.log().last().unwrap()["result"], "failed");
    it.run("keys audit keys.vault", 0);
}

#[test]
fn exported_roots_are_imported_elsewhere_and_a_changed_file_is_refused() {
    let it = Ceremony::held();
    it.kek();
    let exported = json(&it.run(
        &format!("keys export keys.vault -o roots.json {BOTH} --json"),
        0,
    ));
    assert!(out(&it.run("keys show roots.json", 0)).contains("wrapped under the key"));
    it.run(&format!("keys import roots.json copy.vault {BOTH}"), 0);
    assert_eq!(it.roots("copy.vault"), it.roots("keys.vault"));
    assert_eq!(
        exported["roots"],
        it.roots("copy.vault").as_array().unwrap().len()
    );

    it.run(
        &format!("keys export keys.vault -o some.json {BOTH} --key SSSE/RK --key ISD/SCP03"),
        0,
    );
    it.run(&format!("keys import some.json some.vault {BOTH}"), 0);
    assert_eq!(it.roots("some.vault").as_array().unwrap().len(), 7);
    let changed = it.order.read("some.json").replacen("SSSE/RK", "SSSE/UK", 1);
    std::fs::write(it.order.path("changed.json"), changed).unwrap();
    let refused = it.run(&format!("keys import changed.json new.vault {BOTH}"), 6);
    assert!(err(&refused).contains("cut short or changed"));
    it.run("keys component --for kek --need 2 --plain other1 other2", 0);
    let refused = it.run(
        "keys import some.json new.vault --component other1 --component other2",
        6,
    );
    assert!(err(&refused).contains("bring its components"));
    assert!(!it.names().contains(&"new.vault".to_owned()));

    // Nothing that was said or written holds the wrapping key; the log has its check value.
    let log = it.order.read("keys.vault.audit");
    assert!(log.contains(exported["kek_kcv"].as_str().unwrap()));
    for component in ["k1", "k2"] {
        let line = it.order.read(component);
        let secret = line.split(' ').nth(5).unwrap();
        for name in it
            .names()
            .iter()
            .filter(|name| !["k1", "k2", "cards"].contains(&name.as_str()))
        {
            let bytes = std::fs::read(it.order.path(name)).unwrap();
            let text = String::from_utf8_lossy(&bytes).to_uppercase();
            assert!(!text.contains(secret), "{name}");
        }
    }
}

#[test]
fn the_log_is_checked_and_what_was_done_to_it_is_shown() {
    let it = Ceremony::held();
    it.run("keys show keys.vault", 0);
    let whole = it.order.read("keys.vault.audit");
    let shown = it.run("keys audit keys.vault", 0);
    assert!(
        out(&shown).contains("4 lines; hash of the last one: "),
        "{}",
        out(&shown)
    );
    let report = json(&it.run("keys audit keys.vault --json", 0));
    assert_eq!(report["lines"][2]["command"], "keys show");
    let head = report["head"]["hash"].as_str().unwrap().to_owned();
    it.run(&format!("keys audit keys.vault --head {head}"), 0);
    let made_anew = format!("keys audit keys.vault --head {}", "0A".repeat(32));
    assert!(err(&it.run(&made_anew, 6)).contains("made anew"));

    let put = |text: &str| std::fs::write(it.order.path("keys.vault.audit"), text).unwrap();
    let changed = whole.replacen("\"command\":\"keys show\"", "\"command\":\"keys sh0w\"", 1);
    put(&changed);
    let broken = it.run("keys audit keys.vault", 6);
    let line = changed.lines().nth(2).unwrap();
    assert!(
        err(&broken).contains(&format!("line 3 was changed\n  {line}")),
        "{}",
        err(&broken)
    );
    let broken = json(&it.run("keys audit keys.vault --json", 6));
    assert_eq!(
        (&broken["faults"][0]["line"], &broken["faults"][0]["text"]),
        (&3.into(), &line.into())
    );
    // Nothing more is done with the vault, whatever it is.
    for line in [
        "keys show keys.vault",
        "vault show keys.vault",
        "issue batch.csv --generation 2.00 --vault keys.vault",
    ] {
        assert!(
            err(&it.run(line, 6)).contains("the audit log is broken"),
            "{line}"
        );
    }
    assert!(!it.names().iter().any(|name| name.contains("return")));
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    put(&[lines[0], lines[2], lines[3]].concat());
    assert!(
        err(&it.run("keys audit keys.vault", 6)).contains("number 2 was taken out before line 2")
    );
    put(&lines[..3].concat());
    let broken = err(&it.run("keys audit keys.vault --lang zh", 6));
    assert!(broken.contains("末尾缺少编号 4"), "{broken}");
    put(&whole);
    it.run("keys audit keys.vault", 0);
}

#[test]
fn a_vault_whose_use_cannot_be_written_down_is_not_used() {
    let it = Ceremony::held();
    let log = it.order.read("keys.vault.audit");
    let nowhere = it.order.path("none/log");
    for (line, said) in [
        ("keys show keys.vault", "the audit log has vanished"),
        (
            "issue batch.csv --generation 3.00 --vault keys.vault",
            "the audit log has vanished",
        ),
        ("vault new other.vault", "without it no key is used"),
    ] {
        let output = finish(it.command(line).env("SSC_AUDIT_LOG", &nowhere), 6);
        assert!(err(&output).contains(said), "{line}: {}", err(&output));
    }
    assert!(!it.names().contains(&"other.vault".to_owned()));
    assert_eq!(it.order.read("keys.vault.audit"), log);
    // Somewhere else it may be; and published keys need none.
    let elsewhere = it.order.path("elsewhere");
    for end in ["", ".head"] {
        let log = it.order.path(&format!("keys.vault.audit{end}"));
        std::fs::copy(log, format!("{elsewhere}{end}")).unwrap();
    }
    finish(
        it.command("keys show keys.vault")
            .env("SSC_AUDIT_LOG", &elsewhere),
        0,
    );
    assert_eq!(it.order.read("elsewhere").lines().count(), 4);
    finish(
        it.command("keys audit keys.vault")
            .env("SSC_AUDIT_LOG", &elsewhere),
        0,
    );
    finish(it.command("keys show").env("SSC_AUDIT_LOG", &nowhere), 0);
    // A wrong passphrase leaves a line.
    finish(
        it.command("keys show keys.vault")
            .env("SSC_PASSPHRASE", "wrong passphrase"),
        6,
    );
    assert_eq!(it.log().last().unwrap()["event"], "refused");
}

#[test]
fn check_values_of_the_demo_keys_components_and_three_versions() {
    let it = Ceremony::new();
    let demo = json(&it.run("keys show --json", 0));
    assert_eq!(demo["demo_keys"], true);
    let versions = demo["roots"].as_array().unwrap().iter();
    let of = |root: &&Value| root["name"] == "SSSE/RK" && root["algorithm"] == "SM4";
    let kcvs: Vec<&Value> = versions.filter(of).map(|root| &root["kcv"]).collect();
    assert_eq!(kcvs.len(), 3);
    assert!(kcvs[0] != kcvs[1] && kcvs[1] != kcvs[2]);
    it.run(
        &format!("keys component --need 3 c1 c2 c3 {}", sealed("123")),
        0,
    );
    let shown = json(&it.run(&format!("keys show c2 --json {}", sealed("2")), 0));
    assert_eq!(
        (&shown["number"], &shown["need"], &shown["purpose"]),
        (&2.into(), &3.into(), &"MASTER".into())
    );
    let shown = out(&it.run(&format!("keys show c2 --lang zh {}", sealed("2")), 0));
    assert!(
        shown.contains("分量 2") && shown.contains("3 取 3"),
        "{shown}"
    );
    assert_eq!(
        it.run(&format!("keys show c2 {}", sealed("3")), 6).stdout,
        b""
    );
}

/// Components that are typed in: without echo, a slip can be mended, and the third one ends it.
#[test]
fn a_component_is_typed_in_at_a_terminal() {
    let it = Ceremony::new();
    it.run("keys component --need 2 --plain x1 x2", 0);
    let line = it.order.read("x2");
    let words: Vec<&str> = line.split_whitespace().collect();
    let typed = words[2..].join(" ");
    // One digit of the component's value is another.
    let digit = if words[5].starts_with('0') { "1" } else { "0" };
    let slipped = typed.replace(words[5], &format!("{digit}{}", &words[5][1..]));
    let talk = |vault: &str, answers: &[&str]| {
        let args = [
            "keys",
            "ceremony",
            vault,
            "--component",
            "x1",
            "--enter",
            "1",
        ];
        terminal(it.order.folder.path(), &args, answers)
    };
    let (said, code) = talk("one.vault", &[&slipped, &typed]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("there is a slip in one of them"), "{said}");
    assert!(
        said.contains("typed in 1: component 2, check value"),
        "{said}"
    );
    assert!(
        !said.contains(words[5]) && !said.contains(&words[5][8..24]),
        "no echo"
    );
    let (said, code) = talk("two.vault", &[&slipped, &slipped, &slipped]);
    assert_eq!(code, 6, "{said}");
    assert!(!it.names().contains(&"two.vault".to_owned()));
}

/// Runs `ssc` on a pseudo-terminal of python's, and answers each question.
fn terminal(folder: &Path, args: &[&str], answers: &[&str]) -> (String, i32) {
    const PROGRAM: &str = "
import os, pty, sys, termios, time
ssc, count = sys.argv[1], int(sys.argv[2])
answers, args = sys.argv[3:3 + count], sys.argv[3 + count:]
pid, line = pty.fork()
if pid == 0:
    os.execv(ssc, [ssc] + args)
said = b''
while True:
    try:
        part = os.read(line, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
    if answers and said.endswith(b': '):
        # The question comes before the echo goes.
        while termios.tcgetattr(line)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(line, answers.pop(0).encode() + b'\\n')
        said += b'\\n'
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";
    let mut command = Command::new("python3");
    support::clean(|name, value| {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    });
    let output = command
        .current_dir(folder)
        .env("SSC_PASSPHRASE", PASSPHRASE)
        .args(["-c", PROGRAM, env!("CARGO_BIN_EXE_ssc")])
        .arg(answers.len().to_string())
        .args(answers)
        .args(args)
        .output()
        .expect("python3 runs");
    (out(&output), output.status.code().unwrap())
}
