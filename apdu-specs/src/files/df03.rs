//! DF03, social insurance 社会保险 (LD/T 32.6).

use super::Directory;
use super::FileKind::LinearVariable;
use crate::access::Access::{Key, PinOrKey};
use crate::commands::Application;
use crate::{Evidence, Generations, key_table};

pub(super) static DF03: Directory = Directory {
    fid: 0xDF03,
    label: "DF03",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x02],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "social insurance",
    chinese: "社会保险",
    all_files: elementary_files! {
        0xEF05 "unemployment insurance" "失业保险" LinearVariable, ALL C,
        [PinOrKey(0x85), PinOrKey(0x85), PinOrKey(0x85)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "61" Cn 0x03, ALL C;
            "60" Cn 0x04, ALL C;
            "98" Cn 0x04, ALL C;
            "62" Cn 0x04, ALL C;
            "63" An 0x03, ALL C;
            "64" An 0x03, ALL C;
            "65" An 0x03, ALL C;
            "66" An 0x03, ALL C;
        };
        0xEF06 "labour capacity" "劳动能力鉴定" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x87), S, spare 0, "LD/T 32.6", {
            "45" An 0x14, ALL C;
            "46" An 0x02, ALL C;
            "47" An 0x02, ALL C;
            "48" An 0x01, ALL C;
            "49" An 0x01, ALL C;
            "67" Cn 0x04, ALL C;
            "6B" An 0x3C, ALL C;
            "4A" B 0x61 * 3, ALL C {
                "13" An 0x02, ALL P;
                "14" An 0x01, ALL P;
                "15" An 0x14, ALL P;
                "16" Cn 0x04, ALL C;
                "17" An 0x3C, ALL P;
            };
        };
        0xEF07 "pension" "养老保险" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x88), S, spare 0, "LD/T 32.6", {
            "70" An 0x03, ALL C;
            "71" Cn 0x03, ALL C;
            "6E" Cn 0x04, ALL C;
            "6C" Cn 0x04, ALL C;
            "6F" Cn 0x04, ALL C;
            "73" Cn 0x04, ALL C;
        };
        0xEF15 "work injury" "工伤保险" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x89), S, spare 0, "LD/T 32.6", {
            "7A" Cn 0x03, ALL C;
            "7B" Cn 0x04, ALL C;
            "7C" Cn 0x04, ALL C;
        };
        0xEF16 "maternity" "生育保险" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x8A), S, spare 0, "LD/T 32.6", {
            "51" Cn 0x03, ALL C;
            "5F" An 0x01, ALL C;
        };
        0xEF17 "social insurance file EF17" "社会保险信息 EF17" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x8B), S, spare 0, "LD/T 32.6", {
            "3B" An 0x14, ALL C;
            "3C" An 0x46, ALL C;
            "3D" An 0x01, ALL C;
            "3E" Cn 0x04, ALL C;
            "3F" An 0x3C, ALL C;
        };
        0xEF18 "social insurance file EF18" "社会保险信息 EF18" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x8C), S, spare 0, "LD/T 32.6", {
            "74" An 0x03, ALL C;
            "75" Cn 0x03, ALL C;
            "76" Cn 0x01, ALL C;
            "77" Cn 0x04, ALL C;
            "78" Cn 0x04, ALL C;
        };
        0xEF19 "social insurance file EF19" "社会保险信息 EF19" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x8D), S, spare 0, "LD/T 32.6", {
            "79" B 0x27 * 4, ALL C {
                "18" An 0x03, ALL C;
                "19" Cn 0x03, ALL C;
                "1A" Cn 0x04, ALL C;
                "1B" Cn 0x04, ALL C;
                "1C" An 0x04, ALL P;
                "1D" An 0x03, ALL C;
                "1E" Cn 0x04, ALL C;
            };
        };
    },
    keys: key_table::DF03,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
