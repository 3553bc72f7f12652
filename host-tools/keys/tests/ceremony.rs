//! From components to a vault, and roots on their way to another one.

use std::path::Path;

use card_crypto::{Key16, diversify};
use ssc_keys::component::{self, Purpose, combine};
use ssc_keys::{KeyError, KeyService, Vault, demo, roots, wrapped};
use test_vectors::VectorError;

fn kek() -> Key16 {
    let components = component::generate(Purpose::Kek, 2, 3).unwrap();
    combine(Purpose::Kek, &components[1..]).unwrap()
}

/// Catches: a root derived from another name, algorithm or version than it is kept under. openssl says what each is.
#[test]
fn a_ceremony_makes_every_root_from_its_master() -> Result<(), VectorError> {
    let mut seen = 0;
    for case in test_vectors::cases("generated/hierarchy")? {
        let master = Key16::new(case.array("master")?);
        let context = String::from_utf8(case.bytes("context")?.to_vec()).unwrap();
        let vault = Vault::from_master(&master);
        let Some((id, version, kind)) = vault
            .roots()
            .find(|(id, version, kind)| format!("{id} {kind} {version}") == context)
        else {
            continue;
        };
        // The vault shows no root, but wraps it.
        let kek = kek();
        let only = |a: &str, b, c| (a, b, c) == (id, version, kind);
        let (file, count) = wrapped::export(&vault, &kek, only).unwrap();
        assert_eq!(count, 1);
        let json: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let bytes = hex::decode(json["keys"][0]["wrapped"].as_str().unwrap()).unwrap();
        let root = wrapped::unwrap(&kek, &bytes.try_into().unwrap()).unwrap();
        assert_eq!(*root.as_bytes(), case.array("derived")?, "{context}");
        seen += 1;
    }
    assert_eq!(seen, 10);
    Ok(())
}

#[test]
fn the_same_components_make_the_same_vault_again() {
    let components = component::generate(Purpose::Master, 3, 5).unwrap();
    let vault = |chosen| Vault::from_master(&combine(Purpose::Master, chosen).unwrap());
    let (a, b) = (vault(&components[..3]), vault(&components[1..]));
    assert!(a.roots().eq(b.roots()));
    assert_eq!(a.roots().count(), roots::all().count());
    for (id, version, kind) in a.roots() {
        assert_eq!(
            a.kcv(id, version, kind).unwrap(),
            b.kcv(id, version, kind).unwrap()
        );
    }
    assert!(!a.is_demo());
}

/// Catches: the wrap's initial value, or its steps, done in another way than RFC 3394 and openssl do.
#[test]
fn key_wrap_is_rfc_3394s() -> Result<(), VectorError> {
    for file in ["published/key-wrap", "generated/wrapped-keys"] {
        for case in test_vectors::cases(file)? {
            let (kek, key) = (
                Key16::new(case.array("kek")?),
                Key16::new(case.array("key")?),
            );
            let bytes = case.array("wrapped")?;
            assert_eq!(wrapped::wrap(&kek, &key), bytes, "{}", case.origin());
            assert!(wrapped::unwrap(&kek, &bytes).unwrap() == key);
            let mut changed = bytes;
            changed[9] ^= 0x10;
            assert!(wrapped::unwrap(&kek, &changed).is_none());
        }
    }
    Ok(())
}

#[test]
fn what_was_exported_is_imported_whole() {
    let (vault, kek) = (demo::build(), kek());
    let (file, count) = wrapped::export(&vault, &kek, |_, _, _| true).unwrap();
    assert_eq!(count, roots::all().count());
    let text = String::from_utf8(file.clone()).unwrap();
    for (id, version, kind) in roots::all() {
        let plain = hex::encode_upper(demo::root(id, version, kind).as_bytes());
        assert!(!text.contains(&plain), "{id}");
    }
    let imported = wrapped::import(&file, &kek, Path::new("roots")).unwrap();
    assert!(imported.is_demo(), "published keys stay published");
    assert!(imported.roots().eq(vault.roots()));
    for (id, version, kind) in roots::all() {
        assert_eq!(
            imported.kcv(id, version, kind).unwrap(),
            vault.kcv(id, version, kind).unwrap()
        );
    }
    assert_eq!(
        wrapped::export(&vault, &kek, |_, _, _| false)
            .unwrap_err()
            .to_string(),
        "no root key of the vault has such a name; `ssc keys show` lists them"
    );
}

/// Every byte counts: names, versions and check values too, not only the wrapped keys.
#[test]
fn a_changed_export_is_refused() {
    let (vault, key) = (demo::build(), kek());
    let only = |id: &str, _, _| id == "DF07/RK1" || id == "ISD/SCP03";
    let (file, count) = wrapped::export(&vault, &key, only).unwrap();
    assert_eq!(count, 7);
    let import = |bytes: &[u8]| wrapped::import(bytes, &key, Path::new("roots"));
    let same = |vault: &Vault| {
        vault
            .roots()
            .map(|(id, version, kind)| {
                (
                    id.to_owned(),
                    version,
                    kind,
                    vault.kcv(id, version, kind).unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    let right = same(&import(&file).unwrap());
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        if let Ok(vault) = import(&changed) {
            // White space, or a letter's case in a MAC: nothing that says something.
            assert!(
                same(&vault) == right && (file[at].is_ascii_whitespace()),
                "{at}"
            );
        }
    }
    let json: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let mut swapped = json.clone();
    swapped["keys"][0]["wrapped"] = json["keys"][1]["wrapped"].clone();
    swapped["keys"][0]["kcv"] = json["keys"][1]["kcv"].clone();
    assert!(matches!(
        import(swapped.to_string().as_bytes()),
        Err(KeyError::Damaged { .. })
    ));
    let mut secret = json.clone();
    secret["demo"] = false.into();
    assert!(matches!(
        import(secret.to_string().as_bytes()),
        Err(KeyError::Damaged { .. })
    ));
    let mut short = json.clone();
    short["keys"].as_array_mut().unwrap().pop();
    assert!(matches!(
        import(short.to_string().as_bytes()),
        Err(KeyError::Damaged { .. })
    ));
    let other = wrapped::import(&file, &kek(), Path::new("roots"));
    assert!(matches!(other, Err(KeyError::OtherKek { .. })));
    for none in [&b""[..], b"{}", b"SSCVAULT"] {
        assert!(matches!(import(none), Err(KeyError::NotWrapped { .. })));
    }
    assert_eq!(wrapped::inspect(&file).unwrap().1, 7);
    let mac_key = diversify::export_mac_key(key.as_bytes());
    assert!(mac_key != key, "the MAC has a key of its own");
}
