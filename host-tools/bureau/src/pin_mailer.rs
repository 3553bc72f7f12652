//! PINs of a job for whoever prints the letters to their owners: one age file for given public keys, made from what the register keeps
//! sealed. Nothing of it is ever written in clear, and this program cannot open it.

use std::io::Write;
use std::path::{Path, PathBuf};

use age::Encryptor;
use age::x25519::Recipient;
use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::cell;
use crate::job::each_decided;
use crate::register::{JobId, OrderState, Register, RegisterError};
use crate::sealing::{Sealing, SealingError};

/// What a private key of age begins with.
const PRIVATE: &str = "AGE-SECRET-KEY-";
/// First line of what is in the file.
const HEADING: &str = "line,number,name,card_number,pin";

/// Public keys (`age1…`), one a line; empty lines and those that begin with `#` are none.
///
/// # Errors
/// [`MailerError::PrivateKey`]; [`MailerError::Recipient`] with the first line that is no public key; [`MailerError::NoRecipient`].
pub fn recipients(text: &str) -> Result<Vec<Recipient>, MailerError> {
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<Recipient> = keys
        .map(|key| {
            if key.to_ascii_uppercase().starts_with(PRIVATE) {
                return Err(MailerError::PrivateKey);
            }
            let shown = if key.starts_with("age1") { key } else { "…" };
            key.parse().map_err(|_| MailerError::Recipient {
                key: shown.to_owned(),
            })
        })
        .collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err(MailerError::NoRecipient);
    }
    Ok(keys)
}

/// Writes the new file `path` for `recipients`: CSV with a row for each order of the job that is not rejected, its line, the person's
/// number and name, card number and PIN. Gives how many there are.
///
/// # Errors
/// [`MailerError`]; there is no file then.
pub fn write(
    register: &Register,
    job: JobId,
    sealing: &Sealing,
    recipients: &[Recipient],
    path: &Path,
) -> Result<usize, MailerError> {
    let failed = |source| MailerError::Write {
        path: path.to_owned(),
        source,
    };
    let recipients = recipients.iter().map(|one| one as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| MailerError::NoRecipient)?;
    let whole = WholeFile::begin(path, Readers::Owner).map_err(failed)?;
    let mut sealed = encryptor.wrap_output(whole).map_err(failed)?;
    writeln!(sealed, "{HEADING}\r").map_err(failed)?;
    let mut count = 0;
    each_decided::<MailerError>((register, job), sealing, &mut |order, decided| {
        if order.state != OrderState::Rejected {
            let line = row(decided)?;
            sealed.write_all(line.as_bytes()).map_err(failed)?;
            count += 1;
        }
        Ok(())
    })?;
    let whole = sealed.finish().map_err(failed)?;
    whole.create().map_err(failed)?;
    Ok(count)
}

fn row(decided: &crate::job::Decided) -> Result<Zeroizing<String>, MailerError> {
    let form = || SealingError::Form { row: decided.row };
    let pin = std::str::from_utf8(decided.pin.digits()).map_err(|_| form())?;
    let quoted = |value: &str| {
        let value = cell::written(value);
        if value.contains(['"', ',', '\r', '\n']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.into_owned()
        }
    };
    let name = Zeroizing::new(quoted(decided.holder.name.as_str()));
    // With room for all of it, so that nothing is left behind where it grows.
    let mut line = Zeroizing::new(String::with_capacity(name.len() + 128));
    let number = decided.holder.number.as_str();
    let row = decided.row.to_string();
    for part in [
        &row,
        ",",
        number,
        ",",
        &name,
        ",",
        decided.card_number.as_str(),
        ",",
        pin,
        "\r\n",
    ] {
        line.push_str(part);
    }
    Ok(line)
}

/// Why there is no file of PINs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MailerError {
    /// No public key was given.
    #[error("{}", self.say(Lang::En))]
    NoRecipient,
    /// It is somebody's private key.
    #[error("{}", self.say(Lang::En))]
    PrivateKey,
    /// This is no public key.
    #[error("{}", self.say(Lang::En))]
    Recipient {
        /// What was given.
        key: String,
    },
    /// The file cannot be written.
    #[error("{}", self.say(Lang::En))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The register.
    #[error("{}", .0.say(Lang::En))]
    Register(#[from] RegisterError),
    /// What is decided cannot be opened.
    #[error("{}", .0.say(Lang::En))]
    Sealing(#[from] SealingError),
}

impl Bilingual for MailerError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoRecipient, Lang::En) => {
                "no public key for the PINs; give --pin-recipient age1…, as `age-keygen` prints it, or a file of such keys".into()
            }
            (Self::NoRecipient, Lang::Zh) => {
                "没有用于加密 PIN 的公钥；请用 --pin-recipient 给出 age1…（`age-keygen` 会显示），或此类公钥的文件".into()
            }
            (Self::PrivateKey, Lang::En) => "this is a private key of age: whoever has it opens the PINs, so it stays with its owner. Give the public key of it, which `age-keygen -y FILE` shows; nothing was written".into(),
            (Self::PrivateKey, Lang::Zh) => "这是 age 私钥：持有者可打开 PIN，应由其本人保管。请给出对应的公钥（`age-keygen -y FILE` 可显示）；未写入任何内容".into(),
            (Self::Recipient { key }, Lang::En) => format!(
                "{key} is no public key of age; it begins with age1 and has 62 characters (`age-keygen -y FILE` shows it)"
            ),
            (Self::Recipient { key }, Lang::Zh) => format!(
                "{key} 不是 age 公钥；公钥以 age1 开头，共 62 个字符（`age-keygen -y FILE` 可显示）"
            ),
            (Self::Write { path, source }, Lang::En) => format!(
                "{}: the file of PINs cannot be written: {source}; nothing was written: choose a new name or another folder",
                path.display()
            ),
            (Self::Write { path, source }, Lang::Zh) => format!(
                "{}：无法写入 PIN 文件：{source}；没有写入任何内容：请换名称或文件夹",
                path.display(), source = ssc_words::system::chinese(source)),
            (Self::Register(error), lang) => error.say(lang),
            (Self::Sealing(error), lang) => error.say(lang),
        }
    }
}

impl Kind for MailerError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoRecipient | Self::PrivateKey | Self::Recipient { .. } => ErrorKind::Input,
            Self::Write { .. } => ErrorKind::Output,
            Self::Register(error) => error.kind(),
            Self::Sealing(error) => error.kind(),
        }
    }
}
