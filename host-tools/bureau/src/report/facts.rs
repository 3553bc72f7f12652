//! What the report says of the job itself.

use std::path::Path;
use std::time::SystemTime;

use ssc_words::moment::shown;
use ssc_words::{Bilingual as _, Lang};

use super::books::{ReportError, gather, time};
use super::html::{Facts, Standing, Tone, html, write};
use crate::register::{Counts, JobRecord, OrderState, Register, RegisterError, SignatureRecord};
use crate::reissue::batch_shown;
use crate::return_file::Reason;

/// Orders by state, in the order of their way.
#[must_use]
pub fn standings(counts: &Counts) -> Vec<Standing> {
    let standing = |state: &OrderState| Standing {
        words: Reason::new(state.words(Lang::En), state.words(Lang::Zh)),
        count: counts.of(*state),
        tone: match state {
            OrderState::Received | OrderState::Validated => Tone::Still,
            OrderState::Reserved | OrderState::InPersonalization | OrderState::Checked => {
                Tone::Busy
            }
            OrderState::Delivered => Tone::Good,
            OrderState::Rejected | OrderState::ToBeRemade => Tone::Bad,
        },
    };
    OrderState::ALL.iter().map(standing).collect()
}

/// What is known of a job; its chain is looked through.
///
/// # Errors
/// The register cannot be read. A broken chain is a fact.
pub fn facts(
    register: &Register,
    job: &JobRecord,
    counts: &Counts,
) -> Result<Facts, RegisterError> {
    let chain = match register.verify_chain(job.id) {
        Ok((entries, _)) => [
            format!("{entries}, unbroken"),
            format!("{entries} 条，完好"),
        ],
        Err(broken @ RegisterError::ChainBroken { .. }) => [
            format!("BROKEN: {}", broken.say(Lang::En)),
            format!("已损坏：{}", broken.say(Lang::Zh)),
        ],
        Err(error) => return Err(error),
    };
    let signed = signed(&register.signatures(job.id)?);
    let demo_keys = job.has_demo_keys();
    let keys = if demo_keys {
        ["published demo keys", "公开的演示密钥"].map(str::to_owned)
    } else {
        [job.keys_check.clone(), job.keys_check.clone()]
    };
    let same = |value: String| [value.clone(), value];
    let fact = |english: &str, chinese: &str, [en, zh]: [String; 2]| {
        (Reason::new(english, chinese), Reason::new(en, zh))
    };
    Ok(Facts {
        job: job.name.clone(),
        mark: hex::encode(job.fingerprint()),
        state: super::standing::of_job(register, job, counts)?,
        demo_keys,
        made: SystemTime::now(),
        rows: vec![
            fact("made", "创建时间", same(shown(time(job.created_at)))),
            fact(
                "batch",
                "批次文件",
                Lang::ALL.map(|lang| batch_shown(job, lang)),
            ),
            fact(
                "SHA-256 of the batch",
                "批次的 SHA-256",
                same(hex::encode(&job.batch_sha256)),
            ),
            fact(
                "profile",
                "配置",
                same(format!("{} ({})", job.profile_name, job.card_model)),
            ),
            fact("keys' check value", "密钥校验值", keys),
            fact("store", "存储", same(register.store().to_owned())),
            fact("entries of the log", "日志条目", chain),
            fact(
                "end of the log, to be noted elsewhere",
                "日志末条，请记在他处",
                same(end_of(job)),
            ),
            fact("signatures", "签名", signed),
        ],
    })
}

/// The end of a job's log: number and hash of its last entry, as `ssc audit verify --end` takes it.
#[must_use]
pub fn end_of(job: &JobRecord) -> String {
    format!("{}:{}", job.last_seq, hex::encode(&job.last_hash))
}

/// What is said of signatures. Whose they are is not looked at: for that the keys are needed.
fn signed(signatures: &[SignatureRecord]) -> [String; 2] {
    let Some(last) = signatures.last() else {
        return ["none".to_owned(), "无".to_owned()];
    };
    let (count, seq, key) = (signatures.len(), last.seq, hex::encode(&last.public_key));
    [
        format!(
            "{count}, the last over entries 1 to {seq}, by key {key}; `ssc audit verify` looks whether they are right"
        ),
        format!(
            "{count} 个，最后一个覆盖第 1 至 {seq} 条，密钥 {key}；是否正确请用 `ssc audit verify` 检查"
        ),
    ]
}

/// Writes the report of a job to `path`; an older one of the same job is replaced.
///
/// # Errors
/// [`ReportError`].
pub fn report(
    register: &Register,
    job: &JobRecord,
    path: &Path,
    lang: Lang,
) -> Result<(), ReportError> {
    let gathered = gather(register, job.id)?;
    let counts = register.counts(job.id)?;
    let standings = standings(&counts);
    let facts = facts(register, job, &counts)?;
    let page = html(&facts, &standings, &gathered, lang);
    let page = page.map_err(|error| ReportError::Page(error.to_string()))?;
    Ok(write(path, &facts.mark, &page)?)
}
