//! AES by look-ups against the standards' answers, through the same modes as the crate's, and against the crate.

use card_crypto::table_aes::Aes128;
use cbc::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit,
};
use cmac::{Cmac, KeyInit, Mac};
use test_vectors::{VectorError, cases};

type Outcome = Result<(), VectorError>;

/// Catches: a wrong S-box, round constant, shift or mixing, either way.
#[test]
fn nist_answers_of_single_blocks_and_cbc() -> Outcome {
    for case in cases("published/aes")? {
        let key: [u8; 16] = case.array("key")?;
        let plain = case.bytes("plain")?.as_chunks::<16>().0;
        let cipher = case.bytes("cipher")?.as_chunks::<16>().0;
        assert_eq!(plain.len(), cipher.len(), "{}", case.origin());
        let mut blocks: Vec<Block<Aes128>> = plain.iter().map(|block| (*block).into()).collect();
        let expected: Vec<Block<Aes128>> = cipher.iter().map(|block| (*block).into()).collect();
        let before = blocks.clone();
        if case.get("iv").is_some() {
            let iv: [u8; 16] = case.array("iv")?;
            cbc::Encryptor::<Aes128>::new(&key.into(), &iv.into()).encrypt_blocks(&mut blocks);
            assert_eq!(blocks, expected, "{}", case.origin());
            cbc::Decryptor::<Aes128>::new(&key.into(), &iv.into()).decrypt_blocks(&mut blocks);
        } else {
            Aes128::new(&key.into()).encrypt_blocks(&mut blocks);
            assert_eq!(blocks, expected, "{}", case.origin());
            Aes128::new(&key.into()).decrypt_blocks(&mut blocks);
        }
        assert_eq!(blocks, before, "{}", case.origin());
    }
    Ok(())
}

/// Catches: what the modes over the cipher rely on beyond single blocks.
#[test]
fn nist_answers_of_cmac() -> Outcome {
    for case in cases("published/cmac")? {
        let key: [u8; 16] = case.array("key")?;
        let mut mac = <Cmac<Aes128> as KeyInit>::new(&key.into());
        mac.update(case.bytes("message")?);
        let mac: [u8; 16] = mac.finalize().into_bytes().into();
        assert_eq!(mac, case.array("mac")?, "{}", case.origin());
    }
    Ok(())
}

/// Every byte in every place goes through key schedule and both directions as in the crate.
#[test]
fn as_the_crate_does() {
    // 16 bytes that differ in each case, by the crate itself.
    let mut key = [0; 16];
    for byte in 0..=255_u8 {
        for place in 0..16_usize {
            let mut block = key;
            block[place] = byte;
            let (theirs, ours) = (aes::Aes128::new(&key.into()), Aes128::new(&key.into()));
            let (mut expected, mut found) = (block.into(), block.into());
            theirs.encrypt_block(&mut expected);
            ours.encrypt_block(&mut found);
            assert_eq!(found, expected);
            let next: [u8; 16] = found.into();
            ours.decrypt_block(&mut found);
            assert_eq!(found, block);
            key = next;
        }
    }
}
