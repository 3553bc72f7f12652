//! What the work waits for, and whom to tell.

use ssc_words::{Bilingual, Lang};

/// What must happen before the work goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The card that lies in the reader is done (issued or set aside).
    TakeOut {
        /// The reader's name.
        reader: String,
    },
    /// The reader is empty.
    Insert {
        /// The reader's name.
        reader: String,
    },
    /// Another program has the card.
    Others {
        /// The reader's name.
        reader: String,
    },
}

impl Bilingual for Wait {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TakeOut { reader }, Lang::En) => {
                format!("take the card out of reader \"{reader}\", then insert the next blank card")
            }
            (Self::TakeOut { reader }, Lang::Zh) => {
                format!("请从读卡器“{reader}”取出卡片，然后插入下一张空白卡")
            }
            (Self::Insert { reader }, Lang::En) => {
                format!("insert the next blank card into reader \"{reader}\"")
            }
            (Self::Insert { reader }, Lang::Zh) => {
                format!("请将下一张空白卡插入读卡器“{reader}”")
            }
            (Self::Others { reader }, Lang::En) => {
                format!("waiting: another program has the card in reader \"{reader}\"")
            }
            (Self::Others { reader }, Lang::Zh) => {
                format!("等待中：另一程序正在使用读卡器“{reader}”中的卡片")
            }
        }
    }
}

/// Called once for each thing to do.
pub type OnWait = Box<dyn FnMut(&Wait) + Send>;
