//! The host security module against a real SoftHSM. Known answers are OpenSSL's: `openssl.sh` beside this file made them.
//!
//! SoftHSM finds its tokens by an environment variable, so the tests run in a child of this process that has it: those that are
//! marked as ignored are the child's.

mod keeper;

use std::process::Command;

use ssc_harness::softhsm::{PIN, SoftHsm};
use ssc_keys::hsm::{CardKeyName, Hsm, HsmError, PinTries, TokenChoice, pin_tries, tokens};
use ssc_keys::{RootKind, Vault};
use ssc_words::{Bilingual, Lang};

const MODULE: &str = "SSC_TEST_PKCS11_MODULE";
const FACTOR: [u8; 8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
const SOURCE: [u8; 8] = [0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8];

/// Runs the ignored tests of this program with tokens of their own.
#[test]
fn in_softhsm() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
    for token in ["demo", "empty", "other", "secret", "pin", "keeper"] {
        softhsm.token(token).unwrap();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--test-threads=1", "--nocapture"]);
    command.env(MODULE, softhsm.module());
    let done = softhsm.client(&mut command).output().unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{said}\n{complained}");
    assert!(said.contains("6 passed"), "{said}");
}

fn module() -> std::path::PathBuf {
    std::env::var_os(MODULE).expect("run by in_softhsm").into()
}

fn open(label: &str) -> Result<Hsm, HsmError> {
    Hsm::open(&module(), &TokenChoice::Label(label.into()), PIN)
}

fn name(id: &str, version: u8) -> CardKeyName<'_> {
    CardKeyName {
        id,
        version,
        region: *b"110105",
        card_factor: [0x86, 0xFF, 0x20, 0x26, 0x11, 0x21, 0x00, 0x01],
    }
}

#[test]
#[ignore = "run by in_softhsm"]
fn what_it_computes_is_openssls() {
    let mut hsm = open("demo").unwrap();
    let loaded = hsm.load(&Vault::demo().unwrap()).unwrap();
    assert_eq!(loaded.same, 0);
    assert!(
        loaded
            .left_out
            .iter()
            .all(|(_, _, kind)| *kind != RootKind::TripleDes)
    );
    assert!(hsm.is_demo());
    let hex = |bytes: &[u8]| hex::encode(bytes);
    for (id, version, answers) in [
        // openssl.sh "SSSE/STK 3DES"
        (
            "SSSE/STK",
            1,
            [
                "360754c62fd24592",
                "5c599ad4af8315eb",
                "984b2520",
                "2934fa07",
            ],
        ),
        // openssl.sh "SSSE/IRK 3DES 2"
        (
            "SSSE/IRK",
            2,
            [
                "8cf504598a4e7698",
                "d0257787f93065cd",
                "66b02867",
                "8f6d56dd",
            ],
        ),
    ] {
        let of = name(id, version);
        let [cryptogram, pin, mac, code] = answers;
        assert_eq!(
            hex(&hsm.cryptogram(&of, &FACTOR, &SOURCE).unwrap()),
            cryptogram
        );
        let block = [0x03, 0x12, 0x34, 0x56, 0x80, 0, 0, 0];
        let enciphered = hsm.encipher(&of, &FACTOR, &block).unwrap();
        assert_eq!(hex(&enciphered), pin);
        let header = [0x84, 0x24, 0x00, 0x01, 0x0C];
        assert_eq!(
            hex(&hsm.mac(&of, &FACTOR, &header, &enciphered).unwrap()),
            mac
        );
        let twelve = [
            0x11, 0x01, 0x05, 0xD1, 0x56, 0x00, 0x00, 0x05, 0x21, 0x21, 0x00, 0x01,
        ];
        assert_eq!(
            hex(&hsm.identification_code_mac(&of, &twelve).unwrap()),
            code
        );
    }
    // Whole blocks of data too: padding adds one.
    let mac = hsm.mac(
        &name("SSSE/STK", 1),
        &FACTOR,
        &[0x84, 0x16, 0, 0, 4],
        &[0; 3],
    );
    assert!(mac.is_ok());
}

/// A second time nothing happens, another vault is refused, and what is published never shares a token with what is secret.
#[test]
#[ignore = "run by in_softhsm"]
fn roots_are_loaded_once_and_never_replaced() {
    let vault = |seed| Vault::generate([("SSSE/RK", 1, seed)]).unwrap();
    let mut hsm = open("other").unwrap();
    let first = vault(RootKind::TripleDes);
    assert_eq!(hsm.load(&first).unwrap().new.len(), 1);
    let again = hsm.load(&first).unwrap();
    assert_eq!((again.new.len(), again.same), (0, 1));
    let refused = hsm.load(&vault(RootKind::TripleDes)).unwrap_err();
    assert!(
        matches!(&refused, HsmError::Other { id, version: 1, .. } if id == "SSSE/RK"),
        "{refused}"
    );
    assert!(matches!(
        hsm.load(&Vault::demo().unwrap()),
        Err(HsmError::Mixed { .. })
    ));
    assert_eq!(hsm.load(&vault(RootKind::Sm4)).unwrap().left_out.len(), 1);
    // The check value is the vault's, where the token tells it.
    let keys = hsm.keys().unwrap();
    assert_eq!(keys.len(), 1);
    let kcv = first.kcv("SSSE/RK", 1, RootKind::TripleDes).unwrap();
    assert_eq!(
        (keys[0].id.as_str(), keys[0].version, keys[0].kcv),
        ("SSSE/RK", 1, Some(kcv))
    );
}

/// The token gives no root away, and no root enciphers: that would be the key below it.
#[test]
#[ignore = "run by in_softhsm"]
fn a_root_can_neither_be_read_nor_encipher() {
    use cryptoki::context::Pkcs11;
    use cryptoki::mechanism::Mechanism;
    use cryptoki::object::{Attribute, AttributeType, ObjectClass};
    let mut hsm = open("secret").unwrap();
    hsm.load(&Vault::generate([("SSSE/RK", 1, RootKind::TripleDes)]).unwrap())
        .unwrap();
    let context = Pkcs11::new(module()).unwrap();
    let slots = context.get_slots_with_initialized_token().unwrap();
    let slot = slots
        .into_iter()
        .find(|slot| context.get_token_info(*slot).unwrap().label() == "secret")
        .unwrap();
    // The login is the process's.
    let session = context.open_rw_session(slot).unwrap();
    let roots = session
        .find_objects(&[Attribute::Class(ObjectClass::SECRET_KEY)])
        .unwrap();
    assert_eq!(roots.len(), 1, "derived keys are gone");
    assert!(
        session
            .get_attributes(roots[0], &[AttributeType::Value])
            .unwrap_or_default()
            .is_empty()
    );
    assert!(
        session
            .encrypt(&Mechanism::Des3Ecb, roots[0], &[0; 8])
            .is_err()
    );
    for attribute in [
        Attribute::Extractable(true),
        Attribute::Sensitive(false),
        Attribute::Encrypt(true),
    ] {
        assert!(session.update_attributes(roots[0], &[attribute]).is_err());
    }
}

#[test]
#[ignore = "run by in_softhsm"]
fn errors_say_what_to_do() {
    let says = |error: HsmError, words: [&str; 2]| {
        assert!(error.to_string().contains(words[0]), "{error}");
        let chinese = error.say(Lang::Zh);
        assert!(chinese.contains(words[1]), "{chinese}");
        assert!(!chinese.contains(PIN) && !error.to_string().contains(PIN));
    };
    let missing = Hsm::open("/nowhere/module.so".as_ref(), &TokenChoice::Only, PIN);
    says(
        missing.unwrap_err(),
        ["no such PKCS#11 module", "没有这个 PKCS#11 模块"],
    );
    let text = Hsm::open(file!().as_ref(), &TokenChoice::Only, PIN);
    assert!(text.is_err());
    let none = open("nobody's").unwrap_err();
    says(
        none,
        [
            "there is no token nobody's; there are: ",
            "没有令牌 nobody's",
        ],
    );
    let several = Hsm::open(&module(), &TokenChoice::Only, PIN).unwrap_err();
    says(several, ["there are several tokens", "有多个令牌"]);
    let empty = open("empty").unwrap();
    let missing = empty.cryptogram(&name("SSSE/RK", 1), &FACTOR, &SOURCE);
    says(missing.unwrap_err(), ["ssc hsm load", "ssc hsm load"]);
    assert_eq!(tokens(&module()).unwrap().len(), 6);
}

/// The token counts the PIN's failures; a right one after a wrong one still opens it.
#[test]
#[ignore = "run by in_softhsm"]
fn a_wrong_pin_is_said_to_be_wrong() {
    let choice = TokenChoice::Label("pin".into());
    let wrong = Hsm::open(&module(), &choice, "wrong-pin-1111").unwrap_err();
    assert!(matches!(wrong, HsmError::WrongPin { .. }), "{wrong}");
    assert!(!wrong.to_string().contains("wrong-pin-1111"));
    // SoftHSM tells that there was a wrong one, and never blocks: it sets neither of the other two flags.
    let HsmError::WrongPin { tries, .. } = wrong else {
        unreachable!("{wrong}")
    };
    assert_eq!(tries, PinTries::Fewer);
    assert_eq!(
        pin_tries(&module(), &choice, false).unwrap(),
        PinTries::Fewer
    );
    assert!(open("pin").is_ok());
    assert_eq!(
        pin_tries(&module(), &choice, false).unwrap(),
        PinTries::Untold
    );
    let slot = tokens(&module()).unwrap();
    let slot = slot.iter().find(|token| token.label == "pin").unwrap().slot;
    assert!(Hsm::open(&module(), &TokenChoice::Slot(slot), PIN).is_ok());
}
