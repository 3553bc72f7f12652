//! `ssc read` says what codes mean, beside the code, in both languages. The card is a golden one, whose holder is synthetic
//! (`test-vectors/images/people.csv`): a woman, Han, born in 110101.

mod support;

use support::{finish, json, out, run, ssc, text};

fn image(folder: &std::path::Path, version: &str) -> String {
    let name = format!("layout-2-card-{version}.ssccard");
    let copy = folder.join(&name);
    let golden = test_vectors::vectors::directory().join("images").join(name);
    std::fs::copy(golden, &copy).unwrap();
    text(&copy)
}

#[test]
fn codes_in_words_beside_the_code() {
    let folder = tempfile::tempdir().unwrap();
    for version in ["1.00", "2.00", "3.00"] {
        let image = image(folder.path(), version);
        let english = out(&run(&["read", "--image", &image], 0));
        for line in [
            "sex: 2 (female)\n",
            "ethnic group: 01 (Han)\n",
            "birthplace: 110101 (Beijing 东城区)\n",
            "birth date: 19900307\n",
        ] {
            assert!(english.contains(line), "{version} {line}\n{english}");
        }
        let chinese = out(&run(&["read", "--image", &image, "--lang", "zh"], 0));
        for line in [
            "性别：2（女）\n",
            "民族：01（汉族）\n",
            "出生地：110101（北京市东城区）\n",
        ] {
            assert!(chinese.contains(line), "{version} {line}\n{chinese}");
        }
        let basic = json(&run(&["read", "--image", &image, "--json"], 0));
        assert_eq!(basic["sex"], "2");
        assert_eq!(basic["meanings"]["sex"]["english"], "female");
        assert_eq!(basic["meanings"]["region"]["chinese"], "北京市");

        let all = ["read", "--image", &image, "--all", "--pin", "--json"];
        let all = json(&finish(ssc(&all).env("SSC_PIN", "123456"), 0));
        let environment = &all["directories"][0]["files"];
        let institution = &environment[0]["records"][3];
        assert_eq!(institution["value"], "915600000211010011010001");
        assert_eq!(
            institution["meaning"]["english"],
            "issued for Beijing, initialised in Beijing, 0001"
        );
        assert_eq!(environment[0]["records"][1]["value"], "3", "the category");
        let labels: Vec<_> = all["directories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|directory| directory["label"].as_str().unwrap())
            .collect();
        let directories = match version {
            "1.00" => 5,
            _ => 8,
        };
        assert_eq!(labels.len(), directories, "{version}: {labels:?}");
        // whatever there is can be read with the demo's keys and the PIN
        let text = all.to_string();
        assert!(!text.contains("\"refusal\""), "{version}: {text}");
    }
}
