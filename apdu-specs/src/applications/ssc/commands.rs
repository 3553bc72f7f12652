//! The rows. One row makes two statics, so that no word of it is linked into the card.

use super::{Application, Cases, Command, CommandWords, Interfaces, LeRule, Parameter};
use crate::life_cycle::LifeCycles;
use crate::{Evidence, Status};

use Parameter::{Any, Is, LowBits, Masked, OneOf};

const C1: Cases = Cases::ONE;
const C2: Cases = Cases::TWO;
const C3: Cases = Cases::THREE;
const C4: Cases = Cases::FOUR;
const C12: Cases = C1.or(C2);
const C13: Cases = C1.or(C3);
const C34: Cases = C3.or(C4);

/// What may stand behind a class: the command may also come as a secure message.
macro_rules! secure_messaging {
    (SM) => {
        true
    };
}

macro_rules! commands {
    ($(
        $(#[$only:meta])* $id:ident, $name:literal, $chinese:literal, $evidence:ident, $clause:literal, $meaning:literal;
        $app:ident $cla:literal & $mask:literal $(+ $secure:ident)?, $ins:literal, $cases:ident, $p1:expr, $p2:expr,
        $lc_min:literal ..= $lc_max:literal, $le:ident, $life:ident, $on:ident, $secret:literal,
        [$($sw:ident)*];
    )*) => {
        /// The handlers' names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CommandId { $(#[doc = $name] $id,)* }

        /// The rules of all commands: what the card scans.
        pub static COMMANDS: &[Command] = &[$($(#[$only])* Command {
            id: CommandId::$id, application: Application::$app, class_mask: $mask, class: $cla,
            secure_messaging: false $(|| secure_messaging!($secure))?,
            ins: $ins, cases: $cases, p1: $p1, p2: $p2, lc_min: $lc_min, lc_max: $lc_max,
            le: LeRule::$le, life_cycles: LifeCycles::$life, interfaces: Interfaces::$on,
        },)*];

        /// The words of all commands, in the order of [`COMMANDS`].
        pub static COMMAND_WORDS: &[CommandWords] = &[$($(#[$only])* CommandWords {
            id: CommandId::$id, name: $name, chinese: $chinese, meaning: $meaning, clause: $clause,
            evidence: Evidence::$evidence, secret: $secret, status: &[$(Status::$sw),*],
        },)*];
    };
}

commands! {
    Select, "SELECT", "选择文件", C, "ISO 7816-4 11.1.1; LD/T 32.3",
    "P1 00 by FID (2 bytes; none: the MF), 01 DF under the current DF, 02 EF under the current DF, 03 parent of the current DF (no data), 04 by DF name or AID (0 to 16 bytes, also a leading part). P2 00 first, 02 next occurrence, 0C no answer data, 04 FCP. A DF answers its FCI, an EF a bare 9000. An unknown name keeps the current application. The security domain of a locked card answers with 6283.";
    Any 0x00 & 0xFF, 0xA4, C34_OR_1, OneOf(&[0x00, 0x01, 0x02, 0x03, 0x04]), OneOf(&[0x00, 0x02, 0x04, 0x0C]),
    1 ..= 16, Exact, ALL, Both, false,
    [SUCCESS CARD_LOCKED MORE_DATA WRONG_LE FILE_NOT_FOUND WRONG_DATA];

    GetResponse, "GET RESPONSE", "取响应数据", C, "ISO 7816-4 11.7.1; ISO 7816-3 10.3.4",
    "On T=0: fetches what the command before announced with 61xx, in class 00 or in the class of that command, whatever it is; a secured class is no secured command here. Another class (6E00) and a wrong Le leave the answer waiting. Any other command drops it.";
    Any 0x00 & 0xFF, 0xC0, C2, Is(0x00), Is(0x00),
    0 ..= 0, Exact, ALL, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE];

    ReadBinary, "READ BINARY", "读二进制文件", C, "ISO 7816-4 11.2.3",
    "P1 bit 8 clear: offset P1 P2 in the current transparent EF. Bit 8 set: P1 bits 5-1 SFI, P2 offset.";
    Ssc 0x00 & 0xFF + SM, 0xB0, C2, Any, Any,
    0 ..= 0, UpTo, SERVING, Both, false,
    [SUCCESS END_OF_FILE WRONG_LE SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_OFFSET MORE_DATA BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    UpdateBinary, "UPDATE BINARY", "修改二进制文件", C, "ISO 7816-4 11.2.5",
    "Offset as in READ BINARY; the data replaces as many bytes, none beyond the file.";
    Ssc 0x00 & 0xFF + SM, 0xD6, C3, Any, Any,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_OFFSET NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    ReadRecord, "READ RECORD", "读记录文件", C, "ISO 7816-4 11.3.3",
    "P2 = SFI*8 + mode, SFI 00 the current EF. Mode 4: P1 is the record number; mode 0: P1 is the record's tag, the first of it; mode 5: all records from P1, as many as fit whole into 256 bytes. The whole TLV is answered. Cyclic: 01 is the newest.";
    Ssc 0x00 & 0xFF + SM, 0xB2, C2, Any, RECORD_MODES,
    0 ..= 0, Exact, SERVING, Both, false,
    [SUCCESS WRONG_LE SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND RECORD_NOT_FOUND MORE_DATA BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    UpdateRecord, "UPDATE RECORD", "修改记录文件", C, "ISO 7816-4 11.3.5",
    "P1 P2 as in READ RECORD (number or tag); the data is the whole record, with its tag and length where it has them. On a cyclic EF 01 04 and 00 03 append.";
    Ssc 0x00 & 0xFF + SM, 0xDC, C3, Any, UPDATE_MODES,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND RECORD_NOT_FOUND WRONG_DATA NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    AppendRecord, "APPEND RECORD", "追加记录", C, "ISO 7816-4 11.3.6",
    "P2 = SFI*8. Appends one record; on a cyclic EF the oldest goes.";
    Ssc 0x00 & 0xFF + SM, 0xE2, C3, Is(0x00), APPEND_MODE,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_DATA NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    GetChallenge, "GET CHALLENGE", "取随机数", C, "ISO 7816-4 11.5.3; LD/T 32.5",
    "Le 04, 08 or 10 random bytes, valid for one authentication. One of 04 serves none here, and no MAC (6985, no try spent; P).";
    Ssc 0x00 & 0xFF, 0x84, C2, Is(0x00), Is(0x00),
    0 ..= 0, Own, SERVING, Both, false,
    [SUCCESS];

    Verify, "VERIFY", "校验个人密码", C, "ISO 7816-4 11.5.6; LD/T 32.5",
    "The PIN packed BCD, 4 to 16 digits, an odd one padded with F. Without data: the tries left. The last try, as that of every key, is for contact only: over the air 6985, and none is spent (P).";
    Ssc 0x00 & 0xFF, 0x20, C13, Is(0x00), Is(0x00),
    2 ..= 8, Own, SERVING, Both, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    ChangePin, "CHANGE PIN", "修改个人密码", C, "PBOC 2.0 CHANGE PIN; LD/T 32.5",
    "Old PIN, FF, new PIN, each packed BCD. A new PIN that is the old one, or one digit repeated, is refused (6A80) before anything is compared, and costs no try (P).";
    Ssc 0x80 & 0xFF, 0x5E, C3, Is(0x01), Is(0x00),
    5 ..= 17, Own, SERVING, Contact, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    ExternalAuthenticate, "EXTERNAL AUTHENTICATE", "外部认证", C, "ISO 7816-4 11.5.4; LD/T 32.5",
    "P2 is the key identifier. Cryptogram (8), source (8), in every generation also with a trailing key version (1; one that the card does not hold is 6A88); without one the cryptogram may be of any version that the card holds (P). Uses up the challenge.";
    Ssc 0x00 & 0xFF, 0x82, C3, Is(0x00), Masked(0x60, 0x00),
    16 ..= 17, Own, SERVING, Both, false,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND DATA_NOT_USABLE];

    InternalAuthenticate, "INTERNAL AUTHENTICATE", "内部认证", C, "ISO 7816-4 11.5.2; LD/T 32.5",
    "Factor (8), source (8), also with a trailing key version (1; one that the card does not hold is 6A88); answers 8 bytes under IRK, without a version its newest.";
    Ssc 0x00 & 0xFF, 0x88, C34, Is(0x00), Is(0x00),
    16 ..= 17, Exact, SERVING, Both, false,
    [SUCCESS MORE_DATA WRONG_LE REFERENCED_DATA_NOT_FOUND];

    PinUnblock, "PIN UNBLOCK", "个人密码解锁", C, "PBOC 2.0 PIN UNBLOCK; LD/T 32.5",
    "After EXTERNAL AUTHENTICATE with PUK and a new challenge: MAC (4) under the session key of STK over CLA INS P1 P2 Lc. Gives the PIN all its tries back.";
    Ssc 0x84 & 0xFF, 0x24, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    PinReload, "PIN RELOAD", "个人密码重装", C, "PBOC 2.0 RELOAD PIN; LD/T 32.5",
    "After EXTERNAL AUTHENTICATE with PUK and a new challenge: the PIN as its length, BCD, 80 00…, one block (8 bytes with DES, 16 with SM4) enciphered under the session key of STK, and MAC (4) under the same session key over CLA INS P1 P2 Lc and the enciphered block. Sets the PIN with all its tries. One digit repeated is no new PIN (6A80, P).";
    Ssc 0x84 & 0xFF, 0x24, C3, Is(0x00), Is(0x01),
    12 ..= 20, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED BLOCKED MAC_INCORRECT WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    CardBlock, "CARD BLOCK", "卡片锁定", P, "PBOC 2.0 CARD BLOCK; LD/T 32.5",
    "After a challenge: MAC (4) under the session key of BK. The card's life cycle becomes CARD_LOCKED; only the security domain answers from then on.";
    Ssc 0x84 & 0xFF, 0x16, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    ApplicationBlock, "APPLICATION BLOCK", "应用锁定", P, "PBOC 2.0 APPLICATION BLOCK; LD/T 32.5",
    "P2 00 for a time, 01 for good. After a challenge: MAC (4) under the session key of the current DF's LK. The DF can still be selected, which answers 6A81 (9303 for good); in it only SELECT of other directories, GET CHALLENGE, GET RESPONSE and APPLICATION UNBLOCK work.";
    Ssc 0x84 & 0xFF, 0x1E, C3, Is(0x00), OneOf(&[0x00, 0x01]),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    ApplicationUnblock, "APPLICATION UNBLOCK", "应用解锁", P, "PBOC 2.0 APPLICATION UNBLOCK; LD/T 32.5",
    "After a challenge: MAC (4) under the session key of the current DF's LK. Ends a block for a time; 6985 where there is none, 9303 where it is for good.";
    Ssc 0x84 & 0xFF, 0x18, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    GetData, "GET DATA", "取数据", C, "ISO 7816-4 11.4.3; GlobalPlatform 2.3.1 11.3",
    "P1 P2 is the tag: 9F7F CPLC, 0066 card data, 00E0 key information, 00C1 sequence counter, 00E1 the keys of a PSAM by use and identifier (P), 01 and a key identifier the versions of that card key (P), with tag and length in class 80 (GlobalPlatform), the value alone in class 00 (ISO 7816-4); DFnn the digests of files and keys, inside the secure channel and before SECURED only (P).";
    Any 0x00 & 0x7B, 0xCA, C12, Any, Any,
    0 ..= 0, Exact, ALL, Both, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED REFERENCED_DATA_NOT_FOUND];

    InitializeUpdate, "INITIALIZE UPDATE", "初始化安全通道", C, "GlobalPlatform Amendment D 7.1.1",
    "P1 key version (00 the current one), host challenge (8); answers 32 bytes: diversification data (10), version, 03, i = 70, card challenge (8), cryptogram (8), sequence counter (3).";
    Isd 0x80 & 0xFF, 0x50, C34, Any, Is(0x00),
    8 ..= 8, Exact, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE REFERENCED_DATA_NOT_FOUND];

    ExternalAuthenticateScp, "EXTERNAL AUTHENTICATE (SCP03)", "安全通道外部认证", C, "GlobalPlatform Amendment D 7.1.2",
    "P1 security level (01, 03, 11, 13, 33), host cryptogram (8) and C-MAC (8).";
    Isd 0x84 & 0xFF, 0x82, C3, OneOf(&[0x01, 0x03, 0x11, 0x13, 0x33]), Is(0x00),
    16 ..= 16, Own, NOT_TERMINATED, Contact, false,
    [SUCCESS CRYPTOGRAM_REFUSED SECURITY_NOT_SATISFIED];

    StoreData, "STORE DATA", "存储数据", P, "GlobalPlatform 2.3.1 11.11",
    "P1 08 or, in the last block, 88: DGI format; 00 and 80, which tell no structure, are taken as the same. P2 block number from 00. The data is DGI, length (1 byte, or FF and 2), value, and so on; a DGI may span blocks; one block is one transaction.";
    Isd 0x80 & 0xFB, 0xE2, C3, OneOf(&[0x00, 0x08, 0x80, 0x88]), Any,
    1 ..= 255, Own, PERSONALIZATION, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA NOT_ENOUGH_MEMORY FILE_NOT_FOUND FILE_EXISTS INCOMPATIBLE_FILE];

    PutKey, "PUT KEY", "写入密钥", C, "GlobalPlatform 2.3.1 11.8; Amendment D 7.2",
    "P1 version to replace (00 a new one). P2 81: new version, then three AES keys, each 88 11 10 key 03 kcv or 88 10 key 03 kcv, enciphered under the data-encryption key. P2 01 (P): FID of a directory (2), then one entry of DGI 8F01 padded with 80 00… and enciphered (32): a further version of a card key that is there, or one in the place of version P1; its tries are given back; in a PSAM and in the certificate environment 6A81, and for roles 07 and 08. The sequence counter goes on (P). Answers the new version and the check values.";
    Isd 0x80 & 0xFB, 0xD8, C34, Masked(0x80, 0x00), OneOf(&[0x01, 0x81]),
    1 ..= 255, Exact, NOT_TERMINATED, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA REFERENCED_DATA_NOT_FOUND FILE_NOT_FOUND NOT_ENOUGH_MEMORY];

    GetStatus, "GET STATUS", "取状态", C, "GlobalPlatform 2.3.1 11.4",
    "Inside the secure channel only, as GlobalPlatform has it. P1 80 the security domain, 40 applications (the environments by their names, P), 20 and 10 load files, of which there are none. P2 00 the old form, 02 templates, 01 and 03 the next answer after 6310. The data is 4F and a name, its beginning or nothing (4F00), and for templates perhaps 5C and the tags wanted. Answers for each, P2 00: length, name, life cycle, first byte of the privileges; P2 02: E3 with the tags below.";
    Isd 0x80 & 0xFB, 0xF2, C34, OneOf(&[0x10, 0x20, 0x40, 0x80]), OneOf(&[0x00, 0x01, 0x02, 0x03]),
    2 ..= 255, Exact, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_ENTRIES MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    SetStatus, "SET STATUS", "设置状态", C, "GlobalPlatform 2.3.1 11.10",
    "P1 80, P2 the life cycle: 07 INITIALIZED, 0F SECURED. Only forwards.";
    Isd 0x80 & 0xFB, 0xF0, C13, Is(0x80), OneOf(&[0x07, 0x0F]),
    0 ..= 16, Own, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED];

    SamInitialize, "INIT SAM", "PSAM 初始化密钥", C, "LD/T 33; JR/T 0025 PSAM",
    "P1 use (levels and type, see the keys), P2 key identifier. Factors of 8 bytes from the card's upwards, as many as the use has levels: card, city, province; then the card's challenge, 8 bytes with 3DES, 16 with SM4 (8 padded with zeros). Derives the card's key and its session key for CRYPT and MAC. A use that cannot be is 6A86; one that the key does not serve is 6985, as is a challenge of 4 bytes with zeros behind it; an identifier without a key is 9403 (P).";
    Psam 0xBF & 0xFF, 0xDE, C3, Any, Any,
    16 ..= 40, Own, SERVING, Contact, false,
    [SUCCESS KEY_INDEX_NOT_SUPPORTED];

    SamCrypt, "CRYPT", "PSAM 加密", C, "LD/T 33; JR/T 0025 PSAM",
    "After INIT SAM with type 4, 7 or 8: one block, 8 bytes with DES, 16 with SM4; answers it enciphered under the session key. As often as wanted, until reset, SELECT or another INIT.";
    Psam 0x80 & 0xFF, 0xFA, C34, Is(0x00), Is(0x00),
    8 ..= 16, Exact, SERVING, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE];

    SamMac, "MAC", "PSAM 计算 MAC", C, "LD/T 33; JR/T 0025 PSAM",
    "After INIT SAM with type 1, 3, 5, 6 or 8: initial value (8 bytes with DES, 16 with SM4), data. Answers the last block of CBC under the session key, whole (P). Data of whole blocks are taken as they are, an incomplete last block is padded with 80 00… (P).";
    Psam 0x80 & 0xFF, 0xFA, C34, Is(0x05), Is(0x00),
    9 ..= 255, Exact, SERVING, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE];

    SamInitDebit, "INIT SAM FOR DEBIT", "PSAM 初始化消费", P, "JR/T 0025 INIT SAM FOR PURCHASE; LD/T 33",
    "From the card's INITIALIZE FOR DEBIT: random (4), sequence (2), then account (4), self-pay (4) and fund (4) amounts, transaction type (1, ASCII), date (4), time (3), key version (1), algorithm marker (1), then factors as in INIT SAM, as many as the debit key has levels. Counts the terminal sequence up, on the chip before the answer leaves. Session key of the card's debit key with factor random, sequence, last 2 bytes of the terminal sequence; MAC1 over the amounts, type, terminal identifier, date, time, padded 80 00…: leftmost 4 bytes with DES, folded with SM4. Answers terminal sequence (4), MAC1 (4). No debit key of this version and algorithm is 9403.";
    Psam 0x80 & 0xFF, 0x70, C34, Is(0x01), Is(0x00),
    36 ..= 52, Exact, SERVING, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE FILE_NOT_FOUND BLOCKED KEY_INDEX_NOT_SUPPORTED SEQUENCE_EXHAUSTED];

    SamCreditDebit, "CREDIT SAM FOR DEBIT", "PSAM 消费确认", P, "JR/T 0025 CREDIT SAM FOR PURCHASE; LD/T 33",
    "After INIT SAM FOR DEBIT, once: MAC2 (4) of the card's DEBIT, under the same session key over the three amounts. A wrong one is 9302 and counts against the debit key, which is blocked (6983) after its tries.";
    Psam 0x80 & 0xFF, 0x72, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, false,
    [SUCCESS BLOCKED MAC_INVALID];

    #[cfg(feature = "certificates")]
    AcseVerify, "VERIFY (ACSE)", "证书环境校验密码", S, "-",
    "P2 81 the PIN of the certificate environment, 00 its administrator. The last challenge, padded with zeros to 16 bytes, enciphered by SM4 under the first 16 bytes of SM3 over the PIN's digits, packed BCD, or under the administrator's key. Uses up the challenge, which after a success serves the MAC of the next CHANGE PIN or WRITE KEY once more (C). Without data: the tries left (P).";
    Acse 0x00 & 0xFF, 0x20, C13, Is(0x01), OneOf(&[0x00, 0x81]),
    16 ..= 16, Own, SERVING, Both, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseExternalAuthenticate, "EXTERNAL AUTHENTICATE (ACSE)", "证书环境外部认证", S, "-",
    "The last challenge, padded with zeros to 16 bytes, enciphered by SM4 under EAK; no source. Grants what the administrator may do (P). Uses up the challenge as VERIFY does.";
    Acse 0x00 & 0xFF, 0x82, C3, Is(0x00), Is(0x00),
    16 ..= 16, Own, SERVING, Both, false,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseChangePin, "CHANGE PIN (ACSE)", "证书环境修改密码", S, "-",
    "After a challenge, or after an authentication, whose challenge serves once more (C): the first 16 bytes of SM3 over the new PIN's digits, packed BCD, enciphered (16), MAC (4), both under the session key that the challenge makes of the first 16 bytes of SM3(key of the old PIN, 84) (P). A wrong MAC costs the PIN a try.";
    Acse 0x84 & 0xFF, 0x5E, C3, Is(0x01), Is(0x00),
    20 ..= 20, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseWriteKey, "WRITE KEY (ACSE)", "证书环境写密钥", S, "-",
    "P2 the key: 00 EAK, 02 the administrator, 81 the PIN (P). After EXTERNAL AUTHENTICATE or VERIFY of the administrator, whose challenge serves once more (C), or another challenge: 13 00 00 00, key (16), 80 00… (S), enciphered by SM4-ECB (32), MAC (4): SM4-CBC over header and data with the challenge as initial value, folded (S); both under the key that has authenticated last (P). The key has all its tries again.";
    Acse 0x84 & 0xFF, 0xD4, C3, Is(0x01), OneOf(&[0x00, 0x02, 0x81]),
    36 ..= 36, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT WRONG_DATA SECURITY_NOT_SATISFIED REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseGeneratePair, "GENERATE KEY PAIR", "生成 SM2 密钥对", S, "-",
    "C0 02 0012, C2 02 0013: makes the signing pair on the card, in the place of the last one.";
    Acse 0x80 & 0xFF, 0x40, C3, Is(0x00), Is(0x00),
    8 ..= 8, Own, SERVING, Contact, false,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseCheckPair, "CHECK KEY PAIR", "核对 SM2 密钥对", S, "-",
    "C0 02 0012, C2 02 0013, after GENERATE KEY PAIR: 9000 if both keys of the signing pair are there. No source has a name for it, nor says what it does beyond that answer (P).";
    Acse 0x80 & 0xFF, 0xC9, C3, Is(0x82), Is(0x00),
    8 ..= 8, Own, SERVING, Both, false,
    [SUCCESS WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseReadPublicKey, "READ PUBLIC KEY", "读公钥", S, "-",
    "The 66 bytes of file 0012, or of 0014 while that is the current file (P): CA 40 (P), x, y.";
    Acse 0x80 & 0xFF, 0xC9, C2, Is(0x82), Is(0x80),
    0 ..= 0, Exact, SERVING, Both, false,
    [SUCCESS WRONG_LE FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseImportPublicKey, "IMPORT KEY (public)", "导入公钥", S, "-",
    "C0 02 0014, CA 40 x y: the public key of the encryption pair. A private key that is not its own goes (P).";
    Acse 0x80 & 0xFF, 0xC2, C3, Is(0x40), Is(0x00),
    70 ..= 70, Own, SERVING, Contact, false,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseImportPrivateKey, "IMPORT KEY (private)", "导入私钥", S, "-",
    "C2 02 0015, CB 20 d: the private key of the encryption pair, after the public one. It is taken if d is that one's private key, as it comes or deciphered by SM4-ECB under the key of the envelope that was opened (P).";
    Acse 0x80 & 0xFF, 0xC2, C3, Is(0xC0), OneOf(&[0x00, 0x01]),
    38 ..= 38, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseOpenEnvelope, "OPEN ENVELOPE", "打开数字信封", S, "-",
    "C2 02 0013, C1 82 0070 C1 C3 C2: a key of 16 bytes enciphered by SM2 for the signing key (64, 32 and 16 bytes; a leading 04 is taken too). The card keeps it until another directory is selected.";
    Acse 0x80 & 0xFF, 0x4E, C3, Is(0x00), Is(0x01),
    118 ..= 121, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseDecipher, "SM4 DECRYPT", "SM4 解密", S, "-",
    "C1 with whole blocks: answers them deciphered by SM4-ECB (P) under the key of the envelope. P2 seen as 10, the length; not judged (P).";
    Acse 0x80 & 0xFF, 0x4A, C34, Is(0x02), Any,
    18 ..= 243, Exact, SERVING, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA];

    #[cfg(feature = "certificates")]
    AcseHash, "HASH", "SM3 杂凑", S, "-",
    "P1 01: C1 message; answers its SM3, 32 bytes. P1 02 (P): C0 02 and the file of a public key, C1 message; answers e = SM3(ZA, message) under the identity 1234567812345678. P2 seen as 03, the message's length; not judged (P).";
    Acse 0x80 & 0xFF, 0xC4, C34, OneOf(&[0x01, 0x02]), Any,
    2 ..= 255, Exact, SERVING, Both, false,
    [SUCCESS MORE_DATA WRONG_LE WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    #[cfg(feature = "certificates")]
    AcseSign, "COMPUTE DIGITAL SIGNATURE", "计算数字签名", P, "ISO 7816-8 PSO; GB/T 32918.2",
    "e, 32 bytes; answers r and s, 64 bytes, by the signing key. No source has this command: it is ISO 7816-8's.";
    Acse 0x00 & 0xFF, 0x2A, C34, Is(0x9E), Is(0x9A),
    32 ..= 32, Exact, SERVING, Both, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];
}

/// SELECT by an empty name is case 1 or 2: it selects the security domain.
const C34_OR_1: Cases = C34.or(C12);
/// READ RECORD: by tag (0), by number (4), all from P1 (5).
const RECORD_MODES: Parameter = LowBits(&[0, 4, 5]);
/// APPEND RECORD: SFI only.
const APPEND_MODE: Parameter = LowBits(&[0]);
/// UPDATE RECORD: by tag (0), previous (3: append on a cyclic EF), by number (4).
const UPDATE_MODES: Parameter = LowBits(&[0, 3, 4]);
