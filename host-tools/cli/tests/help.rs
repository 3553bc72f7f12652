//! Help of every command in both languages, and the choice of the language.

mod support;

use support::{err, finish, json, out, run, ssc};

/// Every command by its words.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["batch"],
    &["batch", "check"],
    &["batch", "sample"],
    &["batch", "columns"],
    &["help"],
    &["version"],
    &["chip"],
    &["chip", "prepare"],
    &["issue"],
    &["read"],
    &["sim"],
    &["psam"],
    &["psam", "issue"],
    &["psam", "show"],
    &["readers"],
    &["verify"],
    &["terminal"],
    &["terminal", "read-basic"],
    &["terminal", "read"],
    &["terminal", "write"],
    &["terminal", "verify-pin"],
    &["terminal", "change-pin"],
    &["terminal", "reload-pin"],
    &["terminal", "unblock-pin"],
    &["apdu"],
    &["keys"],
    &["keys", "new"],
    &["keys", "complete"],
    &["keys", "pins"],
    &["keys", "component"],
    &["keys", "ceremony"],
    &["keys", "show"],
    &["keys", "export"],
    &["keys", "import"],
    &["keys", "audit"],
    &["hsm"],
    &["hsm", "load"],
    &["hsm", "show"],
    &["cert"],
    &["cert", "request"],
    &["cert", "write"],
    &["cert", "show"],
    &["cert", "import"],
    &["cert", "pin"],
    &["cert", "reset-pin"],
];

#[test]
fn every_command_has_help_with_examples_in_both_languages() {
    for &command in COMMANDS {
        for flag in ["--help", "-h"] {
            let english = out(&run(&[command, &[flag]].concat(), 0));
            assert!(english.contains("Usage: ssc"), "{english}");
            assert!(english.contains("Examples:\n  # "), "{english}");
            let chinese = out(&run(&[command, &[flag, "--lang", "zh"]].concat(), 0));
            assert!(chinese.contains("用法：ssc"), "{chinese}");
            assert!(chinese.contains("示例：\n  # "), "{chinese}");
            assert!(!chinese.contains("Usage"), "{chinese}");
        }
    }
}

#[test]
fn the_exit_codes_stand_in_the_help() {
    let english = out(&run(&["--help"], 0));
    let chinese = out(&run(&["--lang=zh", "--help"], 0));
    for code in 0..=8 {
        let line = format!("\n  {code}  ");
        assert!(english.contains(&line) && chinese.contains(&line), "{code}");
    }
}

#[test]
fn the_environment_chooses_the_language_and_the_option_wins() {
    let chinese = |command: &mut assert_cmd::Command| out(&finish(command, 0)).contains("用法");
    assert!(chinese(ssc(&["--help"]).env("LANG", "zh_CN.UTF-8")));
    assert!(!chinese(
        ssc(&["--help"])
            .env("LANG", "zh_CN.UTF-8")
            .env("LC_ALL", "C")
    ));
    assert!(!chinese(
        ssc(&["--help", "--lang", "en"]).env("LC_ALL", "zh_CN")
    ));
    assert!(!chinese(&mut ssc(&["--help"])));
}

#[test]
fn version_and_no_command() {
    assert!(out(&run(&["--version"], 0)).starts_with("ssc "));
    assert!(err(&run(&[], 2)).contains("Usage: ssc"));
    assert!(err(&run(&["--lang", "zh", "keys"], 2)).contains("用法：ssc keys"));
}

/// The group was called `vault` once: scripts that say so go on, and nobody is told of two names.
#[test]
fn the_older_word_for_keys_is_understood_and_not_shown() {
    for command in ["new", "complete", "pins", "show"] {
        let older = out(&run(&["vault", command, "--help"], 0));
        assert_eq!(older, out(&run(&["keys", command, "--help"], 0)));
    }
    let shown = json(&run(&["vault", "show", "--json", "--quiet"], 0));
    assert_eq!(shown["demo_keys"], true);
    assert!(!out(&run(&["--help"], 0)).contains("\n  vault"));
    assert!(err(&run(&["vault"], 2)).contains("Usage: ssc keys"));
}

#[test]
fn a_wrong_command_line_is_told_in_both_languages() {
    for (args, english, chinese) in [
        (
            &["isue"][..],
            "no command 'isue'; did you mean issue",
            "没有命令“isue”",
        ),
        (&["issue"], "missing: --generation", "缺少：--generation"),
        (
            &["readers", "--fast"],
            "no argument '--fast'",
            "没有参数“--fast”",
        ),
        (
            &["readers", "--lang", "de"],
            "'de' is no value for --lang",
            "“de”不是",
        ),
        (
            &["issue", "x.csv", "--generation", "4.00"],
            "1.00, 2.00 or 3.00",
            "1.00、2.00 或 3.00",
        ),
        (
            &["sim", "--serial", "12"],
            "12 hexadecimal digits",
            "12 位十六进制",
        ),
        (&["sim", "--port", "70000"], "--port", "--port"),
        (
            &["sim", "--stack", "2", "--image", "x"],
            "cannot be used with",
            "不能与",
        ),
        (
            &["batch", "sample", "--count", "x"],
            "'x' is no value",
            "“x”不是",
        ),
    ] {
        let output = run(args, 2);
        assert!(err(&output).contains(english), "{}", err(&output));
        assert!(output.stdout.is_empty());
        if !args.contains(&"de") {
            let output = run(&[args, &["--lang", "zh"]].concat(), 2);
            assert!(err(&output).contains(chinese), "{}", err(&output));
        }
        let output = run(&[args, &["--json"]].concat(), 2);
        assert_eq!(json(&output)["error"]["kind"], "usage");
    }
}

/// Whoever types a PIN or a passphrase where none belongs must not find it in a log.
#[test]
fn a_secret_on_the_command_line_is_not_repeated() {
    for args in [
        &["read", "--all", "--pin=246813"][..],
        &["read", "--all", "--pin", "246813"],
        &["keys", "show", "x", "246813"],
    ] {
        let output = run(&[args, &["--json"]].concat(), 2);
        assert!(!err(&output).contains("246813"), "{}", err(&output));
        assert!(!out(&output).contains("246813"), "{}", out(&output));
    }
}

/// `ssc help COMMAND` says what `ssc COMMAND --help` says.
#[test]
fn help_and_version_are_commands_too() {
    for &command in COMMANDS {
        for lang in ["en", "zh"] {
            let more = ["--lang", lang];
            let flag = out(&run(&[command, &["--help"], &more].concat(), 0));
            let word = out(&run(&[&["help"], command, &more[..]].concat(), 0));
            assert_eq!(word.trim_end(), flag.trim_end(), "{command:?}");
        }
    }
    let flag = out(&run(&["--version"], 0));
    assert_eq!(out(&run(&["version"], 0)), flag);
    assert_eq!(
        json(&run(&["version", "--json"], 0))["version"],
        flag.trim().trim_start_matches("ssc ")
    );
    let unknown = run(&["help", "batch", "chekc"], 2);
    assert!(
        err(&unknown).contains("no command 'chekc'; there are: check, columns, sample"),
        "{}",
        err(&unknown)
    );
    let chinese = run(&["help", "nothing", "--lang", "zh"], 2);
    assert!(
        err(&chinese).contains("没有命令“nothing”"),
        "{}",
        err(&chinese)
    );
    assert!(out(&run(&["--help"], 0)).contains("help "));
}

/// The heading of a batch that is made here, and those of the batches in the repository, are all told; each rule once for all rows or
/// with its columns.
#[test]
fn the_columns_of_a_batch_are_told() {
    let told = json(&run(&["batch", "columns", "--json"], 0));
    let columns = told["columns"].as_array().unwrap();
    let sample = out(&run(
        &["batch", "sample", "--count", "1", "--seed", "1", "--pins"],
        0,
    ));
    for heading in sample.lines().next().unwrap().split(',') {
        let told = columns.iter().any(|column| {
            let others = column["other_names"].as_array().unwrap();
            column["name"] == heading || others.iter().any(|other| other == heading)
        });
        assert!(told, "{heading}");
    }
    let number = &columns[0];
    assert_eq!(
        (&number["name"], &number["required"]),
        (&"AAC002".into(), &true.into())
    );
    assert!(
        number["other_names"]
            .as_array()
            .unwrap()
            .contains(&"社会保障号码".into())
    );
    let rules: Vec<_> = number["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"number-check-digit"), "{rules:?}");
    let english = out(&run(&["batch", "columns"], 0));
    assert!(
        english.contains("AAC004, required: sex: 1 or M for male, 2 or F for female"),
        "{english}"
    );
    assert!(english.contains("also: "), "{english}");
    assert!(english.contains("[number-check-digit]"), "{english}");
    let chinese = out(&run(&["batch", "columns", "--lang", "zh"], 0));
    assert!(
        chinese.contains("AAC004，必填：性别：1 或男，2 或女"),
        "{chinese}"
    );
    assert!(!chinese.contains("required:"), "{chinese}");
}
