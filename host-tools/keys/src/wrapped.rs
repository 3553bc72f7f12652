//! Roots on their way to another keeper of keys: each wrapped (RFC 3394) under a key that travels in components.
//!
//! The file is JSON (**P**): the check value of the wrapping key (KEK), for each root its name, algorithm, version, check value
//! and 24 wrapped bytes, and an AES-CMAC under a key derived from the KEK
//! ([`diversify::export_mac_key`]) over the line `demo true` or
//! `demo false` and one line `name algorithm version kcv wrapped` each.
//! Key wrap protects each key but not what it is called; the MAC sees to it that none takes another's place.

use std::path::Path;

use aes_kw::{KeyInit as _, KwAes128};
use card_crypto::{Key16, Software, diversify, kcv, mac};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::roots::Roots;
use crate::{KeyError, KeyService as _, RootKind, Vault};

/// What the file says of itself.
const FORMAT: &str = "ssc-wrapped-roots 1";

/// A file of wrapped roots.
#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    kek_kcv: String,
    /// Whether the keys are published: they stay so wherever they go.
    demo: bool,
    keys: Vec<Wrapped>,
    mac: String,
}

/// One root.
#[derive(Serialize, Deserialize)]
struct Wrapped {
    name: String,
    algorithm: RootKind,
    version: u8,
    kcv: String,
    wrapped: String,
}

/// `key` wrapped under `kek` as RFC 3394 has it: 24 bytes.
///
/// # Panics
/// Never: 16 bytes always fit.
#[must_use]
pub fn wrap(kek: &Key16, key: &Key16) -> [u8; 24] {
    let mut out = [0; 24];
    KwAes128::new(kek.as_bytes().into())
        .wrap_key(key.as_bytes(), &mut out)
        .expect("24 bytes for a key of 16");
    out
}

/// The key in 24 bytes that were wrapped under `kek`; `None` if they were not, or were changed.
#[must_use]
pub fn unwrap(kek: &Key16, wrapped: &[u8; 24]) -> Option<Key16> {
    let mut out = Zeroizing::new([0; 16]);
    KwAes128::new(kek.as_bytes().into())
        .unwrap_key(wrapped, &mut *out)
        .ok()?;
    Some(Key16::new(*out))
}

/// The roots of `vault` that `chosen` is true for (name, version, kind), wrapped under `kek`: a file's bytes, and how many roots
/// are in it.
///
/// # Errors
/// [`KeyError::MissingRoot`] never; [`KeyError::NothingToExport`] if none was chosen.
pub fn export(
    vault: &Vault,
    kek: &Key16,
    chosen: impl Fn(&str, u8, RootKind) -> bool,
) -> Result<(Vec<u8>, usize), KeyError> {
    let mut keys = Vec::new();
    for (name, version, algorithm) in vault.roots() {
        if chosen(name, version, algorithm) {
            let key = vault.root(name, version, algorithm)?;
            keys.push(Wrapped {
                name: name.to_owned(),
                algorithm,
                version,
                kcv: hex::encode_upper(vault.kcv(name, version, algorithm)?),
                wrapped: hex::encode_upper(wrap(kek, key)),
            });
        }
    }
    if keys.is_empty() {
        return Err(KeyError::NothingToExport);
    }
    let count = keys.len();
    let file = File {
        format: FORMAT.to_owned(),
        kek_kcv: hex::encode_upper(kcv::aes_kcv(kek.as_bytes())),
        demo: vault.is_demo(),
        mac: hex::encode_upper(mac_of(kek, vault.is_demo(), &keys)),
        keys,
    };
    let mut json = serde_json::to_vec_pretty(&file).expect("names and numbers have a JSON form");
    json.push(b'\n');
    Ok((json, count))
}

/// A vault of the roots in `file`, in memory; `name` is for messages.
///
/// # Errors
/// [`KeyError::NotWrapped`]; [`KeyError::OtherKek`] if they were wrapped under another key; [`KeyError::Damaged`] if anything
/// was changed.
pub fn import(file: &[u8], kek: &Key16, name: &Path) -> Result<Vault, KeyError> {
    let path = || name.to_owned();
    let damaged = || KeyError::Damaged { path: path() };
    let file: File = serde_json::from_slice(file)
        .ok()
        .filter(|file: &File| file.format == FORMAT)
        .ok_or_else(|| KeyError::NotWrapped { path: path() })?;
    let kcv = hex::encode_upper(kcv::aes_kcv(kek.as_bytes()));
    if file.kek_kcv != kcv {
        return Err(KeyError::OtherKek {
            path: path(),
            wanted: file.kek_kcv.chars().take(6).collect(),
            kcv,
        });
    }
    let mut mac = [0; 16];
    hex::decode_to_slice(&file.mac, &mut mac).map_err(|_| damaged())?;
    if !bool::from(mac.ct_eq(&mac_of(kek, file.demo, &file.keys))) {
        return Err(damaged());
    }
    let mut roots = Roots::new();
    for key in file.keys {
        let mut bytes = [0; 24];
        hex::decode_to_slice(&key.wrapped, &mut bytes).map_err(|_| damaged())?;
        let root = unwrap(kek, &bytes).ok_or_else(damaged)?;
        let possible = key.algorithm.versions().contains(&key.version);
        let place = (key.name, key.algorithm, key.version);
        if !possible || roots.insert(place, root).is_some() {
            return Err(damaged());
        }
    }
    Ok(if file.demo {
        Vault::demonstration(roots)
    } else {
        Vault::of(roots)
    })
}

/// Check value of the key that a file of wrapped roots was wrapped under, and how many there are; `None` if it is none.
#[must_use]
pub fn inspect(file: &[u8]) -> Option<(String, usize)> {
    let file: File = serde_json::from_slice(file).ok()?;
    (file.format == FORMAT).then_some((file.kek_kcv, file.keys.len()))
}

fn mac_of(kek: &Key16, demo: bool, keys: &[Wrapped]) -> [u8; 16] {
    let mut cmac =
        mac::AesCmac::<Software>::new(diversify::export_mac_key(kek.as_bytes()).as_bytes());
    cmac.update(format!("demo {demo}\n").as_bytes());
    for key in keys {
        let (name, algorithm, version) = (&key.name, key.algorithm, key.version);
        let line = format!("{name} {algorithm} {version} {} {}\n", key.kcv, key.wrapped);
        cmac.update(line.as_bytes());
    }
    cmac.finish()
}
