//! `ssc cert pin`

use serde_json::json;
use ssc_certificate::Environment;

use crate::commands::row::{Arguments, Chinese, Example, Run, Verb, example};
use crate::failure::Failure;
use crate::pin_source::{NewPinArgs, PinArgs};
use crate::source::SourceArgs;
use crate::text::text;
use crate::ui::Ui;

/// Change the PIN of the certificate environment
///
/// It is not the card's PIN, although a new card has the same digits for both. A wrong old PIN costs a try.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    pin: PinArgs,
    #[command(flatten)]
    new: NewPinArgs,
}

impl Verb for Args {
    const NAME: &'static str = "pin";
    const RUN: Run<Self> = run;
    const EXAMPLES: &'static [Example] = &[example(
        "SSC_PIN=123456 SSC_NEW_PIN=246810 ssc cert pin",
        "change the PIN of the certificate environment",
        "修改证书环境密码",
    )];
    const CHINESE: Chinese = Chinese {
        about: "修改证书环境密码",
        more: &["它不是卡的 PIN，虽然新卡上二者数字相同。原密码错误会消耗一次尝试。"],
        arguments: Arguments {
            own: &[],
            flattened: &[
                &SourceArgs::CHINESE,
                &PinArgs::CHINESE,
                &NewPinArgs::CHINESE,
            ],
        },
    };
}

/// Changes it.
///
/// # Errors
/// No card with a certificate environment, a wrong PIN.
pub fn run(args: &Args, ui: &Ui) -> Result<(), Failure> {
    let old = args.pin.get(ui)?;
    let new = args.new.get(ui)?;
    let mut card = args.source.connect(ui)?.card;
    let mut environment = Environment::open(&mut *card)?;
    environment.change_pin(old.packed(), new.packed())?;
    if ui.json {
        return ui.document(&json!({ "changed": true }));
    }
    ui.note(&text(
        "the PIN of the certificate environment is changed",
        "证书环境密码已修改",
    ));
    Ok(())
}
