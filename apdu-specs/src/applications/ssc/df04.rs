//! DF04, medical insurance 医疗保险 with the medical purse (LD/T 32.6).

use super::keys;
use crate::access::Access::{Key, Never, Pin, PinAndKey, PinOrKey};
use crate::application::Application;
use crate::files::FileKind::{Cyclic, LinearVariable};
use crate::files::{Directory, Field};
use crate::{Evidence, Generations};

/// A record of EF08, the same in every generation.
static TRANSACTION: &[Field] = fields! {
    "" ("sequence", "transaction sequence", "交易序号", C) B 0x02, ALL C;
    "" ("type", "transaction type", "交易类型", C) An 0x01, ALL C item TRANSACTION_TYPE code TRANSACTION_TYPE;
    "" ("terminal", "terminal", "终端机编号", C) B 0x06, ALL C;
    "" ("date_time", "date and time", "交易日期时间", C) Cn 0x07, ALL C code DATE_TIME;
    "" ("account", "paid from the personal account", "个人帐户支付金额", C) B 0x04, ALL C code AMOUNT;
    "" ("self_payment", "paid by the cardholder", "个人自付金额", C) B 0x04, ALL C code AMOUNT;
    "" ("fund", "paid from the pooled fund", "统筹基金支付金额", C) B 0x04, ALL C code AMOUNT;
};

pub(super) static DF04: Directory = Directory {
    fid: 0xDF04,
    label: "DF04",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x03],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "medical insurance",
    chinese: "医疗保险",
    all_files: elementary_files! {
        0xEF05 "medical insurance" "医疗保险" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x85), S, spare 0, "LB002-2000", {
            "80" ("first_insured", "first insured", "首次参加医疗保险日期", P) Cn 0x04, ONLY_V1 C code DATE;
            "81" ("designated_hospital_1_name", "designated hospital 1, name", "定点医疗机构名称 1", P) An 0x3E, ONLY_V1 C;
            "82" ("designated_hospital_1_name_continued", "designated hospital 1, name, continued", "定点医疗机构名称 1（续）", P) An 0x08, ONLY_V1 C continues "81";
            "83" ("designated_hospital_1_code", "designated hospital 1, code", "定点医疗机构编码 1", P) An 0x09, ONLY_V1 C;
            "84" ("designated_hospital_2_name", "designated hospital 2, name", "定点医疗机构名称 2", P) An 0x3E, ONLY_V1 C;
            "85" ("designated_hospital_2_name_continued", "designated hospital 2, name, continued", "定点医疗机构名称 2（续）", P) An 0x08, ONLY_V1 C continues "84";
            "86" ("designated_hospital_2_code", "designated hospital 2, code", "定点医疗机构编码 2", P) An 0x09, ONLY_V1 C;
            "87" ("designated_hospital_3_name", "designated hospital 3, name", "定点医疗机构名称 3", P) An 0x3E, ONLY_V1 C;
            "88" ("designated_hospital_3_name_continued", "designated hospital 3, name, continued", "定点医疗机构名称 3（续）", P) An 0x08, ONLY_V1 C continues "87";
            "89" ("designated_hospital_3_code", "designated hospital 3, code", "定点医疗机构编码 3", P) An 0x09, ONLY_V1 C;
            "8A" ("emergency_contact_telephone", "emergency contact, telephone", "紧急联系人电话", P) An 0x0F, ONLY_V1 C;
            "8B" ("emergency_contact_name", "emergency contact, name", "紧急联系人姓名", P) An 0x0A, ONLY_V1 C;
            "8C" ("category_of_insured_person", "category of insured person", "医疗人员类别", P) An 0x01, ONLY_V1 C;
            "8F" ("special_flag", "special flag", "特殊标志", P) An 0x01, ONLY_V1 C;
        };
        0xEF05 "medical insurance" "医疗保险" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x85), S, spare 0, "LD/T 32.6", {
            "81" ("number_in_medical_insurance", "number in medical insurance (?)", "医疗保险个人编号（?）", P) An 0x08, FROM_V2_P3 C;
            "84" ("region_of_medical_insurance", "region of medical insurance", "医疗保险参保地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
            "87" ("number_17_characters", "number, 17 characters (?)", "医疗证/病历编号（?）", P) An 0x11, FROM_V2_P3 C;
            "8C" ("category_of_insured_person", "category of insured person", "医疗人员类别", P) Cn 0x01, FROM_V2_P3 C item MEDICAL_CATEGORY code MEDICAL_CATEGORY;
            "80" ("first_insured", "first insured", "首次参加医疗保险日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
            "8B" ("emergency_contact_name", "emergency contact, name", "紧急联系人姓名", P) An 0x1D, FROM_V2_P3 C;
            "8A" ("emergency_contact_telephone", "emergency contact, telephone", "紧急联系人电话", P) An 0x0F, FROM_V2_P3 C;
            "83" ("designated_hospital_1", "designated hospital 1", "定点医疗机构编码 1", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "86" ("designated_hospital_2", "designated hospital 2", "定点医疗机构编码 2", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "89" ("designated_hospital_3", "designated hospital 3", "定点医疗机构编码 3", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "7D" ("designated_hospital_4", "designated hospital 4", "定点医疗机构编码 4", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "7E" ("designated_hospital_5", "designated hospital 5", "定点医疗机构编码 5", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "7F" ("designated_hospital_6", "designated hospital 6", "定点医疗机构编码 6", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "8D" ("designated_hospital_7", "designated hospital 7", "定点医疗机构编码 7", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "8E" ("designated_hospital_8", "designated hospital 8", "定点医疗机构编码 8", P) An 0x09, FROM_V2_P3 C code ORGANISATION (P);
            "8F" ("civil_servant_or_special_flag", "civil servant or special flag", "公务员（特殊人员）标志", P) An 0x01, FROM_V2_P3 C code OWN;
        };
        0xEF06 "medical account" "医疗保险帐户信息" LinearVariable, ONLY_V1 C,
        [PinAndKey(0x84); 3], Key(0x86), S, spare 0, "LB002-2000", {
            "90" ("account_amount_90", "account, amount 90", "个人帐户 金额", P) Cn 0x04, ONLY_V1 C code AMOUNT;
            "92" ("account_amount_92", "account, amount 92", "个人帐户 金额", P) Cn 0x04, ONLY_V1 C code AMOUNT;
            "93" ("account_amount_93", "account, amount 93", "个人帐户 金额", P) Cn 0x04, ONLY_V1 C code AMOUNT;
        };
        0xEF06 "offline settlement" "脱网结算" LinearVariable, FROM_V2_P3 C,
        [PinAndKey(0x84); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "90" ("offline_settlement_flag", "offline settlement, flag", "脱网结算标志", P) An 0x01, FROM_V2_P3 C code OWN;
            "92" ("offline_settlement_sum", "offline settlement, sum", "脱网结算累计金额", S) Cn 0x04, FROM_V2_P3 C code AMOUNT;
            "93" ("offline_settlement_count", "offline settlement, count", "脱网结算次数", P) An 0x02, FROM_V2_P3 C;
        };
        0xEF08 "medical transactions" "医疗交易明细" Cyclic { record: 0x1C, records: 10 }, ONLY_V1 C,
        [Pin; 3], Never, S, spare 0, "LB002-2000", TRANSACTION;
        0xEF08 "medical transactions" "医疗交易明细" Cyclic { record: 0x1C, records: 30 }, FROM_V2 C,
        [Pin; 3], Never, S, spare 0, "LD/T 32.6", TRANSACTION;
        0xEF15 "special settlement" "特殊结算" Cyclic { record: 0x03, records: 8 }, FROM_V2_P3 C,
        [PinOrKey(0x84); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "" ("sequence", "transaction sequence", "交易序号", S) Cn 0x02, FROM_V2_P3 S;
            "" ("type", "kind of special settlement", "特殊结算类型", P) An 0x01, FROM_V2_P3 C item SPECIAL_SETTLEMENT code SPECIAL_SETTLEMENT;
        };
    },
    keys: keys::DF04,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
