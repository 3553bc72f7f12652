//! What keeps a card out of a virtual reader.

use ssc_reader::ReaderError;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

/// Why a card is not, or no longer, in a virtual reader.
#[derive(Debug)]
#[non_exhaustive]
pub enum VpcdError {
    /// Nobody listens there.
    NoVpcd {
        /// The TCP port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The slot is taken: the connection waits in vpcd's queue, or vpcd hung up at once.
    SlotTaken {
        /// The TCP port.
        port: u16,
    },
    /// The card itself cannot go on (its image cannot be written, say).
    Card(ReaderError),
}

impl Bilingual for VpcdError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoVpcd { port, source }, Lang::En) => format!(
                "no virtual reader on port {port} ({source}); install vsmartcard-vpcd and start pcscd, or give another --port"
            ),
            (Self::NoVpcd { port, source }, Lang::Zh) => format!(
                "端口 {port} 上没有虚拟读卡器（{source}）；请安装 vsmartcard-vpcd 并启动 pcscd，或用 --port 指定其他端口",
                source = ssc_words::system::chinese(source)
            ),
            (Self::SlotTaken { port }, Lang::En) => format!(
                "the virtual reader on port {port} does not take the card: another card lies in it; end that program, or use port {}",
                port.saturating_add(1)
            ),
            (Self::SlotTaken { port }, Lang::Zh) => format!(
                "端口 {port} 的虚拟读卡器不接受卡片：其中已有另一张卡；请结束该程序，或使用端口 {}",
                port.saturating_add(1)
            ),
            (Self::Card(error), lang) => error.say(lang),
        }
    }
}

impl std::fmt::Display for VpcdError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for VpcdError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoVpcd { source, .. } => Some(source),
            Self::SlotTaken { .. } => None,
            Self::Card(error) => Some(error),
        }
    }
}

impl Kind for VpcdError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Reader
    }
}
