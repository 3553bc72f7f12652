//! Commands of the certificate environment.

use crate::commands::columns::*;

commands! {
    Certificates CertificatesCommand;

    Verify, "VERIFY (ACSE)", "证书环境校验密码", S, "-",
    "P2 81 the PIN of the certificate environment, 00 its administrator. The last challenge, padded with zeros to 16 bytes, enciphered by SM4 under the first 16 bytes of SM3 over the PIN's digits, packed BCD, or under the administrator's key. Uses up the challenge, which after a success serves the MAC of the next CHANGE PIN or WRITE KEY once more (C). Without data: the tries left (P).";
    0x00 & 0xFF, 0x20, C13, Is(0x01), OneOf(&[0x00, 0x81]),
    16 ..= 16, Own, SERVING, Both, true,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND];

    ExternalAuthenticate, "EXTERNAL AUTHENTICATE (ACSE)", "证书环境外部认证", S, "-",
    "The last challenge, padded with zeros to 16 bytes, enciphered by SM4 under EAK; no source. Grants what the administrator may do (P). Uses up the challenge as VERIFY does.";
    0x00 & 0xFF, 0x82, C3, Is(0x00), Is(0x00),
    16 ..= 16, Own, SERVING, Both, false,
    [SUCCESS VERIFICATION_FAILED BLOCKED REFERENCED_DATA_NOT_FOUND];

    ChangePin, "CHANGE PIN (ACSE)", "证书环境修改密码", S, "-",
    "After a challenge, or after an authentication, whose challenge serves once more (C): the first 16 bytes of SM3 over the new PIN's digits, packed BCD, enciphered (16), MAC (4), both under the session key that the challenge makes of the first 16 bytes of SM3(key of the old PIN, 84) (P). A wrong MAC costs the PIN a try.";
    0x84 & 0xFF, 0x5E, C3, Is(0x01), Is(0x00),
    20 ..= 20, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT REFERENCED_DATA_NOT_FOUND];

    WriteKey, "WRITE KEY (ACSE)", "证书环境写密钥", S, "-",
    "P2 the key: 00 EAK, 02 the administrator, 81 the PIN (P). After EXTERNAL AUTHENTICATE or VERIFY of the administrator, whose challenge serves once more (C), or another challenge: 13 00 00 00, key (16), 80 00… (S), enciphered by SM4-ECB (32), MAC (4): SM4-CBC over header and data with the challenge as initial value, folded (S); both under the key that has authenticated last (P). The key has all its tries again.";
    0x84 & 0xFF, 0xD4, C3, Is(0x01), OneOf(&[0x00, 0x02, 0x81]),
    36 ..= 36, Own, SERVING, Contact, true,
    [SUCCESS BLOCKED MAC_INCORRECT WRONG_DATA SECURITY_NOT_SATISFIED REFERENCED_DATA_NOT_FOUND];

    GenerateKeyPair, "GENERATE KEY PAIR", "生成 SM2 密钥对", S, "-",
    "C0 02 0012, C2 02 0013: makes the signing pair on the card, in the place of the last one.";
    0x80 & 0xFF, 0x40, C3, Is(0x00), Is(0x00),
    8 ..= 8, Own, SERVING, Contact, false,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND];

    CheckKeyPair, "CHECK KEY PAIR", "核对 SM2 密钥对", S, "-",
    "C0 02 0012, C2 02 0013, after GENERATE KEY PAIR: 9000 if both keys of the signing pair are there. No source has a name for it, nor says what it does beyond that answer (P).";
    0x80 & 0xFF, 0xC9, C3, Is(0x82), Is(0x00),
    8 ..= 8, Own, SERVING, Both, false,
    [SUCCESS WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    ReadPublicKey, "READ PUBLIC KEY", "读公钥", S, "-",
    "The 66 bytes of file 0012, or of 0014 while that is the current file (P): CA 40 (P), x, y.";
    0x80 & 0xFF, 0xC9, C2, Is(0x82), Is(0x80),
    0 ..= 0, Exact, SERVING, Both, false,
    [SUCCESS WRONG_LE FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    ImportPublicKey, "IMPORT KEY (public)", "导入公钥", S, "-",
    "C0 02 0014, CA 40 x y: the public key of the encryption pair. A private key that is not its own goes (P).";
    0x80 & 0xFF, 0xC2, C3, Is(0x40), Is(0x00),
    70 ..= 70, Own, SERVING, Contact, false,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND];

    ImportPrivateKey, "IMPORT KEY (private)", "导入私钥", S, "-",
    "C2 02 0015, CB 20 d: the private key of the encryption pair, after the public one. It is taken if d is that one's private key, as it comes or deciphered by SM4-ECB under the key of the envelope that was opened (P).";
    0x80 & 0xFF, 0xC2, C3, Is(0xC0), OneOf(&[0x00, 0x01]),
    38 ..= 38, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    OpenEnvelope, "OPEN ENVELOPE", "打开数字信封", S, "-",
    "C2 02 0013, C1 82 0070 C1 C3 C2: a key of 16 bytes enciphered by SM2 for the signing key (64, 32 and 16 bytes; a leading 04 is taken too). The card keeps it until another directory is selected.";
    0x80 & 0xFF, 0x4E, C3, Is(0x00), Is(0x01),
    118 ..= 121, Own, SERVING, Contact, true,
    [SUCCESS SECURITY_NOT_SATISFIED WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    Sm4Decrypt, "SM4 DECRYPT", "SM4 解密", S, "-",
    "C1 with whole blocks: answers them deciphered by SM4-ECB (P) under the key of the envelope. P2 seen as 10, the length; not judged (P).";
    0x80 & 0xFF, 0x4A, C34, Is(0x02), Any,
    18 ..= 243, Exact, SERVING, Contact, true,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED WRONG_DATA];

    Hash, "HASH", "SM3 杂凑", S, "-",
    "P1 01: C1 message; answers its SM3, 32 bytes. P1 02 (P): C0 02 and the file of a public key, C1 message; answers e = SM3(ZA, message) under the identity 1234567812345678. P2 seen as 03, the message's length; not judged (P).";
    0x80 & 0xFF, 0xC4, C34, OneOf(&[0x01, 0x02]), Any,
    2 ..= 255, Exact, SERVING, Both, false,
    [SUCCESS MORE_DATA WRONG_LE WRONG_DATA FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];

    ComputeDigitalSignature, "COMPUTE DIGITAL SIGNATURE", "计算数字签名", P, "ISO 7816-8 PSO; GB/T 32918.2",
    "e, 32 bytes; answers r and s, 64 bytes, by the signing key. No source has this command: it is ISO 7816-8's.";
    0x00 & 0xFF, 0x2A, C34, Is(0x9E), Is(0x9A),
    32 ..= 32, Exact, SERVING, Both, false,
    [SUCCESS MORE_DATA WRONG_LE SECURITY_NOT_SATISFIED FILE_NOT_FOUND REFERENCED_DATA_NOT_FOUND];
}
