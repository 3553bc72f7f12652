//! What can go wrong with a host security module, and what to do about it.

use std::path::PathBuf;

use cryptoki::error::Error;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;

use super::PinTries;
use crate::KeyError;
use crate::audit::AuditError;

/// Why a host security module does not compute. No variant carries a key or a PIN.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HsmError {
    /// The module's file is missing.
    #[error(
        "{}: there is no such PKCS#11 module; name the .so file that came with the HSM (SoftHSM's is in the package softhsm2: /usr/lib/softhsm/libsofthsm2.so)",
        path.display()
    )]
    NoModule {
        /// The file.
        path: PathBuf,
    },
    /// The file is no module, or the module does not start.
    #[error(
        "{}: this PKCS#11 module cannot be used ({detail}); check that it is one, that its configuration is found (SoftHSM: SOFTHSM2_CONF) and that you may read it",
        path.display()
    )]
    UnusableModule {
        /// The file.
        path: PathBuf,
        /// What it said.
        detail: String,
    },
    /// No initialized token fits.
    #[error("{}", no_token(path, wanted.as_deref(), there, Lang::En))]
    NoToken {
        /// The module's file.
        path: PathBuf,
        /// The label or slot that was asked for; `None` for the only token.
        wanted: Option<String>,
        /// Labels of the tokens that are there.
        there: Vec<String>,
    },
    /// The user PIN is not the token's.
    #[error(
        "token {token}: the PIN is wrong, and was tried once; {}",
        tries.after_a_wrong_pin(Lang::En)
    )]
    WrongPin {
        /// The token's label.
        token: String,
        /// What the token says of the tries that are left.
        tries: PinTries,
    },
    /// The token has one try left, which nobody said may be spent.
    #[error(
        "token {token}: one try of its PIN is left (CKF_USER_PIN_FINAL_TRY), so the PIN was not tried; find out the right one, then run `ssc hsm show` with --hsm-last-try: a right PIN brings all tries back, a wrong one blocks the token until its security officer sets a new one"
    )]
    LastTry {
        /// The token's label.
        token: String,
    },
    /// The user PIN is blocked.
    #[error(
        "token {token}: its PIN is blocked, and none was tried; its security officer must set a new one; the keys stay"
    )]
    PinLocked {
        /// The token's label.
        token: String,
    },
    /// The token has no user PIN yet.
    #[error("token {token}: it has no user PIN yet; its security officer must set one")]
    NoPin {
        /// The token's label.
        token: String,
    },
    /// The token cannot do what this work needs.
    #[error(
        "token {token}: it lacks the mechanism {mechanism}, without which card keys cannot be derived inside it; use another token, a PSAM or a vault"
    )]
    NoMechanism {
        /// The token's label.
        token: String,
        /// The mechanism's name in PKCS#11.
        mechanism: String,
    },
    /// The card's keys are SM4 keys.
    #[error(
        "token {token}: it has no SM4 (PKCS#11 defines no mechanism for it), so it cannot serve a card of generation 3.00; to issue, give the SM4 roots by --vault too, or the numbers of the maker's mechanisms by --hsm-config and load the roots with `ssc hsm load`; a terminal uses a PSAM or a vault for this card"
    )]
    NoSm4 {
        /// The token's label.
        token: String,
    },
    /// The numbers that a configuration gives for SM4 are not SM4's.
    #[error(
        "token {token}: what --hsm-config names is not SM4 there ({detail}), and no key was used with it; take the numbers of key type and mechanisms from the maker's header file, or leave the section [sm4] out and give the SM4 roots by --vault"
    )]
    NotSm4 {
        /// The token's label.
        token: String,
        /// What it did instead.
        detail: String,
    },
    /// The configuration cannot be used.
    #[error("{}: this is no configuration of an HSM: {detail}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        detail: String,
    },
    /// The token has no such root.
    #[error(
        "token {token}: it has no root key {id} in version {version}; load it with `ssc hsm load`, or name the token of this card's issuer"
    )]
    MissingKey {
        /// The token's label.
        token: String,
        /// The key's name, such as `SSSE/RK`.
        id: String,
        /// Its version.
        version: u8,
    },
    /// Two objects have a root's label.
    #[error(
        "token {token}: it has more than one root key {id} in version {version}, and none of them was used; remove the wrong one with the token's own tool"
    )]
    Ambiguous {
        /// The token's label.
        token: String,
        /// The key's name.
        id: String,
        /// Its version.
        version: u8,
    },
    /// The token holds another root under this name.
    #[error(
        "token {token}: its root key {id} in version {version} is not the vault's, and was left as it is; use a new token, or the vault that this one was loaded from"
    )]
    Other {
        /// The token's label.
        token: String,
        /// The key's name.
        id: String,
        /// Its version.
        version: u8,
    },
    /// Published roots and secret ones would lie in one token.
    #[error(
        "token {token}: it holds published demonstration keys and the vault does not, or the other way about; they never share a token: initialize another one"
    )]
    Mixed {
        /// The token's label.
        token: String,
    },
    /// Any other refusal.
    #[error("token {token}: it refused ({detail}); see the HSM's own log, and try again")]
    Refused {
        /// The token's label.
        token: String,
        /// Function and return value.
        detail: String,
    },
    /// The use of the token cannot be written down, so it is not used.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The vault has no such root.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl HsmError {
    /// What the token with this label answered.
    pub(super) fn of(error: Error, token: &str) -> Self {
        Self::Refused {
            token: token.into(),
            detail: match error {
                // Its Display is a paragraph of the standard.
                Error::Pkcs11(value, function) => format!("{function}: {value:?}"),
                other => other.to_string(),
            },
        }
    }
}

fn no_token(path: &std::path::Path, wanted: Option<&str>, there: &[String], lang: Lang) -> String {
    let path = path.display();
    match (lang, wanted, there.is_empty()) {
        (Lang::En, _, true) => format!(
            "{path}: no token is initialized; initialize one with the HSM's own tool (SoftHSM: softhsm2-util --init-token --free --label NAME)"
        ),
        (Lang::En, Some(wanted), false) => format!(
            "{path}: there is no token {wanted}; there are: {}",
            there.join(", ")
        ),
        (Lang::En, None, false) => format!(
            "{path}: there are several tokens, and none was chosen; choose one by its label: {}",
            there.join(", ")
        ),
        (Lang::Zh, _, true) => format!(
            "{path}：没有已初始化的令牌；请用加密机自带工具初始化（SoftHSM：softhsm2-util --init-token --free --label 名称）"
        ),
        (Lang::Zh, Some(wanted), false) => {
            format!("{path}：没有令牌 {wanted}；现有：{}", there.join("、"))
        }
        (Lang::Zh, None, false) => {
            format!(
                "{path}：有多个令牌而未选择；请按标签选择：{}",
                there.join("、")
            )
        }
    }
}

impl Bilingual for HsmError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl HsmError {
    fn chinese(&self) -> String {
        match self {
            Self::NoModule { path } => format!(
                "{}：没有这个 PKCS#11 模块；请给出加密机附带的 .so 文件（SoftHSM 在软件包 softhsm2 中：/usr/lib/softhsm/libsofthsm2.so）",
                path.display()
            ),
            Self::UnusableModule { path, detail } => format!(
                "{}：此 PKCS#11 模块无法使用（{detail}）；请检查它是否为 PKCS#11 模块、能否找到其配置（SoftHSM：SOFTHSM2_CONF）以及读取权限",
                path.display()
            ),
            Self::NoToken {
                path,
                wanted,
                there,
            } => no_token(path, wanted.as_deref(), there, Lang::Zh),
            Self::WrongPin { token, tries } => format!(
                "令牌 {token}：PIN 错误，只尝试了一次；{}",
                tries.after_a_wrong_pin(Lang::Zh)
            ),
            Self::LastTry { token } => format!(
                "令牌 {token}：PIN 仅剩一次（CKF_USER_PIN_FINAL_TRY），因此未尝试；请查明正确的 PIN，再用 --hsm-last-try 运行 `ssc hsm show`：正确则次数恢复，错误则锁定，须由安全管理员重新设置"
            ),
            Self::PinLocked { token } => {
                format!(
                    "令牌 {token}：PIN 已锁定，未尝试；须由安全管理员重新设置；其中的密钥不受影响"
                )
            }
            Self::NoPin { token } => {
                format!("令牌 {token}：尚未设置用户 PIN；须由安全管理员设置")
            }
            Self::NoMechanism { token, mechanism } => format!(
                "令牌 {token}：没有机制 {mechanism}，无法在其内部分散卡密钥；请使用其他令牌、PSAM 卡或密钥库"
            ),
            Self::NoSm4 { token } => format!(
                "令牌 {token}：没有 SM4（PKCS#11 未定义其机制），不能用于 3.00 版卡；发卡时请另以 --vault 给出 SM4 根密钥，或以 --hsm-config 给出厂商机制的编号并用 `ssc hsm load` 装入；终端请使用 PSAM 卡或密钥库"
            ),
            Self::NotSm4 { token, detail } => format!(
                "令牌 {token}：--hsm-config 给出的不是 SM4（{detail}），未对其使用任何密钥；请按厂商头文件填写密钥类型和机制的编号，或去掉 [sm4] 一节并以 --vault 给出 SM4 根密钥"
            ),
            Self::Config { path, detail } => {
                format!("{}：不是加密机的配置：{detail}", path.display())
            }
            Self::MissingKey { token, id, version } => format!(
                "令牌 {token}：没有根密钥 {id} 的版本 {version}；请用 `ssc hsm load` 装入，或选择此卡发行方的令牌"
            ),
            Self::Ambiguous { token, id, version } => format!(
                "令牌 {token}：根密钥 {id} 的版本 {version} 不止一个，均未使用；请用令牌自带工具删除错误的那个"
            ),
            Self::Other { token, id, version } => format!(
                "令牌 {token}：其根密钥 {id} 的版本 {version} 与密钥库不同，已保持原样；请使用新令牌，或使用装入它的密钥库"
            ),
            Self::Mixed { token } => format!(
                "令牌 {token}：公开的演示密钥与真实密钥不得存放在同一令牌中；请初始化另一个令牌"
            ),
            Self::Refused { token, detail } => {
                format!("令牌 {token}：拒绝执行（{detail}）；请查看加密机日志后重试")
            }
            Self::Audit(error) => error.say(Lang::Zh),
            Self::Keys(error) => error.say(Lang::Zh),
        }
    }
}

impl Kind for HsmError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Keys
    }
}
