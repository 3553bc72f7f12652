//! DF03, social insurance 社会保险 (LD/T 32.6).

use super::keys;
use crate::access::Access::{Key, Pin, PinAndKey, PinOrKey};
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::LinearVariable;
use crate::{Evidence, Generations};

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
        0xEF05 "unemployment insurance" "失业保险" LinearVariable, ONLY_V1 C,
        [PinAndKey(0x85); 3], Key(0x86), X, spare 0, "LB002-2000"
        conflict "one source names RK1 beside the PIN, one RK2" chosen "RK2, which 2.00 has for this file", {
            "60" ("date_of_unemployment", "date of unemployment", "失业日期", P) Cn 0x04, ONLY_V1 X code DATE at_first false
                conflict "a test of cards wants tag 60 in exactly one of DF02 EF06 and DF03 EF05; two programs list it in both, one in DF02 EF06 alone"
                chosen "both can hold it, a new card has the record in DF02 EF06 alone";
            "98" ("benefit_from", "benefit from", "失业保险金开始领取日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "61" ("monthly_amount", "monthly amount", "月领取金额", P) Cn 0x04, ONLY_V1 C code AMOUNT;
            "62" ("benefit_until", "benefit until", "领取期满日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "63" ("months_paid", "months paid", "缴费月数", P) An 0x03, ONLY_V1 C;
            "64" ("months_granted", "months granted", "核定领取月数", P) An 0x03, ONLY_V1 C;
            "65" ("amount_65", "amount", "金额", P) Cn 0x03, ONLY_V1 C code AMOUNT;
            "66" ("amount_66", "amount", "金额", P) Cn 0x03, ONLY_V1 C code AMOUNT;
        };
        0xEF05 "unemployment insurance" "失业保险" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x85); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "61" ("region_of_unemployment_insurance", "region of unemployment insurance", "失业保险参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "60" ("date_of_unemployment", "date of unemployment", "失业日期", P) Cn 0x04, FROM_V2_P3 X code DATE at_first false
                conflict "a test of cards wants tag 60 in exactly one of DF02 EF06 and DF03 EF05; two programs list it in both, one in DF02 EF06 alone"
                chosen "both can hold it, a new card has the record in DF02 EF06 alone";
            "98" ("benefit_from", "benefit from", "失业保险金开始领取日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "62" ("benefit_until", "benefit until", "失业保险金领取期满日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "63" ("months_paid", "months paid", "缴费月数", P) An 0x03, FROM_V2_P3 C;
            "64" ("months_granted", "months granted", "核定领取月数", P) An 0x03, FROM_V2_P3 C;
            "65" ("months_drawn", "months drawn", "已领取月数", P) An 0x03, FROM_V2_P3 C;
            "66" ("months_left", "months left", "剩余领取月数", P) An 0x03, FROM_V2_P3 C;
        };
        0xEF06 "labour capacity" "劳动能力鉴定" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x87), S, spare 0, "LB002-2000", {
            "67" ("date_of_assessment", "date of assessment", "鉴定日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "68" ("conclusion", "conclusion", "鉴定结论", P) An 0x3E, ONLY_V1 C;
            "69" ("conclusion_continued", "conclusion, continued", "鉴定结论（续）", P) An 0x3E, ONLY_V1 C continues "68";
            "6A" ("conclusion_continued_2", "conclusion, continued", "鉴定结论（续）", P) An 0x10, ONLY_V1 C continues "68";
            "6B" ("assessed_by", "assessed by", "鉴定机构名称", P) An 0x3C, ONLY_V1 C;
        };
        0xEF06 "labour capacity" "劳动能力鉴定" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x87), S, spare 0, "LD/T 32.6", {
            "45" ("assessment_number", "assessment, number", "劳动能力鉴定结论书编号", P) An 0x14, FROM_V2_P3 C;
            "46" ("grade_of_disability", "grade of disability", "劳动功能障碍（伤残）等级", P) An 0x02, FROM_V2_P3 C item DISABILITY code DISABILITY;
            "47" ("kind_of_assessment", "kind of assessment (?)", "鉴定类别（?）", P) An 0x02, FROM_V2_P3 C code OWN;
            "48" ("grade_of_care_needed", "grade of care needed", "生活自理障碍（护理）等级", P) An 0x01, FROM_V2_P3 C item CARE code CARE;
            "49" ("degree_of_loss_of_capacity", "degree of loss of capacity (?)", "丧失劳动能力程度（?）", P) An 0x01, FROM_V2_P3 C code OWN;
            "67" ("date_of_assessment", "date of assessment", "鉴定日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "6B" ("assessed_by", "assessed by", "鉴定机构名称", S) An 0x3C, FROM_V2_P3 C;
            "4A" ("reassessment", "reassessment", "再次（复查）鉴定", P) B 0x61 * 3, FROM_V2_P3 C {
                "13" ("reassessment_grade_of_disability", "reassessment, grade of disability", "再次鉴定 伤残等级", P) An 0x02, FROM_V2_P3 C code DISABILITY;
                "14" ("reassessment_grade_of_care", "reassessment, grade of care", "再次鉴定 生活自理障碍等级", P) An 0x01, FROM_V2_P3 C code CARE;
                "15" ("reassessment_number", "reassessment, number", "再次鉴定 结论书编号", P) An 0x14, FROM_V2_P3 C;
                "16" ("reassessment_date", "reassessment, date", "再次鉴定 日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
                "17" ("reassessment_by", "reassessment, by", "再次鉴定 机构名称", S) An 0x3C, FROM_V2_P3 C;
            };
        };
        0xEF07 "pension" "养老保险" LinearVariable, ONLY_V1 C,
        [PinAndKey(0x84); 3], Key(0x88), S, spare 0, "LB002-2000", {
            "6C" ("first_insured", "first insured", "首次参加养老保险日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "6D" Cn 0x04, ONLY_V1 C code AMOUNT;
            "6E" ("date_of_starting_work", "date of starting work", "参加工作日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "6F" ("date_of_retirement", "date of retirement", "离退休日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "70" ("months_paid", "months paid", "累计缴费月数", P) An 0x03, ONLY_V1 C;
            "71" ("account", "account", "个人账户金额", P) Cn 0x04, ONLY_V1 C code AMOUNT;
            "72" Cn 0x04, ONLY_V1 C code AMOUNT;
            "73" ("counted_until", "counted until", "统计截止日期", P) Cn 0x04, ONLY_V1 C code DATE;
        };
        0xEF07 "pension" "养老保险" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x88), S, spare 0, "LD/T 32.6", {
            "70" ("months_paid_in_all", "months paid in all", "养老保险累计缴费月数", P) An 0x03, FROM_V2_P3 C;
            "71" ("region_of_pension_insurance", "region of pension insurance", "养老保险参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "6E" ("date_of_starting_work", "date of starting work", "参加工作日期", P) Cn 0x04, FROM_V2_P3 C item START_OF_WORK code DATE;
            "6C" ("first_insured", "first insured", "首次参加养老保险日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "6F" ("date_of_retirement", "date of retirement", "离退休日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "73" ("counted_until", "counted until", "缴费统计截止日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
        };
        0xEF15 "work injury" "工伤保险" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x89), S, spare 0, "LD/T 32.6", {
            "7A" ("region_of_work_injury_insurance", "region of work injury insurance", "工伤保险参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "7B" ("first_insured_against_work_injury", "first insured against work injury", "首次参加工伤保险日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "7C" ("benefit_of_work_injury_insurance_date", "benefit of work injury insurance, date", "工伤保险待遇（享受）日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
        };
        0xEF16 "maternity" "生育保险" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x8A), S, spare 0, "LD/T 32.6", {
            "51" ("region_of_maternity_insurance", "region of maternity insurance", "生育保险参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "5F" ("maternity_insurance_flag", "maternity insurance, flag", "生育保险参保（待遇）标志", P) An 0x01, FROM_V2_P3 C code OWN;
        };
        0xEF17 "recognition of work injury" "工伤认定信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x8B), S, spare 0, "LD/T 32.6", {
            "3B" ("recognition_of_work_injury_number", "recognition of work injury, number", "工伤认定决定书编号", S) An 0x14, FROM_V2_P3 C;
            "3C" ("employer", "employer", "用人单位名称", P) An 0x46, FROM_V2_P3 C;
            "3D" ("conclusion", "conclusion", "工伤认定结论", P) An 0x01, FROM_V2_P3 C code OWN;
            "3E" ("date_of_recognition", "date of recognition", "工伤认定日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "3F" ("recognised_by", "recognised by", "工伤认定机构名称", S) An 0x3C, FROM_V2_P3 C;
        };
        0xEF18 "supported relatives" "供养亲属信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x8C), S, spare 0, "LD/T 32.6", {
            "74" ("insurance_of_the_supported_relative", "insurance of the supported relative", "待遇险种", P) An 0x03, FROM_V2_P3 C item INSURANCE code INSURANCE;
            "75" ("region", "region", "行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "76" ("relation", "relation", "供养关系（与被供养人关系）", P) Cn 0x01, FROM_V2_P3 C item RELATION code RELATION;
            "77" ("benefit_from", "benefit from", "供养待遇开始日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "78" ("benefit_until", "benefit until", "供养待遇终止日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
        };
        0xEF19 "certificates of insurance" "参保凭证信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x8D), S, spare 0, "LD/T 32.6", {
            "79" ("certificate_of_insurance", "certificate of insurance", "参保凭证", S) B 0x27 * 4, FROM_V2_P3 C {
                "18" ("insurance", "insurance", "险种类型", P) An 0x03, FROM_V2_P3 C item INSURANCE code INSURANCE;
                "19" ("region", "region", "参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
                "1A" ("paid_from", "paid from", "缴费起始日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
                "1B" ("paid_until", "paid until", "缴费终止日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
                "1C" ("account_balance", "account balance", "个人账户储存额", S) Cn 0x04, FROM_V2_P3 C code AMOUNT;
                "1D" ("months_paid", "months paid", "累计缴费月数", P) An 0x03, FROM_V2_P3 C;
                "1E" ("date_of_certificate", "date of certificate", "凭证开具日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            };
        };
    },
    keys: keys::DF03,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
