//! Why a store cannot be used, and what to do.

use std::fmt;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::holder::{self, Holder};

/// What must be known of a copy before anything is made with it.
const BACKUP: &str = "A copy from a backup does not know the cards given since it was made, and would give their numbers and their persons cards a second time: make nothing with it before they are accounted for. The return files and job reports since then say who has a card and which numbers are given: leave these persons out of new batches, begin new profiles above these numbers, and close jobs of the copy that others have finished (`ssc job close`)";
const BACKUP_ZH: &str = "备份的副本不知道此后所发的卡，会把卡号和卡再发一次：核清之前请勿用其制卡。此后的回盘文件和作业报告载明谁已有卡、哪些卡号已发：新批次中请去掉这些人，新配置的号段从这些卡号之后开始，副本中他处已完成的作业请关闭（`ssc job close`）";

/// Why a store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseError {
    /// The store, without a password.
    pub store: String,
    /// What failed.
    pub failure: Failure,
}

/// What failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No room on the disk, or a limit of the file's size.
    DiskFull,
    /// The server does not answer, or the connection was cut. Nothing of the transaction is kept.
    Gone(String),
    /// The connection was cut while a transaction was ending: it is kept or it is not.
    Unknown(String),
    /// Another program has it and does not let go.
    Locked {
        /// Which, where the system tells.
        by: Option<Holder>,
    },
    /// There is no store: nothing has made it.
    Missing,
    /// The file is empty, or a database without any tables of this program: what is left of a store, or something else.
    NoTables,
    /// The file has two names: a program under each of them would not see the other.
    Linked,
    /// The log of a file is there, and the file is not.
    LogAlone(String),
    /// The file is something else.
    NotADatabase,
    /// The file was cut short or overwritten.
    Damaged(String),
    /// The file or its folder cannot be read or written by this user.
    NoAccess(String),
    /// User, password or rights are refused by the server.
    Login(String),
    /// The server has no such database.
    NoSuchDatabase(String),
    /// The tables are of a newer version than this program knows.
    Newer {
        /// Whose tables.
        of: &'static str,
        /// Their version.
        version: i64,
        /// What this program knows.
        known: i64,
    },
    /// The tables were made by something else under the same name.
    Foreign {
        /// Whose tables.
        of: &'static str,
    },
    /// A row like this one is there already.
    Twice(String),
    /// Two transactions stood in each other's way; one was taken back, and may be tried again.
    InTheWay,
    /// The address cannot be understood.
    Address(String),
    /// What nobody has expected.
    Unexpected(String),
}

impl DatabaseError {
    pub(crate) fn nowhere(failure: Failure) -> Self {
        Self {
            store: String::new(),
            failure,
        }
    }

    pub(crate) fn at(mut self, store: &str) -> Self {
        if self.store.is_empty() {
            self.store = store.to_owned();
        }
        if let Failure::Locked { by: by @ None } = &mut self.failure {
            *by = holder::of(std::path::Path::new(store));
        }
        self
    }

    /// Whether the transaction was taken back whole, and may go through when it is tried again.
    #[must_use]
    pub const fn may_be_tried_again(&self) -> bool {
        matches!(self.failure, Failure::InTheWay | Failure::Gone(_))
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::nowhere(Failure::of(&error))
    }
}

impl Failure {
    fn of(error: &sqlx::Error) -> Self {
        use sqlx::Error;
        match error {
            Error::Database(of_store) => {
                let code = of_store.code().unwrap_or_default();
                let text = of_store.message().to_owned();
                if of_store.is_unique_violation() {
                    return Self::Twice(text);
                }
                if of_store
                    .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                    .is_some()
                {
                    Self::of_postgres(&code, text)
                } else {
                    Self::of_sqlite(code.parse().unwrap_or(1), text)
                }
            }
            Error::Io(_) | Error::WorkerCrashed | Error::PoolClosed | Error::BeginFailed => {
                Self::Gone(error.to_string())
            }
            Error::Protocol(text) => Self::Gone(text.clone()),
            Error::PoolTimedOut => Self::Locked { by: None },
            Error::Tls(source) => Self::Login(source.to_string()),
            // What could not be parsed may be a password.
            Error::Configuration(_) => Self::Address("it cannot be understood".into()),
            other => Self::Unexpected(other.to_string()),
        }
    }

    /// By SQLite's codes (<https://sqlite.org/rescode.html>): the last eight bits are the kind.
    fn of_sqlite(code: i32, text: String) -> Self {
        match code & 0xFF {
            5 | 6 => Self::Locked { by: None },
            13 => Self::DiskFull,
            26 => Self::NotADatabase,
            11 => Self::Damaged(text),
            // A write that the system refuses half-way is a full disk under another name: a limit of size, a quota.
            10 if matches!(code >> 8, 3) => Self::DiskFull,
            10 if matches!(code >> 8, 2) => Self::Damaged(text),
            3 | 8 | 14 | 23 | 10 => Self::NoAccess(text),
            _ => Self::Unexpected(text),
        }
    }

    /// By PostgreSQL's codes (its appendix A).
    fn of_postgres(code: &str, text: String) -> Self {
        match code {
            "40001" | "40P01" => Self::InTheWay,
            "53100" => Self::DiskFull,
            "55P03" | "57014" => Self::Locked { by: None },
            "3D000" => Self::NoSuchDatabase(text),
            "42501" | "25006" => Self::Login(text),
            _ if code.starts_with("28") => Self::Login(text),
            _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
                Self::Gone(text)
            }
            _ if code.starts_with("XX") || code.starts_with("58") => Self::Damaged(text),
            _ => Self::Unexpected(text),
        }
    }
}

impl Bilingual for DatabaseError {
    fn say(&self, lang: Lang) -> String {
        let store = &self.store;
        match lang {
            Lang::En => format!("store {store}: {}", self.failure.english()),
            Lang::Zh => format!("存储 {store}：{}", self.failure.chinese()),
        }
    }
}

impl Failure {
    fn english(&self) -> String {
        match self {
            Self::DiskFull => "no room is left on the disk. Nothing of this step was kept; make room, then go on".into(),
            Self::Gone(why) => format!("the database does not answer ({why}). Nothing of this step was kept; start it or mend the network, then go on"),
            Self::Unknown(why) => format!("the connection was cut while a step was being kept ({why}). What the books hold is right: go on, and they are asked"),
            Self::Locked { by: None } => "another program is writing and does not let go. Wait until it has ended, then go on".into(),
            Self::Locked { by: Some(Holder { pid, name, is_stopped: false }) } => format!("process {pid} ({name}) is writing and does not let go. Wait until it has ended, or end it: what it has noted is kept. Then go on"),
            Self::Locked { by: Some(Holder { pid, name, is_stopped: true }) } => format!("process {pid} ({name}) is writing, and somebody has stopped it: `kill -CONT {pid}` lets it go on, and `kill {pid}` with it lets it end; what it has noted is kept. Then go on"),
            Self::Missing => "there is none here. `ssc job create` and `ssc issue` make one; if there was one, look whether its name is right (--store, SSC_STORE). Nothing was made".into(),
            Self::NoTables => format!("the file is there, but has none of the tables of a register: it is damaged, cut to nothing or something else. Nothing was changed. Name another with --store. {BACKUP}"),
            Self::Linked => "the file has more than one name (hard links), and two programs that know it by different names would destroy it. Remove the other name, or copy the file while nobody works with it; nothing was changed".into(),
            Self::LogAlone(log) => format!("the file is not there, but its log is ({log}): the file was moved or removed without it. Put both back together; a new register beside that log would be destroyed by it. {BACKUP}"),
            Self::NotADatabase => "this file is no database. Name another with --store; nothing was changed".into(),
            Self::Damaged(why) => format!("the file was cut short or overwritten ({why}). Leave it as it is, look at the disk, and put back the newest whole copy with its -wal file, if it has one. {BACKUP}"),
            Self::NoAccess(why) => format!("it cannot be opened or written ({why}). Look at the rights of the file and its folder and at the disk, or name another with --store"),
            Self::Login(why) => format!("the server refuses the login or the right ({why}). Look at user, password and rights"),
            Self::NoSuchDatabase(why) => format!("the server has no such database ({why}). Make it with createdb, or name another"),
            Self::Newer { of, version, known } => format!("its tables ({of}) are of version {version}, and this program knows version {known}. Use the newer program; nothing was changed"),
            Self::Foreign { of } => format!("its tables ({of}) were not made by this program. Name another store; nothing was changed"),
            Self::Twice(why) => format!("a row like this is there already ({why})"),
            Self::InTheWay => "other programs were in the way again and again. Go on".into(),
            Self::Address(why) => format!("{why}: give the path of a file or postgres://USER@HOST/DATABASE"),
            Self::Unexpected(why) => format!("{why}. Nothing of this step was kept"),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::DiskFull => "磁盘已满。本步骤未保存任何内容；请腾出空间后继续".into(),
            Self::Gone(why) => format!(
                "数据库没有应答（{why}）。本步骤未保存任何内容；请启动数据库或修复网络后继续"
            ),
            Self::Unknown(why) => format!(
                "保存某一步骤时连接中断（{why}）。登记簿中的内容是正确的：请继续，程序会向其查询"
            ),
            Self::Locked { by: None } => "另一程序正在写入且未释放。请等其结束后继续".into(),
            Self::Locked {
                by:
                    Some(Holder {
                        pid,
                        name,
                        is_stopped: false,
                    }),
            } => format!(
                "进程 {pid}（{name}）正在写入且未释放。请等其结束，或将其结束：已记录的内容不会丢失。然后继续"
            ),
            Self::Locked {
                by:
                    Some(Holder {
                        pid,
                        name,
                        is_stopped: true,
                    }),
            } => format!(
                "进程 {pid}（{name}）正在写入，但已被暂停：`kill -CONT {pid}` 让其继续，再用 `kill {pid}` 可将其结束；已记录的内容不会丢失。然后继续"
            ),
            Self::Missing => "此处没有登记簿。`ssc job create` 和 `ssc issue` 会建立；如曾建立，请检查名称（--store、SSC_STORE）。未建立任何内容".into(),
            Self::NoTables => format!(
                "文件存在，但没有登记簿的任何数据表：已损坏、被清空或是其他文件。未作任何更改。请用 --store 指定其他文件。{BACKUP_ZH}"
            ),
            Self::Linked => "该文件有多个名称（硬链接），两个程序用不同名称打开会毁坏它。请删除另一个名称，或在无人使用时复制；未作任何更改".into(),
            Self::LogAlone(log) => format!(
                "文件不存在，但其日志 {log} 存在：文件被单独移走或删除。请将两者一并放回；在该日志旁新建登记簿会被其毁坏。{BACKUP_ZH}"
            ),
            Self::NotADatabase => {
                "该文件不是数据库。请用 --store 指定其他文件；未作任何更改".into()
            }
            Self::Damaged(why) => format!(
                "文件被截断或覆盖（{why}）。请保持原样，检查磁盘，并放回最新的完整副本（如有 -wal 文件一并放回）。{BACKUP_ZH}"
            ),
            Self::NoAccess(why) => format!(
                "无法打开或写入（{why}）。请检查文件及其目录的权限和磁盘，或用 --store 指定其他位置"
            ),
            Self::Login(why) => {
                format!("服务器拒绝登录或权限不足（{why}）。请检查用户、口令和权限")
            }
            Self::NoSuchDatabase(why) => {
                format!("服务器上没有该数据库（{why}）。请用 createdb 创建，或指定其他数据库")
            }
            Self::Newer { of, version, known } => format!(
                "其数据表（{of}）为版本 {version}，本程序只认识到版本 {known}。请使用新版程序；未作任何更改"
            ),
            Self::Foreign { of } => {
                format!("其数据表（{of}）不是本程序建立的。请指定其他存储；未作任何更改")
            }
            Self::Twice(why) => format!("已有相同的记录（{why}）"),
            Self::InTheWay => "与其他程序多次冲突。请继续".into(),
            Self::Address(why) => format!("{why}：请给出文件路径或 postgres://用户@主机/数据库"),
            Self::Unexpected(why) => format!("{why}。本步骤未保存任何内容"),
        }
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for DatabaseError {}

impl Kind for DatabaseError {
    fn kind(&self) -> ErrorKind {
        match self.failure {
            Failure::Address(_) => ErrorKind::Usage,
            Failure::NotADatabase
            | Failure::Damaged(_)
            | Failure::Missing
            | Failure::NoTables
            | Failure::Linked
            | Failure::LogAlone(_)
            | Failure::Newer { .. }
            | Failure::Foreign { .. }
            | Failure::Twice(_) => ErrorKind::Input,
            _ => ErrorKind::Output,
        }
    }
}
