//! What a listener must not find: keys, PIN, roots, and what a person's row says.

use apdu_specs::Generation;
use apdu_specs::applications::{certificates, psam, ssc};
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::Algorithm;
use ssc_harness::listener::Heard;
use ssc_keys::{KeyService, RootKind, Vault, roots};

/// The batch: one person, whose values are long enough to stand nowhere by chance.
pub const BATCH: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,AAZ500,birthplace,category,institution,issue_date,valid_to,pin\n\
                         110105199003079978,欧阳晓明,1,01,19900307,110000,A00000011,110105,1,123456789012,20250601,20350601,8361927450\n";
pub const REGION: &[u8; 6] = b"110000";
/// By name, the bytes that give it away.
pub type Secrets = Vec<(String, Vec<u8>)>;

/// What the row says, as files and groupings have it.
pub fn person() -> Secrets {
    [
        // printf 欧阳晓明 | iconv -t GB18030 | xxd -p
        ("name", hex::decode("c5b7d1f4cffec3f7").unwrap()),
        ("name in UTF-8", "欧阳晓明".into()),
        ("number", "110105199003079978".into()),
        ("card number", "A00000011".into()),
        ("institution", hex::decode("123456789012").unwrap()),
        ("PIN", hex::decode("8361927450").unwrap()),
        ("PIN in characters", "8361927450".into()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .into()
}

/// What the certificate environment may hold of the PIN: the hash of its characters, or of its digits packed.
pub fn pin_hashes() -> Secrets {
    [&b"8361927450"[..], &[0x83, 0x61, 0x92, 0x74, 0x50]]
        .map(|pin| {
            (
                "hash of the PIN".to_owned(),
                card_crypto::sm3::pin_key(pin).as_bytes().to_vec(),
            )
        })
        .into()
}

/// Every key of the card, the issuer's and initial ones too.
pub fn of_card(vault: &Vault, generation: Generation, factor: &[u8; 8]) -> Secrets {
    let algorithm = match generation {
        Generation::V3 => Algorithm::Sm4,
        _ => Algorithm::TripleDes,
    };
    let certificates = certificates::DIRECTORIES
        .iter()
        .copied()
        .filter(|_| generation == Generation::V3);
    let mut keys: Secrets = ssc::directories(generation)
        .chain(certificates)
        .flat_map(|directory| directory.keys_of(generation))
        .map(|key| {
            let made = vault.card_key(key.vault_id, FIRST_KEY_VERSION, algorithm, REGION, factor);
            (key.vault_id.to_owned(), made.unwrap().as_bytes().to_vec())
        })
        .collect();
    keys.extend(domain_keys(vault, factor));
    keys
}

/// Every master key of a PSAM: roots, and keys of the province.
pub fn of_psam(vault: &Vault, factor: &[u8; 8]) -> Secrets {
    let mut keys = Secrets::new();
    for algorithm in [Algorithm::TripleDes, Algorithm::Sm4] {
        for key in psam::keys() {
            let levels = key.sam_use >> 5;
            let made = vault.sam_key(key.vault_id, FIRST_KEY_VERSION, algorithm, REGION, levels);
            keys.push((
                format!("{} {}", key.vault_id, RootKind::from(algorithm)),
                made.unwrap().as_bytes().to_vec(),
            ));
        }
    }
    keys.extend(domain_keys(vault, factor));
    keys
}

/// The issuer's keys: what every card gets. (A chip's initial keys are read only where they were put.)
fn domain_keys(vault: &Vault, factor: &[u8; 8]) -> Secrets {
    let set = vault.issuer_keys(factor).unwrap();
    [("ENC", set.enc), ("MAC", set.mac), ("DEK", set.dek)]
        .map(|(name, key)| (format!("issuer's {name}"), key.as_bytes().to_vec()))
        .into()
}

/// A chip's initial keys.
pub fn initial(vault: &Vault, factor: &[u8; 8]) -> Secrets {
    let set = vault.initial_keys(factor).unwrap();
    [("ENC", set.enc), ("MAC", set.mac), ("DEK", set.dek)]
        .map(|(name, key)| (format!("initial {name}"), key.as_bytes().to_vec()))
        .into()
}

/// Every root of the vault (it cannot be asked for them: the master says what they are).
pub fn roots_of(master: &[u8; 16]) -> Secrets {
    roots::all()
        .map(|(id, version, kind)| {
            let root = card_crypto::diversify::root_key(master, id, &kind.to_string(), version);
            (
                format!("root {id} {kind} {version}"),
                root.as_bytes().to_vec(),
            )
        })
        .collect()
}

/// Names of those that the listener can read.
pub fn found(heard: &Heard, secrets: &Secrets) -> Vec<String> {
    secrets
        .iter()
        .filter(|(_, bytes)| heard.has(bytes))
        .map(|(name, _)| name.clone())
        .collect()
}
