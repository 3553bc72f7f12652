//! Rare characters in names: what the profile takes is made and read back, what it does not take is named before a card is touched.

mod support;

use std::path::PathBuf;

use support::{err, json, out, run};

struct Bureau(tempfile::TempDir);

impl Bureau {
    /// Three persons, named with a character of GB 2312, with one that GB18030 has added (FE9F) and with one of four bytes.
    fn new() -> Self {
        let bureau = Self(tempfile::tempdir().unwrap());
        let batch = bureau.file("batch.csv");
        let sample = ["batch", "sample", "--count", "3", "--seed", "5", "-o"];
        run(&[&sample[..], &[&batch]].concat(), 0);
        let text = std::fs::read_to_string(&batch).unwrap();
        let mut lines = text.lines();
        let heading = lines.next().unwrap();
        let name = heading.split(',').position(|column| column == "AAC003");
        let rows = lines.zip(["张三", "王䶮", "李𠮷"]).map(|(line, to)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells[name.unwrap()] = to;
            cells.join(",")
        });
        let rows: Vec<String> = rows.collect();
        std::fs::write(&batch, format!("{heading}\n{}\n", rows.join("\n"))).unwrap();
        bureau
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The example of a profile with this rule.
    fn profile(&self, rule: &str) -> String {
        let path = self.file("rare.toml");
        let _ = std::fs::remove_file(&path);
        run(&["profile", "new", "--generation", "1.00", "-o", &path], 0);
        let text = std::fs::read_to_string(&path).unwrap();
        let written = "# 姓名中的生僻字";
        let usual = "rare = \"two-byte\"";
        assert!(text.contains(written) && text.contains(usual), "{text}");
        std::fs::write(&path, text.replace(usual, &format!("rare = {rule}"))).unwrap();
        run(&["profile", "check", &path], 0);
        path
    }

    /// Line and rule of each fault, as `check` and `create` find them alike.
    fn faults(&self, more: &[&str]) -> Vec<(u64, String)> {
        let batch = self.file("batch.csv");
        let check = ["batch", "check", &batch, "--json"];
        let checked = json(&run(&[&check[..], more].concat(), 3));
        let faults = checked["faults"].as_array().unwrap().iter();
        let faults = faults.map(|fault| {
            assert_eq!(fault["column"], "AAC003");
            let rule = fault["rule"].as_str().unwrap();
            (fault["line"].as_u64().unwrap(), rule.to_owned())
        });
        faults.collect()
    }
}

fn expected(faults: &[(u64, &str)]) -> Vec<(u64, String)> {
    let faults = faults.iter();
    faults
        .map(|(line, rule)| (*line, (*rule).to_owned()))
        .collect()
}

#[test]
fn what_the_profile_does_not_take_is_named() {
    let bureau = Bureau::new();
    let four = [(4, "name-four-byte")];
    assert_eq!(bureau.faults(&[]), expected(&four));
    for (rule, faults) in [
        ("\"two-byte\"", &four[..]),
        ("\"gbk\"", &[(3, "name-rare"), (4, "name-rare")]),
        ("\"gb2312\"", &[(3, "name-rare"), (4, "name-rare")]),
        ("[\"gbk\", \"䶮\"]", &[(4, "name-rare")]),
        ("[\"gbk\", \"𠮷\"]", &[(3, "name-rare")]),
    ] {
        let profile = bureau.profile(rule);
        let found = bureau.faults(&["--profile", &profile]);
        assert_eq!(found, expected(faults), "{rule}");
    }
    let (batch, profile) = (bureau.file("batch.csv"), bureau.profile("\"gbk\""));
    let create = ["job", "create", &batch, "--profile", &profile];
    let said = err(&run(&create, 3));
    assert!(
        said.contains("U+4DAE") && said.contains("U+20BB7"),
        "{said}"
    );
}

#[test]
fn four_bytes_are_written_and_read_back() {
    let bureau = Bureau::new();
    let (batch, store) = (bureau.file("batch.csv"), bureau.file("bureau.db"));
    let (profile, cards) = (bureau.profile("\"gb18030\""), bureau.file("cards"));
    run(&["batch", "check", &batch, "--profile", &profile], 0);
    let store = ["--store", &store];
    let create = ["job", "create", &batch, "--profile", &profile];
    run(&[&create[..], &store].concat(), 0);
    let make = ["job", "run", "batch", "--images", &cards];
    let made = out(&run(&[&make[..], &store].concat(), 0));
    assert!(made.contains("3 of 3 delivered"), "{made}");
    let mut names: Vec<String> = std::fs::read_dir(&cards)
        .unwrap()
        .map(|image| {
            let image = image.unwrap().path();
            let read = run(&["read", "--image", image.to_str().unwrap(), "--json"], 0);
            json(&read)["name"].as_str().unwrap().to_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, ["张三", "李𠮷", "王䶮"]);
}
