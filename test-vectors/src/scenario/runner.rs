//! Carries a scenario out.

use std::fmt;

use super::pattern::{self, Names, Pattern};
use super::{Authenticate, Exchange, Link, Scenario, Step};

/// What an external authentication asks of the oracle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication<'a> {
    /// The directory whose key it is: "SSSE", "DF01" …
    pub directory: &'a str,
    /// The key's identifier.
    pub key: u8,
    /// The card's challenge, 4, 8 or 16 bytes.
    pub challenge: &'a [u8],
    /// The source that will be sent beside the cryptogram.
    pub source: &'a [u8; 8],
}

/// The card under test, and who knows its keys.
pub trait Subject {
    /// Sends one command and returns data ‖ SW1 SW2.
    ///
    /// # Errors
    /// Why no answer came.
    fn send(&mut self, command: &[u8]) -> Result<Vec<u8>, String>;

    /// Resets the card.
    ///
    /// # Errors
    /// Why it did not answer.
    fn reset(&mut self) -> Result<(), String>;

    /// The cryptogram of a terminal that has the key, or `None` where there is no such key.
    fn cryptogram(&mut self, _asked: &Authentication<'_>) -> Option<[u8; 8]> {
        None
    }
}

/// What carries scenarios out.
#[derive(Clone, Debug)]
pub struct Runner {
    /// How the card is reached.
    pub link: Link,
    /// Bytes that scenarios call by name.
    pub names: Names,
}

/// What went otherwise than the scenario says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file, and what it shows.
    pub scenario: String,
    /// The step, from 1; 0 before the first.
    pub step: usize,
    /// What the step shows.
    pub words: String,
    /// What was sent, in hexadecimal.
    pub sent: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n  step {}: {}\n  sent     {}\n  expected {}\n  got      {}",
            self.scenario, self.step, self.words, self.sent, self.expected, self.got
        )
    }
}

impl std::error::Error for Failure {}

/// A step's failure, before its place is known.
struct Otherwise {
    words: String,
    sent: String,
    expected: String,
    got: String,
}

impl Runner {
    /// A runner that knows the names `SSSE` and `ISD`; [`names`](Runner::names) takes what a personalized card holds.
    #[must_use]
    pub fn new(link: Link) -> Self {
        let names = [
            ("SSSE", "7378312E73682EC9E7BBE1B1A3D5CF"),
            ("ISD", "A000000151000000"),
        ];
        Self {
            link,
            names: names
                .into_iter()
                .filter_map(|(name, bytes)| Some((name.to_string(), hex::decode(bytes).ok()?)))
                .collect(),
        }
    }

    /// Carries `scenario` out from a reset on.
    ///
    /// # Errors
    /// The first step that went otherwise.
    pub fn run(&self, scenario: &Scenario, subject: &mut dyn Subject) -> Result<(), Box<Failure>> {
        let mut names = self.names.clone();
        let mut dialogue = Dialogue {
            link: self.link,
            subject,
        };
        let place = |step: usize, otherwise: Otherwise| {
            Box::new(Failure {
                scenario: format!("{} ({})", scenario.file.display(), scenario.words),
                step,
                words: otherwise.words,
                sent: otherwise.sent,
                expected: otherwise.expected,
                got: otherwise.got,
            })
        };
        dialogue
            .reset("reset before the first step")
            .map_err(|otherwise| place(0, otherwise))?;
        for (number, step) in scenario.steps.iter().enumerate() {
            match step {
                Step::Reset { words } => dialogue.reset(words),
                Step::Send(exchange) => dialogue.exchange(exchange, false, &mut names),
                Step::Ask(exchange) => dialogue.exchange(exchange, true, &mut names),
                Step::Authenticate(step) => dialogue.authenticate(step, &mut names),
            }
            .map_err(|otherwise| place(number + 1, otherwise))?;
        }
        Ok(())
    }
}

struct Dialogue<'a> {
    link: Link,
    subject: &'a mut dyn Subject,
}

impl Dialogue<'_> {
    fn reset(&mut self, words: &str) -> Result<(), Otherwise> {
        self.subject.reset().map_err(|got| Otherwise {
            words: words.into(),
            sent: "reset".into(),
            expected: "an answer to reset".into(),
            got,
        })
    }

    fn exchange(
        &mut self,
        step: &Exchange,
        follow: bool,
        names: &mut Names,
    ) -> Result<(), Otherwise> {
        let faulty = |got: String| Otherwise {
            words: step.words.clone(),
            sent: step.command.clone(),
            expected: "a step that can be carried out".into(),
            got,
        };
        let command = pattern::command(&step.command, names).map_err(faulty)?;
        let wanted = Pattern::parse(&step.data, names).map_err(faulty)?;
        let answer = if follow {
            self.carry(&command)
        } else {
            self.subject.send(&command)
        };
        let otherwise = |got: String| Otherwise {
            words: step.words.clone(),
            sent: hex::encode_upper(&command),
            expected: format!("data [{}], status word {}", step.data, step.sw),
            got,
        };
        let answer = answer.map_err(otherwise)?;
        let Some((data, sw)) = answer.split_last_chunk::<2>() else {
            return Err(otherwise(format!("{} bytes", answer.len())));
        };
        let sw = u16::from_be_bytes(*sw);
        let sw_fits = pattern::status_fits(&step.sw, sw).map_err(faulty)?;
        if !(sw_fits && wanted.fits(data)) {
            return Err(otherwise(format!(
                "data [{}], status word {sw:04X}",
                hex::encode_upper(data)
            )));
        }
        if let Some(differs) = &step.differs {
            let repeated = Pattern::parse(differs, names).map_err(faulty)?;
            if repeated.fits(data) {
                return Err(Otherwise {
                    expected: format!("data other than [{differs}]"),
                    ..otherwise(format!("data [{}]", hex::encode_upper(data)))
                });
            }
        }
        if let Some(name) = &step.keep {
            names.insert(name.clone(), data.to_vec());
        }
        Ok(())
    }

    /// A whole APDU as the link carries it (ISO/IEC 7816-3, clause 12.2).
    fn carry(&mut self, command: &[u8]) -> Result<Vec<u8>, String> {
        if self.link != Link::T0 {
            return self.subject.send(command);
        }
        let without_le = match command {
            [_, _, _, _] => return self.subject.send(&[command, &[0]].concat()),
            [_, _, _, _, lc, rest @ ..] if *lc > 0 && rest.len() == usize::from(*lc) + 1 => {
                &command[..command.len() - 1]
            }
            _ => return self.subject.send(command),
        };
        let answer = self.subject.send(without_le)?;
        match answer[..] {
            [0x61, waiting] => self.subject.send(&[0x00, 0xC0, 0x00, 0x00, waiting]),
            _ => Ok(answer),
        }
    }

    fn authenticate(&mut self, step: &Authenticate, names: &mut Names) -> Result<(), Otherwise> {
        let faulty = |got: &str| Otherwise {
            words: step.words.clone(),
            sent: "EXTERNAL AUTHENTICATE".into(),
            expected: "a step that can be carried out".into(),
            got: got.into(),
        };
        let key = u8::from_str_radix(&step.key, 16)
            .map_err(|_| faulty("the key's identifier is no byte in hexadecimal"))?;
        let trailer = pattern::command(&step.trailer, names).map_err(|fault| faulty(&fault))?;

        let get = Exchange {
            words: step.words.clone(),
            command: format!("00 84 00 00 {:02X}", step.challenge),
            data: format!("??*{}", step.challenge),
            differs: None,
            sw: "9000".into(),
            keep: Some("challenge".into()),
        };
        self.exchange(&get, false, names)?;
        for between in &step.between {
            self.exchange(between, true, names)?;
        }
        let challenge = names.get("challenge").cloned().unwrap_or_default();
        // Any 8 bytes do; these are no card's.
        let source = *b"SCENARIO";
        let asked = Authentication {
            directory: &step.directory,
            key,
            challenge: &challenge,
            source: &source,
        };
        let cryptogram = self.subject.cryptogram(&asked);
        let mut cryptogram =
            cryptogram.ok_or_else(|| faulty("the runner's oracle has not this key"))?;
        if !step.right {
            cryptogram[0] ^= 1;
        }
        let length = 16 + trailer.len();
        let tail = hex::encode_upper([&cryptogram[..], &source, &trailer].concat());
        let external = Exchange {
            words: step.words.clone(),
            command: format!("00 82 00 {key:02X} {length:02X} {tail}"),
            data: String::new(),
            differs: None,
            sw: step.sw.clone(),
            keep: None,
        };
        self.exchange(&external, false, names)
    }
}

#[cfg(test)]
mod tests {
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
        fn cryptogram(&mut self, asked: &Authentication<'_>) -> Option<[u8; 8]> {
            let known = asked.directory == "SSSE" && asked.key == 0x0A;
            known.then(|| std::array::from_fn(|at| asked.challenge[at] ^ 0xFF))
        }
    }

    fn run(link: Link, steps: &str, answers: &[&'static str]) -> (Vec<String>, Option<Failure>) {
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
        let (_, failure) = run(Link::T0, steps, &["AABB9000", "02AA9000"]);
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
            assert!(run(Link::T0, steps, &answers).1.is_some(), "{answers:?}");
        }
        let (_, failure) = run(Link::T0, steps, &["AABB9000"]);
        assert_eq!(failure.unwrap().got, "the card is gone");
    }

    #[test]
    fn a_whole_apdu_is_carried_as_the_link_carries_it() {
        let steps = r#"Ask(words: "", command: "00 A4 00 00 02 3F00 00", data: "6F00"),
                       Ask(words: "", command: "00 20 00 00", sw: "63C3")"#;
        let (sent, failure) = run(Link::T0, steps, &["6102", "6F009000", "63C3"]);
        assert_eq!(failure, None);
        assert_eq!(
            sent,
            ["reset", "00A40000023F00", "00C0000002", "0020000000"]
        );
        let (sent, failure) = run(Link::T1, steps, &["6F009000", "63C3"]);
        assert_eq!(failure, None);
        assert_eq!(sent, ["reset", "00A40000023F0000", "00200000"]);
    }

    #[test]
    fn authentication_uses_the_challenge_of_this_step() {
        let steps = r#"Authenticate(words: "", directory: "SSSE", key: "0A", trailer: "01",
                           between: [(words: "", command: "00 B0 00 00 01", data: "??")])"#;
        let (sent, failure) = run(Link::T0, steps, &["01020304050607089000", "AA9000", "9000"]);
        assert_eq!(failure, None);
        assert_eq!(sent[3], "0082000A11FEFDFCFBFAF9F8F75343454E4152494F01");
        let wrong =
            r#"Authenticate(words: "", directory: "SSSE", key: "0A", right: false, sw: "63C?")"#;
        let (sent, failure) = run(Link::T0, wrong, &["01020304050607089000", "63CE"]);
        assert_eq!(failure, None);
        assert!(sent[2].starts_with("0082000A10FFFD"), "{}", sent[2]);
        let unknown = r#"Authenticate(words: "", directory: "DF01", key: "83")"#;
        assert!(
            run(Link::T0, unknown, &["01020304050607089000"])
                .1
                .is_some()
        );
    }

    #[test]
    fn what_was_kept_can_be_compared() {
        let steps = r#"Send(words: "", command: "00 84 00 00 02", data: "??*2", keep: "one"),
                       Send(words: "", command: "00 84 00 00 02", data: "??*2", differs: "{one}")"#;
        assert_eq!(run(Link::T0, steps, &["AABB9000", "AABC9000"]).1, None);
        assert!(run(Link::T0, steps, &["AABB9000", "AABB9000"]).1.is_some());
    }

    #[test]
    fn a_field_that_no_scenario_has_is_refused() {
        let text = r#"(words: "w", evidence: "P", card: Blank, step: [], steps: [])"#;
        assert!(ron::from_str::<Scenario>(text).is_err());
    }
}
