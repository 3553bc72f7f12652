//! DF06, social assistance and preferential treatment 社会救助与优待抚恤.

use super::keys;
use crate::access::Access::Key;
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::LinearVariable;
use crate::{Evidence, Generations};

pub(super) static DF06: Directory = Directory {
    fid: 0xDF06,
    label: "DF06",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x06],
    name_evidence: Evidence::S,
    ddf: false,
    application: Application::Ssc,
    english: "social assistance and preferential treatment",
    chinese: "社会救助与优待抚恤",
    all_files: elementary_files! {
        0xEF05 "social assistance" "社会救助信息" LinearVariable, FROM_V2_P3 S,
        [Key(0x83); 3], Key(0x85), S, spare 0, "LD/T 32.6", {
            "C0" ("social_assistance_by", "social assistance, by", "社会救助机构名称", P) An 0x46, FROM_V2_P3 S;
            "C2" ("organisation_code", "organisation code", "社会救助机构代码", P) An 0x09, FROM_V2_P3 S code ORGANISATION;
            "C3" ("assistance_group_c3", "assistance group C3", "社会救助 C3", P) B 0x1A, FROM_V2_P3 S {
                "E3" ("assistance_kind", "assistance, kind", "救助类别", P) Cn 0x01, FROM_V2_P3 S;
                "E4" ("assistance_from", "assistance, from", "救助起始日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E5" ("assistance_until", "assistance, until", "救助终止日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E6" ("assistance_amount", "assistance, amount", "救助金额", S) Cn 0x04, FROM_V2_P3 S code AMOUNT;
                "E7" ("assistance_region", "assistance, region", "行政区划代码", P) Cn 0x03, FROM_V2_P3 S code REGION;
            };
            "C4" ("assistance_group_c4", "assistance group C4", "社会救助 C4", P) B 0x1A, FROM_V2_P3 S {
                "E3" ("assistance_kind", "assistance, kind", "救助类别", P) Cn 0x01, FROM_V2_P3 S;
                "E4" ("assistance_from", "assistance, from", "救助起始日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E5" ("assistance_until", "assistance, until", "救助终止日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E6" ("assistance_amount", "assistance, amount", "救助金额", S) Cn 0x04, FROM_V2_P3 S code AMOUNT;
                "E7" ("assistance_region", "assistance, region", "行政区划代码", P) Cn 0x03, FROM_V2_P3 S code REGION;
            };
            "C5" ("assistance_group_c5", "assistance group C5", "社会救助 C5", P) B 0x1A, FROM_V2_P3 S {
                "E3" ("assistance_kind", "assistance, kind", "救助类别", P) Cn 0x01, FROM_V2_P3 S;
                "E4" ("assistance_from", "assistance, from", "救助起始日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E5" ("assistance_until", "assistance, until", "救助终止日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
                "E6" ("assistance_amount", "assistance, amount", "救助金额", S) Cn 0x04, FROM_V2_P3 S code AMOUNT;
                "E7" ("assistance_region", "assistance, region", "行政区划代码", P) Cn 0x03, FROM_V2_P3 S code REGION;
            };
        };
        0xEF06 "preferential treatment" "优待抚恤信息" LinearVariable, FROM_V2_P3 S,
        [Key(0x83); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "C6" ("preferential_treatment_by", "preferential treatment, by", "优待抚恤机构名称", P) An 0x46, FROM_V2_P3 S;
            "C8" ("organisation_code", "organisation code", "优待抚恤机构代码", P) An 0x09, FROM_V2_P3 S code ORGANISATION;
            "C9" Cn 0x01, FROM_V2_P3 S;
            "CA" Cn 0x04, FROM_V2_P3 S;
            "CB" Cn 0x04, FROM_V2_P3 S;
            "CC" Cn 0x04, FROM_V2_P3 S;
            "CD" Cn 0x02, FROM_V2_P3 S;
            "CE" Cn 0x01, FROM_V2_P3 S;
            "CF" Cn 0x04, FROM_V2_P3 S;
            "D0" Cn 0x04, FROM_V2_P3 S;
            "D1" Cn 0x04, FROM_V2_P3 S;
            "D2" Cn 0x03, FROM_V2_P3 S;
            "D3" Cn 0x01, FROM_V2_P3 S;
            "D4" Cn 0x04, FROM_V2_P3 S;
            "D5" Cn 0x04, FROM_V2_P3 S;
            "D6" Cn 0x04, FROM_V2_P3 S;
            "D7" Cn 0x03, FROM_V2_P3 S;
            "D8" Cn 0x01, FROM_V2_P3 S;
            "D9" Cn 0x04, FROM_V2_P3 S;
            "DA" Cn 0x04, FROM_V2_P3 S;
            "DB" Cn 0x04, FROM_V2_P3 S;
            "DC" Cn 0x04, FROM_V2_P3 S;
            "DD" Cn 0x04, FROM_V2_P3 S;
            "DE" Cn 0x04, FROM_V2_P3 S;
            "DF" Cn 0x03, FROM_V2_P3 S;
            "E0" Cn 0x03, FROM_V2_P3 S;
            "E1" Cn 0x02, FROM_V2_P3 S;
            "E2" Cn 0x02, FROM_V2_P3 S;
        };
    },
    keys: keys::DF06,
    generations: Generations::FROM_V2_P3,
    evidence: Evidence::C,
};
