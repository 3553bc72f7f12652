//! The errors of a terminal in Chinese; their English stands with them.

use ssc_reader::spec_words;
use ssc_words::{Bilingual, Lang};

use super::TerminalError;
use super::words::{fault_words, insert_card, refused};

impl Bilingual for TerminalError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl TerminalError {
    fn chinese(&self) -> String {
        match self {
            Self::Reader(error) => error.say(Lang::Zh),
            Self::Keys(error) => error.say(Lang::Zh),
            Self::Hsm(error) => error.say(Lang::Zh),
            Self::Psam(error) => error.say(Lang::Zh),
            Self::Module(error) => error.say(Lang::Zh),
            Self::BlockLength { length } => {
                format!("{length} 字节不是一个密码分组（DES 为 8，SM4 为 16）；未向卡片发送任何内容")
            }
            Self::NotSocialSecurity { sw } => format!(
                "不是已个人化的社会保障卡：选择 SSSE（sx1.sh.社会保障）返回 {sw}（{}）；请换一张卡",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::Ssf33 => {
                "此卡密钥使用 SSF33（算法标识 02），该密码算法不公开，本程序不支持；请使用经批准的终端读取".into()
            }
            Self::UnknownAlgorithm { marker } => format!(
                "此卡的算法标识为 {marker:02X}，未知；已知为 01（3DES）和 03（SM4）。未尝试任何密钥"
            ),
            Self::Fci => {
                "选择 SSSE 的应答不是文件控制信息（6F …），无法确定密钥算法；卡或读卡器故障，请分别更换后重试".into()
            }
            Self::NoCardFactor => "ATR 历史字节少于 8 个，无法分散此卡密钥；请使用接触界面".into(),
            Self::NoRegion => {
                "SSSE EF05 标签 01（卡识别码）开头不是六位行政区划代码，无法分散此卡密钥；此卡发行有误".into()
            }
            Self::UnknownVersion { found } => {
                format!("此卡规范版本为 {found}；本程序支持 1.00、2.00 和 3.00")
            }
            Self::Refused {
                place,
                sw,
                key,
                keys,
            } => format!("{place}：{}", refused(*sw, *key, *keys, Lang::Zh)),
            Self::Malformed { place, .. } => {
                format!("{place}：数据格式错误；此卡发行有误，或不是此类卡")
            }
            Self::KeyRefused { key, sw } => format!(
                "卡片拒绝密钥 {key}，返回 {sw}（{}）；请使用发行此卡的密钥库，不要用同样的密钥重试，否则卡上密钥将锁定",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::Challenge { length } => {
                format!("取随机数应得 8 字节，实得 {length} 字节；卡或读卡器故障，请分别更换后重试")
            }
            Self::ShortChallenge => {
                "卡片的随机数以四个零字节结尾，未对其使用任何密钥：正常的卡几乎不会如此，而收集终端应答、用于其他卡的人需要的正是这种随机数。请再试一次；若再次出现，请扣留卡和读卡器并上报".into()
            }
            Self::InsertCard { key } => insert_card(*key, Lang::Zh),
            Self::NoKeys { key } => {
                format!("此操作需要密钥 {key}，但未提供密钥；请提供发行此卡的密钥库")
            }
            Self::PinRefused { sw } => format!(
                "卡片拒绝该 PIN，返回 {sw}（{}）；未继续读取。再次尝试前请核对 PIN，次数用尽后 PIN 将锁定，须解锁",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::NotWritten { place, sw } => format!(
                "{place}：未写入，卡片返回 {sw}（{}）；此前已写入的内容保留",
                spec_words::status(*sw, Lang::Zh)
            ),
            Self::NotDone { operation, sw } => format!(
                "{}：卡片返回 {sw}（{}）{}",
                operation.words(Lang::Zh),
                spec_words::status(*sw, Lang::Zh),
                operation.advice(*sw, Lang::Zh)
            ),
            Self::Address(error) => error.say(Lang::Zh),
            Self::NoSuchItem { place } => {
                format!("{place}：此版本的卡没有该文件或数据项；未读写任何内容")
            }
            Self::Value { place, fault } => {
                format!("{place}：{}；未写入任何内容", fault_words(*fault, Lang::Zh))
            }
            Self::PinNeeded { place } => format!("{place}：该文件要求持卡人的 PIN；请提供"),
            Self::PinTooLong { most } => {
                format!("使用此类密钥的卡重装 PIN 时最多 {most} 位；请选择较短的 PIN")
            }
            Self::OneDigitRepeated => {
                "新 PIN 不得为同一数字，卡片不会接受；请另选 PIN：未向卡片发送任何内容".into()
            }
            Self::DifferentCard => {
                "此卡不是所指的卡（卡识别码、卡号不符）；请插入该卡，或先读取此卡".into()
            }
            Self::NotGenuine => {
                "以这些密钥验证，此卡不合法：卡中没有其所称卡片的密钥（内部认证失败）。请先确认所用密钥库、PSAM 或加密机属于该卡的发卡方；若属实，则为复制卡：请扣留并上报".into()
            }
            Self::StepOrder => {
                "此步骤与前一步骤不衔接；请从步骤一重新开始，期间卡片须留在读卡器中".into()
            }
            Self::HsmAnswer { expected } => {
                format!("加密机返回的数据不是 {expected}；请原样传入")
            }
            Self::NoHsmNeeded => "读取这些数据项不需要密钥，也不需要加密机认证；请直接读取".into(),
            Self::OneKeyAtATime => {
                "这些数据项需要多个密钥，而一次加密机认证只用一个密钥；请逐个文件读取".into()
            }
            Self::InvalidPin => "PIN 须为 4 至 16 位数字；未向卡片发送任何内容".into(),
            Self::NoRandom { detail } => {
                format!("系统未提供随机数（{detail}）；未尝试任何密钥")
            }
        }
    }
}
