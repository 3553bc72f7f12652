//! A PSAM's directories and files: the MF's two EFs, and an environment for each algorithm.

use super::names;
use crate::Evidence;
use crate::access::Access::{Free, Never};
use crate::algorithm::KeyAlgorithm;
use crate::applications::ssc;
use crate::files::ElementaryFile;
use crate::files::FileKind::Transparent;

/// An environment of a PSAM: a DDF under the MF with one application, whose keys have one algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamEnvironment {
    /// Algorithm of the keys.
    pub algorithm: KeyAlgorithm,
    /// FID of the DDF.
    pub fid: u16,
    /// Name of the DDF.
    pub name: &'static [u8],
    /// Short label: the name's three letters.
    pub label: &'static str,
    /// FID of the application.
    pub application_fid: u16,
    /// AID of the application; empty in the SM4 environment, where it is selected by FID only.
    pub application_name: &'static [u8],
    /// Strength of the evidence.
    pub evidence: Evidence,
}

/// The environments in the order in which they are created. SSF33's ([`names::SSF33_ENVIRONMENT`]) is not among them.
pub static SAM_ENVIRONMENTS: &[SamEnvironment] = &[
    SamEnvironment {
        algorithm: KeyAlgorithm::TripleDes,
        fid: ssc::names::SSSE_FID,
        name: ssc::names::SSSE,
        label: "sx1",
        application_fid: names::PSAM_FID,
        application_name: names::PSAM,
        evidence: Evidence::C,
    },
    SamEnvironment {
        algorithm: KeyAlgorithm::Sm4,
        fid: names::SM4_ENVIRONMENT_FID,
        name: names::SM4_ENVIRONMENT,
        label: "sx3",
        application_fid: names::PSAM_FID,
        application_name: &[],
        evidence: Evidence::S,
    },
];

/// Bytes of a terminal identifier (终端机编号).
pub const TERMINAL_IDENTIFIER_LENGTH: usize = 6;
/// FID of the EF with the PSAM's public data.
pub const SAM_PUBLIC_FID: u16 = 0x0015;
/// FID of the EF with the terminal identifier, SFI 16.
pub const SAM_TERMINAL_FID: u16 = 0x0016;

/// FID of the EF of a PSAM's application with the terminal sequence number of the last debit.
pub const SAM_SEQUENCE_FID: u16 = 0x0019;
/// FID of the EF of a PSAM's application with the index of the debit key, SFI 1C.
pub const SAM_DEBIT_FID: u16 = 0x001C;

/// The EFs of a PSAM's MF. They hold in every generation: a PSAM serves cards of all of them.
pub static SAM_FILES: &[ElementaryFile] = elementary_files! {
    0x0015 "PSAM public data" "PSAM 卡公共信息" Transparent { size: 0x1E }, ALL C,
    [Free, Free, Free], Never, P, spare 0, "JR/T 0025 PSAM; LD/T 33", {
        "" ("serial", "serial number: two zero bytes, then the last 8 historical bytes", "PSAM 卡序列号", P) B 10, ALL P;
        "" ("version", "version of the PSAM", "PSAM 卡版本号", P) B 1, ALL P;
        "" ("type", "type of key card: 00 PSAM", "密钥卡类型", P) B 1, ALL P;
        "" ("region", "region for which the PSAM was made: keys of two levels are its province's, keys of one its own", "行政区划代码", P) Cn 3, ALL P;
        "" ("reserved", "reserved", "保留", P) B 15, ALL P;
    };
    0x0016 "terminal identifier" "终端信息" Transparent { size: 6 }, ALL S,
    [Free, Free, Free], Never, P, spare 0, "JR/T 0025 PSAM; LD/T 33", {
        "" ("terminal", "terminal identifier", "终端机编号", S) B 6, ALL S;
    };
};

/// The EFs of a PSAM's application, in each of its environments: what a debit needs.
pub static SAM_APPLICATION_FILES: &[ElementaryFile] = elementary_files! {
    0x0019 "terminal sequence number" "终端交易序号" Transparent { size: 4 }, ALL S,
    [Free, Free, Free], Never, P, spare 0, "JR/T 0025 PSAM; LD/T 33", {
        "" ("sequence", "terminal sequence number of the last debit in this environment: the counter of INIT SAM FOR DEBIT itself", "终端交易序号", S) B 4, ALL S;
    };
    0x001C "application's public data" "应用公共信息" Transparent { size: 0x19 }, ALL S,
    [Free, Free, Free], Never, P, spare 0, "JR/T 0025 PSAM; LD/T 33", {
        "" ("debit_index", "index of the debit key on the card", "消费密钥索引号", S) B 1, ALL S;
        "" ("reserved", "reserved", "保留", P) B 24, ALL P;
    };
};
