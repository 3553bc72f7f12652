//! Tags of data objects and data grouping identifiers (DGI), each with its words; here those of files. Those of an
//! application are in its room.

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
    /// In secure messages of class 0C, both ways.
    SecureMessaging,
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
        /// The tags of this table.
        pub static TAGS: &[$crate::tags::TagWords] = &[$($crate::tags::TagWords {
            tag: $value, used: $crate::tags::TagUse::$used, english: $english, chinese: $chinese,
            clause: $clause, evidence: $crate::Evidence::$evidence,
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
    SM_PLAIN: u8 = 0x81, SecureMessaging, "data in clear", "明文数据", "ISO 7816-4 table 49", C;
    SM_CRYPTOGRAM: u8 = 0x87, SecureMessaging, "padding indicator 01 (80 00…) and enciphered data", "密文数据", "ISO 7816-4 table 49", C;
    SM_LE: u8 = 0x97, SecureMessaging, "1 byte: Le of the command", "Le", "ISO 7816-4 table 49", C;
    SM_STATUS: u8 = 0x99, SecureMessaging, "2 bytes: SW1 SW2 of the answer", "状态字", "ISO 7816-4 table 49", C;
    SM_CHECKSUM: u8 = 0x8E, SecureMessaging, "4 bytes: the MAC over all objects before it", "报文鉴别码", "ISO 7816-4 table 49", C;
    SM_RESPONSE: u8 = 0xBB, SecureMessaging, "8700: the answer's data shall be enciphered", "应答描述符", "ISO 7816-4 10.3.4", C;
}
