//! A profile that was changed after a job had been made with it.

use std::fmt;

use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use super::keys::CARD_NUMBERS;
use super::{Profile, ProfileError};

/// The profile is not the one that the job was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileChanged {
    /// The job.
    pub job: String,
    /// Each key that differs.
    pub keys: Vec<ChangedKey>,
}

/// A key: what the job has, and what the file says now. Without a value where the key is not there.
pub type ChangedKey = (&'static str, Option<String>, Option<String>);

impl Profile {
    /// Compares with the text that the job `job` has kept: comments and the order of keys do not matter.
    ///
    /// # Errors
    /// The outer one: the kept text cannot be read by this version of the program.
    pub fn changed_since(
        &self,
        job: &str,
        kept: &str,
    ) -> Result<Result<(), ProfileChanged>, ProfileError> {
        let then = Self::parse(kept)?;
        if &then == self {
            return Ok(Ok(()));
        }
        let (before, now) = (then.values(), self.values());
        let of = |values: &[(&'static str, String)], key| {
            let found = values.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        };
        let names = before.iter().chain(&now).map(|(key, _)| *key);
        let mut keys: Vec<ChangedKey> = Vec::new();
        for key in names {
            let (was, is) = (of(&before, key), of(&now, key));
            if was != is && !keys.iter().any(|(name, ..)| *name == key) {
                keys.push((key, was, is));
            }
        }
        if then.card_numbers != self.card_numbers {
            let of = |profile: &Self| {
                let ranges = profile.card_numbers.iter().map(|range| {
                    let [first, last] = range
                        .ends()
                        .map(|end| end.map(|number| number.to_string()).unwrap_or_default());
                    format!("{first} – {last}")
                });
                Some(ranges.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
            };
            keys.push((CARD_NUMBERS, of(&then), of(self)));
        }
        let job = job.to_owned();
        Ok(Err(ProfileChanged { job, keys }))
    }
}

impl ProfileChanged {
    /// Each key with what it was and what it is.
    #[must_use]
    pub fn differences(&self, lang: Lang) -> String {
        let (none, between) = match lang {
            Lang::En => ("nothing", "; "),
            Lang::Zh => ("无", "；"),
        };
        let keys = self.keys.iter().map(|(key, was, is)| {
            let [was, is] = [was, is].map(|value| value.as_deref().unwrap_or(none));
            match lang {
                Lang::En => format!("{key} was {was} and is {is}"),
                Lang::Zh => format!("{key} 原为 {was}，现为 {is}"),
            }
        });
        keys.collect::<Vec<_>>().join(between)
    }
}

impl Bilingual for ProfileChanged {
    fn say(&self, lang: Lang) -> String {
        let (job, typed) = (&self.job, ssc_words::shell::word(&self.job));
        let differences = self.differences(lang);
        match lang {
            Lang::En => format!(
                "the profile was changed since job {job} was made ({differences}). This job goes on with what was decided then: add --as-decided, or bring the file back. For cards by the changed profile take back what is not made with `ssc job close {typed}`, then make a job of the persons left with `ssc job create BATCH --profile FILE`"
            ),
            Lang::Zh => format!(
                "配置在作业 {job} 建立后被改动（{differences}）。本作业只按当时的决定继续：请加 --as-decided，或恢复该文件。要按改动后的配置制卡，先用 `ssc job close {typed}` 收回未制成的任务，再用 `ssc job create BATCH --profile FILE` 为其余人员建立作业"
            ),
        }
    }
}

impl fmt::Display for ProfileChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ProfileChanged {}

impl Kind for ProfileChanged {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Input
    }
}
