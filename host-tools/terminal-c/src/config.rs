//! Which readers, which keys, which encoding: a file of `name = value` lines, and environment variables above it.
//!
//! | name | variable | meaning |
//! |---|---|---|
//! | `reader` | `SSC_READER` | contact reader of the card, or a part of its name; without it the first with a card |
//! | `contactless_reader` | `SSC_CONTACTLESS_READER` | contactless reader of the card |
//! | `psam` | `SSC_PSAM` | reader of the PSAM |
//! | `hsm` | `SSC_HSM` | PKCS#11 module of a host security module, a .so file (1.00 and 2.00) |
//! | `hsm_token` | `SSC_HSM_TOKEN` | label of its token; without it the only one there is |
//! | `hsm_pin_file` | `SSC_HSM_PIN_FILE` | its first line is the token's PIN; `SSC_HSM_PIN` is one too |
//! | `vault` | `SSC_VAULT` | vault of master keys; `demo` is the published one |
//! | `key_version` | `SSC_KEY_VERSION` | version of the keys, 1 to 3; without it 1 of a vault, and whichever a PSAM holds |
//! | `passphrase_file` | `SSC_PASSPHRASE_FILE` | its first line opens the vault; `SSC_PASSPHRASE` does too |
//! | `audit_log` | `SSC_AUDIT_LOG` | where each use of the vault is written down; the file beside the vault without it |
//! | `pin_file`, `new_pin_file` | `SSC_PIN_FILE`, `SSC_NEW_PIN_FILE` | first line is the PIN; `SSC_PIN` and `SSC_NEW_PIN` are PINs |
//! | `device` | `SSC_DEVICE` | device number in iReadCardBas |
//! | `encoding` | `SSC_ENCODING` | `gb18030` (default) or `utf8` |
//! | `language` | `SSC_LANGUAGE` | of error texts: `zh` (default) or `en` |
//! | `capacity` | `SSC_CAPACITY` | bytes of the caller's buffers, 1024 |
//! | `timeout` | `SSC_TIMEOUT` | seconds to wait at the most for a card that another program has, 30 |
//!
//! The file is the one that `ssc_configure` or the variable `SSC_TERMINAL_CONFIG` names. Lines that begin with `#` or `;` are comments;
//! section headings in brackets are passed over. Of several, the PSAM comes first, then the HSM. Without PSAM, HSM and vault, or where the PSAM's reader
//! is empty, a function that needs a key returns -2201, and the program goes on with the steps of a host security module.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ssc_reader::pcsc::PATIENCE;
use ssc_words::Lang;

use crate::error::LibraryError;
pub use crate::text::TextEncoding;

/// Bytes that programs in the field give the answer at the least.
pub const CAPACITY: usize = 1024;

/// What the library was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Contact reader of the card.
    pub reader: Option<String>,
    /// Contactless reader of the card.
    pub contactless_reader: Option<String>,
    /// Reader of the PSAM.
    pub psam: Option<String>,
    /// PKCS#11 module of a host security module.
    pub hsm: Option<PathBuf>,
    /// Label of its token.
    pub hsm_token: Option<String>,
    /// File whose first line is the token's PIN.
    pub hsm_pin_file: Option<PathBuf>,
    /// Vault of master keys.
    pub vault: Option<PathBuf>,
    /// Version of its roots, 1 to 3.
    pub key_version: Option<u8>,
    /// File whose first line opens it.
    pub passphrase_file: Option<PathBuf>,
    /// Audit log of the vault, where it is not beside it, or of the token.
    pub audit_log: Option<PathBuf>,
    /// File whose first line is the PIN.
    pub pin_file: Option<PathBuf>,
    /// File whose first line is a new PIN.
    pub new_pin_file: Option<PathBuf>,
    /// Device number in iReadCardBas.
    pub device: String,
    /// Of all strings.
    pub encoding: TextEncoding,
    /// Of error texts.
    pub language: Lang,
    /// Bytes of the caller's buffers.
    pub capacity: usize,
    /// How long to wait for a card that another program has.
    pub timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            reader: None,
            contactless_reader: None,
            psam: None,
            hsm: None,
            hsm_token: None,
            hsm_pin_file: None,
            vault: None,
            key_version: None,
            passphrase_file: None,
            audit_log: None,
            pin_file: None,
            new_pin_file: None,
            device: String::new(),
            encoding: TextEncoding::default(),
            language: Lang::Zh,
            capacity: CAPACITY,
            timeout: PATIENCE,
        }
    }
}

const NAMES: [&str; 17] = [
    "reader",
    "contactless_reader",
    "psam",
    "hsm",
    "hsm_token",
    "hsm_pin_file",
    "vault",
    "key_version",
    "passphrase_file",
    "audit_log",
    "pin_file",
    "new_pin_file",
    "device",
    "encoding",
    "language",
    "capacity",
    "timeout",
];

/// The file that `ssc_configure` named; the environment's where it did not.
static FILE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Reads `path` once, so that a fault is told at once, and uses it from now on.
pub fn load(path: &str) -> Result<(), LibraryError> {
    let path = (!path.is_empty()).then(|| PathBuf::from(path));
    Config::read(path.as_deref(), |_| None)?;
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = path;
    Ok(())
}

/// The configuration now: file and environment are read at each call, so that a change needs no restart.
pub fn current() -> Result<Config, LibraryError> {
    let named = FILE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let file = named.or_else(|| std::env::var_os("SSC_TERMINAL_CONFIG").map(PathBuf::from));
    Config::read(file.as_deref(), |name| std::env::var(name).ok())
}

impl Config {
    /// A configuration out of a file, if any, and of an environment.
    ///
    /// # Errors
    /// A file that cannot be read, a line that is none, a name or value that is not known.
    pub fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, LibraryError> {
        let mut config = Self::default();
        if let Some(path) = file {
            let shown = path.display();
            let text = std::fs::read_to_string(path).map_err(|error| LibraryError::Config {
                english: format!("the configuration {shown} cannot be read: {error}"),
                chinese: format!("无法读取配置文件 {shown}：{error}"),
            })?;
            for (index, line) in text.lines().enumerate() {
                config
                    .line(line)
                    .map_err(|(english, chinese)| LibraryError::Config {
                        english: format!("{shown}, line {}: {english}", index + 1),
                        chinese: format!("{shown} 第 {} 行：{chinese}", index + 1),
                    })?;
            }
        }
        for name in NAMES {
            let variable = format!("SSC_{}", name.to_uppercase());
            if let Some(value) = environment(&variable) {
                config
                    .set(name, &value)
                    .map_err(|(english, chinese)| LibraryError::Config {
                        english: format!("{variable}: {english}"),
                        chinese: format!("{variable}：{chinese}"),
                    })?;
            }
        }
        Ok(config)
    }

    fn line(&mut self, line: &str) -> Result<(), (String, String)> {
        let line = line.trim_start_matches('\u{FEFF}').trim();
        if line.is_empty() || line.starts_with(['#', ';', '[']) {
            return Ok(());
        }
        let (name, value) = line.split_once('=').ok_or_else(|| {
            (
                "not `name = value`".to_owned(),
                "不是“名称 = 值”".to_owned(),
            )
        })?;
        self.set(name.trim(), value.trim().trim_matches('"'))
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), (String, String)> {
        let text = || (!value.is_empty()).then(|| value.to_owned());
        let path = || (!value.is_empty()).then(|| PathBuf::from(value));
        let unknown = |what: &str| {
            (
                format!("{what} is not known here"),
                format!("不认识 {what}"),
            )
        };
        match name {
            "reader" => self.reader = text(),
            "contactless_reader" => self.contactless_reader = text(),
            "psam" => self.psam = text(),
            "hsm" => self.hsm = path(),
            "hsm_token" => self.hsm_token = text(),
            "hsm_pin_file" => self.hsm_pin_file = path(),
            "vault" => self.vault = path(),
            "key_version" => {
                let version = value
                    .parse()
                    .ok()
                    .filter(|version| (1..=3).contains(version));
                self.key_version = Some(version.ok_or_else(|| unknown(value))?);
            }
            "passphrase_file" => self.passphrase_file = path(),
            "audit_log" => self.audit_log = path(),
            "pin_file" => self.pin_file = path(),
            "new_pin_file" => self.new_pin_file = path(),
            "device" => self.device = value.to_owned(),
            "encoding" => {
                self.encoding = match value.to_ascii_lowercase().as_str() {
                    "gb18030" | "gbk" => TextEncoding::Gb18030,
                    "utf8" | "utf-8" => TextEncoding::Utf8,
                    _ => return Err(unknown(value)),
                }
            }
            "language" => {
                let named = Lang::ALL.into_iter().find(|lang| lang.code() == value);
                self.language = named.ok_or_else(|| unknown(value))?;
            }
            "capacity" => {
                let capacity = value.parse().ok().filter(|bytes| *bytes >= CAPACITY);
                self.capacity = capacity.ok_or_else(|| {
                    (
                        format!("capacity is a number of bytes, {CAPACITY} at the least"),
                        format!("capacity 为字节数，至少 {CAPACITY}"),
                    )
                })?;
            }
            "timeout" => {
                let seconds = value.parse().ok().filter(|seconds| *seconds > 0);
                let seconds = seconds.ok_or_else(|| {
                    (
                        "timeout is a number of seconds, 1 at the least".to_owned(),
                        "timeout 为秒数，至少 1".to_owned(),
                    )
                })?;
                self.timeout = Duration::from_secs(seconds);
            }
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, TextEncoding};
    use ssc_words::Lang;

    fn read(text: &str) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let environment = |name: &str| (name == "SSC_DEVICE").then(|| "D-9".to_owned());
        Config::read(Some(file.path()), environment).map_err(|error| error.say(Lang::En))
    }

    #[test]
    fn a_file_with_the_environment_above_it() {
        let config = read(
            "# a terminal\n[terminal]\nreader = \"ACS ACR39U\"\npsam=Gemalto\ndevice = D-7\nencoding = UTF-8\nlanguage=en\n\ncapacity = 20000\nvault =\n",
        )
        .unwrap();
        assert_eq!(config.reader.as_deref(), Some("ACS ACR39U"));
        assert_eq!(config.psam.as_deref(), Some("Gemalto"));
        assert_eq!((config.device.as_str(), config.capacity), ("D-9", 20_000));
        assert_eq!(
            (config.encoding, config.language),
            (TextEncoding::Utf8, Lang::En)
        );
        assert_eq!(config.vault, None);
        assert_eq!(read("").unwrap().encoding, TextEncoding::Gb18030);
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        for (text, said) in [
            ("reader", "line 1: not `name = value`"),
            ("\nraeder = x", "line 2: raeder is not known here"),
            ("encoding = big5", "line 1: big5"),
            ("capacity = 1023", "line 1: capacity"),
            ("capacity = -1", "line 1: capacity"),
            ("key_version = 4", "line 1: 4"),
            ("timeout = 0", "line 1: timeout"),
            ("language = de", "line 1: de"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
