//! Carries a scenario out.

use std::fmt;

use super::oracle::OracleKey;
use super::pattern::{self, Names, Pattern};
use super::{Authenticate, Exchange, Interface, Maintain, Scenario, Show, Step};

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

    /// The card's key `_identifier` of `_directory` ("SSSE", "DF01" …), or `None` where there is no such key.
    fn key(&mut self, _directory: &str, _identifier: u8) -> Option<OracleKey> {
        None
    }
}

/// What carries scenarios out.
#[derive(Clone, Debug)]
pub struct Runner {
    /// How the card is reached.
    pub link: Interface,
    /// Whether GET RESPONSE comes in the class of the command before it, as some client stacks have it, else in class 00.
    pub repeats_class: bool,
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
    pub fn new(link: Interface) -> Self {
        let names = [
            ("SSSE", "7378312E73682EC9E7BBE1B1A3D5CF"),
            ("ISD", "A000000151000000"),
        ];
        Self {
            link,
            repeats_class: false,
            names: names
                .into_iter()
                .filter_map(|(name, bytes)| Some((name.to_string(), hex::decode(bytes).ok()?)))
                .collect(),
        }
    }

    /// A runner for each kind of client that there is on `link`: T=0 has those that repeat the class in GET RESPONSE.
    #[must_use]
    pub fn clients(link: Interface) -> Vec<Self> {
        let one = Self::new(link);
        let mut repeating = one.clone();
        repeating.repeats_class = true;
        match link {
            Interface::T0 => vec![one, repeating],
            Interface::T1 | Interface::Contactless => vec![one],
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
            repeats_class: self.repeats_class,
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
                Step::Show(step) => dialogue.show(step, &mut names),
                Step::Maintain(step) => dialogue.maintain(step, &mut names),
            }
            .map_err(|otherwise| place(number + 1, otherwise))?;
        }
        Ok(())
    }
}

struct Dialogue<'a> {
    link: Interface,
    repeats_class: bool,
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
        if self.link != Interface::T0 {
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
            [0x61, waiting] => {
                let class = if self.repeats_class { command[0] } else { 0x00 };
                self.subject.send(&[class, 0xC0, 0x00, 0x00, waiting])
            }
            _ => Ok(answer),
        }
    }

    /// The key that a step names.
    fn key(
        &mut self,
        words: &str,
        directory: &str,
        key: &str,
    ) -> Result<(u8, OracleKey), Otherwise> {
        let faulty = |got: &str| faulty(words, got);
        let identifier = u8::from_str_radix(key, 16)
            .map_err(|_| faulty("the key's identifier is no byte in hexadecimal"))?;
        let key = self.subject.key(directory, identifier);
        let key = key.ok_or_else(|| faulty("the runner's oracle has not this key"))?;
        Ok((identifier, key))
    }

    /// GET CHALLENGE, and what comes between it and its use.
    fn challenge(
        &mut self,
        words: &str,
        length: u8,
        between: &[Exchange],
        names: &mut Names,
    ) -> Result<Vec<u8>, Otherwise> {
        let get = Exchange {
            keep: Some("challenge".into()),
            data: format!("??*{length}"),
            ..bare(words, format!("00 84 00 00 {length:02X}"), "9000")
        };
        self.exchange(&get, false, names)?;
        for between in between {
            self.exchange(between, true, names)?;
        }
        Ok(names.get("challenge").cloned().unwrap_or_default())
    }

    fn authenticate(&mut self, step: &Authenticate, names: &mut Names) -> Result<(), Otherwise> {
        let (identifier, key) = self.key(&step.words, &step.directory, &step.key)?;
        let trailer =
            pattern::command(&step.trailer, names).map_err(|fault| faulty(&step.words, &fault))?;
        let challenge = self.challenge(&step.words, step.challenge, &step.between, names)?;
        // Any 8 bytes do; these are no card's.
        let source = *b"SCENARIO";
        let mut cryptogram = key.cryptogram(&challenge, &source);
        if !step.right {
            cryptogram[0] ^= 1;
        }
        let length = 16 + trailer.len();
        let tail = hex::encode_upper([&cryptogram[..], &source, &trailer].concat());
        let command = format!("00 82 00 {identifier:02X} {length:02X} {tail}");
        self.exchange(&bare(&step.words, command, &step.sw), false, names)
    }

    fn show(&mut self, step: &Show, names: &mut Names) -> Result<(), Otherwise> {
        let (_, key) = self.key(&step.words, &step.directory, &step.key)?;
        let challenge = self.challenge(&step.words, step.challenge, &step.between, names)?;
        // The challenge enciphered is what elsewhere is its session key.
        let mut cryptogram = key.session(&challenge);
        if let (false, Some(first)) = (step.right, cryptogram.first_mut()) {
            *first ^= 1;
        }
        let (length, cryptogram) = (cryptogram.len(), hex::encode_upper(cryptogram));
        let command = format!("{} {length:02X} {cryptogram}", step.header);
        self.exchange(&bare(&step.words, command, &step.sw), false, names)
    }

    fn maintain(&mut self, step: &Maintain, names: &mut Names) -> Result<(), Otherwise> {
        let faulty = |fault: String| faulty(&step.words, &fault);
        let (_, key) = self.key(&step.words, &step.directory, &step.key)?;
        let header = pattern::command(&step.header, names).map_err(faulty)?;
        let [cla, ins, p1, p2] = header[..] else {
            return Err(faulty("the header is CLA INS P1 P2".into()));
        };
        let mut data = pattern::command(&step.data, names).map_err(faulty)?;
        let challenge = self.challenge(&step.words, 8, &step.between, names)?;
        if let Some(pin) = &step.pin {
            let pin = pattern::command(pin, names).map_err(faulty)?;
            data.extend(key.reloaded_pin(&challenge, &pin));
        }
        let length = u8::try_from(data.len() + 4).map_err(|fault| faulty(fault.to_string()))?;
        let header = [cla, ins, p1, p2, length];
        let mut mac = key.mac(&challenge, &header, &data);
        if !step.right {
            mac[3] ^= 1;
        }
        let mut command = hex::encode_upper([&header[..], &data, &mac].concat());
        if !step.answer.is_empty() {
            command.push_str("00");
        }
        let whole = Exchange {
            data: step.answer.clone(),
            ..bare(&step.words, command, &step.sw)
        };
        self.exchange(&whole, true, names)
    }
}

/// A step that cannot be carried out.
fn faulty(words: &str, got: &str) -> Otherwise {
    Otherwise {
        words: words.into(),
        sent: "nothing".into(),
        expected: "a step that can be carried out".into(),
        got: got.into(),
    }
}

/// A command that answers no data.
fn bare(words: &str, command: String, sw: &str) -> Exchange {
    Exchange {
        words: words.into(),
        command,
        data: String::new(),
        differs: None,
        sw: sw.into(),
        keep: None,
    }
}

#[cfg(test)]
mod tests;
