//! How these types are written down and read again: as the text that a person would write, and checked by the same rules.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::{
    CardNumber, CitizenNumber, Date, EthnicGroup, FirstPin, Institution, Name, Region, Sex,
    Violation, name::Rare,
};

/// Why a text is refused: its first violation, which does not show the text.
fn refused<E: serde::de::Error>(violations: impl Into<Vec<Violation>>) -> E {
    match violations.into().first() {
        Some(violation) => E::custom(violation),
        None => E::custom("refused"),
    }
}

impl From<Violation> for Vec<Violation> {
    fn from(violation: Violation) -> Self {
        vec![violation]
    }
}

macro_rules! as_text {
    ($($name:ident, $this:ident => $text:expr;)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $this = self;
                serializer.serialize_str($text.as_ref())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Zeroizing::new(String::deserialize(deserializer)?);
                Self::parse(&text).map_err(refused)
            }
        }
    )*};
}

as_text! {
    CardNumber, this => this.as_str();
    CitizenNumber, this => this.as_str();
    Date, this => this.to_string();
    EthnicGroup, this => format!("{:02}", this.code());
    Institution, this => hex::encode_upper(this.bcd()).trim_end_matches('F');
    // Whoever keeps it seals it.
    FirstPin, this => str::from_utf8(this.digits()).unwrap_or_default();
    Region, this => this.as_str();
    Sex, this => char::from(this.code()).to_string();
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What was decided was checked by its profile: here a name may have whatever a card holds.
impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::with(&text, &Rare::ANY).map_err(refused)
    }
}

/// A photo as hex digits.
pub(crate) mod photo {
    use super::{Arc, Deserialize, Deserializer, Serializer, Zeroizing};
    use serde::de::Error as _;

    pub(crate) fn serialize<S: Serializer>(
        photo: &Option<Arc<[u8]>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match photo {
            Some(photo) => serializer.serialize_some(&hex::encode(photo)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Arc<[u8]>>, D::Error> {
        let digits = Option::<String>::deserialize(deserializer)?.map(Zeroizing::new);
        digits
            .map(|digits| hex::decode(digits.as_str()).map(Arc::from))
            .transpose()
            .map_err(D::Error::custom)
    }
}
