//! Files of first PINs (密码信封数据), sealed with a passphrase as a vault is.

use std::path::Path;

use zeroize::Zeroizing;

use crate::KeyError;
use crate::random::random;
use crate::sealed::{self, Cost};

/// Longest file, in bytes.
pub const LONGEST: u64 = sealed::PINS.most;

/// Seals `contents`, the PINs of an order as CSV, under `passphrase`.
///
/// # Errors
/// [`KeyError::NoRandom`].
pub fn seal(contents: &[u8], passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let mut salt_and_nonce = [0; 40];
    random(&mut salt_and_nonce)?;
    let mut room = Zeroizing::new(Vec::with_capacity(contents.len() + sealed::TAG));
    room.extend_from_slice(contents);
    Ok(
        sealed::seal(&sealed::PINS, room, passphrase, Cost::FULL, &salt_and_nonce)
            .expect("our own cost and a batch's size are within the ciphers' limits")
            .file,
    )
}

/// The contents of a sealed PIN file; `name` is for messages.
///
/// # Errors
/// [`KeyError::NotAVault`], [`KeyError::Version`], [`KeyError::WrongPassphrase`], [`KeyError::Damaged`].
pub fn open(file: &[u8], passphrase: &str, name: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let opened = sealed::open(&sealed::PINS, file, passphrase);
    Ok(opened.map_err(|refusal| refusal.of(name))?.contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_open_with_their_passphrase_only_and_are_no_vault() {
        let name = Path::new("order.pins");
        let file = seal(b"synthetic,1,123456\n", "passphrase of a test").unwrap();
        let opened = open(&file, "passphrase of a test", name).unwrap();
        assert_eq!(&opened[..], b"synthetic,1,123456\n");
        let wrong = open(&file, "another passphrase", name);
        assert!(matches!(wrong, Err(KeyError::WrongPassphrase { .. })));
        let as_vault = crate::Vault::from_bytes(&file, "passphrase of a test", name);
        assert!(matches!(as_vault, Err(KeyError::NotAVault { .. })));
    }
}
