//! `ssc terminal …`: the functions of LD/T 33, one subcommand each.

use clap::Subcommand;

use crate::commands::{Example, example};
use crate::failure::Failure;
use crate::ui::Ui;

mod items;
mod pins;

/// `ssc terminal …`
#[derive(Debug, Subcommand)]
pub enum Terminal {
    ReadBasic(items::ReadBasic),
    Read(items::Read),
    Write(items::Write),
    VerifyPin(pins::VerifyPin),
    ChangePin(pins::ChangePin),
    ReloadPin(pins::ReloadPin),
    UnblockPin(pins::UnblockPin),
}

/// Does it.
///
/// # Errors
/// Whatever stops it, with its exit code.
pub fn run(command: &Terminal, ui: &Ui) -> Result<(), Failure> {
    match command {
        Terminal::ReadBasic(args) => items::read_basic(args, ui),
        Terminal::Read(args) => items::read(args, ui),
        Terminal::Write(args) => items::write(args, ui),
        Terminal::VerifyPin(args) => pins::verify_pin(args, ui),
        Terminal::ChangePin(args) => pins::change_pin(args, ui),
        Terminal::ReloadPin(args) => pins::reload_pin(args, ui),
        Terminal::UnblockPin(args) => pins::unblock_pin(args, ui),
    }
}

/// The examples of a subcommand, by its words after `terminal`.
pub fn examples(path: &[&str]) -> &'static [Example] {
    match path {
        [] => {
            const {
                &[example(
                    "ssc terminal read-basic --reader \"ACS ACR39U\" --psam \"Gemalto\"",
                    "a card in one reader, the PSAM in another",
                    "卡在一个读卡器中，PSAM 在另一个",
                )]
            }
        }
        ["read-basic"] => {
            const {
                &[
                    example(
                        "ssc terminal read-basic --reader \"ACS ACR39U\" --psam \"Gemalto\" --json",
                        "with a PSAM in a second reader, for programs",
                        "第二个读卡器中有 PSAM，供程序读取",
                    ),
                    example(
                        "ssc terminal read-basic --image cards/0123456789AB.ssccard",
                        "of a card image, with the demo keys",
                        "用演示密钥读卡映像",
                    ),
                ]
            }
        }
        ["read"] => {
            const {
                &[
                    example(
                        "ssc terminal read 'SSSEEF05|05|06|07|$SSSEEF06|08|09|$' --vault keys.vault",
                        "items of two files, by their keys",
                        "凭密钥读两个文件的数据项",
                    ),
                    example(
                        "SSC_PIN=123456 ssc terminal read 'DF03EF06|67|$' --by pin",
                        "by the cardholder's PIN",
                        "凭持卡人 PIN 读",
                    ),
                ]
            }
        }
        ["write"] => {
            const {
                &[example(
                    "ssc terminal write 'DF01EF06|23|28|$' --data address.txt --psam \"Gemalto\"",
                    "address.txt holds DF01EF06|value|value|$",
                    "address.txt 内容为 DF01EF06|值|值|$",
                )]
            }
        }
        ["verify-pin"] => {
            const {
                &[example(
                    "ssc terminal verify-pin --pin-file -",
                    "the PIN from a pipe",
                    "PIN 来自管道",
                )]
            }
        }
        ["change-pin"] => {
            const {
                &[example(
                    "SSC_PIN=123456 SSC_NEW_PIN=246810 ssc terminal change-pin",
                    "both out of the environment",
                    "两者均取自环境变量",
                )]
            }
        }
        ["reload-pin"] => {
            const {
                &[example(
                    "ssc terminal reload-pin --psam \"Gemalto\"",
                    "asks for the new PIN twice",
                    "两次询问新 PIN",
                )]
            }
        }
        ["unblock-pin"] => {
            const {
                &[example(
                    "ssc terminal unblock-pin --vault keys.vault",
                    "after too many wrong tries",
                    "PIN 因多次错误被锁定后",
                )]
            }
        }
        _ => &[],
    }
}
