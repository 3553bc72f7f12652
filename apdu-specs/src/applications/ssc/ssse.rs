//! SSSE, the environment: issuer and cardholder (LD/T 32.3, 32.6).

use super::{keys, names};
use crate::access::Access::{Free, Key};
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::{LinearVariable, Transparent};
use crate::{Evidence, Generations};

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
        [Free; 3], Key(0x04), S, spare 0, "LD/T 32.6; LB002-2000", {
            "01" ("identification_code", "card identification code", "卡识别码", C) B 0x10, ALL C item IDENTIFICATION_CODE;
            "02" ("category", "card category", "卡的类别", C) An 0x01, ALL C item CATEGORY;
            "03" ("version", "specification version", "规范版本", C) An 0x04, ALL C item VERSION;
            "04" ("institution", "initialising institution", "初始化机构编号", C) Cn 0x0C, ALL C item INSTITUTION code INSTITUTION;
            "05" ("issue_date", "issue date", "发卡日期", C) Cn 0x04, ALL C code DATE;
            "06" ("valid_to", "valid to", "卡有效期", C) Cn 0x04, ALL C code DATE;
            "07" ("card_number", "card number", "社会保障卡卡号", C) An 0x09, ALL C item CARD_NUMBER rule ONLY_V3 Masked Key(0x0A);
        };
        0xEF06 "cardholder" "持卡人基本信息" LinearVariable, ALL C,
        [Free, Free, Key(0x0A)], Key(0x04), S, spare 0, "LD/T 32.6; LB002-2000", {
            "08" ("number", "social security number", "社会保障号码", C) An 0x12, ALL C item NUMBER code NUMBER_OF_PERSON;
            "09" ("name", "name", "姓名", C) An 0x1E, ALL C item NAME;
            "4E" ("name_extension", "name extension", "姓名扩展", C) An 0x14, FROM_V2 C continues "09";
            "0A" ("sex", "sex", "性别", C) An 0x01, ALL C item SEX code SEX;
            "0B" ("ethnic_group", "ethnic group", "民族", C) Cn 0x01, ALL C item ETHNIC_GROUP code ETHNIC_GROUP;
            "0C" ("birthplace", "birthplace", "出生地", C) Cn 0x03, ALL C code REGION;
            "0D" ("birth_date", "birth date", "出生日期", C) Cn 0x04, ALL C item BIRTH_DATE code DATE;
        };
        0xEF07 "fingerprint" "指纹数据" Transparent { size: 0x300 }, ONLY_V1 C,
        [Free; 3], Key(0x04), C, spare 0, "LB002-2000", {};
        0xEF07 "fingerprint" "指纹数据" Transparent { size: 0x400 }, FROM_V2_P3 X,
        [Key(0x0A); 3], Key(0x04), S, spare 0, "LD/T 32.6"
        conflict "one program has 0x400 bytes, one reads and writes 0x300" chosen "0x400", {};
        0xEF08 "photo" "相片" Transparent { size: 0x1000 }, FROM_V2 S,
        [Key(0x0A); 3], Key(0x04), S, spare 0, "LD/T 32.6", {};
        0xEF0C "local extension 1" "地方扩展信息 1" LinearVariable, ONLY_V1 S,
        [Key(0x07); 3], Key(0x04), S, spare 0, "LB002-2000", {
            "F0" ("local_f0", "local item F0", "地方项目 F0", P) An 18, ONLY_V1 S;
            "F1" ("local_f1", "local item F1", "地方项目 F1", P) An 20, ONLY_V1 S;
        };
        0xEF0C "local extension 1" "地方扩展信息 1" LinearVariable, FROM_V2 S,
        [Key(0x07); 3], Key(0x04), P, spare 128, "LD/T 32.6", {};
        0xEF0D "local extension 2" "地方扩展信息 2" LinearVariable, FROM_V2 C,
        [Free, Free, Key(0x0A)], Key(0x0D), S, spare 0, "LD/T 32.6", {
            "EA" ("personal_identifier", "personal identifier (province)", "个人识别号", C) An 0x0C, FROM_V2 C;
            "EB" ("first_issue_place", "place of first issue", "首次发卡地", S) Cn 0x03, FROM_V2 C code REGION;
            "EC" An 0x01, FROM_V2_P3 S;
            "ED" An 0x01, FROM_V2_P3 S;
        };
    },
    keys: keys::SSSE,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
