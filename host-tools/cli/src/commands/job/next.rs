//! What to do next for an order or a job. No advice leads to a second card for one person.

use ssc_bureau::register::{CHIPS_AN_ORDER, Counts, JobRecord, JobState, OrderState};
use ssc_bureau::report::Known;

use ssc_words::count;
use ssc_words::shell::word;

use crate::text::{Text, text};

/// The command that makes cards; a paused job is let go on first.
pub fn run(job: &JobRecord) -> String {
    let name = word(&job.name);
    match job.state {
        JobState::Paused => format!("ssc job resume {name} && ssc job run {name}"),
        _ => format!("ssc job run {name}"),
    }
}

/// The safe next step for an order that is not delivered. `now` is in milliseconds since 1970 (UTC).
pub fn of_order(known: &Known, job: &JobRecord, now: i64) -> Text {
    let name = word(&job.name);
    let run = run(job);
    let order = &known.order;
    let row = order.row;
    if order.lease_until > now {
        let worker = crate::run_name::shown(&order.worker);
        return text(
            format!("a head has it ({worker}): wait"),
            format!("发卡头正在处理（{worker}）：请等待"),
        );
    }
    let chip = known.chip.as_ref();
    let chip = chip.map_or("?", |chip| chip.serial.as_str());
    if known.may_be_finished() {
        return text(
            format!(
                "put that card (chip {chip}) into a head and run `{run}`: it is asked, and counts as delivered if it is finished. No other card is made before. Only if that card is destroyed: `ssc job reissue {name} --line {row} --chip-destroyed`"
            ),
            format!(
                "请将该卡（芯片 {chip}）放入发卡头并执行 `{run}`：程序会向其查询，已完成则计为已交付；在此之前不另制卡。仅当该卡已销毁时：`ssc job reissue {name} --line {row} --chip-destroyed`"
            ),
        );
    }
    match order.state {
        OrderState::Delivered => text("nothing", "无"),
        OrderState::Rejected => text(
            "correct the row in the file of refused rows that the command which made the job has written (BATCH.refused.csv, or --refused), or in the batch, and order it in a batch of its own",
            "请在建立作业的命令所写的被拒绝行文件（批次名.refused.csv，或 --refused）或原批次中更正该行，另做一个批次",
        ),
        _ if job.state == JobState::Closed => text(
            "the job is closed: order the row in a new batch",
            "作业已关闭：请将该行另做一个批次",
        ),
        OrderState::InPersonalization | OrderState::Checked => text(
            format!(
                "`{run}` goes on, best with that card (chip {chip}) in a head; if another card takes its place, that one is set aside for ever"
            ),
            format!(
                "执行 `{run}` 继续，最好将该卡（芯片 {chip}）放入发卡头；若换用新卡，该卡即永久搁置"
            ),
        ),
        OrderState::ToBeRemade if order.attempts >= CHIPS_AN_ORDER => text(
            format!(
                "it is given up, so that no more chips are spoiled: look at the row and at the stack of chips first. `{run}` tries it again on {CHIPS_AN_ORDER} new cards at the most"
            ),
            format!(
                "为避免继续损坏芯片，已停止制作：请先检查该行数据和这批芯片。执行 `{run}` 会再用最多 {CHIPS_AN_ORDER} 张新卡重试"
            ),
        ),
        OrderState::ToBeRemade => text(
            format!("`{run}` makes it on a new card; the old one goes to the bad cards"),
            format!("执行 `{run}` 用新卡重制；旧卡归入坏卡"),
        ),
        OrderState::Received | OrderState::Validated | OrderState::Reserved => {
            text(format!("`{run}` makes it"), format!("执行 `{run}` 制卡"))
        }
    }
}

/// What to do next with a job, the most urgent first. Of it are known the heads that work on it, the cards that may be finished without an
/// answer, and the delivered ones that are no longer in use.
pub fn of_job(
    job: &JobRecord,
    counts: &Counts,
    (working, unanswered, later): (usize, u64, usize),
) -> Vec<Text> {
    let name = word(&job.name);
    let mut steps = Vec::new();
    if unanswered > 0 {
        let cards = count(
            unanswered,
            "card may be finished although no answer is noted: keep it|cards may be finished although no answer is noted: keep them",
        );
        steps.push(text(
            format!("{cards}; `ssc job remaining {name}` says which, and what to do"),
            format!("有 {unanswered} 张卡可能已完成但未记录应答：请保留；`ssc job remaining {name}` 列出这些卡和处理方法"),
        ));
    }
    if working > 0 {
        steps.push(text(
            count(working as u64, "head works on it|heads work on it"),
            format!("有 {working} 个发卡头正在制卡"),
        ));
    } else if counts.remaining() > 0 && job.state == JobState::Paused {
        steps.push(text(
            format!("`ssc job resume {name}` lets it go on, then `ssc job run {name}`"),
            format!("用 `ssc job resume {name}` 恢复，再执行 `ssc job run {name}`"),
        ));
    } else if counts.remaining() > 0 && job.state != JobState::Closed {
        steps.push(text(
            format!("`ssc job run {name}` goes on"),
            format!("执行 `ssc job run {name}` 继续"),
        ));
    }
    let rejected = counts.of(OrderState::Rejected);
    if rejected > 0 {
        let rows = count(rejected, "row is|rows are");
        steps.push(text(
            format!("{rows} rejected: `ssc job remaining {name}` says why; correct and order them in a batch of their own"),
            format!("{rejected} 行被拒绝：原因见 `ssc job remaining {name}`；请更正后另做一个批次"),
        ));
    }
    if later > 0 {
        let cards = count(later as u64, "delivered card is|delivered cards are");
        steps.push(text(
            format!("{cards} lost, damaged, expired or replaced since: the return file says which, and by what"),
            format!("{later} 张已交付的卡此后挂失、损坏、到期或已更换：见回盘文件"),
        ));
    }
    if counts.remaining() == 0 {
        steps.push(text(
            format!("nothing is left to make: `ssc job report {name} --return-file FILE` writes the return file"),
            format!("已无待制卡：`ssc job report {name} --return-file FILE` 生成回盘文件"),
        ));
    }
    steps
}
