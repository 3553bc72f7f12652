//! DF01, public 公共应用 (LD/T 32.6).

use super::Directory;
use super::FileKind::{LinearVariable, Transparent};
use crate::access::Access::{Free, Key, PinOrKey};
use crate::commands::Application;
use crate::{Evidence, Generations, key_table};

pub(super) static DF01: Directory = Directory {
    fid: 0xDF01,
    label: "DF01",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x00],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "public",
    chinese: "公共应用",
    all_files: elementary_files! {
        0xEF05 "household registration" "户籍信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x83), S, spare 0, "LD/T 32.6", {
            "20" ("household_category", "household registration category", "户口类别", S) An 0x02, ALL C;
            "21" ("household_address", "household registration address", "户口所在地地址", S) An 0x3E, ONLY_V1 C;
            "21" ("household_address", "household registration address", "户口所在地地址", S) An 0x50, FROM_V2 C;
            "0E" ("household_region", "household registration region (GB/T 2260)", "户口所在地行政区划代码", P) Cn 0x03, ALL C;
        };
        0xEF06 "residence" "常住地信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "23" ("address", "address of residence and mail", "常住所在地地址（通讯地址）", C) An 0x50, ALL C;
            "24" ("region", "region of residence (GB/T 2260)", "常住所在地行政区划代码", S) Cn 0x03, ALL C;
            "28" ("telephone", "telephone", "联系电话", C) An 0x0F, ALL C;
            "2C" An 0x32, ALL C;
            "2D" An 0x0F, ALL C;
        };
        0xEF07 "personal status" "个人状况信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x84), S, spare 0, "LD/T 32.6", {
            "29" An 0x01, ALL C;
        };
        0xEF08 "marriage" "婚姻状况信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x85), S, spare 0, "LD/T 32.6", {
            "2B" An 0x01, ALL C;
        };
        0xEF09 "identity and employer" "人员身份及就业单位信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x84), S, spare 0, "LD/T 32.6", {
            "2E" An 0x46, ALL C;
            "30" An 0x09, ALL C;
            "32" An 0x02, ALL C;
        };
        0xEF0A "nationality and political status" "国籍及政治面貌信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x87), S, spare 0, "LD/T 32.6", {
            "37" ("nationality", "nationality", "国籍", S) An 0x03, ALL C;
            "38" An 0x02, ALL C;
            "39" Cn 0x04, ALL C;
        };
        0xEF15 "education" "学历信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x89), S, spare 0, "LD/T 32.6", {
            "2A" Cn 0x01, ALL C;
            "40" B 0x34 * 3, ALL C {
                "57" An 0x03, ALL C;
                "58" Cn 0x03, ALL C;
                "59" An 0x28, ALL C;
            };
        };
        0xEF16 "reserved 1" "预留文件 1" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF17 "reserved 2" "预留文件 2" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF18 "reserved 3" "预留文件 3" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF19 "reserved 4" "预留文件 4" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF1A "reserved 5" "预留文件 5" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
    },
    keys: key_table::DF01,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
