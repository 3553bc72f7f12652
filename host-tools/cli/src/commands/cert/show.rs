//! `ssc cert show`

use apdu_specs::applications::certificates::{ENCRYPTION, KeyPair, SIGNING};
use serde_json::{Value, json};
use ssc_certificate::{CertificateError, Environment, public_key_of, summary};

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::source::SourceArgs;
use crate::text::pick;
use crate::ui::Ui;

/// Show a card's public keys and certificates
///
/// They are free to read: no PIN and no key is presented.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
}

impl Verb for Args {
    const NAME: &'static str = "show";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[
        example(
            "ssc cert show --image cards/0123456789AB.ssccard",
            "keys and certificates of a card image",
            "卡映像的密钥与证书",
        ),
        example(
            "ssc cert show --json",
            "of the card in the only reader, with the certificates in hex",
            "唯一读卡器中的卡，含十六进制的证书",
        ),
    ];
    const CHINESE: Chinese = Chinese {
        about: "显示卡的公钥和证书",
        more: &["可自由读取：不出示 PIN 或密钥。"],
        arguments: Arguments {
            own: &[],
            flattened: &[&SourceArgs::CHINESE],
        },
    };
}

/// What a card has of one pair.
struct Shown {
    pair: &'static KeyPair,
    public: Option<[u8; 64]>,
    certificate: Option<Vec<u8>>,
}

/// Shows them.
///
/// # Errors
/// No card with a certificate environment.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let mut card = args.source.connect(ui)?.card;
    let mut environment = Environment::open(&mut *card)?;
    let mut documents = Vec::new();
    for pair in [&SIGNING, &ENCRYPTION] {
        let public = match environment.public_key(pair) {
            Ok(key) => Some(key),
            Err(CertificateError::NoPair { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let shown = Shown {
            pair,
            public,
            certificate: environment.read_certificate(pair)?,
        };
        if ui.json {
            documents.push(document(&shown));
        } else {
            print(&shown, ui)?;
        }
    }
    if ui.json {
        return ui.document(&json!({ "pairs": documents }));
    }
    Ok(())
}

impl Shown {
    /// Whether the certificate is for the card's key.
    fn fits(&self) -> Option<bool> {
        let key = public_key_of(self.certificate.as_deref()?).ok()?;
        Some(Some(key) == self.public)
    }
}

fn document(shown: &Shown) -> Value {
    let words = shown
        .certificate
        .as_deref()
        .and_then(|der| summary(der).ok());
    json!({
        "pair": shown.pair.english,
        "public_key": shown.public.map(hex::encode_upper),
        "certificate": shown.certificate.as_ref().map(hex::encode_upper),
        "for_this_key": shown.fits(),
        "subject": words.as_ref().map(|words| &words.subject),
        "issuer": words.as_ref().map(|words| &words.issuer),
        "serial": words.as_ref().map(|words| &words.serial),
        "not_before": words.as_ref().map(|words| &words.not_before),
        "not_after": words.as_ref().map(|words| &words.not_after),
    })
}

fn print(shown: &Shown, ui: &Ui) -> Result<(), Failure> {
    let colon = pick(ui.lang, ": ", "：");
    let line = |name: &str, value: &str| ui.line(format!("{name}{colon}{value}"));
    let none = pick(ui.lang, "none", "无");
    let public = shown.public.map(hex::encode_upper);
    line(
        &match ui.lang {
            ssc_words::Lang::En => format!("{} public key", shown.pair.english),
            ssc_words::Lang::Zh => format!("{}公钥", shown.pair.chinese),
        },
        public.as_deref().unwrap_or(none),
    )?;
    let name = match ui.lang {
        ssc_words::Lang::En => format!("{} certificate", shown.pair.english),
        ssc_words::Lang::Zh => format!("{}证书", shown.pair.chinese),
    };
    let Some(der) = &shown.certificate else {
        return line(&name, none);
    };
    let words = match summary(der) {
        Ok(words) => words,
        Err(error) => return line(&name, &ssc_words::Bilingual::say(&error, ui.lang)),
    };
    line(&name, &words.subject)?;
    line(pick(ui.lang, "  issuer", "  颁发者"), &words.issuer)?;
    line(pick(ui.lang, "  serial", "  序列号"), &words.serial)?;
    line(
        pick(ui.lang, "  valid from", "  有效期自"),
        &words.not_before,
    )?;
    line(pick(ui.lang, "  valid to", "  有效期至"), &words.not_after)?;
    if shown.fits() == Some(true) {
        return Ok(());
    }
    ui.line(pick(
        ui.lang,
        "  it is NOT for the card's key",
        "  与卡内密钥不符",
    ))
}
