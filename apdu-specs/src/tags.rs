//! Tags of data objects and data grouping identifiers (DGI), each with its words.

use crate::Evidence;

/// Where a tag is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagUse {
    /// In file control parameters (ISO 7816-4, table 10) of DGI 0062.
    FileControl,
    /// In the answer to SELECT.
    SelectAnswer,
    /// As the identifier of a data grouping in STORE DATA.
    DataGrouping,
    /// As P1 P2 of GET DATA.
    GetData,
    /// In GET STATUS.
    GetStatus,
    /// In commands of the certificate environment.
    Certificates,
}

/// A tag's words, for the manual and the trace decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagWords {
    /// The tag or DGI.
    pub tag: u16,
    /// Where it is used.
    pub used: TagUse,
    /// Shape and meaning in English.
    pub english: &'static str,
    /// 中文
    pub chinese: &'static str,
    /// Clause of the standard.
    pub clause: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

macro_rules! tags {
    ($($name:ident: $type:ty = $value:literal, $used:ident, $english:literal, $chinese:literal, $clause:literal, $evidence:ident;)*) => {
        $(#[doc = $english] pub const $name: $type = $value;)*
        /// All tags.
        pub static TAGS: &[TagWords] = &[$(TagWords {
            tag: $value, used: TagUse::$used, english: $english, chinese: $chinese,
            clause: $clause, evidence: Evidence::$evidence,
        }),*];
    };
}

tags! {
    FCP_TEMPLATE: u8 = 0x62, FileControl, "file control parameters, the template of all below", "文件控制参数模板", "ISO 7816-4 7.4.3", C;
    FCP_SIZE: u8 = 0x80, FileControl, "2 bytes: bytes of a transparent EF, or the room of all records of a linear variable EF", "文件大小", "ISO 7816-4 table 10", C;
    FCP_DESCRIPTOR: u8 = 0x82, FileControl, "file descriptor byte (01 transparent, 02 linear fixed, 05 linear variable with one simple TLV a record, 06 cyclic, 38 DF); for record files followed by 21, record length (2 bytes; the greatest for linear variable) and number of records (1 byte)", "文件描述符", "ISO 7816-4 table 12", C;
    FCP_FID: u8 = 0x83, FileControl, "2 bytes: file identifier", "文件标识符", "ISO 7816-4 table 10", C;
    FCP_DF_NAME: u8 = 0x84, FileControl, "1 to 16 bytes: DF name or AID", "DF 名称或 AID", "ISO 7816-4 table 10", C;
    FCP_ACCESS: u8 = 0x86, FileControl, "read rule (2) and write rule (2) as mode and key, then record rules of 4 bytes: record, guard (00 refused, 01 masked), mode, key. Modes: 00 free, 01 PIN, 02 key, 03 PIN or key, 04 PIN and key, FF never; with 40 added in the read or write rule, as a secure message only", "访问条件", "ISO 7816-4 table 10, proprietary form", P;
    FCP_PROPRIETARY: u8 = 0xA5, FileControl, "what SELECT of this DF answers inside A5 of its FCI, at most 16 bytes", "选择应答中的专有数据", "ISO 7816-4 table 10", P;
    FCP_APPLICATION: u8 = 0xC0, FileControl, "1 byte on a DF: whose commands it knows beside the file commands; 00 the social security card, also without the tag, 01 PSAM, 02 the certificate environment", "目录所属应用", "-", P;
    FCI_TEMPLATE: u8 = 0x6F, SelectAnswer, "file control information", "文件控制信息模板", "ISO 7816-4 7.4.3", C;
    FCI_DF_NAME: u8 = 0x84, SelectAnswer, "DF name or AID", "DF 名称", "ISO 7816-4 table 10", C;
    FCI_PROPRIETARY: u8 = 0xA5, SelectAnswer, "proprietary template", "专有模板", "ISO 7816-4 table 10; JR/T 0025", C;
    FCI_SFI: u8 = 0x88, SelectAnswer, "SFI of the directory file; 1E on SSSE", "目录文件短标识", "JR/T 0025", C;
    FCI_ISSUER_DATA: u16 = 0x9F0C, SelectAnswer, "issuer data: 86 01 and the algorithm marker (01 3DES, 02 SSF33, 03 SM4)", "发卡方自定义数据：算法标识", "LD/T 32.4", C;
    FCI_LONGEST_DATA: u16 = 0x9F65, SelectAnswer, "greatest length of a command's data field", "命令数据域最大长度", "GlobalPlatform 2.3.1 11.9.3.1", C;
    FCI_ALGORITHM: u8 = 0x86, SelectAnswer, "algorithm marker inside the issuer data, 1 byte", "算法标识", "LD/T 32.4", C;
    DGI_DIRECTORY: u16 = 0x0061, DataGrouping, "2 bytes: FID of the DF in which the following groupings work", "设定当前目录", "-", P;
    DGI_CREATE_FILE: u16 = 0x0062, DataGrouping, "FCP template 62: creates a file; a DF becomes the directory of the following groupings", "按 FCP 建立文件", "EMV CPS 1.1; GlobalPlatform 11.11", P;
    DGI_WIPE: u16 = 0x00F0, DataGrouping, "empty: removes all SSC files, keys and the PIN, so that a torn personalization begins again", "清除全部文件、密钥与 PIN", "-", P;
    DGI_KEYS: u16 = 0x8F01, DataGrouping, "card keys of the directory, in up to three versions each, the newest last, enciphered under the data-encryption key (AES-CBC, zero IV): entries of 24 bytes, padded with 80 00… to a multiple of 16; in a PSAM's directory use takes the place of the role, the identifier has 8 bits, and there is one version", "目录密钥", "EMV CPS 1.1, analogous to DGI 8000", P;
    DGI_PIN: u16 = 0x8F02, DataGrouping, "the PIN, enciphered under the data-encryption key: tries, least digits, most digits, number of digits, 8 bytes BCD padded with F, then 80 00 00 00", "个人密码", "EMV CPS 1.1, analogous to DGI 8010", P;
    DATA_CARD: u16 = 0x0066, GetData, "card data with the card recognition data", "卡识别数据", "GlobalPlatform 2.3.1 H.2", C;
    DATA_KEY_INFORMATION: u16 = 0x00E0, GetData, "key information template: C0 04 identifier, version, type 88, length 10 for each key", "密钥信息模板", "GlobalPlatform 2.3.1 11.3.3.1", C;
    DATA_SAM_KEYS: u16 = 0x00E1, GetData, "in an application of a PSAM: use, identifier, algorithm marker and version of each key, in the order of the identifiers; no key", "PSAM 密钥清单", "-", P;
    DATA_CPLC: u16 = 0x9F7F, GetData, "card production life cycle, 42 bytes", "卡生产周期数据", "GlobalPlatform 2.1.1 / Visa GP", C;
    DATA_SEQUENCE_COUNTER: u16 = 0x00C1, GetData, "SCP03 sequence counter, 3 bytes", "安全通道序列计数器", "GlobalPlatform Amendment D 7.1.1", C;
    DATA_CARD_KEY: u16 = 0x0100, GetData, "01 and a key identifier: which versions the card holds of that key of the current directory (80 to 9F) or its environment, the newest last: C0 04 identifier, version, algorithm marker, length 10 for each; no template around them in either class", "卡内密钥版本信息", "-", P;
    DATA_DIGESTS: u16 = 0xDF00, GetData, "inside the secure channel and before SECURED: digests of all files that somebody reads, and of keys, 4 bytes each, P2 of them passed over and at most 59 answered: the MF's EFs if it has any, then for each directory in the order of creation its EFs and its keys. A digest is the first 4 bytes of AES-CMAC under sixteen zero bytes, over the bytes of a transparent EF, over the records from number 1 on, or over the key entries (of all versions) without the keys, and without the check values of roles 07 and 08, in the order of the identifiers' low five bits (in a PSAM's directory of the identifiers)", "各文件与密钥的摘要", "-", P;
    STATUS_NAME: u8 = 0x4F, GetStatus, "0 to 16 bytes: name or AID; as a search criterion also its beginning", "名称或 AID", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_TAG_LIST: u8 = 0x5C, GetStatus, "the tags that the answer's templates shall have", "标签列表", "GlobalPlatform 2.3.1 11.4.2.3", C;
    STATUS_TEMPLATE: u8 = 0xE3, GetStatus, "an entry of the answer", "条目模板", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_LIFE_CYCLE: u16 = 0x9F70, GetStatus, "1 byte: the card's life cycle, or 07 selectable, 87 locked", "生命周期状态", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_PRIVILEGES: u8 = 0xC5, GetStatus, "3 bytes: 800400 the security domain (security domain, global registry), 000000 an application", "权限", "GlobalPlatform 2.3.1 table 11-36", P;
    STATUS_DOMAIN: u8 = 0xCC, GetStatus, "the AID of an application's security domain", "所属安全域 AID", "GlobalPlatform 2.3.1 table 11-36", C;
    ACSE_PUBLIC_FID: u8 = 0xC0, Certificates, "2 bytes: file of a public key", "公钥文件标识", "-", S;
    ACSE_DATA: u8 = 0xC1, Certificates, "data: a message, an envelope, blocks to decipher; lengths of 80 and more as 81 and one byte or 82 and two, which are also taken where they are not needed", "数据", "-", S;
    ACSE_PRIVATE_FID: u8 = 0xC2, Certificates, "2 bytes: file of a private key", "私钥文件标识", "-", S;
    ACSE_PUBLIC_KEY: u8 = 0xCA, Certificates, "64 bytes: an SM2 public key, x and y", "SM2 公钥", "-", S;
    ACSE_PRIVATE_KEY: u8 = 0xCB, Certificates, "32 bytes: an SM2 private key", "SM2 私钥", "-", S;
}
