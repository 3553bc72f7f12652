//! Which master keys: a vault, a token of a host security module, or the published ones.

use std::path::{Path, PathBuf};

use ssc_keys::hsm::HsmKeys;
use ssc_keys::{KeyError, KeyService, Vault};
use zeroize::Zeroizing;

use crate::advice;
use crate::audit;
use crate::commands::row::Arguments;
use crate::failure::Failure;
use crate::hsm_args::TokenArgs;
use crate::secret::PassphraseArgs;
use crate::text::{Text, text};
use crate::ui::Ui;

/// Which master keys.
#[derive(Debug, clap::Args)]
pub struct VaultArgs {
    /// Vault of master keys; without it the published demo keys, which protect nothing
    #[arg(long, value_name = "FILE")]
    vault: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

impl VaultArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "vault",
            "主密钥的密钥库；缺省为公开的演示密钥，没有任何安全性",
        )],
        flattened: &[&PassphraseArgs::CHINESE],
    };
}

/// Which master keys, where a host security module may have them.
#[derive(Debug, clap::Args)]
pub struct MasterArgs {
    #[command(flatten)]
    vault: VaultArgs,
    /// PKCS#11 module of a host security module that has the master keys, a .so file; SM4 (3.00) then comes from --vault
    #[arg(long, value_name = "MODULE")]
    hsm: Option<PathBuf>,
    #[command(flatten)]
    token: TokenArgs,
}

impl MasterArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "hsm",
            "存有主密钥的加密机的 PKCS#11 模块（.so 文件）；SM4（3.00 版）则取自 --vault",
        )],
        flattened: &[&VaultArgs::CHINESE, &TokenArgs::CHINESE],
    };

    /// Whether a vault or a token is named.
    pub fn is_named(&self) -> bool {
        self.hsm.is_some() || !self.vault.is_default()
    }

    /// Opens vault or token, or both, and says so if the keys are published.
    ///
    /// # Errors
    /// One of them cannot be opened, or has no passphrase or PIN; published keys beside secret ones.
    pub fn open(&self, ui: &Ui) -> Result<Master, Failure> {
        ui.advice.keys(self.options());
        let Some(module) = &self.hsm else {
            let Opened { vault, passphrase } = self.vault.open(ui)?;
            let keys = Box::new(vault);
            return Ok(Master { keys, passphrase });
        };
        let keys = HsmKeys::new(self.token.open(module, ui)?);
        if self.vault.is_default() {
            let keys = Box::new(keys);
            return Ok(Master {
                keys,
                passphrase: None,
            });
        }
        let Opened { vault, passphrase } = self.vault.open(ui)?;
        let keys = Box::new(keys.with_sm4_of(vault)?);
        Ok(Master { keys, passphrase })
    }

    /// The options as they were given.
    fn options(&self) -> Vec<String> {
        let mut words = Vec::new();
        advice::path(&mut words, "--vault", self.vault.vault.as_deref());
        self.vault.passphrase.options(&mut words);
        advice::path(&mut words, "--hsm", self.hsm.as_deref());
        self.token.options(&mut words);
        words
    }

    /// Whether nobody asked for these keys, so that they are the published ones.
    pub fn is_default(&self) -> bool {
        self.hsm.is_none() && self.vault.is_default()
    }

    /// The passphrase of the sealed file `path`, where no vault has been opened with one.
    ///
    /// # Errors
    /// None is to be had.
    pub fn passphrase(
        &self,
        path: &Path,
        new: bool,
        ui: &Ui,
    ) -> Result<Zeroizing<String>, Failure> {
        self.vault.passphrase.get(path, new, ui)
    }
}

/// Master keys that were opened.
pub struct Master {
    /// The keys.
    pub keys: Box<dyn KeyService>,
    /// What opened the vault, if one was.
    pub passphrase: Option<Zeroizing<String>>,
}

/// A vault that was opened.
pub struct Opened {
    /// The keys.
    pub vault: Vault,
    /// What opened it; `None` for the demo vault that is built in.
    pub passphrase: Option<Zeroizing<String>>,
}

impl VaultArgs {
    /// Whether nobody asked for these keys.
    pub fn is_default(&self) -> bool {
        self.vault.is_none()
    }

    /// Opens the vault, and says so if its keys are published.
    ///
    /// # Errors
    /// It cannot be read or opened, or there is no passphrase.
    pub fn open(&self, ui: &Ui) -> Result<Opened, Failure> {
        open(self.vault.as_deref(), &self.passphrase, ui)
    }
}

/// Opens the vault `path`, or the demo vault, and says so if its keys are published. The use is written into the vault's audit
/// log: now, and when the command ends.
///
/// # Errors
/// As [`VaultArgs::open`].
pub fn open(path: Option<&Path>, passphrase: &PassphraseArgs, ui: &Ui) -> Result<Opened, Failure> {
    let opened = match path {
        None => Opened {
            vault: Vault::demo()?,
            passphrase: None,
        },
        Some(path) => {
            // Before anybody is asked for a passphrase.
            std::fs::File::open(path).map_err(|source| KeyError::Read {
                path: path.to_owned(),
                source,
            })?;
            let passphrase = passphrase.get(path, false, ui)?;
            let vault =
                Vault::open_audited(path, &passphrase, audit::log(path), ui.audit.command())?;
            if let Some(trail) = vault.trail() {
                ui.audit.watch(trail);
                if !trail.is_remembered() {
                    ui.note(&not_remembered(path));
                }
            }
            Opened {
                vault,
                passphrase: Some(passphrase),
            }
        }
    };
    ui.announce(&opened.vault);
    Ok(opened)
}

fn not_remembered(path: &Path) -> Text {
    let path = path.display();
    text(
        format!(
            "{path} cannot be written, so it does not remember this use: note the hash of the audit log's last line elsewhere (`ssc keys audit`)"
        ),
        format!(
            "无法写入 {path}，它不会记住此次使用：请将审计日志最后一行的哈希值另行记下（`ssc keys audit`）"
        ),
    )
}
