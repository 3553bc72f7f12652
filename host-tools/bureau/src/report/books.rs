//! A job's rows and entries out of the register, a page at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use super::{Gather, Happened};
use crate::journal::Note;
use crate::order_error::OrderError;
use crate::register::{
    ChipRecord, ChipState, Filter, JobId, Later, OrderRecord, OrderState, Register, RegisterError,
};
use crate::return_file::{self, Chip, Fate, Form, Reason, ReturnRow, Tally};

/// Rows or entries in memory at a time.
const PAGE: usize = 1000;

/// Why there is no return file or report.
#[derive(Debug)]
pub enum ReportError {
    /// The register.
    Register(RegisterError),
    /// The file.
    File(OrderError),
    /// The page cannot be filled.
    Page(String),
}

impl From<RegisterError> for ReportError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<OrderError> for ReportError {
    fn from(error: OrderError) -> Self {
        Self::File(error)
    }
}

impl Bilingual for ReportError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Register(error), lang) => error.say(lang),
            (Self::File(error), lang) => error.say(lang),
            (Self::Page(why), Lang::En) => format!("the report cannot be made: {why}"),
            (Self::Page(why), Lang::Zh) => format!("无法生成报告：{why}"),
        }
    }
}

impl Kind for ReportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Register(error) => error.kind(),
            Self::File(error) => error.kind(),
            Self::Page(_) => ErrorKind::Output,
        }
    }
}

/// An order with the chip that is its own.
#[derive(Clone, Debug)]
pub struct Known {
    /// The order.
    pub order: OrderRecord,
    /// The chip that is written for it, or its card.
    pub chip: Option<ChipRecord>,
    /// What became of its card after it was delivered.
    pub later: Option<Later>,
}

impl Known {
    /// Whether its chip may be a finished card: no second one before it was asked.
    #[must_use]
    pub fn may_be_finished(&self) -> bool {
        let chip = self.chip.as_ref().map(|chip| chip.state);
        self.order.state != OrderState::Delivered
            && (self.order.state == OrderState::Checked || chip == Some(ChipState::MayBeFinished))
    }

    /// What the return file says of it.
    #[must_use]
    pub fn fate(&self) -> Fate {
        match self.order.state {
            OrderState::Delivered => Fate::Delivered,
            OrderState::Rejected => Fate::Rejected,
            _ if self.may_be_finished() => Fate::Unfinished,
            OrderState::InPersonalization | OrderState::Checked => Fate::Unfinished,
            OrderState::ToBeRemade => Fate::ToBeRemade,
            OrderState::Received | OrderState::Validated | OrderState::Reserved => Fate::NotReached,
        }
    }

    /// Why it has no card, or has it no longer.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let noted = self.order.reason.as_ref();
        let noted = noted.map(|(english, chinese)| Reason::new(english, chinese));
        let [english, chinese] = match self.fate() {
            Fate::Delivered => return self.later.as_ref().map(became).unwrap_or_default(),
            _ if self.may_be_finished() => [
                "its card may be finished, no answer is noted: that card is asked when it is put in",
                "其卡可能已完成，未记录应答：放入该卡后程序会向其查询",
            ],
            Fate::Unfinished => ["its card was begun", "其卡已开始制作"],
            Fate::NotReached => ["no head has begun it", "尚无发卡头开始制作"],
            Fate::ToBeRemade | Fate::Rejected => ["", ""],
        };
        match (noted, english.is_empty()) {
            (Some(noted), true) => noted,
            (Some(noted), false) => Reason::new(
                format!("{english}; {}", noted.english),
                format!("{chinese}；{}", noted.chinese),
            ),
            (None, _) => Reason::new(english, chinese),
        }
    }

    fn row(&self) -> ReturnRow {
        // A chip that was written for another row is not this person's card.
        let own = |chip: &&ChipRecord| chip.row == self.order.row && chip.job == self.order.job;
        let chip = self.chip.as_ref().filter(own);
        ReturnRow {
            line: self.order.row as u64,
            number: self.order.number.clone(),
            card_number: self.order.card_number.clone().unwrap_or_default(),
            fate: self.fate(),
            reason: self.reason(),
            chip: chip
                .filter(|chip| chip.state != ChipState::SetAside)
                .map(|chip| Chip {
                    identification_code: chip.identification_code.clone(),
                    atr: chip.atr.clone(),
                }),
        }
    }
}

/// What became of a delivered card, in words.
fn became(later: &Later) -> Reason {
    let Later {
        status,
        reason,
        replaced_by,
    } = later;
    let [mut english, mut chinese] = Lang::ALL.map(|lang| status.words(lang));
    if let Some(reason) = reason {
        english.push_str(&format!(" ({reason})"));
        chinese.push_str(&format!("（{reason}）"));
    }
    if let Some((job, row)) = replaced_by {
        english.push_str(&format!("; replaced by line {row} of job {job}"));
        chinese.push_str(&format!("；由作业 {job} 第 {row} 行补换"));
    }
    Reason::new(english, chinese)
}

/// The orders of a job, in the order of the batch; a page of them is in memory.
pub struct Orders<'r> {
    register: &'r Register,
    job: JobId,
    filter: Filter,
    after: usize,
    page: VecDeque<Known>,
    /// Read with the first page.
    later: Option<BTreeMap<usize, Later>>,
    ended: bool,
}

/// All orders of a job that `filter` wants.
#[must_use]
pub fn orders(register: &Register, job: JobId, filter: Filter) -> Orders<'_> {
    Orders {
        register,
        job,
        filter,
        after: 0,
        page: VecDeque::new(),
        later: None,
        ended: false,
    }
}

impl Orders<'_> {
    fn turn(&mut self) -> Result<(), RegisterError> {
        let orders = self
            .register
            .orders(self.job, self.after, PAGE, self.filter)?;
        let Some(last) = orders.last().map(|order| order.row) else {
            self.ended = true;
            return Ok(());
        };
        let chips = self.register.chips(self.job, self.after, last)?;
        let mut chips: HashMap<String, ChipRecord> = chips
            .into_iter()
            .map(|chip| (chip.serial.clone(), chip))
            .collect();
        self.after = last;
        if self.later.is_none() {
            self.later = Some(self.register.later(self.job)?);
        }
        let later = self.later.as_mut();
        let mut later = later.map(std::mem::take).unwrap_or_default();
        self.page.extend(orders.into_iter().map(|order| {
            let chip = order.chip.as_ref().and_then(|serial| chips.remove(serial));
            let later = later.remove(&order.row);
            Known { order, chip, later }
        }));
        self.later = Some(later);
        Ok(())
    }
}

impl Iterator for Orders<'_> {
    type Item = Result<Known, RegisterError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty()
            && !self.ended
            && let Err(error) = self.turn()
        {
            self.ended = true;
            return Some(Err(error));
        }
        self.page.pop_front().map(Ok)
    }
}

/// Writes the return file of a job from the register alone; it can be made again at any time.
///
/// # Errors
/// [`return_file::write`]'s, and those of the register.
pub fn write_return_file(
    register: &Register,
    job: JobId,
    path: &Path,
    form: Form,
    lang: Lang,
) -> Result<Tally, ReportError> {
    let rows = orders(register, job, Filter::All);
    let rows = rows.map(|known| Ok(known.map(|known| known.row())?));
    return_file::write::<ReportError>(path, form, lang, rows)
}

/// What a report says of a job's rows and entries.
///
/// # Errors
/// Those of the register.
pub fn gather(register: &Register, job: JobId) -> Result<Gather, RegisterError> {
    let mut gathered = Gather::default();
    for known in orders(register, job, Filter::All) {
        gathered.row(&known?.row());
    }
    let mut after = 0;
    loop {
        let entries = register.entries(job, after, PAGE)?;
        let Some(last) = entries.last() else {
            return Ok(gathered);
        };
        after = last.seq;
        for entry in &entries {
            // What the register itself notes is no card's.
            if let Some(what) = serde_json::from_str(&entry.note).ok().and_then(happened) {
                let line = entry.row as u64;
                gathered.happened(time(entry.at), line, &entry.head, &what);
            }
        }
    }
}

fn happened(note: Note) -> Option<Happened> {
    match note {
        Note::Met { .. } => Some(Happened::Begun),
        Note::Issued => Some(Happened::Delivered),
        Note::Failed { english, chinese } | Note::Refused { english, chinese } => {
            Some(Happened::Failed(Reason { english, chinese }))
        }
        Note::Begins { .. } | Note::Done { .. } | Note::SetAside { .. } => None,
    }
}

/// A time of the register.
#[must_use]
pub fn time(milliseconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}
