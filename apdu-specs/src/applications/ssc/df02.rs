//! DF02, employment 就业与失业 (LD/T 32.6).

use super::keys;
use crate::access::Access::{Key, Pin, PinOrKey};
use crate::application::Application;
use crate::files::FileKind::{Cyclic, LinearVariable};
use crate::files::{Directory, Field};
use crate::{Evidence, Generations};

/// A record of EF07, the same in every generation.
static EMPLOYMENT_RECORD: &[Field] = fields! {
    "" ("occupation", "occupation", "职业（工种）代码", S) An 0x07, ALL_P3 C code OCCUPATION;
    "" ("employed_from", "employed from", "就业起始日期", S) Cn 0x04, ALL_P3 C code DATE;
    "" ("employed_until", "employed until", "就业终止日期", S) Cn 0x04, ALL_P3 C code DATE;
    "" ("employer", "employer", "就业单位名称", S) An 0x46, ALL_P3 C;
};

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
        0xEF05 "vocational skill" "职业和专业技能信息" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x83), S, spare 0, "LB002-2000", {
            "40" ("education_record", "education record", "学历教育", P) B 0x34, ONLY_V1 C {
                "57" ("field_of_study", "field of study", "所学专业代码", P) An 0x03, ONLY_V1 C;
                "58" ("month_of_graduation", "month of graduation", "毕业年月", P) Cn 0x03, ONLY_V1 C code MONTH;
                "59" ("school", "school", "毕业院校名称", S) An 0x28, ONLY_V1 C;
            };
            "41" ("education_record_second", "education record, second", "学历教育", P) B 0x34, ONLY_V1 C {
                "57" ("field_of_study", "field of study", "所学专业代码", P) An 0x03, ONLY_V1 C;
                "58" ("month_of_graduation", "month of graduation", "毕业年月", P) Cn 0x03, ONLY_V1 C code MONTH;
                "59" ("school", "school", "毕业院校名称", S) An 0x28, ONLY_V1 C;
            };
            "42" ("professional_and_technical_post", "professional and technical post", "专业技术职务", P) An 0x03, ONLY_V1 C code PROFESSIONAL_POST;
            "43" ("vocational_qualification", "vocational qualification", "职业资格", P) B 0x1D, ONLY_V1 C {
                "5A" ("occupation", "occupation", "职业（工种）代码", P) An 0x07, ONLY_V1 C;
                "5B" ("level", "level", "职业资格等级", P) An 0x01, ONLY_V1 C item QUALIFICATION_LEVEL code QUALIFICATION_LEVEL;
                "5C" ("issued_by_code", "issued by (code)", "发证机构代码", P) An 0x09, ONLY_V1 C code ORGANISATION;
                "5D" ("date_of_issue", "date of issue", "发证日期", P) Cn 0x04, ONLY_V1 C code DATE;
            };
            "44" ("vocational_qualification_second", "vocational qualification, second", "职业资格", P) B 0x1D, ONLY_V1 C {
                "5A" ("occupation", "occupation", "职业（工种）代码", P) An 0x07, ONLY_V1 C;
                "5B" ("level", "level", "职业资格等级", P) An 0x01, ONLY_V1 C item QUALIFICATION_LEVEL code QUALIFICATION_LEVEL;
                "5C" ("issued_by_code", "issued by (code)", "发证机构代码", P) An 0x09, ONLY_V1 C code ORGANISATION;
                "5D" ("date_of_issue", "date of issue", "发证日期", P) Cn 0x04, ONLY_V1 C code DATE;
            };
        };
        0xEF05 "vocational skill" "职业和专业技能信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x83), S, spare 0, "LD/T 32.6", {
            "42" ("professional_and_technical_post", "professional and technical post", "专业技术职务", P) An 0x03, FROM_V2_P3 C code PROFESSIONAL_POST;
            "41" ("qualification_for_a_professional_post", "qualification for a professional post", "专业技术职务任职资格", P) An 0x03, FROM_V2_P3 C code PROFESSIONAL_POST (P);
            "43" ("vocational_qualification", "vocational qualification", "职业资格", S) B 0x6C * 2, FROM_V2_P3 C {
                "5A" ("occupation", "occupation", "职业（工种）代码", S) An 0x07, FROM_V2_P3 C code OCCUPATION (P);
                "5B" ("level_of_qualification", "level of qualification", "职业资格等级", S) An 0x01, FROM_V2_P3 X item QUALIFICATION_LEVEL code QUALIFICATION_LEVEL
                    conflict "an in three programs, cn in one path of one of them" chosen "an";
                "5C" ("certificate_issued_by", "certificate, issued by", "职业资格证书发证机构名称", S) An 0x46, FROM_V2_P3 C;
                "5D" ("certificate_date_of_issue", "certificate, date of issue", "职业资格证书发证日期", S) Cn 0x04, FROM_V2_P3 C code DATE;
                "5E" ("certificate_number", "certificate, number", "职业资格证书编号", S) An 0x10, FROM_V2_P3 C;
            };
            "44" ("professional_qualification", "professional qualification", "专业技术人员职业资格", S) B 0x65 * 2, FROM_V2_P3 C {
                "33" ("professional_qualification", "professional qualification", "专业技术人员职业资格代码", S) An 0x03, FROM_V2_P3 C code OWN;
                "34" ("registered_by", "registered by", "职业资格注册登记机构名称", S) An 0x46, FROM_V2_P3 C;
                "35" ("date_of_registration", "date of registration", "注册登记日期", S) Cn 0x04, FROM_V2_P3 C code DATE;
                "36" ("registration_number", "registration number", "注册编号", S) An 0x10, FROM_V2_P3 C;
            };
        };
        0xEF06 "employment status" "就业状况信息" LinearVariable, ONLY_V1 C,
        [PinOrKey(0x84); 3], Key(0x84), S, spare 0, "LB002-2000", {
            "4B" Cn 0x04, ONLY_V1 C code DATE;
            "4C" Cn 0x04, ONLY_V1 C code DATE;
            "60" ("date_of_unemployment", "date of unemployment", "失业日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "4D" Cn 0x04, ONLY_V1 C code DATE;
            "4F" Cn 0x04, ONLY_V1 C code DATE;
            "50" Cn 0x04, ONLY_V1 C code DATE;
            "3A" ("present_occupation", "present occupation", "现从事职业（工种）", P) An 0x07, ONLY_V1 C;
        };
        0xEF06 "employment status" "就业状况信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x84), S, spare 0, "LD/T 32.6", {
            "4C" ("date_of_employment_registration", "date of employment registration", "就业登记日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "4B" ("registration_kind", "kind of employment registration (or industry, GB/T 4754)", "就业登记类型", P) An 0x05, FROM_V2_P3 C code INDUSTRY;
            "4D" ("region_of_employment_registration", "region of employment registration", "就业登记地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "60" ("date_of_unemployment_registration", "date of unemployment registration", "失业登记日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "4F" ("kind_or_reason_of_unemployment", "kind or reason of unemployment", "失业登记类型（原因）", P) An 0x06, FROM_V2_P3 C code OWN;
            "50" ("region_of_unemployment_registration", "region of unemployment registration", "失业登记地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "3A" ("present_occupation", "present occupation", "现从事职业（工种）", S) An 0x07, FROM_V2_P3 C code OCCUPATION;
        };
        0xEF07 "employment record" "就业记录信息" Cyclic { record: 0x55, records: 4 }, ONLY_V1 C,
        [PinOrKey(0x85); 3], Key(0x85), S, spare 0, "LB002-2000", EMPLOYMENT_RECORD;
        0xEF07 "employment record" "就业记录信息" Cyclic { record: 0x55, records: 4 }, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x85), S, spare 0, "LD/T 32.6", EMPLOYMENT_RECORD;
        0xEF08 "rural migrant work card" "农村流动劳动力就业登记卡信息" LinearVariable, ONLY_V1 C,
        [PinOrKey(0x86); 3], Key(0x86), S, spare 0, "LB002-2000", {
            "52" ("rural_migrant_work_card_number", "rural migrant work card, number", "农村流动劳动力就业登记卡 证号", P) Cn 0x0A, ONLY_V1 C;
            "53" ("issued_by", "issued by", "发证机构名称", P) An 0x3E, ONLY_V1 C;
            "94" ("issued_by_continued", "issued by, continued", "发证机构名称（续）", P) An 0x08, ONLY_V1 C continues "53";
            "54" ("date_of_issue", "date of issue", "发证日期", P) Cn 0x04, ONLY_V1 C code DATE;
        };
        0xEF09 "rural migrant work permit" "农村流动劳动力就业证信息" LinearVariable, ONLY_V1 C,
        [PinOrKey(0x87); 3], Key(0x87), S, spare 0, "LB002-2000", {
            "55" ("rural_migrant_work_permit_number", "rural migrant work permit, number", "农村流动劳动力就业证 证号", P) Cn 0x0A, ONLY_V1 C;
            "56" ("issued_by", "issued by", "发证机构名称", P) An 0x3E, ONLY_V1 C;
            "95" ("issued_by_continued", "issued by, continued", "发证机构名称（续）", P) An 0x08, ONLY_V1 C continues "56";
            "96" ("date_of_issue", "date of issue", "发证日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "97" ("valid_to", "valid to", "有效期", P) Cn 0x04, ONLY_V1 C code DATE;
        };
        0xEF09 "unemployment registration" "就业失业登记证信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "55" ("certificate_number", "certificate, number", "就业失业登记证编号", S) An 0x10, FROM_V2_P3 C;
            "56" ("certificate_issued_by", "certificate, issued by", "发证机构名称", S) An 0x46, FROM_V2_P3 C;
            "96" ("certificate_date_of_issue", "certificate, date of issue", "发证日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "97" ("certificate_region_of_issue", "certificate, region of issue", "发证地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
        };
        0xEF15 "assistance" "就业援助对象认定信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x87), S, spare 0, "LD/T 32.6", {
            "99" ("recognition_for_assistance", "recognition for assistance", "就业援助对象认定", S) B 0x10 * 4, FROM_V2_P3 C {
                "10" ("category_of_assistance", "category of assistance", "就业援助对象类别", P) An 0x03, FROM_V2_P3 C code OWN;
                "11" ("date_of_recognition", "date of recognition", "认定日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
                "12" ("region_of_recognition", "region of recognition", "认定地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            };
            "0F" ("date_of_leaving_assistance", "date of leaving assistance", "退出就业援助日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "1F" ("region_of_leaving_assistance", "region of leaving assistance", "退出就业援助地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
        };
        0xEF16 "policy support" "政策扶持" Cyclic { record: 0x12, records: 4 }, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x89), S, spare 0, "LD/T 32.6", {
            "" ("kind", "policy, kind", "享受就业扶持政策类别", P) An 0x03, FROM_V2_P3 C code OWN;
            "" ("from", "policy, from", "享受政策起始日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "" ("until", "policy, until", "享受政策终止日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "" ("registered", "policy, date of registration", "办理（登记）日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "" ("region", "policy, region", "办理地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
        };
    },
    keys: keys::DF02,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
