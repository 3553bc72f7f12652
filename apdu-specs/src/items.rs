//! Item codes of the ministry's data exchange (指标代码), as batch and return files use them.

use crate::Evidence;

/// One item code with its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The official code, such as `AAC002`.
    pub code: &'static str,
    /// The same item under another code, where sources have two.
    pub also: Option<&'static str>,
    /// Short English name, as a CSV column heading.
    pub english: &'static str,
    /// 中文名
    pub chinese: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

macro_rules! items {
    (@also []) => { None };
    (@also [$also:literal]) => { Some($also) };
    ($($(#[$doc:meta])* $id:ident = $code:literal $(or $also:literal)?, $english:literal, $chinese:literal, $evidence:ident;)*) => {
        $($(#[$doc])* pub static $id: Item = Item {
            code: $code, also: items!(@also [$($also)?]), english: $english, chinese: $chinese, evidence: Evidence::$evidence,
        };)*
        /// All item codes.
        pub static ITEMS: &[&Item] = &[$(&$id),*];
    };
}

items! {
    /// Region of the card, six digits (GB/T 2260).
    REGION = "AAB301", "region", "行政区划代码", C;
    /// Social security number, 18 characters (GB 11643).
    NUMBER = "AAC002", "number", "社会保障号码", C;
    /// Name.
    NAME = "AAC003", "name", "姓名", C;
    /// Sex (GB/T 2261): 1 male, 2 female.
    SEX = "AAC004", "sex", "性别", C;
    /// Ethnic group (GB/T 3304), two digits.
    ETHNIC_GROUP = "AAC005", "ethnic_group", "民族", C;
    /// Birth date, YYYYMMDD.
    BIRTH_DATE = "AAC006", "birth_date", "出生日期", C;
    /// Card number, 9 characters.
    CARD_NUMBER = "AAZ500", "card_number", "社会保障卡卡号", C;
    /// Card identification code, 16 bytes as hex.
    IDENTIFICATION_CODE = "AAZ501", "identification_code", "卡识别码", C;
    /// ATR as hex.
    ATR = "AAZ507", "atr", "卡复位信息", C;
    /// Date of starting work, YYYYMMDD.
    START_OF_WORK = "AAC007", "start_of_work", "参加工作日期", P;
    /// Household registration category.
    HOUSEHOLD_CATEGORY = "AAC009", "household_category", "户口类别", C;
    /// Household registration address.
    HOUSEHOLD_ADDRESS = "AAC010" or "BAB304", "household_address", "户口所在地地址", C;
    /// Education (GB/T 4658).
    EDUCATION = "AAC011", "education", "文化程度", S;
    /// Identity, the occupational status (GB/T 2261.4).
    IDENTITY = "AAC012", "identity", "个人身份", S;
    /// Level of vocational qualification.
    QUALIFICATION_LEVEL = "AAC015", "qualification_level", "职业资格等级", S;
    /// Marital status (GB/T 2261.2).
    MARITAL_STATUS = "AAC017", "marital_status", "婚姻状况", S;
    /// Political status (GB/T 4762).
    POLITICAL_STATUS = "AAC024", "political_status", "政治面貌", P;
    /// Nationality (GB/T 2659).
    NATIONALITY = "AAC161", "nationality", "国籍", P;
    /// Name of the employer.
    EMPLOYER = "AAB004", "employer", "单位名称", P;
    /// Region of residence (GB/T 2260).
    RESIDENCE_REGION = "AAB201", "residence_region", "常住所在地行政区划代码", C;
    /// Name of a contact person.
    CONTACT = "AAE004", "contact", "联系人姓名", P;
    /// Telephone.
    TELEPHONE = "AAE005", "telephone", "联系电话", C;
    /// Address of residence and mail.
    ADDRESS = "AAE006", "address", "通讯地址", C;
    /// Postal code.
    POSTAL_CODE = "AAE007", "postal_code", "邮政编码", S;
    /// Insurance.
    INSURANCE = "AAE140", "insurance", "险种类型", S;
    /// Relation to the insured person (GB/T 4761).
    RELATION = "AAE144", "relation", "供养关系", S;
    /// Type of a medical transaction.
    TRANSACTION_TYPE = "AAD032", "transaction_type", "交易类型", S;
    /// Kind of special settlement.
    SPECIAL_SETTLEMENT = "AKA030", "special_settlement", "特殊结算类型", P;
    /// Category of an insured person.
    MEDICAL_CATEGORY = "AKC021", "medical_category", "医疗人员类别", P;
    /// Grade of disability.
    DISABILITY = "ALA040", "disability", "伤残等级", S;
    /// Grade of care.
    CARE = "ALC060", "care", "护理等级", S;
    /// Category of the card.
    CATEGORY = "YAA402", "category", "卡的类别", C;
    /// Specification version.
    VERSION = "YAA403", "version", "规范版本", C;
    /// Initialising institution.
    INSTITUTION = "YAA404", "institution", "初始化机构编号", C;
}
