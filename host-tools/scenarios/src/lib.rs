//! APDU scenarios: dialogues with a card, written once in `test-vectors/scenarios/`, run in process, through pcscd, on the firmware.
//!
//! A file is one [`Scenario`] in [RON](https://docs.rs/ron): what it shows in words, its evidence, the card it needs
//! and its steps. Commands and expectations are hexadecimal text (see [`pattern`]). [`Runner`] carries it out against
//! a [`Subject`]: whatever takes bytes and gives bytes. What must be computed, the cryptograms of EXTERNAL AUTHENTICATE,
//! comes from the subject too; [`oracle`] has a way that shares no code with the card.

pub mod issued;
pub mod oracle;
pub mod pattern;
mod runner;

use std::path::{Path, PathBuf};

use apdu_specs::Interface;
use serde::{Deserialize, Deserializer};

pub use pattern::Names;
pub use runner::{Failure, Runner, Subject};

/// One file of `test-vectors/scenarios/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Where it stands, for failures.
    #[serde(skip)]
    pub file: PathBuf,
    /// What it shows.
    pub words: String,
    /// Clause or source, with the mark C, S, X or P.
    pub evidence: String,
    /// The card it needs.
    pub card: CardNeeded,
    /// How the card must be reached. Any way, unless the file says so.
    #[serde(default = "all_links", deserialize_with = "links")]
    pub links: Vec<Interface>,
    /// What it leaves behind on the card (a blocked PIN, say). Such a scenario gets a card of its own.
    #[serde(default)]
    pub spends: Option<String>,
    /// The dialogue, which begins after a reset.
    pub steps: Vec<Step>,
}

fn all_links() -> Vec<Interface> {
    Interface::ALL.to_vec()
}

/// The interfaces by their names, as [`Interface`] has them.
#[derive(Deserialize)]
#[serde(remote = "Interface")]
enum InterfaceName {
    T0,
    T1,
    Contactless,
}

fn links<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Interface>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Named(#[serde(with = "InterfaceName")] Interface);
    let named = Vec::<Named>::deserialize(deserializer)?;
    Ok(named
        .into_iter()
        .map(|Named(interface)| interface)
        .collect())
}

/// The card a scenario needs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub enum CardNeeded {
    /// As it leaves manufacture.
    Blank,
    /// Personalized and SECURED, in one of these versions: "1.00", "2.00", "3.00".
    Personalized(Vec<String>),
    /// A terminal's PSAM, issued with the demo vault.
    Psam,
    /// The same with keys of one level, for the cards of one region.
    CityPsam,
    /// A card of 3.00 with its certificate environment, issued with the demo vault.
    Certificates,
}

/// The card there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardThere<'a> {
    /// As it leaves manufacture.
    Blank,
    /// Personalized in this version.
    Personalized(&'a str),
    /// A PSAM.
    Psam,
    /// A PSAM with keys of one level.
    CityPsam,
    /// A card of 3.00 with its certificate environment.
    Certificates,
}

/// One step of a dialogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Step {
    /// Resets the card.
    Reset {
        /// Why.
        words: String,
    },
    /// Sends these bytes as they are: on T=0 a TPDU, with its `61xx` and `6Cxx` left to be seen.
    Send(Exchange),
    /// Sends a whole APDU as the link carries it: on T=0 without Le after data, and with GET RESPONSE after `61xx`.
    Ask(Exchange),
    /// GET CHALLENGE, then EXTERNAL AUTHENTICATE with a cryptogram from the runner's oracle.
    Authenticate(Authenticate),
    /// GET CHALLENGE, then a command whose data is the challenge enciphered: how the certificate environment is shown a PIN or
    /// key.
    Show(Show),
    /// GET CHALLENGE, then a command of class 84 with a MAC from the runner's oracle.
    Maintain(Maintain),
}

/// A command and what must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What this step shows.
    pub words: String,
    /// The command, see [`pattern`].
    pub command: String,
    /// The answer's data, see [`pattern`]; empty, the default, is no data at all.
    #[serde(default)]
    pub data: String,
    /// What the data must not be: an answer that may not repeat.
    #[serde(default)]
    pub differs: Option<String>,
    /// The status word: `9000`, `61??`, `63C?|6983`.
    #[serde(default = "success")]
    pub sw: String,
    /// A name under which the answer's data can be used in later steps.
    #[serde(default)]
    pub keep: Option<String>,
}

/// An external authentication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authenticate {
    /// What this step shows.
    pub words: String,
    /// The directory whose key it is, as the oracle knows it: "SSSE", "DF01" …
    pub directory: String,
    /// The key's identifier, one byte in hexadecimal.
    pub key: String,
    /// Bytes of the challenge: 4, 8 or 16.
    #[serde(default = "eight")]
    pub challenge: u8,
    /// Whether the cryptogram is sent as computed; otherwise with one bit flipped.
    #[serde(default = "yes")]
    pub right: bool,
    /// Bytes behind the source, in hexadecimal (3.00 takes the key version there).
    #[serde(default)]
    pub trailer: String,
    /// Steps between challenge and authentication, which must not void it.
    #[serde(default)]
    pub between: Vec<Exchange>,
    /// The status word.
    #[serde(default = "success")]
    pub sw: String,
}

/// A challenge enciphered under a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// What this step shows.
    pub words: String,
    /// CLA INS P1 P2 in hexadecimal.
    pub header: String,
    /// The directory whose key it is, as the oracle knows it.
    pub directory: String,
    /// That key's identifier, one byte in hexadecimal.
    pub key: String,
    /// Bytes of the challenge: 4, 8 or 16.
    #[serde(default = "sixteen")]
    pub challenge: u8,
    /// Whether the cryptogram is sent as computed; otherwise with one bit flipped.
    #[serde(default = "yes")]
    pub right: bool,
    /// Steps between challenge and command.
    #[serde(default)]
    pub between: Vec<Exchange>,
    /// The status word.
    #[serde(default = "success")]
    pub sw: String,
}

/// A command that carries a MAC of four bytes over its header and data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maintain {
    /// What this step shows.
    pub words: String,
    /// CLA INS P1 P2 in hexadecimal.
    pub header: String,
    /// The data before the MAC, see [`pattern`].
    #[serde(default)]
    pub data: String,
    /// A new PIN, see [`pattern`]: it stands enciphered under the session key of PUK of SSSE (06) before the MAC.
    #[serde(default)]
    pub pin: Option<String>,
    /// The directory whose key makes the MAC.
    pub directory: String,
    /// That key's identifier, one byte in hexadecimal.
    pub key: String,
    /// Whether the MAC is sent as computed; otherwise with one bit flipped.
    #[serde(default = "yes")]
    pub right: bool,
    /// Steps between challenge and command.
    #[serde(default)]
    pub between: Vec<Exchange>,
    /// The answer's data, see [`pattern`]; where it is not empty the command is carried as the link carries it, with Le 00.
    #[serde(default)]
    pub answer: String,
    /// The status word.
    #[serde(default = "success")]
    pub sw: String,
}

fn success() -> String {
    "9000".into()
}

fn eight() -> u8 {
    8
}

fn sixteen() -> u8 {
    16
}

fn yes() -> bool {
    true
}

/// Why a scenario file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file or folder cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no scenario.
    #[error("{path}:{source}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// Line, column and fault.
        source: Box<ron::error::SpannedError>,
    },
}

impl Scenario {
    /// Reads one file.
    ///
    /// # Errors
    /// It cannot be read, or has fields that no scenario has.
    pub fn load(path: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScenarioError::Read {
            path: path.into(),
            source,
        })?;
        // Shorter to write: `Send(words: …)` for `Send((words: …))`, and `keep: "x"` for `keep: Some("x")`.
        let short = ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES
            | ron::extensions::Extensions::IMPLICIT_SOME;
        let options = ron::Options::default().with_default_extension(short);
        let scenario: Self = options
            .from_str(&text)
            .map_err(|source| ScenarioError::Shape {
                path: path.into(),
                source: Box::new(source),
            })?;
        Ok(Self {
            file: path.into(),
            ..scenario
        })
    }

    /// Reads all of `test-vectors/scenarios/`, in the order of their names.
    ///
    /// # Errors
    /// As [`load`](Scenario::load).
    pub fn load_all() -> Result<Vec<Self>, ScenarioError> {
        let mut files = Vec::new();
        let root = test_vectors::vectors::directory().join("scenarios");
        find_files(&root, &mut files)?;
        files.sort();
        files.iter().map(|file| Self::load(file)).collect()
    }

    /// Whether it is meant for this card over this link.
    #[must_use]
    pub fn fits(&self, card: CardThere<'_>, link: Interface) -> bool {
        let card_fits = match (&self.card, card) {
            (CardNeeded::Blank, CardThere::Blank)
            | (CardNeeded::Psam, CardThere::Psam)
            | (CardNeeded::CityPsam, CardThere::CityPsam)
            | (CardNeeded::Certificates, CardThere::Certificates) => true,
            (CardNeeded::Personalized(versions), CardThere::Personalized(version)) => {
                versions.iter().any(|one| one == version)
            }
            _ => false,
        };
        card_fits && self.links.contains(&link)
    }
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ScenarioError> {
    let told = |source| ScenarioError::Read {
        path: folder.into(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_dir() {
            find_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "ron") {
            files.push(path);
        }
    }
    Ok(())
}
