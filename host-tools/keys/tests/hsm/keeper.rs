//! A token as the keeper of a bureau's master keys: what it gives is what the vault gives, and the masters stay inside.

use std::sync::Barrier;

use card_crypto::{Algorithm, Key16};
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use ssc_keys::hsm::{HsmError, HsmKeys};
use ssc_keys::{DataKey, KeyError, KeyService as _, RootKind, Vault, roots};

use super::{module, open};

const CARDS: [[u8; 8]; 2] = [
    [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01],
    [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x02],
];

/// Two keys are the same for 3DES: a token may set the parity of what it keeps, and gives what it computes.
fn same(one: &Key16, other: &Key16) -> bool {
    one.as_bytes() == other.as_bytes()
}

#[test]
#[ignore = "run by in_softhsm"]
fn what_it_gives_is_what_the_vault_gives() {
    let vault = Vault::generate(roots::all()).unwrap();
    let mut hsm = open("keeper").unwrap();
    let loaded = hsm.load(&vault).unwrap();
    assert!(
        loaded
            .left_out
            .iter()
            .all(|(_, _, kind)| *kind == RootKind::Sm4)
    );
    let aes = loaded.new.iter().filter(|key| key.kind == RootKind::Aes);
    assert_eq!(aes.count(), 2);
    let keys = HsmKeys::new(hsm);
    assert!(!keys.is_demo());
    for card in &CARDS {
        for (id, version, kind) in roots::all().filter(|(_, _, kind)| *kind == RootKind::TripleDes)
        {
            for region in [b"110105", b"440300"] {
                let of = |keys: &dyn ssc_keys::KeyService| {
                    keys.card_key(id, version, Algorithm::TripleDes, region, card)
                };
                assert!(
                    same(&of(&keys).unwrap(), &of(&vault).unwrap()),
                    "{id} {version} {kind}"
                );
            }
        }
        assert!(keys.issuer_keys(card).unwrap() == vault.issuer_keys(card).unwrap());
        assert!(keys.initial_keys(card).unwrap() == vault.initial_keys(card).unwrap());
    }
    // What one sealed the other opens.
    let made = DataKey::new(&keys).unwrap();
    assert_eq!(
        DataKey::open(made.wrapped(), &vault).unwrap().bytes(),
        made.bytes()
    );
    let made = DataKey::new(&vault).unwrap();
    assert_eq!(
        DataKey::open(made.wrapped(), &keys).unwrap().bytes(),
        made.bytes()
    );
    let sm4 = |keys: &HsmKeys| keys.card_key("SSSE/RK", 1, Algorithm::Sm4, b"110105", &CARDS[0]);
    assert!(matches!(
        sm4(&keys),
        Err(KeyError::Hsm(error)) if matches!(*error, HsmError::NoSm4 { .. })
    ));
    let of_vault = vault
        .card_key("SSSE/RK", 1, Algorithm::Sm4, b"110105", &CARDS[0])
        .unwrap();
    let mixed = keys.with_sm4_of(vault).unwrap();
    assert!(same(&sm4(&mixed).unwrap(), &of_vault));
    assert!(matches!(
        HsmKeys::new(open("keeper").unwrap()).with_sm4_of(Vault::demo().unwrap()),
        Err(HsmError::Mixed { .. })
    ));
    a_session_a_head(&mixed);
    // While the keeper's sessions are open.
    no_master_can_be_read();
    drop(mixed);
}

/// Eight heads that compute at the same time have a session each: they meet in the middle of their work, which they could not if one
/// waited for another's session.
fn a_session_a_head(keys: &HsmKeys) {
    const HEADS: usize = 8;
    let began = Barrier::new(HEADS);
    std::thread::scope(|scope| {
        for head in 0..HEADS {
            let began = &began;
            scope.spawn(move || {
                for round in 0..20 {
                    began.wait();
                    let card = [head as u8, round, 1, 1, 1, 1, 1, 1];
                    keys.card_key("SSSE/RK", 1, Algorithm::TripleDes, b"110105", &card)
                        .unwrap();
                }
            });
        }
    });
    let open = keys.open_sessions();
    assert!((2..=HEADS + 1).contains(&open), "{open} sessions");
}

/// PKCS#11 itself is asked, by another session of the login: each root is sensitive, was never extractable, and has no value to be
/// read; so have the keys of cities, which the heads keep.
fn no_master_can_be_read() {
    let context = cryptoki::context::Pkcs11::new(module()).unwrap();
    let slots = context.get_slots_with_initialized_token().unwrap();
    let slot = slots
        .into_iter()
        .find(|slot| context.get_token_info(*slot).unwrap().label() == "keeper")
        .unwrap();
    let session = context.open_ro_session(slot).unwrap();
    let all = session
        .find_objects(&[Attribute::Class(ObjectClass::SECRET_KEY)])
        .unwrap();
    let masters = roots::all()
        .filter(|(_, _, kind)| *kind != RootKind::Sm4)
        .count();
    // One key of a city for all sessions: two regions for each 3DES root were asked for.
    let cities = roots::all().filter(|(_, _, kind)| *kind == RootKind::TripleDes);
    assert_eq!(all.len(), masters + 2 * cities.count());
    let wanted = [
        AttributeType::Sensitive,
        AttributeType::Extractable,
        AttributeType::AlwaysSensitive,
        AttributeType::Value,
    ];
    for object in all {
        let found = session.get_attributes(object, &wanted).unwrap();
        assert!(found.contains(&Attribute::Sensitive(true)), "{found:?}");
        assert!(found.contains(&Attribute::Extractable(false)), "{found:?}");
        assert!(!found.iter().any(|one| matches!(one, Attribute::Value(_))));
    }
}
