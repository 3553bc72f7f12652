//! What was found, in words.

use ssc_bureau::audit::{Audited, Judged};
use ssc_words::{Bilingual as _, Lang};

use super::super::end;
use crate::text::{Text, text};

/// Findings of a job that are shown; `--json` has more.
const SHOWN: usize = 50;

pub fn not_looked_at(names: &[String]) -> Text {
    text(
        format!(
            "signed by another key, and not looked at with these keys ({}); nothing else is wrong:",
            names.join(", ")
        ),
        format!(
            "由其他密钥签署，未用当前密钥检查（{}）；其余均无问题：",
            names.join("、")
        ),
    )
}

pub fn verdict(wrong: &[String]) -> Text {
    if wrong.is_empty() {
        return text(
            "the register is not as it was. Keep the store as it is, look for who has changed it, and make nothing with it; a copy from a backup does not know the cards given since, and would give them again:",
            "登记簿已非原样。请保持存储原样，查明何人更改，请勿用其制卡；备份的副本不知道此后所发的卡，会再发一次：",
        );
    }
    let names = |between| wrong.join(between);
    text(
        format!(
            "the books are not proved to be as they were written ({}). Keep the store as it is until each point is explained:",
            names(", ")
        ),
        format!(
            "无法证明登记簿仍是当初写入的内容（{}）。在逐项查明之前请保持存储原样：",
            names("、")
        ),
    )
}

/// One line of a job.
pub fn summary(audited: &Audited) -> Text {
    let name = &audited.job.name;
    let (entries, signatures) = (audited.end.0, audited.signatures);
    let end = end(audited.end.0, &audited.end.1);
    let unsigned = audited.unsigned();
    let (rest_en, rest_zh) = match unsigned {
        0 => ("all entries".to_owned(), "全部条目".to_owned()),
        _ => (
            format!(
                "entries to {}; the last {unsigned} are not signed",
                audited.signed_to
            ),
            format!("至第 {} 条；最后 {unsigned} 条没有签名", audited.signed_to),
        ),
    };
    let (rest_en, rest_zh) = if audited.goes_on {
        (
            format!("{rest_en} yet, so not proved: work goes on"),
            format!("{rest_zh}，尚未得到证明：制卡仍在进行"),
        )
    } else {
        (rest_en, rest_zh)
    };
    let (judged_en, judged_zh) = match audited.judged() {
        Judged::Whole => ("whole", "完好"),
        Judged::WholeAsFarAsSigned => ("whole as far as it is signed", "已签署的部分完好"),
        Judged::OtherKeys => (
            "signed by another key: not looked at with these keys",
            "由其他密钥签署：未用当前密钥检查",
        ),
        Judged::NotWhole => ("NOT WHOLE", "不完好"),
    };
    text(
        format!(
            "{name}: {judged_en}; entries {entries}, signatures {signatures} over {rest_en}; end {end}"
        ),
        format!(
            "{name}：{judged_zh}；条目 {entries}，签名 {signatures} 个，覆盖{rest_zh}；末条 {end}"
        ),
    )
}

/// The findings of a job, each on a line.
pub fn told(audited: &Audited) -> impl Iterator<Item = Text> {
    let (name, findings) = (&audited.job.name, &audited.findings);
    let lines = findings.list.iter().take(SHOWN).map(move |finding| {
        let place = |lang| match (finding.row, lang) {
            (Some(row), Lang::En) => format!("row {row}: "),
            (Some(row), Lang::Zh) => format!("第 {row} 行："),
            (None, _) => String::new(),
        };
        text(
            format!("{name}: {}{}", place(Lang::En), finding.say(Lang::En)),
            format!("{name}：{}{}", place(Lang::Zh), finding.say(Lang::Zh)),
        )
    });
    let left = findings.list.len().saturating_sub(SHOWN) as u64 + findings.more;
    let more = (left > 0).then(|| {
        text(
            format!("{name}: and {left} more (`--json` shows the first thousand)"),
            format!("{name}：另有 {left} 项（`--json` 显示前一千项）"),
        )
    });
    lines.chain(more)
}
