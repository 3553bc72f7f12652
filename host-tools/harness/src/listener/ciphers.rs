//! Keys, MACs and blocks of SCP03 over the bare cipher.

use aes::Aes128;
use cmac::{Cmac, Mac};
use des::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// A set of SCP03 keys: ENC, MAC, DEK.
pub type KeySet = [[u8; 16]; 3];

/// A chip's three keys from a root (GlobalPlatformPro's "KDF 3").
pub(super) fn kdf3(root: [u8; 16], diversification: &[u8]) -> KeySet {
    [1, 2, 3].map(|purpose| mac(root, &[&[1, 0, 0, 0, purpose, 0], diversification].concat()))
}

/// Amendment D, 4.1.5.
pub(super) fn derive(key: [u8; 16], constant: u8, bits: u8, context: &[u8]) -> [u8; 16] {
    let mut data = vec![0; 11];
    data.extend([constant, 0x00, 0x00, bits, 0x01]);
    data.extend(context);
    mac(key, &data)
}

pub(super) fn mac(key: [u8; 16], data: &[u8]) -> [u8; 16] {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(&key.into());
    mac.update(data);
    mac.finalize().into_bytes().into()
}

pub(super) fn encrypt(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    Aes128::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

pub(super) fn decrypt(key: [u8; 16], block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    Aes128::new(&key.into()).decrypt_block(&mut block);
    block.into()
}

/// Whole blocks only: what is left over is no cipher text.
pub(super) fn cbc_decrypt(key: [u8; 16], mut before: [u8; 16], data: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    for block in data.as_chunks::<16>().0 {
        let mixed = decrypt(key, *block);
        plain.extend(mixed.iter().zip(before).map(|(a, b)| a ^ b));
        before = *block;
    }
    plain
}
