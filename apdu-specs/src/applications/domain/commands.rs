//! Commands of the issuer security domain.

use crate::commands::columns::*;

commands! {
    Domain DomainCommand;

    InitializeUpdate, "INITIALIZE UPDATE", "初始化安全通道", C, "GlobalPlatform Amendment D 7.1.1",
    "P1 key version (00 the current one), host challenge (8); answers 32 bytes: diversification data (10), version, 03, i = 70, card challenge (8), cryptogram (8), sequence counter (3).";
    0x80 & 0xFF + ANEW, 0x50, C34, Any, Is(0x00),
    8 ..= 8, Exact, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE REFERENCED_DATA_NOT_FOUND];

    ExternalAuthenticate, "EXTERNAL AUTHENTICATE (SCP03)", "安全通道外部认证", C, "GlobalPlatform Amendment D 7.1.2",
    "P1 security level (01, 03, 11, 13, 33), host cryptogram (8) and C-MAC (8).";
    0x84 & 0xFF, 0x82, C3, OneOf(&[0x01, 0x03, 0x11, 0x13, 0x33]), Is(0x00),
    16 ..= 16, Own, NOT_TERMINATED, Contact, false,
    [SUCCESS CRYPTOGRAM_REFUSED SECURITY_NOT_SATISFIED];

    StoreData, "STORE DATA", "存储数据", P, "GlobalPlatform 2.3.1 11.11",
    "P1 08 or, in the last block, 88: DGI format; 00 and 80, which tell no structure, are taken as the same. P2 block number from 00. The data is DGI, length (1 byte, or FF and 2), value, and so on; a DGI may span blocks; one block is one transaction.";
    0x80 & 0xFB, 0xE2, C3, OneOf(&[0x00, 0x08, 0x80, 0x88]), Any,
    1 ..= 255, Own, PERSONALIZATION, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA NOT_ENOUGH_MEMORY FILE_NOT_FOUND FILE_EXISTS];

    PutKey, "PUT KEY", "写入密钥", C, "GlobalPlatform 2.3.1 11.8; Amendment D 7.2",
    "P1 version to replace (00 a new one). P2 81: new version, then three AES keys, each 88 11 10 key 03 kcv or 88 10 key 03 kcv, enciphered under the data-encryption key. P2 01 (P): FID of a directory (2), then one entry of DGI 8F01 padded with 80 00… and enciphered (32): a further version of a card key that is there, or one in the place of version P1; its tries are given back; in a PSAM and in the certificate environment 6A81, and for roles 07 and 08. The sequence counter goes on (P). Answers the new version and the check values.";
    0x80 & 0xFB, 0xD8, C34, Masked(0x80, 0x00), OneOf(&[0x01, 0x81]),
    1 ..= 255, Exact, NOT_TERMINATED, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA REFERENCED_DATA_NOT_FOUND FILE_NOT_FOUND NOT_ENOUGH_MEMORY];

    GetStatus, "GET STATUS", "取状态", C, "GlobalPlatform 2.3.1 11.4",
    "Inside the secure channel only, as GlobalPlatform has it. P1 80 the security domain, 40 applications (the environments by their names, P), 20 and 10 load files, of which there are none. P2 00 the old form, 02 templates, 01 and 03 the next answer after 6310. The data is 4F and a name, its beginning or nothing (4F00), and for templates perhaps 5C and the tags wanted. Answers for each, P2 00: length, name, life cycle, first byte of the privileges; P2 02: E3 with the tags below.";
    0x80 & 0xFB, 0xF2, C34, OneOf(&[0x10, 0x20, 0x40, 0x80]), OneOf(&[0x00, 0x01, 0x02, 0x03]),
    2 ..= 255, Exact, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_ENTRIES MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    SetStatus, "SET STATUS", "设置状态", C, "GlobalPlatform 2.3.1 11.10",
    "P1 80, P2 the life cycle: 07 INITIALIZED, 0F SECURED. Only forwards.";
    0x80 & 0xFB, 0xF0, C13, Is(0x80), OneOf(&[0x07, 0x0F]),
    0 ..= 16, Own, NOT_TERMINATED, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED];
}
