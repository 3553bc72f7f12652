//! Commands of the social security card; those on files, challenge and keys serve every application with files.

use crate::commands::columns::*;

commands! {
    Ssc SscCommand;

    ReadBinary, "READ BINARY", "读二进制文件", C, "ISO 7816-4 11.2.3",
    "P1 bit 8 clear: offset P1 P2 in the current transparent EF. Bit 8 set: P1 bits 5-1 SFI, P2 offset.";
    0x00 & 0xFF + SM, 0xB0, C2, Any, Any,
    0 ..= 0, UpTo, SERVING, Both, false,
    [SUCCESS END_OF_FILE WRONG_LE SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_OFFSET MORE_DATA BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    UpdateBinary, "UPDATE BINARY", "修改二进制文件", C, "ISO 7816-4 11.2.5",
    "Offset as in READ BINARY; the data replaces as many bytes, none beyond the file.";
    0x00 & 0xFF + SM, 0xD6, C3, Any, Any,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_OFFSET NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    ReadRecord, "READ RECORD", "读记录文件", C, "ISO 7816-4 11.3.3",
    "P2 = SFI*8 + mode, SFI 00 the current EF. Mode 4: P1 is the record number; mode 0: P1 is the record's tag, the first of it; mode 5: all records from P1, as many as fit whole into 256 bytes. The whole TLV is answered. Cyclic: 01 is the newest.";
    0x00 & 0xFF + SM, 0xB2, C2, Any, RECORD_MODES,
    0 ..= 0, Exact, SERVING, Both, false,
    [SUCCESS WRONG_LE SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND RECORD_NOT_FOUND MORE_DATA BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    UpdateRecord, "UPDATE RECORD", "修改记录文件", C, "ISO 7816-4 11.3.5",
    "P1 P2 as in READ RECORD (number or tag); the data is the whole record, with its tag and length where it has them. On a cyclic EF 01 04 and 00 03 append.";
    0x00 & 0xFF + SM, 0xDC, C3, Any, UPDATE_MODES,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND RECORD_NOT_FOUND WRONG_DATA NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    AppendRecord, "APPEND RECORD", "追加记录", C, "ISO 7816-4 11.3.6",
    "P2 = SFI*8. Appends one record; on a cyclic EF the oldest goes.";
    0x00 & 0xFF + SM, 0xE2, C3, Is(0x00), APPEND_MODE,
    1 ..= 255, Own, SERVING, Both, false,
    [SUCCESS SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND WRONG_DATA NOT_ENOUGH_MEMORY MORE_DATA WRONG_LE BLOCKED MAC_INCORRECT SM_OBJECT_MISSING REFERENCED_DATA_NOT_FOUND];

    SearchRecord, "SEARCH RECORD", "检索记录", P, "ISO 7816-4 11.3.8",
    "P1 is the record number from which on (P2 = SFI*8 + 4) or back to the first (P2 = SFI*8 + 5) is searched; the data is what a record shall hold anywhere, tag and length with it. Answers the numbers of the records that hold it, in the order of the search; 6282 if none does. A record that may not be read is passed over, one that is masked is searched as it is read. No source has this command: it is ISO 7816-4's simple search.";
    0x00 & 0xFF, 0xA2, C34, Any, SEARCH_MODES,
    1 ..= 255, Exact, SERVING, Both, false,
    [SUCCESS END_OF_FILE MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED INCOMPATIBLE_FILE NO_CURRENT_FILE FILE_NOT_FOUND RECORD_NOT_FOUND];

    GetChallenge, "GET CHALLENGE", "取随机数", C, "ISO 7816-4 11.5.3; LD/T 32.5",
    "Le 04, 08 or 10 random bytes, valid for one authentication. One of 04 serves none here, and no MAC (6985, no try spent; P).";
    0x00 & 0xFF + BLOCKED, 0x84, C2, Is(0x00), Is(0x00),
    0 ..= 0, Own, SERVING, Both, false,
    [SUCCESS];

    Verify, "VERIFY", "校验个人密码", C, "ISO 7816-4 11.5.6; LD/T 32.5",
    "The PIN packed BCD, 4 to 16 digits, an odd one padded with F. Without data: the tries left. The last try, as that of every key, is for contact only: over the air 6985, and none is spent (P).";
    0x00 & 0xFF, 0x20, C13, Is(0x00), Is(0x00),
    2 ..= 8, Own, SERVING, Both, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    ChangePin, "CHANGE PIN", "修改个人密码", C, "PBOC 2.0 CHANGE PIN; LD/T 32.5",
    "Old PIN, FF, new PIN, each packed BCD. A new PIN that is the old one, or one digit repeated, is refused (6A80) before anything is compared, and costs no try (P).";
    0x80 & 0xFF, 0x5E, C3, Is(0x01), Is(0x00),
    5 ..= 17, Own, SERVING, Contact, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    ExternalAuthenticate, "EXTERNAL AUTHENTICATE", "外部认证", C, "ISO 7816-4 11.5.4; LD/T 32.5",
    "P2 is the key identifier. Cryptogram (8), source (8), in every generation also with a trailing key version (1; one that the card does not hold is 6A88); without one the cryptogram may be of any version that the card holds (P). Uses up the challenge.";
    0x00 & 0xFF, 0x82, C3, Is(0x00), Masked(0x60, 0x00),
    16 ..= 17, Own, SERVING, Both, false,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND];

    InternalAuthenticate, "INTERNAL AUTHENTICATE", "内部认证", C, "ISO 7816-4 11.5.2; LD/T 32.5",
    "Factor (8), source (8), also with a trailing key version (1; one that the card does not hold is 6A88); answers 8 bytes under IRK, without a version its newest. Before SECURED 6985: a card that was taken away half-loaded passes for none (P).";
    0x00 & 0xFF, 0x88, C34, Is(0x00), Is(0x00),
    16 ..= 17, Exact, ISSUED, Both, false,
    [SUCCESS MORE_DATA WRONG_LE REFERENCED_DATA_NOT_FOUND];

    PinUnblock, "PIN UNBLOCK", "个人密码解锁", C, "PBOC 2.0 PIN UNBLOCK; LD/T 32.5",
    "After EXTERNAL AUTHENTICATE with PUK and a new challenge: MAC (4) under the session key of STK over CLA INS P1 P2 Lc. Gives the PIN all its tries back.";
    0x84 & 0xFF, 0x24, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    PinReload, "PIN RELOAD", "个人密码重装", C, "PBOC 2.0 RELOAD PIN; LD/T 32.5",
    "After EXTERNAL AUTHENTICATE with PUK and a new challenge: the PIN as its length, BCD, 80 00…, one block (8 bytes with DES, 16 with SM4) enciphered under the session key of STK, and MAC (4) under the same session key over CLA INS P1 P2 Lc and the enciphered block. Sets the PIN with all its tries. One digit repeated is no new PIN (6A80, P).";
    0x84 & 0xFF, 0x24, C3, Is(0x00), Is(0x01),
    12 ..= 20, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED BLOCKED MAC_INCORRECT WRONG_DATA REFERENCED_DATA_NOT_FOUND];

    CardBlock, "CARD BLOCK", "卡片锁定", P, "PBOC 2.0 CARD BLOCK; LD/T 32.5",
    "After a challenge: MAC (4) under the session key of BK. The card's life cycle becomes CARD_LOCKED; only the security domain answers from then on.";
    0x84 & 0xFF, 0x16, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    ApplicationBlock, "APPLICATION BLOCK", "应用锁定", P, "PBOC 2.0 APPLICATION BLOCK; LD/T 32.5",
    "P2 00 for a time, 01 for good. After a challenge: MAC (4) under the session key of the current DF's LK. The DF can still be selected, which answers 6A81 (9303 for good); in it only SELECT of other directories, GET CHALLENGE, GET RESPONSE and APPLICATION UNBLOCK work.";
    0x84 & 0xFF, 0x1E, C3, Is(0x00), OneOf(&[0x00, 0x01]),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    ApplicationUnblock, "APPLICATION UNBLOCK", "应用解锁", P, "PBOC 2.0 APPLICATION UNBLOCK; LD/T 32.5",
    "After a challenge: MAC (4) under the session key of the current DF's LK. Ends a block for a time; 6985 where there is none, 9303 where it is for good.";
    0x84 & 0xFF + BLOCKED, 0x18, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];
}

/// READ RECORD: by tag (0), by number (4), all from P1 (5).
const RECORD_MODES: Parameter = LowBits(&[0, 4, 5]);
/// APPEND RECORD: SFI only.
const APPEND_MODE: Parameter = LowBits(&[0]);
/// SEARCH RECORD: forwards (4) or backwards (5) from P1.
const SEARCH_MODES: Parameter = LowBits(&[4, 5]);
/// UPDATE RECORD: by tag (0), previous (3: append on a cyclic EF), by number (4).
const UPDATE_MODES: Parameter = LowBits(&[0, 3, 4]);
