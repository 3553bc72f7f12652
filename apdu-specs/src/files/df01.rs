//! DF01, public 公共应用 (LD/T 32.6).

use super::Directory;
use super::FileKind::{LinearVariable, Transparent};
use crate::access::Access::{Free, Key, PinOrKey};
use crate::{Evidence, Generations, key_table};

pub(super) static DF01: Directory = Directory {
    fid: 0xDF01,
    label: "DF01",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x00],
    name_evidence: Evidence::C,
    ddf: false,
    english: "public",
    chinese: "公共应用",
    all_files: elementary_files! {
        0xEF05 "household registration" "户籍信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x83), S, spare 0, "LD/T 32.6", {
            "20" An 0x02, ALL C;
            "21" An 0x3E, ONLY_V1 C;
            "21" An 0x50, FROM_V2 C;
            "0E" Cn 0x03, ALL C;
        };
        0xEF06 "address" "通讯信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "23" An 0x50, ALL C;
            "24" Cn 0x03, ALL C;
            "28" An 0x0F, ALL C;
            "2C" An 0x32, ALL C;
            "2D" An 0x0F, ALL C;
        };
        0xEF07 "personal status" "个人状态" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x84), S, spare 0, "LD/T 32.6", {
            "29" An 0x01, ALL C;
        };
        0xEF08 "marriage" "婚姻状况" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x85), S, spare 0, "LD/T 32.6", {
            "2B" An 0x01, ALL C;
        };
        0xEF09 "identity and employer" "身份与单位信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x84), S, spare 0, "LD/T 32.6", {
            "2E" An 0x46, ALL C;
            "30" An 0x09, ALL C;
            "32" An 0x02, ALL C;
        };
        0xEF0A "nationality" "国籍信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x87), S, spare 0, "LD/T 32.6", {
            "37" An 0x03, ALL C;
            "38" An 0x02, ALL C;
            "39" Cn 0x04, ALL C;
        };
        0xEF15 "education" "教育信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x89), S, spare 0, "LD/T 32.6", {
            "2A" Cn 0x01, ALL C;
            "40" B 0x34 * 3, ALL C {
                "57" An 0x03, ALL C;
                "58" Cn 0x03, ALL C;
                "59" An 0x28, ALL C;
            };
        };
        0xEF16 "reserved area 1" "预留区 1" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF17 "reserved area 2" "预留区 2" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF18 "reserved area 3" "预留区 3" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF19 "reserved area 4" "预留区 4" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
        0xEF1A "reserved area 5" "预留区 5" Transparent { size: 128 }, ALL C,
        [Free, Free, Free], Key(0x04), P, spare 0, "LD/T 32.6", {};
    },
    keys: key_table::DF01,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
