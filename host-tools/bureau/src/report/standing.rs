//! How a job stands, for people: the state that is stored says what may be done with it, not whether it is.

use crate::register::{Counts, JobRecord, JobState, Register, RegisterError};
use crate::return_file::Reason;

/// In words: a job of which nothing is left to make is finished, and one is running only while a head has an order.
///
/// # Errors
/// [`RegisterError::Database`].
pub fn of_job(
    register: &Register,
    job: &JobRecord,
    counts: &Counts,
) -> Result<Reason, RegisterError> {
    let works = |register: &Register| register.look(job.id, &mut |look| look.is_worked_on());
    let words = |state: JobState| {
        let [english, chinese] = ssc_words::Lang::ALL.map(|lang| state.words(lang));
        Reason::new(english, chinese)
    };
    Ok(match job.state {
        JobState::Closed => words(JobState::Closed),
        _ if counts.all() > 0 && counts.remaining() == 0 => Reason::new("finished", "完成"),
        JobState::Running if !works(register)? => Reason::new(
            "begun, no head has an order now",
            "已开始，目前没有发卡头在制卡",
        ),
        state => words(state),
    })
}
