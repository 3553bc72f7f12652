//! What the runner sends and tells, against a scripted card.

use super::super::oracle::Algorithm;
use super::*;

/// Answers from a list and notes what it was sent.
struct Scripted {
    answers: Vec<&'static str>,
    sent: Vec<String>,
}

impl Subject for Scripted {
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        self.sent.push(hex::encode_upper(command));
        if self.answers.is_empty() {
            return Err("the card is gone".into());
        }
        hex::decode(self.answers.remove(0)).map_err(|fault| fault.to_string())
    }
    fn reset(&mut self) -> Result<(), String> {
        self.sent.push("reset".into());
        Ok(())
    }
    fn key(&mut self, directory: &str, identifier: u8) -> Option<OracleKey> {
        let known = directory == "SSSE" && identifier != 0x0F;
        known.then(|| OracleKey::new(Algorithm::TripleDes, [identifier; 16]))
    }
}

fn run(link: Interface, steps: &str, answers: &[&'static str]) -> (Vec<String>, Option<Failure>) {
    let text = format!(
        "#![enable(unwrap_variant_newtypes, implicit_some)]
         (words: \"w\", evidence: \"P\", card: Blank, steps: [{steps}])"
    );
    let scenario: Scenario = ron::from_str(&text).unwrap();
    let mut subject = Scripted {
        answers: answers.to_vec(),
        sent: Vec::new(),
    };
    let done = Runner::new(link).run(&scenario, &mut subject);
    (subject.sent, done.err().map(|failure| *failure))
}

#[test]
fn a_failure_names_the_step_and_what_came() {
    let steps = r#"Send(words: "first", command: "00 84 00 00 02", data: "??*2"),
                   Send(words: "second", command: "00 B2 01 04 00", data: "01 ...", sw: "9000")"#;
    let (_, failure) = run(Interface::T0, steps, &["AABB9000", "02AA9000"]);
    let failure = failure.expect("02 is not 01");
    assert_eq!((failure.step, failure.words.as_str()), (2, "second"));
    let told = failure.to_string();
    for part in ["00B2010400", "01 ...", "02AA", "9000"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    // The data fits and the status word does not; data where none is expected; no answer at all.
    for answers in [
        ["AABB9000", "01AA6282"],
        ["AABBCC9000", ""],
        ["AABB6581", ""],
    ] {
        assert!(
            run(Interface::T0, steps, &answers).1.is_some(),
            "{answers:?}"
        );
    }
    let (_, failure) = run(Interface::T0, steps, &["AABB9000"]);
    assert_eq!(failure.unwrap().got, "the card is gone");
}

#[test]
fn a_whole_apdu_is_carried_as_the_link_carries_it() {
    let steps = r#"Ask(words: "", command: "00 A4 00 00 02 3F00 00", data: "6F00"),
                   Ask(words: "", command: "00 20 00 00", sw: "63C3")"#;
    let (sent, failure) = run(Interface::T0, steps, &["6102", "6F009000", "63C3"]);
    assert_eq!(failure, None);
    assert_eq!(
        sent,
        ["reset", "00A40000023F00", "00C0000002", "0020000000"]
    );
    let (sent, failure) = run(Interface::T1, steps, &["6F009000", "63C3"]);
    assert_eq!(failure, None);
    assert_eq!(sent, ["reset", "00A40000023F0000", "00200000"]);
}

#[test]
fn authentication_uses_the_challenge_of_this_step() {
    let steps = r#"Authenticate(words: "", directory: "SSSE", key: "0A", trailer: "01",
                       between: [(words: "", command: "00 B0 00 00 01", data: "??")])"#;
    let right = OracleKey::new(Algorithm::TripleDes, [0x0A; 16])
        .cryptogram(&[1, 2, 3, 4, 5, 6, 7, 8], b"SCENARIO");
    let [first, rest @ ..] = right;
    let rest = hex::encode_upper(rest);
    let (sent, failure) = run(
        Interface::T0,
        steps,
        &["01020304050607089000", "AA9000", "9000"],
    );
    assert_eq!(failure, None);
    let source = "5343454E4152494F";
    assert_eq!(sent[3], format!("0082000A11{first:02X}{rest}{source}01"));
    let wrong =
        r#"Authenticate(words: "", directory: "SSSE", key: "0A", right: false, sw: "63C?")"#;
    let (sent, failure) = run(Interface::T0, wrong, &["01020304050607089000", "63CE"]);
    assert_eq!(failure, None);
    assert_eq!(
        sent[2],
        format!("0082000A10{:02X}{rest}{source}", first ^ 1)
    );
    let unknown = r#"Authenticate(words: "", directory: "DF01", key: "83")"#;
    assert!(
        run(Interface::T0, unknown, &["01020304050607089000"])
            .1
            .is_some()
    );
}

#[test]
fn maintenance_carries_pin_and_mac() {
    let steps = r#"Maintain(words: "", header: "84 24 00 01", directory: "SSSE", key: "02", pin: "123456")"#;
    let challenge = [1, 2, 3, 4, 5, 6, 7, 8];
    let key = |identifier| OracleKey::new(Algorithm::TripleDes, [identifier; 16]);
    let pin = key(0x02).reloaded_pin(&challenge, &[0x12, 0x34, 0x56]);
    let mac = key(0x02).mac(&challenge, &[0x84, 0x24, 0x00, 0x01, 0x0C], &pin);
    let (sent, failure) = run(Interface::T0, steps, &["01020304050607089000", "9000"]);
    assert_eq!(failure, None);
    let command = format!(
        "842400010C{}{}",
        hex::encode_upper(pin),
        hex::encode_upper(mac)
    );
    assert_eq!(sent[2], command);
}

#[test]
fn what_was_kept_can_be_compared() {
    let steps = r#"Send(words: "", command: "00 84 00 00 02", data: "??*2", keep: "one"),
                   Send(words: "", command: "00 84 00 00 02", data: "??*2", differs: "{one}")"#;
    assert_eq!(run(Interface::T0, steps, &["AABB9000", "AABC9000"]).1, None);
    assert!(
        run(Interface::T0, steps, &["AABB9000", "AABB9000"])
            .1
            .is_some()
    );
}

#[test]
fn a_field_that_no_scenario_has_is_refused() {
    let text = r#"(words: "w", evidence: "P", card: Blank, step: [], steps: [])"#;
    assert!(ron::from_str::<Scenario>(text).is_err());
}
