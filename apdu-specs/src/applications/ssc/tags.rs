//! Tags of GET DATA about the keys of the social security card.

tags! {
    DATA_CARD_KEY: u16 = 0x0100, GetData, "01 and a key identifier: which versions the card holds of that key of the current directory (80 to 9F) or its environment, the newest last: C0 04 identifier, version, algorithm marker, length 10 for each; no template around them in either class", "卡内密钥版本信息", "-", P;
}
