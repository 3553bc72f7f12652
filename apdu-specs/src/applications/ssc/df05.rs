//! DF05, life and health 生命与健康.

use super::keys;
use crate::access::Access::{Key, Pin};
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::LinearVariable;
use crate::{Evidence, Generations};

pub(super) static DF05: Directory = Directory {
    fid: 0xDF05,
    label: "DF05",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x05],
    name_evidence: Evidence::S,
    ddf: false,
    application: Application::Ssc,
    english: "life and health",
    chinese: "生命与健康",
    all_files: elementary_files! {
        0xEF05 "life and health" "生命与健康信息" LinearVariable, FROM_V2_P3 S,
        [Pin; 3], Key(0x83), S, spare 0, "LD/T 32.6", {
            "A0" ("blood_group_abo", "blood group ABO", "ABO 血型", P) An 0x01, FROM_V2_P3 S;
            "A1" ("blood_group_rh", "blood group Rh", "Rh 血型", P) An 0x01, FROM_V2_P3 S;
            "B9" An 0x01, FROM_V2_P3 S;
            "A2" An 0x04, FROM_V2_P3 S;
            "A9" Cn 0x01, FROM_V2_P3 S;
            "A3" B 0x18 * 5, FROM_V2_P3 S {
                "A5" An 0x10, FROM_V2_P3 S;
                "A6" An 0x04, FROM_V2_P3 S;
            };
            "A4" B 0x17 * 3, FROM_V2_P3 S {
                "A7" An 0x10, FROM_V2_P3 S;
                "A8" An 0x03, FROM_V2_P3 S;
            };
            "BA" ("allergen", "allergen", "过敏物质名称", P) An 0x14, FROM_V2_P3 S;
            "BB" ("allergic_reaction", "allergic reaction", "过敏反应", P) An 0x64, FROM_V2_P3 S;
            "AA" ("vaccination", "vaccination", "免疫接种名称", P) An 0x14, FROM_V2_P3 S;
            "AB" ("vaccination_date", "vaccination, date", "免疫接种日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
            "AC" ("asthma_flag", "asthma, flag", "哮喘标志", P) An 0x01, FROM_V2_P3 S;
            "AD" ("heart_disease_flag", "heart disease, flag", "心脏病标志", P) An 0x01, FROM_V2_P3 S;
            "AE" ("cardiovascular_disease_flag", "cardiovascular disease, flag", "心脑血管病标志", P) An 0x01, FROM_V2_P3 S;
            "AF" ("epilepsy_flag", "epilepsy, flag", "癫痫标志", P) An 0x01, FROM_V2_P3 S;
            "B0" ("coagulation_disorder_flag", "coagulation disorder, flag", "凝血紊乱标志", P) An 0x01, FROM_V2_P3 S;
            "B1" ("diabetes_flag", "diabetes, flag", "糖尿病标志", P) An 0x01, FROM_V2_P3 S;
            "B2" ("glaucoma_flag", "glaucoma, flag", "青光眼标志", P) An 0x01, FROM_V2_P3 S;
            "B3" ("dialysis_flag", "dialysis, flag", "透析标志", P) An 0x01, FROM_V2_P3 S;
            "B4" ("organ_transplant_flag", "organ transplant, flag", "器官移植标志", P) An 0x01, FROM_V2_P3 S;
            "B5" ("missing_organ_flag", "missing organ, flag", "器官缺失标志", P) An 0x01, FROM_V2_P3 S;
            "B6" ("removable_prosthesis_flag", "removable prosthesis, flag", "可装卸义肢标志", P) An 0x01, FROM_V2_P3 S;
            "B7" ("pacemaker_flag", "pacemaker, flag", "心脏起搏器标志", P) An 0x01, FROM_V2_P3 S;
            "BC" ("mental_illness_flag", "mental illness, flag", "精神病标志", P) An 0x01, FROM_V2_P3 S;
            "B8" ("other_medical_alert", "other medical alert", "其他医学警示", P) An 0x28, FROM_V2_P3 S;
        };
    },
    keys: keys::DF05,
    generations: Generations::FROM_V2_P3,
    evidence: Evidence::C,
};
