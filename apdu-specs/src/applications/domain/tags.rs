//! Tags of the issuer security domain: GET DATA, GET STATUS, and data groupings.

tags! {
    DGI_DIRECTORY: u16 = 0x0061, DataGrouping, "2 bytes: FID of the DF in which the following groupings work", "设定当前目录", "-", P;
    DGI_CREATE_FILE: u16 = 0x0062, DataGrouping, "FCP templates 62, one or more: each creates a file; a DF becomes the directory of what follows", "按 FCP 建立文件（可多个）", "EMV CPS 1.1; GlobalPlatform 11.11", P;
    DGI_WIPE: u16 = 0x00F0, DataGrouping, "empty: removes all SSC files, keys and the PIN, so that a torn personalization begins again", "清除全部文件、密钥与 PIN", "-", P;
    DGI_KEYS: u16 = 0x8F01, DataGrouping, "card keys of the directory, in up to three versions each, the newest last, enciphered under the data-encryption key (AES-CBC, zero IV): entries of 24 bytes, padded with 80 00… to a multiple of 16; in a PSAM's directory use takes the place of the role, the identifier has 8 bits, and there is one version", "目录密钥", "EMV CPS 1.1, analogous to DGI 8000", P;
    DGI_PIN: u16 = 0x8F02, DataGrouping, "the PIN, enciphered under the data-encryption key: tries, least digits, most digits, number of digits, 8 bytes BCD padded with F, then 80 00 00 00", "个人密码", "EMV CPS 1.1, analogous to DGI 8010", P;
    DATA_CARD: u16 = 0x0066, GetData, "card data with the card recognition data", "卡识别数据", "GlobalPlatform 2.3.1 H.2", C;
    DATA_KEY_INFORMATION: u16 = 0x00E0, GetData, "key information template: C0 04 identifier, version, type 88, length 10 for each key", "密钥信息模板", "GlobalPlatform 2.3.1 11.3.3.1", C;
    CARD_RECOGNITION: u8 = 0x73, GetData, "in the card data: card recognition data", "卡识别数据对象", "GlobalPlatform 2.3.1 H.2", C;
    KEY_INFORMATION: u8 = 0xC0, GetData, "4 bytes: identifier, version, type (of a card key the algorithm marker), length of a key", "密钥信息", "GlobalPlatform 2.3.1 11.3.3.1", C;
    DATA_CPLC: u16 = 0x9F7F, GetData, "card production life cycle, 42 bytes", "卡生产周期数据", "GlobalPlatform 2.1.1 / Visa GP", C;
    DATA_SEQUENCE_COUNTER: u16 = 0x00C1, GetData, "SCP03 sequence counter, 3 bytes", "安全通道序列计数器", "GlobalPlatform Amendment D 7.1.1", C;
    DATA_DIGESTS: u16 = 0xDF00, GetData, "inside the secure channel and before SECURED: digests of all files that somebody reads, and of keys, 4 bytes each, P2 of them passed over and at most 59 answered, or with P2 FF the first 8 bytes of AES-CMAC under sixteen zero bytes over all of them: the MF's EFs if it has any, then for each directory in the order of creation its EFs and its keys. A digest is the first 4 bytes of AES-CMAC under sixteen zero bytes, over the bytes of a transparent EF, over the records from number 1 on, or over the key entries (of all versions) without the keys, and without the check values of roles 07 and 08, in the order of the identifiers' low five bits (in a PSAM's directory of the identifiers)", "各文件与密钥的摘要", "-", P;
    STATUS_NAME: u8 = 0x4F, GetStatus, "0 to 16 bytes: name or AID; as a search criterion also its beginning", "名称或 AID", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_TAG_LIST: u8 = 0x5C, GetStatus, "the tags that the answer's templates shall have", "标签列表", "GlobalPlatform 2.3.1 11.4.2.3", C;
    STATUS_TEMPLATE: u8 = 0xE3, GetStatus, "an entry of the answer", "条目模板", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_LIFE_CYCLE: u16 = 0x9F70, GetStatus, "1 byte: the card's life cycle, or 07 selectable, 87 locked", "生命周期状态", "GlobalPlatform 2.3.1 table 11-36", C;
    STATUS_PRIVILEGES: u8 = 0xC5, GetStatus, "3 bytes: 800400 the security domain (security domain, global registry), 000000 an application", "权限", "GlobalPlatform 2.3.1 table 11-36", P;
    STATUS_DOMAIN: u8 = 0xCC, GetStatus, "the AID of an application's security domain", "所属安全域 AID", "GlobalPlatform 2.3.1 table 11-36", C;
}
