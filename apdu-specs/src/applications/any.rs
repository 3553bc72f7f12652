//! What a card answers whatever is selected.

use crate::application::Application;
use crate::commands::columns::*;
use crate::room::Room;

/// All there is of it.
pub static ROOM: Room = Room {
    application: Application::Any,
    commands: &COMMANDS,
    words: WORDS,
    directories: &[],
    tags: &[],
};

commands! {
    Any AnyCommand;

    Select, "SELECT", "选择文件", C, "ISO 7816-4 11.1.1; LD/T 32.3",
    "P1 00 by FID (2 bytes; none: the MF), 01 DF under the current DF, 02 EF under the current DF, 03 parent of the current DF (no data), 04 by DF name or AID (0 to 16 bytes, also a leading part). P2 00 first, 02 next occurrence, 0C no answer data, 04 FCP. A DF answers its FCI, an EF a bare 9000. An unknown name keeps the current application. The security domain of a locked card answers with 6283.";
    0x00 & 0xFF + BLOCKED + ANEW, 0xA4, C34_OR_1, OneOf(&[0x00, 0x01, 0x02, 0x03, 0x04]), OneOf(&[0x00, 0x02, 0x04, 0x0C]),
    1 ..= 16, Exact, ALL, Both, false,
    [SUCCESS CARD_LOCKED MORE_DATA WRONG_LE FILE_NOT_FOUND WRONG_DATA];

    GetResponse, "GET RESPONSE", "取响应数据", C, "ISO 7816-4 11.7.1; ISO 7816-3 10.3.4",
    "On T=0: fetches what the command before announced with 61xx, in class 00 or in the class of that command, whatever it is; a secured class is no secured command here. Another class (6E00) and a wrong Le leave the answer waiting. Any other command drops it.";
    0x00 & 0xFF + BLOCKED, 0xC0, C2, Is(0x00), Is(0x00),
    0 ..= 0, Exact, ALL, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE];

    GetData, "GET DATA", "取数据", C, "ISO 7816-4 11.4.3; GlobalPlatform 2.3.1 11.3",
    "P1 P2 is the tag: 9F7F CPLC, 0066 card data, 00E0 key information, 00C1 sequence counter, 00E1 the keys of a PSAM by use and identifier (P), 01 and a key identifier the versions of that card key (P), with tag and length in class 80 (GlobalPlatform), the value alone in class 00 (ISO 7816-4); DFnn the digests of files and keys, inside the secure channel and before SECURED only (P).";
    0x00 & 0x7B, 0xCA, C12, Any, Any,
    0 ..= 0, Exact, ALL, Both, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED REFERENCED_DATA_NOT_FOUND];
}

/// SELECT by an empty name is case 1 or 2: it selects the security domain.
const C34_OR_1: Cases = C34.or(C12);
