//! SM4 in a token. PKCS#11 defines no mechanism for it, so makers have numbers of their own: a configuration file names them.
//!
//! ```toml
//! [sm4]
//! key_type = 0x80000101   # CKK_… of the maker's SM4 keys
//! ecb = 0x80000102        # CKM_…: enciphers blocks, without a parameter
//! derive = 0x80000103     # CKM_…: a key that is the encipherment of data (CK_KEY_DERIVATION_STRING_DATA)
//! ```
//!
//! Numbers that are not SM4's would make cards that no terminal knows, so the token must give the standard's own example (GB/T 32907-2016,
//! A.1) before any of them is used. No token with SM4 was at hand: what has run is all up to that check, against SoftHSM, whose AES it turns
//! away.

use std::path::{Path, PathBuf};

use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use serde::Deserialize;

use super::mechanism::numbered;
use super::{Hsm, HsmError, module};

/// Key and plain text of the standard's first example.
const EXAMPLE: [u8; 16] = 0x0123_4567_89AB_CDEF_FEDC_BA98_7654_3210_u128.to_be_bytes();
/// Its cipher text.
const ENCIPHERED: [u8; 16] = 0x681E_DF34_D206_965E_86B3_E94F_536E_4246_u128.to_be_bytes();

/// What a configuration file says of the tokens of one maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HsmConfig {
    /// How its tokens do SM4; without it they do not.
    pub sm4: Option<Sm4Mechanisms>,
}

/// The numbers of one maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sm4Mechanisms {
    /// Type of the key objects.
    pub key_type: u32,
    /// Enciphers blocks.
    pub ecb: u32,
    /// Makes a key that is the encipherment of data.
    pub derive: u32,
}

impl HsmConfig {
    /// Reads the file `path`.
    ///
    /// # Errors
    /// [`HsmError::Config`]: it cannot be read, or is no such file; the message says where.
    pub fn read(path: &Path) -> Result<Self, HsmError> {
        let wrong = |detail: String| HsmError::Config {
            path: PathBuf::from(path),
            detail,
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        toml::from_str(&text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))
    }
}

impl Sm4Mechanisms {
    pub(super) fn key_type(self) -> Option<KeyType> {
        KeyType::try_from(std::ffi::c_ulong::from(self.key_type)).ok()
    }

    fn types(self) -> [MechanismType; 2] {
        [self.ecb, self.derive].map(numbered)
    }

    pub(super) fn ecb(self) -> Mechanism<'static> {
        let ecb = VendorDefinedMechanism::new::<()>(numbered(self.ecb), None);
        Mechanism::VendorDefined(ecb)
    }
}

impl Hsm {
    /// The same token, whose SM4 has these numbers.
    ///
    /// # Errors
    /// [`HsmError::NotSm4`] where the token does not have them, or computes anything else than SM4 with them.
    pub fn with_sm4(mut self, sm4: Sm4Mechanisms) -> Result<Self, HsmError> {
        let context = module::loaded(&self.module)?;
        let not_sm4 = |detail: String| HsmError::NotSm4 {
            token: self.label.clone(),
            detail,
        };
        for mechanism in sm4.types() {
            if context.get_mechanism_info(self.slot, mechanism).is_err() {
                return Err(not_sm4(format!("it has no mechanism {:#010X}", *mechanism)));
            }
        }
        let key_type = sm4
            .key_type()
            .ok_or_else(|| not_sm4(format!("key type {:#010X}", sm4.key_type)))?;
        match self.example(key_type, sm4) {
            Ok(enciphered) if enciphered == ENCIPHERED => {}
            Ok(_) => return Err(not_sm4("the example of GB/T 32907 differs".into())),
            Err(error) => return Err(not_sm4(error.to_string())),
        }
        self.sm4 = Some(sm4);
        Ok(self)
    }

    /// The standard's example, with a published key that lives as long as this takes.
    fn example(&self, key_type: KeyType, sm4: Sm4Mechanisms) -> Result<Vec<u8>, HsmError> {
        let key = self.session.create_object(&[
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(key_type),
            Attribute::Token(false),
            Attribute::Encrypt(true),
            Attribute::Value(EXAMPLE.to_vec()),
        ]);
        let key = key.map_err(|error| self.refused(error))?;
        let enciphered = self.session.encrypt(&sm4.ecb(), key, &EXAMPLE);
        let _ = self.session.destroy_object(key);
        enciphered.map_err(|error| self.refused(error))
    }
}

#[cfg(test)]
mod tests {
    use card_crypto::Algorithm;
    use card_crypto::diversify::{card_key, diversify};
    use ssc_harness::softhsm::{PIN, SoftHsm};

    use super::super::{CardKeyName, TokenChoice};
    use super::*;
    use crate::RootKind;

    const MODULE: &str = "SSC_TEST_PKCS11_MODULE";
    /// The numbers of AES in PKCS#11 itself: a cipher of the same block.
    const AES: Sm4Mechanisms = Sm4Mechanisms {
        key_type: 0x1F,
        ecb: 0x1081,
        derive: 0x1104,
    };
    /// Those of two-key triple DES, whose keys have 16 bytes and no choice of length, as SM4's: the same calls.
    const TRIPLE_DES: Sm4Mechanisms = Sm4Mechanisms {
        key_type: 0x14,
        ecb: 0x132,
        derive: 0x1102,
    };

    /// SoftHSM finds its tokens by an environment variable, so a child of this process asks it.
    #[test]
    fn numbers_of_another_cipher_are_found_out_and_the_calls_are_right() {
        let folder = tempfile::tempdir().unwrap();
        let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
        softhsm.token("maker").unwrap();
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args([
            "--ignored",
            "--exact",
            "hsm::sm4::tests::with_others_for_sm4",
        ]);
        command.env(MODULE, softhsm.module());
        let done = softhsm.client(&mut command).output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "run by numbers_of_another_cipher_are_found_out_and_the_calls_are_right"]
    fn with_others_for_sm4() {
        let module = std::env::var_os(MODULE).expect("run by the test above");
        let open = || {
            let label = TokenChoice::Label("maker".into());
            Hsm::open(module.as_ref(), &label, PIN).unwrap()
        };
        let refused = open().with_sm4(AES).unwrap_err();
        assert!(matches!(&refused, HsmError::NotSm4 { .. }), "{refused}");
        assert!(
            refused.to_string().contains("GB/T 32907 differs"),
            "{refused}"
        );
        let missing = Sm4Mechanisms {
            derive: 0x8000_0103,
            ..AES
        };
        let refused = open().with_sm4(missing).unwrap_err();
        assert!(refused.to_string().contains("0x80000103"), "{refused}");
        // Past the check the calls are those of any maker's numbers: root, province, city, card.
        let mut hsm = open();
        hsm.sm4 = Some(TRIPLE_DES);
        let root = [0x5B; 16];
        let made = hsm.session.create_object(&[
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::DES2),
            Attribute::Label(b"SSSE/RK/1".to_vec()),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Derive(true),
            Attribute::Encrypt(false),
            Attribute::Value(root.to_vec()),
        ]);
        made.unwrap();
        let of = CardKeyName {
            id: "SSSE/RK",
            version: 1,
            region: *b"110105",
            card_factor: [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01],
        };
        let city = hsm.giver(RootKind::Sm4, &of).unwrap();
        let given = hsm.given(RootKind::Sm4, city, &of.card_factor).unwrap();
        assert!(given == card_key(Algorithm::TripleDes, &root, &of.region, &of.card_factor));
    }

    /// The example is the standard's, not a mistake of this file: this project's SM4, which other programs have checked, agrees.
    #[test]
    fn the_example_is_sm4() {
        let [a, b, c, d, e, f, g, h, ..] = EXAMPLE;
        let key = diversify(Algorithm::Sm4, &EXAMPLE, &[a, b, c, d, e, f, g, h]);
        // Its second half is the first one's complement.
        assert_eq!(key.as_bytes(), &ENCIPHERED);
    }
}
