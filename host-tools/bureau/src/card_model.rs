//! Models of cards: which generation, which applications, and how much goes into them.

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
pub struct CardModel {
    /// Its name, which is kept with an order.
    pub name: &'static str,
    /// The generation of the card, and so its files.
    pub generation: Generation,
    /// Its applications, beside the security domain that every card has.
    pub applications: &'static [Application],
}

/// All models.
pub static CARD_MODELS: &[CardModel] = &[
    model("1.00", Generation::V1, &[Application::Ssc]),
    model("2.00", Generation::V2, &[Application::Ssc]),
    model("3.00", Generation::V3, &[Application::Ssc]),
    model(
        "3.00 with certificates",
        Generation::V3,
        &[Application::Ssc, Application::Certificates],
    ),
];

const fn model(
    name: &'static str,
    generation: Generation,
    applications: &'static [Application],
) -> CardModel {
    CardModel {
        name,
        generation,
        applications,
    }
}

/// No model has this generation with the applications that were asked for: the certificate environment on cards that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCardModel {
    /// The generation.
    pub generation: Generation,
}

impl Bilingual for NoCardModel {
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

impl std::fmt::Display for NoCardModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for NoCardModel {}

impl Kind for NoCardModel {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }
}

impl CardModel {
    /// The social security card of `generation`, and nothing else.
    #[must_use]
    pub fn plain(generation: Generation) -> &'static Self {
        Self::with(generation, &[Application::Ssc]).unwrap_or(&CARD_MODELS[0])
    }

    /// The card of `generation` with every application that it can have.
    #[must_use]
    pub fn full(generation: Generation) -> &'static Self {
        let of_generation = CARD_MODELS
            .iter()
            .filter(|one| one.generation == generation);
        of_generation
            .max_by_key(|one| one.applications.len())
            .unwrap_or(&CARD_MODELS[0])
    }

    /// The model of `generation` with exactly these applications.
    ///
    /// # Errors
    /// There is none.
    pub fn with(
        generation: Generation,
        applications: &[Application],
    ) -> Result<&'static Self, NoCardModel> {
        CARD_MODELS
            .iter()
            .find(|one| one.generation == generation && one.applications == applications)
            .ok_or(NoCardModel { generation })
    }

    /// The card of `generation`, with the certificate environment if `certificates` says so.
    ///
    /// # Errors
    /// A generation that has none.
    pub fn ordered(
        generation: Generation,
        certificates: bool,
    ) -> Result<&'static Self, NoCardModel> {
        if certificates {
            Self::with(generation, &[Application::Ssc, Application::Certificates])
        } else {
            Self::with(generation, &[Application::Ssc])
        }
    }

    /// The model of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        CARD_MODELS.iter().find(|one| one.name == name)
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

/// A model as its name.
pub(crate) mod by_name {
    use super::{CardModel, Deserialize, Deserializer, Serializer};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(
        model: &&'static CardModel,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(model.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static CardModel, D::Error> {
        let name = String::deserialize(deserializer)?;
        CardModel::named(&name).ok_or_else(|| D::Error::custom("no such card model"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_sizes_are_the_generations() {
        for (at, one) in CARD_MODELS.iter().enumerate() {
            assert_eq!(CardModel::named(one.name), Some(one));
            assert!(CARD_MODELS[..at].iter().all(|other| other.name != one.name));
            assert_eq!(
                CardModel::with(one.generation, one.applications).unwrap(),
                one
            );
        }
        let sizes: Vec<_> = Generation::ALL
            .into_iter()
            .map(|generation| {
                let model = CardModel::plain(generation);
                (model.generation, model.name_bytes(), model.photo_bytes())
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
        assert!(CardModel::with(Generation::V3, &certificates).is_ok());
        assert!(matches!(
            CardModel::with(Generation::V2, &certificates),
            Err(NoCardModel {
                generation: Generation::V2
            })
        ));
    }
}
