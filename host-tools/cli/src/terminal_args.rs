//! A card, and what a terminal computes its keys with: a PSAM in a second reader, a host security module, a vault, or
//! the published keys.

use std::path::PathBuf;

use serde_json::json;
use ssc_keys::{KeyModule, KeyService, SecurityModule};
use ssc_reader::Card;
use ssc_simulator::{Image, Interface, SimulatedCard};
use ssc_terminal::psam::Psam;
use ssc_terminal::{Check, Dialogue, TerminalError, TerminalIdentity};

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hsm_args::TokenArgs;
use crate::keys::VaultArgs;
use crate::source::SourceArgs;
use crate::text::text;
use crate::ui::Ui;

/// The card and the terminal's security module.
#[derive(Debug, clap::Args)]
pub struct TerminalArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// PC/SC reader that holds the terminal's PSAM, or a part of its name that fits one only
    #[arg(long, value_name = "NAME", conflicts_with_all = ["vault", "passphrase_file", "no_keys"])]
    psam: Option<String>,
    /// Image of a simulated PSAM instead of a second reader
    #[arg(long, value_name = "FILE", conflicts_with_all = ["psam", "vault", "passphrase_file", "no_keys"])]
    psam_image: Option<PathBuf>,
    /// PKCS#11 module of the host security module, a .so file
    #[arg(long, value_name = "MODULE", conflicts_with_all = ["psam", "psam_image", "vault", "passphrase_file", "no_keys"])]
    hsm: Option<PathBuf>,
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    vault: VaultArgs,
    /// Version of the keys to work with, 1 to 3: without it 1 of a vault, and whichever a PSAM holds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    key_version: Option<u8>,
    /// Present no key: what is free, and what the PIN opens
    #[arg(long, conflicts_with_all = ["vault", "passphrase_file"])]
    no_keys: bool,
}

impl TerminalArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "psam",
                "终端 PSAM 所在的 PC/SC 读卡器名称，或只符合一个的部分名称",
            ),
            ("psam_image", "用模拟 PSAM 映像代替第二个读卡器"),
            ("hsm", "加密机的 PKCS#11 模块（.so 文件）"),
            (
                "key_version",
                "所用密钥的版本，1 至 3：缺省时密钥库用版本 1，PSAM 用其所有的版本",
            ),
            ("no_keys", "不出示密钥：只做可自由进行和凭 PIN 进行的操作"),
        ],
        flattened: &[
            &SourceArgs::CHINESE,
            &TokenArgs::CHINESE,
            &VaultArgs::CHINESE,
        ],
    };
}

/// The return code of LD/T 33 beside the error, for `--json`.
pub fn with_code(error: TerminalError) -> Failure {
    let code = error.code();
    let how = match &error {
        TerminalError::PinNeeded { .. } => vec![text(
            "with this command: --by pin, and the PIN in SSC_PIN, by --pin-file, or typed",
            "在此命令中：使用 --by pin，PIN 放入 SSC_PIN、由 --pin-file 给出或键入",
        )],
        _ => Vec::new(),
    };
    Failure::from(error)
        .with_report(json!({ "return_code": code }))
        .with_details(how)
}

impl TerminalArgs {
    /// Powers the card and the PSAM if there is one, and does `what` with a session.
    ///
    /// # Errors
    /// What keeps card, PSAM or vault from being used, and what `what` says.
    pub fn with_session<T>(
        &self,
        ui: &Ui,
        what: impl FnOnce(&mut Dialogue<'_>, &TerminalIdentity) -> Result<T, TerminalError>,
    ) -> Result<T, Failure> {
        if let Some([card, psam]) = self.with_psam(ui)? {
            let psam = Psam::open(psam).map_err(with_code)?;
            return self.run(card, Some(Box::new(psam)), what);
        }
        if let Some(module) = &self.hsm {
            let hsm = self.token.open(module, ui)?;
            return self.run(self.source.connect(ui)?.card, Some(Box::new(hsm)), what);
        }
        let vault = if self.no_keys {
            None
        } else {
            Some(self.vault.open(ui)?.vault)
        };
        let mut card = self.source.connect(ui)?.card;
        let keys = vault.as_ref().map(|vault| vault as &dyn KeyService);
        let keys = keys_for(&mut *card, keys, self.vault.is_default(), ui)?;
        let sam = keys.map(|keys| Box::new(KeyModule::new(keys)) as Box<dyn SecurityModule>);
        self.run(card, sam, what)
    }

    /// Whether nobody chose a security module, so that the published keys are used where they fit.
    pub fn is_default(&self) -> bool {
        self.psam.is_none()
            && self.psam_image.is_none()
            && self.hsm.is_none()
            && self.vault.is_default()
            && !self.no_keys
    }

    /// As [`with_session`](Self::with_session), with the published keys even on a card of other ones: nothing is presented to
    /// the card by checking it.
    ///
    /// # Errors
    /// As there.
    pub fn check_with<T>(
        &self,
        ui: &Ui,
        what: impl FnOnce(&mut Dialogue<'_>, &TerminalIdentity) -> Result<T, TerminalError>,
    ) -> Result<T, Failure> {
        if !self.is_default() {
            return self.with_session(ui, what);
        }
        let vault = self.vault.open(ui)?.vault;
        let sam: Box<dyn SecurityModule> = Box::new(KeyModule::new(&vault));
        self.run(self.source.connect(ui)?.card, Some(sam), what)
    }

    /// The card and the terminal's PSAM, if it has one.
    fn with_psam(&self, ui: &Ui) -> Result<Option<[Box<dyn Card>; 2]>, Failure> {
        match (&self.psam, &self.psam_image) {
            (Some(name), _) => self.source.connect_with_psam(name, ui).map(Some),
            (None, Some(path)) => {
                let image = Image::open(path)?;
                let psam = SimulatedCard::from_image(image, Interface::T0)?;
                Ok(Some([self.source.connect(ui)?.card, Box::new(psam)]))
            }
            (None, None) => Ok(None),
        }
    }
}

impl TerminalArgs {
    fn run<'a, T>(
        &self,
        card: Box<dyn Card + 'a>,
        sam: Option<Box<dyn SecurityModule + 'a>>,
        what: impl FnOnce(&mut Dialogue<'_>, &TerminalIdentity) -> Result<T, TerminalError>,
    ) -> Result<T, Failure> {
        let mut session = Dialogue::with_module(card, sam).map_err(with_code)?;
        if let Some(version) = self.key_version {
            session.use_key_version(version).map_err(with_code)?;
        }
        let terminal = TerminalIdentity {
            terminal: session.terminal_identifier().map_err(with_code)?,
            device: String::new(),
        };
        what(&mut session, &terminal).map_err(with_code)
    }
}

/// The keys to use with this card. The demo keys that nobody asked for are left alone on a card that was not issued with
/// them: presenting them would cost a try of a real card's key.
pub fn keys_for<'a>(
    card: &mut dyn Card,
    keys: Option<&'a dyn KeyService>,
    by_default: bool,
    ui: &Ui,
) -> Result<Option<&'a dyn KeyService>, Failure> {
    let Some(keys) = keys else {
        return Ok(None);
    };
    if by_default {
        let check = Dialogue::open(card, Some(keys))?.check_identification_code();
        if !matches!(check, Ok(Check::Passed)) {
            ui.warn(&text(
                "this card was not issued with the demo keys: no key is presented to it; give its --vault",
                "此卡不是用演示密钥发行的：不出示任何密钥；请用 --vault 给出其密钥库",
            ));
            return Ok(None);
        }
    }
    Ok(Some(keys))
}

/// The keys with the administrator's key of this card's certificate environment.
///
/// # Errors
/// It is the published demo vault, which nobody asked for, and the card was issued with another.
pub fn administrator_of<'a>(
    card: &mut dyn Card,
    keys: &'a dyn KeyService,
    by_default: bool,
    ui: &Ui,
) -> Result<&'a dyn KeyService, Failure> {
    keys_for(card, Some(keys), by_default, ui)?.ok_or_else(|| {
        Failure::new(
            Exit::Keys,
            text(
                "nothing was written: this needs the administrator's key of this card",
                "未写入任何内容：需要此卡的管理员密钥",
            ),
        )
    })
}
