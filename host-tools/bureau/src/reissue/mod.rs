//! Replacement and renewal (补卡、换卡): a card that was delivered is made once more, because it was lost, is damaged, has expired or is of an
//! earlier generation.
//!
//! What is known of the person comes from the register (what was decided of the old card, sealed), or from the old card itself, whose
//! [differences](compare) are shown before anything is made. The orders stand in a job of their own, in the rows of the old ones; the
//! register sets the old card's status and gives the new one its number, or the old one's, as the profile says, in one transaction.

mod compare;
mod error;

use std::path::Path;

use sha2::{Digest as _, Sha256};
use ssc_keys::KeyService;
use ssc_person::{CardNumber, Cardholder, Date};
use ssc_words::Lang;

use crate::audit;
use crate::basis;
use crate::batch::CardRequest;
use crate::job::{Decided, Decider};
use crate::profile::{NumberRule, PinRule, Profile};
use crate::register::{
    CardStatus, ChipState, JobId, JobRecord, NewJob, OrderRecord, OrderState, Register,
    Replacement, Taken,
};
use crate::sealing::Sealing;

pub use compare::{FieldDifference, OldCard, compare};
pub use error::ReissueError;

/// Days before its last day from which a card can be renewed (P).
const RENEWAL_DAYS: u32 = 90;

/// Why a card is made once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// 挂失补卡
    Lost,
    /// 损坏换卡
    Damaged,
    /// 到期换卡
    Expired,
    /// 升级换卡
    NewGeneration,
}

/// The name of a job's batch for people: a reissue has none, and its words are stored in English.
#[must_use]
pub fn batch_shown(job: &JobRecord, lang: Lang) -> String {
    let name = &job.batch_name;
    let reissue = Why::ALL.iter().find_map(|why| {
        let old = name.strip_suffix(&format!(" ({})", why.word()))?;
        Some((old, why.words()))
    });
    match (reissue, lang) {
        (Some((old, words)), Lang::Zh) => format!("{old}（{words}）"),
        _ => name.clone(),
    }
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Lost,
        Self::Damaged,
        Self::Expired,
        Self::NewGeneration,
    ];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Damaged => "damaged",
            Self::Expired => "expired",
            Self::NewGeneration => "new-generation",
        }
    }

    /// Its words in Chinese.
    const fn words(self) -> &'static str {
        match self {
            Self::Lost => "挂失补卡",
            Self::Damaged => "损坏换卡",
            Self::Expired => "到期换卡",
            Self::NewGeneration => "升级换卡",
        }
    }

    /// What becomes of the old card.
    #[must_use]
    pub const fn status(self) -> CardStatus {
        match self {
            Self::Lost => CardStatus::Lost,
            Self::Damaged => CardStatus::Damaged,
            Self::Expired => CardStatus::Expired,
            Self::NewGeneration => CardStatus::Replaced,
        }
    }
}

/// A card that was delivered, with all that was decided of it.
#[derive(Clone, Debug)]
pub struct Old {
    /// Its order.
    pub order: OrderRecord,
    /// What was decided of it.
    pub decided: Decided,
}

impl Old {
    /// The card of a row.
    ///
    /// # Errors
    /// [`ReissueError::NoCardYet`], [`ReissueError::MayBeFinished`], [`ReissueError::Rejected`]: it is no card;
    /// [`ReissueError::NotCurrent`]: the person has another one by now, or waits for it; [`ReissueError::Sealing`]: other keys.
    pub fn of(
        register: &Register,
        keys: &dyn KeyService,
        job: &JobRecord,
        row: usize,
    ) -> Result<Self, ReissueError> {
        let order = register.order(job.id, row)?;
        let order = order.ok_or(crate::register::RegisterError::NoOrder { row })?;
        let name = || job.name.clone();
        match order.state {
            OrderState::Delivered => {}
            OrderState::Rejected => return Err(ReissueError::Rejected { row }),
            _ => {
                let chip = match &order.chip {
                    Some(serial) => register.chip(serial)?,
                    None => None,
                };
                let chip = chip.filter(|chip| chip.state == ChipState::MayBeFinished);
                return Err(match chip {
                    Some(chip) => ReissueError::MayBeFinished {
                        job: name(),
                        row,
                        serial: chip.serial,
                    },
                    None => ReissueError::NoCardYet { job: name(), row },
                });
            }
        }
        let holds = register.citizen(&order.number, &order.kind)?;
        if let Some(other) = holds.filter(|holds| (holds.job, holds.row) != (job.id, row)) {
            return Err(ReissueError::NotCurrent {
                row,
                job: register.job(other.job)?.name,
                other: other.row,
                status: other.status,
            });
        }
        let sealed = register.sealed(job.id, row)?;
        let sealed = sealed.ok_or(ReissueError::Rejected { row })?;
        let decided = Sealing::open(&job.sealed_key, keys)?.unseal(row, &sealed)?;
        Ok(Self { order, decided })
    }

    /// What the new card is asked for: all that is known of the person; dates, and by an own profile institution and category, are new.
    fn request(&self, profile: &Profile, is_other_profile: bool) -> CardRequest {
        let old = &self.decided;
        CardRequest {
            holder: old.holder.clone(),
            region: Some(old.region),
            card_number: None,
            pin: (profile.pin == PinRule::Batch).then(|| old.pin.clone()),
            category: (!is_other_profile).then_some(old.category),
            institution: (!is_other_profile).then(|| old.institution.clone()),
            issue_date: None,
            valid_to: None,
        }
    }

    /// Takes what the old card says of the person.
    pub fn take(&mut self, holder: Cardholder) {
        self.decided.holder = holder;
    }
}

/// What is made once more, and by which rules.
pub struct Reissue<'r> {
    /// The job of the old cards.
    pub job: &'r JobRecord,
    /// The old cards.
    pub cards: &'r [Old],
    /// Why.
    pub why: Why,
    /// Why, in the operator's words.
    pub reason: &'r str,
    /// The profile of the new cards and its file, if it is not that of the old job.
    pub profile: Option<(&'r Profile, &'r Path)>,
    /// Name of the new job.
    pub name: &'r str,
    /// The day.
    pub today: Date,
}

/// A job of cards that replace others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reissued {
    /// Which.
    pub job: JobId,
    /// The rows with the numbers of their new cards.
    pub cards: Vec<(usize, CardNumber)>,
    /// Whether any PIN is random, so that the persons must be told theirs.
    pub random_pins: bool,
}

impl Reissue<'_> {
    /// Makes the job: all cards, or none. Nothing is written to a card.
    ///
    /// # Errors
    /// [`ReissueError`]; nothing is changed then.
    pub fn make(
        &self,
        register: &Register,
        keys: &dyn KeyService,
    ) -> Result<Reissued, ReissueError> {
        let kept;
        let (profile, profile_file) = match self.profile {
            Some((profile, file)) => (profile, std::path::absolute(file).ok()),
            None => {
                kept = Profile::parse(&self.job.profile_text)?;
                // What that job keeps may be older than its file: new cards by the old rules are no mistake.
                (&kept, None)
            }
        };
        self.cards
            .iter()
            .try_for_each(|old| self.is_due(old, profile))?;
        let decider = Decider::new(profile.clone(), self.today);
        decider.fits_keys(keys.is_demo())?;
        let sealing = Sealing::new(keys)?;
        let job = NewJob {
            name: self.name.to_owned(),
            batch_name: format!("{} ({})", self.job.name, self.why.word()),
            batch_sha256: self.fingerprint(),
            profile_name: profile.name.clone(),
            profile_text: profile.to_toml(),
            profile_file: profile_file.clone(),
            card_model: profile.model.name.to_owned(),
            keys_check: basis::of_keys(keys)?,
            sealed_key: sealing.wrapped_key().to_vec(),
        };
        let (mut cards, mut random_pins) = (Vec::new(), false);
        let id = register.create_job(&job, &mut |intake| {
            for old in self.cards {
                let row = old.decided.row;
                let request = old.request(profile, self.profile.is_some());
                let replaces = Replacement {
                    status: self.why.status(),
                    reason: self.reason.to_owned(),
                    keeps_number: profile.replacement == NumberRule::Old,
                };
                let of_row = |error| ReissueError::Row { row, error };
                let mut order = decider
                    .order(row, &request, Some(replaces))
                    .map_err(of_row)?;
                // The kind is that of the card which it replaces.
                order.kind.clone_from(&old.order.kind);
                let taken = intake.order(order, &mut |number| {
                    let decided = decider.decide(row, &request, *number);
                    let (decided, is_random) = decided.map_err(of_row)?;
                    random_pins |= is_random;
                    Ok::<_, ReissueError>(sealing.seal(&decided)?)
                })?;
                match taken {
                    Taken::Ok(number) => cards.push((row, number)),
                    Taken::Refused(reason) => return Err(ReissueError::Refused { row, reason }),
                }
            }
            Ok(())
        })?;
        // The job is made, whether or not these can be kept. The old job's log says what became of its cards.
        for job in [id, self.job.id] {
            let _ = audit::sign(register, job, keys);
        }
        Ok(Reissued {
            job: id,
            cards,
            random_pins,
        })
    }

    /// Whether the reason fits the card.
    fn is_due(&self, old: &Old, profile: &Profile) -> Result<(), ReissueError> {
        let row = old.decided.row;
        match self.why {
            Why::Lost | Why::Damaged => Ok(()),
            Why::Expired => {
                let valid_to = old.decided.valid_to;
                let until = self.today.plus_days(RENEWAL_DAYS);
                if until.is_none_or(|until| valid_to <= until) {
                    Ok(())
                } else {
                    Err(ReissueError::NotExpired {
                        row,
                        valid_to,
                        days: RENEWAL_DAYS,
                    })
                }
            }
            Why::NewGeneration => {
                let (was, is) = (old.decided.model.generation, profile.generation());
                if is.index() > was.index() {
                    Ok(())
                } else {
                    Err(ReissueError::NotNewer { row, was, is })
                }
            }
        }
    }

    /// In the place of a batch's: the same cards are not taken twice.
    fn fingerprint(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(b"ssc bureau: cards made once more, 1");
        for old in self.cards {
            hash.update(old.order.job.0.to_be_bytes());
            hash.update((old.decided.row as u64).to_be_bytes());
        }
        hash.finalize().to_vec()
    }
}
