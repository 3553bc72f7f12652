//! The certificate environment (ACSE 证书环境) of the third generation: which files make a pair, and who may do what.
//!
//! Names, files and commands are known from two programs (**S**); what they leave open is decided here (**P**).

mod commands;
mod files;
pub mod keys;
pub mod names;
pub mod parameters;
pub mod tags;

use crate::access::Access;
use crate::application::Application;
use crate::files::Directory;
use crate::room::Room;

pub use commands::{COMMANDS, CertificatesCommand};

/// All there is of it.
pub static ROOM: Room = Room {
    application: Application::Certificates,
    commands: &COMMANDS,
    words: commands::WORDS,
    directories: DIRECTORIES,
    tags: tags::TAGS,
};

/// The directories of the certificate environment (ACSE 证书环境), which a card of 3.00 has if it was ordered with it, in
/// the order in which they are created.
pub static DIRECTORIES: &[&Directory] = &[&files::PKI, &files::CERTIFICATES];

/// Identifier of EAK, the key of EXTERNAL AUTHENTICATE and WRITE KEY (S: P2 of both).
pub const EXTERNAL_KEY: u8 = 0x00;
/// Identifier of the administrator's key on the card; VERIFY names it by P2 = 00 (P). Its low five bits are not the PIN's,
/// since the card tells states apart by those.
pub const ADMINISTRATOR_KEY: u8 = 0x02;
/// Identifier of the PIN: P2 of VERIFY (S). It is a key of the application.
pub const PIN_KEY: u8 = 0x81;

/// Bytes of a public key's file: CA 40 (P), x, y (S: 64 after a header of 2).
pub const PUBLIC_KEY_SIZE: u16 = 66;
/// Bytes of a private key's file: CB 20, d (P).
pub const PRIVATE_KEY_SIZE: u16 = 34;
/// Bytes of a certificate's file (P); the certificate's own length stands in its DER header.
pub const CERTIFICATE_SIZE: u16 = 2048;

/// The files of one key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// FID of the public key.
    pub public: u16,
    /// FID of the private key.
    pub private: u16,
    /// FID of the certificate.
    pub certificate: u16,
    /// What it is for.
    pub english: &'static str,
    /// 用途
    pub chinese: &'static str,
}

/// The signing pair, made on the card (S; for the certificate's file P).
pub const SIGNING: KeyPair = KeyPair {
    public: 0x0012,
    private: 0x0013,
    certificate: 0x0018,
    english: "signing",
    chinese: "签名",
};

/// The encryption pair, made by the key management centre and imported (S; for the certificate's file P).
pub const ENCRYPTION: KeyPair = KeyPair {
    public: 0x0014,
    private: 0x0015,
    certificate: 0x0019,
    english: "encryption",
    chinese: "加密",
};

/// What is done with keys inside the card, beside reading and writing files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// GENERATE KEY PAIR.
    Generate,
    /// IMPORT KEY.
    Import,
    /// OPEN ENVELOPE and SM4 DECRYPT.
    Envelope,
    /// COMPUTE DIGITAL SIGNATURE.
    Sign,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Generate, Self::Import, Self::Envelope, Self::Sign];

    /// Any one of these conditions is enough (P): the administrator prepares keys, as does the holder; only the holder signs.
    pub const fn conditions(self) -> &'static [Access] {
        match self {
            Self::Generate | Self::Import | Self::Envelope => {
                &[Access::Key(PIN_KEY), Access::Key(ADMINISTRATOR_KEY)]
            }
            Self::Sign => &[Access::Key(PIN_KEY)],
        }
    }

    /// In words: English and Chinese.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Generate => ("GENERATE KEY PAIR", "生成密钥对"),
            Self::Import => ("IMPORT KEY", "导入密钥"),
            Self::Envelope => ("OPEN ENVELOPE, SM4 DECRYPT", "打开数字信封、SM4 解密"),
            Self::Sign => ("COMPUTE DIGITAL SIGNATURE", "计算数字签名"),
        }
    }
}
