//! The page of tags and data grouping identifiers.

use apdu_specs::applications::tags;
use apdu_specs::items::ITEMS;
use apdu_specs::tags::TagUse;

use super::text;

pub fn page() -> String {
    let mut page = text::page("Tags, data groupings and item codes 标签与指标代码");
    page.push_str("Tags of the records stand with their [files](files.md).\n");
    for (used, title) in [
        (TagUse::FileControl, "File control parameters 文件控制参数"),
        (TagUse::SelectAnswer, "Answer to SELECT 选择应答"),
        (
            TagUse::DataGrouping,
            "Data groupings of STORE DATA 数据分组",
        ),
        (TagUse::GetData, "GET DATA 取数据"),
        (TagUse::GetStatus, "GET STATUS 取状态"),
        (TagUse::Certificates, "Certificate environment 证书环境"),
        (TagUse::SecureMessaging, "Secure messages 安全报文"),
    ] {
        page.push_str(&format!("\n## {title}\n\n"));
        page.push_str(&text::head(&[
            "tag",
            "shape and meaning",
            "含义",
            "clause",
            "evidence",
        ]));
        for tag in tags().filter(|tag| tag.used == used) {
            page.push_str(&text::row(&[
                format!("`{}`", code(tag.tag, used)),
                tag.english.to_owned(),
                tag.chinese.to_owned(),
                tag.clause.to_owned(),
                tag.evidence.mark().to_owned(),
            ]));
        }
    }
    page.push_str("\n## Item codes of data exchange 指标代码\n\n");
    page.push_str(&text::head(&[
        "code", "also", "English", "中文", "evidence",
    ]));
    for item in ITEMS {
        page.push_str(&text::row(&[
            format!("`{}`", item.code),
            item.also.map_or(String::new(), |also| format!("`{also}`")),
            item.english.to_owned(),
            item.chinese.to_owned(),
            item.evidence.mark().to_owned(),
        ]));
    }
    page
}

/// A tag in as many digits as it has on the wire.
pub fn code(tag: u16, used: TagUse) -> String {
    let two_bytes = matches!(used, TagUse::DataGrouping | TagUse::GetData) || tag > 0xFF;
    if two_bytes {
        format!("{tag:04X}")
    } else {
        format!("{tag:02X}")
    }
}
