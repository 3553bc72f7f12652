//! DF01, public 公共应用 (LD/T 32.6).

use super::keys;
use crate::access::Access::{Free, Key, Pin, PinOrKey};
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::{LinearVariable, Transparent};
use crate::{Evidence, Generations};

pub(super) static DF01: Directory = Directory {
    fid: 0xDF01,
    label: "DF01",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x00],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "public",
    chinese: "公共应用",
    all_files: elementary_files! {
        0xEF05 "household registration" "户籍信息" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x83), S, spare 0, "LB002-2000", {
            "20" ("household_category", "household registration category", "户口类别", C) An 0x01, ONLY_V1 C item HOUSEHOLD_CATEGORY code HOUSEHOLD;
            "21" ("household_address", "household registration address", "户口所在地地址", C) An 0x3E, ONLY_V1 C;
            "22" ("household_address_continued", "household registration address, continued", "户口所在地地址（续）", C) An 0x12, ONLY_V1 C continues "21";
        };
        0xEF05 "household registration" "户籍信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x83), S, spare 0, "LD/T 32.6", {
            "20" ("household_category", "household registration category", "户口类别", C) An 0x02, FROM_V2_P3 C item HOUSEHOLD_CATEGORY code HOUSEHOLD;
            "21" ("household_address", "household registration address", "户口所在地地址", C) An 0x50, FROM_V2_P3 C item HOUSEHOLD_ADDRESS;
            "0E" ("household_region", "household registration region", "户口所在地行政区划代码", P) Cn 0x03, FROM_V2_P3 C code REGION;
        };
        0xEF06 "address" "通讯地址信息" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x86), S, spare 0, "LB002-2000", {
            "25" ("mail_address", "mail address", "通讯地址", C) An 0x3E, ONLY_V1 C item ADDRESS;
            "26" ("mail_address_continued", "mail address, continued", "通讯地址（续）", C) An 0x12, ONLY_V1 C continues "25";
            "27" ("postal_code", "postal code", "邮政编码", C) Cn 0x03, ONLY_V1 C item POSTAL_CODE;
            "28" ("telephone", "telephone", "联系电话", C) An 0x0F, ONLY_V1 C item TELEPHONE;
            "2C" An 0x18, ONLY_V1 X
                conflict "one program reads records 5 and 6 by their numbers, no other table has them" chosen "they are there, with tags of our own choice";
            "2D" An 0x20, ONLY_V1 X
                conflict "as record 5" chosen "as record 5";
        };
        0xEF06 "residence" "常住地信息" LinearVariable, FROM_V2 C,
        [PinOrKey(0x88); 3], Key(0x86), S, spare 0, "LD/T 32.6", {
            "23" ("address", "address of residence and mail", "常住所在地地址（通讯地址）", C) An 0x50, FROM_V2 C item ADDRESS;
            "24" ("region", "region of residence", "常住所在地行政区划代码", C) Cn 0x03, FROM_V2_P3 C item RESIDENCE_REGION code REGION;
            "28" ("telephone", "telephone", "联系电话", C) An 0x0F, FROM_V2 C item TELEPHONE;
            "2C" ("contact_name", "contact person, name", "联系人姓名", S) An 0x32, FROM_V2_P3 C item CONTACT;
            "2D" ("contact_telephone", "contact person, telephone", "联系人电话", S) An 0x0F, FROM_V2_P3 C;
        };
        0xEF07 "personal status" "个人状况信息" LinearVariable, ONLY_V1 C,
        [PinOrKey(0x84); 3], Key(0x84), S, spare 0, "LB002-2000", {
            "29" ("health_status", "health status", "健康状况", P) An 0x01, ONLY_V1 S;
        };
        0xEF07 "personal status" "个人状况信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x84), S, spare 0, "LD/T 32.6", {
            "29" ("health_status", "health status", "健康状况", P) An 0x01, FROM_V2_P3 C code HEALTH (P);
        };
        0xEF08 "marriage" "婚姻状况信息" LinearVariable, ONLY_V1 C,
        [Pin; 3], Key(0x85), S, spare 0, "LB002-2000", {
            "2B" ("marital_status", "marital status", "婚姻状况", C) An 0x01, ONLY_V1 C item MARITAL_STATUS code MARITAL_STATUS;
        };
        0xEF08 "marriage" "婚姻状况信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x85), S, spare 0, "LD/T 32.6", {
            "2B" ("marital_status", "marital status", "婚姻状况", C) An 0x01, FROM_V2_P3 C item MARITAL_STATUS code MARITAL_STATUS;
        };
        0xEF09 "employer" "就业单位信息" LinearVariable, ONLY_V1 C,
        [PinOrKey(0x84); 3], Key(0x84), S, spare 0, "LB002-2000", {
            "2E" ("employer_name", "employer, name", "单位名称", C) An 0x3E, ONLY_V1 C;
            "2F" ("employer_name_continued", "employer, name, continued", "单位名称（续）", P) An 0x08, ONLY_V1 C continues "2E";
            "30" ("organisation_code", "organisation code", "组织机构代码", P) An 0x09, ONLY_V1 C code ORGANISATION;
            "31" ("employer_subordination", "subordination of the employer", "单位隶属关系", P) An 0x01, ONLY_V1 S code SUBORDINATION;
            "32" ("kind_of_enterprise", "kind of enterprise", "单位经济类型", P) An 0x03, ONLY_V1 S code ENTERPRISE;
        };
        0xEF09 "identity and employer" "人员身份及就业单位信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x84), S, spare 0, "LD/T 32.6", {
            "2E" ("employer_name", "employer, name", "单位名称", C) An 0x46, FROM_V2_P3 C item EMPLOYER;
            "30" ("employer_organisation_code", "employer, organisation code", "组织机构代码", S) An 0x09, FROM_V2_P3 C code ORGANISATION;
            "32" ("identity", "identity (occupational status)", "人员身份（个人身份）", P) An 0x02, FROM_V2_P3 C item IDENTITY code IDENTITY;
        };
        0xEF0A "wages" "工资信息" LinearVariable, ONLY_V1 S,
        [Pin; 3], Key(0x87), S, spare 0, "LB002-2000", {
            "37" ("wages_37", "wages 37", "工资 37", S) Cn 0x04, ONLY_V1 S code AMOUNT;
            "38" ("wages_38", "wages 38", "工资 38", S) Cn 0x04, ONLY_V1 S code AMOUNT;
            "39" ("wages_date", "wages, date", "工资日期", S) Cn 0x04, ONLY_V1 S code DATE;
        };
        0xEF0A "nationality and political status" "国籍及政治面貌信息" LinearVariable, FROM_V2 C,
        [PinOrKey(0x88); 3], Key(0x87), S, spare 0, "LD/T 32.6", {
            "37" ("nationality", "nationality", "国籍", C) An 0x03, FROM_V2 C item NATIONALITY code COUNTRY;
            "38" ("political_status", "political status", "政治面貌", S) An 0x02, FROM_V2_P3 C item POLITICAL_STATUS code POLITICAL_STATUS;
            "39" ("date_of_joining_the_party", "date of joining the party", "参加党派日期", P) Cn 0x04, FROM_V2_P3 C code DATE;
        };
        0xEF15 "education" "学历信息" LinearVariable, FROM_V2_P3 C,
        [PinOrKey(0x88); 3], Key(0x89), S, spare 0, "LD/T 32.6", {
            "2A" ("education", "education", "文化程度（学历）", C) Cn 0x01, FROM_V2_P3 C item EDUCATION code EDUCATION;
            "40" ("education_record", "education record", "学历教育", P) B 0x34 * 3, FROM_V2_P3 C {
                "57" ("field_of_study", "field of study", "所学专业代码", P) An 0x03, FROM_V2_P3 C code FIELD_OF_STUDY (P);
                "58" ("month_of_graduation", "month of graduation", "毕业年月", P) Cn 0x03, FROM_V2_P3 C code MONTH;
                "59" ("school", "school", "毕业院校名称", S) An 0x28, FROM_V2_P3 C;
            };
        };
        0xEF16 "reserved 1" "预留文件 1" Transparent { size: 0x128 }, FROM_V2_P3 X,
        [Free; 3], Key(0x8A), X, spare 0, "LD/T 32.6"
        conflict "two programs read 0x128 bytes; both may have taken decimal 128 for hex. One reads them after the PIN" chosen "296 bytes, free to read", {};
        0xEF17 "reserved 2" "预留文件 2" Transparent { size: 0x128 }, FROM_V2_P3 X,
        [Free; 3], Key(0x8B), X, spare 0, "LD/T 32.6"
        conflict "two programs read 0x128 bytes; both may have taken decimal 128 for hex. One reads them after the PIN" chosen "296 bytes, free to read", {};
        0xEF18 "reserved 3" "预留文件 3" Transparent { size: 0x128 }, FROM_V2_P3 X,
        [Free; 3], Key(0x8C), X, spare 0, "LD/T 32.6"
        conflict "two programs read 0x128 bytes; both may have taken decimal 128 for hex. One reads them after the PIN" chosen "296 bytes, free to read", {};
        0xEF19 "reserved 4" "预留文件 4" Transparent { size: 0x128 }, FROM_V2_P3 X,
        [Free; 3], Key(0x8D), X, spare 0, "LD/T 32.6"
        conflict "two programs read 0x128 bytes; both may have taken decimal 128 for hex. One reads them after the PIN" chosen "296 bytes, free to read", {};
        0xEF1A "reserved 5" "预留文件 5" Transparent { size: 0x128 }, FROM_V2_P3 X,
        [Free; 3], Key(0x8E), X, spare 0, "LD/T 32.6"
        conflict "two programs read 0x128 bytes; both may have taken decimal 128 for hex. One reads them after the PIN" chosen "296 bytes, free to read", {};
    },
    keys: keys::DF01,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
