//! A request is made with any [`Signer`]: here a key in memory, as a server's would be, in the place of a card.

use card_crypto::sm2::{DEFAULT_ID, PrivateKey, message_hash, za};
use der::{Decode as _, Encode as _};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng as _;
use ssc_certificate::{CertificateError, request};
use ssc_keys::{ModuleError, Signer};
use ssc_words::{Bilingual, Lang};
use x509_cert::request::CertReq;

struct InMemory(PrivateKey, ChaCha12Rng);

impl Signer for InMemory {
    fn public_key(&mut self) -> Result<[u8; 64], ModuleError> {
        Ok(self.0.public_key().to_bytes())
    }

    fn sign(&mut self, message: &[u8]) -> Result<[u8; 64], ModuleError> {
        let e = message_hash(&za(DEFAULT_ID, &self.public_key()?), &[message]);
        self.0.sign(&mut self.1, &e).map_err(|_| Gone.into())
    }
}

#[test]
fn a_request_is_signed_by_whoever_holds_the_key() {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut signer = InMemory(PrivateKey::generate(&mut rng).unwrap(), rng);
    let der = request::build(&mut signer, "CN=server,C=CN").unwrap();
    let request = CertReq::from_der(&der).unwrap();
    // SEQUENCE { r, s }: the integers' last 32 bytes.
    let signature = request.signature.raw_bytes();
    let first = usize::from(signature[3]);
    let half = |end: usize| <[u8; 32]>::try_from(&signature[end - 32..end]).unwrap();
    let both = [half(4 + first), half(signature.len())].concat();
    let e = message_hash(
        &za(DEFAULT_ID, &signer.public_key().unwrap()),
        &[&request.info.to_der().unwrap()],
    );
    let verifies = |e| {
        signer
            .0
            .public_key()
            .verifies(e, &both.clone().try_into().unwrap())
    };
    assert!(verifies(&e));
    assert!(!verifies(&[0; 32]));
}

#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the signer is gone")
    }
}

impl std::error::Error for Gone {}

impl Bilingual for Gone {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => "签名者不在".into(),
        }
    }
}

impl From<Gone> for ModuleError {
    fn from(gone: Gone) -> Self {
        Self::other(gone)
    }
}

struct NobodyThere;

impl Signer for NobodyThere {
    fn public_key(&mut self) -> Result<[u8; 64], ModuleError> {
        // As a card's environment says it: this crate's own error comes back as it was.
        Err(CertificateError::Malformed("a public key").into())
    }

    fn sign(&mut self, _: &[u8]) -> Result<[u8; 64], ModuleError> {
        Err(Gone.into())
    }
}

#[test]
fn what_a_signer_says_arrives_in_its_words() {
    let own = request::build(&mut NobodyThere, "CN=a").unwrap_err();
    assert!(
        matches!(own, CertificateError::Malformed("a public key")),
        "{own}"
    );
    let other = CertificateError::from(NobodyThere.sign(&[]).unwrap_err());
    assert!(matches!(other, CertificateError::Signer(_)));
    assert_eq!(other.say(Lang::En), "the signer is gone");
    assert_eq!(other.say(Lang::Zh), "签名者不在");
}
