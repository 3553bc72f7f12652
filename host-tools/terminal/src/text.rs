//! A dump as a tree of lines for people.

use std::fmt::Write as _;

use ssc_words::{Lang, clean};

use crate::decoded::{DecodedField, Refusal, Remark, Value};
use crate::dump::{Bytes, Content, DirectoryDump, Dump, FileDump};

impl Dump {
    /// All that was read as a tree of lines, directories first, in `lang`. It shows every value in full.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        let mut text = match lang {
            Lang::En => format!(
                "Social security card, version {}, keys {}\nATR {} (historical bytes {})\n",
                self.version, self.algorithm, self.atr, self.historical_bytes
            ),
            Lang::Zh => format!(
                "社会保障卡，规范版本 {}，密钥算法 {}\nATR {}（历史字节 {}）\n",
                self.version, self.algorithm, self.atr, self.historical_bytes
            ),
        };
        for directory in &self.directories {
            directory_node(directory, lang).write(&mut text, "", "");
        }
        text
    }
}

/// A line and the lines under it.
struct Node {
    line: String,
    children: Vec<Node>,
}

impl Node {
    fn leaf(line: String) -> Self {
        Self {
            line,
            children: Vec::new(),
        }
    }

    fn write(&self, text: &mut String, own: &str, below: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{own}{}", clean::line(&self.line));
        let last = self.children.len().saturating_sub(1);
        for (index, child) in self.children.iter().enumerate() {
            let (branch, space) = if index == last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            child.write(
                text,
                &format!("{below}{branch}"),
                &format!("{below}{space}"),
            );
        }
    }
}

fn directory_node(directory: &DirectoryDump, lang: Lang) -> Node {
    let refusal = refusal(directory.refusal.as_ref(), lang);
    Node {
        line: format!("{} {}{refusal}", directory.label, directory.words.get(lang)),
        children: directory
            .files
            .iter()
            .map(|file| file_node(file, lang))
            .collect(),
    }
}

fn file_node(file: &FileDump, lang: Lang) -> Node {
    let condition = match lang {
        Lang::En => format!(" (read: {})", file.condition.get(lang)),
        Lang::Zh => format!("（读：{}）", file.condition.get(lang)),
    };
    let mut children: Vec<Node> = file
        .notes
        .iter()
        .map(|note| Node::leaf(format!("! {}", note.get(lang))))
        .collect();
    let mut summary = String::new();
    match &file.content {
        None => {}
        Some(Content::Records(records)) if records.is_empty() => summary = empty(lang),
        Some(Content::Records(records)) => {
            children.extend(records.iter().map(|record| field_node(record, lang)));
        }
        Some(Content::Lists(lists)) if lists.is_empty() => summary = empty(lang),
        Some(Content::Lists(lists)) => {
            children.extend(lists.iter().enumerate().map(|(index, fields)| {
                let line = match lang {
                    Lang::En => format!("record {}", index + 1),
                    Lang::Zh => format!("记录 {}", index + 1),
                };
                Node {
                    line,
                    children: fields.iter().map(|field| field_node(field, lang)).collect(),
                }
            }));
        }
        Some(Content::Bytes(bytes)) => summary = format!(": {}", bytes_line(bytes, lang)),
    }
    let refusal = refusal(file.refusal.as_ref(), lang);
    Node {
        line: format!(
            "{} {}{condition}{summary}{refusal}",
            file.fid,
            file.words.get(lang)
        ),
        children,
    }
}

fn field_node(field: &DecodedField, lang: Lang) -> Node {
    let tag = field
        .tag
        .as_ref()
        .map_or(String::new(), |tag| format!("{tag} "));
    let remarks: String = field
        .remarks
        .iter()
        .map(|remark| match lang {
            Lang::En => format!(" [{}]", remark_words(*remark, lang)),
            Lang::Zh => format!("〔{}〕", remark_words(*remark, lang)),
        })
        .collect();
    let refusal = refusal(field.refusal.as_ref(), lang);
    let meaning = field
        .meaning
        .as_ref()
        .map_or(String::new(), |words| match lang {
            Lang::En => format!(" ({})", words.get(lang)),
            Lang::Zh => format!("（{}）", words.get(lang)),
        });
    let (value, children) = match &field.value {
        Value::Fields(fields) => (
            String::new(),
            fields.iter().map(|field| field_node(field, lang)).collect(),
        ),
        Value::Empty if field.refusal.is_some() => (String::new(), Vec::new()),
        Value::Empty => (": -".to_owned(), Vec::new()),
        Value::Text(text) | Value::Digits(text) | Value::Hex(text) => {
            (format!(": {text}"), Vec::new())
        }
    };
    let name = field.words.get(lang);
    Node {
        line: format!("{tag}{name}{value}{meaning}{remarks}{refusal}"),
        children,
    }
}

fn bytes_line(bytes: &Bytes, lang: Lang) -> String {
    let Bytes { length, used, .. } = bytes;
    let kind = if bytes.jpeg { "JPEG, " } else { "" };
    match (&bytes.hex, lang) {
        (_, Lang::En) if *used == 0 => format!("empty ({length} bytes)"),
        (_, Lang::Zh) if *used == 0 => format!("空（{length} 字节）"),
        (hex, Lang::En) => {
            format!(
                "{kind}{used} of {length} bytes{}",
                after_colon(hex.as_deref())
            )
        }
        (hex, Lang::Zh) => {
            format!(
                "{kind}{length} 字节中已用 {used} 字节{}",
                after_colon(hex.as_deref())
            )
        }
    }
}

fn after_colon(hex: Option<&str>) -> String {
    hex.map_or(String::new(), |hex| format!(": {hex}"))
}

fn empty(lang: Lang) -> String {
    match lang {
        Lang::En => ": empty".into(),
        Lang::Zh => "：空".into(),
    }
}

fn refusal(refusal: Option<&Refusal>, lang: Lang) -> String {
    refusal.map_or(String::new(), |refusal| match lang {
        Lang::En => format!(": not read, {} {}", refusal.sw, refusal.words.get(lang)),
        Lang::Zh => format!("：未读取，{} {}", refusal.sw, refusal.words.get(lang)),
    })
}

fn remark_words(remark: Remark, lang: Lang) -> &'static str {
    match (remark, lang) {
        (Remark::Undecodable, Lang::En) => "does not fit its format",
        (Remark::Undecodable, Lang::Zh) => "与格式不符",
        (Remark::Short, Lang::En) => "shorter than its table says",
        (Remark::Short, Lang::Zh) => "短于规定长度",
        (Remark::Long, Lang::En) => "longer than its table says",
        (Remark::Long, Lang::Zh) => "长于规定长度",
        (Remark::UnknownTag, Lang::En) => "tag not in the table",
        (Remark::UnknownTag, Lang::Zh) => "表中没有该标签",
        (Remark::NotTlv, Lang::En) => "no tag, length and value",
        (Remark::NotTlv, Lang::Zh) => "不是标签-长度-值",
        (Remark::JoinedToName, Lang::En) => "joined to the name",
        (Remark::JoinedToName, Lang::Zh) => "已并入姓名",
        (Remark::Joined, Lang::En) => "joined to the item that it continues",
        (Remark::Joined, Lang::Zh) => "已并入所续的项目",
        (Remark::AsciiYear, Lang::En) => "a year in ASCII, no date",
        (Remark::AsciiYear, Lang::Zh) => "ASCII 年份，不是日期",
        (Remark::Masked, Lang::En) => "covered by the card until its key is presented",
        (Remark::Masked, Lang::Zh) => "外部认证前由卡片遮盖",
    }
}
