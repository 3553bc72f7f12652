//! Words of errors that need more than a format string.

use apdu_specs::Status;
use ssc_reader::spec_words;
use ssc_words::Lang;

use crate::encode::ValueFault;

/// A PIN function that a card may refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// CHANGE PIN.
    ChangePin,
    /// PIN RELOAD.
    ReloadPin,
    /// PIN UNBLOCK.
    UnblockPin,
}

impl Operation {
    pub(crate) fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::ChangePin, Lang::En) => "the PIN was not changed",
            (Self::ChangePin, Lang::Zh) => "PIN 未修改",
            (Self::ReloadPin, Lang::En) => "no new PIN was set",
            (Self::ReloadPin, Lang::Zh) => "PIN 未重置",
            (Self::UnblockPin, Lang::En) => "the PIN was not unblocked",
            (Self::UnblockPin, Lang::Zh) => "PIN 未解锁",
        }
    }

    /// What to do next.
    pub(crate) fn advice(self, sw: Status, lang: Lang) -> &'static str {
        match (self, sw, lang) {
            (Self::ChangePin, Status::WRONG_DATA, Lang::En) => {
                "; choose another PIN: not the old one, not one digit repeated"
            }
            (Self::ChangePin, Status::WRONG_DATA, Lang::Zh) => {
                "；请另选 PIN：不得与原 PIN 相同，不得为同一数字"
            }
            (Self::ReloadPin, Status::WRONG_DATA, Lang::En) => {
                "; choose another PIN: of a length that this card takes, not one digit repeated"
            }
            (Self::ReloadPin, Status::WRONG_DATA, Lang::Zh) => {
                "；请另选 PIN：长度须符合此卡规定，不得为同一数字"
            }
            (
                _,
                Status::INSTRUCTION_NOT_SUPPORTED
                | Status::CLASS_NOT_SUPPORTED
                | Status::CONDITIONS_NOT_SATISFIED,
                Lang::En,
            ) => "; if the card lies on a contactless reader, insert it: this is not allowed there",
            (
                _,
                Status::INSTRUCTION_NOT_SUPPORTED
                | Status::CLASS_NOT_SUPPORTED
                | Status::CONDITIONS_NOT_SATISFIED,
                Lang::Zh,
            ) => "；若卡在非接触读卡器上，请插卡：非接触界面不允许此操作",
            (_, Status::MAC_INCORRECT, Lang::En) => {
                "; the security module's keys are not this card's"
            }
            (_, Status::MAC_INCORRECT, Lang::Zh) => "；安全模块的密钥与此卡不符",
            (_, _, Lang::En) => "; try again with the keys of this card's issuer",
            (_, _, Lang::Zh) => "；请使用此卡发卡方的密钥重试",
        }
    }
}

/// Over the air a card keeps its last try.
pub(crate) fn insert_card(key: Option<&'static str>, lang: Lang) -> String {
    match (key, lang) {
        (None, Lang::En) => {
            "insert the card: one try of its PIN is left, and it takes that by contact only, so that nobody who passes by can block it. The PIN was not judged and no try was spent; the right PIN by contact opens the contactless side again".into()
        }
        (None, Lang::Zh) => {
            "请插卡：PIN 只剩一次尝试机会，仅限接触界面使用，以防他人隔空锁卡。此次未校验 PIN，也未扣次数；在接触界面输入正确的 PIN 后，非接触界面即恢复".into()
        }
        (Some(key), Lang::En) => format!(
            "insert the card: one try of its key {key} is left, and it takes that by contact only, so that nobody who passes by can block it. No try was spent; the right key by contact opens the contactless side again"
        ),
        (Some(key), Lang::Zh) => format!(
            "请插卡：卡上密钥 {key} 只剩一次尝试机会，仅限接触界面使用，以防他人隔空锁卡。此次未扣次数；在接触界面用正确的密钥认证后，非接触界面即恢复"
        ),
    }
}

pub(crate) fn fault_words(fault: ValueFault, lang: Lang) -> String {
    match (fault, lang) {
        (ValueFault::Character, Lang::En) => {
            "the value has a character that its format does not have (an: ASCII and two-byte GB18030, cn: digits, b: hexadecimal)".into()
        }
        (ValueFault::Character, Lang::Zh) => {
            "值中含有其格式没有的字符（an：ASCII 和双字节 GB18030，cn：数字，b：十六进制）".into()
        }
        (ValueFault::Length { most }, Lang::En) => {
            format!("the value does not fit into {most} bytes as whole bytes")
        }
        (ValueFault::Length { most }, Lang::Zh) => format!("值的长度与 {most} 字节不符"),
    }
}

/// Why a file or record was refused, and what to do.
pub(crate) fn refused(sw: Status, key: Option<&'static str>, keys: bool, lang: Lang) -> String {
    let meaning = spec_words::status(sw, lang);
    let next = match (sw, key, keys, lang) {
        (Status::SECURITY_NOT_SATISFIED, Some(key), false, Lang::En) => {
            format!(
                "it needs the key {key}, and no keys were given: give the vault that this card was issued with"
            )
        }
        (Status::SECURITY_NOT_SATISFIED, Some(key), false, Lang::Zh) => {
            format!("需要密钥 {key}，但未提供密钥：请提供发行此卡的密钥库")
        }
        (Status::SECURITY_NOT_SATISFIED, Some(key), true, Lang::En) => {
            format!("the card asks for more than the key {key} that its generation's table names")
        }
        (Status::SECURITY_NOT_SATISFIED, Some(key), true, Lang::Zh) => {
            format!("卡片的要求超出本代规范表中的密钥 {key}")
        }
        (_, _, _, Lang::En) => {
            "this card does not hold what its generation should; set it aside".into()
        }
        (_, _, _, Lang::Zh) => "此卡内容与其规范版本不符；请另行处理".into(),
    };
    match lang {
        Lang::En => format!("the card answered {sw} ({meaning}); {next}"),
        Lang::Zh => format!("卡片返回 {sw}（{meaning}）；{next}"),
    }
}
