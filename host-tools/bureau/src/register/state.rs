//! The states of jobs, orders, chips and cards, with the names under which they are stored.

use serde::{Deserialize, Serialize};
use ssc_words::Lang;

/// A set of states with their names.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $state:ident = $stored:literal, $zh:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $state,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$state),+];

            /// The name under which it is stored, and which programs see.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$state => $stored,)+
                }
            }

            /// The state of a stored name.
            #[must_use]
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|state| state.name() == name)
            }

            /// Its name for people.
            #[must_use]
            pub fn words(self, lang: Lang) -> String {
                match (self, lang) {
                    (_, Lang::En) => self.name().replace('_', " "),
                    $((Self::$state, Lang::Zh) => $zh.into(),)+
                }
            }
        }
    };
}

states! {
    /// How far an order is.
    OrderState {
        /// The row is read.
        Received = "received", "已接收";
        /// Checked and decided; it waits for a head.
        Validated = "validated", "已校验";
        /// A head has it; no chip was written for it.
        Reserved = "reserved", "已预留";
        /// A chip is being written for it.
        InPersonalization = "in_personalization", "制卡中";
        /// Its chip's digests were right: it may be SECURED.
        Checked = "checked", "已核对";
        /// SECURED and confirmed.
        Delivered = "delivered", "已交付";
        /// Refused by the check or the register, with a reason.
        Rejected = "rejected", "已拒绝";
        /// Its last chip was spoiled or set aside, or its attempts are used up; runs take it again.
        ToBeRemade = "to_be_remade", "待重制";
    }
}

states! {
    /// What a chip is.
    ChipState {
        /// It is being written for its order.
        Writing = "writing", "写入中";
        /// It was to be SECURED, and no answer is noted.
        MayBeFinished = "may_be_finished", "可能已完成";
        /// It is a person's card.
        Issued = "issued", "已发放";
        /// Abandoned half-way, foreign or bad: never used again.
        SetAside = "set_aside", "已搁置";
    }
}

states! {
    /// What is done with a job.
    JobState {
        /// Made; nobody has run it.
        Ready = "ready", "就绪";
        /// Heads may take its orders.
        Running = "running", "运行中";
        /// No head may take another of its orders.
        Paused = "paused", "已暂停";
        /// Nothing more is made of it.
        Closed = "closed", "已关闭";
    }
}

states! {
    /// What the card of a person is.
    CardStatus {
        /// It is ordered.
        Ordered = "ordered", "已订制";
        /// The person has it.
        Living = "living", "有效";
        /// 挂失
        Lost = "lost", "挂失";
        /// It works no more.
        Damaged = "damaged", "损坏";
        /// Its validity has ended.
        Expired = "expired", "到期";
        /// Another was ordered in its place.
        Replaced = "replaced", "已更换";
    }
}
