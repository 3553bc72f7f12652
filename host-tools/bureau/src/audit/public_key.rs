//! The public key of a log, as people and programs note it.

use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};

/// As PEM (RFC 8410), for other programs. None for bytes that are no key.
#[must_use]
pub fn public_key_pem(public: &[u8; 32]) -> Option<String> {
    let key = VerifyingKey::from_bytes(public).ok()?;
    key.to_public_key_pem(LineEnding::LF).ok()
}

/// A public key out of 64 hexadecimal digits or PEM.
#[must_use]
pub fn public_key_of(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let key = match <[u8; 32]>::try_from(hex::decode(text).ok().unwrap_or_default()) {
        Ok(bytes) => VerifyingKey::from_bytes(&bytes).ok()?,
        Err(_) => VerifyingKey::from_public_key_pem(text).ok()?,
    };
    Some(key.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8410, section 10.1, as PEM and as hex.
    #[test]
    fn it_is_read_as_it_is_written() {
        let pem = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";
        let hex = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        let key = public_key_of(pem).unwrap();
        assert_eq!(hex::encode(key), hex);
        assert_eq!(
            public_key_of(&format!("{}\n", hex.to_uppercase())),
            Some(key)
        );
        assert_eq!(public_key_pem(&key).unwrap(), pem);
        for none in ["", "19bf", &hex[1..], "-----BEGIN PUBLIC KEY-----"] {
            assert_eq!(public_key_of(none), None, "{none}");
        }
    }
}
