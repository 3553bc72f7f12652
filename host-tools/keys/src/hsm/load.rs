//! Roots of a vault into a token, and which a token holds.

use card_crypto::diversify::card_key;
use card_crypto::mac::aes_cmac;
use card_crypto::session::{cryptogram, session_key};
use card_crypto::{Algorithm, Factor};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use zeroize::Zeroize;

use super::{CardKeyName, DEMO_MARK, Hsm, HsmError, Sm4Mechanisms};
use crate::{KeyService, RootKind, Vault};

/// A root in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HsmKey {
    /// Its name in a vault, such as `SSSE/RK`.
    pub id: String,
    /// Its version, 1 to 3.
    pub version: u8,
    /// 3DES or AES.
    pub kind: RootKind,
    /// Its check value, where the token tells it.
    pub kcv: Option<[u8; 3]>,
}

/// What became of a vault's roots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Put into the token now, and seen to compute as the vault does.
    pub new: Vec<HsmKey>,
    /// There already, and the same.
    pub same: usize,
    /// SM4 roots, and AES roots where the token has no AES-CMAC, which stay in the vault: names and kinds.
    pub left_out: Vec<(String, u8, RootKind)>,
}

/// Label of a root: `SSSE/RK/1`.
fn label(id: &str, version: u8) -> Vec<u8> {
    format!("{id}/{version}").into_bytes()
}

fn with_label(id: &str, version: u8, key_type: KeyType) -> [Attribute; 3] {
    [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(key_type),
        Attribute::Label(label(id, version)),
    ]
}

impl Hsm {
    /// The type of the objects of this kind.
    ///
    /// # Errors
    /// [`HsmError::NoSm4`].
    pub(super) fn key_type(&self, kind: RootKind) -> Result<KeyType, HsmError> {
        let sm4 = || self.sm4.and_then(Sm4Mechanisms::key_type);
        match kind {
            RootKind::TripleDes => Ok(KeyType::DES2),
            RootKind::Aes => Ok(KeyType::AES),
            RootKind::Sm4 => sm4().ok_or_else(|| HsmError::NoSm4 {
                token: self.label.clone(),
            }),
        }
    }

    /// The root `id` in `version`.
    pub(super) fn root(
        &self,
        id: &str,
        version: u8,
        kind: RootKind,
    ) -> Result<ObjectHandle, HsmError> {
        let key_type = self.key_type(kind)?;
        match self.find(&with_label(id, version, key_type))?[..] {
            [root] => {
                if let Some(trail) = &self.trail {
                    trail.used(id, version, kind, || self.kcv(root, kind));
                }
                Ok(root)
            }
            [] => Err(HsmError::MissingKey {
                token: self.label.clone(),
                id: id.into(),
                version,
            }),
            // Which of them is right nobody could tell.
            _ => Err(HsmError::Ambiguous {
                token: self.label.clone(),
                id: id.into(),
                version,
            }),
        }
    }

    /// A root's check value, where the token tells it. That of an AES key is over zeros in PKCS#11 and over ones in GlobalPlatform, as
    /// a vault shows it: nobody could compare them, so none is told.
    fn kcv(&self, root: ObjectHandle, kind: RootKind) -> Option<[u8; 3]> {
        if kind == RootKind::Aes {
            return None;
        }
        let wanted = [AttributeType::CheckValue];
        let found = self.session.get_attributes(root, &wanted).ok()?;
        found.iter().find_map(|attribute| match attribute {
            Attribute::CheckValue(value) => value.first_chunk().copied(),
            _ => None,
        })
    }

    /// The roots that the token holds, by name and version.
    ///
    /// # Errors
    /// The token does not answer.
    pub fn keys(&self) -> Result<Vec<HsmKey>, HsmError> {
        let mut keys = Vec::new();
        let sm4 = self.sm4.map(|_| RootKind::Sm4);
        for kind in [RootKind::TripleDes, RootKind::Aes].into_iter().chain(sm4) {
            self.keys_of(kind, &mut keys)?;
        }
        keys.sort_by(|one, other| {
            (&one.id, one.kind, one.version).cmp(&(&other.id, other.kind, other.version))
        });
        Ok(keys)
    }

    fn keys_of(&self, kind: RootKind, keys: &mut Vec<HsmKey>) -> Result<(), HsmError> {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::Token(true),
            Attribute::KeyType(self.key_type(kind)?),
        ];
        for root in self.find(&template)? {
            let wanted = [AttributeType::Label, AttributeType::CheckValue];
            let found = self
                .session
                .get_attributes(root, &wanted)
                .map_err(|error| self.refused(error))?;
            let mut name = None;
            let mut kcv = None;
            for attribute in found {
                match attribute {
                    Attribute::Label(label) => name = String::from_utf8(label).ok(),
                    Attribute::CheckValue(value) if kind != RootKind::Aes => {
                        kcv = value.first_chunk().copied();
                    }
                    _ => {}
                }
            }
            let name = name.as_deref().and_then(|name| name.rsplit_once('/'));
            if let Some((id, version)) = name
                && let Ok(version) = version.parse()
            {
                keys.push(HsmKey {
                    id: id.into(),
                    version,
                    kind,
                    kcv,
                });
            }
        }
        Ok(())
    }

    /// Puts the 3DES and AES roots of `vault` into the token, where they can be used and not read. One that is there already must be the same.
    /// Each is compared by what it computes for a card that does not exist.
    ///
    /// # Errors
    /// [`HsmError::Other`] where another root has that name; nothing is replaced. The token refuses. What was put in before stays:
    /// the same command goes on where this one ended.
    pub fn load(&mut self, vault: &Vault) -> Result<Loaded, HsmError> {
        let mut loaded = Loaded::default();
        if !self.keys()?.is_empty() && self.demo != vault.is_demo() {
            return Err(HsmError::Mixed {
                token: self.label.clone(),
            });
        }
        if vault.is_demo() && !self.demo {
            let mark = self.session.create_object(&[
                Attribute::Class(ObjectClass::DATA),
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Label(DEMO_MARK.to_vec()),
            ]);
            mark.map_err(|error| self.refused(error))?;
            self.demo = true;
        }
        for (id, version, kind) in vault.roots() {
            let Some(key_type) = self.place_for(kind) else {
                loaded.left_out.push((id.into(), version, kind));
                continue;
            };
            if self.find(&with_label(id, version, key_type))?.is_empty() {
                self.create(vault, id, version, kind, key_type)?;
                self.compare(vault, id, version, kind)?;
                loaded.new.push(HsmKey {
                    id: id.into(),
                    version,
                    kind,
                    kcv: vault.kcv(id, version, kind).ok(),
                });
            } else {
                self.compare(vault, id, version, kind)?;
                loaded.same += 1;
            }
        }
        Ok(loaded)
    }

    /// The type of object that a root of this kind becomes in this token.
    fn place_for(&self, kind: RootKind) -> Option<KeyType> {
        let key_type = self.key_type(kind).ok();
        key_type.filter(|_| kind != RootKind::Aes || self.has_cmac())
    }

    fn create(
        &self,
        vault: &Vault,
        id: &str,
        version: u8,
        kind: RootKind,
        key_type: KeyType,
    ) -> Result<(), HsmError> {
        let key = vault.root(id, version, kind)?;
        let des = kind == RootKind::TripleDes;
        // Tokens may insist on odd parity, which the cipher ignores.
        let odd = |byte: u8| (byte & 0xFE) | u8::from((byte >> 1).count_ones().is_multiple_of(2));
        let value = key.as_bytes().iter();
        let value: Vec<u8> = value
            .map(|&byte| if des { odd(byte) } else { byte })
            .collect();
        let mut template = vec![
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(key_type),
            Attribute::Label(label(id, version)),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Modifiable(false),
            Attribute::Derive(kind != RootKind::Aes),
            // An encipherment of a factor under a root is the key below it.
            Attribute::Encrypt(false),
            Attribute::Decrypt(false),
            // The issuer's keys of a card are AES-CMACs under their root.
            Attribute::Sign(kind == RootKind::Aes),
            Attribute::Verify(false),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
            Attribute::Value(value),
        ];
        let made = self.session.create_object(&template);
        for attribute in &mut template {
            if let Attribute::Value(value) = attribute {
                value.zeroize();
            }
        }
        made.map(drop).map_err(|error| self.refused(error))
    }

    /// Whether token and vault compute alike.
    fn compare(
        &self,
        vault: &Vault,
        id: &str,
        version: u8,
        kind: RootKind,
    ) -> Result<(), HsmError> {
        let root = vault.root(id, version, kind)?;
        let alike = |alike| match alike {
            true => Ok(()),
            false => Err(self.other(id, version)),
        };
        if kind == RootKind::Aes {
            let message = b"compared by value";
            let computed = self.cmac(self.root(id, version, kind)?, message)?;
            return alike(computed == aes_cmac(root.as_bytes(), &[message]));
        }
        let of = CardKeyName {
            id,
            version,
            region: *b"000000",
            card_factor: [0; 8],
        };
        if kind == RootKind::Sm4 {
            let city = self.giver(kind, &of)?;
            let given = self.given(kind, city, &of.card_factor);
            let _ = self.session.destroy_object(city);
            let key = card_key(Algorithm::Sm4, root.as_bytes(), &of.region, &of.card_factor);
            return alike(given? == key);
        }
        let (factor, source) = (*b"COMPARED", *b"BY VALUE");
        let algorithm = Algorithm::TripleDes;
        // Not as a card's key: the vault would count a card.
        let key = card_key(algorithm, root.as_bytes(), &of.region, &of.card_factor);
        let session = session_key(algorithm, key.as_bytes(), &Factor::new(&factor));
        let computed = self.block(&self.session_key(&of, &factor)?, &source)?;
        alike(computed == cryptogram(&session, &source))
    }

    fn other(&self, id: &str, version: u8) -> HsmError {
        HsmError::Other {
            token: self.label.clone(),
            id: id.into(),
            version,
        }
    }
}
