//! What can go wrong between the host and a card, and what to do about it.

use apdu_specs::Status;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::spec_words::Name;

/// Why no usable answer came from a card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReaderError {
    /// The PC/SC service does not answer.
    NoService {
        /// What the PC/SC library said.
        detail: String,
    },
    /// The PC/SC service refuses this user (polkit).
    NotAllowed {
        /// What the PC/SC library said.
        detail: String,
    },
    /// The service runs and knows no reader at all.
    NoReaders,
    /// No reader of that name.
    NoSuchReader {
        /// The name asked for.
        wanted: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// The name fits several readers.
    SeveralReaders {
        /// The name asked for.
        wanted: String,
        /// The names that it fits.
        fitting: Vec<String>,
    },
    /// Two cards are wanted from one reader.
    SameReader {
        /// The reader's name.
        reader: String,
    },
    /// The reader is empty.
    NoCard {
        /// The reader's name.
        reader: String,
    },
    /// The card lies in the reader but does not answer to reset.
    Mute {
        /// The reader's name.
        reader: String,
    },
    /// Another program holds the card.
    InUse {
        /// The reader's name.
        reader: String,
    },
    /// Another program, or the PC/SC service, reset the card: everything selected and verified is lost.
    ResetByOther {
        /// The reader's name.
        reader: String,
    },
    /// The card was taken out while it was in use.
    CardRemoved {
        /// The reader's name.
        reader: String,
    },
    /// The reader itself is gone (unplugged, or its driver ended).
    ReaderGone {
        /// The reader's name.
        reader: String,
    },
    /// Whoever moves and powers the cards did not answer in time.
    Silent {
        /// The reader's name.
        reader: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The card is there, and the exchange failed.
    Transmission {
        /// The reader's name.
        reader: String,
        /// What failed.
        detail: String,
    },
    /// An answer that no card may give: shorter than a status word, or a chain of `61xx`/`6Cxx` without end.
    MalformedAnswer {
        /// What is wrong with it, without its bytes.
        detail: String,
    },
    /// A command that cannot be sent: more than 255 bytes of data, Le outside 1 to 256.
    MalformedCommand {
        /// What is wrong with it, without its bytes.
        detail: String,
    },
    /// Something that only this kind of reader knows (a card image that cannot be written), said by it.
    Device {
        /// The reader's name.
        reader: String,
        /// What failed and what to do.
        english: String,
        /// 同上
        chinese: String,
    },
    /// The card answered, with a status word that was not expected.
    Status(StatusError),
}

/// A status word that was not expected, with the command it answers. No data of either is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusError {
    /// The name of the command's row; `None` where the header alone says it.
    pub name: Option<Name>,
    /// CLA INS P1 P2.
    pub header: [u8; 4],
    /// SW1 SW2.
    pub sw: Status,
}

impl From<StatusError> for ReaderError {
    fn from(error: StatusError) -> Self {
        ReaderError::Status(error)
    }
}

impl ReaderError {
    /// The status word, if the card gave one.
    #[must_use]
    pub fn sw(&self) -> Option<Status> {
        match self {
            ReaderError::Status(status) => Some(status.sw),
            _ => None,
        }
    }

    /// The reader that it is about, if it is about one.
    #[must_use]
    pub fn reader(&self) -> Option<&str> {
        match self {
            ReaderError::NoCard { reader }
            | ReaderError::SameReader { reader }
            | ReaderError::Mute { reader }
            | ReaderError::InUse { reader }
            | ReaderError::ResetByOther { reader }
            | ReaderError::CardRemoved { reader }
            | ReaderError::ReaderGone { reader }
            | ReaderError::Silent { reader, .. }
            | ReaderError::Transmission { reader, .. }
            | ReaderError::Device { reader, .. } => Some(reader),
            _ => None,
        }
    }

    /// Whether the card, or its reader, is not there any more. Both may come back.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(
            self,
            ReaderError::CardRemoved { .. }
                | ReaderError::ReaderGone { .. }
                | ReaderError::Silent { .. }
                | ReaderError::NoCard { .. }
                | ReaderError::ResetByOther { .. }
                | ReaderError::NoService { .. }
                | ReaderError::NoReaders
                | ReaderError::NoSuchReader { .. }
        )
    }

    /// Whether it is about a card that another one can take the place of.
    #[must_use]
    pub fn is_of_card(&self) -> bool {
        matches!(
            self,
            ReaderError::Mute { .. }
                | ReaderError::CardRemoved { .. }
                | ReaderError::ResetByOther { .. }
                | ReaderError::Transmission { .. }
                | ReaderError::MalformedAnswer { .. }
                | ReaderError::Status(_)
        )
    }

    /// Whether the card's state is unknown now: it may or may not have carried out the last command.
    #[must_use]
    pub fn state_unknown(&self) -> bool {
        matches!(
            self,
            ReaderError::NoService { .. }
                | ReaderError::CardRemoved { .. }
                | ReaderError::ReaderGone { .. }
                | ReaderError::Silent { .. }
                | ReaderError::ResetByOther { .. }
                | ReaderError::Transmission { .. }
                | ReaderError::Device { .. }
        )
    }
}

impl Bilingual for StatusError {
    fn say(&self, lang: Lang) -> String {
        let meaning = crate::spec_words::status(self.sw, lang);
        let [cla, ins, p1, p2] = self.header;
        let command = match self.name {
            Some(name) => name.get(lang),
            None => crate::spec_words::command_name(self.header, lang),
        };
        let sw = self.sw;
        match lang {
            Lang::En => format!(
                "the card answered {sw} ({meaning}) to {command} ({cla:02X} {ins:02X} {p1:02X} {p2:02X})"
            ),
            Lang::Zh => format!(
                "卡片对 {command}（{cla:02X} {ins:02X} {p1:02X} {p2:02X}）返回 {sw}（{meaning}）"
            ),
        }
    }
}

impl Bilingual for ReaderError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl ReaderError {
    fn english(&self) -> String {
        match self {
            Self::NoService { detail } => format!(
                "the PC/SC service does not answer ({detail}); start it (`systemctl start pcscd.socket`, or `pcscd`), \
                 or use `--reader sim`, which needs none"
            ),
            Self::NotAllowed { detail } => format!(
                "the PC/SC service refuses this user ({detail}): polkit allows whoever sits at this machine. Let an administrator allow the \
                 actions org.debian.pcsc-lite.access_pcsc and access_card in /etc/polkit-1/rules.d; where no polkit runs (a container, \
                 a plain server), start `pcscd --disable-polkit`; or use `--reader sim`, which needs none"
            ),
            Self::NoReaders => "PC/SC knows no reader; plug one in, or start `ssc sim` after installing vsmartcard-vpcd, \
                 or use `--reader sim`"
                .into(),
            Self::NoSuchReader { wanted, available } => format!(
                "no reader is called \"{wanted}\"; there are: {}; `ssc readers` lists them",
                list(available, "none")
            ),
            Self::SeveralReaders { wanted, fitting } => format!(
                "\"{wanted}\" fits several readers: {}; give more of the name of one",
                list(fitting, "none")
            ),
            Self::SameReader { reader } => format!(
                "card and PSAM cannot both lie in reader \"{reader}\"; name a second reader"
            ),
            Self::NoCard { reader } => {
                format!("no card in reader \"{reader}\"; insert one and try again")
            }
            Self::Mute { reader } => format!(
                "the card in reader \"{reader}\" does not answer to reset; turn it over, clean its contacts, or set it aside as faulty"
            ),
            Self::InUse { reader } => format!(
                "another program has the card in reader \"{reader}\" and did not let go of it in time; end that program, or wait longer \
                 (`--timeout`; `timeout` in the configuration of libssc_card)"
            ),
            Self::ResetByOther { reader } => format!(
                "another program, or the PC/SC service, reset the card in reader \"{reader}\"; end that program and begin with this card again"
            ),
            Self::CardRemoved { reader } => format!(
                "the card was taken out of reader \"{reader}\" during a command: insert it and run the command again"
            ),
            Self::ReaderGone { reader } => format!(
                "reader \"{reader}\" is gone (unplugged?) during a command: plug it in and run the command again with that card"
            ),
            Self::Transmission { reader, detail } => format!(
                "the exchange with the card in reader \"{reader}\" failed ({detail}); take the card out, insert it and begin again"
            ),
            Self::Silent { reader, seconds } => format!(
                "the card machine of \"{reader}\" has not answered for {seconds} s: look after it, and run the command again; a card that lies there goes on"
            ),
            Self::MalformedAnswer { detail } => format!(
                "the card's answer cannot be read ({detail}); this is a faulty card or reader: try another of each"
            ),
            Self::MalformedCommand { detail } => {
                format!("this command cannot be sent ({detail}); correct its length fields")
            }
            Self::Device {
                reader, english, ..
            } => format!("reader \"{reader}\": {english}"),
            Self::Status(status) => status.say(Lang::En),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NoService { detail } => format!(
                "PC/SC 服务没有响应（{detail}）；请启动它（`systemctl start pcscd.socket` 或 `pcscd`），或使用无需服务的 `--reader sim`"
            ),
            Self::NotAllowed { detail } => format!(
                "PC/SC 服务拒绝此用户（{detail}）：polkit 只允许本机前的用户。请管理员在 /etc/polkit-1/rules.d 中允许 \
                 org.debian.pcsc-lite.access_pcsc 和 access_card；没有 polkit 时（容器、服务器）请运行 `pcscd --disable-polkit`；\
                 或使用无需服务的 `--reader sim`"
            ),
            Self::NoReaders => {
                "PC/SC 没有读卡器；请插入读卡器，或安装 vsmartcard-vpcd 后运行 `ssc sim`，或使用 `--reader sim`".into()
            }
            Self::NoSuchReader { wanted, available } => format!(
                "没有名为“{wanted}”的读卡器；现有：{}；可用 `ssc readers` 列出",
                list(available, "无")
            ),
            Self::SeveralReaders { wanted, fitting } => format!(
                "“{wanted}”符合多个读卡器：{}；请给出更完整的名称",
                list(fitting, "无")
            ),
            Self::SameReader { reader } => {
                format!("卡片和 PSAM 不能都在读卡器“{reader}”中；请指定第二个读卡器")
            }
            Self::NoCard { reader } => format!("读卡器“{reader}”中没有卡片；请插入后重试"),
            Self::Mute { reader } => {
                format!("读卡器“{reader}”中的卡片复位无应答；请检查方向和触点，或将其作为坏卡处理")
            }
            Self::InUse { reader } => {
                format!("另一程序正在使用读卡器“{reader}”中的卡片，未在限定时间内释放；请结束该程序，或延长等待（`--timeout`；libssc_card 的配置项 timeout）")
            }
            Self::ResetByOther { reader } => {
                format!("读卡器“{reader}”中的卡片被其他程序或 PC/SC 服务复位；请结束该程序后对此卡重新开始")
            }
            Self::CardRemoved { reader } => {
                format!("命令执行中卡片被从读卡器“{reader}”取出：请重新插入并再次运行该命令")
            }
            Self::ReaderGone { reader } => {
                format!("命令执行中读卡器“{reader}”已断开（被拔出？）：请重新连接，并对该卡再次运行该命令")
            }
            Self::Transmission { reader, detail } => {
                format!("与读卡器“{reader}”中卡片的通信失败（{detail}）；请取出卡片重新插入并重新开始")
            }
            Self::Silent { reader, seconds } => {
                format!("“{reader}”的发卡机 {seconds} 秒未响应：请检查发卡机，再次运行该命令；其中的卡会继续处理")
            }
            Self::MalformedAnswer { detail } => {
                format!("无法识别卡片的应答（{detail}）；卡片或读卡器有故障：请分别更换后重试")
            }
            Self::MalformedCommand { detail } => {
                format!("该命令无法发送（{detail}）；请更正其长度字段")
            }
            Self::Device {
                reader, chinese, ..
            } => format!("读卡器“{reader}”：{chinese}"),
            Self::Status(status) => status.say(Lang::Zh),
        }
    }
}

fn list(names: &[String], none: &str) -> String {
    if names.is_empty() {
        return none.into();
    }
    format!("\"{}\"", names.join("\", \""))
}

impl std::fmt::Display for StatusError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for StatusError {}

impl std::fmt::Display for ReaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ReaderError {}

/// A status word is the card's refusal, a malformed command the user's input, an ambiguous name the command line's fault.
impl Kind for ReaderError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Status(_) => ErrorKind::Card,
            Self::MalformedCommand { .. } => ErrorKind::Input,
            Self::SeveralReaders { .. } | Self::SameReader { .. } => ErrorKind::Usage,
            Self::NoService { .. }
            | Self::NotAllowed { .. }
            | Self::NoReaders
            | Self::NoSuchReader { .. }
            | Self::NoCard { .. }
            | Self::Mute { .. }
            | Self::InUse { .. }
            | Self::ResetByOther { .. }
            | Self::CardRemoved { .. }
            | Self::ReaderGone { .. }
            | Self::Silent { .. }
            | Self::Transmission { .. }
            | Self::MalformedAnswer { .. }
            | Self::Device { .. } => ErrorKind::Reader,
        }
    }
}
