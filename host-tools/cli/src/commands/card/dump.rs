//! Everything that was read of a card, as text.

use ssc_terminal::{
    Content, DecodedField, DirectoryDump, Dump, FileDump, Refusal, Remark, Value, Words,
};
use ssc_words::{Bilingual, Lang};

use crate::failure::Failure;
use crate::text::pick;
use crate::ui::Ui;

/// Prints directories, files and fields, each one step further in.
///
/// # Errors
/// stdout cannot be written.
pub fn print(dump: &Dump, ui: &Ui) -> Result<(), Failure> {
    let Dump {
        atr,
        version,
        algorithm,
        ..
    } = dump;
    ui.line(format!(
        "{} {version}, {algorithm}, ATR {atr}",
        pick(ui.lang, "version", "规范版本")
    ))?;
    dump.directories
        .iter()
        .try_for_each(|directory| print_directory(directory, ui))
}

fn print_directory(directory: &DirectoryDump, ui: &Ui) -> Result<(), Failure> {
    ui.line("")?;
    let words = directory.words.say(ui.lang);
    ui.line(format!("{} {words}", directory.label))?;
    if let Some(refusal) = &directory.refusal {
        ui.line(format!("  {}", refused(refusal, ui.lang)))?;
    }
    directory
        .files
        .iter()
        .try_for_each(|file| print_file(file, ui))
}

fn print_file(file: &FileDump, ui: &Ui) -> Result<(), Failure> {
    let (words, condition) = (file.words.say(ui.lang), file.condition.say(ui.lang));
    let reading = pick(ui.lang, "read:", "读取：");
    ui.line(format!("  {} {words} [{reading} {condition}]", file.fid))?;
    for note in &file.notes {
        ui.line(format!("    ! {}", note.say(ui.lang)))?;
    }
    if let Some(refusal) = &file.refusal {
        ui.line(format!("    {}", refused(refusal, ui.lang)))?;
    }
    match &file.content {
        None => Ok(()),
        Some(Content::Records(fields)) => print_fields(fields, 4, ui),
        Some(Content::Lists(lists)) => (1..).zip(lists).try_for_each(|(number, fields)| {
            ui.line(format!("    {} {number}", pick(ui.lang, "record", "记录")))?;
            print_fields(fields, 6, ui)
        }),
        Some(Content::Bytes(bytes)) => {
            let kind = if bytes.jpeg { "JPEG, " } else { "" };
            let (used, length) = (bytes.used, bytes.length);
            let hex = bytes.hex.as_deref().unwrap_or_default();
            ui.line(match ui.lang {
                Lang::En => format!("    {kind}{used} of {length} bytes used {hex}"),
                Lang::Zh => format!("    {kind}共 {length} 字节，已用 {used} {hex}"),
            })
        }
    }
}

fn print_fields(fields: &[DecodedField], indent: usize, ui: &Ui) -> Result<(), Failure> {
    for field in fields {
        let space = " ".repeat(indent);
        let tag = field
            .tag
            .as_ref()
            .map(|tag| format!("{tag} "))
            .unwrap_or_default();
        let words = field.words.say(ui.lang);
        let colon = pick(ui.lang, ":", "：");
        let mut line = format!("{space}{tag}{words}{colon}");
        let children = match &field.value {
            Value::Fields(children) if !field.value.is_empty() => children.as_slice(),
            value => {
                let shown = value.as_str().unwrap_or("-");
                line.push_str(&format!(" {shown}"));
                if let Some(meaning) = &field.meaning {
                    line.push_str(&in_words(meaning, ui.lang));
                }
                &[]
            }
        };
        if let Some(refusal) = &field.refusal {
            line.push_str(&format!(" {}", refused(refusal, ui.lang)));
        }
        for remark in &field.remarks {
            line.push_str(&format!(" ({})", remark_words(*remark, ui.lang)));
        }
        ui.line(line)?;
        print_fields(children, indent + 2, ui)?;
    }
    Ok(())
}

/// What a code means, behind it.
pub fn in_words(meaning: &Words, lang: Lang) -> String {
    let words = meaning.say(lang);
    pick(lang, &format!(" ({words})"), &format!("（{words}）")).to_owned()
}

fn refused(refusal: &Refusal, lang: Lang) -> String {
    let Refusal { sw, words } = refusal;
    format!(
        "{} {sw} {}",
        pick(lang, "refused:", "拒绝："),
        words.say(lang)
    )
}

fn remark_words(remark: Remark, lang: Lang) -> &'static str {
    match remark {
        Remark::Undecodable => pick(
            lang,
            "not of its format, so in hexadecimal",
            "格式不符，以十六进制显示",
        ),
        Remark::Short => pick(lang, "shorter than in the table", "短于规定长度"),
        Remark::Long => pick(lang, "longer than in the table", "长于规定长度"),
        Remark::UnknownTag => pick(lang, "a tag that the table does not have", "表中没有的标签"),
        Remark::NotTlv => pick(lang, "no TLV", "不是 TLV"),
        Remark::Masked => pick(
            lang,
            "covered until the key is presented",
            "出示密钥前被屏蔽",
        ),
        Remark::Joined => pick(lang, "part of the item above", "已并入上面的项目"),
        Remark::AsciiYear => pick(lang, "a year in ASCII, no date", "ASCII 年份，不是日期"),
        Remark::JoinedToName => pick(lang, "part of the name above", "已并入上面的姓名"),
    }
}
