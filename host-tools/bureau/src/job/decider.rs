//! Decides cards by a profile, one request at a time: a batch of any length needs no more room than one row.

use std::path::{Path, PathBuf};

use apdu_specs::Generation;
use ssc_person::{CardNumber, Date, FirstPin, Institution, Region, mask};

use super::{Decided, PinPolicy};
use crate::batch::CardRequest;
use crate::card_error::CardError;
use crate::profile::{PhotoRule, PinRule, Profile};
use crate::register::{NewOrder, Replacement, Wanted};

/// Decides cards by a profile.
#[derive(Clone, Debug)]
pub struct Decider {
    profile: Profile,
    file: Option<PathBuf>,
    issue_date: Date,
}

/// What a row and the profile say of where its card comes from.
struct Place {
    region: Region,
    institution: Institution,
}

impl Decider {
    /// For cards of `profile` that are ordered on the day `today`.
    #[must_use]
    pub fn new(profile: Profile, today: Date) -> Self {
        let issue_date = profile.issue_date(today);
        Self {
            profile,
            file: None,
            issue_date,
        }
    }

    /// The same, with the file that the profile was read from: the job keeps its path.
    #[must_use]
    pub fn of_file(self, file: Option<&Path>) -> Self {
        let file = file.and_then(|file| std::path::absolute(file).ok());
        Self { file, ..self }
    }

    /// The absolute path of the profile's file, if it comes from one.
    #[must_use]
    pub fn profile_file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether these keys can make cards of this profile: published PINs go with published keys only.
    ///
    /// # Errors
    /// [`CardError::DemoPin`].
    pub const fn fits_keys(&self, are_demo: bool) -> Result<(), CardError> {
        match self.profile.pin {
            PinRule::Demo if !are_demo => Err(CardError::DemoPin),
            PinRule::Demo | PinRule::Batch | PinRule::Random => Ok(()),
        }
    }

    /// The order of a request, for the register to number. Whatever of the row the profile refuses is found here.
    ///
    /// # Errors
    /// [`CardError::NoRegion`], [`CardError::NoCardNumber`], [`CardError::NameTooLong`], [`CardError::RareCharacter`], [`CardError::NoPin`], [`CardError::NoPhoto`],
    /// [`CardError::PhotoNotWanted`].
    pub fn order(
        &self,
        row: usize,
        request: &CardRequest,
        replaces: Option<Replacement>,
    ) -> Result<NewOrder, CardError> {
        let place = self.check(request)?;
        let keeps_number = replaces.as_ref().is_some_and(|why| why.keeps_number);
        let card_number = match request.card_number {
            Some(number) => Wanted::Given(number),
            None => match self.ranges(&place) {
                Some(wanted) => wanted,
                // It keeps that of the card before.
                None if keeps_number => Wanted::FromRanges {
                    ranges: Vec::new(),
                    owner: String::new(),
                },
                None => return Err(CardError::NoCardNumber),
            },
        };
        Ok(NewOrder {
            row,
            number: request.holder.number.as_str().to_owned(),
            name_masked: mask::name(request.holder.name.as_str()),
            card_number,
            kind: self.profile.kind.clone(),
            replaces,
        })
    }

    /// Decides the card with this number. Tells too whether its PIN is random.
    ///
    /// # Errors
    /// As [`order`](Self::order).
    pub fn decide(
        &self,
        row: usize,
        request: &CardRequest,
        card_number: CardNumber,
    ) -> Result<(Decided, bool), CardError> {
        let Place {
            region,
            institution,
        } = self.check(request)?;
        let issue_date = request.issue_date.unwrap_or(self.issue_date);
        let valid_to = request
            .valid_to
            .or_else(|| issue_date.plus_years(self.profile.valid_years))
            .ok_or(CardError::Internal("issue date"))?;
        let (pin, is_random) = self.pin(request)?;
        let decided = Decided {
            row,
            holder: request.holder.clone(),
            model: self.profile.model,
            region,
            card_number,
            pin,
            random_pin: is_random,
            category: request.category.unwrap_or(self.profile.category),
            institution,
            issue_date,
            valid_to,
        };
        Ok((decided, is_random))
    }

    fn check(&self, request: &CardRequest) -> Result<Place, CardError> {
        let profile = &self.profile;
        let region = request
            .region
            .or(profile.region)
            .ok_or(CardError::NoRegion)?;
        let name = &request.holder.name;
        if name.needs_extension() && profile.model.name_bytes() <= name.head().len() {
            let generation: Generation = profile.generation();
            return Err(CardError::NameTooLong { generation });
        }
        let rare = profile.rare.violations(name.as_str());
        if let Some(violation) = rare.into_iter().next() {
            return Err(CardError::RareCharacter(violation));
        }
        if profile.pin == PinRule::Batch && request.pin.is_none() {
            return Err(CardError::NoPin);
        }
        match (profile.photo, &request.holder.photo) {
            (PhotoRule::Demanded, None) => return Err(CardError::NoPhoto),
            (PhotoRule::None, Some(_)) => return Err(CardError::PhotoNotWanted),
            _ => {}
        }
        // A profile's institution is that of its own region; a row of another region has that region's.
        let own = profile
            .institution
            .as_ref()
            .filter(|_| profile.region.is_none_or(|own| own == region));
        let institution = request.institution.as_ref().or(own);
        let institution = institution.cloned();
        Ok(Place {
            institution: institution.unwrap_or_else(|| Institution::of_region(&region)),
            region,
        })
    }

    /// The ranges that a card takes its number from, if there are any.
    fn ranges(&self, place: &Place) -> Option<Wanted> {
        let ranges: Vec<_> = self.profile.ranges_of(&place.institution).collect();
        let owner = ranges.first()?.institution.as_ref();
        Some(Wanted::FromRanges {
            ranges: ranges.iter().map(|one| (one.first, one.last)).collect(),
            owner: self.profile.owner(owner),
        })
    }

    fn pin(&self, request: &CardRequest) -> Result<(FirstPin, bool), CardError> {
        let policy = match (&request.pin, self.profile.pin) {
            (Some(pin), _) => return Ok((pin.clone(), false)),
            (None, PinRule::Batch) => return Err(CardError::NoPin),
            (None, PinRule::Random) => PinPolicy::Random,
            (None, PinRule::Demo) => PinPolicy::Demo,
        };
        Ok((policy.pin()?, policy == PinPolicy::Random))
    }
}
