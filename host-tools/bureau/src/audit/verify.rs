//! Looks through a job: its chain, its signatures, and its tables against its log.

use std::collections::HashMap;

use ssc_keys::KeyService;
use ssc_words::Lang;

use super::finding::{Fault, Finding, Findings};
use super::is_signed_by;
use super::log::{Log, entries_missing};
use super::replay::Replay;
use super::rows::Rows;
use crate::basis;
use crate::register::{JobId, JobRecord, JobState, Register, RegisterError, SignatureRecord};
use crate::sealing::Sealing;

/// What a job is judged by.
pub struct Judge<'j> {
    /// The key whose signatures count. One that stands in the register proves nothing.
    pub public: [u8; 32],
    /// The master keys, if they are there: with them it is looked whom each card was decided for.
    pub keys: Option<&'j dyn KeyService>,
    /// An end that was noted elsewhere: number and hash of an entry.
    pub end: Option<(i64, [u8; 32])>,
}

/// A job that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The job.
    pub job: JobRecord,
    /// Its last entry, as it is there: number, hash.
    pub end: (i64, Vec<u8>),
    /// How many right signatures there are.
    pub signatures: usize,
    /// The last entry that a right one is over.
    pub signed_to: i64,
    /// Whether a head works on it now.
    pub is_worked_on: bool,
    /// Whether entries of heads are let pass without a signature, for a head works now: they are not proved.
    pub goes_on: bool,
    /// Whether other keys made and signed it: what they signed is not looked at with these.
    pub is_of_other_keys: bool,
    /// Whether it was looked whom each card was decided for.
    pub is_opened: bool,
    /// What is wrong.
    pub findings: Findings,
}

/// What is to be said of a job in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Nothing is wrong, and all is signed.
    Whole,
    /// Nothing is wrong; the last entries are not signed, so they are not proved.
    WholeAsFarAsSigned,
    /// Other keys signed it: it is not looked at with these.
    OtherKeys,
    /// Something is wrong.
    NotWhole,
}

impl Judged {
    /// Its name for programs, which never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::WholeAsFarAsSigned => "whole_as_far_as_signed",
            Self::OtherKeys => "other_keys",
            Self::NotWhole => "not_whole",
        }
    }
}

impl Audited {
    /// What is to be said of it.
    #[must_use]
    pub fn judged(&self) -> Judged {
        let others = usize::from(self.is_of_other_keys);
        if self.findings.list.len() > others {
            Judged::NotWhole
        } else if self.is_of_other_keys {
            Judged::OtherKeys
        } else if self.unsigned() > 0 {
            Judged::WholeAsFarAsSigned
        } else {
            Judged::Whole
        }
    }

    /// Entries that no signature is over.
    #[must_use]
    pub fn unsigned(&self) -> i64 {
        (self.end.0 - self.signed_to).max(0)
    }
}

impl Judge<'_> {
    /// Looks through a job, as the books stand at one moment.
    ///
    /// # Errors
    /// The register cannot be read. What is wrong in it is a finding.
    pub fn look_through(&self, register: &Register, job: JobId) -> Result<Audited, RegisterError> {
        register.look(job, &mut |look| {
            let record = look.job()?;
            let (sealing, is_own) = self.sealing(&record);
            let mut findings = Findings::default();
            let signatures = look.signatures()?;
            let is_of_other_keys = is_own != Some(true)
                && !signatures.is_empty()
                && signatures.iter().all(|one| one.public_key[..] != self.public[..]);
            if is_of_other_keys {
                findings.add(signed_by_another(&signatures, &record));
            } else if is_own == Some(false) {
                findings.add(Finding::new(
                    Fault::OtherKey,
                    format!("the job was made with other master keys (check value {}): look through it with those", record.keys_check),
                    format!("此作业由其他主密钥建立（校验值 {}）：请用那些密钥检查", record.keys_check),
                ));
            }
            let mut log = Log::new(&signatures, self.end, &mut findings);
            log.read(look)?;
            let Log {
                replay,
                end,
                hashes,
                heads,
                ..
            } = log;
            let mut audited = Audited {
                end: (end.0, end.2),
                signatures: 0,
                signed_to: 0,
                is_worked_on: look.is_worked_on()?,
                goes_on: false,
                is_of_other_keys,
                is_opened: sealing.is_some(),
                job: record,
                findings,
            };
            audited.compare_end(end.1);
            audited.compare_job(&replay);
            if !is_of_other_keys {
                let made_to = audited.judge_signatures(&signatures, &self.public, &replay, &hashes);
                audited.judge_unsigned(heads.behind(made_to));
            }
            self.judge_end(&mut audited, &hashes);
            let mut rows = Rows {
                job,
                replay: &replay,
                sealing: sealing.as_ref(),
                findings: &mut audited.findings,
            };
            rows.compare(look)?;
            Ok(audited)
        })
    }

    /// What opens the job's rows, and whether the keys are the job's.
    fn sealing(&self, job: &JobRecord) -> (Option<Sealing>, Option<bool>) {
        let Some(keys) = self.keys else {
            return (None, None);
        };
        let is_own = basis::of_keys(keys).is_ok_and(|check| check == job.keys_check);
        let sealing = is_own.then(|| Sealing::open(&job.sealed_key, keys).ok());
        (sealing.flatten(), Some(is_own))
    }

    fn judge_end(&self, audited: &mut Audited, hashes: &HashMap<i64, Vec<u8>>) {
        let Some((seq, hash)) = self.end else { return };
        if hashes.get(&seq).is_none_or(|found| found[..] != hash) {
            let last = audited.end.0;
            let finding = if seq > last {
                Finding::new(
                    Fault::OtherEnd,
                    format!(
                        "the end that was noted is entry {seq}; the log ends at {last}: it was cut off"
                    ),
                    format!("记下的末条是第 {seq} 条；日志止于第 {last} 条：已被截断"),
                )
            } else {
                Finding::new(
                    Fault::OtherEnd,
                    format!(
                        "entry {seq} is not the one that was noted: an entry up to it was changed"
                    ),
                    format!("第 {seq} 条不是记下的那一条：至此的某条已被改动"),
                )
            };
            audited.findings.add(finding.at(seq));
        }
    }
}

/// Of a job that other keys made and signed.
fn signed_by_another(signatures: &[SignatureRecord], job: &JobRecord) -> Finding {
    let key = signatures.first().map(|one| hex::encode(&one.public_key));
    let (key, check) = (key.unwrap_or_default(), &job.keys_check);
    Finding::new(
        Fault::OtherKey,
        format!(
            "signed by another key ({key}, master keys with the check value {check}): its signatures were not looked at with these keys. Look through it with the vault or token that made it; if the bureau has no such keys, somebody else has signed it"
        ),
        format!(
            "由其他密钥（{key}，主密钥校验值 {check}）签署：未用当前密钥检查其签名。请用建立它的密钥库或令牌检查；若本机构没有这样的密钥，则是他人所签"
        ),
    )
}

impl Audited {
    /// The end in the job's row.
    fn compare_end(&mut self, last_at: i64) {
        let (seq, noted) = (self.end.0, self.job.last_seq);
        if noted > seq {
            self.findings.add(entries_missing(seq + 1, noted));
        } else if noted < seq || self.job.last_hash != self.end.1 || self.job.last_at != last_at {
            let finding = Finding::new(
                Fault::EndChanged,
                format!(
                    "the log ends at entry {seq}; the job's row has another end (entry {noted}), hash or time"
                ),
                format!("日志止于第 {seq} 条；作业行中记有不同的末条（第 {noted} 条）、哈希或时间"),
            );
            self.findings.add(finding.at(seq));
        }
    }

    /// What the job was made with, and its state.
    fn compare_job(&mut self, replay: &Replay) {
        if replay.fingerprint != Some(hex::encode(self.job.fingerprint()))
            || replay.created_at != self.job.created_at
        {
            self.findings.add(
                Finding::new(
                    Fault::JobChanged,
                    "what the job was made with (name, batch, profile, card model, keys, time) is not what entry 1 has",
                    "作业的建立内容（名称、批次、配置、卡型、密钥、时间）与第 1 条不符",
                )
                .at(1),
            );
        }
        if replay.state != Some(self.job.state) {
            let log = replay.state.unwrap_or(JobState::Ready);
            let state = |lang| (self.job.state.words(lang), log.words(lang));
            let (en, zh) = (state(Lang::En), state(Lang::Zh));
            self.findings.add(Finding::new(
                Fault::JobChanged,
                format!("the job is \"{}\"; by the log it is \"{}\"", en.0, en.1),
                format!("作业为“{}”；依日志应为“{}”", zh.0, zh.1),
            ));
        }
    }

    /// Gives the last entry that this key has signed, whether or not it is still the one.
    fn judge_signatures(
        &mut self,
        signatures: &[SignatureRecord],
        public: &[u8; 32],
        replay: &Replay,
        hashes: &HashMap<i64, Vec<u8>>,
    ) -> i64 {
        if signatures.is_empty() {
            self.findings.add(Finding::new(
                Fault::NotSigned,
                "the job's log has no signature: it was made by an older program, or somebody took them away",
                "作业日志没有签名：由旧版程序建立，或签名已被他人去除",
            ));
        }
        let fingerprint = replay.fingerprint.as_ref();
        let fingerprint = fingerprint.and_then(|hex| hex::decode(hex).ok());
        let fingerprint = fingerprint.unwrap_or_default();
        let (mut number, mut before) = (0, None::<&SignatureRecord>);
        let mut made_to = 0;
        for signature in signatures {
            if signature.number > number + 1 {
                let (first, last) = (number + 1, signature.number - 1);
                let (en, zh) = if first == last {
                    (format!("signature {first} is"), format!("第 {first} 个"))
                } else {
                    (
                        format!("signatures {first} to {last} are"),
                        format!("第 {first} 至 {last} 个"),
                    )
                };
                let finding = Finding::new(
                    Fault::SignatureMissing,
                    format!("{en} not there any more"),
                    format!("{zh}签名已不存在"),
                );
                self.findings.add(finding.of_signature(first));
                before = None;
            }
            let is_first = signature.number == 1;
            let follows = match before {
                Some(before) => signature.previous == before.digest(),
                None => !is_first || signature.previous == [0; 32],
            };
            number = signature.number;
            before = Some(signature);
            let message = signature.message(self.job.id, &fingerprint);
            let said = (signature, &*message, public);
            let found = self.judge(said, follows, hashes);
            if !found.as_ref().is_some_and(Finding::is_of_forgery) {
                made_to = made_to.max(signature.seq);
            }
            if let Some(finding) = found {
                self.findings.add(finding.of_signature(number));
            } else {
                self.signatures += 1;
                self.signed_to = self.signed_to.max(signature.seq);
            }
        }
        made_to
    }

    /// What is wrong with one signature.
    fn judge(
        &self,
        (signature, message, public): (&SignatureRecord, &[u8], &[u8; 32]),
        follows: bool,
        hashes: &HashMap<i64, Vec<u8>>,
    ) -> Option<Finding> {
        let (number, seq) = (signature.number, signature.seq);
        if signature.public_key[..] != public[..] {
            let key = hex::encode(&signature.public_key);
            return Some(Finding::new(
                Fault::OtherKey,
                format!("signature {number} was made by another key ({key})"),
                format!("第 {number} 个签名由其他密钥（{key}）作出"),
            ));
        }
        if !is_signed_by(public, message, &signature.signature) || !follows {
            return Some(Finding::new(
                Fault::SignatureWrong,
                format!(
                    "signature {number} is none over this job: it was changed, is another job's, or the first entry was changed"
                ),
                format!(
                    "第 {number} 个签名不是对此作业的签名：已被改动、属于其他作业，或第 1 条被改动"
                ),
            ));
        }
        if seq > self.end.0 {
            let first = self.end.0 + 1;
            return Some(Finding {
                en: format!(
                    "signature {number} is over {seq} entries: entries from {first} on were cut off"
                ),
                zh: format!("第 {number} 个签名覆盖 {seq} 条：第 {first} 条起已被截去"),
                ..entries_missing(first, seq)
            });
        }
        if hashes.get(&seq) != Some(&signature.hash) {
            let first = self.signed_to + 1;
            let finding = Finding::new(
                Fault::OtherEntries,
                format!(
                    "entries {first} to {seq} are not those that signature {number} is over: at least one was changed, and the chain made anew"
                ),
                format!(
                    "第 {first} 至 {seq} 条不是第 {number} 个签名所覆盖的内容：至少一条被改动，且哈希链被重做"
                ),
            );
            return Some(finding.at_all(first, seq));
        }
        None
    }

    /// Entries of heads that no signature is over, where nobody works.
    fn judge_unsigned(&mut self, heads: Option<(i64, i64)>) {
        self.goes_on = heads.is_some() && self.is_worked_on;
        if let Some((first, last)) = heads
            && !self.goes_on
        {
            let finding = Finding::new(
                Fault::Unsigned,
                format!(
                    "entries {first} to {last} of heads are not signed: the run that wrote them was stopped at once, or somebody changed them and took the signature away. The next run's end signs them, or `ssc audit sign`"
                ),
                format!(
                    "发卡头的第 {first} 至 {last} 条没有签名：写入它们的运行被立即停止，或有人改动后去除了签名。下次运行结束时会签名，或用 `ssc audit sign`"
                ),
            );
            self.findings.add(finding.at_all(first, last));
        }
    }
}
