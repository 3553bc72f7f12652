//! DF07, personnel and talent 人事与人才. The last digits of the AIDs do not follow the FIDs.

use super::keys;
use crate::access::Access::Key;
use crate::application::Application;
use crate::files::Directory;
use crate::files::FileKind::LinearVariable;
use crate::{Evidence, Generations};

pub(super) static DF07: Directory = Directory {
    fid: 0xDF07,
    label: "DF07",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x04],
    name_evidence: Evidence::S,
    ddf: false,
    application: Application::Ssc,
    english: "personnel and talent",
    chinese: "人事与人才",
    all_files: elementary_files! {
        0xEF05 "honours" "荣誉信息" LinearVariable, FROM_V2_P3 S,
        [Key(0x83); 3], Key(0x86), X, spare 0, "LD/T 32.6"
        conflict "one program shows the PIN before the key" chosen "the key alone, which serves both", {
            "F0" ("honour_level", "honour, level", "荣誉级别", P) An 0x02, FROM_V2_P3 S;
            "F1" ("honour_kind", "honour, kind", "荣誉类别", P) An 0x01, FROM_V2_P3 S;
            "F2" ("honour_date", "honour, date", "荣誉授予日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
            "F3" ("honour_title", "honour, title", "荣誉称号代码", P) An 0x03, FROM_V2_P3 S code HONOUR (P);
            "F4" ("honour_second_date", "honour, second date", "荣誉称号日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
        };
        0xEF06 "experts" "专家信息" LinearVariable, FROM_V2_P3 S,
        [Key(0x84); 3], Key(0x87), X, spare 0, "LD/T 32.6"
        conflict "one program shows the PIN before the key" chosen "the key alone, which serves both", {
            "F5" ("expert_kind", "expert, kind", "专家类别", P) An 0x03, FROM_V2_P3 S;
            "F6" ("expert_date_of_approval", "expert, date of approval", "专家批准日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
            "F7" ("expert_approved_by", "expert, approved by", "批准机构名称", S) An 0x46, FROM_V2_P3 S;
        };
        0xEF07 "officers transferred from the army" "军队转业干部信息" LinearVariable, FROM_V2_P3 S,
        [Key(0x85); 3], Key(0x88), X, spare 0, "LD/T 32.6"
        conflict "one program shows the PIN before the key" chosen "the key alone, which serves both", {
            "F8" ("date_of_transfer_from_the_army", "date of transfer from the army", "军队转业日期", P) Cn 0x04, FROM_V2_P3 S code DATE;
            "F9" ("kind_of_placement", "kind of placement", "安置方式", P) An 0x01, FROM_V2_P3 S;
        };
    },
    keys: keys::DF07,
    generations: Generations::FROM_V2_P3,
    evidence: Evidence::C,
};
