//! What the host says, in English and in Chinese.

/// The language of messages to people (`--lang`, `LANG`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English, the default.
    #[default]
    En,
    /// 中文
    Zh,
}

/// A message that people read, in both languages. `Display` stays English (logs, `--json`).
pub trait Bilingual {
    /// The message in `lang`: what failed, on which card or row, and what to do next.
    fn say(&self, lang: Lang) -> String;
}

/// What a status word means.
pub(crate) fn status(sw: u16, lang: Lang) -> String {
    let _ = sw;
    match lang {
        Lang::En => "no meaning listed".into(),
        Lang::Zh => "表中没有含义".into(),
    }
}

/// The command's name in the specification table, else its header.
pub(crate) fn command(header: [u8; 4]) -> String {
    let [cla, ins, p1, p2] = header;
    format!("{cla:02X} {ins:02X} {p1:02X} {p2:02X}")
}

/// Whether the table says that this command's data is nobody's to see.
pub(crate) fn is_secret(header: [u8; 4]) -> bool {
    matches!(header[1], 0x20 | 0x24 | 0x5E | 0xD8)
}
