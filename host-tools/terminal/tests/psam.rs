//! A terminal between a card and a PSAM: the dialogue of ssc-facts, with answers from OpenSSL.
//!
//! The PSAM here is a script: the bytes that it must be sent and those that OpenSSL made for it. The known answers'
//! keys, challenges and sources are those of `test-vectors/known-answers/generated/session.txt`.

mod common;

use apdu_specs::applications::ssc::names::SSSE_FID;
use card_crypto::Algorithm;
use common::psam_script::{
    CARD, CITY, IDENTIFIER, PROVINCE, PUBLIC, SELECT_DES, SELECT_DF01, SELECT_SM4, eight, key, of,
    psam,
};
use common::{DES, FCI, Known, SM4, Script, bytes, des_source, sm4_source};
use ssc_keys::SecurityModule;
use ssc_reader::{Card, Interface};
use ssc_terminal::psam::{Psam, PsamError};
use ssc_terminal::{Dialogue, TerminalError};
use ssc_words::{Bilingual, Lang};

#[test]
fn a_cryptogram_with_two_levels_on_t0() {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = DES;
    let init = format!("BFDE4812 18 {CARD}{CITY}{challenge}");
    let crypt = format!("80FA000008 {source}");
    let answer = format!("{cryptogram} 9000");
    let mut psam = psam(
        Interface::T0,
        &[
            SELECT_DES,
            ("00C0000020", "6F08 8406 D15600000590 9000"),
            (&init, "9000"),
            (&crypt, "6108"),
            ("00C0000008", &answer),
        ],
    );
    let uk = of(key(SSSE_FID, "UK"), Algorithm::TripleDes);
    let made = psam.cryptogram(&uk, &eight(challenge), &eight(source));
    assert_eq!(made.unwrap(), eight(cryptogram));
    assert_eq!(
        psam.terminal_identifier().unwrap(),
        Some([0x33, 0x11, 0, 0, 0x01, 0x23])
    );
    assert!(!psam.is_demo());
}

#[test]
fn three_levels_carry_the_province() {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = DES;
    let init = format!("BFDE6708 20 {CARD}{CITY}{PROVINCE}{challenge}");
    let crypt = format!("80FA000008 {source} 08");
    let answer = format!("{cryptogram} 9000");
    let select = format!("{} 00", SELECT_DES.0);
    let mut psam = psam(
        Interface::T1,
        &[(&select, "9000"), (&init, "9000"), (&crypt, &answer)],
    );
    let irk = of(key(SSSE_FID, "IRK"), Algorithm::TripleDes);
    let made = psam.cryptogram(&irk, &eight(challenge), &eight(source));
    assert_eq!(made.unwrap(), eight(cryptogram));
    // It computes with session keys alone.
    assert_eq!(psam.identification_code_mac(&irk, &[0; 12]).unwrap(), None);
}

#[test]
fn sm4_pads_the_challenge_and_folds_the_block() {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = SM4;
    let init = format!("BFDE470A 20 {CARD}{CITY}{challenge}0000000000000000");
    let crypt = format!("80FA000010 {source}0000000000000000");
    // printf c4cebf39edb93c800000000000000000 | xxd -r -p
    //   | openssl enc -sm4-ecb -nopad -K 6fdc20f1f1b1893b299dae078ddcd99b
    let whole = "961964D9FDC40238165F1BAA1D3527D2 9000";
    let again = format!("BFDE6735 28 {CARD}{CITY}{PROVINCE}{challenge}0000000000000000");
    let mut psam = psam(
        Interface::T0,
        &[
            SELECT_SM4,
            SELECT_DF01,
            (&init, "9000"),
            // This PSAM answers SM4 without 61xx (S).
            (&crypt, whole),
            // Its environment is current still.
            (&again, "9000"),
            (&crypt, "6110"),
            ("00C0000010", whole),
        ],
    );
    let rk = of(key(SSSE_FID, "RK"), Algorithm::Sm4);
    let made = psam.cryptogram(&rk, &eight(challenge), &eight(source));
    assert_eq!(made.unwrap(), eight(cryptogram));
    let rk1 = of(key(0xDF02, "RK1"), Algorithm::Sm4);
    let made = psam.cryptogram(&rk1, &eight(challenge), &eight(source));
    assert_eq!(made.unwrap(), eight(cryptogram));
}

#[test]
fn an_enciphered_pin_and_its_mac_after_one_init() {
    // PIN RELOAD: printf 842400010c631c723c0d1e673d800000 | xxd -r -p | openssl enc -des-cbc -nopad
    //   -K 8b13631223f7a181 -iv 0000000000000000 (legacy provider): last block
    // SM4: printf 84240001145b087d73200d0db06df976e639b344de8000000000000000000000 | xxd -r -p
    //   | openssl enc -sm4-cbc -nopad -K 6fdc20f1f1b1893b299dae078ddcd99b -iv 0…: last block, folded by hand
    let cases = [
        (
            Algorithm::TripleDes,
            DES,
            vec![SELECT_DES, ("00C0000020", "9000")],
            "",
            "0312345680000000",
            "631C723C0D1E673D",
            "842400010C",
            "80FA050018 0000000000000000 842400010C631C723C0D1E673D800000",
            "ECE25EA8B5CCDDC6",
            "ECE25EA8",
        ),
        (
            Algorithm::Sm4,
            SM4,
            vec![SELECT_SM4, SELECT_DF01],
            "0000000000000000",
            "03123456800000000000000000000000",
            "5B087D73200D0DB06DF976E639B344DE",
            "8424000114",
            "80FA050030 00000000000000000000000000000000 84240001145B087D73200D0DB06DF976E639B344DE8000000000000000000000",
            "8915CAF1DEEB4C8B1E2B4938D2C77483",
            "9B12BBC1",
        ),
    ];
    for (algorithm, known, select, pad, plain, enciphered, header, mac_command, whole, mac) in cases
    {
        let challenge = known.challenge;
        let lc = if pad.is_empty() { "18" } else { "20" };
        let init = format!("BFDE4809 {lc} {CARD}{CITY}{challenge}{pad}");
        let block = plain.len() / 2;
        let crypt = format!("80FA0000{block:02X} {plain}");
        let (get, enciphered_ok) = (format!("00C00000{block:02X}"), format!("{enciphered} 9000"));
        let (more, whole_ok) = (format!("61{block:02X}"), format!("{whole} 9000"));
        // One INIT for both.
        let steps = [
            &select[..],
            &[
                (&*init, "9000"),
                (&*crypt, &*more),
                (&*get, &*enciphered_ok),
                (mac_command, &*more),
                (&*get, &*whole_ok),
            ],
        ]
        .concat();
        let mut psam = psam(Interface::T0, &steps);
        let mut data = bytes(plain);
        let stk = of(key(SSSE_FID, "STK"), algorithm);
        let header: [u8; 5] = bytes(header).try_into().unwrap();
        let made = psam.encipher_and_mac(&stk, &eight(challenge), &header, &mut data);
        assert_eq!(data, bytes(enciphered));
        assert_eq!(hex::encode_upper(made.unwrap()), mac);
    }
}

#[test]
fn what_is_no_psam_lacks_the_algorithm_or_answers_too_little_is_said() {
    let open = |answer: &str| Psam::open(Script::new(Interface::T0, &[(IDENTIFIER.0, answer)]));
    for answer in ["6A82", "6D00", "3311 9000", "9000"] {
        let error = open(answer).err().unwrap();
        assert!(
            matches!(error, TerminalError::Psam(PsamError::NotAPsam { .. })),
            "{answer}"
        );
        assert_ne!(error.say(Lang::En), error.say(Lang::Zh));
    }
    let (challenge, source) = (eight(SM4.challenge), eight(SM4.source));
    let rk = of(key(SSSE_FID, "RK"), Algorithm::Sm4);
    for steps in [
        &[(SELECT_SM4.0, "6A82")][..],
        &[SELECT_SM4, (SELECT_DF01.0, "6A82")],
    ] {
        let error = psam(Interface::T0, steps)
            .cryptogram(&rk, &challenge, &source)
            .unwrap_err();
        assert!(error.to_string().contains("no SM4 keys"), "{error}");
    }
    // Fifteen bytes where a block has sixteen: nothing of them is used.
    let init = format!("BFDE470A 20 {CARD}{CITY}{}0000000000000000", SM4.challenge);
    let crypt = format!("80FA000010 {}0000000000000000", SM4.source);
    let short = [
        SELECT_SM4,
        SELECT_DF01,
        (&*init, "9000"),
        (&*crypt, "961964D9FDC40238165F1BAA1D3527 9000"),
    ];
    let error = psam(Interface::T0, &short)
        .cryptogram(&rk, &challenge, &source)
        .map_err(TerminalError::from)
        .unwrap_err();
    assert!(matches!(
        error,
        TerminalError::Psam(PsamError::Length { length: 15, .. })
    ));
    // The administrator of the certificate environment has no place in a PSAM; a block of another length reaches nobody.
    let none = of(
        key(
            apdu_specs::applications::certificates::names::PKI_FID,
            "ADM",
        ),
        Algorithm::Sm4,
    );
    let mut psam = psam(Interface::T0, &[SELECT_SM4, SELECT_DF01]);
    let error = psam
        .cryptogram(&none, &challenge, &source)
        .map_err(TerminalError::from)
        .unwrap_err();
    assert!(matches!(
        error,
        TerminalError::Psam(PsamError::NoPlace { key: "PKI/ADM" })
    ));
    let error = psam
        .encipher_and_mac(&rk, &challenge, &[0; 5], &mut [0; 8])
        .map_err(TerminalError::from)
        .unwrap_err();
    assert!(matches!(error, TerminalError::BlockLength { length: 8 }));
}

#[test]
fn a_card_is_authenticated_to_through_a_psam() {
    let authenticate = format!("0082000A10 {} {}", SM4.cryptogram, SM4.source);
    let challenge = format!("{} 9000", SM4.challenge);
    let card = Script::new(
        Interface::T1,
        &[
            (
                "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF 00",
                "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03860103 9000",
            ),
            ("00A4020002EF05", "9000"),
            ("00B2030000", "0304 332E3030 9000"),
            (
                "00B2010000",
                "0110 440305 D156000005 33445566 8C1F2E3D 9000",
            ),
            ("0084000008", &challenge),
            (&authenticate, "9000"),
        ],
    );
    let init = format!("BFDE470A 20 {CARD}{CITY}{}0000000000000000", SM4.challenge);
    let crypt = format!("80FA000010 {}0000000000000000", SM4.source);
    let psam = psam(
        Interface::T0,
        &[
            SELECT_SM4,
            SELECT_DF01,
            (&init, "9000"),
            (&crypt, "961964D9FDC40238165F1BAA1D3527D2 9000"),
        ],
    );
    let mut session =
        Dialogue::with_module_and_random(card, Some(Box::new(psam)), sm4_source).unwrap();
    session.external_authenticate(key(SSSE_FID, "RK")).unwrap();
    assert_eq!(session.terminal_identifier().unwrap(), "331100000123");
    let _ = (FCI, des_source as fn(&mut [u8; 8]) -> _);
    assert!(!session.atr().is_empty() && session.has_module());
}

#[test]
fn a_psam_on_any_card_is_reset_first() {
    let mut card = Script::new(Interface::T0, &[IDENTIFIER, PUBLIC]);
    drop(Psam::open(&mut card).unwrap());
    assert_eq!((card.resets, card.interface()), (1, Interface::T0));
}
