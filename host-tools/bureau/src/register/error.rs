//! Why the register refuses, and what to do.

use std::fmt;

use ssc_database::{DatabaseError, MayBeOfStore};
use ssc_words::shell::word;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang, clean};

use super::books::BooksOf;
use super::clock::shown;
use super::jobs::LONGEST_NAME;
use super::record::JobId;

/// Why the register refuses. Nothing was changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// The store cannot be used.
    Database(DatabaseError),
    /// The clock is older than the last entry.
    ClockBack {
        /// By how many seconds.
        seconds: i64,
    },
    /// The clock is far ahead of the last entry.
    ClockAhead {
        /// By how many days.
        days: i64,
    },
    /// The clock of this machine and that of the database server differ.
    ClockApart {
        /// By how many seconds this machine's is ahead.
        seconds: i64,
    },
    /// The register is for demo cards, and real ones were asked for, or the other way.
    OtherBooks {
        /// What was asked for.
        asked: BooksOf,
    },
    /// The clock is older than this program.
    ClockBeforeBuild,
    /// The lease has ended, or another head has the order.
    Fenced {
        /// The order.
        row: usize,
    },
    /// A head works on the order now, so nothing else is done with it.
    Leased {
        /// The job.
        job: String,
        /// The order.
        row: usize,
        /// The head that has it.
        worker: String,
        /// Until when, in milliseconds since 1970 (UTC), if it does not say so again.
        until: i64,
    },
    /// A new job cannot have this name.
    BadName {
        /// The name.
        name: String,
    },
    /// The word is the number of one job and the name of another.
    TwoJobs {
        /// The word.
        word: String,
        /// The number of the job with this name.
        named: JobId,
    },
    /// No such job.
    NoJob {
        /// What was asked for.
        name: String,
    },
    /// The job has no such order.
    NoOrder {
        /// What was asked for.
        row: usize,
    },
    /// The register has not seen this chip.
    NoChip {
        /// What was asked for.
        serial: String,
    },
    /// A job of this name is there already.
    NameTaken {
        /// The name.
        name: String,
    },
    /// The same batch is in a job already that is not closed.
    BatchKnown {
        /// That job.
        job: String,
        /// How many of its orders are neither delivered nor rejected.
        left: u64,
    },
    /// The job is closed.
    JobClosed {
        /// The job.
        job: String,
    },
    /// Somebody has paused the job.
    JobPaused {
        /// The job.
        job: String,
    },
    /// The chip was written for another order, or was set aside.
    ChipTaken {
        /// The chip.
        serial: String,
        /// The job of its order.
        job: JobId,
        /// Its order.
        row: usize,
    },
    /// The order has a chip that may be finished: no second one before it was asked.
    MayBeFinished {
        /// The order.
        row: usize,
        /// Its chip.
        serial: String,
    },
    /// What is to be noted cannot follow what is noted.
    OutOfOrder {
        /// The order.
        row: usize,
        /// The note.
        note: &'static str,
    },
    /// Numbers of the range belong to another institution.
    RangeTaken {
        /// Whose they are.
        owner: String,
    },
    /// An entry is not the one that was written.
    ChainBroken {
        /// The job.
        job: JobId,
        /// The first entry that is not.
        seq: i64,
    },
    /// The person has no card of this kind.
    NoCard,
    /// A record cannot be understood.
    Record(&'static str),
}

impl From<DatabaseError> for RegisterError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl MayBeOfStore for RegisterError {
    fn of_store(&self) -> Option<&DatabaseError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl Bilingual for RegisterError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl RegisterError {
    /// The job's name, as a command takes it.
    fn typed(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::NameTaken { name: job }
            | Self::BatchKnown { job, .. }
            | Self::JobPaused { job }
            | Self::Leased { job, .. } => word(job),
            _ => "JOB".into(),
        }
    }

    fn english(&self) -> String {
        let typed = self.typed();
        match self {
            Self::Database(error) => error.say(Lang::En),
            Self::ClockBack { seconds } => format!("the clock of this machine is {seconds} s older than the last entry of the register. Set the clock right, then go on; nothing was changed. Only if it is right, and the clock by which that entry was made was ahead: --clock-is-right, which is noted in the log"),
            Self::ClockAhead { days } => format!("the clock of this machine is {days} days ahead of the last entry of the register. An entry by a clock that is ahead would stop the register until that time comes: look at the clock. Only if it is right: --clock-is-right, which is noted in the log. Nothing was changed"),
            Self::ClockApart { seconds } => format!("the clock of this machine is {} s {} that of the database server. Set the wrong one right (NTP), then go on; nothing was changed", seconds.abs(), if *seconds < 0 { "behind" } else { "ahead of" }),
            Self::OtherBooks { asked: BooksOf::Demo } => "this register is for real cards, and the keys are the published demo keys: name the vault (--vault) or the token (--hsm), or another register for demo cards (--store). Nothing was changed".into(),
            Self::OtherBooks { asked: BooksOf::Own } => "this register is for cards with the published demo keys, and these keys are real ones: name another register (--store, SSC_STORE), or leave the vault away. Nothing was changed".into(),
            Self::ClockBeforeBuild => "the clock of this machine is older than this program. Set the clock right, then go on; nothing was changed".into(),
            Self::Fenced { row } => format!("row {row}: the lease of this head has ended or another head has the order. The card in this head is left as it is: put it in again, and it is asked"),
            Self::Leased { row, worker, until, .. } => format!("row {row}: head {worker} works on it until {}, and longer if it says so again. Nothing was changed. Stop it first: `ssc job pause {typed}` lets heads finish the cards in hand; a head that was killed has let go at that time", shown(*until)),
            Self::BadName { name } => format!("a job cannot be named \"{}\": give it a name of at most {LONGEST_NAME} characters that is not only digits, does not begin with - and has no control characters (--name)", clean::line(name)),
            Self::TwoJobs { word, named } => format!("{word} is the number of one job and the name of job no. {named}: name the first by its name, and the other by its number, {named}"),
            Self::NoJob { name } => format!("there is no job {name}: `ssc job list` shows all"),
            Self::NoOrder { row } => format!("the job has no row {row}: `ssc job report JOB --return-file FILE` writes all its rows, by their lines in the batch"),
            Self::NoChip { serial } => format!("the register has not seen chip {serial}: nothing was written to it for this bureau"),
            Self::NameTaken { name } => format!("there is a job {name} already: see how it stands (`ssc job status {}`), or give the new one another name (--name)", word(name)),
            Self::BatchKnown { job, left: 0 } => {
                let job = word(job);
                format!("this very batch is job {job} already, and all its cards are delivered: `ssc job report {job} --return-file FILE` writes what became of each row. Rows that it refused go into a batch of their own; a card in the place of a lost or damaged one is ordered by `ssc job reissue {job} --line N --why lost`")
            }
            Self::BatchKnown { job, .. } => {
                let job = word(job);
                format!("this very batch is job {job} already: go on with it (`ssc job run {job}`), or take back what it has not made (`ssc job close {job}`). Rows that it refused go into a batch of their own")
            }
            Self::JobClosed { job } => format!("job {job} is closed: nothing more is made of it"),
            Self::JobPaused { job } => format!("job {job} is paused: `ssc job resume {typed}` lets it go on"),
            Self::ChipTaken { serial, job, row } => format!("chip {serial} was written for row {row} of job {job} or set aside, and is not given to another. Put it to the bad cards unless it is that row's turn, and take a new card"),
            Self::MayBeFinished { row, serial } => format!("row {row}: chip {serial} may be this person's finished card. Put that card in, and it is asked; only if it was destroyed: `ssc job reissue JOB --line {row} --chip-destroyed`"),
            Self::OutOfOrder { row, note } => format!("row {row}: `{note}` cannot follow what the register knows of this order. Nothing was noted; put the card in again"),
            Self::RangeTaken { owner } => format!("card numbers of this range belong to {owner}: give the profile a range of its own"),
            Self::ChainBroken { job, seq } => format!("job {job}: entry {seq} of the log is not the one that was written. Keep the store as it is and look for who has changed it. Make nothing with it, and nothing with a copy from a backup before the cards given since the copy was made are accounted for: it would give their numbers, and their persons cards, a second time. The return files since then say who has a card"),
            Self::NoCard => "this person has no card of this kind in the register".into(),
            Self::Record(what) => format!("the register has a record that cannot be understood ({what}). Use the program that wrote it"),
        }
    }

    fn chinese(&self) -> String {
        let typed = self.typed();
        match self {
            Self::Database(error) => error.say(Lang::Zh),
            Self::ClockBack { seconds } => format!(
                "本机时钟比登记簿最后一条记录早 {seconds} 秒。请校正时钟后继续；未作任何更改。仅当本机时钟正确、写入该记录的时钟偏快时：--clock-is-right，并记入日志"
            ),
            Self::ClockAhead { days } => format!(
                "本机时钟比登记簿最后一条记录晚 {days} 天。用偏快的时钟写入记录，会使登记簿停用到那一时间：请检查时钟。仅当其正确时：--clock-is-right，并记入日志。未作任何更改"
            ),
            Self::ClockApart { seconds } => format!(
                "本机时钟比数据库服务器{} {} 秒。请校正错误的一方（NTP）后继续；未作任何更改",
                if *seconds < 0 { "慢" } else { "快" },
                seconds.abs()
            ),
            Self::OtherBooks {
                asked: BooksOf::Demo,
            } => "该登记簿用于真卡，而密钥是公开的演示密钥：请指定密钥库（--vault）或令牌（--hsm），演示卡请另用登记簿（--store）。未作任何更改".into(),
            Self::OtherBooks {
                asked: BooksOf::Own,
            } => "该登记簿用于演示密钥的卡，而这是真实密钥：请另指定登记簿（--store、SSC_STORE），或去掉密钥库。未作任何更改".into(),
            Self::ClockBeforeBuild => {
                "本机时钟早于本程序的构建时间。请校正时钟后继续；未作任何更改".into()
            }
            Self::Fenced { row } => format!(
                "第 {row} 行：本发卡头的租约已结束，或该任务已由另一发卡头领取。卡保持原样：请重新放入，程序会向其查询"
            ),
            Self::Leased {
                row, worker, until, ..
            } => format!(
                "第 {row} 行：发卡头 {worker} 正在处理，至 {}，续期则更久。未作任何更改。请先停止：`ssc job pause {typed}` 让发卡头完成手头的卡；已被终止的发卡头到时即释放",
                shown(*until)
            ),
            Self::BadName { name } => format!(
                "作业不能命名为“{}”：名称最多 {LONGEST_NAME} 个字符，不能全为数字，不能以 - 开头，不能含控制字符（--name）",
                clean::line(name)
            ),
            Self::TwoJobs { word, named } => format!(
                "{word} 既是一个作业的号，又是 {named} 号作业的名称：前者请用其名称，后者请用其号 {named}"
            ),
            Self::NoJob { name } => format!("没有作业 {name}：用 `ssc job list` 查看全部"),
            Self::NoOrder { row } => format!(
                "该作业没有第 {row} 行：`ssc job report JOB --return-file FILE` 写出其全部行，行号同批次文件"
            ),
            Self::NoChip { serial } => format!("登记簿未见过芯片 {serial}：本单位未曾写入"),
            Self::NameTaken { name } => {
                format!(
                    "已有作业 {name}：请查看其进展（`ssc job status {}`），或为新作业另取名称（--name）",
                    word(name)
                )
            }
            Self::BatchKnown { job, left: 0 } => {
                let job = word(job);
                format!(
                    "同一批次已是作业 {job}，其卡已全部交付：`ssc job report {job} --return-file FILE` 写出每一行的结果。其中被拒绝的行请另做一个批次；挂失或损坏的卡用 `ssc job reissue {job} --line N --why lost` 补换"
                )
            }
            Self::BatchKnown { job, .. } => {
                let job = word(job);
                format!(
                    "同一批次已是作业 {job}：请继续执行（`ssc job run {job}`），或收回其未制成的任务（`ssc job close {job}`）。其中被拒绝的行请另做一个批次"
                )
            }
            Self::JobClosed { job } => format!("作业 {job} 已关闭：不再制卡"),
            Self::JobPaused { job } => {
                format!("作业 {job} 已暂停：请用 `ssc job resume {typed}` 继续")
            }
            Self::ChipTaken { serial, job, row } => format!(
                "芯片 {serial} 曾为作业 {job} 第 {row} 行写入或已被搁置，不会再给其他人。除非轮到该行，请放入坏卡盒并换一张新卡"
            ),
            Self::MayBeFinished { row, serial } => format!(
                "第 {row} 行：芯片 {serial} 可能已是此人的成品卡。请放入该卡，程序会向其查询；仅当其已销毁时：`ssc job reissue JOB --line {row} --chip-destroyed`"
            ),
            Self::OutOfOrder { row, note } => {
                format!("第 {row} 行：`{note}` 与登记簿所知不符，未记录；请重新放入该卡")
            }
            Self::RangeTaken { owner } => {
                format!("此号段的卡号属于 {owner}：请为配置指定自己的号段")
            }
            Self::ChainBroken { job, seq } => format!(
                "作业 {job}：日志第 {seq} 条不是原来写入的内容。请保持存储原样并查明何人更改。请勿用其制卡；在核清备份之后所发的卡之前，也请勿用备份的副本制卡：它会把卡号和卡再发一次。此后的回盘文件载明谁已有卡"
            ),
            Self::NoCard => "登记簿中此人没有此类卡".into(),
            Self::Record(what) => format!("登记簿中有无法识别的记录（{what}）。请使用写入它的程序"),
        }
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for RegisterError {}

impl Kind for RegisterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database(error) => error.kind(),
            Self::ClockBack { .. }
            | Self::ClockAhead { .. }
            | Self::ClockApart { .. }
            | Self::ClockBeforeBuild => ErrorKind::Usage,
            Self::OtherBooks { .. } => ErrorKind::Keys,
            Self::BadName { .. }
            | Self::TwoJobs { .. }
            | Self::NoJob { .. }
            | Self::NoOrder { .. }
            | Self::NoChip { .. }
            | Self::NameTaken { .. }
            | Self::BatchKnown { .. }
            | Self::JobClosed { .. }
            | Self::JobPaused { .. } => ErrorKind::Usage,
            Self::ChipTaken { .. } | Self::MayBeFinished { .. } => ErrorKind::Card,
            Self::ChainBroken { .. } | Self::RangeTaken { .. } | Self::NoCard | Self::Record(_) => {
                ErrorKind::Input
            }
            Self::Fenced { .. } | Self::Leased { .. } | Self::OutOfOrder { .. } => {
                ErrorKind::Output
            }
        }
    }
}
