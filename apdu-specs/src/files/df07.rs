//! DF07: it exists, its meaning is not known; the AID follows the row of the others (P).

use super::Directory;
use super::FileKind::LinearVariable;
use crate::access::Access::Key;
use crate::commands::Application;
use crate::{Evidence, Generations, key_table};

pub(super) static DF07: Directory = Directory {
    fid: 0xDF07,
    label: "DF07",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x06],
    name_evidence: Evidence::P,
    ddf: false,
    application: Application::Ssc,
    english: "application DF07",
    chinese: "DF07 应用",
    all_files: elementary_files! {
        0xEF05 "DF07 file EF05" "DF07 信息 EF05" LinearVariable, ALL S,
        [Key(0x84), Key(0x84), Key(0x84)], Key(0x04), P, spare 0, "LD/T 32.6", {
            "F0" An 0x02, ALL S;
            "F1" An 0x01, ALL S;
            "F2" Cn 0x04, ALL S;
            "F3" An 0x03, ALL S;
            "F4" Cn 0x04, ALL S;
        };
        0xEF06 "DF07 file EF06" "DF07 信息 EF06" LinearVariable, ALL S,
        [Key(0x84), Key(0x84), Key(0x84)], Key(0x04), P, spare 0, "LD/T 32.6", {
            "F5" An 0x03, ALL S;
            "F6" Cn 0x04, ALL S;
            "F7" An 0x46, ALL S;
        };
        0xEF07 "DF07 file EF07" "DF07 信息 EF07" LinearVariable, ALL S,
        [Key(0x84), Key(0x84), Key(0x84)], Key(0x04), P, spare 0, "LD/T 32.6", {
            "F8" Cn 0x04, ALL S;
            "F9" An 0x01, ALL S;
        };
    },
    keys: key_table::DF07,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
