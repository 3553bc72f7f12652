//! DF02, employment 就业与失业 (LD/T 32.6).

use super::Directory;
use super::FileKind::{Cyclic, LinearVariable};
use crate::access::Access::{Key, PinOrKey};
use crate::commands::Application;
use crate::{Evidence, Generations, key_table};

pub(super) static DF02: Directory = Directory {
    fid: 0xDF02,
    label: "DF02",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x01],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "employment",
    chinese: "就业与失业",
    all_files: elementary_files! {
        0xEF05 "vocational skill" "职业和专业技能信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x83), P, spare 0, "LD/T 32.6", {
            "42" An 0x03, ALL C;
            "41" An 0x03, ALL C;
            "43" B 0x6C * 2, ALL C {
                "5A" An 0x07, ALL P;
                "5B" An 0x01, ALL P;
                "5C" An 0x46, ALL P;
                "5D" Cn 0x04, ALL C;
                "5E" An 0x10, ALL P;
            };
            "44" B 0x65 * 2, ALL C {
                "33" An 0x03, ALL P;
                "34" An 0x46, ALL P;
                "35" Cn 0x04, ALL C;
                "36" An 0x10, ALL P;
            };
        };
        0xEF06 "employment status" "就业状况信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x84), S, spare 0, "LD/T 32.6", {
            "4C" Cn 0x04, ALL C;
            "4B" An 0x05, ALL C;
            "4D" Cn 0x03, ALL C;
            "60" Cn 0x04, ALL C;
            "4F" An 0x06, ALL C;
            "50" Cn 0x03, ALL C;
            "3A" An 0x07, ALL C;
        };
        0xEF07 "employment record" "就业记录信息" Cyclic { record: 0x55, records: 4 }, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x85), S, spare 0, "LD/T 32.6", {
            "" ("code", "employment record, code", "就业记录 代码", P) An 7, ALL C;
            "" ("date_1", "employment record, first date", "就业记录 日期 1", P) Cn 4, ALL C;
            "" ("date_2", "employment record, second date", "就业记录 日期 2", P) Cn 4, ALL C;
            "" ("text", "employment record, text", "就业记录 文字", P) An 0x46, ALL C;
        };
        0xEF09 "unemployment registration" "就业失业登记证信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "55" An 0x10, ALL C;
            "56" An 0x46, ALL C;
            "96" Cn 0x04, ALL C;
            "97" Cn 0x03, ALL C;
        };
        0xEF15 "assistance" "就业援助对象认定信息" LinearVariable, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x87), S, spare 0, "LD/T 32.6", {
            "99" B 0x10 * 4, ALL C {
                "10" An 0x03, ALL C;
                "11" Cn 0x04, ALL C;
                "12" Cn 0x03, ALL C;
            };
            "0F" Cn 0x04, ALL C;
            "1F" Cn 0x03, ALL C;
        };
        0xEF16 "policy support" "政策扶持" Cyclic { record: 0x12, records: 4 }, ALL C,
        [PinOrKey(0x88), PinOrKey(0x88), PinOrKey(0x88)], Key(0x89), S, spare 0, "LD/T 32.6", {
            "" ("code", "policy support, code", "政策扶持 代码", P) An 3, ALL C;
            "" ("date_1", "policy support, first date", "政策扶持 日期 1", P) Cn 4, ALL C;
            "" ("date_2", "policy support, second date", "政策扶持 日期 2", P) Cn 4, ALL C;
            "" ("date_3", "policy support, third date", "政策扶持 日期 3", P) Cn 4, ALL C;
            "" ("region", "policy support, region", "政策扶持 行政区划", P) Cn 3, ALL C;
        };
    },
    keys: key_table::DF02,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
