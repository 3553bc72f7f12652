//! The file of a job's profile: whether it was changed since the job was made.

use serde_json::json;
use ssc_bureau::profile::{Profile, ProfileChanged, ProfileError};
use ssc_bureau::register::JobRecord;
use ssc_words::{Bilingual as _, Lang};

use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;

/// What is done where the file was changed.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct DecidedArgs {
    /// Go on although the job's profile was changed in its file: the cards stay as they were decided when the job was made
    #[arg(long)]
    as_decided: bool,
}

impl DecidedArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[(
            "as_decided",
            "作业的配置文件已被改动时仍继续：卡片按建立作业时的决定制作",
        )],
        flattened: &[],
    };

    /// Whether that was asked for.
    pub const fn is_given(self) -> bool {
        self.as_decided
    }

    /// Compares the job with the file that its profile was read from. One that is gone or cannot be read is only noted: the job has its text.
    ///
    /// # Errors
    /// It says something else now, and nobody has said that this job goes on as it was decided.
    pub fn look(self, job: &JobRecord, ui: &Ui) -> Result<(), Failure> {
        let Some(path) = &job.profile_file else {
            return Ok(());
        };
        match Profile::open(path) {
            Ok(profile) => self.judge(job, &profile, ui),
            Err(error @ ProfileError::Read { .. }) => {
                let [english, chinese] = Lang::ALL.map(|lang| error.say(lang));
                ui.note(&text(
                    format!("{english}. The job has its own text of it and goes on by that"),
                    format!("{chinese}。作业保存有其文本，按其继续"),
                ));
                Ok(())
            }
            Err(error) => {
                let typed = ssc_words::shell::word(&job.name);
                let [english, chinese] = Lang::ALL.map(|lang| error.say(lang));
                let refused = text(
                    format!(
                        "{english}: it was changed since job {typed} was made. This job goes on with what was decided then: add --as-decided, or bring the file back"
                    ),
                    format!(
                        "{chinese}：它在作业 {typed} 建立后被改动。本作业只按当时的决定继续：请加 --as-decided，或恢复该文件"
                    ),
                );
                if self.as_decided {
                    ui.warn(&text(
                        format!("{english}; cards are made as they were decided"),
                        format!("{chinese}；卡片按原先的决定制作"),
                    ));
                    return Ok(());
                }
                Err(Failure::new(Exit::Input, refused))
            }
        }
    }

    /// Compares the job with a profile.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub fn judge(self, job: &JobRecord, profile: &Profile, ui: &Ui) -> Result<(), Failure> {
        match profile.changed_since(&job.name, &job.profile_text) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(changed)) if self.as_decided => {
                let [english, chinese] = Lang::ALL.map(|lang| changed.differences(lang));
                ui.warn(&text(
                    format!("the profile was changed since ({english}); cards are made as they were decided"),
                    format!("配置已被改动（{chinese}）；卡片按原先的决定制作"),
                ));
                Ok(())
            }
            Ok(Err(changed)) => Err(refused(&changed)),
            Err(error) => {
                let [english, chinese] = Lang::ALL.map(|lang| error.say(lang));
                ui.note(&text(
                    format!("whether the profile was changed cannot be told: what the job has of it is of another version of this program ({english})"),
                    format!("无法判断配置是否被改动：作业中的文本属于本程序的另一版本（{chinese}）"),
                ));
                Ok(())
            }
        }
    }
}

fn refused(changed: &ProfileChanged) -> Failure {
    let keys = changed
        .keys
        .iter()
        .map(|(key, was, is)| json!({ "key": key, "was": was, "is": is }));
    Failure::of(changed).with_report(json!({ "changed": keys.collect::<Vec<_>>() }))
}
