//! Components of a key: from files, sealed or plain, and from the terminal.

use std::path::{Path, PathBuf};
use std::slice::Iter;

use card_crypto::Key16;
use serde_json::{Value, json};
use ssc_keys::component::{self, Component, Purpose};
use ssc_keys::{KeyError, secret_file};
use zeroize::Zeroizing;

use crate::commands::row::Arguments;
use crate::failure::Failure;
use crate::secret::{ask, ask_passphrase};
use crate::text::{Text, text};
use crate::ui::Ui;

/// How often a slip while typing may be corrected.
const ATTEMPTS: u8 = 3;

/// Components that are brought.
#[derive(Debug, clap::Args)]
pub struct ComponentArgs {
    /// File of a component, sealed or plain; once for each
    #[arg(long = "component", value_name = "FILE")]
    component_files: Vec<PathBuf>,
    /// Number of components that are typed in here, without echo
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    enter: u8,
    #[command(flatten)]
    passphrases: HolderArgs,
}

impl ComponentArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            ("component_files", "分量文件，密封或明文；每个分量给一次"),
            ("enter", "在此键入的分量个数（不回显）"),
        ],
        flattened: &[&HolderArgs::CHINESE],
    };
}

/// Passphrases of components, each its holder's own.
#[derive(Debug, clap::Args)]
pub struct HolderArgs {
    /// First line of this file is a component's passphrase; once for each sealed component, in their order; otherwise a question
    #[arg(long = "component-passphrase-file", value_name = "FILE")]
    holder_files: Vec<PathBuf>,
}

impl HolderArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "holder_files",
            "该文件首行为分量的口令；按顺序为每个密封的分量各给一次；否则询问",
        )],
        flattened: &[],
    };
}

/// The passphrases that were given, one after the other.
pub struct Holders<'a>(Iter<'a, PathBuf>);

impl HolderArgs {
    pub fn in_order(&self) -> Holders<'_> {
        Holders(self.holder_files.iter())
    }
}

impl Holders<'_> {
    /// The next holder's passphrase, for the component in the file `path`.
    ///
    /// # Errors
    /// None is to be had, or a new one is too short.
    pub fn next(&mut self, path: &Path, new: bool, ui: &Ui) -> Result<Zeroizing<String>, Failure> {
        let passphrase = match self.0.next() {
            Some(file) => secret_file::first_line(file)?,
            None => {
                let shown = path.display();
                let missing = text(
                    format!(
                        "no passphrase for {shown}: give --component-passphrase-file once for each, or run this in a terminal"
                    ),
                    format!(
                        "没有 {shown} 的口令：请逐个给出 --component-passphrase-file，或在终端中运行"
                    ),
                );
                ask_passphrase(path, new, missing, ui)?
            }
        };
        if new {
            ssc_keys::check_new_passphrase(&passphrase)?;
        }
        Ok(passphrase)
    }
}

impl ComponentArgs {
    /// Reads the components and puts the key together. Each is confirmed with its check value, as it comes.
    ///
    /// # Errors
    /// Which component is wrong, or what is missing.
    pub fn key(&self, purpose: Purpose, ui: &Ui) -> Result<(Key16, Vec<Component>), Failure> {
        let mut components = Vec::new();
        let mut holders = self.passphrases.in_order();
        for path in &self.component_files {
            let component = read(path, purpose, &mut holders, ui)?;
            ui.note(&said(&component));
            components.push(component);
        }
        for turn in 1..=self.enter {
            let component = enter(turn, purpose, ui)?;
            ui.note(&said(&component));
            components.push(component);
        }
        let key = component::combine(purpose, &components).map_err(KeyError::from)?;
        Ok((key, components))
    }
}

/// The component in the file `path`, to which nobody but its owner may have access.
///
/// # Errors
/// As a vault's, and if it is no component.
pub fn read(
    path: &Path,
    purpose: Purpose,
    holders: &mut Holders<'_>,
    ui: &Ui,
) -> Result<Component, Failure> {
    let file = secret_file::read(path, component::LONGEST_FILE)?;
    Component::from_bytes(&file, purpose, path, || holders.next(path, false, ui))
}

/// A component from the terminal. A slip costs another attempt.
fn enter(turn: u8, purpose: Purpose, ui: &Ui) -> Result<Component, Failure> {
    let question = text(
        format!(
            "Component {turn} (number, need/of, key's check value, component, its check value): "
        ),
        format!("第 {turn} 个分量（序号、门限/总数、密钥校验值、分量、分量校验值）："),
    );
    let missing = text(
        "components can be typed in only in a terminal; give files with --component",
        "只能在终端中键入分量；请用 --component 给出文件",
    );
    let origin = crate::text::pick(ui.lang, "typed in", "键入的分量");
    let origin = format!("{origin} {turn}");
    let mut attempt = 1;
    loop {
        let line = ask(&question, missing.clone(), ui)?;
        match Component::parse(&line, purpose, &origin) {
            Ok(component) => return Ok(component),
            Err(error) if attempt < ATTEMPTS => ui.warn(&error),
            Err(error) => return Err(KeyError::from(error).into()),
        }
        attempt += 1;
    }
}

fn said(component: &Component) -> Text {
    let (number, need, of) = (component.number, component.need, component.of);
    let (kcv, whole) = (
        hex::encode_upper(component.kcv()),
        hex::encode_upper(component.whole),
    );
    let origin = &component.origin;
    text(
        format!("{origin}: component {number}, check value {kcv}, of key {whole} ({need} of {of})"),
        format!("{origin}：分量 {number}，校验值 {kcv}，属于密钥 {whole}（{of} 取 {need}）"),
    )
}

/// What a component says of itself, in JSON.
pub fn document(component: &Component) -> Value {
    json!({
        "purpose": component.purpose.to_string(),
        "number": component.number,
        "need": component.need,
        "of": component.of,
        "kcv": hex::encode_upper(component.kcv()),
        "key_kcv": hex::encode_upper(component.whole),
    })
}

/// A new file must not be there yet: said before anybody types a passphrase.
///
/// # Errors
/// It is there.
pub fn must_be_new(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let path = path.to_owned();
        return Err(KeyError::Exists { path }.into());
    }
    Ok(())
}
