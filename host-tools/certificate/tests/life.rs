//! The life of a card's certificates: request, certificate, envelope; and what is refused on the way.

mod support;

use apdu_specs::Status;
use std::path::Path;

use apdu_specs::applications::certificates::{ENCRYPTION, SIGNING};
use ssc_certificate::envelope::EnvelopedKey;
use ssc_certificate::{
    CertificateError, Environment, Holder, public_key_of, read_certificate_file, request, summary,
};
use ssc_keys::Vault;
use ssc_reader::{Card, ReaderError};
use ssc_simulator::Interface;
use ssc_words::{Bilingual, Lang};

use support::{ID, PIN, authority, card, certify, openssl, run};

const SUBJECT: &str = "CN=张三,O=Synthetic,C=CN";

/// Makes a signing pair and writes the request into `name.csr`.
fn request_file(environment: &mut Environment<'_>, folder: &Path, name: &str) {
    environment.verify_pin(PIN).unwrap();
    environment.generate().unwrap();
    let der = request::build(environment, SUBJECT).unwrap();
    std::fs::write(
        folder.join(format!("{name}.csr")),
        request::to_pem(&der).unwrap(),
    )
    .unwrap();
}

#[test]
fn from_the_request_to_a_certificate_that_openssl_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let vault = Vault::demo().unwrap();
    authority(folder);
    for (serial, interface) in [(1, Interface::T0), (2, Interface::T1)] {
        let mut card = card(folder, serial, true, interface);
        let mut environment = Environment::open(&mut card).unwrap();
        let name = format!("card{serial}");
        request_file(&mut environment, folder, &name);
        run(
            folder,
            &format!("req -verify -noout -in {name}.csr -vfyopt {ID}"),
        );
        // the test bites: under another identity it does not verify
        let other = openssl(
            folder,
            &[
                "req",
                "-verify",
                "-noout",
                "-in",
                &format!("{name}.csr"),
                "-vfyopt",
                "distid:8765432187654321",
            ],
        );
        assert!(
            String::from_utf8_lossy(&other.stderr).contains("verif"),
            "{other:?}"
        );
        certify(folder, &name);

        let der = read_certificate_file(&folder.join(format!("{name}.pem"))).unwrap();
        assert_eq!(environment.read_certificate(&SIGNING).unwrap(), None);
        // nobody writes it who has shown nothing; the holder and the administrator both may
        let mut nobody = Environment::open(&mut card).unwrap();
        let refused = nobody.write_certificate(&SIGNING, &der).unwrap_err();
        assert!(
            matches!(refused, CertificateError::Reader(ReaderError::Status(ref status)) if status.sw == Status(0x6982))
        );
        if serial == 1 {
            nobody.verify_pin(PIN).unwrap();
        } else {
            nobody.verify_administrator(&vault).unwrap();
        }
        nobody.write_certificate(&SIGNING, &der).unwrap();

        // Read back without PIN and keys.
        let mut environment = Environment::open(&mut card).unwrap();
        let back = environment
            .read_certificate(&SIGNING)
            .unwrap()
            .expect("one");
        assert_eq!(
            public_key_of(&back).unwrap(),
            environment.public_key(&SIGNING).unwrap()
        );
        std::fs::write(folder.join("back.der"), &back).unwrap();
        run(
            folder,
            &format!("verify -CAfile ca.pem -vfyopt {ID} back.der"),
        );
        let words = summary(&back).unwrap();
        assert!(words.subject.contains("张三"), "{words:?}");
        assert!(words.issuer.contains("Test-CA"), "{words:?}");
    }
}

#[test]
fn a_certificate_for_another_key_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let vault = Vault::demo().unwrap();
    authority(folder);
    let mut first = card(folder, 1, true, Interface::T0);
    let mut environment = Environment::open(&mut first).unwrap();
    request_file(&mut environment, folder, "first");
    certify(folder, "first");
    let der = read_certificate_file(&folder.join("first.pem")).unwrap();

    let mut second = card(folder, 2, true, Interface::T0);
    let mut environment = Environment::open(&mut second).unwrap();
    environment.verify_administrator(&vault).unwrap();
    let refused = environment.write_certificate(&SIGNING, &der).unwrap_err();
    assert!(
        matches!(refused, CertificateError::NoPair { .. }),
        "{refused}"
    );
    request_file(&mut environment, folder, "second");
    let refused = environment.write_certificate(&SIGNING, &der).unwrap_err();
    assert!(
        matches!(refused, CertificateError::AnotherKey { .. }),
        "{refused}"
    );
    assert_eq!(environment.read_certificate(&SIGNING).unwrap(), None);

    // A new pair on the first card: its old certificate is no longer its own.
    let mut environment = Environment::open(&mut first).unwrap();
    environment.verify_administrator(&vault).unwrap();
    environment.write_certificate(&SIGNING, &der).unwrap();
    environment.verify_pin(PIN).unwrap();
    environment.generate().unwrap();
    let refused = environment.write_certificate(&SIGNING, &der).unwrap_err();
    assert!(
        matches!(refused, CertificateError::AnotherKey { .. }),
        "{refused}"
    );
    // Neither are files that are no certificates of SM2.
    run(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -subj /CN=rsa -out rsa.pem",
    );
    let rsa = read_certificate_file(&folder.join("rsa.pem")).unwrap();
    for wrong in [&rsa[..], &der[..der.len() - 1], b"30", &[]] {
        let refused = environment.write_certificate(&SIGNING, wrong).unwrap_err();
        assert!(
            matches!(refused, CertificateError::NotACertificate { .. }),
            "{refused}"
        );
    }
    let refused = environment
        .write_certificate(&SIGNING, &vec![0x30; 2049])
        .unwrap_err();
    assert!(
        matches!(refused, CertificateError::TooLarge { .. }),
        "{refused}"
    );
    assert!(read_certificate_file(&folder.join("first.csr")).is_err());
}

/// The key management centre's answer for a card's signing key, by OpenSSL alone: kmc.key, and the SM2EnvelopedKey.
fn enveloped(folder: &Path, signing: &[u8; 64]) -> Vec<u8> {
    let tlv = |tag: u8, value: &[u8]| {
        let mut der = vec![tag];
        match value.len() {
            length @ 0..=0x7F => der.push(length as u8),
            length @ 0x80..=0xFF => der.extend([0x81, length as u8]),
            length => der.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        der.extend(value);
        der
    };
    let spki = hex::decode("3059301306072A8648CE3D020106082A811CCF5501822D03420004").unwrap();
    std::fs::write(folder.join("signing.der"), [&spki[..], signing].concat()).unwrap();
    run(folder, "genpkey -algorithm SM2 -outform DER -out kmc.key");
    let text = run(folder, "pkey -inform DER -in kmc.key -noout -text");
    let text = String::from_utf8(text).unwrap();
    let field = |name: &str| {
        let start = text.find(name).expect(name) + name.len();
        let digits: String = text[start..]
            .chars()
            .take_while(|one| one.is_ascii_hexdigit() || one.is_whitespace() || *one == ':')
            .filter(char::is_ascii_hexdigit)
            .collect();
        hex::decode(&digits[..digits.len() & !1]).unwrap()
    };
    let private = field("priv:");
    let private = [
        vec![0; 32 - private.len().min(32)],
        private[private.len().saturating_sub(32)..].to_vec(),
    ]
    .concat();
    // "ASN1 OID" follows the public key: its A is a hex digit, and too many.
    let public = field("pub:")[..65].to_vec();

    let session = [0x5Eu8; 16];
    std::fs::write(folder.join("session"), session).unwrap();
    std::fs::write(folder.join("private"), &private).unwrap();
    let cipher = run(
        folder,
        "pkeyutl -encrypt -pubin -keyform DER -inkey signing.der -in session",
    );
    let enciphered = run(
        folder,
        &format!(
            "enc -sm4-ecb -nopad -K {} -in private",
            hex::encode(session)
        ),
    );
    let algorithm = hex::decode("300A06082A811CCF55016801").unwrap();
    let parts = [
        algorithm,
        cipher,
        tlv(0x03, &[&[0x00], public.as_slice()].concat()),
        tlv(0x03, &[&[0x00], enciphered.as_slice()].concat()),
    ];
    tlv(0x30, &parts.concat())
}

#[test]
fn the_encryption_pair_out_of_an_envelope() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let vault = Vault::demo().unwrap();
    let mut card = card(folder, 1, true, Interface::T0);
    let mut environment = Environment::open(&mut card).unwrap();
    environment.verify_pin(PIN).unwrap();
    let signing = environment.generate().unwrap();
    let der = enveloped(folder, &signing);
    let key = EnvelopedKey::from_der(&der).unwrap();
    environment
        .import(&key.envelope, &key.public, &key.private)
        .unwrap();
    assert_eq!(environment.public_key(&ENCRYPTION).unwrap(), key.public);
    // The certificate of the encryption pair, self-signed by the centre's key, is taken for it and not for the other.
    run(
        folder,
        &format!(
            "req -x509 -new -keyform DER -key kmc.key -sm3 -sigopt {ID} -subj /CN=encryption -days 30 -out enc.pem"
        ),
    );
    let certificate = read_certificate_file(&folder.join("enc.pem")).unwrap();
    environment.verify_administrator(&vault).unwrap();
    let refused = environment
        .write_certificate(&SIGNING, &certificate)
        .unwrap_err();
    assert!(
        matches!(refused, CertificateError::AnotherKey { .. }),
        "{refused}"
    );
    environment
        .write_certificate(&ENCRYPTION, &certificate)
        .unwrap();
    assert_eq!(
        environment.read_certificate(&ENCRYPTION).unwrap(),
        Some(certificate)
    );

    // An envelope for another key, a private key that is not the public one's.
    let mut wrong = key.clone();
    wrong.envelope[111] ^= 1;
    assert!(
        environment
            .import(&wrong.envelope, &wrong.public, &wrong.private)
            .is_err()
    );
    let mut wrong = key.clone();
    wrong.private[0] ^= 1;
    assert!(
        environment
            .import(&wrong.envelope, &wrong.public, &wrong.private)
            .is_err()
    );
    // what was there stays
    assert_eq!(environment.public_key(&ENCRYPTION).unwrap(), key.public);

    for cut in [0, 1, 20, der.len() - 1] {
        assert!(EnvelopedKey::from_der(&der[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn wrong_pins_are_counted_and_said_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = card(folder.path(), 1, true, Interface::T0);
    let mut environment = Environment::open(&mut card).unwrap();
    assert!(environment.generate().is_err());
    for tries in [2, 1, 0] {
        let error = environment.verify_pin(&[0x65, 0x43, 0x21]).unwrap_err();
        let CertificateError::Wrong {
            holder: Holder::Cardholder,
            left,
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(left, tries);
        assert!(error.say(Lang::En).contains(&tries.to_string()));
        assert!(error.say(Lang::Zh).contains("密码"));
        assert!(!format!("{error:?} {error}").contains("654321"));
    }
    let error = environment.verify_pin(PIN).unwrap_err();
    assert!(matches!(error, CertificateError::Blocked { .. }), "{error}");
}

#[test]
fn the_pin_is_changed() {
    const NEW: &[u8] = &[0x24, 0x68, 0x10];
    let folder = tempfile::tempdir().unwrap();
    let mut card = card(folder.path(), 1, true, Interface::T0);
    let mut environment = Environment::open(&mut card).unwrap();
    let error = environment.change_pin(&[0; 3], NEW).unwrap_err();
    assert!(
        matches!(error, CertificateError::Wrong { left: 2, .. }),
        "{error}"
    );
    environment.change_pin(PIN, NEW).unwrap();
    assert!(environment.verify_pin(PIN).is_err());
    environment.verify_pin(NEW).unwrap();
    // The card's own PIN is another.
    card.reset().unwrap();
}

/// WRITE KEY: the issuer puts a PIN in the place of one that is blocked; nobody else does.
#[test]
fn a_blocked_pin_is_replaced_by_the_administrator() {
    const NEW: &[u8] = &[0x13, 0x57, 0x9F];
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::demo().unwrap();
    for (serial, interface) in [(1, Interface::T0), (2, Interface::T1)] {
        let mut card = card(folder.path(), serial, true, interface);
        let mut environment = Environment::open(&mut card).unwrap();
        for _ in 0..3 {
            environment.verify_pin(NEW).unwrap_err();
        }
        environment.replace_pin(&vault, NEW).unwrap();
        environment.verify_pin(NEW).unwrap();
        assert!(environment.verify_pin(PIN).is_err());
        let other = Vault::generate(ssc_keys::roots::all()).unwrap();
        let error = environment.replace_pin(&other, PIN).unwrap_err();
        assert!(
            matches!(
                error,
                CertificateError::Wrong {
                    holder: Holder::Administrator,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn a_card_without_the_environment_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = card(folder.path(), 1, false, Interface::T0);
    let error = Environment::open(&mut card).err().expect("no environment");
    assert!(
        matches!(
            error,
            CertificateError::NoEnvironment { sw: Status(0x6A82) }
        ),
        "{error}"
    );
}

#[test]
fn subjects() {
    for wrong in ["", "no name", "CN"] {
        let error = request::parse_subject(wrong).unwrap_err();
        assert!(error.to_string().contains("CN=name"), "{error}");
    }
    assert!(request::parse_subject(SUBJECT).is_ok());
}
