//! SSSE, the environment: issuer and cardholder (LD/T 32.3, 32.6).

use super::Directory;
use super::FileKind::{LinearVariable, Transparent};
use crate::access::Access::{Free, Key};
use crate::commands::Application;
use crate::{Evidence, Generations, key_table, names};

pub(super) static SSSE: Directory = Directory {
    fid: names::SSSE_FID,
    label: "SSSE",
    name: names::SSSE,
    name_evidence: Evidence::C,
    ddf: true,
    application: Application::Ssc,
    english: "social security system environment",
    chinese: "社会保障系统环境",
    all_files: elementary_files! {
        0xEF05 "issuer" "发卡机构数据" LinearVariable, ALL C,
        [Free, Free, Free], Key(0x04), S, spare 0, "LD/T 32.6; LB002-2000", {
            "01" ("identification_code", "card identification code", "卡识别码", C) B 16, ALL C item IDENTIFICATION_CODE;
            "02" ("category", "card category", "卡的类别", C) An 1, ALL C;
            "03" ("version", "specification version", "规范版本", C) An 4, ALL C;
            "04" ("institution", "initialising institution", "初始化机构编号", C) Cn 12, ALL C;
            "05" ("issue_date", "issue date, YYYYMMDD", "发卡日期", C) Cn 4, ALL C;
            "06" ("valid_to", "valid to, YYYYMMDD", "卡有效期", C) Cn 4, ALL C;
            "07" ("card_number", "card number", "社会保障卡卡号", C) An 9, ALL C item CARD_NUMBER rule ONLY_V3 Masked Key(0x0A);
        };
        0xEF06 "cardholder" "持卡人基本信息" LinearVariable, ALL C,
        [Free, Free, Key(0x0A)], Key(0x04), S, spare 0, "LD/T 32.6; LB002-2000", {
            "08" ("number", "social security number", "社会保障号码", C) An 18, ALL C item NUMBER;
            "09" ("name", "name", "姓名", C) An 30, ALL C item NAME;
            "4E" ("name_extension", "name extension", "姓名扩展", C) An 20, FROM_V2 C;
            "0A" ("sex", "sex: 1 male, 2 female (GB/T 2261)", "性别", C) An 1, ALL C item SEX;
            "0B" ("ethnic_group", "ethnic group (GB/T 3304)", "民族", C) Cn 1, ALL C item ETHNIC_GROUP;
            "0C" ("birthplace", "birthplace region (GB/T 2260)", "出生地", C) Cn 3, ALL C;
            "0D" ("birth_date", "birth date, YYYYMMDD", "出生日期", C) Cn 4, ALL C item BIRTH_DATE;
        };
        0xEF07 "fingerprint" "指纹数据" Transparent { size: 0x300 }, ONLY_V1 S,
        [Key(0x0A), Key(0x0A), Key(0x0A)], Key(0x04), S, spare 0, "LB002-2000", {};
        0xEF07 "fingerprint" "指纹数据" Transparent { size: 0x400 }, FROM_V2 S,
        [Key(0x0A), Key(0x0A), Key(0x0A)], Key(0x04), S, spare 0, "LD/T 32.6", {};
        0xEF08 "photo" "相片信息" Transparent { size: 0x1000 }, FROM_V2 S,
        [Key(0x0A), Key(0x0A), Key(0x0A)], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF0C "local extension 1" "地方扩展信息 1" LinearVariable, ALL S,
        [Free, Free, Key(0x0A)], Key(0x07), P, spare 128, "LD/T 32.6", {};
        0xEF0D "local extension 2" "地方扩展信息 2" LinearVariable, ALL S,
        [Free, Free, Key(0x0A)], Key(0x0D), P, spare 0, "LD/T 32.6", {
            "EA" ("personal_identifier", "personal identifier", "个人识别号", S) An 12, ALL P;
            "EB" ("first_issue_place", "place of first issue", "首次发卡地", S) Cn 3, ALL P;
        };
    },
    keys: key_table::SSSE,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
