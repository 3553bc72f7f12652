//! What to do next for an order or a job. No advice leads to a second card for one person.

use ssc_bureau::register::{CHIPS_AN_ORDER, Counts, JobRecord, JobState, OrderState};
use ssc_bureau::report::Known;

use crate::text::{Text, text};

/// The safe next step for an order that is not delivered. `now` is in milliseconds since 1970 (UTC).
pub fn of_order(known: &Known, job: &JobRecord, now: i64) -> Text {
    let typed = ssc_words::shell::word(&job.name);
    let order = &known.order;
    let row = order.row;
    if order.lease_until > now {
        let worker = &order.worker;
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
                "put that card (chip {chip}) into a head and run `ssc job run {typed}`: it is asked, and counts as delivered if it is finished. No other card is made before. Only if that card is destroyed: `ssc job reissue {typed} --line {row} --chip-destroyed`"
            ),
            format!(
                "请将该卡（芯片 {chip}）放入发卡头并执行 `ssc job run {typed}`：程序会向其查询，已完成则计为已交付；在此之前不另制卡。仅当该卡已销毁时：`ssc job reissue {typed} --line {row} --chip-destroyed`"
            ),
        );
    }
    match order.state {
        OrderState::Delivered => text("nothing", "无"),
        OrderState::Rejected => text(
            "correct the row and order it in a batch of its own",
            "请更正该行，另做一个批次",
        ),
        _ if job.state == JobState::Closed => text(
            "the job is closed: order the row in a new batch",
            "作业已关闭：请将该行另做一个批次",
        ),
        OrderState::InPersonalization | OrderState::Checked => text(
            format!(
                "`ssc job run {typed}` goes on, best with that card (chip {chip}) in a head; if another card takes its place, that one is set aside for ever"
            ),
            format!(
                "执行 `ssc job run {typed}` 继续，最好将该卡（芯片 {chip}）放入发卡头；若换用新卡，该卡即永久搁置"
            ),
        ),
        OrderState::ToBeRemade if order.attempts >= CHIPS_AN_ORDER => text(
            format!(
                "it is given up, so that no more chips are spoiled: look at the row and at the stack of chips first. `ssc job run {typed}` tries it again on {CHIPS_AN_ORDER} new cards at the most"
            ),
            format!(
                "为避免继续损坏芯片，已停止制作：请先检查该行数据和这批芯片。执行 `ssc job run {typed}` 会再用最多 {CHIPS_AN_ORDER} 张新卡重试"
            ),
        ),
        OrderState::ToBeRemade => text(
            format!(
                "`ssc job run {typed}` makes it on a new card; the old one goes to the bad cards"
            ),
            format!("执行 `ssc job run {typed}` 用新卡重制；旧卡归入坏卡"),
        ),
        OrderState::Received | OrderState::Validated | OrderState::Reserved => text(
            format!("`ssc job run {typed}` makes it"),
            format!("执行 `ssc job run {typed}` 制卡"),
        ),
    }
}

/// What to do next with a job, the most urgent first.
pub fn of_job(job: &JobRecord, counts: &Counts, working: usize, unanswered: u64) -> Vec<Text> {
    let typed = ssc_words::shell::word(&job.name);
    let mut steps = Vec::new();
    if unanswered > 0 {
        steps.push(match unanswered {
            1 => text(
                format!("1 card may be finished although no answer is noted: keep it; `ssc job remaining {typed}` names it and what to do"),
                format!("有 1 张卡可能已完成但未记录应答：请保留该卡；`ssc job remaining {typed}` 列出它和处理方法"),
            ),
            many => text(
                format!("{many} cards may be finished although no answer is noted: keep them; `ssc job remaining {typed}` names them and what to do"),
                format!("有 {many} 张卡可能已完成但未记录应答：请保留这些卡；`ssc job remaining {typed}` 列出它们和处理方法"),
            ),
        });
    }
    if working > 0 {
        steps.push(match working {
            1 => text("1 head works on it", "有 1 个发卡头正在制卡"),
            many => text(
                format!("{many} heads work on it"),
                format!("有 {many} 个发卡头正在制卡"),
            ),
        });
    } else if counts.remaining() > 0 && job.state != JobState::Closed {
        steps.push(text(
            format!("`ssc job run {typed}` goes on"),
            format!("执行 `ssc job run {typed}` 继续"),
        ));
    }
    let rejected = counts.of(OrderState::Rejected);
    if rejected > 0 {
        let rows = if rejected == 1 { "row is" } else { "rows are" };
        steps.push(text(
            format!("{rejected} {rows} rejected: `ssc job remaining {typed}` says why; correct and order them in a batch of their own"),
            format!("{rejected} 行被拒绝：原因见 `ssc job remaining {typed}`；请更正后另做一个批次"),
        ));
    }
    if counts.remaining() == 0 {
        steps.push(text(
            format!("nothing is left to make: `ssc job report {typed} --return-file FILE` writes the return file"),
            format!("已无待制卡：`ssc job report {typed} --return-file FILE` 生成回盘文件"),
        ));
    }
    steps
}
