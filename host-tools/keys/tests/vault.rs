//! The vault as a file, with keys that are synthetic throughout.

use std::path::PathBuf;

use card_crypto::Algorithm;
use ssc_keys::{KeyError, KeyService, RootKind, Vault, demo, roots};
use ssc_words::{Bilingual, Lang};

const PASSPHRASE: &str = "correct horse 电池";
const REGION: &[u8; 6] = b"440305";
const FACTOR: &[u8; 8] = &[1, 2, 3, 4, 5, 6, 7, 8];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("test.vault")
    }

    /// Names of all files, so that a forgotten temporary one shows.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

fn two() -> [(&'static str, u8, RootKind); 2] {
    [
        ("SSSE/RK", 1, RootKind::Sm4),
        ("ISD/SCP03", 1, RootKind::Aes),
    ]
}

#[test]
fn a_vault_comes_back_with_the_same_keys() {
    let folder = Folder::new();
    let made = Vault::create(&folder.file(), PASSPHRASE, roots::all()).unwrap();
    let opened = Vault::open(&folder.file(), PASSPHRASE).unwrap();
    assert!(!opened.is_demo());
    assert_eq!(opened.announcement(Lang::En), None);
    assert_eq!(opened.roots().count(), roots::all().count());
    for (id, version, kind) in roots::all() {
        assert_eq!(
            opened.kcv(id, version, kind).unwrap(),
            made.kcv(id, version, kind).unwrap(),
            "{id} {kind} {version}"
        );
    }
    for algorithm in [Algorithm::TripleDes, Algorithm::Sm4] {
        let key = |vault: &Vault| {
            vault
                .card_key("DF04/UK2", 2, algorithm, REGION, FACTOR)
                .unwrap()
        };
        assert!(key(&made) == key(&opened));
    }
    assert!(made.issuer_keys(FACTOR).unwrap() == opened.issuer_keys(FACTOR).unwrap());
    assert!(made.initial_keys(FACTOR).unwrap() == opened.initial_keys(FACTOR).unwrap());
    assert_eq!(folder.names(), ["test.vault"]);
}

/// Two vaults, two names, two versions, two algorithms, two cards: never the same key.
#[test]
fn keys_differ_by_vault_name_version_algorithm_and_card() {
    let (a, b) = (
        Vault::generate(roots::all()).unwrap(),
        Vault::generate(roots::all()).unwrap(),
    );
    let key = |vault: &Vault, id, version, algorithm, region: &[u8; 6], factor: &[u8; 8]| {
        *vault
            .card_key(id, version, algorithm, region, factor)
            .unwrap()
            .as_bytes()
    };
    let keys = [
        key(&a, "SSSE/RK", 1, Algorithm::Sm4, REGION, FACTOR),
        key(&b, "SSSE/RK", 1, Algorithm::Sm4, REGION, FACTOR),
        key(&a, "SSSE/UK", 1, Algorithm::Sm4, REGION, FACTOR),
        key(&a, "SSSE/RK", 2, Algorithm::Sm4, REGION, FACTOR),
        key(&a, "SSSE/RK", 3, Algorithm::Sm4, REGION, FACTOR),
        key(&a, "SSSE/RK", 1, Algorithm::TripleDes, REGION, FACTOR),
        key(&a, "SSSE/RK", 1, Algorithm::Sm4, b"440306", FACTOR),
        key(&a, "SSSE/RK", 1, Algorithm::Sm4, REGION, &[9; 8]),
    ];
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key), "{at}");
    }
}

#[test]
fn a_wrong_passphrase_is_said_so() {
    let folder = Folder::new();
    Vault::create(&folder.file(), PASSPHRASE, two()).unwrap();
    let error = Vault::open(&folder.file(), "correct horse 电瓶").unwrap_err();
    assert!(matches!(error, KeyError::WrongPassphrase { .. }));
    assert!(
        error.say(Lang::Zh).contains("口令错误"),
        "{}",
        error.say(Lang::Zh)
    );
    assert!(
        error.say(Lang::En).contains("passphrase is wrong"),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("horse"));
}

#[test]
fn damage_is_noticed() {
    let folder = Folder::new();
    Vault::create(&folder.file(), PASSPHRASE, two()).unwrap();
    let whole = std::fs::read(folder.file()).unwrap();
    let open = |bytes: &[u8]| Vault::from_bytes(bytes, PASSPHRASE, &folder.file());
    assert!(open(&whole).is_ok());

    assert!(matches!(
        open(&whole[..whole.len() - 1]),
        Err(KeyError::Damaged { .. })
    ));
    assert!(matches!(open(b""), Err(KeyError::NotAVault { .. })));
    assert!(matches!(
        open(b"AAC002,AAC003\n"),
        Err(KeyError::NotAVault { .. })
    ));
    // behind the contents lie two places of 88 bytes for what the vault remembers, of which one may be torn
    let places = whole.len() - 176;
    for flips in [&[78][..], &[places - 1], &[places + 1, places + 89]] {
        let mut flipped = whole.clone();
        flips.iter().for_each(|at| flipped[*at] ^= 1);
        assert!(
            matches!(open(&flipped), Err(KeyError::Damaged { .. })),
            "{flips:?}"
        );
    }
    let mut torn = whole.clone();
    *torn.last_mut().unwrap() ^= 1;
    assert!(open(&torn).is_ok());
    let mut later = whole.clone();
    later[9] = 4;
    assert!(matches!(
        open(&later),
        Err(KeyError::Version { version: 4, .. })
    ));
    // nor does one of the format before open without what it should remember
    let mut earlier = whole;
    earlier[9] = 2;
    assert!(matches!(open(&earlier), Err(KeyError::Damaged { .. })));
    let missing = Vault::open(&folder.0.path().join("none"), PASSPHRASE);
    assert!(matches!(missing, Err(KeyError::Read { .. })));
}

/// A second `create` must never destroy the keys of cards that are out.
#[test]
fn a_vault_is_never_overwritten_by_create_and_replaced_whole_by_save() {
    let folder = Folder::new();
    let vault = Vault::create(&folder.file(), PASSPHRASE, two()).unwrap();
    let before = std::fs::read(folder.file()).unwrap();
    let again = Vault::create(&folder.file(), PASSPHRASE, two());
    assert!(matches!(again, Err(KeyError::Exists { .. })));
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);

    vault.save(&folder.file(), "another passphrase").unwrap();
    let old = Vault::open(&folder.file(), PASSPHRASE);
    assert!(matches!(old, Err(KeyError::WrongPassphrase { .. })));
    let new = Vault::open(&folder.file(), "another passphrase").unwrap();
    assert!(new.issuer_keys(FACTOR).unwrap() == vault.issuer_keys(FACTOR).unwrap());
    assert_eq!(folder.names(), ["test.vault"]);
}

#[test]
fn a_short_passphrase_makes_no_vault() {
    let folder = Folder::new();
    let refused = Vault::create(&folder.file(), "1234567", two());
    assert!(matches!(
        refused,
        Err(KeyError::PassphraseTooShort { least: 8 })
    ));
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_have_access() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    Vault::create(&folder.file(), PASSPHRASE, two()).unwrap();
    let mode = |to: u32| {
        std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(to)).unwrap();
    };
    let made = std::fs::metadata(folder.file())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(made & 0o777, 0o600);
    for lax in [0o640, 0o604, 0o660] {
        mode(lax);
        let refused = Vault::open(&folder.file(), PASSPHRASE);
        assert!(matches!(refused, Err(KeyError::Permissions { mode, .. }) if mode == lax));
    }
    mode(0o400);
    assert!(Vault::open(&folder.file(), PASSPHRASE).is_ok());
}

#[test]
fn a_missing_root_is_named() {
    let vault = Vault::generate([("SSSE/RK", 1, RootKind::TripleDes)]).unwrap();
    let missing = |version, algorithm| {
        let refused = vault.card_key("SSSE/RK", version, algorithm, REGION, FACTOR);
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        missing(1, Algorithm::Sm4),
        "the vault has no root key SSSE/RK for SM4 in version 1; use the vault that this card was issued with"
    );
    for version in [0, 2, 4] {
        let said = missing(version, Algorithm::TripleDes);
        assert!(said.contains(&format!("in version {version};")), "{said}");
    }
    assert!(matches!(
        vault.issuer_keys(FACTOR),
        Err(KeyError::MissingRoot { .. })
    ));
    // Every vault that is older than initial keys lacks their root: it says what to do.
    let Err(error) = vault.initial_keys(FACTOR) else {
        panic!("a root that is not there")
    };
    for lang in [Lang::En, Lang::Zh] {
        let said = error.say(lang);
        assert!(
            said.contains("ISD/INITIAL") && said.contains("ssc keys complete"),
            "{said}"
        );
    }
}

#[test]
fn debug_shows_no_key() {
    let vault = Vault::demo().unwrap();
    let expected = format!("Vault {{ demo: true, roots: {} }}", roots::all().count());
    assert_eq!(format!("{vault:?}"), expected);
}

/// The published file has every key of the table. If not: `cargo run -p ssc-keys --example make-demo-vault`.
#[test]
fn the_demo_vault_is_up_to_date_and_says_what_it_is() {
    let vault = Vault::demo().unwrap();
    let built = demo::build();
    assert!(vault.is_demo());
    assert!(vault.roots().eq(built.roots()));
    for (id, version, kind) in roots::all() {
        assert_eq!(
            vault.kcv(id, version, kind).unwrap(),
            built.kcv(id, version, kind).unwrap(),
            "{id} {kind} {version}"
        );
    }
    assert!(vault.announcement(Lang::En).unwrap().contains("DEMO KEYS"));
    assert!(vault.announcement(Lang::Zh).unwrap().contains("演示密钥"));
    // By its path too, though a checkout makes it readable by all.
    let path = test_vectors::vectors::directory().join("keys/demo.vault");
    assert!(Vault::open(&path, demo::PASSPHRASE).unwrap().is_demo());
}

/// Catches a change of labels, which would make all demo cards strangers, and a card key from another algorithm's root:
/// openssl says what the roots and one card's keys are.
#[test]
fn demo_roots_are_known_answers() -> Result<(), test_vectors::VectorError> {
    let vault = Vault::demo().unwrap();
    for case in test_vectors::cases("generated/demo-roots")? {
        let label = String::from_utf8(case.bytes("label")?.to_vec()).unwrap();
        let mut words = label.split(' ');
        let (id, kind) = (words.next().unwrap(), words.next().unwrap());
        let version = words.next().map_or(1, |version| version.parse().unwrap());
        let (region, factor) = (case.array("region")?, case.array("card-factor")?);
        let card_key = |algorithm| {
            let key = vault.card_key(id, version, algorithm, &region, &factor);
            key.unwrap()
        };
        let kind = match kind {
            "3DES" => {
                let key = card_key(Algorithm::TripleDes);
                assert_eq!(*key.as_bytes(), case.array("card-key")?, "{label}");
                RootKind::TripleDes
            }
            "SM4" => {
                let key = card_key(Algorithm::Sm4);
                assert_eq!(*key.as_bytes(), case.array("card-key")?, "{label}");
                RootKind::Sm4
            }
            _ => {
                let keys = match id {
                    "ISD/INITIAL" => vault.initial_keys(&factor),
                    _ => vault.issuer_keys(&factor),
                };
                let keys = keys.unwrap();
                assert_eq!(*keys.enc.as_bytes(), case.array("enc")?, "{label}");
                assert_eq!(*keys.mac.as_bytes(), case.array("mac")?, "{label}");
                assert_eq!(*keys.dek.as_bytes(), case.array("dek")?, "{label}");
                RootKind::Aes
            }
        };
        let names = (id, version, kind);
        assert!(roots::all().any(|root| root == names), "{label}");
        assert_eq!(
            *demo::root(id, version, kind).as_bytes(),
            case.array("root")?,
            "{label}"
        );
    }
    Ok(())
}

/// Catches: an old vault that no longer opens, or whose roots became another version.
#[test]
fn a_vault_of_format_1_opens_with_its_roots_as_version_1() {
    let path = test_vectors::vectors::directory().join("keys/demo-format-1.vault");
    let old = Vault::open(&path, demo::PASSPHRASE).unwrap();
    let now = Vault::demo().unwrap();
    assert!(old.roots().count() > 60 && old.roots().all(|(_, version, _)| version == 1));
    for (id, version, kind) in old.roots() {
        assert_eq!(
            old.kcv(id, version, kind).unwrap(),
            now.kcv(id, version, kind).unwrap(),
            "{id} {kind}"
        );
    }
    assert!(matches!(
        old.card_key("SSSE/RK", 2, Algorithm::Sm4, REGION, FACTOR),
        Err(KeyError::MissingRoot { version: 2, .. })
    ));
    // Saved, it is of the newest format and holds the same.
    let again = Vault::from_bytes(
        &old.to_bytes(demo::PASSPHRASE).unwrap(),
        demo::PASSPHRASE,
        &path,
    );
    assert!(again.unwrap().roots().eq(old.roots()));
}

/// A SAM with one, two or three levels comes to the card's key by the levels that are left to it.
#[test]
fn a_sam_key_leads_to_the_card_key() {
    use card_crypto::diversify::{city_factor, diversify, province_factor};
    let vault = Vault::generate(roots::all()).unwrap();
    for algorithm in [Algorithm::TripleDes, Algorithm::Sm4] {
        let factors = [province_factor(REGION), city_factor(REGION), *FACTOR];
        for levels in 1..=3_u8 {
            let kept = vault.sam_key("SSSE/RK", 3, algorithm, REGION, levels);
            let left = &factors[usize::from(3 - levels)..];
            let card = left.iter().fold(kept.unwrap(), |key, factor| {
                diversify(algorithm, key.as_bytes(), factor)
            });
            let expected = vault.card_key("SSSE/RK", 3, algorithm, REGION, FACTOR);
            assert!(card == expected.unwrap(), "{levels}");
        }
        for levels in [0, 4] {
            let refused = vault.sam_key("SSSE/RK", 1, algorithm, REGION, levels);
            assert!(matches!(refused, Err(KeyError::Levels { .. })), "{levels}");
        }
    }
}

/// Catches: a vault that is older than a key of the table and no longer opens, or does not say which root it lacks.
#[test]
fn a_vault_without_the_newest_keys_opens_and_names_what_it_lacks() {
    let path = test_vectors::vectors::directory().join("keys/demo-format-2.vault");
    let old = Vault::open(&path, demo::PASSPHRASE).unwrap();
    let now = Vault::demo().unwrap();
    for (id, version, kind) in old.roots() {
        assert_eq!(
            old.kcv(id, version, kind).unwrap(),
            now.kcv(id, version, kind).unwrap(),
            "{id} {kind}"
        );
    }
    let key = |id| old.card_key(id, 1, Algorithm::Sm4, REGION, FACTOR);
    assert!(key("DF07/RK1").is_ok());
    // typed by hand: five of DF01, one of DF05, three of DF06, five more of DF07, each with 3DES and SM4 in three versions
    let lacking: Vec<_> = roots::names()
        .filter(|(id, kind)| *kind == RootKind::Sm4 && key(id).is_err())
        .map(|(id, _)| id)
        .collect();
    assert_eq!(
        lacking.join(" "),
        "DF01/UK7 DF01/UK8 DF01/UK9 DF01/UKA DF01/UKB DF05/UK1 DF06/RK1 DF06/UK1 DF06/UK2 \
         DF07/RK2 DF07/RK3 DF07/UK1 DF07/UK2 DF07/UK3"
    );
    assert_eq!(now.roots().count() - old.roots().count(), 14 * 2 * 3);
    let error = key("DF05/UK1").unwrap_err();
    for words in ["DF05/UK1", "ssc keys complete"] {
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.say(Lang::Zh).contains(words));
    }
}
