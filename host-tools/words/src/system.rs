//! Errors of the operating system in the language of the reader: their own words are English only.

use std::io::{Error, ErrorKind};

use crate::Lang;

/// What the system says, in Chinese; what has no words here stays as the system says it, and so does what a program says by such an error.
#[must_use]
pub fn chinese(error: &Error) -> String {
    let words = of_kind(error.kind()).filter(|_| error.get_ref().is_none());
    words.map_or_else(|| error.to_string(), str::to_owned)
}

/// The same in either language.
#[must_use]
pub fn words(error: &Error, lang: Lang) -> String {
    match lang {
        Lang::En => error.to_string(),
        Lang::Zh => chinese(error),
    }
}

/// The words for a kind of error in Chinese, where there are some.
#[must_use]
pub const fn of_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "没有该文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已存在",
        ErrorKind::NotADirectory => "不是文件夹",
        ErrorKind::IsADirectory => "是文件夹，不是文件",
        ErrorKind::DirectoryNotEmpty => "文件夹不是空的",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::QuotaExceeded => "磁盘配额已用完",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        ErrorKind::ResourceBusy => "正被占用",
        ErrorKind::ExecutableFileBusy => "程序文件正被占用",
        ErrorKind::InvalidFilename => "文件名无效或过长",
        ErrorKind::InvalidInput => "参数无效",
        ErrorKind::InvalidData => "内容无效",
        ErrorKind::UnexpectedEof => "内容不完整",
        ErrorKind::WriteZero => "未能写入",
        ErrorKind::WouldBlock => "正被另一程序使用",
        ErrorKind::TimedOut => "等待超时",
        ErrorKind::Interrupted => "被中断",
        ErrorKind::BrokenPipe => "对方已关闭",
        ErrorKind::ConnectionRefused => "连接被拒绝",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "连接已断开",
        ErrorKind::NotConnected => "未连接",
        ErrorKind::AddrInUse => "地址或端口已被占用",
        ErrorKind::AddrNotAvailable => "地址不可用",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "网络不可达",
        ErrorKind::OutOfMemory => "内存不足",
        ErrorKind::TooManyLinks => "链接过多",
        ErrorKind::Unsupported => "系统不支持",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors that the system itself gives.
    #[test]
    fn chinese_has_no_english_words_for_what_files_usually_lack() {
        for (number, expected) in [
            (2, "没有该文件或文件夹"),
            (13, "没有权限"),
            (28, "磁盘已满"),
            (21, "是文件夹，不是文件"),
        ] {
            let error = Error::from_raw_os_error(number);
            assert_eq!(words(&error, Lang::Zh), expected);
            assert_eq!(words(&error, Lang::En), error.to_string());
        }
        let own = Error::new(ErrorKind::NotFound, "一个程序自己的话");
        assert_eq!(chinese(&own), "一个程序自己的话");
    }
}
