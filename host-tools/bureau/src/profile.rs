//! Profiles of cards: which generation, which applications, and how much goes into them.

use apdu_specs::Application;
use apdu_specs::Generation;
use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::find_file;
use apdu_specs::applications::ssc::directories;
use apdu_specs::applications::ssc::names::{PHOTO_FID, SSSE_FID};
use apdu_specs::files::FileKind;
use card_crypto::Algorithm;
use serde::{Deserialize, Deserializer, Serializer};
use ssc_person::name::{EXTENSION_LENGTH, NAME_LENGTH};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use crate::card_error::CardError;

/// What a card is made into.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name, which is kept with an order.
    pub name: &'static str,
    /// The generation of the card, and so its files.
    pub generation: Generation,
    /// Its applications, beside the security domain that every card has.
    pub applications: &'static [Application],
}

/// All profiles.
pub static PROFILES: &[Profile] = &[
    profile("1.00", Generation::V1, &[Application::Ssc]),
    profile("2.00", Generation::V2, &[Application::Ssc]),
    profile("3.00", Generation::V3, &[Application::Ssc]),
    profile(
        "3.00 with certificates",
        Generation::V3,
        &[Application::Ssc, Application::Certificates],
    ),
];

const fn profile(
    name: &'static str,
    generation: Generation,
    applications: &'static [Application],
) -> Profile {
    Profile {
        name,
        generation,
        applications,
    }
}

/// No profile has this generation with the applications that were asked for: the certificate environment on cards that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoProfile {
    /// The generation.
    pub generation: Generation,
}

impl Bilingual for NoProfile {
    fn say(&self, lang: Lang) -> String {
        let Self { generation } = self;
        match lang {
            Lang::En => format!(
                "a card of generation {generation} has no certificate environment: leave out --certificates, or issue cards of 3.00"
            ),
            Lang::Zh => {
                format!("{generation} 版卡没有证书环境：请去掉 --certificates，或发 3.00 版卡")
            }
        }
    }
}

impl std::fmt::Display for NoProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for NoProfile {}

impl Kind for NoProfile {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }
}

impl Profile {
    /// The social security card of `generation`, and nothing else.
    #[must_use]
    pub fn plain(generation: Generation) -> &'static Self {
        Self::with(generation, &[Application::Ssc]).unwrap_or(&PROFILES[0])
    }

    /// The card of `generation` with every application that it can have.
    #[must_use]
    pub fn full(generation: Generation) -> &'static Self {
        let of_generation = PROFILES.iter().filter(|one| one.generation == generation);
        of_generation
            .max_by_key(|one| one.applications.len())
            .unwrap_or(&PROFILES[0])
    }

    /// The profile of `generation` with exactly these applications.
    ///
    /// # Errors
    /// There is none.
    pub fn with(
        generation: Generation,
        applications: &[Application],
    ) -> Result<&'static Self, NoProfile> {
        PROFILES
            .iter()
            .find(|one| one.generation == generation && one.applications == applications)
            .ok_or(NoProfile { generation })
    }

    /// The card of `generation`, with the certificate environment if `certificates` says so.
    ///
    /// # Errors
    /// A generation that has none.
    pub fn ordered(generation: Generation, certificates: bool) -> Result<&'static Self, NoProfile> {
        if certificates {
            Self::with(generation, &[Application::Ssc, Application::Certificates])
        } else {
            Self::with(generation, &[Application::Ssc])
        }
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|one| one.name == name)
    }

    /// Whether its cards have `application`.
    #[must_use]
    pub fn has(&self, application: Application) -> bool {
        self.applications.contains(&application)
    }

    /// The algorithm of its keys.
    ///
    /// # Errors
    /// SSF33 is classified: no table names it, and it would be refused here.
    pub fn algorithm(&self) -> Result<Algorithm, CardError> {
        match self.generation.key_algorithm() {
            KeyAlgorithm::TripleDes => Ok(Algorithm::TripleDes),
            KeyAlgorithm::Sm4 => Ok(Algorithm::Sm4),
            KeyAlgorithm::Ssf33 => Err(CardError::Internal("SSF33 is not supported")),
        }
    }

    /// Bytes of the longest name: with the extension, where the generation has one.
    #[must_use]
    pub fn name_bytes(&self) -> usize {
        let extended = directories(self.generation)
            .filter(|directory| directory.ddf)
            .flat_map(|directory| directory.files(self.generation))
            .flat_map(|file| file.fields(self.generation))
            .any(|field| field.id == "name_extension");
        if extended {
            NAME_LENGTH + EXTENSION_LENGTH
        } else {
            NAME_LENGTH
        }
    }

    /// Bytes of the file of the photo; 0 where the generation has none.
    #[must_use]
    pub fn photo_bytes(&self) -> usize {
        find_file(SSSE_FID, PHOTO_FID, self.generation)
            .and_then(|file| match file.kind {
                FileKind::Transparent { size } => Some(size.into()),
                FileKind::LinearVariable
                | FileKind::LinearFixed { .. }
                | FileKind::Cyclic { .. } => None,
            })
            .unwrap_or(0)
    }
}

/// A profile as its name.
pub(crate) mod by_name {
    use super::{Deserialize, Deserializer, Profile, Serializer};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(
        profile: &&'static Profile,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(profile.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Profile, D::Error> {
        let name = String::deserialize(deserializer)?;
        Profile::named(&name).ok_or_else(|| D::Error::custom("no such profile"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_sizes_are_the_generations() {
        for (at, one) in PROFILES.iter().enumerate() {
            assert_eq!(Profile::named(one.name), Some(one));
            assert!(PROFILES[..at].iter().all(|other| other.name != one.name));
            assert_eq!(
                Profile::with(one.generation, one.applications).unwrap(),
                one
            );
        }
        let sizes: Vec<_> = Generation::ALL
            .into_iter()
            .map(|generation| {
                let profile = Profile::plain(generation);
                (
                    profile.generation,
                    profile.name_bytes(),
                    profile.photo_bytes(),
                )
            })
            .collect();
        assert_eq!(
            sizes,
            [
                (Generation::V1, 30, 0),
                (Generation::V2, 50, 4096),
                (Generation::V3, 50, 4096)
            ]
        );
        let certificates = [Application::Ssc, Application::Certificates];
        assert!(Profile::with(Generation::V3, &certificates).is_ok());
        assert!(matches!(
            Profile::with(Generation::V2, &certificates),
            Err(NoProfile {
                generation: Generation::V2
            })
        ));
    }
}
