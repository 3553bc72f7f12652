//! Commands of a PSAM.

use crate::commands::columns::*;

commands! {
    Psam PsamCommand;

    InitSam, "INIT SAM", "PSAM 初始化密钥", C, "LD/T 33; JR/T 0025 PSAM",
    "P1 use (levels and type, see the keys), P2 key identifier. Factors of 8 bytes from the card's upwards, as many as the use has levels: card, city, province; then the card's challenge, 8 bytes with 3DES, 16 with SM4 (8 padded with zeros). Derives the card's key and its session key for CRYPT and MAC. A use that cannot be is 6A86; one that the key does not serve is 6985, as is a challenge of 4 bytes with zeros behind it; an identifier without a key is 9403 (P).";
    0xBF & 0xFF, 0xDE, C3, Any, Any,
    16 ..= 40, Own, ISSUED, Contact, false,
    [SUCCESS KEY_INDEX_NOT_SUPPORTED];

    Crypt, "CRYPT", "PSAM 加密", C, "LD/T 33; JR/T 0025 PSAM",
    "After INIT SAM with type 4, 7 or 8: one block, 8 bytes with DES, 16 with SM4; answers it enciphered under the session key. As often as wanted, until reset, SELECT or another INIT.";
    0x80 & 0xFF, 0xFA, C34, Is(0x00), Is(0x00),
    8 ..= 16, Exact, ISSUED, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE];

    Mac, "MAC", "PSAM 计算 MAC", C, "LD/T 33; JR/T 0025 PSAM",
    "After INIT SAM with type 1, 3, 5, 6 or 8: initial value (8 bytes with DES, 16 with SM4), data. Answers the last block of CBC under the session key, whole (P). Data of whole blocks are taken as they are, an incomplete last block is padded with 80 00… (P).";
    0x80 & 0xFF, 0xFA, C34, Is(0x05), Is(0x00),
    9 ..= 255, Exact, ISSUED, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE];

    InitSamForDebit, "INIT SAM FOR DEBIT", "PSAM 初始化消费", P, "JR/T 0025 INIT SAM FOR PURCHASE; LD/T 33",
    "From the card's INITIALIZE FOR DEBIT: random (4), sequence (2), then account (4), self-pay (4) and fund (4) amounts, transaction type (1, ASCII), date (4), time (3), key version (1), algorithm marker (1), then factors as in INIT SAM, as many as the debit key has levels. Counts the terminal sequence up, on the chip before the answer leaves. Session key of the card's debit key with factor random, sequence, last 2 bytes of the terminal sequence; MAC1 over the amounts, type, terminal identifier, date, time, padded 80 00…: leftmost 4 bytes with DES, folded with SM4. Answers terminal sequence (4), MAC1 (4). No debit key of this version and algorithm is 9403.";
    0x80 & 0xFF, 0x70, C34, Is(0x01), Is(0x00),
    36 ..= 52, Exact, ISSUED, Contact, false,
    [SUCCESS MORE_DATA WRONG_LE FILE_NOT_FOUND BLOCKED KEY_INDEX_NOT_SUPPORTED SEQUENCE_EXHAUSTED];

    CreditSamForDebit, "CREDIT SAM FOR DEBIT", "PSAM 消费确认", P, "JR/T 0025 CREDIT SAM FOR PURCHASE; LD/T 33",
    "After INIT SAM FOR DEBIT, once: MAC2 (4) of the card's DEBIT, under the same session key over the three amounts. A wrong one is 9302 and counts against the debit key, which is blocked (6983) after its tries.";
    0x80 & 0xFF, 0x72, C3, Is(0x00), Is(0x00),
    4 ..= 4, Own, ISSUED, Contact, false,
    [SUCCESS BLOCKED MAC_INVALID];
}
