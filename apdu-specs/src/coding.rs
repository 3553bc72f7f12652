//! What a value means beside its format: dates, amounts, regions, and codes with their tables (代码表).
//!
//! Only what the papers say: a table without values is one that is known by its standard alone, and its codes are shown
//! as they are.

use crate::Evidence;

/// How a value is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As its format says.
    Plain,
    /// YYYYMMDD.
    Date,
    /// YYYYMM.
    Month,
    /// YYYYMMDDhhmmss.
    DateTime,
    /// Fen (P).
    Amount,
    /// A region of GB/T 2260: [`crate::regions`].
    Region,
    /// The initialising institution: [`crate::applications::ssc::institution`].
    Institution,
    /// A code of this table.
    Code(&'static CodeTable),
}

/// A code table, by its standard, with the values that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTable {
    /// The standard, or where the codes are from.
    pub standard: &'static str,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// Its codes; none where no source gives them.
    pub codes: &'static [Code],
    /// Strength of the evidence for the codes.
    pub evidence: Evidence,
}

/// A code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code as the card has it.
    pub code: &'static str,
    /// In English.
    pub english: &'static str,
    /// 中文
    pub chinese: &'static str,
}

impl CodeTable {
    /// The code, if the table has it.
    pub fn find(&self, code: &str) -> Option<&'static Code> {
        self.codes.iter().find(|row| row.code == code)
    }
}

/// `YYYYMMDD`.
pub const DATE: Coding = Coding::Date;
/// `YYYYMM`.
pub const MONTH: Coding = Coding::Month;
/// `YYYYMMDDhhmmss`.
pub const DATE_TIME: Coding = Coding::DateTime;
/// Fen.
pub const AMOUNT: Coding = Coding::Amount;
/// GB/T 2260.
pub const REGION: Coding = Coding::Region;
/// The initialising institution.
pub const INSTITUTION: Coding = Coding::Institution;

macro_rules! code_tables {
    ($($id:ident = $standard:literal, $english:literal, $chinese:literal, $evidence:ident {
        $($code:literal $code_english:literal $code_chinese:literal;)*
    })*) => {
        $(
            #[doc = concat!($standard, ": ", $english, " ", $chinese)]
            pub const $id: Coding = Coding::Code(&tables::$id);
        )*
        /// Every code table.
        pub static CODE_TABLES: &[&CodeTable] = &[$(&tables::$id),*];

        /// The tables by their names.
        pub mod tables {
            use super::{Code, CodeTable};
            use crate::Evidence;

            $(
            #[doc = concat!($standard, ": ", $english, " ", $chinese)]
            pub static $id: CodeTable = CodeTable {
                standard: $standard,
                english: $english,
                chinese: $chinese,
                codes: &[$(Code { code: $code, english: $code_english, chinese: $code_chinese }),*],
                evidence: Evidence::$evidence,
            };)*
        }
    };
}

code_tables! {
    OWN = "own", "codes of the card's own", "自定义代码", P {}
    SEX = "GB/T 2261.1", "sex", "性别", C {
        "1" "male" "男";
        "2" "female" "女";
    }
    MARITAL_STATUS = "GB/T 2261.2", "marital status, first digit", "婚姻状况（首位）", C {
        "1" "single" "未婚";
        "2" "married" "已婚";
        "3" "widowed" "丧偶";
        "4" "divorced" "离婚";
        "9" "other" "其他";
    }
    HEALTH = "GB/T 2261.3", "health status, one digit", "健康状况（1 位）", P {}
    IDENTITY = "GB/T 2261.4", "identity (occupational status)", "从业状况（个人身份）", P {}
    ETHNIC_GROUP = "GB/T 3304", "ethnic group", "民族", C {
        "01" "Han" "汉族";
        "02" "Mongol" "蒙古族";
        "03" "Hui" "回族";
        "04" "Zang" "藏族";
        "05" "Uygur" "维吾尔族";
        "06" "Miao" "苗族";
        "07" "Yi" "彝族";
        "08" "Zhuang" "壮族";
        "09" "Buyei" "布依族";
        "10" "Chosen" "朝鲜族";
        "11" "Man" "满族";
        "12" "Dong" "侗族";
        "13" "Yao" "瑶族";
        "14" "Bai" "白族";
        "15" "Tujia" "土家族";
        "16" "Hani" "哈尼族";
        "17" "Kazak" "哈萨克族";
        "18" "Dai" "傣族";
        "19" "Li" "黎族";
        "20" "Lisu" "傈僳族";
        "21" "Va" "佤族";
        "22" "She" "畲族";
        "23" "Gaoshan" "高山族";
        "24" "Lahu" "拉祜族";
        "25" "Sui" "水族";
        "26" "Dongxiang" "东乡族";
        "27" "Naxi" "纳西族";
        "28" "Jingpo" "景颇族";
        "29" "Kirgiz" "柯尔克孜族";
        "30" "Tu" "土族";
        "31" "Daur" "达斡尔族";
        "32" "Mulao" "仫佬族";
        "33" "Qiang" "羌族";
        "34" "Blang" "布朗族";
        "35" "Salar" "撒拉族";
        "36" "Maonan" "毛南族";
        "37" "Gelao" "仡佬族";
        "38" "Xibe" "锡伯族";
        "39" "Achang" "阿昌族";
        "40" "Pumi" "普米族";
        "41" "Tajik" "塔吉克族";
        "42" "Nu" "怒族";
        "43" "Uzbek" "乌孜别克族";
        "44" "Russ" "俄罗斯族";
        "45" "Ewenki" "鄂温克族";
        "46" "Deang" "德昂族";
        "47" "Bonan" "保安族";
        "48" "Yugur" "裕固族";
        "49" "Gin" "京族";
        "50" "Tatar" "塔塔尔族";
        "51" "Derung" "独龙族";
        "52" "Oroqen" "鄂伦春族";
        "53" "Hezhen" "赫哲族";
        "54" "Monba" "门巴族";
        "55" "Lhoba" "珞巴族";
        "56" "Jino" "基诺族";
        "97" "other" "其他";
        "98" "Chinese citizen of foreign descent" "外国血统中国籍人士";
    }
    HOUSEHOLD = "AAC009", "household registration category", "户口类别", P {
        "1" "non-agricultural" "非农业";
        "2" "agricultural" "农业";
        "10" "non-agricultural" "非农业";
        "20" "agricultural" "农业";
    }
    COUNTRY = "GB/T 2659", "country", "国家和地区", P {}
    POLITICAL_STATUS = "GB/T 4762", "political status", "政治面貌", P {}
    EDUCATION = "GB/T 4658", "education, two digits", "学历（2 位）", C {}
    FIELD_OF_STUDY = "GB/T 16835 / 13745", "field of study", "专业", P {}
    PROFESSIONAL_POST = "GB/T 8561", "professional and technical post", "专业技术职务", P {}
    OCCUPATION = "GB/T 6565 / 国家职业分类", "occupation", "职业（工种）", P {}
    INDUSTRY = "GB/T 4754", "industry", "国民经济行业", P {}
    ENTERPRISE = "GB/T 12402", "kind of enterprise", "经济类型", P {}
    HONOUR = "GB/T 8563", "honorary title", "荣誉称号", P {}
    RELATION = "GB/T 4761", "family relation", "家庭关系", P {}
    NUMBER_OF_PERSON = "GB 11643", "citizen number", "公民身份号码", C {}
    ORGANISATION = "GB 11714", "organisation code", "组织机构代码", P {}
    QUALIFICATION_LEVEL = "AAC015", "level of vocational qualification", "职业资格等级", S {
        "1" "senior technician" "高级技师";
        "2" "technician" "技师";
        "3" "advanced" "高级";
        "4" "intermediate" "中级";
        "5" "elementary" "初级";
    }
    SUBORDINATION = "subordination", "subordination of the employer", "单位隶属关系", S {
        "1" "central government" "中央";
        "2" "ministry" "部属";
        "3" "province" "省属";
        "4" "city" "市地属";
        "5" "district or county" "区县属";
        "6" "below" "以下";
        "7" "army" "部队";
        "9" "other" "其它";
    }
    DISABILITY = "ALA040", "grade of disability", "伤残等级", S {
        "00" "none" "无";
        "01" "grade 1" "一级";
        "02" "grade 2" "二级";
        "03" "grade 3" "三级";
        "04" "grade 4" "四级";
        "05" "grade 5" "五级";
        "06" "grade 6" "六级";
        "07" "grade 7" "七级";
        "08" "grade 8" "八级";
        "09" "grade 9" "九级";
        "10" "grade 10" "十级";
    }
    CARE = "ALC060", "grade of care", "护理等级", S {}
    INSURANCE = "AAE140", "insurance", "险种", S {
        "110" "pension" "养老";
        "210" "unemployment" "失业";
        "310" "medical" "医疗";
        "410" "work injury" "工伤";
        "510" "maternity" "生育";
    }
    MEDICAL_CATEGORY = "AKC021", "category of insured person", "医疗人员类别", P {
        "11" "employed" "在职";
        "21" "retired" "退休";
    }
    TRANSACTION_TYPE = "AAD032", "transaction type", "交易类型", P {
        "1" "load" "圈存";
        "6" "debit" "消费";
    }
    SPECIAL_SETTLEMENT = "AKA030", "kind of special settlement", "特殊结算类型", P {}
}
