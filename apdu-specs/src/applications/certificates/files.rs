//! The certificate environment (ACSE 证书环境) of the third generation: a DDF with one application. Names and files **S**.

use super::{ADMINISTRATOR_KEY, CERTIFICATE_SIZE, PRIVATE_KEY_SIZE, PUBLIC_KEY_SIZE};
use super::{keys, names};
use crate::access::Access::{Free, Never, PinOrKey};
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::Transparent;
use crate::{Evidence, Generations};

pub(super) static PKI: Directory = Directory {
    fid: names::PKI_FID,
    label: "PKI",
    name: names::PKI,
    name_evidence: Evidence::S,
    ddf: true,
    application: Application::Certificates,
    english: "certificate environment",
    chinese: "证书环境",
    all_files: &[],
    keys: keys::PKI,
    generations: Generations::ONLY_V3,
    evidence: Evidence::S,
};

/// Private keys are for the card alone; the others are free to read. A certificate is written after the administrator in one
/// program and after the PIN in another (X): either will do, and EAK in the administrator's place (P). In this application PIN
/// means its own.
pub(super) static CERTIFICATES: Directory = Directory {
    fid: names::CERTIFICATES_FID,
    label: "CERT",
    name: names::CERTIFICATES,
    name_evidence: Evidence::S,
    ddf: false,
    application: Application::Certificates,
    english: "certificate application",
    chinese: "证书应用",
    all_files: elementary_files! {
        0x0012 "signing public key" "签名公钥" Transparent { size: PUBLIC_KEY_SIZE }, ONLY_V3 S,
        [Free, Free, Free], Never, P, spare 0, "-", {};
        0x0013 "signing private key" "签名私钥" Transparent { size: PRIVATE_KEY_SIZE }, ONLY_V3 S,
        [Never, Never, Never], Never, P, spare 0, "-", {};
        0x0014 "encryption public key" "加密公钥" Transparent { size: PUBLIC_KEY_SIZE }, ONLY_V3 S,
        [Free, Free, Free], Never, P, spare 0, "-", {};
        0x0015 "encryption private key" "加密私钥" Transparent { size: PRIVATE_KEY_SIZE }, ONLY_V3 S,
        [Never, Never, Never], Never, P, spare 0, "-", {};
        0x0018 "signing certificate" "签名证书" Transparent { size: CERTIFICATE_SIZE }, ONLY_V3 S,
        [Free, Free, Free], PinOrKey(ADMINISTRATOR_KEY), X, spare 0, "-", {};
        0x0019 "encryption certificate" "加密证书" Transparent { size: CERTIFICATE_SIZE }, ONLY_V3 S,
        [Free, Free, Free], PinOrKey(ADMINISTRATOR_KEY), X, spare 0, "-", {};
    },
    keys: &[],
    generations: Generations::ONLY_V3,
    evidence: Evidence::S,
};
