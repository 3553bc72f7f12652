//! What must not be found: the card's keys, their halves, session keys and PINs.

use apdu_specs::Generation;
use apdu_specs::applications::ssc::DIRECTORIES;
use card_crypto::Algorithm;
use ssc_keys::{KeyService, Vault};

use crate::Failure;
use crate::rig::Rig;
use ssc_scenarios::issued::REGION;

/// Byte strings with their names.
pub struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    /// All keys of the card that `vault` makes.
    pub fn of(vault: &Vault, generation: Generation) -> Result<Self, Failure> {
        let (factor, mut secrets) = (Rig::card_factor(), Self(Vec::new()));
        let algorithm = match generation {
            Generation::V3 => Algorithm::Sm4,
            _ => Algorithm::TripleDes,
        };
        for row in DIRECTORIES.iter().flat_map(|directory| directory.keys) {
            for version in 1..=3 {
                let key = vault.card_key(row.vault_id, version, algorithm, &REGION, &factor)?;
                secrets.add(&format!("{} {version}", row.vault_id), key.as_bytes());
            }
        }
        let domain = vault.issuer_keys(&factor)?;
        for (name, key) in [
            ("ENC", domain.enc),
            ("MAC", domain.mac),
            ("DEK", domain.dek),
        ] {
            secrets.add(name, key.as_bytes());
        }
        Ok(secrets)
    }

    /// Adds a secret; of 16 bytes each half counts too.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        for (at, half) in bytes.chunks(8).enumerate() {
            let name = if bytes.len() > 8 {
                format!("{name}, half {}", at + 1)
            } else {
                name.into()
            };
            self.0.push((name, half.to_vec()));
        }
    }

    /// Adds a PIN's packed digits.
    pub fn pin(&mut self, digits: &str) -> Result<(), Failure> {
        self.0.push((format!("PIN {digits}"), hex::decode(digits)?));
        Ok(())
    }

    /// Those that are there, with where they are.
    pub fn found_in(&self, ram: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (name, secret) in &self.0 {
            // A processor of this kind may keep words the other way about.
            let mut turned = secret.clone();
            turned.reverse();
            for (at, window) in ram.windows(secret.len()).enumerate() {
                if window == secret || (secret.len() > 3 && window == turned) {
                    found.push(format!("{name}, {}", super::place(at)));
                }
            }
        }
        found
    }
}
