//! What can be wrong with a card image.

use std::io;
use std::path::PathBuf;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

/// The format's version that is written.
pub(super) const VERSION: u16 = 2;
/// The oldest version that is read.
pub(super) const OLDEST: u16 = 1;

/// Why a card image cannot be used. Nothing is ever recreated in its place.
#[derive(Debug)]
pub struct ImageError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: ImageFault,
}

/// What is wrong with a card image.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageFault {
    /// Creation was asked for, and there is a file already.
    Exists,
    /// There is no such file.
    Missing,
    /// Another program has this card.
    InUse,
    /// The first 8 bytes are others.
    NotAnImage,
    /// A format version that this program does not know.
    UnknownVersion(u16),
    /// A geometry that this program does not simulate: page, write, pages.
    Geometry(u16, u16, u16),
    /// Header bytes that are to be zero are not.
    Header,
    /// The file has not the length that its header says.
    Length {
        /// Bytes that the header calls for.
        wanted: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// The file was deleted, moved or replaced while its card was running.
    Gone,
    /// A blank card could not be made.
    Manufacture,
    /// The system refused.
    Io(io::Error),
}

impl ImageFault {
    fn english(&self) -> String {
        match self {
            Self::Exists => "there is a file already; choose another name, or open it without asking for a new card".into(),
            Self::Missing => "there is no such file; ask for a new card to make one".into(),
            Self::InUse => "another program has this card; end that one first".into(),
            Self::NotAnImage => "this is no card image; give the file that `ssc sim --image` made".into(),
            Self::UnknownVersion(version) => format!(
                "it has format version {version}, and this program knows {OLDEST} to {VERSION}; use the program that made it"
            ),
            Self::Geometry(page, write, pages) => format!(
                "its flash has {pages} pages of {page} bytes, written by {write}; this program simulates another one: use the program that made it"
            ),
            Self::Header => "its header is damaged; restore the file from a copy".into(),
            Self::Length { wanted, found } => format!(
                "it has {found} bytes where its header calls for {wanted}: it was cut off or added to; restore the file from a copy"
            ),
            Self::Gone => "the file was deleted, moved or replaced while its card was running: what the card has written since is lost; end the card, and put the file back from a copy".into(),
            Self::Manufacture => "a blank card could not be made in it; report this".into(),
            Self::Io(error) => format!("{error}; check the path, the rights and the space on the disk"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Exists => "文件已存在；请换一个名称，或不要求新卡而直接打开它".into(),
            Self::Missing => "没有这个文件；要新建请要求新卡".into(),
            Self::InUse => "另一程序正在使用此卡；请先结束该程序".into(),
            Self::NotAnImage => "这不是卡映像；请给出 `ssc sim --image` 生成的文件".into(),
            Self::UnknownVersion(version) => {
                format!("其格式版本为 {version}，本程序只认识 {OLDEST} 至 {VERSION}；请使用生成它的程序")
            }
            Self::Geometry(page, write, pages) => format!(
                "其闪存为 {pages} 页、每页 {page} 字节、每次写 {write} 字节，与本程序模拟的不同；请使用生成它的程序"
            ),
            Self::Header => "文件头已损坏；请从副本恢复".into(),
            Self::Length { wanted, found } => {
                format!(
                    "文件长 {found} 字节，而文件头要求 {wanted} 字节：文件被截断或被追加；请从副本恢复"
                )
            }
            Self::Gone => "卡片运行期间该文件被删除、移动或替换：此后写入卡片的内容已丢失；请结束该卡，并从副本恢复文件".into(),
            Self::Manufacture => "无法在其中制作空白卡；请报告此问题".into(),
            Self::Io(error) => format!("{error}；请检查路径、权限和磁盘空间", error = ssc_words::system::chinese(error)),
        }
    }
}

impl Bilingual for ImageError {
    fn say(&self, lang: Lang) -> String {
        let path = self.path.display();
        match lang {
            Lang::En => format!("card image {path}: {}", self.fault.english()),
            Lang::Zh => format!("卡映像 {path}：{}", self.fault.chinese()),
        }
    }
}

impl std::fmt::Display for ImageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ImageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            ImageFault::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl Kind for ImageError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Input
    }
}
