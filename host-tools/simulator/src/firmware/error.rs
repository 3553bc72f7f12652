//! Why no firmware card answers, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use ssc_reader::ReaderError;
use ssc_words::{Bilingual, Lang};

use super::READER_NAME;

/// Why a card of the firmware cannot be used.
#[derive(Debug)]
pub struct FirmwareError {
    /// The firmware's image, the card's memory or the emulator.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: FirmwareFault,
}

/// What is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum FirmwareFault {
    /// The firmware was not built.
    NoImage,
    /// QEMU is not installed.
    NoQemu,
    /// QEMU ended before it began; what it said.
    Qemu(String),
    /// The firmware does not answer.
    Mute,
    /// A new card was asked for, and there is a file already.
    Exists,
    /// There is no such file.
    Missing,
    /// Another program has this card.
    InUse,
    /// No memory of a firmware card.
    NotAMemory,
    /// An image of the simulator's (`ssc sim --image` without `--firmware`).
    SimulatorImage,
    /// The file was deleted, moved or replaced while its card was running.
    Gone,
    /// The system refused.
    Io(io::Error),
}

impl FirmwareFault {
    pub(super) fn of(self, path: &Path) -> FirmwareError {
        FirmwareError {
            path: path.into(),
            fault: self,
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoImage => "there is no firmware image; build it with scripts/firmware --build, or name one in SSC_FIRMWARE".into(),
            Self::NoQemu => "the emulator is not installed; scripts/firmware --build installs it (apt-get install qemu-system-arm)".into(),
            Self::Qemu(said) => format!("the emulator ended at once ({said}); try scripts/firmware, and report this"),
            Self::Mute => "the firmware does not answer; build it again with scripts/firmware --build".into(),
            Self::Exists => "there is a file already; choose another name, or open it without asking for a new card".into(),
            Self::Missing => "there is no such file; ask for a new card to make one".into(),
            Self::InUse => "another program has this card; end that one first".into(),
            Self::NotAMemory => "this is no memory of a firmware card; give the file that `ssc sim --firmware --image` made".into(),
            Self::SimulatorImage => "this is an image of the simulator's card; leave --firmware out".into(),
            Self::Gone => "the file was deleted, moved or replaced while its card was running: what the card has written since is lost; end the card, and put the file back from a copy".into(),
            Self::Io(error) => format!("{error}; check the path, the rights and the space on the disk"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NoImage => {
                "没有固件映像；请用 scripts/firmware --build 构建，或在 SSC_FIRMWARE 中指定".into()
            }
            Self::NoQemu => {
                "未安装仿真器；scripts/firmware --build 会安装它（apt-get install qemu-system-arm）"
                    .into()
            }
            Self::Qemu(said) => {
                format!("仿真器启动后立即结束（{said}）；请试 scripts/firmware，并报告此问题")
            }
            Self::Mute => "固件没有应答；请用 scripts/firmware --build 重新构建".into(),
            Self::Exists => "文件已存在；请换一个名称，或不要求新卡而直接打开它".into(),
            Self::Missing => "没有这个文件；要新建请要求新卡".into(),
            Self::InUse => "另一程序正在使用此卡；请先结束该程序".into(),
            Self::NotAMemory => {
                "这不是固件卡的存储器；请给出 `ssc sim --firmware --image` 生成的文件".into()
            }
            Self::SimulatorImage => "这是模拟卡的映像；请去掉 --firmware".into(),
            Self::Gone => "卡片运行期间该文件被删除、移动或替换：此后写入卡片的内容已丢失；请结束该卡，并从副本恢复文件".into(),
            Self::Io(error) => format!("{error}；请检查路径、权限和磁盘空间", error = ssc_words::system::chinese(error)),
        }
    }
}

impl Bilingual for FirmwareError {
    fn say(&self, lang: Lang) -> String {
        let path = self.path.display();
        match lang {
            Lang::En => format!("firmware card, {path}: {}", self.fault.english()),
            Lang::Zh => format!("固件卡 {path}：{}", self.fault.chinese()),
        }
    }
}

impl std::fmt::Display for FirmwareError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for FirmwareError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            FirmwareFault::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FirmwareError> for ReaderError {
    fn from(error: FirmwareError) -> Self {
        ReaderError::Device {
            reader: READER_NAME.into(),
            english: error.say(Lang::En),
            chinese: error.say(Lang::Zh),
        }
    }
}
