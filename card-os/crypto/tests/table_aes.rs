//! AES by look-ups against the standards' answers, through the modes that the card uses, and against the crate.

use card_crypto::mac::aes_cmac_with;
use card_crypto::table_aes::Aes128;
use card_crypto::{BlockCipher, LengthError, LookUps};
use test_vectors::{VectorError, cases};

type Outcome = Result<(), VectorError>;

/// Catches: a wrong S-box, round constant, shift or mixing, either way.
#[test]
fn nist_answers_of_single_blocks_and_cbc() -> Outcome {
    for case in cases("published/aes")? {
        let cipher = Aes128::new(&case.array("key")?);
        let (plain, expected) = (case.bytes("plain")?, case.bytes("cipher")?);
        let mut data = plain.to_vec();
        if case.get("iv").is_some() {
            let iv = case.array("iv")?;
            assert_eq!(cipher.encrypt_cbc(&iv, &mut data), Ok(()));
            assert_eq!(data, expected, "{}", case.origin());
            assert_eq!(cipher.decrypt_cbc(&iv, &mut data), Ok(()));
        } else {
            let blocks = data.as_chunks_mut().0;
            blocks.iter_mut().for_each(|block| cipher.encrypt(block));
            assert_eq!(data, expected, "{}", case.origin());
            let blocks = data.as_chunks_mut().0;
            blocks.iter_mut().for_each(|block| cipher.decrypt(block));
        }
        assert_eq!(data, plain, "{}", case.origin());
    }
    Ok(())
}

/// Catches: an incomplete block that is lost or half done.
#[test]
fn cbc_of_incomplete_blocks_is_refused_untouched() {
    let cipher = Aes128::new(&[0; 16]);
    let mut data = [7; 33];
    assert_eq!(cipher.encrypt_cbc(&[0; 16], &mut data), Err(LengthError));
    assert_eq!(cipher.decrypt_cbc(&[0; 16], &mut data), Err(LengthError));
    assert_eq!(data, [7; 33]);
}

/// Catches: what the modes over the cipher rely on beyond single blocks.
#[test]
fn nist_answers_of_cmac() -> Outcome {
    for case in cases("published/cmac")? {
        let mac = aes_cmac_with::<LookUps>(&case.array("key")?, &[case.bytes("message")?]);
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
            let theirs = <aes::Aes128 as BlockCipher<16, 16>>::new(&key);
            let ours = Aes128::new(&key);
            let (mut expected, mut found) = (block, block);
            BlockCipher::encrypt(&theirs, &mut expected);
            ours.encrypt(&mut found);
            assert_eq!(found, expected);
            let next = found;
            ours.decrypt(&mut found);
            assert_eq!(found, block);
            key = next;
        }
    }
}
