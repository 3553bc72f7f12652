//! Components of a key (密钥分量): a key in `of` parts, of which any `need` give it and fewer give nothing.
//!
//! Shamir's sharing, byte by byte over GF(2^8) with AES's polynomial; a component's number is where its bytes lie on the
//! polynomial, and the key lies at 0 (**P**; SLIP-0039 shares bytes in the same way). The arithmetic is `vsss-rs`'s: audited,
//! without tables that depend on a secret. All that a component says of the key beyond that is the key's check value: 24 bits of a
//! one-way function.
//!
//! A component is one line of text, for a file or for paper (**P**):
//!
//! ```text
//! SSC-COMPONENT MASTER 2 3/5 8A41C2 00112233445566778899AABBCCDDEEFF 4E1F07
//! ```
//!
//! purpose, number, need/of, check value of the whole key, the component (groups are allowed), its own check value. Typed in, the
//! first two words may be left out. Check values are those of AES keys. Sealed, the line is encrypted as a vault is.

use std::fmt;
use std::path::Path;

use card_crypto::{Key16, kcv};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

use crate::KeyError;
use crate::component_error::ComponentError;
pub use crate::component_purpose::{MOST, Purpose};
use crate::random::random;
use crate::sealed::{self, Cost};

/// Longest file of a component, in bytes.
pub const LONGEST_FILE: u64 = sealed::COMPONENT.most;
/// First word of a component's line.
const WORD: &str = "SSC-COMPONENT";

/// One part of a key.
#[derive(Clone)]
pub struct Component {
    /// What the key is for.
    pub purpose: Purpose,
    /// Its number, from 1.
    pub number: u8,
    /// So many components give the key.
    pub need: u8,
    /// So many there are.
    pub of: u8,
    /// Check value of the whole key.
    pub whole: [u8; 3],
    /// Where it came from, for messages: a file, or the terminal.
    pub origin: String,
    value: Key16,
}

impl Component {
    /// Its own check value, which its holder can write down and compare.
    #[must_use]
    pub fn kcv(&self) -> [u8; 3] {
        kcv::aes_kcv(self.value.as_bytes())
    }

    /// The line. It holds the secret: it goes to a file of mode 0600, never to a screen.
    #[must_use]
    pub fn to_line(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new([0; 32]);
        hex::encode_to_slice(self.value.as_bytes(), &mut *digits).expect("32 digits for 16 bytes");
        // Large enough from the start, so that no part of it stays behind.
        let mut line = Zeroizing::new(String::with_capacity(128));
        let (purpose, number, need, of) = (self.purpose, self.number, self.need, self.of);
        let whole = hex::encode_upper(self.whole);
        line.push_str(&format!("{WORD} {purpose} {number} {need}/{of} {whole} "));
        line.extend(
            digits
                .iter()
                .map(|digit| char::from(digit.to_ascii_uppercase())),
        );
        line.push(' ');
        line.push_str(&hex::encode_upper(self.kcv()));
        line
    }

    /// Reads a line; `purpose` is what is understood where it does not say it, `origin` is for messages.
    ///
    /// # Errors
    /// [`ComponentError::Malformed`], [`ComponentError::CheckValue`]; neither repeats what was read.
    pub fn parse(line: &str, purpose: Purpose, origin: &str) -> Result<Self, ComponentError> {
        let malformed = || ComponentError::Malformed {
            origin: origin.to_owned(),
        };
        let mut words = line.split_ascii_whitespace().peekable();
        let mut purpose = purpose;
        if words
            .next_if(|word| word.eq_ignore_ascii_case(WORD))
            .is_some()
        {
            purpose = match words.next().ok_or_else(malformed)? {
                word if word.eq_ignore_ascii_case("MASTER") => Purpose::Master,
                word if word.eq_ignore_ascii_case("KEK") => Purpose::Kek,
                _ => return Err(malformed()),
            };
        }
        let mut word = || words.next().ok_or_else(malformed);
        let number: u8 = word()?.parse().map_err(|_| malformed())?;
        let (need, of) = word()?.split_once('/').ok_or_else(malformed)?;
        let need: u8 = need.parse().map_err(|_| malformed())?;
        let of: u8 = of.parse().map_err(|_| malformed())?;
        let whole = check_value(word()?).ok_or_else(malformed)?;
        let mut digits = Zeroizing::new(String::with_capacity(line.len()));
        words.for_each(|word| digits.push_str(word));
        let value = digits.get(..32).ok_or_else(malformed)?;
        let said = digits
            .get(32..)
            .and_then(check_value)
            .ok_or_else(malformed)?;
        let mut bytes = Zeroizing::new([0; 16]);
        hex::decode_to_slice(value, &mut *bytes).map_err(|_| malformed())?;
        if !sound(need, of) || !(1..=of).contains(&number) {
            return Err(malformed());
        }
        let component = Self {
            purpose,
            number,
            need,
            of,
            whole,
            origin: origin.to_owned(),
            value: Key16::new(*bytes),
        };
        if component.kcv() == said {
            Ok(component)
        } else {
            Err(ComponentError::CheckValue {
                origin: origin.to_owned(),
                said,
            })
        }
    }

    /// Seals the component under its holder's passphrase, as the bytes of a file.
    ///
    /// # Errors
    /// [`KeyError::PassphraseTooShort`], [`KeyError::NoRandom`].
    pub fn seal(&self, passphrase: &str) -> Result<Vec<u8>, KeyError> {
        sealed::check_new_passphrase(passphrase)?;
        let mut salt_and_nonce = [0; 40];
        random(&mut salt_and_nonce)?;
        let line = self.to_line();
        let mut room = Zeroizing::new(Vec::with_capacity(line.len() + sealed::TAG));
        room.extend_from_slice(line.as_bytes());
        let file = sealed::seal(
            &sealed::COMPONENT,
            room,
            passphrase,
            Cost::FULL,
            &salt_and_nonce,
        );
        Ok(file
            .expect("our own cost and a line's length are within the ciphers' limits")
            .file)
    }

    /// Whether the bytes of a file begin as a component's do, sealed or plain.
    #[must_use]
    pub fn is_one(file: &[u8]) -> bool {
        sealed::COMPONENT.is_it(file) || file.starts_with(WORD.as_bytes())
    }

    /// The component in the bytes of the file `name`, sealed or plain. `passphrase` is asked only if it is sealed.
    ///
    /// # Errors
    /// [`KeyError::Component`]; for a sealed file as a vault's, and whatever `passphrase` ends with.
    pub fn from_bytes<E: From<KeyError>>(
        file: &[u8],
        purpose: Purpose,
        name: &Path,
        passphrase: impl FnOnce() -> Result<Zeroizing<String>, E>,
    ) -> Result<Self, E> {
        let origin = name.display().to_string();
        let line;
        let text = if sealed::COMPONENT.is_it(file) {
            let opened = sealed::open(&sealed::COMPONENT, file, &passphrase()?);
            line = opened.map_err(|refusal| refusal.of(name))?.contents;
            &line[..]
        } else {
            file
        };
        let parsed = match std::str::from_utf8(text) {
            Ok(text) => Self::parse(text, purpose, &origin),
            Err(_) => Err(ComponentError::Malformed { origin }),
        };
        parsed.map_err(|error| KeyError::from(error).into())
    }

    /// Number and value, as `vsss-rs` has a share.
    fn share(&self) -> Vec<u8> {
        let mut share = Vec::with_capacity(17);
        share.push(self.number);
        share.extend_from_slice(self.value.as_bytes());
        share
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component")
            .field("purpose", &self.purpose)
            .field("number", &self.number)
            .field("need", &self.need)
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

/// A key that nobody has seen, in `of` components of which `need` (2 or more) give it. The key itself is forgotten.
///
/// # Errors
/// [`ComponentError::Numbers`] within [`KeyError::Component`]; [`KeyError::NoRandom`].
pub fn generate(purpose: Purpose, need: u8, of: u8) -> Result<Vec<Component>, KeyError> {
    let mut bytes = Zeroizing::new([0; 16]);
    random(&mut *bytes)?;
    split(purpose, &Key16::new(*bytes), need, of)
}

fn split(purpose: Purpose, key: &Key16, need: u8, of: u8) -> Result<Vec<Component>, KeyError> {
    let refused = || KeyError::from(ComponentError::Numbers { need, of });
    if !sound(need, of) {
        return Err(refused());
    }
    // The system gave random bytes a moment ago; a system that stops doing so is no place for keys.
    let rng = UnwrapErr(SysRng);
    let shares = Gf256::split_bytes(need.into(), of.into(), key.as_bytes(), rng);
    let shares = Zeroizing::new(shares.map_err(|_| refused())?);
    shares
        .iter()
        .map(|share| {
            let (number, value) = share.split_first().ok_or_else(refused)?;
            Ok(Component {
                purpose,
                number: *number,
                need,
                of,
                whole: kcv::aes_kcv(key.as_bytes()),
                origin: String::new(),
                value: Key16::from_slice(value).map_err(|_| refused())?,
            })
        })
        .collect()
}

/// The key for `purpose` that `components` give. With more of them than needed each is checked against the others.
///
/// # Errors
/// Which component is wrong, or what is missing: [`ComponentError`].
pub fn combine(purpose: Purpose, components: &[Component]) -> Result<Key16, ComponentError> {
    let Some(ceremony) = ceremony_of(components) else {
        return Err(ComponentError::TooFew { have: 0, need: 2 });
    };
    for (at, component) in components.iter().enumerate() {
        let origin = || component.origin.clone();
        if component.purpose != purpose {
            return Err(ComponentError::Purpose {
                origin: origin(),
                is: component.purpose,
                wanted: purpose,
            });
        }
        if ceremony_mark(component) != ceremony {
            return Err(ComponentError::OtherKey {
                origin: origin(),
                whole: component.whole,
                wanted: ceremony.2,
            });
        }
        let before = &components[..at];
        if let Some(twin) = before.iter().find(|other| other.number == component.number) {
            return Err(ComponentError::Twice {
                number: component.number,
                first: twin.origin.clone(),
                second: origin(),
            });
        }
    }
    let (need, _, whole) = ceremony;
    if components.len() < usize::from(need) {
        return Err(ComponentError::TooFew {
            have: components.len(),
            need,
        });
    }
    let good = subsets(components.len(), need.into()).find_map(|chosen| {
        let key = interpolate(chosen.iter().filter_map(|at| components.get(*at)))?;
        (kcv::aes_kcv(key.as_bytes()) == whole).then_some((chosen, key))
    });
    let Some((chosen, key)) = good else {
        let origins = components.iter().map(|component| component.origin.clone());
        return Err(ComponentError::NotTheKey {
            origins: origins.collect(),
            whole,
        });
    };
    // Whoever is not among the chosen must lie on the same polynomial: in another's place it gives the same key.
    for (at, component) in components.iter().enumerate() {
        if chosen.contains(&at) {
            continue;
        }
        let others = chosen.iter().skip(1).filter_map(|at| components.get(*at));
        let again = interpolate(others.chain([component]));
        if again.as_ref() != Some(&key) {
            return Err(ComponentError::Wrong {
                origin: component.origin.clone(),
                number: component.number,
            });
        }
    }
    Ok(key)
}

/// What all components of one key have in common.
fn ceremony_mark(component: &Component) -> (u8, u8, [u8; 3]) {
    (component.need, component.of, component.whole)
}

/// What most of them say: a stray one is then named, and not the others.
fn ceremony_of(components: &[Component]) -> Option<(u8, u8, [u8; 3])> {
    let marks = components.iter().map(ceremony_mark);
    let count = |mark| marks.clone().filter(|other| *other == mark).count();
    // The first of equals.
    marks.clone().rev().max_by_key(|mark| count(*mark))
}

fn interpolate<'c>(components: impl Iterator<Item = &'c Component>) -> Option<Key16> {
    let shares: Zeroizing<Vec<Vec<u8>>> =
        Zeroizing::new(components.map(Component::share).collect());
    let key = Zeroizing::new(Gf256::combine_bytes(&*shares).ok()?);
    Key16::from_slice(&key).ok()
}

/// Every choice of `size` out of the first `count` numbers.
fn subsets(count: usize, size: usize) -> impl Iterator<Item = Vec<usize>> {
    (0_u32..1 << count)
        .filter(move |bits| usize::try_from(bits.count_ones()) == Ok(size))
        .map(move |bits| (0..count).filter(|at| bits >> at & 1 == 1).collect())
}

fn sound(need: u8, of: u8) -> bool {
    (2..=of).contains(&need) && of <= MOST
}

fn check_value(text: &str) -> Option<[u8; 3]> {
    let mut value = [0; 3];
    hex::decode_to_slice(text, &mut value).ok()?;
    Some(value)
}
