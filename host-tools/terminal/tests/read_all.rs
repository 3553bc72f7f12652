//! Whole dumps of a little card: conditions, refusals, templates, cyclic files, photos, the rendering.

mod common;

use apdu_specs::Status;
use common::little_card::{LittleCard, Lock};
use common::{DES, Keys, SM4, des_source, sm4_source};
use ssc_terminal::{
    Content, Dialogue, DirectoryDump, Dump, FileDump, Pin, Remark, TerminalError, Value,
};
use ssc_words::Lang;

const FCI_SM4: &str = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103";
const SSSE: u16 = 0;

fn card_2() -> LittleCard {
    let photo = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[0x5A; 700], &[0xFF, 0xD9]].concat();
    let mut padded = photo;
    padded.resize(0x1000, 0x00);
    LittleCard::new(DES)
        .records(
            SSSE,
            0xEF05,
            Lock::Free,
            &[
                "0110 440305 D156000005 33445566 8C1F2E3D",
                "0201 31",
                "0304 322E3030",
                "040C 440300000000FFFFFFFFFFFF",
                "0504 20260131",
                "0604 20360131",
                "0709 583030303030303139",
            ],
        )
        .records(
            SSSE,
            0xEF06,
            Lock::Free,
            &[
                "0812 313131313131313938313031303131313130",
                "091E 41B0A2B2BBB6BCC8C8BACFC2FCA1A4C2F2C2F2CCE1B0ACC1A6BDADCDC2B6",
                "4E14 FBD1B70000000000000000000000000000000000",
                "0A01 31",
                "0B01 01",
                "0C03 111111",
                "0D04 19810101",
            ],
        )
        .bytes(SSSE, 0xEF07, Lock::Key(0x0A), vec![0x00; 0x400])
        .bytes(SSSE, 0xEF08, Lock::Key(0x0A), padded)
        .records(0xDF01, 0xEF07, Lock::Key(0x88), &["2901 32"])
        .records(
            0xDF01,
            0xEF15,
            Lock::Key(0x88),
            &[
                "2A01 03",
                &format!("4034 5703313200 5803201906 5928B1B1BEA9{}", "00".repeat(36)),
                &format!("4034 {}", "00".repeat(0x34)),
            ],
        )
        .bytes(0xDF01, 0xEF16, Lock::Free, vec![0xFF; 100])
        .records(0xDF04, 0xEF06, Lock::Both(0x84), &["9001 31"])
        .records(
            0xDF04,
            0xEF08,
            Lock::Pin,
            &[
                "0002 36 00A1B2C3D4E5 20260131094530 00000064 00000000 000000C8",
                "0001 36 00A1B2C3D4E5 20260130094530 00000001 00000000 00000001",
                &"00".repeat(28),
            ],
        )
        .records(0xDF04, 0xEF15, Lock::Never, &["000731"])
        .records(0xDF07, 0xEF05, Lock::Key(0x83), &["F002 3132"])
}

fn dump(
    card: &mut LittleCard,
    keys: Option<&Keys>,
    pin: Option<&str>,
) -> Result<Dump, TerminalError> {
    let pin: Option<Pin> = pin.map(|pin| pin.parse().unwrap());
    Dialogue::open_with(card, keys.map(|keys| keys as _), des_source)?.read_all(pin.as_ref())
}

fn directory<'a>(dump: &'a Dump, label: &str) -> &'a DirectoryDump {
    dump.directories.iter().find(|d| d.label == label).unwrap()
}

fn file<'a>(dump: &'a Dump, label: &str, fid: &str) -> &'a FileDump {
    let files = &directory(dump, label).files;
    files.iter().find(|file| file.fid == fid).unwrap()
}

fn sw(file: &FileDump) -> Option<&str> {
    file.refusal.as_ref().map(|refusal| refusal.sw.as_str())
}

fn values(file: &FileDump) -> Vec<(String, Option<String>)> {
    match &file.content {
        Some(Content::Records(records)) => records
            .iter()
            .map(|field| {
                (
                    field.id.to_string(),
                    field.value.as_str().map(str::to_owned),
                )
            })
            .collect(),
        other => panic!("no records: {other:?}"),
    }
}

#[test]
fn with_keys_and_pin_everything_is_read() {
    let mut card = card_2();
    let keys = Keys(DES);
    let dump = dump(&mut card, Some(&keys), Some("123456")).unwrap();
    assert_eq!(
        (dump.version.as_str(), dump.algorithm.as_str()),
        ("2.00", "3DES")
    );
    let labels: Vec<_> = dump.directories.iter().map(|d| d.label).collect();
    assert_eq!(
        labels,
        [
            "SSSE", "DF01", "DF02", "DF03", "DF04", "DF05", "DF06", "DF07"
        ]
    );

    let issuer = values(file(&dump, "SSSE", "EF05"));
    assert_eq!(issuer[2], ("version".into(), Some("2.00".into())));
    assert_eq!(
        issuer[3],
        ("institution".into(), Some("440300000000".into()))
    );
    let holder = values(file(&dump, "SSSE", "EF06"));
    assert_eq!(
        holder[0],
        ("number".into(), Some("111111198101011110".into()))
    );
    // both records joined, though a character lies across them
    assert_eq!(
        holder[1],
        (
            "name".into(),
            Some("A阿不都热合曼·买买提艾力江吐尔逊".into())
        )
    );

    let Some(Content::Bytes(photo)) = &file(&dump, "SSSE", "EF08").content else {
        panic!("no photo")
    };
    assert_eq!((photo.length, photo.used, photo.jpeg), (0x1000, 706, true));
    assert!(photo.used_bytes().ends_with(&[0x5A, 0xFF, 0xD9]));
    let Some(Content::Bytes(reserved)) = &file(&dump, "DF01", "EF16").content else {
        panic!("no bytes")
    };
    assert_eq!(
        (reserved.length, reserved.used),
        (100, 0),
        "smaller than the table says"
    );

    let Some(Content::Records(education)) = &file(&dump, "DF01", "EF15").content else {
        panic!("no records")
    };
    let Value::Fields(school) = &education[1].value else {
        panic!("no template")
    };
    assert_eq!(school[2].value, Value::Text("北京".into()));
    assert_eq!(education[2].value, Value::Empty);

    let Some(Content::Lists(transactions)) = &file(&dump, "DF04", "EF08").content else {
        panic!("no cyclic records")
    };
    assert_eq!(
        transactions.len(),
        2,
        "the record that was never written is left out"
    );
    assert_eq!(
        transactions[0][3].value,
        Value::Digits("20260131094530".into())
    );
    assert_eq!(
        values(file(&dump, "DF04", "EF06")),
        [("offline_settlement_flag".into(), Some("1".into()))]
    );

    assert_eq!(sw(file(&dump, "DF04", "EF15")), Some("6982"));
    assert_eq!(sw(file(&dump, "DF01", "EF05")), Some("6A82"));
    let missing = directory(&dump, "DF02").refusal.as_ref().unwrap();
    assert_eq!(missing.sw, "6A82");
    assert!(directory(&dump, "DF02").files.is_empty());

    // the vault has no root for DF07: that is noted, and the rest is read
    let df07 = file(&dump, "DF07", "EF05");
    assert_eq!(sw(df07), Some("6982"));
    assert!(
        df07.notes[0].english.contains("DF07/RK1"),
        "{:?}",
        df07.notes
    );

    // one key a directory, each presented once; the PIN once
    assert_eq!(card.presented, [0x0A, 0x88, 0x84]);
    assert_eq!(card.verified, 1);
}

#[test]
fn without_keys_and_pin_the_free_files_are_read_and_the_others_listed() {
    let mut card = card_2();
    let dump = dump(&mut card, None, None).unwrap();
    assert_eq!(values(file(&dump, "SSSE", "EF06")).len(), 7);
    for (label, fid) in [
        ("SSSE", "EF08"),
        ("DF01", "EF07"),
        ("DF04", "EF06"),
        ("DF04", "EF08"),
    ] {
        let file = file(&dump, label, fid);
        assert_eq!(sw(file), Some("6982"), "{label} {fid}");
        assert!(file.content.is_none());
        assert!(
            file.refusal
                .as_ref()
                .unwrap()
                .words
                .chinese
                .contains("安全状态")
        );
    }
    assert!(card.presented.is_empty());
    assert_eq!(card.verified, 0);
}

#[test]
fn a_key_of_another_issuer_is_presented_once_and_noted() {
    let mut card = card_2();
    card.foreign.insert(0x0A);
    let keys = Keys(DES);
    let dump = dump(&mut card, Some(&keys), None).unwrap();
    for fid in ["EF07", "EF08"] {
        let file = file(&dump, "SSSE", fid);
        assert_eq!(sw(file), Some("6982"));
        assert!(file.notes[0].english.contains("63CE"), "{:?}", file.notes);
    }
    assert_eq!(card.presented.iter().filter(|key| **key == 0x0A).count(), 1);
    // other keys are still of use
    assert_eq!(values(file(&dump, "DF01", "EF07")).len(), 1);
    // PIN and key: the key alone does not open it
    assert_eq!(sw(file(&dump, "DF04", "EF06")), Some("6982"));
}

#[test]
fn a_wrong_pin_ends_it_after_one_try() {
    let mut card = card_2();
    let error = dump(&mut card, None, Some("654321")).unwrap_err();
    assert!(matches!(
        error,
        TerminalError::PinRefused { sw: Status(0x63C2) }
    ));
    assert!(!error.to_string().contains("654321"));
    assert_eq!(card.verified, 1);
}

#[test]
fn version_3_covers_the_card_number_until_rk() {
    let card = || {
        LittleCard::new(SM4)
            .with_fci(FCI_SM4)
            .records(
                SSSE,
                0xEF05,
                Lock::Free,
                &[
                    "0110 440305 D156000005 33445566 8C1F2E3D",
                    "0201 31",
                    "0304 332E3030",
                    "040C 440300000000FFFFFFFFFFFF",
                    "0504 20260131",
                    "0604 20360131",
                    "0709 000000000000000000",
                ],
            )
            .records(SSSE, 0xEF06, Lock::Key(0x0A), &["0904 D5C5C8FD"])
    };
    let without = Dialogue::open_with(&mut card(), None, sm4_source)
        .unwrap()
        .read_all(None)
        .unwrap();
    let Some(Content::Records(issuer)) = &file(&without, "SSSE", "EF05").content else {
        panic!("no records")
    };
    assert_eq!(issuer[6].remarks, [Remark::Masked]);
    assert_eq!(sw(file(&without, "SSSE", "EF06")), Some("6982"));

    let keys = Keys(SM4);
    let mut card = card();
    let with = Dialogue::open_with(&mut card, Some(&keys), sm4_source)
        .unwrap()
        .read_all(None)
        .unwrap();
    // RK was presented for record 7, before EF05 is read
    let Some(Content::Records(issuer)) = &file(&with, "SSSE", "EF05").content else {
        panic!("no records")
    };
    assert!(issuer[6].remarks.is_empty());
    assert_eq!(
        values(file(&with, "SSSE", "EF06"))[0].1.as_deref(),
        Some("张三")
    );
    assert_eq!(card.presented, [0x0A]);
}

#[test]
fn as_text_and_as_json() {
    let mut card = card_2();
    let keys = Keys(DES);
    let dump = dump(&mut card, Some(&keys), Some("123456")).unwrap();
    let english = dump.to_text(Lang::En);
    for line in [
        "Social security card, version 2.00, keys 3DES\n",
        "SSSE social security system environment\n├─ EF05 issuer (read: free)\n│  ├─ 01 card identification code: 440305D156000005334455668C1F2E3D\n",
        "│  ├─ 08 social security number: 111111198101011110\n",
        "EF07 fingerprint (read: SSSE/RK): empty (1024 bytes)\n",
        "EF08 photo (read: SSSE/RK): JPEG, 706 of 4096 bytes\n",
        "DF02 employment: not read, 6A82 file or application not found\n",
        "EF08 medical transactions (read: PIN)\n│  ├─ record 1\n│  │  ├─ transaction sequence: 0002\n",
        "│  │  ├─ 58 month of graduation: 201906\n",
        "│  ├─ 0A sex: 1 (male)\n",
        "│  ├─ 0B ethnic group: 01 (Han)\n",
        "│  │  └─ paid from the pooled fund: 000000C8 (2.00 yuan)\n",
        "000 [joined to the name]\n",
    ] {
        assert!(english.contains(line), "{line}\nin\n{english}");
    }
    let chinese = dump.to_text(Lang::Zh);
    for line in [
        "08 社会保障号码: 111111198101011110\n",
        "EF08 相片（读：SSSE/RK）: JPEG, 4096 字节中已用 706 字节\n",
        "DF02 就业与失业：未读取，6A82 未找到文件或应用\n",
    ] {
        assert!(chinese.contains(line), "{line}\nin\n{chinese}");
    }

    let json = serde_json::to_value(&dump).unwrap();
    let ssse = &json["directories"][0];
    assert_eq!(ssse["label"], "SSSE");
    assert_eq!(ssse["files"][1]["fid"], "EF06");
    assert_eq!(ssse["files"][1]["records"][0]["item"], "AAC002");
    assert_eq!(
        ssse["files"][1]["records"][0]["value"],
        "111111198101011110"
    );
    assert_eq!(ssse["files"][1]["condition"]["english"], "free");
    assert_eq!(ssse["files"][3]["bytes"]["used"], 706);
    assert!(ssse["files"][3]["bytes"].get("data").is_none());
    // Debug shows neither number nor name
    let debug = format!("{dump:?}");
    assert!(!debug.contains("111111198101011110") && !debug.contains("阿不都"));
}
