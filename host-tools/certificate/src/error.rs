//! What can go wrong with a card's certificates, and what to do about it.

use apdu_specs::Status;
use std::path::PathBuf;

use apdu_specs::applications::certificates::KeyPair;
use ssc_keys::{KeyError, ModuleError};
use ssc_reader::ReaderError;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

/// Why a card's certificate environment could not do what it was asked. No variant carries a PIN or a key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// No usable answer came from the card, or it refused.
    #[error("{}", .0.say(Lang::En))]
    Reader(#[from] ReaderError),
    /// The administrator's key is not available.
    #[error("{}", .0.say(Lang::En))]
    Keys(#[from] KeyError),
    /// A signer that is no card.
    #[error(transparent)]
    Signer(ModuleError),
    /// The card has no certificate environment.
    #[error("{}", self.say(Lang::En))]
    NoEnvironment {
        /// SW1 SW2 of SELECT.
        sw: Status,
    },
    /// ATR or identification code do not say whose keys the card has.
    #[error("{}", self.say(Lang::En))]
    NoIdentity,
    /// The PIN or the administrator's key is wrong.
    #[error("{}", self.say(Lang::En))]
    Wrong {
        /// Which.
        holder: Holder,
        /// Tries left.
        left: u8,
    },
    /// The PIN or the administrator's key is blocked.
    #[error("{}", self.say(Lang::En))]
    Blocked {
        /// Which.
        holder: Holder,
    },
    /// One try is left, and the card keeps it for contact.
    #[error("{}", self.say(Lang::En))]
    InsertCard {
        /// Of what.
        holder: Holder,
    },
    /// The challenge ends in zeros.
    #[error("{}", self.say(Lang::En))]
    ShortChallenge,
    /// The card has no such key pair yet.
    #[error("{}", self.say(Lang::En))]
    NoPair {
        /// Which pair.
        pair: &'static KeyPair,
    },
    /// The certificate is for another key than the card's.
    #[error("{}", self.say(Lang::En))]
    AnotherKey {
        /// Which pair.
        pair: &'static KeyPair,
    },
    /// The certificate does not fit its file.
    #[error("{}", self.say(Lang::En))]
    TooLarge {
        /// Its bytes.
        length: usize,
        /// Bytes of the file.
        room: usize,
    },
    /// What was read back is not what was written.
    #[error("{}", self.say(Lang::En))]
    Differs,
    /// The subject is no distinguished name.
    #[error("{}", self.say(Lang::En))]
    Subject {
        /// Why.
        detail: String,
    },
    /// Not a certificate, or not one with an SM2 key.
    #[error("{}", self.say(Lang::En))]
    NotACertificate {
        /// Why.
        detail: String,
    },
    /// Not an enveloped key.
    #[error("{}", self.say(Lang::En))]
    NotAnEnvelope {
        /// Why.
        detail: String,
    },
    /// A file that cannot be read.
    #[error("{}", self.say(Lang::En))]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The card's answer has not the shape that it must have.
    #[error("{}", self.say(Lang::En))]
    Malformed(&'static str),
}

pub use crate::holder::Holder;

impl Bilingual for CertificateError {
    fn say(&self, lang: Lang) -> String {
        let (english, chinese) = match self {
            Self::Reader(error) => return error.say(lang),
            Self::Keys(error) => return error.say(lang),
            Self::Signer(error) => return error.say(lang),
            Self::NoEnvironment { sw } => (
                format!(
                    "this card has no certificate environment ({sw} to SELECT of PKI.社会保障); issue one with ssc issue --generation 3.00 --certificates"
                ),
                format!(
                    "此卡没有证书环境（选择 PKI.社会保障 应答 {sw}）；请用 ssc issue --generation 3.00 --certificates 发卡"
                ),
            ),
            Self::NoIdentity => (
                "the card's ATR or identification code is not a social security card's, so its administrator's key cannot be derived; use the contact interface"
                    .into(),
                "卡的 ATR 或识别码不是社会保障卡的，无法派生管理员密钥；请使用接触界面".into(),
            ),
            Self::Wrong { holder, left } => (
                format!("{} is wrong; {left} tries are left", holder.english()),
                format!("{}错误；还可尝试 {left} 次", holder.chinese()),
            ),
            Self::Blocked { holder } => (
                format!(
                    "{} is blocked; the issuer sets a PIN anew with ssc cert reset-pin, a key with WRITE KEY",
                    holder.english()
                ),
                format!("{}已锁定；发卡方可用 ssc cert reset-pin 重设密码，用 WRITE KEY 重写密钥", holder.chinese()),
            ),
            Self::InsertCard { holder } => {
                let (english, chinese) = match holder {
                    Holder::Cardholder => ("the PIN of the certificate environment", "证书环境密码"),
                    Holder::Administrator => ("the administrator's key", "管理员密钥"),
                };
                (
                    format!(
                        "insert the card: one try of {english} is left, and it takes that by contact only, so that nobody who passes by can block it. No try was spent; a right one by contact opens the contactless side again"
                    ),
                    format!(
                        "请插卡：{chinese}只剩一次尝试机会，仅限接触界面使用，以防他人隔空锁卡。此次未扣次数；在接触界面校验正确后，非接触界面即恢复"
                    ),
                )
            }
            Self::ShortChallenge => (
                "the card's challenge ends in four zero bytes, and no key was used for it: a card hardly ever gives one. Try once more; if it comes again, keep card and reader and report them".into(),
                "卡片的随机数以四个零字节结尾，未对其使用任何密钥：正常的卡几乎不会如此。请再试一次；若再次出现，请扣留卡和读卡器并上报".into(),
            ),
            Self::NoPair { pair } => (
                format!(
                    "the card has no {} key pair yet; ssc cert request --new-pair makes the signing pair, ssc cert import brings the encryption pair",
                    pair.english
                ),
                format!(
                    "卡内尚无{}密钥对；ssc cert request --new-pair 生成签名密钥对，ssc cert import 导入加密密钥对",
                    pair.chinese
                ),
            ),
            Self::AnotherKey { pair } => (
                format!(
                    "this certificate is not for the card's {} key; nothing was written: use the one that was made from this card's request",
                    pair.english
                ),
                format!(
                    "此证书与卡内{}密钥不符；未写入任何内容：请使用由此卡请求签发的证书",
                    pair.chinese
                ),
            ),
            Self::TooLarge { length, room } => (
                format!("the certificate has {length} bytes, its file on the card {room}; ask the certification authority for a shorter one"),
                format!("证书为 {length} 字节，卡内文件只有 {room} 字节；请向证书机构索取较短的证书"),
            ),
            Self::Differs => (
                "what the card holds is not what was written; write it again, with another reader if that fails too".into(),
                "卡内内容与写入的不一致；请重新写入，若仍失败请换读卡器".into(),
            ),
            Self::Subject { detail } => (
                format!("the subject is no distinguished name ({detail}); write it as CN=name,O=organisation,C=CN"),
                format!("主题不是合法的可辨别名（{detail}）；请写成 CN=姓名,O=单位,C=CN"),
            ),
            Self::NotACertificate { detail } => (
                format!("this is no X.509 certificate with an SM2 key ({detail}); give one in PEM or DER"),
                format!("这不是含 SM2 公钥的 X.509 证书（{detail}）；请给出 PEM 或 DER 证书"),
            ),
            Self::NotAnEnvelope { detail } => (
                format!("this is no enveloped SM2 key of GM/T 0009 ({detail}); ask the key management centre for one made for this card"),
                format!("这不是 GM/T 0009 的 SM2 密钥保护结构（{detail}）；请向密钥管理中心索取为此卡制作的数字信封"),
            ),
            Self::Read { path, source } => (
                format!("{} cannot be read: {source}; check path and permissions", path.display()),
                format!("无法读取 {}：{source}；请检查路径和权限", path.display(), source = ssc_words::system::chinese(source)),
            ),
            Self::Malformed(what) => (
                format!("the card's answer is malformed: {what}; this is a faulty card or reader: try another of each"),
                format!("卡的应答格式有误：{what}；卡或读卡器可能有故障：请更换再试"),
            ),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

impl From<CertificateError> for ModuleError {
    fn from(error: CertificateError) -> Self {
        Self::other(error)
    }
}

impl From<ModuleError> for CertificateError {
    fn from(error: ModuleError) -> Self {
        match error.into_other() {
            Ok(own) => own,
            Err(ModuleError::Keys(error)) => Self::Keys(error),
            Err(other) => Self::Signer(other),
        }
    }
}

impl Kind for CertificateError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Reader(error) => error.kind(),
            Self::Keys(_) | Self::Signer(_) => ErrorKind::Keys,
            Self::Subject { .. } => ErrorKind::Usage,
            Self::NotACertificate { .. }
            | Self::NotAnEnvelope { .. }
            | Self::Read { .. }
            | Self::TooLarge { .. }
            | Self::AnotherKey { .. } => ErrorKind::Input,
            Self::NoEnvironment { .. }
            | Self::NoIdentity
            | Self::Wrong { .. }
            | Self::Blocked { .. }
            | Self::InsertCard { .. }
            | Self::ShortChallenge
            | Self::NoPair { .. }
            | Self::Differs
            | Self::Malformed(_) => ErrorKind::Card,
        }
    }
}
