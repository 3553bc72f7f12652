//! `ssc cert …`

mod import;
mod pin;
mod request;
mod reset_pin;
mod show;
mod write;

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

/// `ssc cert …`
#[derive(Debug, Subcommand)]
pub enum Cert {
    Request(request::Args),
    Write(write::Args),
    Show(show::Args),
    Import(import::Args),
    Pin(pin::Args),
    ResetPin(reset_pin::Args),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Cert, ui: &Ui) -> Result<(), Failure> {
    match command {
        Cert::Request(args) => request::run(args, ui),
        Cert::Write(args) => write::run(args, ui),
        Cert::Show(args) => show::run(args, ui),
        Cert::Import(args) => import::run(args, ui),
        Cert::Pin(args) => pin::run(args, ui),
        Cert::ResetPin(args) => reset_pin::run(args, ui),
    }
}

/// The examples of a subcommand, by its words after `cert`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => CERT,
        ["import"] => import::EXAMPLES,
        ["pin"] => pin::EXAMPLES,
        ["request"] => request::EXAMPLES,
        ["reset-pin"] => reset_pin::EXAMPLES,
        ["show"] => show::EXAMPLES,
        ["write"] => write::EXAMPLES,
        _ => &[],
    }
}

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
