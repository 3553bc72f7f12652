//! Names for synthetic persons, put together from common parts.

use ssc_person::EthnicGroup;

const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "欧阳", "司马", "诸葛",
];
const GIVEN: [&str; 40] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "秀兰", "霞", "平", "刚", "桂英", "文", "华", "建国", "红", "玉兰", "飞", "鑫", "波",
    "斌", "宇", "浩", "凯", "晨", "梓涵", "子轩", "雨桐", "思远", "嘉怡",
];
/// Given name, middle dot, father's name: ethnic group, given names, fathers' names.
const WITH_DOT: [(&str, &[&str], &[&str]); 3] = [
    (
        "维吾尔族",
        &["阿依古丽", "艾力", "古丽娜尔", "吐尔逊", "努尔兰"],
        &["买买提", "阿不都热西提", "吾斯曼", "卡德尔"],
    ),
    (
        "哈萨克族",
        &["叶尔江", "阿依努尔", "巴合提"],
        &["哈力别克", "努尔兰", "沙比提"],
    ),
    ("塔吉克族", &["古力巴克", "米尔扎"], &["买买提", "夏木"]),
];
/// Names of one word: ethnic group, names.
const ONE_WORD: [(&str, &[&str]); 2] = [
    ("藏族", &["扎西次仁", "卓玛", "次仁多吉", "达瓦"]),
    ("蒙古族", &["乌云其木格", "巴特尔", "其其格"]),
];
/// Names beyond 30 bytes, which go on in the name extension.
const LONG: [&str; 3] = [
    "阿卜杜热合曼·阿卜杜外力·阿卜杜克热木",
    "古丽斯坦木·阿卜杜热依木·买买提依明",
    "努尔买买提·阿卜杜拉·阿卜杜热西提·吐尔逊",
];

/// A name and the ethnic group that goes with it. Every 20 persons have one with a middle dot, one beyond 30 bytes and one
/// of one word, whatever the seed. `below(n)` chooses from 0 to n − 1.
pub(super) fn pick(index: u64, below: &mut dyn FnMut(u64) -> u64) -> (String, EthnicGroup) {
    fn one<T: Copy>(below: &mut dyn FnMut(u64) -> u64, from: &[T]) -> T {
        from[below(from.len() as u64) as usize % from.len()]
    }
    let (name, group) = match index % 20 {
        7 => {
            let (group, given, fathers) = one(below, &WITH_DOT);
            (
                format!("{}·{}", one(below, given), one(below, fathers)),
                group,
            )
        }
        11 => (one(below, &LONG).to_owned(), "维吾尔族"),
        15 => {
            let (group, names) = one(below, &ONE_WORD);
            (one(below, names).to_owned(), group)
        }
        _ => {
            let group = [
                "汉族",
                "汉族",
                "汉族",
                "汉族",
                "回族",
                "壮族",
                "满族",
                "土家族",
            ];
            let mut name = one(below, &SURNAMES).to_owned();
            name.push_str(one(below, &GIVEN));
            // 欧阳秀兰 is long enough
            if name.chars().count() == 2 && below(2) == 1 {
                name.push_str(one(below, &GIVEN[..17]));
            }
            (name, one(below, &group))
        }
    };
    let group = EthnicGroup::parse(group);
    (name, group.unwrap_or(EthnicGroup::HAN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssc_person::Name;

    #[test]
    fn every_part_is_known_and_fits() {
        let groups = WITH_DOT
            .map(|(group, ..)| group)
            .into_iter()
            .chain(ONE_WORD.map(|(group, _)| group));
        for group in groups {
            assert!(EthnicGroup::parse(group).is_ok(), "{group}");
        }
        for name in LONG {
            assert!(Name::parse(name).unwrap().needs_extension(), "{name}");
        }
        let mut turn = 0;
        let mut below = |n| {
            turn += 7;
            turn % n
        };
        for index in 0..400 {
            let (name, _) = pick(index, &mut below);
            assert!(Name::parse(&name).is_ok(), "{name}");
            if ![7, 11, 15].contains(&(index % 20)) {
                assert!((2..=4).contains(&name.chars().count()), "{name}");
            }
        }
    }
}
