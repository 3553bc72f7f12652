//! The page of STORE DATA: grammar from the tables, and one example typed by hand, which
//! `tests/manual.rs` takes apart again.

use apdu_specs::access::{Access, RecordGuard, RecordRule};
use apdu_specs::applications::tags;
use apdu_specs::keys::{KEY_ENTRY_LENGTH, KEY_VERSIONS_HELD, KeyRole, PIN_ENTRY_LENGTH};
use apdu_specs::tags::TagUse;

use super::{keys, tags, text};

pub fn page() -> String {
    let mut page = text::page("Personalization: the grammar of STORE DATA 个人化数据语法");
    page.push_str(GRAMMAR);
    table(&mut page, TagUse::DataGrouping);
    page.push_str(CONTENTS);
    table(&mut page, TagUse::FileControl);
    access(&mut page);
    entries(&mut page);
    page.push_str(EXAMPLE);
    page
}

fn table(page: &mut String, used: TagUse) {
    page.push_str(&text::head(&[
        "tag",
        "shape and meaning",
        "含义",
        "evidence",
    ]));
    for tag in tags().filter(|tag| tag.used == used) {
        page.push_str(&text::row(&[
            format!("`{}`", tags::code(tag.tag, used)),
            tag.english.to_owned(),
            tag.chinese.to_owned(),
            tag.evidence.mark().to_owned(),
        ]));
    }
}

fn access(page: &mut String) {
    page.push_str(
        "\n## Access conditions, tag 86 访问条件\n\nRead rule, write rule, then any number of record rules. kk is a key \
         identifier; with bit 80 the file's own directory has the key, without it SSSE.\n\n",
    );
    page.push_str(&text::head(&["rule", "condition"]));
    // KK stands for any identifier; 0 is shown as kk below.
    for (rule, words) in [
        (Access::Free, "free"),
        (Access::Pin, "PIN"),
        (Access::Key(0), "key"),
        (Access::PinOrKey(0), "PIN or key"),
        (Access::PinAndKey(0), "PIN and key"),
        (Access::Never, "never"),
    ] {
        let [mode, _] = rule.encode();
        let key = if words.contains("key") { "kk" } else { "00" };
        page.push_str(&text::row(&[
            format!("`{mode:02X} {key}`"),
            words.to_owned(),
        ]));
    }
    page.push_str(&format!(
        "\nA record rule is {} bytes: record number, guard, rule. It stands in place of the EF's read rule for that record.\n\n",
        RecordRule::LENGTH
    ));
    page.push_str(&text::head(&["guard", "where the condition is not met"]));
    for (guard, words) in [
        (RecordGuard::Refused, "the record is refused, 6982"),
        (
            RecordGuard::Masked,
            "the record answers 9000, its value is zero bytes",
        ),
    ] {
        let rule = RecordRule {
            record: 1,
            guard,
            read: Access::Free,
        };
        let [_, code, ..] = rule.encode();
        page.push_str(&text::row(&[format!("`{code:02X}`"), words.to_owned()]));
    }
}

fn entries(page: &mut String) {
    page.push_str(&format!(
        "\n## Keys, DGI 8F01 密钥\n\nEntries of {KEY_ENTRY_LENGTH} bytes for the current directory: role 1, identifier 1, \
         [algorithm marker](keys.md) 1, version 1, tries 1, key 16, KCV 3 (first bytes of the encryption of a block of zeros under \
         the key). Then one byte 80 always, then 00 to a multiple of 16; AES-CBC with a zero IV under the data-encryption key of the \
         secure channel. A value has at most 256 bytes, so ten entries; more come in a further grouping. P.\n\n\
         A further entry of the same identifier with another version is a further version of the key, up to {KEY_VERSIONS_HELD}; with the same \
         version it takes its place. Role and algorithm are those of the others (6A80); a version is 01 to 7F. Roles 07 and 08 are people's secrets: they have one version (6A81). After SECURED, PUT KEY with P2 01 does the same with one \
         entry of the other roles: FID of the directory (2), then the entry padded to 32 bytes and enciphered as here.\n\n",
    ));
    page.push_str(&text::head(&["role", "meaning"]));
    for byte in 0..=u8::MAX {
        if let Some(role) = KeyRole::from_byte(byte) {
            page.push_str(&text::row(&[
                format!("`{byte:02X}`"),
                keys::role(role).to_owned(),
            ]));
        }
    }
    page.push_str(&format!(
        "\n## PIN, DGI 8F02 个人密码\n\nOne entry of {PIN_ENTRY_LENGTH} bytes for the whole card: tries 1, least digits 1, most digits 1, number \
         of digits 1, digits as BCD padded with F 8, then `80 00 00 00`; AES-CBC as above, without further padding. P.\n"
    ));
}

const GRAMMAR: &str = "\
After EMV Card Personalization Specification 1.1 and GlobalPlatform 2.3.1 11.11; the identifiers and layouts are this project's (P).

```
stream   = { grouping }
grouping = DGI(2) length value
length   = one byte 00 to FE, or FF and two bytes (big endian)
block    = `80 E2 08 nn Lc` part of the stream; the last one has P1 88
```

- Security level 01 at least; with C-MAC the class is 84. Block numbers run from 00 upwards and after FF from 00 again.
- A stream is cut into blocks anywhere, even inside a length: few, full blocks.
- One block is one transaction of at most 32 objects (a descriptor, a record, a 128-byte piece, a key, a counter each; more
  is 6A84): what it refuses, it has not changed. After a refusal nothing more is taken until block 00.
- A linear variable or cyclic EF that holds records is not filled a second time; an EF that spans blocks is readable
  (else 6985) only when its last byte has come.
- A new stream begins in the MF. SSSE is created in the MF, the DFs in SSSE: two levels.
- A card that is torn begins again with a wipe (`00F0 00`), the only grouping of a block 00.

## Data groupings 数据分组

";

const CONTENTS: &str = "\
| `hhhh` | any other identifier is the FID of an EF of the current directory, and the value its contents: the bytes of a transparent EF from offset 0; the records of a linear variable EF one after the other, each with tag and length; the records of a linear fixed or cyclic EF without either. Of a cyclic EF the last one becomes record 01 | 文件内容 | P |

## File control parameters, DGI 0062 文件控制参数

Tags of one byte, lengths of one byte below 80. An EF has tag 86 and neither 84 nor A5; a directory has no 86.

";

const EXAMPLE: &str = "
## Digest 摘要

Inside the secure channel, before SECURED (then 6985: four bytes are enough to find a PIN or a short field by trying), GET DATA with P1 DF and P2 the number
of digests to pass over answers up to 59 of them, 4 bytes each, or with P2 FF the first 8 bytes of AES-CMAC under sixteen zero bytes over all of them: for each directory in the order of creation its EFs in the order of theirs, then its keys.
An EF that nobody reads, or of which nobody reads a record, has none. A digest is the first 4 bytes of AES-CMAC under a key of sixteen zero bytes, over

- all bytes of a transparent EF, to its size, whatever was written;
- the records of another EF one after the other from number 01 on, so of a cyclic EF the newest first;
- for the keys, in the order of their identifiers, the entry without the key: role, identifier, algorithm, version, tries, KCV (8 bytes
  each; 5 without the KCV for roles 07 and 08, since it would tell a PIN).

## Example 示例

All data here is synthetic. The data-encryption key is the published transport key 40 41 … 4F; the card key is 00112233445566778899AABBCCDDEEFF. The directory
SSSE of a card 3.00, its EF05 with a masked card number, its contents, and its key RK:

```
0062 25                                      create a file
   62 23
      82 01 38                               directory
      83 02 DDF1                             FID
      84 0F 7378312E73682EC9E7BBE1B1A3D5CF   DF name
      A5 09 88011E 9F0C03 860103             SELECT answers this; algorithm SM4
0062 1B                                      create a file in it
   62 19
      82 05 05 21 0012 07                    linear variable, records of at most 12 hex bytes, 7 records
      80 02 0040                             40 hex bytes in all
      83 02 EF05                             FID
      86 08 0000 0204 0701020A               read free, write after key 04 (UK);
                                             record 7 masked until key 0A (RK)
EF05 40                                      contents of EF05
   01 10 110100D156000005000000015C5C5C5C    card identification code
   02 01 31                                  card category
   03 04 332E3030                            3.00
   04 0C 110100FFFFFFFFFFFFFFFFFF            institution
   05 04 20260101                            issue date
   06 04 20360101                            valid to
   07 09 583030303030303139                  card number X00000019
8F01 20                                      keys of the directory, enciphered
   B1E55BE27C6079854142A22111B0F5E320E35A79821EB4C7E03C8EC6980D9429
```

The value of 8F01 deciphered: `02 0A 03 01 0F` external authentication, key 0A, SM4, version 1, fifteen tries; the key; `72EBA3` its KCV; `80 00000000000000`.
The digest of this EF05 is `2028237E`. That of the keys, `020A03010F 72EBA3`, is `A55482B2`. A PIN 123456 with three tries would be `8F02 10 9F0984546FCE6A539E86AC22E5414812`, of
`03 04 10 06 123456FFFFFFFFFF 80000000`.

Made with OpenSSL:

```
printf %s 020A03010F00112233445566778899AABBCCDDEEFF72EBA38000000000000000 | xxd -r -p |
  openssl enc -aes-128-cbc -nopad -K 404142434445464748494A4B4C4D4E4F -iv 00000000000000000000000000000000 | xxd -p -c 64
printf %032d 0 | xxd -r -p | openssl enc -sm4-ecb -nopad -K 00112233445566778899AABBCCDDEEFF | xxd -p    # KCV, first 3 bytes
printf %s $CONTENTS | xxd -r -p | openssl mac -macopt cipher:AES-128-CBC -macopt hexkey:00000000000000000000000000000000 CMAC
```
";
