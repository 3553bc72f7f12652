//! The page of the certificate environment.

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::certificates::{
    self, ADMINISTRATOR_KEY, CERTIFICATE_SIZE, ENCRYPTION, EXTERNAL_KEY, Operation, PIN_KEY,
    SIGNING,
};
use apdu_specs::files::FileKind;
use apdu_specs::keys::{KEY_TRIES, PIN_TRIES};

use super::text;

pub fn page() -> String {
    let mut page = text::page("The certificate environment (ACSE) 证书环境");
    page.push_str(
        "A card of 3.00 that was ordered with it has a second environment: SM2 key pairs and certificates, with a PIN, an\n\
         administrator and keys of its own, SM4 alone. Its [commands](commands.md) are those marked ACSE; SELECT, READ BINARY,\n\
         UPDATE BINARY and GET CHALLENGE are the card's. The card's software has it if it was built with the feature\n\
         `certificates`; else its directories are refused with 6A81.\n\n",
    );
    page.push_str(&text::head(&[
        "directory",
        "FID",
        "name",
        "meaning",
        "含义",
        "evidence",
    ]));
    for directory in certificates::DIRECTORIES {
        page.push_str(&text::row(&[
            directory.label.to_owned(),
            format!("{:04X}", directory.fid),
            format!("`{}`", text::hex(directory.name)),
            directory.english.to_owned(),
            directory.chinese.to_owned(),
            directory.evidence.mark().to_owned(),
        ]));
    }
    files(&mut page);
    keys(&mut page);
    operations(&mut page);
    page.push_str(
        "\n## How the PIN travels 密码传输\n\n\
         The card keeps the first 16 bytes of SM3 over the PIN's digits as packed BCD (S), an odd digit padded with F (P), not\n\
         the PIN. VERIFY carries the challenge, padded with zeros to 16 bytes, enciphered by SM4 under them (S). A challenge\n\
         that has served an authentication serves the MAC of the next CHANGE PIN or WRITE KEY once more (C), until another\n\
         attempt, a new challenge or the selection of another application.\n\n\
         CHANGE PIN (P) uses another key: K' = the first 16 bytes of SM3(K ‖ 84), and of it the session key\n\
         SM4(K', challenge). What VERIFY shows on the line would else be the very session key of a CHANGE PIN with the same\n\
         challenge. The MAC is SM4-CBC over the header and the enciphered data, padded 80 00…, folded to 4 bytes.\n\n\
         ## How keys travel 密钥写入\n\n\
         WRITE KEY carries `13 00 00 00` ‖ key ‖ `80 00…`, 32 bytes enciphered by SM4-ECB, and a MAC by SM4-CBC over header and\n\
         data with the challenge as initial value, folded to 4 bytes (S). Both are done with the key that has authenticated\n\
         last, EAK or the administrator's (P): whoever has its owner encipher blocks of his choice, as a false card asks for\n\
         with its challenges, can make a WRITE KEY too, so authenticate in a trusted room alone.\n\n\
         ## Signing 签名\n\n\
         The terminal hashes: e = SM3(ZA ‖ M) with ZA of GB/T 32918.2 over the identity 1234567812345678 and the public key of\n\
         file 0012. The card signs e with a random number of its own and answers r ‖ s. An encryption pair cannot sign, and the\n\
         signing pair cannot be imported: what it has signed was signed on this card.\n\n\
         ## The encryption pair 加密密钥对\n\n\
         The key management centre makes it. It enciphers a random SM4 key by SM2 for the card's signing key (the envelope), and\n\
         the private key under that SM4 key. The card opens the envelope, takes the public key, then the private one, which it\n\
         deciphers itself; a private key in clear is taken as well. Either way it must belong to the public key.\n",
    );
    page
}

fn condition(rule: Access) -> &'static str {
    match rule {
        Access::Free => "free",
        Access::Never => "never",
        Access::Key(PIN_KEY) => "PIN",
        Access::Key(ADMINISTRATOR_KEY) => "administrator or EAK",
        Access::PinOrKey(ADMINISTRATOR_KEY) => "PIN, administrator or EAK",
        Access::Key(_) | Access::PinOrKey(_) | Access::Pin | Access::PinAndKey(_) => "?",
    }
}

fn files(page: &mut String) {
    page.push_str("\n## Files 文件\n\n");
    page.push_str(&text::head(&[
        "FID", "SFI", "bytes", "meaning", "含义", "read", "write", "evidence",
    ]));
    for file in certificates::DIRECTORIES
        .iter()
        .flat_map(|directory| directory.all_files)
    {
        let size = match file.kind {
            FileKind::Transparent { size } => size.to_string(),
            _ => "?".to_owned(),
        };
        page.push_str(&text::row(&[
            format!("{:04X}", file.fid),
            format!("{:02X}", file.sfi()),
            size,
            file.english.to_owned(),
            file.chinese.to_owned(),
            condition(file.read(Generation::V3)).to_owned(),
            condition(file.write).to_owned(),
            format!(
                "{}, conditions {}",
                file.evidence.mark(),
                file.access_evidence.mark()
            ),
        ]));
    }
    page.push_str(&format!(
        "\nA pair is public key, private key, certificate: {} {:04X}, {:04X}, {:04X}; {} {:04X}, {:04X}, {:04X}. A certificate is\n\
         DER from the first byte on, {CERTIFICATE_SIZE} bytes at the most. A public key's file is CA 40 x y once there is one.\n",
        SIGNING.english, SIGNING.public, SIGNING.private, SIGNING.certificate,
        ENCRYPTION.english, ENCRYPTION.public, ENCRYPTION.private, ENCRYPTION.certificate,
    ));
}

fn keys(page: &mut String) {
    page.push_str("\n## PIN and keys 密码与密钥\n\n");
    page.push_str(&text::head(&[
        "key",
        "identifier",
        "tries",
        "for",
        "用途",
        "vault",
        "evidence",
    ]));
    for key in certificates::DIRECTORIES
        .iter()
        .flat_map(|directory| directory.keys)
    {
        page.push_str(&text::row(&[
            key.name.to_owned(),
            format!("{:02X}", key.identifier),
            KEY_TRIES.to_string(),
            key.english.to_owned(),
            key.chinese.to_owned(),
            format!("`{}`", key.vault_id),
            key.evidence.mark().to_owned(),
        ]));
    }
    page.push_str(&text::row(&[
        "PIN".to_owned(),
        format!("{PIN_KEY:02X}"),
        PIN_TRIES.to_string(),
        "the holder: signing".to_owned(),
        "持卡人密码".to_owned(),
        "–".to_owned(),
        "S".to_owned(),
    ]));
    page.push_str(&format!(
        "\nVERIFY names the administrator ({ADMINISTRATOR_KEY:02X} on the card) by P2 = 00. What EAK ({EXTERNAL_KEY:02X}) has shown lasts until\n\
         another environment is selected, what the PIN has shown until another directory is.\n",
    ));
}

fn operations(page: &mut String) {
    page.push_str("\n## Who may do what 权限\n\n");
    page.push_str(&text::head(&["operation", "操作", "any of", "evidence"]));
    for operation in Operation::ALL {
        let (english, chinese) = operation.words();
        let any: Vec<_> = operation
            .conditions()
            .iter()
            .map(|rule| condition(*rule))
            .collect();
        page.push_str(&text::row(&[
            english.to_owned(),
            chinese.to_owned(),
            any.join(", "),
            "P".to_owned(),
        ]));
    }
}
