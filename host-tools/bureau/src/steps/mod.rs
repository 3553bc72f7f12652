//! The six steps of a card: recognise, take over, load, check, secure, confirm.
//!
//! Each step can find out by itself where a card stands, so a card that was lost anywhere is begun again, or found to be finished.

mod check;
mod confirm;
mod load;
mod recognise;
mod secure;
mod take_over;

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};
use ssc_keys::KeyService;
use ssc_reader::Card;
use ssc_words::Lang;

use crate::card_error::CardError;
use crate::channel::{HostChannel, Level};
use crate::domain_keys::Line;
use crate::plan::CardPlan;
use recognise::Standing;

pub(crate) use confirm::run as confirm;
pub use recognise::card_factor;

/// A step of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Which chip this is, and how far it is.
    Recognise,
    /// The issuer's keys take the place of the chip's.
    TakeOver,
    /// All data groupings go in.
    Load,
    /// What the card holds is compared with what was written.
    Check,
    /// The card is told that it is finished.
    Secure,
    /// A card that is finished is asked whether it is this order's.
    Confirm,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 6] = [
        Self::Recognise,
        Self::TakeOver,
        Self::Load,
        Self::Check,
        Self::Secure,
        Self::Confirm,
    ];

    /// Whether the step changes what the card holds.
    #[must_use]
    pub const fn writes(self) -> bool {
        match self {
            Self::TakeOver | Self::Load => true,
            Self::Recognise | Self::Check | Self::Secure | Self::Confirm => false,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Recognise, Lang::En) => "recognise",
            (Self::Recognise, Lang::Zh) => "识别",
            (Self::TakeOver, Lang::En) => "take over",
            (Self::TakeOver, Lang::Zh) => "接管",
            (Self::Load, Lang::En) => "load",
            (Self::Load, Lang::Zh) => "写入",
            (Self::Check, Lang::En) => "check",
            (Self::Check, Lang::Zh) => "核对",
            (Self::Secure, Lang::En) => "secure",
            (Self::Secure, Lang::Zh) => "封卡",
            (Self::Confirm, Lang::En) => "confirm",
            (Self::Confirm, Lang::Zh) => "确认",
        }
    }
}

/// What the making of a card cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Bytes on a T=0 line, both ways, that are the secure channel's: handshakes, MACs, padding.
    pub secure_channel: u64,
}

/// Where the steps of a card are noted, before and after each.
pub(crate) trait Notes {
    /// The step is about to begin.
    fn begins(&mut self, step: Step) -> Result<(), CardError>;
    /// The card has answered.
    fn done(&mut self, step: Step) -> Result<(), CardError>;
}

/// Nothing is noted.
struct NoNotes;

impl Notes for NoNotes {
    fn begins(&mut self, _: Step) -> Result<(), CardError> {
        Ok(())
    }
    fn done(&mut self, _: Step) -> Result<(), CardError> {
        Ok(())
    }
}

/// Personalizes the card, and writes nothing down. It is SECURED when this returns without an error, and not before.
///
/// A card that an earlier attempt left half-way is wiped and begun again.
///
/// # Errors
/// [`CardError`], among them [`CardError::PublishedKeys`]; the card is not SECURED then, unless it was before, or it was lost
/// in the very last exchange.
pub fn personalize(
    card: &mut dyn Card,
    plan: &CardPlan,
    keys: &dyn KeyService,
    line: Line,
) -> Result<Cost, CardError> {
    make(card, || Ok(plan), keys, line, &mut NoNotes)
}

/// The steps up to SECURED, each noted. The plan is asked for when the chip is the issuer's: its keys may be on their way until then.
pub(crate) fn make<P: Borrow<CardPlan>>(
    card: &mut dyn Card,
    plan: impl FnOnce() -> Result<P, CardError>,
    keys: &dyn KeyService,
    line: Line,
    notes: &mut dyn Notes,
) -> Result<Cost, CardError> {
    let mut cost = Cost::default();
    notes.begins(Step::Recognise)?;
    let factor = card_factor(card.atr())?;
    let issuer = keys.issuer_keys(&factor)?;
    match recognise::run(card, &issuer)? {
        Standing::New(handshake) => {
            let opened = take_over::open(handshake, &factor, keys, line)?;
            notes.done(Step::Recognise)?;
            notes.begins(Step::TakeOver)?;
            cost.secure_channel += opened.replace(&issuer)?;
            notes.done(Step::TakeOver)?;
        }
        Standing::Begun => notes.done(Step::Recognise)?,
        Standing::Finished => return Err(CardError::AlreadyPersonalized),
    }
    let plan = plan()?;
    let plan = plan.borrow();
    notes.begins(Step::Load)?;
    cost.secure_channel += load::run(card, plan, &issuer)?;
    notes.done(Step::Load)?;
    notes.begins(Step::Check)?;
    let mut channel = HostChannel::open(card, &issuer, Level::Checking)?;
    check::run(&mut channel, plan)?;
    notes.done(Step::Check)?;
    notes.begins(Step::Secure)?;
    secure::run(&mut channel)?;
    notes.done(Step::Secure)?;
    cost.secure_channel += channel.overhead();
    Ok(cost)
}
