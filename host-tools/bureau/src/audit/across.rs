//! What no single job tells: jobs that are gone, and rows of persons, card numbers and chips that belong to no order.

use std::collections::HashSet;

use super::finding::{Fault, Finding, KEPT};
use crate::register::{JobId, Register, RegisterError};

/// Looks through what all jobs have together.
///
/// # Errors
/// The register cannot be read.
pub fn across_jobs(register: &Register) -> Result<Vec<Finding>, RegisterError> {
    let there: HashSet<i64> = register.jobs()?.iter().map(|job| job.id.0).collect();
    let highest = there.iter().max().copied().unwrap_or(0);
    let made = register.jobs_made()?;
    let mut found = Vec::new();
    if made < highest {
        found.push(Finding::new(
            Fault::CounterChanged,
            format!("{made} jobs were made by the counter, and there is a job {highest}: the counter was set back or taken out"),
            format!("计数器称共建立 {made} 个作业，却有作业 {highest}：计数器被改小或删除"),
        ));
    }
    let missing = (1..=made.max(highest)).filter(|id| !there.contains(id));
    found.extend(missing.take(KEPT).map(|id| {
        Finding::new(
            Fault::JobMissing,
            format!("job {id} is not there any more"),
            format!("作业 {id} 已不存在"),
        )
    }));
    let strays = register.strays(KEPT)?;
    for (faults, of, [en, zh]) in [
        (
            Fault::PersonAdded,
            strays.persons,
            ["a person is noted to have card", "登记簿称某人持有卡"],
        ),
        (
            Fault::CardNumberAdded,
            strays.card_numbers,
            ["noted as given is card number", "登记为已发的卡号"],
        ),
        (
            Fault::ChipAdded,
            strays.chips,
            ["noted is chip", "登记的芯片"],
        ),
    ] {
        found.extend(of.into_iter().map(|(JobId(job), row, what)| {
            Finding::new(
                faults,
                format!("{en} {what}, by row {row} of job {job}: there is no such order, or it is not for that"),
                format!("{zh} {what}（作业 {job} 第 {row} 行）：没有这样的任务，或任务与此不符"),
            )
        }));
    }
    Ok(found)
}
