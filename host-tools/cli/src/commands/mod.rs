//! The subcommands, one file each.

mod apdu;
mod batch_check;
mod batch_columns;
mod batch_sample;
mod cert_import;
mod cert_pin;
mod cert_request;
mod cert_reset_pin;
mod cert_show;
mod cert_write;
mod chip_prepare;
mod help;
mod hsm_load;
mod hsm_show;
mod issue;
mod keys_audit;
mod keys_ceremony;
mod keys_component;
mod keys_export;
mod keys_import;
mod keys_show;
mod psam_issue;
mod psam_show;
mod read;
mod readers;
mod sim;
mod terminal;
mod vault_complete;
mod vault_new;
mod vault_pins;
mod vault_show;
mod verify;
mod version;

use clap::Subcommand;

use crate::failure::Failure;
use crate::ui::Ui;

/// What `ssc` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a batch file of cardholders, list the columns it may have, make one of synthetic persons
    #[command(subcommand)]
    Batch(Batch),
    /// Give blank chips keys of their own before they are issued
    #[command(subcommand)]
    Chip(Chip),
    Issue(issue::Args),
    Read(read::Args),
    /// Do what a terminal does (LD/T 33): read and write items, check, change, reload and unblock the PIN
    #[command(subcommand)]
    Terminal(terminal::Terminal),
    Verify(verify::Args),
    /// Make a terminal's PSAM, show what one tells of itself
    #[command(subcommand)]
    Psam(Psam),
    Sim(sim::Args),
    Readers(readers::Args),
    Apdu(apdu::Args),
    /// Make a vault of master keys, complete an older one, show what one holds, open a sealed file of PINs
    #[command(subcommand)]
    Vault(Vault),
    /// Hold a key ceremony, export and import root keys, check the audit log
    #[command(subcommand)]
    Keys(Keys),
    /// Put root keys into a host security module (PKCS#11), show what it holds
    #[command(subcommand)]
    Hsm(Hsm),
    /// Ask for the certificates of a third-generation card, write them to it, show them
    #[command(subcommand)]
    Cert(Cert),
    Help(help::Args),
    Version(version::Args),
}

/// `ssc batch …`
#[derive(Debug, Subcommand)]
pub enum Batch {
    Check(batch_check::Args),
    Columns(batch_columns::Args),
    Sample(batch_sample::Args),
}

/// `ssc chip …`
#[derive(Debug, Subcommand)]
pub enum Chip {
    Prepare(chip_prepare::Args),
}

/// `ssc psam …`
#[derive(Debug, Subcommand)]
pub enum Psam {
    Issue(psam_issue::Args),
    Show(psam_show::Args),
}

/// `ssc vault …`
#[derive(Debug, Subcommand)]
pub enum Vault {
    New(vault_new::Args),
    Complete(vault_complete::Args),
    Pins(vault_pins::Args),
    Show(vault_show::Args),
}

/// `ssc keys …`
#[derive(Debug, Subcommand)]
pub enum Keys {
    Component(keys_component::Args),
    Ceremony(keys_ceremony::Args),
    Show(keys_show::Args),
    Export(keys_export::Args),
    Import(keys_import::Args),
    Audit(keys_audit::Args),
}

/// `ssc hsm …`
#[derive(Debug, Subcommand)]
pub enum Hsm {
    Load(hsm_load::Args),
    Show(hsm_show::Args),
}

/// `ssc cert …`
#[derive(Debug, Subcommand)]
pub enum Cert {
    Request(cert_request::Args),
    Write(cert_write::Args),
    Show(cert_show::Args),
    Import(cert_import::Args),
    Pin(cert_pin::Args),
    ResetPin(cert_reset_pin::Args),
}

/// Does what the command line says.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Command, ui: &Ui) -> Result<(), Failure> {
    match command {
        Command::Batch(Batch::Check(args)) => batch_check::run(args, ui),
        Command::Batch(Batch::Columns(args)) => batch_columns::run(args, ui),
        Command::Batch(Batch::Sample(args)) => batch_sample::run(args, ui),
        Command::Chip(Chip::Prepare(args)) => chip_prepare::run(args, ui),
        Command::Help(args) => help::run(args, ui),
        Command::Version(args) => version::run(args, ui),
        Command::Issue(args) => issue::run(args, ui),
        Command::Read(args) => read::run(args, ui),
        Command::Terminal(command) => terminal::run(command, ui),
        Command::Verify(args) => verify::run(args, ui),
        Command::Psam(Psam::Issue(args)) => psam_issue::run(args, ui),
        Command::Psam(Psam::Show(args)) => psam_show::run(args, ui),
        Command::Sim(args) => sim::run(args, ui),
        Command::Readers(args) => readers::run(args, ui),
        Command::Apdu(args) => apdu::run(args, ui),
        Command::Vault(Vault::New(args)) => vault_new::run(args, ui),
        Command::Vault(Vault::Complete(args)) => vault_complete::run(args, ui),
        Command::Vault(Vault::Pins(args)) => vault_pins::run(args, ui),
        Command::Vault(Vault::Show(args)) => vault_show::run(args, ui),
        Command::Cert(Cert::Request(args)) => cert_request::run(args, ui),
        Command::Cert(Cert::Write(args)) => cert_write::run(args, ui),
        Command::Cert(Cert::Show(args)) => cert_show::run(args, ui),
        Command::Cert(Cert::Import(args)) => cert_import::run(args, ui),
        Command::Cert(Cert::Pin(args)) => cert_pin::run(args, ui),
        Command::Cert(Cert::ResetPin(args)) => cert_reset_pin::run(args, ui),
        Command::Keys(Keys::Component(args)) => keys_component::run(args, ui),
        Command::Keys(Keys::Ceremony(args)) => keys_ceremony::run(args, ui),
        Command::Keys(Keys::Show(args)) => keys_show::run(args, ui),
        Command::Keys(Keys::Export(args)) => keys_export::run(args, ui),
        Command::Keys(Keys::Import(args)) => keys_import::run(args, ui),
        Command::Keys(Keys::Audit(args)) => keys_audit::run(args, ui),
        Command::Hsm(Hsm::Load(args)) => hsm_load::run(args, ui),
        Command::Hsm(Hsm::Show(args)) => hsm_show::run(args, ui),
    }
}

/// A command line that works, and what it does: shown by `--help`, and parsed by a test.
pub struct Example {
    /// The command line.
    pub line: &'static str,
    /// What it does.
    pub english: &'static str,
    /// 它做什么
    pub chinese: &'static str,
}

const fn example(line: &'static str, english: &'static str, chinese: &'static str) -> Example {
    Example {
        line,
        english,
        chinese,
    }
}

/// The examples of a subcommand, by its words: `&["batch", "check"]`; those of `ssc` itself are the first steps.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => FIRST_STEPS,
        ["batch"] => BATCH,
        ["batch", "check"] => batch_check::EXAMPLES,
        ["batch", "columns"] => batch_columns::EXAMPLES,
        ["batch", "sample"] => batch_sample::EXAMPLES,
        ["chip"] | ["chip", "prepare"] => chip_prepare::EXAMPLES,
        ["issue"] => issue::EXAMPLES,
        ["read"] => read::EXAMPLES,
        ["sim"] => sim::EXAMPLES,
        ["terminal", path @ ..] => terminal::examples(path),
        ["verify"] => verify::EXAMPLES,
        ["psam"] => PSAM,
        ["psam", "issue"] => psam_issue::EXAMPLES,
        ["psam", "show"] => psam_show::EXAMPLES,
        ["readers"] => readers::EXAMPLES,
        ["apdu"] => apdu::EXAMPLES,
        ["vault"] => VAULT,
        ["vault", "new"] => vault_new::EXAMPLES,
        ["vault", "complete"] => vault_complete::EXAMPLES,
        ["vault", "pins"] => vault_pins::EXAMPLES,
        ["vault", "show"] => vault_show::EXAMPLES,
        ["cert"] => CERT,
        ["cert", "request"] => cert_request::EXAMPLES,
        ["cert", "write"] => cert_write::EXAMPLES,
        ["cert", "show"] => cert_show::EXAMPLES,
        ["cert", "import"] => cert_import::EXAMPLES,
        ["cert", "pin"] => cert_pin::EXAMPLES,
        ["cert", "reset-pin"] => cert_reset_pin::EXAMPLES,
        ["keys"] => KEYS,
        ["keys", "component"] => keys_component::EXAMPLES,
        ["keys", "ceremony"] => keys_ceremony::EXAMPLES,
        ["keys", "show"] => keys_show::EXAMPLES,
        ["keys", "export"] => keys_export::EXAMPLES,
        ["keys", "import"] => keys_import::EXAMPLES,
        ["keys", "audit"] => keys_audit::EXAMPLES,
        ["help"] => help::EXAMPLES,
        ["version"] => version::EXAMPLES,
        ["hsm"] => HSM,
        ["hsm", "load"] => hsm_load::EXAMPLES,
        ["hsm", "show"] => hsm_show::EXAMPLES,
        _ => &[],
    }
}

const HSM: &[Example] = &[
    example(
        "ssc hsm load --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "the published demo keys into a token, for trying an HSM out",
        "将公开的演示密钥装入令牌，供试用加密机",
    ),
    example(
        "ssc hsm show --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "which root keys the token holds",
        "令牌中有哪些根密钥",
    ),
];

const FIRST_STEPS: &[Example] = &[
    example(
        "ssc batch sample --count 20 --seed 1 -o batch.csv",
        "make 20 synthetic persons",
        "生成 20 名虚构人员",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --images cards",
        "issue their cards in this process, kept as images",
        "在本进程内为其发卡，并保存为映像",
    ),
    example(
        "ssc issue batch.csv --generation 3.00 --reader \"ACS ACR39U\"",
        "the same on cards in a PC/SC reader",
        "在 PC/SC 读卡器上发卡",
    ),
    example(
        "ssc read --image cards/0123456789AB.ssccard --all",
        "read one of them as a terminal does",
        "像终端一样读其中一张",
    ),
];

const BATCH: &[Example] = &[
    example(
        "ssc batch columns",
        "what a batch may hold",
        "批次文件可有哪些列",
    ),
    example(
        "ssc batch check batch.csv",
        "list every fault of a batch",
        "列出批次的全部错误",
    ),
];

const CERT: &[Example] = &[
    example(
        "SSC_PIN=123456 ssc cert request --new-pair --subject CN=张三,C=CN -o card.csr",
        "first a key pair on the card and a request for it",
        "先在卡内生成密钥对并产生请求",
    ),
    example(
        "ssc cert write card.pem",
        "then the certificate that the authority has made of it",
        "再写入证书机构据此签发的证书",
    ),
];

const KEYS: &[Example] = &[
    example(
        "ssc keys component --need 2 anna.component bo.component chen.component",
        "first a master key in components",
        "先制作主密钥的分量",
    ),
    example(
        "ssc keys ceremony keys.vault --component anna.component --component chen.component",
        "then the ceremony: a vault of all root keys",
        "然后举行密钥仪式：生成全部根密钥的密钥库",
    ),
];

const PSAM: &[Example] = &[example(
    "ssc psam issue --region 440300 --terminal-id 440300000001 --image psam.ssccard",
    "a simulated PSAM with the published demo keys",
    "用公开的演示密钥制作模拟 PSAM",
)];
const VAULT: &[Example] = &[example(
    "ssc vault new keys.vault",
    "make a vault of random master keys",
    "新建随机主密钥的密钥库",
)];
